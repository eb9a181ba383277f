package dev.isos.hw.isosceles;

import dev.isos.api.hardware.HardwareParameter;
import java.util.List;
import java.util.Map;

/**
 * The configuration of {@code isosceles-next}: the machine {@code isosceles} on the same area and with the same bandwidth, with other
 * values of some of its parameters. One configuration for whatever runs; docs/isosceles-next.md has what each change brings.
 */
public final class IsoscelesNext {
    /** Id of machine and accelerator. */
    public static final String ID = "isosceles-next";

    static final String DESCRIPTION = "ISOSceles on the same area: other formats, and other numbers of the same parts";

    /** Values that differ, by key. */
    static final Map<String, String> CHANGES = Map.of(
            IsoscelesFactory.LANES, "56",
            IsoscelesFactory.PROCESSING_ELEMENTS, "9",
            IsoscelesFactory.STREAM_ELEMENTS, "2",
            IsoscelesFactory.CONTEXTS, "10",
            IsoscelesFactory.CONTEXT_ARRAY, "9 KiB",
            IsoscelesFactory.QUEUES, "9 KiB",
            IsoscelesFactory.PARTIAL_FORMAT, "places",
            IsoscelesFactory.ACTIVATION_FORMAT, "shorter");

    private IsoscelesNext() {}

    /** These parameters with the defaults of this machine. */
    static List<HardwareParameter> changed(List<HardwareParameter> parameters) {
        return parameters.stream()
                .map(p -> CHANGES.containsKey(p.key())
                        ? new HardwareParameter(
                                p.key(),
                                p.quantity(),
                                CHANGES.get(p.key()),
                                p.minimum(),
                                p.maximum(),
                                p.choices(),
                                p.description(),
                                "ours: docs/isosceles-next.md")
                        : p)
                .toList();
    }
}
