package dev.isos.baselines.scnn;

import dev.isos.baselines.scnn.bank.BankModel;
import dev.isos.baselines.scnn.bank.BankTimer;
import java.util.Arrays;

/**
 * One processing element while it works on a group of output channels. In each step it takes a vector of up to F compressed
 * weights and one of up to I compressed activations and multiplies all with all; a crossbar scatters the products to
 * accumulator banks by their address, see {@link BankTimer}. An activation vector is kept until it has met all weights of its
 * channel.
 *
 * <p>The address of a product is the sum of an offset of its weight and one of its activation, because output coordinates are
 * differences of the operands' coordinates. Placeholders have value 0 and any offset that the accumulators have: they take a place
 * in a vector and make no product.
 */
final class CartesianUnit {
    private final int weightVector;
    private final int activationVector;
    private final int[] sums;
    private final BankTimer timer;

    // activations of a channel by offset, 0 in between
    private final int[] spread;

    CartesianUnit(BankModel banks, int accumulators) {
        this.weightVector = banks.weightVector();
        this.activationVector = banks.activationVector();
        this.sums = new int[accumulators];
        this.spread = new int[accumulators];
        this.timer = banks.timer();
    }

    /** Starts a group; all accumulators have to be 0. */
    void begin() {
        timer.begin();
    }

    /** Multiplies all activations of one channel, in ascending order of offsets, with all its weights of the group. */
    void multiply(
            int[] activationOffsets,
            short[] activations,
            int firstActivation,
            int endActivation,
            int[] weightOffsets,
            byte[] weights,
            int firstWeight,
            int endWeight) {
        for (int a = firstActivation; a < endActivation; a += activationVector) {
            timer.activations(activationOffsets, activations, a, Math.min(endActivation, a + activationVector));
            for (int w = firstWeight; w < endWeight; w += weightVector) {
                timer.weights(weightOffsets, weights, w, Math.min(endWeight, w + weightVector));
            }
        }
        accumulate(
                activationOffsets,
                activations,
                firstActivation,
                endActivation,
                weightOffsets,
                weights,
                firstWeight,
                endWeight);
    }

    /**
     * Adds all products to their sums. One by one, or weight by weight on all offsets between the first and the last: the JVM
     * does the latter on vectors.
     */
    private void accumulate(
            int[] activationOffsets,
            short[] activations,
            int firstActivation,
            int endActivation,
            int[] weightOffsets,
            byte[] weights,
            int firstWeight,
            int endWeight) {
        int first = Integer.MAX_VALUE;
        int last = 0;
        for (int j = firstActivation; j < endActivation; j++) {
            if (activations[j] != 0) {
                first = Math.min(first, activationOffsets[j]);
                last = Math.max(last, activationOffsets[j]);
            }
        }
        if (first > last) {
            return; // placeholders alone
        }
        int count = endActivation - firstActivation;
        if (worthSpreading(count, last - first + 1, endWeight - firstWeight)) {
            for (int j = firstActivation; j < endActivation; j++) {
                if (activations[j] != 0) {
                    spread[activationOffsets[j]] += activations[j];
                }
            }
            for (int i = firstWeight; i < endWeight; i++) {
                if (weights[i] != 0) {
                    addScaled(sums, weightOffsets[i] + first, spread, first, last - first + 1, weights[i]);
                }
            }
            Arrays.fill(spread, first, last + 1, 0);
            return;
        }
        for (int j = firstActivation; j < endActivation; j++) {
            if (activations[j] != 0) {
                addProducts(activationOffsets[j], activations[j], weightOffsets, weights, firstWeight, endWeight);
            }
        }
    }

    private void addProducts(int offset, int activation, int[] weightOffsets, byte[] weights, int from, int to) {
        for (int i = from; i < to; i++) {
            sums[offset + weightOffsets[i]] += activation * weights[i];
        }
    }

    /** Compares rough costs on a processor that adds eight numbers at a time; decides on speed alone. */
    private static boolean worthSpreading(int activations, int span, int weights) {
        return weights * (12L + span / 4) + 4L * activations < 2L * weights * activations;
    }

    private static void addScaled(int[] to, int at, int[] from, int first, int length, int factor) {
        for (int i = 0; i < length; i++) {
            to[at + i] += factor * from[first + i];
        }
    }

    /** What the machine's banks say of all since the begin; of the last products with their queues emptied. */
    int bankTime(boolean last) {
        return last ? timer.cyclesUntilEmpty() : timer.cycles();
    }

    /** Sums by address; whoever reads them sets them to 0. */
    int[] sums() {
        return sums;
    }
}
