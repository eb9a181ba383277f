package dev.isos.api.tensor;

/**
 * Sparse int8 filters as a fibertree with rank order [C, R, S, K]: ranks C, R and S uncompressed, K compressed (CSF).
 * The fiber of (c, r, s) holds the non-zero weights that input channel c meets at kernel position (r, s), as sorted
 * coordinates k (over all groups) with their payloads. This is the order in which an input-stationary front end
 * consumes filters: one activation of channel c meets exactly the fibers F[c][*][*].
 *
 * <p>Arrays are shared, not copied, and must not be modified.
 */
public final class FilterTensor {
    private static final int TILE_WEIGHTS = 1 << 17;

    private final FilterShape shape;
    private final int[] starts;
    private final char[] coordinates;
    private final byte[] payloads;

    /**
     * Filters on the given arrays.
     *
     * @param shape shape of the filters
     * @param starts {@code shape.fibers() + 1} offsets into the next two arrays
     * @param coordinates output channel k of each non-zero, ascending within a fiber
     * @param payloads value of each non-zero
     * @throws IllegalArgumentException when the lengths of the arrays do not match
     */
    public FilterTensor(FilterShape shape, int[] starts, char[] coordinates, byte[] payloads) {
        if (starts.length != shape.fibers() + 1
                || starts[shape.fibers()] != coordinates.length
                || coordinates.length != payloads.length) {
            throw new IllegalArgumentException("filter fibers of " + shape + " are inconsistent");
        }
        this.shape = shape;
        this.starts = starts;
        this.coordinates = coordinates;
        this.payloads = payloads;
    }

    /**
     * Compresses dense weights given in rank order [K, C/G, R, S], the order of ONNX.
     *
     * @param shape shape of the filters
     * @param dense one byte per weight; neither kept nor modified
     * @return the non-zero weights
     * @throws IllegalArgumentException when the number of weights is not that of the shape
     */
    public static FilterTensor fromDense(FilterShape shape, byte[] dense) {
        if (dense.length != shape.elements()) {
            throw new IllegalArgumentException(shape + " needs " + shape.elements() + " weights, got " + dense.length);
        }
        int kernel = shape.rows() * shape.columns();
        int perFilter = shape.channelsPerGroup() * kernel;
        int perGroup = shape.outputsPerGroup();
        int[] starts = new int[shape.fibers() + 1];
        for (int k = 0; k < shape.outputChannels(); k++) {
            int fiberBase = k / perGroup * perFilter;
            for (int i = 0, from = k * perFilter; i < perFilter; i++) {
                starts[fiberBase + i + 1] += dense[from + i] != 0 ? 1 : 0;
            }
        }
        for (int i = 0; i < shape.fibers(); i++) {
            starts[i + 1] += starts[i];
        }
        int[] next = starts.clone();
        char[] coordinates = new char[starts[shape.fibers()]];
        byte[] payloads = new byte[coordinates.length];
        // a tile of fibers at a time, so that what is written lies close together
        int tile = Math.max(1, TILE_WEIGHTS / Math.max(1, shape.outputChannels()));
        for (int first = 0; first < perFilter; first += tile) {
            int end = Math.min(perFilter, first + tile);
            for (int k = 0; k < shape.outputChannels(); k++) {
                int fiberBase = k / perGroup * perFilter;
                for (int i = first, from = k * perFilter; i < end; i++) {
                    byte weight = dense[from + i];
                    if (weight != 0) {
                        int at = next[fiberBase + i]++;
                        coordinates[at] = (char) k;
                        payloads[at] = weight;
                    }
                }
            }
        }
        return new FilterTensor(shape, starts, coordinates, payloads);
    }

    /** {@return the weights with their zeros, rank order [K, C/G, R, S]; a new array} */
    public byte[] toDense() {
        byte[] dense = new byte[shape.elements()];
        int kernel = shape.rows() * shape.columns();
        int perFilter = shape.channelsPerGroup() * kernel;
        for (int fiber = 0; fiber < shape.fibers(); fiber++) {
            int inFilter = fiber % perFilter;
            for (int i = starts[fiber]; i < starts[fiber + 1]; i++) {
                dense[coordinates[i] * perFilter + inFilter] = payloads[i];
            }
        }
        return dense;
    }

    /** {@return shape of the filters} */
    public FilterShape shape() {
        return shape;
    }

    /**
     * Index of the fiber of input channel c (over all groups) at kernel position (r, s).
     *
     * @param c input channel, 0..C-1
     * @param r kernel row, 0..R-1
     * @param s kernel column, 0..S-1
     * @return index into {@link #starts()}
     */
    public int fiber(int c, int r, int s) {
        return (c * shape.rows() + r) * shape.columns() + s;
    }

    /** {@return offsets of fibers; fiber f is {@code starts()[f] .. starts()[f + 1]}; not to be modified} */
    public int[] starts() {
        return starts;
    }

    /** {@return output channel k of each stored weight; not to be modified} */
    public char[] coordinates() {
        return coordinates;
    }

    /** {@return value of each stored weight; not to be modified} */
    public byte[] payloads() {
        return payloads;
    }

    /** {@return number of stored weights; those that a computed tensor makes may be zeros} */
    public int nonZeros() {
        return payloads.length;
    }

    /** {@return stored weights divided by all weights, 0..1} */
    public double density() {
        return nonZeros() / (double) shape.elements();
    }
}
