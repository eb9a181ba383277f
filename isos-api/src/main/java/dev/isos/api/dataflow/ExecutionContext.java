package dev.isos.api.dataflow;

import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import java.util.function.Supplier;

/** What a dataflow gets to execute one segment, and where it puts what it makes. Used by the thread that executes it. */
public interface ExecutionContext {
    /** The whole workload: network, weights and inputs. Its tensors are not to be modified. */
    Workload workload();

    /** What the hardware declares; has every key of {@link Dataflow#requiredGeometry()}. */
    Geometry geometry();

    /** The hardware's unit model, for a dataflow that has said that it needs one. */
    default <T extends UnitModel> T unitModel(Class<T> type) {
        throw new IllegalStateException("no unit model of type " + type.getName() + " is at hand");
    }

    /** The segment to execute, as {@link Dataflow#map} gave it. */
    Segment segment();

    /** Output of a layer executed before (in this segment or an earlier one), or the image for the network's input. */
    ActivationTensor activation(int layer);

    /** Gives the real output of a layer of this segment; it is compared with the reference. Once per layer. */
    void output(int layer, ActivationTensor tensor);

    /** Takes the segment's work items. */
    WorkSink sink();

    /**
     * Returns a value that does not depend on the accelerator, only on workload and key, computing it at most once for
     * all runs on the same workload. This is how configurations that count alike share one functional execution.
     *
     * @param key has equals and hashCode; names everything besides the workload that the value depends on
     */
    <T> T shared(Object key, Class<T> type, Supplier<T> compute);
}
