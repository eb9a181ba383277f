package dev.isos.api.hardware;

import java.util.List;

/** Builds hardware models of one kind; contributed by plug-ins. Stateless; one instance serves all threads. */
public interface HardwareModelFactory {
    /** {@return name of the kind; also the id of its default configuration, for example {@code isosceles}} */
    String id();

    /** {@return one sentence for lists} */
    String description();

    /** {@return every key that a hardware file of this kind may set} */
    List<HardwareParameter> parameters();

    /** {@return parts that come with the hardware; plug-ins may contribute more for the same parameters} */
    default List<MachinePart<?>> parts() {
        return List.of();
    }

    /**
     * Builds the model of a configuration.
     *
     * @param spec has a value for every one of {@link #parameters()}, within its limits, and for those of the parts
     *     that it chooses
     * @return a new model, immutable
     * @throws dev.isos.api.error.IsosException when values contradict each other
     */
    HardwareModel create(HardwareSpec spec);
}
