package dev.isos.support.machine;

import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import java.util.List;

/**
 * A kind of hardware under another name with other defaults: the same parameters and the same model.
 *
 * @param id name of this kind, and of its default configuration
 * @param description one sentence for lists
 * @param kind what builds the model
 * @param defaults those that differ
 */
public record OtherDefaults(String id, String description, HardwareModelFactory kind, List<Default> defaults)
        implements HardwareModelFactory {
    /** What the published evaluation of ISOSceles does with poolings. */
    public static final Default POOLINGS_LEFT_OUT = new Default(
            CommonParameters.POOLINGS,
            CommonParameters.LEFT_OUT,
            "[I] the groups of layers of the paper's figures add up to its totals without them");

    /**
     * Another default of a parameter.
     *
     * @param key of a parameter that the kind declares; others have no effect
     * @param text as in a hardware file
     * @param source where it comes from, or "ours: why"
     */
    public record Default(String key, String text, String source) {}

    @Override
    public List<HardwareParameter> parameters() {
        return kind.parameters().stream().map(this::parameter).toList();
    }

    private HardwareParameter parameter(HardwareParameter p) {
        return defaults.stream()
                .filter(d -> d.key().equals(p.key()))
                .map(d -> new HardwareParameter(
                        p.key(),
                        p.quantity(),
                        d.text(),
                        p.minimum(),
                        p.maximum(),
                        p.choices(),
                        p.description(),
                        d.source()))
                .findAny()
                .orElse(p);
    }

    @Override
    public HardwareModel create(HardwareSpec spec) {
        return kind.create(spec);
    }
}
