package dev.isos.support.arithmetic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight neighbouring channels of a block of positions, between a tensor's bytes and a row of ints for each channel. Single bytes, a fiber
 * apart, would each fetch a cache line; and of shifts the compiler makes vector code. For one thread.
 */
final class EightChannels {
    /** Channels that are moved together. */
    static final int COUNT = Long.BYTES;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    // by position: channels 0 to 3, and 4 to 7
    private final int[] low = new int[BlockedConvolution.BLOCK];
    private final int[] high = new int[BlockedConvolution.BLOCK];

    /**
     * Fills a row for each channel.
     *
     * @param rows that of the j-th channel is at {@code row + j * step}
     * @param values bytes of the tensor
     * @param offsets of the fiber of each position
     * @param channel first of the channels
     * @param valid -1, or 0 where the row gets a 0
     * @param mask of a value, once it has been extended by its sign
     */
    void read(int[][] rows, int row, int step, byte[] values, int[] offsets, int channel, int[] valid, int mask) {
        split(low, high, values, offsets, channel, valid);
        for (int j = 0; j < COUNT / 2; j++) {
            extract(rows[row + j * step], low, 24 - 8 * j, mask);
            extract(rows[row + (j + COUNT / 2) * step], high, 24 - 8 * j, mask);
        }
    }

    /**
     * Writes the lowest bytes of eight rows.
     *
     * @param rows of channels 0 to 7
     * @param values gets the bytes
     * @param offsets of channel 0 of each position
     * @param count positions
     */
    void write(int[][] rows, byte[] values, int[] offsets, int count) {
        pack(low, rows[0], rows[1], rows[2], rows[3]);
        pack(high, rows[4], rows[5], rows[6], rows[7]);
        for (int i = 0; i < count; i++) {
            LONG.set(values, offsets[i], low[i] & 0xFFFF_FFFFL | (long) high[i] << Integer.SIZE);
        }
    }

    private static void split(int[] low, int[] high, byte[] values, int[] offsets, int channel, int[] valid) {
        for (int i = 0; i < low.length; i++) {
            long eight = (long) LONG.get(values, offsets[i] + channel) & valid[i];
            low[i] = (int) eight;
            high[i] = (int) (eight >>> Integer.SIZE);
        }
    }

    private static void extract(int[] row, int[] packed, int left, int mask) {
        for (int i = 0; i < row.length; i++) {
            row[i] = packed[i] << left >> 24 & mask;
        }
    }

    private static void pack(int[] packed, int[] a, int[] b, int[] c, int[] d) {
        for (int i = 0; i < packed.length; i++) {
            packed[i] = a[i] & 0xFF | (b[i] & 0xFF) << 8 | (c[i] & 0xFF) << 16 | d[i] << 24;
        }
    }
}
