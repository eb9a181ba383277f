package dev.isos.core.dataflow.isos;

import dev.isos.api.tensor.FibertreeFormat;

/** Expected bytes of tensors of a given density, and where they are on chip. */
public final class ExpectedTensor {
    private ExpectedTensor() {}

    /** Bytes in the smallest format; of equals the one that is simplest. */
    static long smallest(long fibers, int positions, long nonZeros, boolean bitmaskAllowed) {
        long best = Math.min(
                bytes(FibertreeFormat.DENSE, fibers, positions, nonZeros),
                bytes(FibertreeFormat.COORDINATE, fibers, positions, nonZeros));
        return bitmaskAllowed ? Math.min(best, bytes(FibertreeFormat.BITMASK, fibers, positions, nonZeros)) : best;
    }

    static long bytes(FibertreeFormat format, long fibers, int positions, long nonZeros) {
        return switch (format) {
            case DENSE -> fibers * positions;
            case BITMASK -> fibers * ((positions + 7) / 8) + nonZeros;
            case COORDINATE ->
                fibers * FibertreeFormat.LENGTH_BYTES
                        + FibertreeFormat.ENTRY_BYTES * (nonZeros + Math.round(bridges(fibers, positions, nonZeros)));
        };
    }

    /** Zero entries that bridge gaps: each position ends as many gaps of so many zeros as it has that many before it. */
    private static double bridges(long fibers, int positions, long nonZeros) {
        double density = nonZeros / ((double) fibers * positions);
        double expected = 0;
        for (int gap = FibertreeFormat.MAX_DELTA; gap < positions; gap += FibertreeFormat.MAX_DELTA) {
            expected += (positions - gap) * density * StrictMath.pow(1 - density, gap);
        }
        return expected * fibers;
    }
}
