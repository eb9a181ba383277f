package dev.isos.api.hardware;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.UnitModel;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.network.Layer;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns work items into time and activity. It never looks into tensors. Immutable; one instance serves all threads and
 * makes a {@link MachineRun} for each simulation.
 */
public interface HardwareModel {
    HardwareSpec spec();

    /** What a dataflow's counts may depend on. */
    Geometry geometry();

    /** Ids of the phases that the machine can carry out; a dataflow with another one is refused. */
    Set<String> supportedPhases();

    /**
     * Ids of the metrics that time depends on; a dataflow that does not count one is refused, as is one that counts what neither
     * time nor activities depend on.
     */
    Set<String> requiredMetrics();

    /** Most multiply-accumulates per cycle. */
    long peakMacsPerCycle();

    /** Off-chip bandwidth, bytes per cycle. */
    double offChipBytesPerCycle();

    /**
     * Whole cycles that so many bytes fill at least. A machine whose bytes per cycle are no exact double says it itself.
     *
     * @param bytes not negative
     */
    default long offChipCycles(long bytes) {
        return BigDecimal.valueOf(bytes)
                .divideToIntegralValue(new BigDecimal(offChipBytesPerCycle()))
                .longValue();
    }

    /** Clock in hertz. */
    double clockHz();

    /** Everything that takes energy and area. */
    List<Component> components();

    /** All that the components do in a run, for their energy: at least one action of each. */
    List<Activity> activities();

    /**
     * Whether totals leave a layer out: its segment is executed for its outputs, but costs neither cycles nor bytes. Published
     * evaluations do so with some layers; results name them.
     */
    default boolean leavesOut(Layer layer) {
        return false;
    }

    /** The machine stepped cycle by cycle on real operands, if there is such a model of it. */
    default Optional<SteppedFidelity> stepped() {
        return Optional.empty();
    }

    /** The part whose time depends on how operands meet in it; empty when counts say all. */
    default Optional<UnitModel> unitModel() {
        return Optional.empty();
    }

    /**
     * The machine estimated from densities, if there is such a model of it.
     *
     * @param dataflow id of the dataflow that the segments are mapped by
     */
    default Optional<AnalyticalFidelity> analytical(String dataflow) {
        return Optional.empty();
    }

    /** Starts a simulation of one plan, event by event. */
    MachineRun begin(RunRequest request, WorkSchema schema);
}
