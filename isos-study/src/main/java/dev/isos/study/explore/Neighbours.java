package dev.isos.study.explore;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What simulated points of one workload say about estimates of points near them: how many times as large each objective is as its
 * estimate. How far to trust that is found out on the simulated points themselves, each of which is predicted from the others at the same
 * distance. Points are as far apart as the steps between their values, summed over the axes.
 */
final class Neighbours {
    /** Predictions at a distance, or at smaller ones, from which on their errors say how good the next one is. */
    private static final int TRUSTED = 10;

    /** Simulated points that are predicted from the others to find out how well that works, at most. */
    private static final int CHECKED = 1000;

    private final int objectives;
    private final List<int[]> places = new ArrayList<>();
    private final List<double[]> ratios = new ArrayList<>();

    /** By distance, then by objective: the largest error of a prediction; null where there were too few. */
    private List<double @Nullable []> errors = List.of();

    Neighbours(int objectives) {
        this.objectives = objectives;
    }

    /**
     * Adds a point.
     *
     * @param place steps on the axes, after the number of the accelerator
     * @param ratio simulated over estimated, by objective
     */
    void add(int[] place, double[] ratio) {
        places.add(place);
        ratios.add(ratio);
    }

    /** Finds out how well the points that were added predict each other; before the next {@link #predict}. */
    void check() {
        List<double[]> worst = new ArrayList<>();
        List<int[]> counts = new ArrayList<>();
        int stride = 1 + places.size() / CHECKED;
        for (int i = 0; i < places.size(); i += stride) {
            List<double[]> sums = new ArrayList<>();
            for (int j = 0; j < places.size(); j++) {
                int distance = distance(places.get(i), places.get(j));
                if (j != i && distance >= 0) {
                    while (sums.size() <= distance) {
                        sums.add(new double[objectives + 1]);
                    }
                    add(sums.get(distance), ratios.get(j));
                }
            }
            while (worst.size() < sums.size()) {
                worst.add(new double[objectives]);
                counts.add(new int[1]);
            }
            for (int distance = 0; distance < sums.size(); distance++) {
                double[] sum = sums.get(distance);
                if (sum[objectives] > 0) {
                    counts.get(distance)[0]++;
                    for (int o = 0; o < objectives; o++) {
                        double mean = sum[o] / sum[objectives];
                        worst.get(distance)[o] =
                                Math.max(worst.get(distance)[o], Math.abs(ratios.get(i)[o] / mean - 1));
                    }
                }
            }
        }
        errors = new ArrayList<>();
        double[] soFar = new double[objectives];
        int count = 0;
        for (int distance = 0; distance < worst.size(); distance++) {
            count += counts.get(distance)[0];
            for (int o = 0; o < objectives; o++) {
                soFar[o] = Math.max(soFar[o], worst.get(distance)[o]);
            }
            errors.add(count < TRUSTED || counts.get(distance)[0] == 0 ? null : soFar.clone());
        }
    }

    private void add(double[] sum, double[] ratio) {
        for (int o = 0; o < objectives; o++) {
            sum[o] += ratio[o];
        }
        sum[objectives]++;
    }

    /**
     * What to expect.
     *
     * @param ratio simulated over estimated, by objective
     * @param error by which the ratio may be off, as a share of it, by objective
     */
    record Prediction(double[] ratio, double[] error) {}

    /** The mean of the nearest points; null where nothing is near enough to say anything. */
    @Nullable
    Prediction predict(int[] place) {
        int nearest = Integer.MAX_VALUE;
        double[] sum = new double[objectives + 1];
        for (int j = 0; j < places.size(); j++) {
            int distance = distance(place, places.get(j));
            if (distance >= 0 && distance <= nearest) {
                if (distance < nearest) {
                    nearest = distance;
                    sum = new double[objectives + 1];
                }
                add(sum, ratios.get(j));
            }
        }
        if (nearest >= errors.size() || errors.get(nearest) == null) {
            return null;
        }
        double[] ratio = new double[objectives];
        for (int o = 0; o < objectives; o++) {
            ratio[o] = sum[o] / sum[objectives];
        }
        return new Prediction(ratio, errors.get(nearest));
    }

    /** Negative for points of different accelerators. */
    private static int distance(int[] one, int[] other) {
        if (one[0] != other[0]) {
            return -1;
        }
        int sum = 0;
        for (int i = 1; i < one.length; i++) {
            sum += Math.abs(one[i] - other[i]);
        }
        return sum;
    }
}
