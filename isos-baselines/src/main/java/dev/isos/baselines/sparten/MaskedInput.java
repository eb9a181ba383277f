package dev.isos.baselines.sparten;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/** An activation tensor with the non-zero mask of each fiber along C. */
final class MaskedInput {
    private final FeatureMapShape shape;
    private final int words;
    private final long[] masks;

    /** Of the tensors of a workload's runs that are still in memory. */
    private static final class Known {
        private final Map<ActivationTensor, MaskedInput> masks = Collections.synchronizedMap(new WeakHashMap<>());
    }

    /** A tensor's masks, which the layers that make and read it share. */
    static MaskedInput of(ExecutionContext context, ActivationTensor tensor) {
        return context.shared(Known.class, Known.class, Known::new).masks.computeIfAbsent(tensor, MaskedInput::new);
    }

    MaskedInput(ActivationTensor tensor) {
        shape = tensor.shape();
        int channels = shape.channels();
        words = (channels + 63) / 64;
        masks = new long[shape.fibers() * words];
        for (int fiber = 0; fiber < shape.fibers(); fiber++) {
            int from = fiber * channels;
            for (int word = 0; word < words; word++) {
                int first = from + word * 64;
                masks[fiber * words + word] = tensor.nonZeroMask(first, Math.min(first + 64, from + channels));
            }
        }
    }

    FeatureMapShape shape() {
        return shape;
    }

    /** Mask words of a fiber. */
    int words() {
        return words;
    }

    /** Masks, {@link #words()} for each fiber. */
    long[] masks() {
        return masks;
    }

    /** Non-zeros among channels {@code from .. to} of a fiber; with marks, word w at {@code at + w}, among those that are marked. */
    int nonZeros(int fiber, int from, int to, long[] marked, int at) {
        int count = 0;
        for (int word = from / 64; word * 64 < to; word++) {
            long mask = masks[fiber * words + word] & within(word, from, to);
            count += Long.bitCount(marked == null ? mask : mask & marked[at + word]);
        }
        return count;
    }

    int nonZeros(int fiber, int from, int to) {
        return nonZeros(fiber, from, to, null, 0);
    }

    /** The channels {@code from .. to} of a word. */
    private static long within(int word, int from, int to) {
        // a shift is by its distance modulo 64
        long mask = word * 64 < from ? -1L << from : -1L;
        return word * 64 + 64 > to ? mask & -1L >>> -to : mask;
    }

    /** Mask and values of channels {@code from .. to} of a fiber, in bytes; masks of real channels only, in whole bytes. */
    int bytes(int fiber, int from, int to) {
        return (to - from + 7) / 8 + nonZeros(fiber, from, to);
    }
}
