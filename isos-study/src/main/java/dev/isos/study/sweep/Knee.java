package dev.isos.study.sweep;

import java.util.Arrays;
import java.util.List;

/**
 * The point of a front beyond which an objective is bought dearly: with each objective scaled to 0 at its best and 1 at its worst value
 * on the front, the one that is farthest on the good side of the line between the two ends of the front. Of more than two objectives
 * the line is the plane that meets the axis of each at the same distance.
 */
final class Knee {
    private Knee() {}

    /**
     * Position of the knee, the first of several; -1 of no points.
     *
     * @param front costs of the points of a front; less is better
     */
    static int of(List<double[]> front) {
        if (front.isEmpty()) {
            return -1;
        }
        double[] least = front.get(0).clone();
        double[] most = least.clone();
        for (double[] costs : front) {
            Arrays.setAll(least, i -> Math.min(least[i], costs[i]));
            Arrays.setAll(most, i -> Math.max(most[i], costs[i]));
        }
        int knee = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (int at = 0; at < front.size(); at++) {
            // the line is where scaled costs add up to 1: the smaller the sum, the farther
            double sum = 0;
            for (int i = 0; i < least.length; i++) {
                sum += most[i] == least[i] ? 0 : (front.get(at)[i] - least[i]) / (most[i] - least[i]);
            }
            if (sum < smallest) {
                smallest = sum;
                knee = at;
            }
        }
        return knee;
    }
}
