package dev.isos.core.wavefront.schema;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import java.util.List;
import java.util.stream.Stream;

/**
 * The vocabulary of IS-OS work items: what the dataflow counts and a hardware model for it reads.
 *
 * <table>
 * <caption>Phases of a segment and what their items wait for</caption>
 * <tr><td>load-weights</td><td>one per layer and tile of K, or per step of a streamed layer; step = tile or step; moves
 *     WEIGHTS; of a layer in tiles of K the second one after waits for the last back-end items of the tile</td></tr>
 * <tr><td>load-input</td><td>one per fiber (w, h) of each tensor that enters the segment, and per pass; step = pass * W + w;
 *     row = h; moves INPUTS or RESIDUALS of that tensor; holds the bytes of one lane</td></tr>
 * <tr><td>frontend</td><td>one per (pass, w, h, lane of the row) of a convolution; step = pass * W + w; row = h; place = (h -
 *     first row of the pass) * rowLanes + lane; waits for the weights, for its input fiber, for its predecessor in w, and for
 *     the back-end items that free the columns of partial results that it is about to open. Of a streamed layer: one per
 *     (step, lane); row = 0</td></tr>
 * <tr><td>backend</td><td>one per (pass, q, p, lane of the row) of every layer that computes; step = pass * Q + q; row = p;
 *     place = (p - first row of the pass) * outputLanes + lane; waits for the front-end items (or, without filters, for the
 *     input fibers) that complete it and for its residual operand; holds the bytes of its output</td></tr>
 * <tr><td>store-output</td><td>one per fiber (q, p) of each tensor that leaves the segment; waits for its back-end
 *     items; moves OUTPUTS</td></tr>
 * </table>
 *
 * <p>A <b>pass</b> is a tile of K or of rows; most segments have one. The non-zero activations of an input fiber are dealt to
 * the lanes of its row one by one; the output channels of a fiber are divided over the lanes of its row in contiguous parts.
 * Concatenations have no items: whoever reads one waits for its parts.
 *
 * <p>Space in a queue must be given in the order of the wavefronts (step, row), space in the filter buffer in the order of the
 * loads that are ready, and an item holds its space until the last item that waits for it has ended; then no order of starts
 * deadlocks a segment that the dataflow has mapped.
 *
 * <p>Positions of phases and counts are looked up when the class is loaded: javac copies none of them into the classes of other
 * modules, which so find them where they are, whatever version of this module they were compiled with.
 */
public final class IsOsSchema {
    public static final List<Phase> PHASES = List.of(
            new Phase("load-weights", PhaseKind.READ, "compressed filters of one layer into the filter buffer"),
            new Phase("load-input", PhaseKind.READ, "one fiber of a tensor that enters the segment"),
            new Phase("frontend", PhaseKind.COMPUTE, "input-stationary products of one input fiber"),
            new Phase("backend", PhaseKind.COMPUTE, "output-stationary merge and post-operations of one output fiber"),
            new Phase("store-output", PhaseKind.WRITE, "one fiber of a tensor that leaves the segment"));

    public static final WorkSchema SCHEMA = new WorkSchema(
            PHASES,
            List.of(
                    WorkMetric.PRODUCTS,
                    new WorkMetric("elements", "activations", "non-zero activations read", 1),
                    new WorkMetric("vectors", "vectors", "vectors of weights multiplied by one activation", 1),
                    new WorkMetric("merges", "elements", "non-zero partial results merged", 1),
                    new WorkMetric("outputs", "elements", "outputs through the post-op units", 1),
                    new WorkMetric("filterBufferBytes", "bytes", "filter buffer space taken", 1)));

    /** The same for machines with {@link #PARTIAL_PLACES}, whose back ends read zeros too. */
    public static final WorkSchema WITH_PLACES = new WorkSchema(
            PHASES,
            Stream.concat(
                            SCHEMA.metrics().stream(),
                            Stream.of(new WorkMetric("places", "partial results", "places of partial results read", 1)))
                    .toList());

    /** Position of the phase that loads filters. */
    public static final int LOAD_WEIGHTS = SCHEMA.phase("load-weights");

    /** Position of the phase that loads a fiber of an input or residual operand. */
    public static final int LOAD_INPUT = SCHEMA.phase("load-input");

    /** Position of the phase that multiplies. */
    public static final int FRONTEND = SCHEMA.phase("frontend");

    /** Position of the phase that merges and requantises. */
    public static final int BACKEND = SCHEMA.phase("backend");

    /** Position of the phase that stores a fiber. */
    public static final int STORE_OUTPUT = SCHEMA.phase("store-output");

    /** Position of {@link WorkMetric#PRODUCTS}. */
    public static final int PRODUCTS = SCHEMA.offset(WorkMetric.PRODUCTS.id());

    /** Position of {@code elements}: non-zero activations that the front end reads. */
    public static final int ELEMENTS = SCHEMA.offset("elements");

    /**
     * Position of {@code vectors}: operations of a processing element, each of one activation with up to {@link #VECTOR_WIDTH}
     * of the weights that it legally meets, over all kernel positions and output channels.
     */
    public static final int VECTORS = SCHEMA.offset("vectors");

    /** Position of {@code merges}: non-zero partial results (pooling, add: non-zero operands) that a back end merges. */
    public static final int MERGES = SCHEMA.offset("merges");

    /** Position of {@code outputs}: output elements through the post-op units; all of them, since all have a bias. */
    public static final int OUTPUTS = SCHEMA.offset("outputs");

    /** Position of {@code filterBufferBytes}: space that a load-weights item takes in the filter buffer. */
    public static final int FILTER_BUFFER_BYTES = SCHEMA.offset("filterBufferBytes");

    /** Position of {@code places} in {@link #WITH_PLACES}: places of partial results that a back end reads, zero or not. */
    public static final int PLACES = WITH_PLACES.offset("places");

    /** Geometry: number of lanes. */
    public static final String LANES = "lanes";

    /** Geometry: weights that a processing element multiplies by one activation at once. */
    public static final String VECTOR_WIDTH = "vectorWidth";

    /** Geometry: bytes of the shared filter buffer. */
    public static final String FILTER_BUFFER = "filterBufferBytes";

    /** Geometry: bytes of the context array of a lane, for the partial results of all layers of a segment. */
    public static final String CONTEXT_ARRAY = "contextArrayBytes";

    /** Geometry: bytes of the queues of a lane, for the tensors of a segment. */
    public static final String QUEUES = "queueBytes";

    /** Geometry: bytes of one partial result in the context array, coordinates included. */
    public static final String PARTIAL_BYTES = "partialBytes";

    /**
     * Geometry, where declared: partial results of layers with one output channel per group have fixed places in the context
     * array, each of so many bytes: the channel of an activation is that of its products.
     */
    public static final String DEPTHWISE_PARTIAL_BYTES = "depthwisePartialBytes";

    /**
     * Geometry, where declared: partial results have fixed places in the context array instead of coordinates; the number is that
     * of output channels per byte of the mask by which a lane knows its places.
     */
    public static final String PARTIAL_PLACES = "partialPlacesPerMaskByte";

    /**
     * Geometry, where declared: a fiber of activations takes the shorter of two forms off chip, coordinates or a mask; the number
     * is that of channels per byte of a mask.
     */
    public static final String ACTIVATION_MASKS = "activationsPerMaskByte";

    /** Geometry: layers that a segment may have. */
    public static final String CONTEXTS = "contexts";

    /** Geometry: columns of partial results beyond those of a window, so that both ends of a lane overlap. */
    public static final String COLUMN_SLACK = "columnSlack";

    /** Mapping factor: passes over the input, each computing a contiguous part of K. */
    public static final String K_TILES = "kTiles";

    /** Mapping factor: passes over the map, each computing a contiguous part of the output rows of every layer. */
    public static final String ROW_TILES = "rowTiles";

    /** Mapping factor: lanes to which the activations of one input row are dealt. */
    public static final String ROW_LANES = "rowLanes";

    /** Mapping factor: lanes over which the output channels of one output row are divided. */
    public static final String OUTPUT_LANES = "outputLanes";

    /** Mapping factor: steps in which the weights of a layer stream by, each used once; 0 where they stay on chip. */
    public static final String STREAM_STEPS = "streamSteps";

    private IsOsSchema() {}

    /** The schema of the items for a machine. */
    public static WorkSchema of(Geometry geometry) {
        return geometry.has(PARTIAL_PLACES) ? WITH_PLACES : SCHEMA;
    }
}
