package dev.isos.baselines.systolic;

import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import java.util.List;

/**
 * The vocabulary of the work items of systolic arrays. A step is a fold of the matrix product, counted over the whole layer, or
 * an output column of a layer for the vector unit.
 */
public final class SystolicWork {
    public static final int LOAD_INPUTS = 0;
    public static final int LOAD_FILTERS = 1;
    public static final int LOAD_RESIDUAL = 2;
    public static final int LOAD_PARTIALS = 3;
    public static final int FOLD = 4;
    public static final int VECTOR = 5;
    public static final int STORE_PARTIALS = 6;
    public static final int STORE_OUTPUTS = 7;

    public static final List<Phase> PHASES = List.of(
            new Phase("load-inputs", PhaseKind.READ, "inputs of a fold that are not on chip"),
            new Phase("load-filters", PhaseKind.READ, "filters of a fold that are not on chip"),
            new Phase("load-residual", PhaseKind.READ, "residual operand of the outputs of a fold"),
            new Phase("load-partials", PhaseKind.READ, "partial sums that did not fit on chip, read back"),
            new Phase("fold", PhaseKind.COMPUTE, "one pass of the matrix product through the array"),
            new Phase("vector", PhaseKind.COMPUTE, "one output column of a pooling, addition or the like"),
            new Phase("store-partials", PhaseKind.WRITE, "partial sums that do not fit on chip"),
            new Phase("store-outputs", PhaseKind.WRITE, "outputs of a fold"));

    public static final int PRODUCTS = 0;

    /** Rows of the stationary operand that are loaded into the array first. */
    public static final int PRELOADED_ROWS = 1;

    /** Elements that stream into each row. */
    public static final int STREAMED = 2;

    /** Bytes read from the input buffer. */
    public static final int INPUT_BYTES = 3;

    /** Bytes read from the filter buffer. */
    public static final int FILTER_BYTES = 4;

    /** Sums read from the accumulators. */
    public static final int SUMS_READ = 5;

    /** Sums written to them. */
    public static final int SUMS_WRITTEN = 6;

    /** Operands of the vector unit. */
    public static final int OPERANDS = 7;

    /** Outputs requantised. */
    public static final int POST_OPS = 8;

    public static final WorkSchema SCHEMA = new WorkSchema(
            PHASES,
            List.of(
                    WorkMetric.PRODUCTS,
                    new WorkMetric("preloadedRows", "rows", "rows of the stationary operand loaded first", 1),
                    new WorkMetric("streamed", "elements", "elements streamed into each row of the array", 1),
                    new WorkMetric("inputBytes", "bytes", "bytes read from the input buffer", 1),
                    new WorkMetric("filterBytes", "bytes", "bytes read from the filter buffer", 1),
                    new WorkMetric("sumsRead", "sums", "partial sums read from the accumulators", 1),
                    new WorkMetric("sumsWritten", "sums", "sums written to the accumulators", 1),
                    new WorkMetric("operands", "elements", "operands of the vector unit", 1),
                    new WorkMetric("postOps", "elements", "outputs requantised", 1)));

    /** Geometry: rows of the array. */
    public static final String ROWS = "rows";

    /** Geometry: columns of the array. */
    public static final String COLUMNS = "columns";

    /** Geometry: bytes on chip for inputs. */
    public static final String INPUT_BUFFER_BYTES = "inputBufferBytes";

    /** Geometry: bytes on chip for filters. */
    public static final String FILTER_BUFFER_BYTES = "filterBufferBytes";

    /** Geometry: bytes on chip for sums and outputs. */
    public static final String OUTPUT_BUFFER_BYTES = "outputBufferBytes";

    /** Bytes of a partial sum. */
    public static final int SUM_BYTES = 4;

    private SystolicWork() {}
}
