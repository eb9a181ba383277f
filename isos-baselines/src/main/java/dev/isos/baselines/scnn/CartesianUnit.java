package dev.isos.baselines.scnn;

import java.util.Arrays;

/**
 * One processing element while it works on a group of output channels. In each cycle it takes a vector of up to F compressed
 * weights and one of up to I compressed activations and multiplies all with all; a crossbar scatters the products to
 * accumulator banks by their address. A bank adds one product per cycle; others wait in its queue. While a queue holds more
 * than its depth, the multipliers stall. An activation vector is kept until it has met all weights of its channel.
 *
 * <p>The address of a product is the sum of an offset of its weight and one of its activation, because output coordinates are
 * differences of the operands' coordinates. Placeholders have value 0: they take a place in a vector and make no product.
 */
final class CartesianUnit {
    private final int weightVector;
    private final int activationVector;
    private final int bankMask;
    private final int queue;
    private final int[] sums;

    // of each bank, the cycle in which it is done with what waits for it
    private final int[] freeFrom;
    private int now;
    private int busyUntil;
    private long vectorPairs;

    CartesianUnit(ScnnGeometry geometry) {
        this.weightVector = geometry.weightVector();
        this.activationVector = geometry.activationVector();
        this.bankMask = geometry.banks() - 1;
        this.queue = geometry.bankQueue();
        this.sums = new int[geometry.accumulators()];
        this.freeFrom = new int[geometry.banks()];
    }

    /** Starts a group at cycle 0; all accumulators have to be 0. */
    void begin() {
        Arrays.fill(freeFrom, 0);
        now = 0;
        busyUntil = 0;
        vectorPairs = 0;
    }

    /** Multiplies all activations of one channel with all its weights of the group. */
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
            int aEnd = Math.min(endActivation, a + activationVector);
            for (int w = firstWeight; w < endWeight; w += weightVector) {
                int wEnd = Math.min(endWeight, w + weightVector);
                int cycle = now;
                int latest = 0;
                for (int i = w; i < wEnd; i++) {
                    int weight = weights[i];
                    if (weight == 0) {
                        continue;
                    }
                    int offset = weightOffsets[i];
                    for (int j = a; j < aEnd; j++) {
                        int activation = activations[j];
                        if (activation == 0) {
                            continue;
                        }
                        int address = offset + activationOffsets[j];
                        sums[address] += weight * activation;
                        int bank = address & bankMask;
                        int free = Math.max(freeFrom[bank], cycle) + 1;
                        freeFrom[bank] = free;
                        latest = Math.max(latest, free);
                    }
                }
                vectorPairs++;
                busyUntil = Math.max(busyUntil, latest);
                now = Math.max(cycle + 1, latest - queue);
            }
        }
    }

    /** Cycles since the begin until now, with the queues not yet empty. */
    int cycles() {
        return now;
    }

    /** Cycles since the begin until all queues are empty. */
    int cyclesUntilEmpty() {
        return Math.max(now, busyUntil);
    }

    long vectorPairs() {
        return vectorPairs;
    }

    /** Sums by address; whoever reads them sets them to 0. */
    int[] sums() {
        return sums;
    }
}
