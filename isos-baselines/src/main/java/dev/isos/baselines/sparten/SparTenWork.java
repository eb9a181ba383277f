package dev.isos.baselines.sparten;

import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import java.util.List;

/**
 * The vocabulary of SparTen's work items: what the dataflow counts and a hardware model for it reads.
 *
 * <table>
 * <caption>Phases of a segment, which is one layer; step = filter group (or channel block), slot = the n-th output position
 * of every cluster</caption>
 * <tr><td>load-filters</td><td>filters of one group, or of two if each has half as many as the units' buffers
 *     hold; in as many parts as the groups loaded before have slots; row = part; waits for the joins of the filters before those
 *     in the clusters that it goes to</td></tr>
 * <tr><td>load-inputs</td><td>what a slot fetches, or needs for the first time, in the order of the broadcasts; row = slot, place = part;
 *     waits for the joins of the slot whose buffer it takes</td></tr>
 * <tr><td>load-residual</td><td>the residual operand of a slot's outputs; row = slot</td></tr>
 * <tr><td>join</td><td>one input chunk that a cluster broadcasts to its units; row = output position q * P + p, place =
 *     cluster; waits for its filters and its input; items of one place run in their order</td></tr>
 * <tr><td>reduce</td><td>the same of a pooling or an element-wise addition: one window of a block of channels</td></tr>
 * <tr><td>store-outputs</td><td>the outputs of a slot; row = slot; waits for its joins and residuals</td></tr>
 * </table>
 *
 * <p>Concatenations have no items.
 */
public final class SparTenWork {
    public static final int LOAD_FILTERS = 0;
    public static final int LOAD_INPUTS = 1;
    public static final int LOAD_RESIDUAL = 2;
    public static final int JOIN = 3;
    public static final int REDUCE = 4;
    public static final int STORE_OUTPUTS = 5;

    public static final List<Phase> PHASES = List.of(
            new Phase("load-filters", PhaseKind.READ, "compressed filters of a group or two"),
            new Phase("load-inputs", PhaseKind.READ, "compressed inputs of a slot"),
            new Phase("load-residual", PhaseKind.READ, "compressed residual operand of a slot"),
            new Phase(
                    "join",
                    PhaseKind.COMPUTE,
                    "inner joins of one broadcast input chunk with the filters of all units"),
            new Phase("reduce", PhaseKind.COMPUTE, "one window of a pooling or sum, one channel per unit"),
            new Phase("store-outputs", PhaseKind.WRITE, "compressed outputs of a slot"));

    /** Position of {@link WorkMetric#PRODUCTS}. */
    public static final int PRODUCTS = 0;

    /** Position of {@code joins}: pairs of an input chunk and a filter chunk. */
    public static final int JOINS = 1;

    /** Position of {@code chunkBytes}: mask and values of the broadcast chunk, or of the operands of a reduction. */
    public static final int CHUNK_BYTES = 2;

    /** Position of {@code operands}: non-zero values that a reduction adds or compares. */
    public static final int OPERANDS = 3;

    /** Position of {@code postOps}: outputs that are requantised. */
    public static final int POST_OPS = 4;

    /**
     * Position of the first of {@code units} values of {@code unitSteps}: for each unit of the cluster the matches of its pairs of
     * chunks, one of a pair without any; of a reduction the elements that it takes.
     */
    public static final int UNIT_STEPS = 5;

    /** Geometry: number of clusters. */
    public static final String CLUSTERS = "clusters";

    /** Geometry: compute units of a cluster. */
    public static final String UNITS = "units";

    /** Geometry: channels of a chunk, a multiple of 64. */
    public static final String CHUNK = "chunk";

    /** Geometry: {@link Balancing#ordinal()}. */
    public static final String BALANCING = "balancing";

    /** Geometry: bytes on chip for compressed inputs. */
    public static final String ON_CHIP_BUFFER_BYTES = "onChipBufferBytes";

    /** Geometry: {@link Format#ordinal()}. */
    public static final String FORMAT = "format";

    /** Geometry: 1 if each output position fetches its window again for each filter group, 0 if inputs that fit are read once. */
    public static final String WINDOW_FETCHES = "windowFetches";

    /** Mapping factor: filter groups, or blocks of channels, that the layer is computed in. */
    public static final String FILTER_GROUPS = "filterGroups";

    /** Mapping factor: the filter group that the last load of filters begins with. */
    public static final String LAST_LOAD = "lastLoad";

    /** Mapping factor: off-chip bytes of the filters that are loaded first, which a machine may do before the layer starts. */
    public static final String FIRST_LOAD_BYTES = "firstLoadBytes";

    private SparTenWork() {}

    /** The schema for clusters of the given number of units. */
    public static WorkSchema schema(int units) {
        return new WorkSchema(
                PHASES,
                List.of(
                        WorkMetric.PRODUCTS,
                        new WorkMetric("joins", "chunk pairs", "pairs of an input chunk and a filter chunk", 1),
                        new WorkMetric("chunkBytes", "bytes", "compressed bytes of the broadcast operands", 1),
                        new WorkMetric("operands", "elements", "non-zero values of a pooling or sum", 1),
                        new WorkMetric("postOps", "elements", "outputs requantised", 1),
                        new WorkMetric(
                                "unitSteps", "steps", "matches of each unit, one of a pair without any", units)));
    }
}
