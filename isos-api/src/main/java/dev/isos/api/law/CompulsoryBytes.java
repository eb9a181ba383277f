package dev.isos.api.law;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Liveness;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Bytes that a segment moves at least, in any format whose payloads are bytes: one for each non-zero weight, for each
 * non-zero of a tensor from outside that a layer cannot do without, and for each non-zero of a tensor that somebody
 * needs afterwards. Immutable; may be used by many threads.
 */
public final class CompulsoryBytes {
    private final Workload workload;
    private final Network network;
    private final Segment segment;
    private final Liveness liveness;

    /**
     * The bytes of one segment.
     *
     * @param workload as the dataflow gets it
     * @param segment of a plan for that workload
     */
    public CompulsoryBytes(Workload workload, Segment segment) {
        this(workload, segment, new Liveness(workload.network()));
    }

    CompulsoryBytes(Workload workload, Segment segment, Liveness liveness) {
        this.workload = workload;
        this.network = workload.network();
        this.segment = segment;
        this.liveness = liveness;
    }

    /**
     * Of a layer's filters; 0 for a layer without.
     *
     * @param layer index of a layer of the network
     * @return non-zero weights, one byte each
     */
    public long weights(int layer) {
        return network.layer(layer).op() instanceof Convolution
                ? workload.filters(layer).nonZeros()
                : 0;
    }

    /**
     * {@return tensors from outside that layers of the segment read, ascending: layers by index, or inputs of the network;
     * concatenations are looked through}
     */
    public List<Integer> entering() {
        return liveness.entering(segment.layers());
    }

    /**
     * Whether a layer's output is needed after the segment.
     *
     * @param layer index of a layer of the segment
     * @return true of an output that a later segment reads, or nobody; false of a concatenation, whose parts leave in
     *     its place
     */
    public boolean leaves(int layer) {
        return liveness.leaves(layer, segment.layers());
    }

    /**
     * Non-zeros of a tensor from outside that some layer of the segment cannot do without.
     *
     * @param tensor one of {@link #entering()}
     * @param values what it holds
     * @return non-zeros, one byte each; positions and channels that no window or weight reaches are none
     */
    public long needed(int tensor, ActivationTensor values) {
        boolean[] needed = new boolean[values.values().length];
        for (int index : segment.layers()) {
            Layer layer = network.layer(index);
            for (int input : layer.inputs()) {
                int firstChannel = 0;
                for (int part : network.materialisedParts(input)) {
                    if (part == tensor) {
                        mark(layer, firstChannel, values, needed);
                    }
                    firstChannel += network.shapeOf(part).channels();
                }
            }
            if (layer.hasResidual()
                    && network.materialisedParts(layer.residual()).contains(tensor)) {
                Arrays.fill(needed, true);
            }
        }
        long count = 0;
        for (int i = 0; i < needed.length; i++) {
            count += needed[i] && values.values()[i] != 0 ? 1 : 0;
        }
        return count;
    }

    private void mark(Layer layer, int firstChannel, ActivationTensor values, boolean[] needed) {
        if (layer.op() instanceof Concatenation) {
            return;
        }
        int height = values.shape().height();
        int width = values.shape().width();
        int channels = values.shape().channels();
        Window window = layer.op() instanceof Convolution c
                ? c.window()
                : layer.op() instanceof Pooling p ? p.window() : Window.square(1, 1, 0);
        List<boolean[]> rowPatterns = new ArrayList<>();
        List<boolean[]> columnPatterns = new ArrayList<>();
        int[] rowPattern = new int[height];
        int[] columnPattern = new int[width];
        boolean windowed = layer.op() instanceof Convolution || layer.op() instanceof Pooling;
        for (int h = 0; h < height; h++) {
            boolean[] hits = new boolean[window.rows()];
            for (int r = 0; r < hits.length; r++) {
                hits[r] =
                        !windowed || window.outputRow(h, r, layer.outputShape().height()) >= 0;
            }
            rowPattern[h] = pattern(rowPatterns, hits);
        }
        for (int w = 0; w < width; w++) {
            boolean[] hits = new boolean[window.columns()];
            for (int s = 0; s < hits.length; s++) {
                hits[s] = !windowed
                        || window.outputColumn(w, s, layer.outputShape().width()) >= 0;
            }
            columnPattern[w] = pattern(columnPatterns, hits);
        }
        // positions that the window reaches alike need the same channels
        boolean[][][] channelsOf = new boolean[rowPatterns.size()][columnPatterns.size()][];
        for (int i = 0; i < rowPatterns.size(); i++) {
            for (int j = 0; j < columnPatterns.size(); j++) {
                channelsOf[i][j] = new boolean[channels];
                for (int c = 0; c < channels; c++) {
                    channelsOf[i][j][c] = reads(layer, firstChannel + c, rowPatterns.get(i), columnPatterns.get(j));
                }
            }
        }
        for (int w = 0; w < width; w++) {
            for (int h = 0; h < height; h++) {
                boolean[] read = channelsOf[rowPattern[h]][columnPattern[w]];
                int at = values.fiberStart(w, h);
                for (int c = 0; c < channels; c++) {
                    needed[at + c] |= read[c];
                }
            }
        }
    }

    private static int pattern(List<boolean[]> patterns, boolean[] hits) {
        for (int i = 0; i < patterns.size(); i++) {
            if (Arrays.equals(patterns.get(i), hits)) {
                return i;
            }
        }
        patterns.add(hits);
        return patterns.size() - 1;
    }

    private boolean reads(Layer layer, int channel, boolean[] rows, boolean[] columns) {
        if (layer.op() instanceof ChannelSelection selection) {
            return selection.channels().contains(channel);
        }
        FilterTensor filters = layer.op() instanceof Convolution ? workload.filters(layer.index()) : null;
        for (int r = 0; r < rows.length; r++) {
            for (int s = 0; s < columns.length; s++) {
                if (rows[r] && columns[s] && (filters == null || holdsAny(filters, filters.fiber(channel, r, s)))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean holdsAny(FilterTensor filters, int fiber) {
        return filters.starts()[fiber] < filters.starts()[fiber + 1];
    }

    /** The tensors of {@link #entering} and {@link #leaves} and the weights, each held to the bytes moved for it. */
    void check(String where, MovedBytes moved, IntFunction<ActivationTensor> tensors) {
        for (int layer : segment.layers()) {
            require(
                    where,
                    "the weights of " + network.layer(layer).name(),
                    "loads",
                    moved.weights(layer),
                    moved.weightsThere() ? 0 : weights(layer));
            if (leaves(layer)) {
                require(
                        where,
                        "the output of " + network.layer(layer).name(),
                        "writes",
                        moved.written(layer),
                        tensors.apply(layer).nonZeros());
            }
        }
        for (int tensor : entering()) {
            long read = moved.read(tensor);
            ActivationTensor values = tensors.apply(tensor);
            // the whole tensor is an upper bound that needs no search
            if (read < values.nonZeros()) {
                require(where, RunLaws.name(network, tensor), "reads", read, needed(tensor, values));
            }
        }
    }

    private static void require(String where, String what, String does, long moved, long least) {
        if (moved < least) {
            throw RunLaws.broken(
                    where, does + " " + moved + " bytes of " + what + ", which has " + least + " non-zeros to move");
        }
    }

    /** Bytes that a segment has moved. */
    interface MovedBytes {
        /** Whether the weights were on chip before. */
        default boolean weightsThere() {
            return false;
        }

        long weights(int layer);

        long read(int tensor);

        long written(int layer);
    }
}
