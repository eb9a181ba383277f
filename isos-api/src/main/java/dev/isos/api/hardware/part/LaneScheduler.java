package dev.isos.api.hardware.part;

/**
 * Divides the processing elements of a lane among the layers of a pipeline, in proportion to shares that it sets. What a layer
 * cannot use, since its activations do not come faster, goes to the others. Without state and used by many threads: everything that
 * it decides by is given. Arrays have one element for each layer of the segment and belong to the caller; they are read and written
 * during the call only.
 */
public interface LaneScheduler {
    /**
     * Sets the shares with which a segment begins.
     *
     * @param vectors of weights that the whole segment multiplies, by layer
     * @param shares to be filled, each at least 1
     */
    void begin(long[] vectors, long[] shares);

    /** {@return whether shares are set anew after each period of the machine; if not, they stay as they began} */
    default boolean repeats() {
        return true;
    }

    /**
     * {@return whether a layer gets no more than its share of all processing elements even when other layers have
     * nothing to do}
     */
    default boolean keepsToShares() {
        return false;
    }

    /**
     * Sets the shares of a lane at the end of a period.
     *
     * @param done vectors that the lane has multiplied in the period, by layer
     * @param waiting vectors whose activations have arrived and that wait
     * @param shares those of the period, to be set anew, each at least 1
     */
    default void divide(long[] done, long[] waiting, long[] shares) {}
}
