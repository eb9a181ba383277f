package dev.isos.baselines.scnn;

/**
 * What a group of output channels takes in one band.
 *
 * @param fromOutput first output channel
 * @param toOutput channel after the last
 * @param weightBytes compressed weights
 * @param parts counts by part of the input channels and by processing element: those of {@link ScnnWork#PRODUCTS} to
 *     {@link ScnnWork#HALO_SUMS}; null where an element has nothing to do
 * @param drainedSums sums that leave the fullest accumulators
 * @param completes whether the group's outputs are complete
 */
record GroupCounts(
        int fromOutput, int toOutput, long weightBytes, long[][][] parts, int drainedSums, boolean completes) {}
