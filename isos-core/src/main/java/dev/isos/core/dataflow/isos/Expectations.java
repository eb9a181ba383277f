package dev.isos.core.dataflow.isos;

/** Expected values of what random sparsity does to hardware: ceilings and maxima of counts. */
public final class Expectations {
    /** Beyond so many standard deviations from the mean nothing is expected to happen. */
    private static final double DEVIATIONS = 8;

    /** Mean from which a count is as good as normal. */
    private static final double LARGE_MEAN = 200;

    private Expectations() {}

    /** E[ceil(X / divisor)] of a whole number X of the given mean and variance, as if X were normal. */
    public static double ceiling(double mean, double variance, int divisor) {
        double deviation = StrictMath.sqrt(variance);
        if (mean <= 0) {
            return 0;
        }
        if (divisor == 1) {
            return mean;
        }
        if (mean > divisor + 4 * deviation || deviation > 2.0 * divisor && mean > 3 * deviation) {
            // the remainder of X is as good as uniform once X spreads over several multiples, and near enough otherwise
            if (deviation > divisor / 3.0) {
                return mean / divisor + (divisor - 1) / (2.0 * divisor);
            }
        }
        double sum = 0;
        double end = mean + DEVIATIONS * deviation + divisor;
        for (double bound = 0; bound <= end; bound += divisor) {
            // P(X > bound) of a whole number
            sum += bound == 0 ? 1 - atMost(0, mean, deviation) : 1 - atMost(bound, mean, deviation);
        }
        return sum;
    }

    private static double atMost(double x, double mean, double deviation) {
        if (deviation < 1e-9) {
            return x + 1e-9 >= mean ? 1 : 0;
        }
        return normal((x + 0.5 - mean) / deviation);
    }

    /** Expected number of non-empty, that is P(X >= 1), for X of {@code trials} of probability {@code p}; trials may be no whole number. */
    public static double any(double trials, double p) {
        return p >= 1 ? (trials > 0 ? 1 : 0) : 1 - StrictMath.exp(trials * StrictMath.log1p(-p));
    }

    /** E[ceil(X / divisor)] of a binomial X. */
    public static double binomialCeiling(double trials, double p, int divisor) {
        double mean = trials * p;
        if (mean > LARGE_MEAN || p >= 1) {
            return ceiling(mean, mean * Math.max(0, 1 - p), divisor);
        }
        double sum = 0;
        double probability = StrictMath.exp(trials * StrictMath.log1p(-p));
        double total = 0;
        for (int x = 0; x <= trials + 1 && total < 1 - 1e-12 && probability >= 0; x++) {
            sum += probability * ((x + divisor - 1) / divisor);
            total += probability;
            probability *= Math.max(0, trials - x) / (x + 1) * p / (1 - p);
        }
        return sum;
    }

    /** E[max] of {@code count} independent binomial counts; count may be no whole number. */
    public static double binomialMaximum(double trials, double p, double count) {
        double mean = trials * p;
        if (mean <= 0 || count <= 0) {
            return 0;
        }
        double deviation = StrictMath.sqrt(mean * Math.max(0, 1 - p));
        double sum = 0;
        if (mean > LARGE_MEAN || p >= 1) {
            double start = Math.max(0, StrictMath.floor(mean - DEVIATIONS * deviation));
            sum = start;
            for (double x = start; x <= mean + DEVIATIONS * deviation; x++) {
                sum += 1 - StrictMath.pow(atMost(x, mean, deviation), count);
            }
            return sum;
        }
        double probability = StrictMath.exp(trials * StrictMath.log1p(-p));
        double below = 0;
        for (int x = 0; x <= trials + 1; x++) {
            below = Math.min(1, below + probability);
            double term = 1 - StrictMath.pow(below, count);
            sum += term;
            if (x > mean && term < 1e-9) {
                break;
            }
            probability *= Math.max(0, trials - x) / (x + 1) * p / (1 - p);
        }
        return Math.min(sum, trials);
    }

    /** E[max(X, Y)] of independent normal X and Y (Clark, Operations Research 1961). */
    public static double maximum(double x, double varianceX, double y, double varianceY) {
        double deviation = StrictMath.sqrt(varianceX + varianceY);
        if (deviation < 1e-9) {
            return Math.max(x, y);
        }
        double z = (x - y) / deviation;
        double density = StrictMath.exp(-z * z / 2) / StrictMath.sqrt(2 * Math.PI);
        return x * normal(z) + y * normal(-z) + deviation * density;
    }

    /** Variance of the largest of {@code count} independent normal numbers, as of a Gumbel distribution. */
    public static double maximumVariance(double variance, double count) {
        return count <= 2 ? variance : variance * Math.min(1, Math.PI * Math.PI / 12 / StrictMath.log(count));
    }

    /** Standard normal distribution function; Abramowitz and Stegun 26.2.17, error below 7.5e-8. */
    static double normal(double z) {
        if (z < 0) {
            return 1 - normal(-z);
        }
        double t = 1 / (1 + 0.2316419 * z);
        double density = StrictMath.exp(-z * z / 2) / StrictMath.sqrt(2 * Math.PI);
        return 1
                - density
                        * t
                        * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    }
}
