package dev.isos.baselines.machine;

import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import java.util.List;

/**
 * A kind of hardware under another name with other defaults: the same parameters and the same model.
 *
 * @param kind what builds the model
 * @param changed parameters whose defaults, and the sources of these, differ
 */
public record OtherDefaults(String id, String description, HardwareModelFactory kind, List<HardwareParameter> changed)
        implements HardwareModelFactory {
    @Override
    public List<HardwareParameter> parameters() {
        return kind.parameters().stream()
                .map(p -> changed.stream()
                        .filter(c -> c.key().equals(p.key()))
                        .findFirst()
                        .orElse(p))
                .toList();
    }

    @Override
    public HardwareModel create(HardwareSpec spec) {
        return kind.create(spec);
    }
}
