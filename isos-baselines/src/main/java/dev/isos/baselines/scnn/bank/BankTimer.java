package dev.isos.baselines.scnn.bank;

/**
 * Time of a processing element's multipliers. Each pair of vectors takes a cycle; its products go to accumulator banks by their
 * address, modulo banks. A bank adds one product per cycle, others wait in its queue, and while a queue holds more than its depth
 * the multipliers stall.
 */
public interface BankTimer {
    /** Starts at cycle 0 with empty queues. */
    void begin();

    /** Takes a vector of activations, entries {@code from .. to}; those of value 0 make no products. */
    void activations(int[] offsets, short[] values, int from, int to);

    /** Multiplies the present activations with a vector of weights, entries {@code from .. to}; those of value 0 make no products. */
    void weights(int[] offsets, byte[] values, int from, int to);

    /** Cycles since the begin until now, with the queues not yet empty. */
    int cycles();

    /** Cycles since the begin until all queues are empty. */
    int cyclesUntilEmpty();
}
