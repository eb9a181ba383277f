package dev.isos.baselines;

import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;

/** Contributes the accelerators that ISOSceles is compared with. */
public final class BaselinesPlugin implements IsosPlugin {
    @Override
    public String id() {
        return "isos-baselines";
    }

    @Override
    public String version() {
        return "0.1.0";
    }

    @Override
    public ApiVersion builtAgainst() {
        return new ApiVersion(0, 1);
    }

    @Override
    public void contribute(Registrar registrar) {}
}
