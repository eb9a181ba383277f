package dev.isos.baselines.fusedlayer;

import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import java.util.List;

/**
 * The vocabulary of fused-layer work items.
 *
 * <table>
 * <caption>Phases of a segment and what their items wait for</caption>
 * <tr><td>load-weights</td><td>one per layer, waiting for nothing; of a layer whose filters do not fit on chip one per
 *     tile and chunk (row = chunk), waiting for the work on the chunk before the previous one</td></tr>
 * <tr><td>load-input, load-residual</td><td>one per tile and tensor from outside; waits for the work on the tile before
 *     the previous one (double buffering)</td></tr>
 * <tr><td>array, vector</td><td>one per tile and layer (of a streamed or very large layer several, row = chunk); waits
 *     for its operands, for the same layer's previous tile, and for whatever frees the space of its output</td></tr>
 * <tr><td>store-output</td><td>one per tile and tensor that leaves the segment; waits for its computation</td></tr>
 * </table>
 *
 * <p>Concatenations have no items: whoever reads one waits for its parts. The step of an item is its tile, in the order
 * rows of tiles, then columns.
 */
public final class FusedLayerWork {
    public static final int LOAD_WEIGHTS = 0;
    public static final int LOAD_INPUT = 1;
    public static final int LOAD_RESIDUAL = 2;
    public static final int ARRAY = 3;
    public static final int VECTOR = 4;
    public static final int STORE_OUTPUT = 5;

    public static final List<Phase> PHASES = List.of(
            new Phase("load-weights", PhaseKind.READ, "dense filters of one layer, or a chunk of them"),
            new Phase("load-input", PhaseKind.READ, "what a tile newly needs of a tensor from outside the segment"),
            new Phase("load-residual", PhaseKind.READ, "the same of a tensor that is only added"),
            new Phase("array", PhaseKind.COMPUTE, "one tile of a convolution on the unrolled array"),
            new Phase("vector", PhaseKind.COMPUTE, "one tile of a pooling or an addition on the vector unit"),
            new Phase("store-output", PhaseKind.WRITE, "one tile of a tensor that leaves the segment"));

    /** Position of {@link WorkMetric#PRODUCTS}. */
    public static final int PRODUCTS = 0;

    /** Position of {@code steps}: passes of the array or the vector unit. */
    public static final int STEPS = 1;

    /** Position of {@code weightReads}: filter bytes read from the on-chip buffer. */
    public static final int WEIGHT_READS = 2;

    /** Position of {@code inputReads}: operand bytes read from the on-chip buffer. */
    public static final int INPUT_READS = 3;

    /** Position of {@code accumulations}: read-modify-writes of a 32-bit partial sum. */
    public static final int ACCUMULATIONS = 4;

    /** Position of {@code outputs}: output elements, each written to the on-chip buffer. */
    public static final int OUTPUTS = 5;

    public static final WorkSchema SCHEMA = new WorkSchema(
            PHASES,
            List.of(
                    WorkMetric.PRODUCTS,
                    new WorkMetric("steps", "steps", "passes of the array or the vector unit", 1),
                    new WorkMetric("weightReads", "bytes", "filter bytes read on chip", 1),
                    new WorkMetric("inputReads", "bytes", "operand bytes read on chip", 1),
                    new WorkMetric("accumulations", "partial sums", "updates of partial sums", 1),
                    new WorkMetric("outputs", "elements", "output elements", 1)));

    /** Geometry: output channels that the array works on at once. */
    public static final String UNROLL_OUTPUTS = "unrollOutputs";

    /** Geometry: input channels, or pixels, that the array works on at once. */
    public static final String UNROLL_INPUTS = "unrollInputs";

    /** Geometry: operands that the vector unit takes at once. */
    public static final String VECTOR_WIDTH = "vectorWidth";

    /** Geometry: partial sums that each output lane can hold. */
    public static final String ACCUMULATOR_PIXELS = "accumulatorPixels";

    /** Geometry: bytes of all on-chip storage. */
    public static final String ON_CHIP_BUFFER_BYTES = "onChipBufferBytes";

    /** Geometry: bytes of filters that a group of several layers may have; those of a single layer beyond half of it are streamed. */
    public static final String FILTER_BUFFER_BYTES = "filterBufferBytes";

    /** Geometry: 1 if the layers of a group work on maps of one height and poolings end a group, 0 if any layers may be one. */
    public static final String ONE_HEIGHT = "oneHeight";

    /** Geometry: bytes that an element of a tensor takes off chip. */
    public static final String ELEMENT_BYTES = "elementBytes";

    /** Geometry and mapping factor: 1 if overlaps of tiles are computed again, 0 if they are kept. */
    public static final String RECOMPUTE = "recompute";

    /** Geometry: {@link Unrolling#ordinal()}. */
    public static final String UNROLLING = "unrolling";

    /** Geometry: tiles that a group should have at least, where its map has as many and that costs no steps. */
    public static final String MINIMUM_TILES = "minimumTiles";

    /** Mapping factor: rows of a tile, measured on the last layer of the segment that still has a map. */
    public static final String TILE_ROWS = "tileRows";

    /** Mapping factor: columns of a tile. */
    public static final String TILE_COLUMNS = "tileColumns";

    /** Mapping factor: bytes of one chunk of streamed filters, 0 if the filters stay on chip. */
    public static final String WEIGHT_CHUNK_BYTES = "weightChunkBytes";

    private FusedLayerWork() {}
}
