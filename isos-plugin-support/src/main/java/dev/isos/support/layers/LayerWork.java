package dev.isos.support.layers;

import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * A vocabulary for dataflows that work layer by layer: phases and counts that all of them need, to which each adds its own counts.
 * Positions are looked up when the class is loaded and not compiled into plug-ins, so that a plug-in finds them where they are.
 */
public final class LayerWork {
    private static final WorkSchema COMMON = new WorkSchema(
            List.of(
                    new Phase("load-filters", PhaseKind.READ, "filters, or some of them"),
                    new Phase("load-inputs", PhaseKind.READ, "inputs"),
                    new Phase("load-residual", PhaseKind.READ, "the residual operand"),
                    new Phase("multiply", PhaseKind.COMPUTE, "products of a layer with filters"),
                    new Phase("reduce", PhaseKind.COMPUTE, "a layer without filters"),
                    new Phase("store-outputs", PhaseKind.WRITE, "finished outputs")),
            List.of(
                    WorkMetric.PRODUCTS,
                    new WorkMetric("operands", "elements", "read by a layer without filters", 1),
                    new WorkMetric("postOps", "elements", "outputs requantised", 1)));

    /** Position of the phase in which filters come from off chip. */
    public static final int LOAD_FILTERS = COMMON.phase("load-filters");

    /** Position of the phase in which inputs come from off chip. */
    public static final int LOAD_INPUTS = COMMON.phase("load-inputs");

    /** Position of the phase in which the residual operand comes from off chip. */
    public static final int LOAD_RESIDUAL = COMMON.phase("load-residual");

    /** Position of the phase that makes the products of a layer with filters. */
    public static final int MULTIPLY = COMMON.phase("multiply");

    /** Position of the phase that computes a layer without filters. */
    public static final int REDUCE = COMMON.phase("reduce");

    /** Position of the phase in which outputs go off chip. */
    public static final int STORE_OUTPUTS = COMMON.phase("store-outputs");

    /** Position of {@link WorkMetric#PRODUCTS}. */
    public static final int PRODUCTS = COMMON.offset(WorkMetric.PRODUCTS.id());

    /** Position of {@code operands}: elements that a layer without filters reads, zero or not. */
    public static final int OPERANDS = COMMON.offset("operands");

    /** Position of {@code postOps}: outputs that are requantised; counted by the item that stores them. */
    public static final int POST_OPS = COMMON.offset("postOps");

    /** Position of the first count of the dataflow's own. */
    public static final int OWN = COMMON.width();

    private LayerWork() {}

    /**
     * The vocabulary with further counts, the first of them at {@link #OWN}.
     *
     * @param own counts of the dataflow's own, with ids that the vocabulary does not have
     * @return phases of the vocabulary, its counts and then those
     */
    public static WorkSchema schema(WorkMetric... own) {
        List<WorkMetric> metrics = new ArrayList<>(COMMON.metrics());
        metrics.addAll(List.of(own));
        return new WorkSchema(COMMON.phases(), metrics);
    }
}
