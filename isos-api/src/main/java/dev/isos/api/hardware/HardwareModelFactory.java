package dev.isos.api.hardware;

import java.util.List;

/** Builds hardware models of one kind; contributed by plug-ins. */
public interface HardwareModelFactory {
    /** Name of the kind; also the id of its default configuration, for example {@code isosceles}. */
    String id();

    /** One sentence for lists. */
    String description();

    /** Every key that a hardware file of this kind may set. */
    List<HardwareParameter> parameters();

    /** Parts that come with the hardware; plug-ins may contribute more for the same parameters. */
    default List<MachinePart<?>> parts() {
        return List.of();
    }

    /** Builds the model. Throws {@link dev.isos.api.error.IsosException} when values contradict each other. */
    HardwareModel create(HardwareSpec spec);
}
