package dev.isos.baselines.scnn;

import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import java.util.List;

/**
 * The vocabulary of SCNN's work items. A step is a group of output channels, counted over the bands of a layer; the row of a
 * transfer or of a cartesian item is its part of the input channels; the place is the processing element.
 */
public final class ScnnWork {
    public static final int LOAD_INPUTS = 0;
    public static final int LOAD_WEIGHTS = 1;
    public static final int LOAD_RESIDUAL = 2;
    public static final int CARTESIAN = 3;
    public static final int REDUCE = 4;
    public static final int BARRIER = 5;
    public static final int DRAIN = 6;
    public static final int STORE_OUTPUTS = 7;

    public static final List<Phase> PHASES = List.of(
            new Phase("load-inputs", PhaseKind.READ, "compressed inputs that are not on chip"),
            new Phase("load-weights", PhaseKind.READ, "compressed weights of a group of output channels"),
            new Phase("load-residual", PhaseKind.READ, "compressed residual operand of a group"),
            new Phase("cartesian", PhaseKind.COMPUTE, "products of one processing element for a group"),
            new Phase("reduce", PhaseKind.COMPUTE, "one processing element's tile of a pooling, addition or the like"),
            new Phase("barrier", PhaseKind.COMPUTE, "all processing elements have finished a group"),
            new Phase("drain", PhaseKind.COMPUTE, "halos are exchanged and the sums of a group post-processed"),
            new Phase("store-outputs", PhaseKind.WRITE, "compressed outputs of a group"));

    /** Products of non-zero operands, those that land outside the map included. */
    public static final int PRODUCTS = 0;

    /** What the machine's {@link dev.isos.baselines.scnn.bank.BankModel} answered when the products met its banks. */
    public static final int BANK_TIME = 1;

    /** Compressed activations read from the activation RAM. */
    public static final int ACTIVATIONS_READ = 2;

    /** Compressed weights read from the weight FIFO. */
    public static final int WEIGHTS_READ = 3;

    /** Sums sent to neighbours. */
    public static final int HALO_SUMS = 4;

    /** Sums that the fullest processing element post-processes or sends. */
    public static final int DRAINED_SUMS = 5;

    /** Operands of a reduction. */
    public static final int OPERANDS = 6;

    /** Outputs requantised. */
    public static final int POST_OPS = 7;

    public static final WorkSchema SCHEMA = new WorkSchema(
            PHASES,
            List.of(
                    WorkMetric.PRODUCTS,
                    new WorkMetric("bankTime", "as the unit model", "answer of the machine's banks to the products", 1),
                    new WorkMetric("activationsRead", "entries", "compressed activations read", 1),
                    new WorkMetric("weightsRead", "entries", "compressed weights read", 1),
                    new WorkMetric("haloSums", "sums", "sums sent to neighbours", 1),
                    new WorkMetric("drainedSums", "sums", "sums leaving the fullest accumulators", 1),
                    new WorkMetric("operands", "elements", "operands of a pooling or sum", 1),
                    new WorkMetric("postOps", "elements", "outputs requantised", 1)));

    private ScnnWork() {}
}
