package dev.isos.api.dataflow;

/**
 * Tells how long items take when words that they read come late. Counts of an item hold for a machine in which nothing is
 * missing; which part of its work waits for which word is known to the dataflow alone, and too much to be carried by every
 * item. So a machine asks, for those items only for which it finds that words are late. Not for several threads at once.
 */
public interface LateReads {
    /**
     * Steps in which an item is done, counted from its start, not less than when nothing is late.
     *
     * @param number of the item, as in {@link WorkItem#whenLate(LateReads, int)}
     * @param start step at which the item starts
     * @param arrival by word, for all words that the item reads: the step at whose start it has arrived, which means that it
     *     can be used in the step before
     */
    int steps(int number, long start, long[] arrival);
}
