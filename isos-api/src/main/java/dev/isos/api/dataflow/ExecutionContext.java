package dev.isos.api.dataflow;

import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import java.util.function.Supplier;

/** What a dataflow gets to execute one segment, and where it puts what it makes. Used by the thread that executes it. */
public interface ExecutionContext {
    /** {@return the whole workload: network, weights and inputs; its tensors are not to be modified} */
    Workload workload();

    /** {@return what the hardware declares; has every key of {@link Dataflow#requiredGeometry()}} */
    Geometry geometry();

    /**
     * The hardware's unit model, for a dataflow that has said that it needs one.
     *
     * @param <T> what the dataflow drives
     * @param type as of {@link Dataflow#requiredUnitModel()}
     * @return the model, which other executions use too
     * @throws RuntimeException where the hardware has none, or one of another type
     */
    default <T extends UnitModel> T unitModel(Class<T> type) {
        throw new IllegalStateException("no unit model of type " + type.getName() + " is at hand");
    }

    /** {@return the segment to execute, as {@link Dataflow#map} gave it} */
    Segment segment();

    /**
     * Output of a layer executed before (in this segment or an earlier one), or the image for the network's input.
     *
     * @param layer index of a layer, or of a tensor that enters the network ({@link
     *     dev.isos.api.network.Layer#networkInput(int)})
     * @return not to be modified
     * @throws IllegalStateException where the output has not been given yet, or no layer from this segment on reads it
     */
    ActivationTensor activation(int layer);

    /**
     * Gives the real output of a layer of this segment; it is compared with the reference. Once per layer.
     *
     * @param layer index of a layer of the segment
     * @param tensor in the layer's shape, int8 or uint8 as its requantisation says; belongs to the simulator from now
     *     on
     * @throws IllegalStateException where the layer is not of the segment
     * @throws dev.isos.api.error.IsosException where the layer has its output already, or the output is not the
     *     reference's
     */
    void output(int layer, ActivationTensor tensor);

    /** {@return the sink of the segment's work items; for the thread that executes the segment} */
    WorkSink sink();

    /** {@return does parts of a layer at the same time, where the run may use several processors} */
    default TaskRunner tasks() {
        return TaskRunner.IN_TURN;
    }

    /**
     * Returns a value that does not depend on the accelerator, only on workload and key, computing it at most once for
     * all runs on the same workload. This is how configurations that count alike share one functional execution.
     *
     * @param <T> what is shared; not modified once it is computed, since runs on several threads read it
     * @param key has equals and hashCode; names everything besides the workload that the value depends on
     * @param type of the value
     * @param compute makes the value; what it throws is passed on, and nothing is kept
     * @return the value, computed by this call or by an earlier one
     */
    <T> T shared(Object key, Class<T> type, Supplier<T> compute);
}
