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
    /** {@return the parameters that the model was made from} */
    HardwareSpec spec();

    /** {@return what a dataflow's counts may depend on} */
    Geometry geometry();

    /** {@return ids of the phases that the machine can carry out; a dataflow with another one is refused} */
    Set<String> supportedPhases();

    /**
     * {@return ids of the metrics that time depends on; a dataflow that does not count one is refused, as is one that counts what
     * neither time nor activities depend on}
     */
    Set<String> requiredMetrics();

    /** {@return most multiply-accumulates per cycle; at least 1} */
    long peakMacsPerCycle();

    /** {@return off-chip bandwidth, bytes per cycle; more than 0} */
    double offChipBytesPerCycle();

    /**
     * Whole cycles that so many bytes fill at least. A machine whose bytes per cycle are no exact double says it itself.
     *
     * @param bytes not negative
     * @return cycles, rounded down
     */
    default long offChipCycles(long bytes) {
        return BigDecimal.valueOf(bytes)
                .divideToIntegralValue(new BigDecimal(offChipBytesPerCycle()))
                .longValue();
    }

    /** {@return clock in hertz} */
    double clockHz();

    /** {@return everything that takes energy and area; names differ} */
    List<Component> components();

    /** {@return all that the components do in a run, for their energy: at least one action of each} */
    List<Activity> activities();

    /**
     * Whether totals leave a layer out: its segment is executed for its outputs, but costs neither cycles nor bytes. Published
     * evaluations do so with some layers; results name them.
     *
     * @param layer of the network that is simulated, as it is laid out
     * @return true where it is left out; a segment is when all its layers but concatenations are
     */
    default boolean leavesOut(Layer layer) {
        return false;
    }

    /** {@return the machine stepped cycle by cycle on real operands; empty where there is no such model of it} */
    default Optional<SteppedFidelity> stepped() {
        return Optional.empty();
    }

    /** {@return the part whose time depends on how operands meet in it; empty when counts say all} */
    default Optional<UnitModel> unitModel() {
        return Optional.empty();
    }

    /**
     * The machine estimated from densities, if there is such a model of it.
     *
     * @param dataflow id of the dataflow that the segments are mapped by
     * @return empty where there is no such model, or none for the dataflow
     */
    default Optional<AnalyticalFidelity> analytical(String dataflow) {
        return Optional.empty();
    }

    /**
     * Starts a simulation of one plan, event by event.
     *
     * @param request network and plan; the listener is told what happens
     * @param schema phases and counts of the items that will be fed
     * @return a run that has taken no time yet, for one thread
     */
    MachineRun begin(RunRequest request, WorkSchema schema);
}
