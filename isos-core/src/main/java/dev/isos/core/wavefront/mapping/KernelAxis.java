package dev.isos.core.wavefront.mapping;

import dev.isos.api.network.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * One axis of a window (rows r or columns s) seen from the input: which kernel positions an input coordinate meets and
 * which output coordinate it reaches through each. Kernel positions are ordered by {@code (position * dilation) mod
 * stride} first, so that the legal ones of any input coordinate are a contiguous range of that order.
 */
public final class KernelAxis {
    private final int stride;
    private final int dilation;
    private final int pad;

    /** Kernel position at each place of the order. */
    public final int[] order;

    /** Number of different (low, high) pairs. */
    public final int classes;

    // of the inputs from the first to the last that some output reaches
    private final int begin;
    private final int[] low;
    private final int[] high;
    private final int[] classOf;

    private final int classBefore;
    private final int classBehind;

    private KernelAxis(int size, int stride, int dilation, int pad, int inputs, int firstOutput, int endOutput) {
        this.stride = stride;
        this.dilation = dilation;
        this.pad = pad;
        order = new int[size];
        for (int residue = 0, at = 0; residue < stride && at < size; residue++) {
            for (int i = 0; i < size; i++) {
                if (i * dilation % stride == residue) {
                    order[at++] = i;
                }
            }
        }
        // what lies beyond the reach of the outputs meets nothing; there is much of it when a map is cut into many
        // tiles
        begin = (int) Math.max(0, Math.min(inputs, (long) firstOutput * stride - pad));
        int end = (int) Math.max(begin, Math.min(inputs, (endOutput - 1L) * stride - pad + (size - 1L) * dilation + 1));
        low = new int[end - begin];
        high = new int[low.length];
        classOf = new int[low.length];
        List<Long> seen = new ArrayList<>();
        classBefore = begin > 0 ? numberOf(seen, 0L) : 0;
        for (int i = 0; i < low.length; i++) {
            low[i] = size;
            for (int place = 0; place < size; place++) {
                int offset = begin + i + pad - order[place] * dilation;
                if (offset >= 0
                        && offset % stride == 0
                        && offset / stride >= firstOutput
                        && offset / stride < endOutput) {
                    low[i] = Math.min(low[i], place);
                    high[i] = place + 1;
                }
            }
            if (high[i] == 0) {
                low[i] = 0;
            }
            classOf[i] = numberOf(seen, ((long) low[i] << 32) | high[i]);
        }
        classBehind = end < inputs ? numberOf(seen, 0L) : 0;
        classes = seen.size();
    }

    private static int numberOf(List<Long> seen, long pair) {
        int known = seen.indexOf(pair);
        if (known < 0) {
            seen.add(pair);
            return seen.size() - 1;
        }
        return known;
    }

    /** Rows of a window, as far as they reach the output rows {@code firstOutput .. endOutput - 1}. */
    public static KernelAxis rows(Window window, int inputs, int firstOutput, int endOutput) {
        return new KernelAxis(
                window.rows(),
                window.strideRows(),
                window.dilationRows(),
                window.padTop(),
                inputs,
                firstOutput,
                endOutput);
    }

    /** Columns of a window. */
    public static KernelAxis columns(Window window, int inputs, int outputs) {
        return new KernelAxis(
                window.columns(),
                window.strideColumns(),
                window.dilationColumns(),
                window.padLeft(),
                inputs,
                0,
                outputs);
    }

    /** Number of kernel positions. */
    public int size() {
        return order.length;
    }

    /** First legal place of an input coordinate. */
    public int low(int x) {
        int i = x - begin;
        return i >= 0 && i < low.length ? low[i] : 0;
    }

    /** End of the legal places of an input coordinate; equal to {@link #low} when there are none. */
    public int high(int x) {
        int i = x - begin;
        return i >= 0 && i < high.length ? high[i] : 0;
    }

    /** Number of the (low, high) pair of an input coordinate. */
    public int classOf(int x) {
        int i = x - begin;
        if (i < 0) {
            return classBefore;
        }
        return i < classOf.length ? classOf[i] : classBehind;
    }

    /** Number of kernel positions that an input coordinate meets. */
    public int legal(int x) {
        return high(x) - low(x);
    }

    /** Output coordinate that input x reaches through a legal place of the order. */
    public int output(int x, int place) {
        return (x + pad - order[place] * dilation) / stride;
    }

    /** Input coordinate that an output reads through a place of the order; may lie in the padding. */
    public int input(int output, int place) {
        return output * stride + order[place] * dilation - pad;
    }

    /**
     * Input column with which output column q is complete: the last that its window reads, or -1 for a window that lies
     * in the left padding altogether.
     */
    public static int completingColumn(Window window, int q, int inputWidth) {
        return Math.max(-1, Math.min(window.inputColumn(q, window.columns() - 1), inputWidth - 1));
    }

    /** Most outputs that can be incomplete at once: {@code ceil(((size - 1) * dilation + 1) / stride)}. */
    public static int liveOutputs(int size, int dilation, int stride) {
        return ((size - 1) * dilation + stride) / stride;
    }
}
