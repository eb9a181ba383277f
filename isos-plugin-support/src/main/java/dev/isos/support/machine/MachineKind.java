package dev.isos.support.machine;

import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import java.util.List;
import java.util.function.Function;

/**
 * A kind of hardware as data.
 *
 * @param id name of the kind, and of its default configuration
 * @param description one sentence for lists
 * @param parameters see {@link CommonParameters#after} for those that every machine has
 * @param model builds the model of a configuration
 */
public record MachineKind(
        String id, String description, List<HardwareParameter> parameters, Function<HardwareSpec, HardwareModel> model)
        implements HardwareModelFactory {
    /**
     * Copies the parameters.
     *
     * @param id name of the kind
     * @param description one sentence
     * @param parameters keys that its hardware files may set
     * @param model called for each configuration
     */
    public MachineKind {
        parameters = List.copyOf(parameters);
    }

    @Override
    public HardwareModel create(HardwareSpec spec) {
        return model.apply(spec);
    }
}
