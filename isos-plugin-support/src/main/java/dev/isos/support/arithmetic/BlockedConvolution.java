package dev.isos.support.arithmetic;

import dev.isos.api.dataflow.TaskRunner;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * A convolution, or a fully connected layer, with sparse filters over dense blocks of output positions: a non-zero weight
 * multiplies what it meets at all positions of a block at once, so that sums are made by the compiler's vector code.
 *
 * <pre>
 *   T[r,k,i] = sum over c,s of I[w(i,s),h(i,r),c] * F[c,r,s,k]      i: positions of the block
 *   O[k,i]   = sum over r   of T[r,k,i]                            in 32 bits that wrap around
 * </pre>
 *
 * <p>Immutable; any number of threads may use it.
 */
public final class BlockedConvolution {
    /** Output positions of a block: the operands of most layers then stay in a core's second-level cache (measured). */
    public static final int BLOCK;

    static {
        BLOCK = 128; // not a constant to javac, which would copy it into other modules
    }

    private final FeatureMapShape in;
    private final FeatureMapShape out;
    private final Window window;

    private final byte[] values;

    private final int valueMask;

    // non-zero weights of output channel k in kernel row r: starts[r * K + k] .. starts[r * K + k + 1]
    private final int[] starts;

    /** Operand row c * S + s of each weight. */
    private final int[] rows;

    private final byte[] weights;

    /**
     * Takes what the layer reads; the tensors must not change as long as this is used.
     *
     * @param layer a convolution
     * @param input in the layer's input shape
     * @param filters in the layer's filter shape
     */
    public BlockedConvolution(Layer layer, ActivationTensor input, FilterTensor filters) {
        in = layer.inputShape();
        out = layer.outputShape();
        window = layer.convolution().orElseThrow().window();
        values = input.values();
        valueMask = input.signed() ? -1 : 0xFF;
        int channels = out.channels();
        starts = new int[window.rows() * channels + 2];
        rows = new int[filters.nonZeros()];
        weights = new byte[rows.length];
        char[] coordinates = filters.coordinates();
        int columns = window.columns();
        for (int fiber = 0; fiber < filters.shape().fibers(); fiber++) {
            int r = fiber / columns % window.rows();
            for (int i = filters.starts()[fiber]; i < filters.starts()[fiber + 1]; i++) {
                starts[r * channels + coordinates[i] + 2]++;
            }
        }
        for (int i = 1; i < starts.length; i++) {
            starts[i] += starts[i - 1];
        }
        // each start lies one further behind until its last weight has been placed
        for (int fiber = 0; fiber < filters.shape().fibers(); fiber++) {
            int r = fiber / columns % window.rows();
            int row = fiber / columns / window.rows() * columns + fiber % columns;
            for (int i = filters.starts()[fiber]; i < filters.starts()[fiber + 1]; i++) {
                int at = starts[r * channels + coordinates[i] + 1]++;
                rows[at] = row;
                weights[at] = filters.payloads()[i];
            }
        }
    }

    /** Number of blocks of output positions; block b holds the positions b * BLOCK to (b + 1) * BLOCK - 1, as far as there are. */
    private int blocks() {
        return (out.fibers() + BLOCK - 1) / BLOCK;
    }

    /**
     * Computes all sums.
     *
     * @param tasks does several blocks at the same time
     * @param memory in which each thread that takes part computes: C * S rows, and K more where the kernel has several rows
     * @param sinks makes a sink for each thread that takes part; a block's sums go to one of them
     */
    public void run(TaskRunner tasks, BlockMemory memory, Supplier<? extends Sink> sinks) {
        Queue<Worker> idle = new ConcurrentLinkedQueue<>();
        tasks.run(blocks(), block -> {
            Worker known = idle.poll();
            Worker worker = known == null ? new Worker(sinks.get(), memory.take()) : known;
            worker.run(block);
            idle.add(worker);
        });
        idle.forEach(worker -> memory.giveBack(worker.memory));
    }

    /** Takes the sums of blocks, one block after the other; element i of an array is for position {@code first + i}, elements beyond {@code count} mean nothing. */
    public interface Sink {
        /**
         * T[r][k] of the block; each pair of r and k is given once, unless there is no weight. The array is valid during the call.
         *
         * @param r kernel row
         * @param k output channel
         * @param sums {@link #BLOCK} elements, of which those beyond the last position mean nothing
         */
        default void partial(int r, int k, int[] sums) {}

        /**
         * O[k] of the block, once for each k, after its partial sums. The array is valid during the call.
         *
         * @param k output channel
         * @param first first position of the block; position i is column {@code i / P}, row {@code i % P}
         * @param count positions of the block, at most {@link #BLOCK}
         * @param sums {@link #BLOCK} elements
         */
        void complete(int k, int first, int count, int[] sums);

        /**
         * All sums of a block have been given.
         *
         * @param first first position of the block
         * @param count positions of the block
         */
        default void end(int first, int count) {}
    }

    /** Computes blocks, one after the other. */
    private final class Worker {
        private final Sink sink;
        private final BlockMemory.Rows memory;

        /** Operand rows, behind them the sums of each output channel where the kernel has several rows. */
        private final int[][] operands;

        private final int firstSum = in.channels() * window.columns();
        private final boolean sumsRows = window.rows() > 1;
        private final int[] partial = new int[BLOCK];
        private final int[] base = new int[BLOCK];

        /** 0 where a position reads padding, or lies beyond the last; else -1. */
        private final int[] valid = new int[BLOCK];

        private final EightChannels eight = new EightChannels();

        Worker(Sink sink, BlockMemory.Rows memory) {
            this.sink = sink;
            this.memory = memory;
            operands = memory.atLeast(firstSum + (sumsRows ? out.channels() : 0));
        }

        void run(int block) {
            int first = block * BLOCK;
            int count = Math.min(BLOCK, out.fibers() - first);
            for (int k = 0; sumsRows && k < out.channels(); k++) {
                Arrays.fill(operands[firstSum + k], 0);
            }
            for (int r = 0; r < window.rows(); r++) {
                gather(r, first, count);
                for (int k = 0; k < out.channels(); k++) {
                    int from = starts[r * out.channels() + k];
                    int to = starts[r * out.channels() + k + 1];
                    if (to > from || !sumsRows) {
                        Arrays.fill(partial, 0);
                        accumulate(from, to);
                        sink.partial(r, k, partial);
                        if (sumsRows) {
                            add(operands[firstSum + k], partial);
                        } else {
                            sink.complete(k, first, count, partial);
                        }
                    }
                }
            }
            for (int k = 0; sumsRows && k < out.channels(); k++) {
                sink.complete(k, first, count, operands[firstSum + k]);
            }
            sink.end(first, count);
        }

        /** Lays out what kernel row r reads, a row of positions for each channel and kernel column. */
        private void gather(int r, int first, int count) {
            int channels = in.channels();
            for (int s = 0; s < window.columns(); s++) {
                Arrays.fill(base, 0);
                Arrays.fill(valid, 0);
                for (int i = 0; i < count; i++) {
                    int w = window.inputColumn((first + i) / out.height(), s);
                    int h = window.inputRow((first + i) % out.height(), r);
                    if (w >= 0 && w < in.width() && h >= 0 && h < in.height()) {
                        base[i] = (w * in.height() + h) * channels;
                        valid[i] = -1;
                    }
                }
                int step = window.columns();
                int c = 0;
                for (; c + EightChannels.COUNT <= channels; c += EightChannels.COUNT) {
                    eight.read(operands, c * step + s, step, values, base, c, valid, valueMask);
                }
                for (; c < channels; c++) {
                    decode(operands[c * step + s], base, values, c, valid, valueMask);
                }
            }
        }

        private void accumulate(int from, int to) {
            int i = from;
            for (; i + 4 <= to; i += 4) {
                addFour(
                        partial,
                        operands[rows[i]],
                        operands[rows[i + 1]],
                        operands[rows[i + 2]],
                        operands[rows[i + 3]],
                        weights[i],
                        weights[i + 1],
                        weights[i + 2],
                        weights[i + 3]);
            }
            for (; i < to; i++) {
                addOne(partial, operands[rows[i]], weights[i]);
            }
        }
    }

    // Loops over whole arrays without offsets: what the JVM makes vector code of.

    private static void decode(int[] row, int[] base, byte[] values, int c, int[] valid, int mask) {
        for (int i = 0; i < row.length; i++) {
            row[i] = values[base[i] + c] & valid[i] & mask;
        }
    }

    private static void addFour(int[] sums, int[] a, int[] b, int[] c, int[] d, int x, int y, int z, int u) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += x * a[i] + y * b[i] + z * c[i] + u * d[i];
        }
    }

    private static void addOne(int[] sums, int[] a, int x) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += x * a[i];
        }
    }

    private static void add(int[] sums, int[] more) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += more[i];
        }
    }
}
