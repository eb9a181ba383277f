package __package__;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;

/** Named in {@code META-INF/services}, where Isos finds it. */
public final class SerialPlugin implements IsosPlugin {
    @Override
    public String id() {
        return "__id__";
    }

    @Override
    public ApiVersion builtAgainst() {
        return new ApiVersion(__api__);
    }

    @Override
    public void contribute(Registrar registrar) {
        registrar.dataflow(new SerialDataflow());
        registrar.hardware(new SerialModel.Factory());
        registrar.accelerator(
                new Accelerator("__id__", "weight stationary, layer by layer", "__id__", "__id__", "single"));
    }
}
