package dev.isos.support.arithmetic;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Requantisation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The post-operations of a convolution whose sums come as blocks of output positions, channel by channel
 * ({@link BlockedConvolution.Sink#complete}). Outputs are written eight channels at a time: single bytes, a fiber apart, would each fetch
 * a cache line.
 *
 * <p>For one thread; several may write different blocks of the same output.
 */
public final class OutputBlock {
    private static final int RUN = Long.BYTES;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Requantisation requantisation;
    private final @Nullable ActivationTensor residual;
    private final byte[] values;
    private final int channels;

    /** Sums of the last channels, since those that have been written: channel k at {@code k % RUN}. */
    private final int[][] sums = new int[RUN][BlockedConvolution.BLOCK];

    /** The residual operand of the same. */
    private final int @Nullable [][] operands;

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
        if (residual != null) {
            read(residual, firstChannel, run, first, count);
        }
        for (int j = 0; j < run; j++) {
            requantisation.applyAll(firstChannel + j, count, sums[j], operands == null ? null : operands[j]);
        }
        int at = first * channels + firstChannel;
        if (run == RUN) {
            for (int i = 0; i < count; i++, at += channels) {
                LONG.set(values, at, packed(i));
            }
        } else {
            for (int i = 0; i < count; i++, at += channels) {
                for (int j = 0; j < run; j++) {
                    values[at + j] = (byte) sums[j][i];
                }
            }
        }
    }

    private long packed(int i) {
        int low = sums[0][i] & 0xFF | (sums[1][i] & 0xFF) << 8 | (sums[2][i] & 0xFF) << 16 | sums[3][i] << 24;
        int high = sums[4][i] & 0xFF | (sums[5][i] & 0xFF) << 8 | (sums[6][i] & 0xFF) << 16 | sums[7][i] << 24;
        return low & 0xFFFF_FFFFL | (long) high << 32;
    }

    private void read(ActivationTensor tensor, int firstChannel, int run, int first, int count) {
        byte[] stored = tensor.values();
        int mask = tensor.signed() ? -1 : 0xFF;
        int at = first * channels + firstChannel;
        for (int i = 0; i < count; i++, at += channels) {
            for (int j = 0; j < run; j++) {
                operands[j][i] = stored[at + j] & mask;
            }
        }
    }
}
