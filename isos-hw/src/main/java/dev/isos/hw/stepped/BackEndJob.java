package dev.isos.hw.stepped;

import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;

/**
 * What one back-end task works on as it passes the merger and the post-op unit: output column q, row p, output channels
 * {@code first .. end}. The operands of a convolution are its partial results T[h, q, r, k] over r, those of a pooling its
 * input elements under the window, those of an addition its two inputs, those of a local response normalisation the channels
 * around its own. Zero operands are stepped over by occupancy bits.
 */
final class BackEndJob {
    final Task task;
    final Context context;
    private final TensorMemory memory;
    private final int q;
    private final int p;
    private final int columnNumber;
    private final int first;
    private final int end;

    // operand fibers: coordinates of each, walked one after another
    private final int fibers;
    private final int[] fiberRow;
    private final int[] fiberColumn;
    private final int[] fiberKernelRow;

    private final int[] sums;
    private int fiber;
    private int k;
    private int nextOutput;

    BackEndJob(Task task, Context context, TensorMemory memory) {
        this.task = task;
        this.context = context;
        this.memory = memory;
        FeatureMapShape out = context.layer.outputShape();
        int tile = task.step / out.width();
        q = task.step % out.width();
        columnNumber = task.step;
        p = task.row;
        int[] channels = context.channels(tile, task.place - p * context.outputSplit, context.outputSplit);
        first = channels[0];
        end = channels[1];
        sums = new int[end - first];
        Window window = window();
        int most = window == null ? 0 : window.rows() * window.columns();
        fiberRow = new int[most];
        fiberColumn = new int[most];
        fiberKernelRow = new int[most];
        fibers = findFibers(window);
        k = first;
        nextOutput = first;
    }

    private Window window() {
        return context.layer.op() instanceof Pooling pooling ? pooling.window() : context.window;
    }

    private int findFibers(Window window) {
        if (window == null) {
            return elementwiseFibers();
        }
        FeatureMapShape in = context.layer.inputShape();
        int count = 0;
        // partial results are already summed over s
        int columns = pooling() == null ? 1 : window.columns();
        for (int s = 0; s < columns; s++) {
            int w = pooling() == null ? 0 : window.inputColumn(q, s);
            for (int r = 0; r < window.rows(); r++) {
                int h = window.inputRow(p, r);
                if (h >= 0 && h < in.height() && w >= 0 && w < in.width()) {
                    fiberRow[count] = h;
                    fiberColumn[count] = w;
                    fiberKernelRow[count++] = r;
                }
            }
        }
        return count;
    }

    /** Operands of one output of a layer without a window. */
    private int elementwiseFibers() {
        if (normalisation() != null) {
            return normalisation().size();
        }
        return context.layer.op() instanceof ChannelSelection ? 1 : 2;
    }

    private LocalResponseNormalisation normalisation() {
        return context.layer.op() instanceof LocalResponseNormalisation op ? op : null;
    }

    private Pooling pooling() {
        return context.layer.op() instanceof Pooling pooling ? pooling : null;
    }

    private int operand(int f, int channel, boolean clear) {
        if (context.layer.op() instanceof ElementwiseAdd) {
            return f == 0 ? context.input(channel, p, q) : context.second(channel, p, q);
        }
        if (context.layer.op() instanceof ChannelSelection selection) {
            return context.input(selection.channels().get(channel), p, q);
        }
        if (normalisation() != null) {
            int neighbour = channel - (normalisation().size() - 1) / 2 + f;
            boolean inside =
                    neighbour >= 0 && neighbour < context.layer.inputShape().channels();
            return inside ? context.input(neighbour, p, q) : 0;
        }
        if (pooling() != null) {
            return context.input(channel, fiberRow[f], fiberColumn[f]);
        }
        int place = context.partials.place(columnNumber, fiberRow[f], fiberKernelRow[f], channel);
        return clear ? context.partials.take(columnNumber, place) : context.partials.peek(columnNumber, place);
    }

    /** Operands that are not zero. */
    int merges() {
        int count = 0;
        for (int f = 0; f < fibers; f++) {
            for (int channel = first; channel < end; channel++) {
                count += operand(f, channel, false) != 0 ? 1 : 0;
            }
        }
        Law.holds(
                count == task.announcedMerges,
                "a back-end task merges " + count + " operands, announced were " + task.announcedMerges);
        return count;
    }

    /** Merges up to so many non-zero operands; returns how many, fewer only when it is through. */
    int merge(int width) {
        int merged = 0;
        while (fiber < fibers && merged < width) {
            merged += combine(operand(fiber, k, true)) ? 1 : 0;
            if (++k == end) {
                k = first;
                fiber++;
            }
        }
        return merged;
    }

    /** Takes one operand into the sum (maximum) of its channel; returns whether it counts as work. */
    private boolean combine(int value) {
        int at = k - first;
        if (context.layer.op() instanceof ElementwiseAdd) {
            // both operands go to the post-op unit as they are
            sums[at] = 0;
        } else if (normalisation() != null) {
            sums[at] += value * value;
        } else if (pooling() != null && pooling().kind() == PoolingKind.MAX) {
            sums[at] = fiber == 0 ? value : Math.max(sums[at], value);
        } else {
            sums[at] += value;
        }
        return value != 0;
    }

    /** Post-operations of up to so many outputs; returns how many, fewer only when it is through. */
    int postOps(int width) {
        int count = Math.min(width, end - nextOutput);
        for (int i = 0; i < count; i++, nextOutput++) {
            memory.write(context.layer.index(), nextOutput, p, q, output(nextOutput));
        }
        return count;
    }

    private int output(int channel) {
        int sum = sums[channel - first];
        if (context.layer.op() instanceof ElementwiseAdd) {
            return context.requantisation.add(context.input(channel, p, q), context.second(channel, p, q));
        }
        if (normalisation() != null) {
            return context.normaliser.apply(context.input(channel, p, q), sum);
        }
        if (pooling() != null && pooling().kind() == PoolingKind.AVERAGE) {
            Window window = pooling().window();
            int divisor = pooling().countPadding() ? window.rows() * window.columns() : Math.max(1, fibers);
            return context.requantisation.average(sum, divisor, channel);
        }
        if (context.secondParts.isEmpty()) {
            return context.requantisation.apply(sum, channel);
        }
        return context.requantisation.apply(sum, channel, context.second(channel, p, q));
    }

    int outputs() {
        return end - first;
    }
}
