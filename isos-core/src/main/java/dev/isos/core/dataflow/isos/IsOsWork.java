package dev.isos.core.dataflow.isos;

import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import java.util.List;

/**
 * The vocabulary of IS-OS work items: what the dataflow counts and a hardware model for it reads.
 *
 * <table>
 * <caption>Phases of a segment and what their items wait for</caption>
 * <tr><td>load-weights</td><td>one per (layer, K-tile); step = tile; moves WEIGHTS; the first one of a layer waits for
 *     nothing, later tiles wait for the last back-end item of the tile before the previous one</td></tr>
 * <tr><td>load-input</td><td>one per fiber (w, h) of each tensor that enters the segment, and per K-tile; step = tile * W
 *     + w; row = h; moves INPUTS or RESIDUALS of that tensor; holds its bytes</td></tr>
 * <tr><td>frontend</td><td>one per (K-tile, w, h, K-slice) of a convolution; step = tile * W + w; row = h; place = h *
 *     kSplit + slice; waits for the weights, for its input fiber, for its predecessor in w, and for the back-end items
 *     that free the partial-result columns it is about to open</td></tr>
 * <tr><td>backend</td><td>one per (K-tile, q, p, K-slice) of every layer that computes; step = tile * Q + q; row = p;
 *     place = p * outputSplit + slice; waits for the front-end items (or, without filters, for the input fibers) that
 *     complete it and for its residual operand; holds the bytes of its output</td></tr>
 * <tr><td>store-output</td><td>one per fiber (q, p) of each tensor that leaves the segment; waits for its back-end
 *     items; moves OUTPUTS</td></tr>
 * </table>
 *
 * <p>Concatenations have no items: whoever reads one waits for its parts. A layer in K-tiles stores each output fiber in
 * parts, one per tile (step = tile * Q + q), and loads residual operands likewise. A loaded fiber waits at the place of its
 * row's first slice in the first layer that reads it (a pooling: row * (lanes / H)).
 *
 * <p>A front-end item reads the words of the filter buffer that hold the filters that its activations meet, in the order of the
 * channels. The fibers of a tile lie there slice by slice in the rank order [C, S, R], without gaps, from word 0 on.
 *
 * <p>Space in a queue must be given in the order of the wavefronts (step, row), and an item holds its space until the last
 * item that waits for it has ended; then no order of starts deadlocks a segment that the dataflow has mapped.
 */
public final class IsOsWork {
    public static final int LOAD_WEIGHTS = 0;
    public static final int LOAD_INPUT = 1;
    public static final int FRONTEND = 2;
    public static final int BACKEND = 3;
    public static final int STORE_OUTPUT = 4;

    public static final List<Phase> PHASES = List.of(
            new Phase("load-weights", PhaseKind.READ, "compressed filters of one layer into the filter buffer"),
            new Phase("load-input", PhaseKind.READ, "one fiber of a tensor that enters the segment"),
            new Phase("frontend", PhaseKind.COMPUTE, "input-stationary products of one input fiber"),
            new Phase("backend", PhaseKind.COMPUTE, "output-stationary merge and post-operations of one output fiber"),
            new Phase("store-output", PhaseKind.WRITE, "one fiber of a tensor that leaves the segment"));

    /** Position of {@link WorkMetric#PRODUCTS}. */
    public static final int PRODUCTS = 0;

    /** Position of {@code chunks}: dispatch units of up to {@code weightsPerSlot} weights of one activation's filters. */
    public static final int CHUNKS = 1;

    /**
     * Position of {@code busiestBank}: accumulations into the accumulator bank that gets the most. Banks are interleaved word
     * by word over the partial results of a lane, which lie there in the rank order [q, r, k]: those of a row h whose inputs
     * meet R' kernel rows and of a slice of K' channels are in bank {@code ((q * R' + r) * K' + k) mod banks}, r and k counted
     * from the first that the row meets and from the first of the slice.
     */
    public static final int BUSIEST_BANK = 2;

    /** Position of {@code activations}: non-zero inputs read. */
    public static final int ACTIVATIONS = 3;

    /** Position of {@code filterBytes}: compressed filter bytes that this item asks of the filter buffer. */
    public static final int FILTER_BYTES = 4;

    /**
     * Position of {@code wavefrontFilterBytes}: compressed filter bytes that all items of this layer and step ask for
     * together, a fiber that several rows share counted once. The same number on all of them.
     */
    public static final int WAVEFRONT_FILTER_BYTES = 5;

    /** Position of {@code merges}: non-zero partial results (pooling, add: non-zero operands) that a back end merges. */
    public static final int MERGES = 6;

    /** Position of {@code postOps}: output elements that pass the post-op unit; all of them, since all have a bias. */
    public static final int POST_OPS = 7;

    /** Position of {@code filterBufferBytes}: space that a load-weights item takes in the filter buffer. */
    public static final int FILTER_BUFFER_BYTES = 8;

    /**
     * Position of {@code dispatchSteps}: steps in which a lane's slots hand the products of the item to its accumulator banks
     * when no filter is missing, conflicts at banks included; see {@link DispatchSteps}.
     */
    public static final int DISPATCH_STEPS = 9;

    public static final WorkSchema SCHEMA = new WorkSchema(
            PHASES,
            List.of(
                    WorkMetric.PRODUCTS,
                    new WorkMetric("chunks", "chunks", "dispatch chunks of weights", 1),
                    new WorkMetric("busiestBank", "accumulations", "accumulations into the busiest bank", 1),
                    new WorkMetric("activations", "activations", "non-zero inputs read", 1),
                    new WorkMetric("filterBytes", "bytes", "compressed filter bytes asked for", 1),
                    new WorkMetric("wavefrontFilterBytes", "bytes", "distinct filter bytes of the wavefront", 1),
                    new WorkMetric("merges", "elements", "non-zero partial results merged", 1),
                    new WorkMetric("postOps", "elements", "outputs through the post-op unit", 1),
                    new WorkMetric("filterBufferBytes", "bytes", "filter buffer space taken", 1),
                    new WorkMetric("dispatchSteps", "steps", "steps to hand the products to the banks", 1)));

    /** Geometry: number of lanes; which of them a place is bound to, says {@link LaneBinding}. */
    public static final String LANES = "lanes";

    /**
     * Geometry: 1 if every layer of a segment has lanes of its own, a static partition; optional, 0 where it is not declared:
     * layers share all lanes.
     */
    public static final String LANE_PARTITION = "lanePartition";

    /** Geometry: weights of one dispatch chunk, also the weights that a slot multiplies per cycle. */
    public static final String WEIGHTS_PER_SLOT = "weightsPerSlot";

    /** Geometry: dispatch slots of a lane, each of which takes a chunk in a step. */
    public static final String SLOTS = "slotsPerLane";

    /** Geometry: products that wait in front of an accumulator bank before the slots that bring more of them stall. */
    public static final String ACCUMULATOR_QUEUE = "accumulatorQueue";

    /** Geometry: accumulator banks per lane. */
    public static final String ACCUMULATOR_BANKS = "accumulatorBanks";

    /** Geometry: bytes of one accumulator of a partial result. */
    public static final String ACCUMULATOR_BYTES = "accumulatorBytes";

    /** Geometry: columns of partial results kept beyond those that a window needs, so that both ends overlap. */
    public static final String PARTIAL_COLUMN_SLACK = "partialColumnSlack";

    /** Geometry: bytes of the shared filter buffer. */
    public static final String FILTER_BUFFER_BYTES_KEY = "filterBufferBytes";

    /** Geometry: bytes per lane for partial results and wavefront queues. */
    public static final String CONTEXT_BYTES_PER_LANE = "contextBytesPerLane";

    /**
     * Geometry: bytes of a word of the filter buffer, in which front-end items count what they read; optional, 1 where it is
     * not declared.
     */
    public static final String FILTER_WORD_BYTES = "filterWordBytes";

    /** Geometry: layers that can be time-multiplexed at once. */
    public static final String CONTEXTS = "contexts";

    /** Geometry: 1 if tensors may travel off chip as bitmask when that is smallest, else 0. */
    public static final String OFF_CHIP_BITMASK = "offChipBitmask";

    /** Mapping factor: passes over the input, each computing a contiguous part of K. */
    public static final String K_TILES = "kTiles";

    /** Mapping factor: lanes over which the K of one input row is divided in the front end. */
    public static final String K_SPLIT = "kSplit";

    /** Mapping factor: lanes over which the K of one output row is divided in the back end. */
    public static final String OUTPUT_SPLIT = "outputSplit";

    /** Mapping factor: lane of place 0 of the layer. */
    public static final String LANE_OFFSET = "laneOffset";

    /** Mapping factor: lanes, from that of place 0 on, round which the places of the layer go; optional, all lanes. */
    public static final String LANE_RANGE = "laneRange";

    private IsOsWork() {}
}
