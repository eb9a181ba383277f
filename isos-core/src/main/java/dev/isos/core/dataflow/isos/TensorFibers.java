package dev.isos.core.dataflow.isos;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FibertreeFormat;

/** Sizes of the fibers of a tensor, from which its bytes in every format follow. */
final class TensorFibers {
    private final ActivationTensor tensor;
    private final int[] entries;
    private final int[] nonZeros;

    TensorFibers(ActivationTensor tensor) {
        this.tensor = tensor;
        int channels = tensor.shape().channels();
        entries = new int[tensor.shape().fibers()];
        nonZeros = new int[entries.length];
        for (int fiber = 0; fiber < entries.length; fiber++) {
            entries[fiber] = FibertreeFormat.coordinateEntries(tensor.values(), fiber * channels, channels);
            nonZeros[fiber] = nonZeros(fiber, channels);
        }
    }

    /** The format in which the whole tensor is smallest; of equals the one that is simplest. */
    FibertreeFormat smallest(boolean bitmaskAllowed) {
        FibertreeFormat best = FibertreeFormat.DENSE;
        if (total(FibertreeFormat.COORDINATE) < total(best)) {
            best = FibertreeFormat.COORDINATE;
        }
        if (bitmaskAllowed && total(FibertreeFormat.BITMASK) < total(best)) {
            best = FibertreeFormat.BITMASK;
        }
        return best;
    }

    /** Bytes of the whole tensor. */
    long total(FibertreeFormat format) {
        long bytes = 0;
        for (int fiber = 0; fiber < entries.length; fiber++) {
            bytes += bytes(format, fiber);
        }
        return bytes;
    }

    long bytes(FibertreeFormat format, int fiber) {
        return format.fiberBytes(
                tensor.shape().channels(), format == FibertreeFormat.COORDINATE ? entries[fiber] : nonZeros[fiber]);
    }

    /** Bytes of the channels {@code from .. to} of a fiber; over a division of all channels they sum to the fiber's. */
    long bytes(FibertreeFormat format, int fiber, int from, int to) {
        return leading(format, fiber, to) - leading(format, fiber, from);
    }

    private long leading(FibertreeFormat format, int fiber, int channels) {
        if (channels == 0) {
            return 0;
        }
        int start = fiber * tensor.shape().channels();
        int coded = format == FibertreeFormat.COORDINATE
                ? FibertreeFormat.coordinateEntries(tensor.values(), start, channels)
                : nonZeros(fiber, channels);
        return format.fiberBytes(channels, coded);
    }

    /** On-chip bytes of the channels {@code from .. to} of a fiber. */
    int held(int fiber, int from, int to) {
        int channels = tensor.shape().channels();
        if (from == 0 && to == channels) {
            return (int) Math.min(channels, bytes(FibertreeFormat.COORDINATE, fiber));
        }
        return LayerEngine.onChipBytes(tensor.values(), fiber * channels + from, to - from);
    }

    private int nonZeros(int fiber, int channels) {
        int start = fiber * tensor.shape().channels();
        int count = 0;
        for (int i = start; i < start + channels; i++) {
            count += tensor.values()[i] != 0 ? 1 : 0;
        }
        return count;
    }
}
