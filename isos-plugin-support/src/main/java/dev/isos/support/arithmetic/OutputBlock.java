package dev.isos.support.arithmetic;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Requantisation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The post-operations of a convolution whose sums come as blocks of output positions, channel by channel
 * ({@link BlockedConvolution.Sink#complete}). Outputs are written {@linkplain EightChannels eight channels} at a time.
 *
 * <p>For one thread; several may write different blocks of the same output.
 */
public final class OutputBlock {
    private static final int RUN = EightChannels.COUNT;
    private static final int[] ALL = new int[BlockedConvolution.BLOCK];

    static {
        Arrays.fill(ALL, -1);
    }

    private final Requantisation requantisation;
    private final @Nullable ActivationTensor residual;
    private final byte[] values;
    private final int channels;

    /** Sums of the last channels, since those that have been written: channel k at {@code k % RUN}. */
    private final int[][] sums = new int[RUN][BlockedConvolution.BLOCK];

    /** The residual operand of the same. */
    private final int @Nullable [][] operands;

    private final EightChannels eight = new EightChannels();
    private final int[] offsets = new int[BlockedConvolution.BLOCK];

    /**
     * Writes into a tensor.
     *
     * @param requantisation of the layer
     * @param residual residual operand in the output's shape, or null
     * @param output gets the values
     */
    public OutputBlock(Requantisation requantisation, @Nullable ActivationTensor residual, ActivationTensor output) {
        this.requantisation = requantisation;
        this.residual = residual;
        values = output.values();
        channels = output.shape().channels();
        operands = residual == null ? null : new int[RUN][BlockedConvolution.BLOCK];
    }

    /**
     * Takes the sums of one channel; all channels of a block have to come in their order.
     *
     * @param k output channel
     * @param first first position of the block
     * @param count positions of the block
     * @param channelSums 32-bit sums of products by position, {@link BlockedConvolution#BLOCK} elements; copied
     */
    public void complete(int k, int first, int count, int[] channelSums) {
        int at = k % RUN;
        System.arraycopy(channelSums, 0, sums[at], 0, count);
        if (at == RUN - 1 || k == channels - 1) {
            write(k - at, at + 1, first, count);
        }
    }

    private void write(int firstChannel, int run, int first, int count) {
        locate(first * channels + firstChannel, count);
        if (residual != null) {
            read(residual, run, count);
        }
        for (int j = 0; j < run; j++) {
            requantisation.applyAll(firstChannel + j, count, sums[j], operands == null ? null : operands[j]);
        }
        if (run == RUN) {
            eight.write(sums, values, offsets, count);
        } else {
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < run; j++) {
                    values[offsets[i] + j] = (byte) sums[j][i];
                }
            }
        }
    }

    /** Where the first of the channels is at each position. */
    private void locate(int from, int count) {
        for (int i = 0; i < count; i++) {
            offsets[i] = from + i * channels;
        }
        Arrays.fill(offsets, count, offsets.length, from);
    }

    private void read(ActivationTensor tensor, int run, int count) {
        byte[] stored = tensor.values();
        int mask = tensor.signed() ? -1 : 0xFF;
        if (run == RUN) {
            eight.read(operands, 0, 1, stored, offsets, 0, ALL, mask);
            return;
        }
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < run; j++) {
                operands[j][i] = stored[offsets[i] + j] & mask;
            }
        }
    }
}
