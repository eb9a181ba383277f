package dev.isos.baselines.scnn.bank;

import java.util.Arrays;

/**
 * A {@link BankTimer} for up to 128 banks with short queues, which works on all banks at once: how many products wait for each is
 * kept in bit planes, plane p holding bit p of every bank's number. The banks that a vector of activations meets are a mask, a
 * weight rotates it by its offset, and adding masks to planes is a carry-save adder. Gives the cycles of {@link ProductBankTimer}.
 *
 * <p>Fewer than 128 banks stand in the masks several times over, so that a rotation of 128 bits rotates them too.
 */
final class BitPlaneBankTimer implements BankTimer {
    private static final int BITS = 128;
    private static final int PLANES = 5;
    private static final int MOST = (1 << PLANES) - 1;

    /** Masks that are added at a time. */
    private static final int MASKS = 8;

    private final int banks;
    private final int queue;

    // planes of the lower and the upper 64 banks
    private final long[] low = new long[PLANES];
    private final long[] high = new long[PLANES];
    private int now;

    // banks that the present activations meet at least once, twice, ...; without the offset of a weight
    private final long[] metLow;
    private final long[] metHigh;
    private int levels;
    private int[] activationOffsets = new int[0];
    private short[] activations = new short[0];
    private int firstActivation;
    private int endActivation;

    private final long[] rotatedLow = new long[MASKS];
    private final long[] rotatedHigh = new long[MASKS];
    private final int[] waiting;

    // where a bank stands in the masks
    private final long[] bitsLow;
    private final long[] bitsHigh;

    // bits of the smallest number of waiting products that stalls the multipliers
    private final long[] limit = new long[PLANES];

    BitPlaneBankTimer(BankModel model) {
        this.banks = model.banks();
        this.queue = model.queue();
        this.metLow = new long[model.activationVector() + 1];
        this.metHigh = new long[model.activationVector() + 1];
        this.waiting = new int[banks];
        this.bitsLow = new long[banks];
        this.bitsHigh = new long[banks];
        for (int bit = 0; bit < BITS; bit++) {
            long[] half = bit < 64 ? bitsLow : bitsHigh;
            half[bit & banks - 1] |= 1L << bit;
        }
        for (int p = 0; p < PLANES; p++) {
            limit[p] = -(queue + 2 >>> p & 1L);
        }
    }

    /** Whether the banks fit the masks, and what waits after a vector pair without conflicts of activations the planes. */
    static boolean fits(BankModel model) {
        return model.banks() <= BITS && model.queue() + Math.max(2, model.weightVector()) <= MOST;
    }

    @Override
    public void begin() {
        Arrays.fill(low, 0);
        Arrays.fill(high, 0);
        now = 0;
    }

    @Override
    public void activations(int[] offsets, short[] values, int from, int to) {
        activationOffsets = offsets;
        activations = values;
        firstActivation = from;
        endActivation = to;
        long lower = 0;
        long upper = 0;
        long again = 0;
        for (int j = from; j < to; j++) {
            if (values[j] != 0) {
                int bank = offsets[j] & banks - 1;
                long bitLow = bitsLow[bank];
                long bitHigh = bitsHigh[bank];
                again |= lower & bitLow | upper & bitHigh;
                lower |= bitLow;
                upper |= bitHigh;
            }
        }
        if (again == 0) {
            levels = (lower | upper) == 0 ? 0 : 1;
            metLow[0] = lower;
            metHigh[0] = upper;
        } else {
            meetAgain(offsets, values, from, to);
        }
    }

    /** The masks where several activations meet in a bank. */
    private void meetAgain(int[] offsets, short[] values, int from, int to) {
        Arrays.fill(metLow, 0);
        Arrays.fill(metHigh, 0);
        levels = 0;
        for (int j = from; j < to; j++) {
            if (values[j] != 0) {
                int bank = offsets[j] & banks - 1;
                int level = 0;
                while ((metLow[level] & bitsLow[bank] | metHigh[level] & bitsHigh[bank]) != 0) {
                    level++;
                }
                metLow[level] |= bitsLow[bank];
                metHigh[level] |= bitsHigh[bank];
                levels = Math.max(levels, level + 1);
            }
        }
    }

    @Override
    public void weights(int[] offsets, byte[] values, int from, int to) {
        if (queue + levels * (to - from) > MOST) {
            addOneByOne(offsets, values, from, to);
            return;
        }
        for (int level = 0; level < levels; level++) {
            for (int i = from; i < to; i += MASKS) {
                rotate(metLow[level], metHigh[level], offsets, values, i, Math.min(to, i + MASKS));
                add(rotatedLow, low);
                add(rotatedHigh, high);
            }
        }
        if ((stalling(low) | stalling(high)) == 0) {
            countDown(low);
            countDown(high);
            now++;
        } else {
            int cycles = most() - queue;
            countDown(low, cycles);
            countDown(high, cycles);
            now += cycles;
        }
    }

    /** Banks for which more products wait than the queue holds when one has been taken. */
    private long stalling(long[] planes) {
        long atLeast = -1;
        for (int p = 0; p < PLANES; p++) {
            long plane = planes[p];
            atLeast = plane & atLeast | ~limit[p] & (plane | atLeast);
        }
        return atLeast;
    }

    private void rotate(long maskLow, long maskHigh, int[] offsets, byte[] values, int from, int to) {
        int masks = 0;
        for (int i = from; i < to; i++) {
            if (values[i] != 0) {
                int by = offsets[i];
                long swapped = (maskLow ^ maskHigh) & -(by >>> 6 & 1L);
                long lower = maskLow ^ swapped;
                long upper = maskHigh ^ swapped;
                // a shift takes the lower 6 bits of its distance; by 64 - n it has to go in two steps where n may be 0
                rotatedLow[masks] = lower << by | upper >>> 1 >>> ~by;
                rotatedHigh[masks] = upper << by | lower >>> 1 >>> ~by;
                masks++;
            }
        }
        for (; masks < MASKS; masks++) {
            rotatedLow[masks] = 0;
            rotatedHigh[masks] = 0;
        }
    }

    /** Adds eight masks to planes: full adders give a bit of the sum, and the carries that go one plane up. */
    private static void add(long[] masks, long[] planes) {
        long a = masks[0];
        long b = masks[1];
        long c = masks[2];
        long half = a ^ b;
        long sum1 = half ^ c;
        long carry1 = a & b | half & c;
        a = masks[3];
        b = masks[4];
        c = masks[5];
        half = a ^ b;
        long sum2 = half ^ c;
        long carry2 = a & b | half & c;
        a = masks[6];
        b = masks[7];
        c = planes[0];
        half = a ^ b;
        long sum3 = half ^ c;
        long carry3 = a & b | half & c;
        half = sum1 ^ sum2;
        planes[0] = half ^ sum3;
        long carry4 = sum1 & sum2 | half & sum3;

        half = carry1 ^ carry2;
        long twos = half ^ carry3;
        long up1 = carry1 & carry2 | half & carry3;
        c = planes[1];
        half = carry4 ^ twos;
        planes[1] = half ^ c;
        long up2 = carry4 & twos | half & c;

        c = planes[2];
        half = up1 ^ up2;
        planes[2] = half ^ c;
        long eights = up1 & up2 | half & c;

        c = planes[3];
        planes[3] = eights ^ c;
        planes[4] ^= eights & c;
    }

    /** The most products that wait for a bank. */
    private int most() {
        int most = 0;
        long inLow = -1;
        long inHigh = -1;
        for (int p = PLANES - 1; p >= 0; p--) {
            long withLow = low[p] & inLow;
            long withHigh = high[p] & inHigh;
            if ((withLow | withHigh) != 0) {
                most |= 1 << p;
                inLow = withLow;
                inHigh = withHigh;
            }
        }
        return most;
    }

    /** Takes one from every number but 0. */
    private static void countDown(long[] planes) {
        long borrow = planes[0] | planes[1] | planes[2] | planes[3] | planes[4];
        for (int p = 0; p < PLANES; p++) {
            long plane = planes[p];
            planes[p] = plane ^ borrow;
            borrow &= ~plane;
        }
    }

    /** Takes a number from every number, at most down to 0. */
    private static void countDown(long[] planes, int by) {
        long borrow = 0;
        for (int p = 0; p < PLANES; p++) {
            long plane = planes[p];
            long bit = -(by >>> p & 1L);
            planes[p] = plane ^ bit ^ borrow;
            borrow = ~plane & (bit | borrow) | bit & borrow;
        }
        for (int p = 0; p < PLANES; p++) {
            planes[p] &= ~borrow;
        }
    }

    /** The same for vectors whose products are too many for the planes, because several activations meet in a bank. */
    private void addOneByOne(int[] offsets, byte[] values, int from, int to) {
        for (int bank = 0; bank < banks; bank++) {
            int number = 0;
            for (int p = 0; p < PLANES; p++) {
                number |= (int) ((bank < 64 ? low[p] >>> bank : high[p] >>> bank - 64) & 1) << p;
            }
            waiting[bank] = number;
        }
        for (int i = from; i < to; i++) {
            for (int j = firstActivation; values[i] != 0 && j < endActivation; j++) {
                waiting[offsets[i] + activationOffsets[j] & banks - 1] += activations[j] != 0 ? 1 : 0;
            }
        }
        int most = 0;
        for (int number : waiting) {
            most = Math.max(most, number);
        }
        int cycles = Math.max(1, most - queue);
        Arrays.fill(low, 0);
        Arrays.fill(high, 0);
        for (int bit = 0; bit < BITS; bit++) {
            long left = Math.max(0, waiting[bit & banks - 1] - cycles);
            for (int p = 0; p < PLANES; p++) {
                if (bit < 64) {
                    low[p] |= (left >>> p & 1) << bit;
                } else {
                    high[p] |= (left >>> p & 1) << bit - 64;
                }
            }
        }
        now += cycles;
    }

    @Override
    public int cycles() {
        return now;
    }

    @Override
    public int cyclesUntilEmpty() {
        return now + most();
    }
}
