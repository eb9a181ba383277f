package dev.isos.core.wavefront.estimate;

import java.util.function.IntToDoubleFunction;

/** How many of so many positions a non-zero strikes, each with the same probability, independently. */
final class Binomial {
    /** Share of the likeliest count's probability below which counts do not matter. */
    private static final double NEGLIGIBLE = 1e-10;

    private Binomial() {}

    /** Expected value of a function of the count: a sum over all counts that matter, from the likeliest one outwards. */
    static double expected(int positions, double probability, IntToDoubleFunction function) {
        double p = Math.min(1, Math.max(0, probability));
        if (positions <= 0 || p == 0 || p == 1) {
            return function.applyAsDouble(p == 1 ? Math.max(0, positions) : 0);
        }
        int mode = (int) Math.min(positions, (positions + 1) * p);
        double odds = p / (1 - p);
        double sum = function.applyAsDouble(mode);
        double total = 1;
        double share = 1;
        for (int x = mode; x < positions && share > NEGLIGIBLE; x++) {
            share *= (double) (positions - x) / (x + 1) * odds;
            sum += share * function.applyAsDouble(x + 1);
            total += share;
        }
        share = 1;
        for (int x = mode; x > 0 && share > NEGLIGIBLE; x--) {
            share *= x / ((positions - x + 1) * odds);
            sum += share * function.applyAsDouble(x - 1);
            total += share;
        }
        return sum / total;
    }

    /** Expected {@code ceil(factor * count / divisor)}. */
    static double ceiling(int positions, double probability, int factor, int divisor) {
        return factor == divisor
                ? positions * probability
                : expected(positions, probability, x -> (factor * x + divisor - 1) / divisor);
    }

    /** Expected largest of some independent standard normal numbers, found as that of counts of fair coins. */
    static double largest(int numbers) {
        int coins = 1 << 10;
        double[] atMost = new double[coins + 2];
        double deviation = StrictMath.sqrt(coins) / 2;
        double sum = 0;
        double share = StrictMath.pow(0.5, coins);
        for (int x = 0; x <= coins; x++) {
            atMost[x + 1] = atMost[x] + share;
            share *= (double) (coins - x) / (x + 1);
            sum += 1 - StrictMath.pow(Math.min(1, atMost[x + 1]), numbers);
        }
        return (sum - coins / 2.0) / deviation;
    }

    /** Probability that the count is not zero; positions may be no whole number. */
    static double any(double positions, double probability) {
        return probability >= 1
                ? Math.min(1, positions)
                : 1 - StrictMath.exp(positions * StrictMath.log1p(-probability));
    }
}
