package dev.isos.workloads.calibration;

/** Counts real values, in units of a channel's deviation, in bins of 1/2048 from -64 to 64. */
final class ValueHistogram {
    /** Width of a bin. */
    static final double BIN = 1.0 / 2048;

    private static final double BINS_PER_UNIT = 2048;
    private static final int HALF = 64 * 2048;

    private final int[] counts = new int[2 * HALF];
    private long total;

    /** Counts a value; those out of range count in the outermost bins. */
    void add(double value) {
        // A cast truncates, so the offset comes first.
        int bin = (int) (value * BINS_PER_UNIT + HALF);
        counts[Math.max(0, Math.min(2 * HALF - 1, bin))]++;
        total++;
    }

    /** The bin edge above which the share of values is nearest to {@code share}. */
    double cut(double share) {
        double wanted = share * total;
        long above = 0;
        for (int bin = 2 * HALF - 1; bin >= 0; bin--) {
            long next = above + counts[bin];
            if (next >= wanted) {
                return wanted - above < next - wanted ? edge(bin + 1) : edge(bin);
            }
            above = next;
        }
        return edge(0);
    }

    /** The bin edge whose magnitude a share of the values nearest to {@code share} has or exceeds. */
    double cutOfMagnitudes(double share) {
        double wanted = (1 - share) * total;
        long below = 0;
        for (int bin = 0; bin < HALF; bin++) {
            long next = below + counts[HALF + bin] + counts[HALF - 1 - bin];
            if (next >= wanted) {
                return wanted - below <= next - wanted ? edge(HALF + bin) : edge(HALF + bin + 1);
            }
            below = next;
        }
        return edge(2 * HALF);
    }

    /** Share of the values above a bin edge. */
    double shareAbove(double edge) {
        long above = 0;
        for (int bin = (int) Math.rint(edge * BINS_PER_UNIT) + HALF; bin < 2 * HALF; bin++) {
            above += counts[bin];
        }
        return above / (double) total;
    }

    /** The bin edge below which the given share of values lies. */
    double quantile(double share) {
        double wanted = share * total;
        long below = 0;
        for (int bin = 0; bin < 2 * HALF; bin++) {
            below += counts[bin];
            if (below >= wanted) {
                return edge(bin + 1);
            }
        }
        return edge(2 * HALF);
    }

    /** Largest magnitude of the values plus {@code shift}, but for a share {@code 1 - quantile} at either end. */
    double largestMagnitude(double shift, double quantile) {
        double high = quantile(quantile) + shift;
        double low = quantile(1 - quantile) - BIN + shift;
        return Math.max(BIN, Math.max(Math.abs(high), Math.abs(low)));
    }

    private static double edge(int bin) {
        return (bin - HALF) * BIN;
    }
}
