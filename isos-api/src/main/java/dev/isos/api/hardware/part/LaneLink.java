package dev.isos.api.hardware.part;

/**
 * The way between two lanes. What one lane makes and another one needs, partial results at the edges of rows and activations, arrives there
 * when the link says. Transfers from and to off-chip memory do not use it. Immutable and used by many threads.
 */
public interface LaneLink {
    /** {@return the link of one run, for one thread} */
    Run begin();

    /** State of the link in a run. */
    interface Run {
        /**
         * Sends bytes.
         *
         * @param cycle in which they are there; it never falls from call to call
         * @param from lane
         * @param to another lane
         * @param bytes 0 or more
         * @return first cycle in which the other lane may use them, not before {@code cycle}
         */
        long arrival(long cycle, int from, int to, long bytes);
    }
}
