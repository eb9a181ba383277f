package dev.isos.api.hardware.part;

import dev.isos.api.hardware.AnalyticalFidelity;
import dev.isos.api.hardware.HardwareModel;
import java.util.Optional;

/** Estimates what a machine takes for a segment, for {@code --fidelity analytical} and for mapping. Immutable and used by many threads. */
public interface Estimator {
    /**
     * The estimate for a machine under a dataflow; empty where it has none.
     *
     * @param machine whose rates and buffers count
     * @param dataflow id of the dataflow that the segments are mapped by
     * @return empty where there is none
     */
    Optional<AnalyticalFidelity> of(HardwareModel machine, String dataflow);
}
