package dev.isos.study.sweep;

import java.util.List;

/** Which of several points no other one beats. */
public final class ParetoFront {
    private ParetoFront() {}

    /**
     * For each point whether no other one is at least as good in every objective and better in one.
     *
     * @param points objectives of each point, in one order; less is better
     */
    public static boolean[] of(List<double[]> points) {
        boolean[] front = new boolean[points.size()];
        for (int i = 0; i < front.length; i++) {
            double[] own = points.get(i);
            front[i] = points.stream().noneMatch(other -> dominates(other, own));
        }
        return front;
    }

    private static boolean dominates(double[] a, double[] b) {
        boolean better = false;
        for (int i = 0; i < a.length; i++) {
            if (a[i] > b[i]) {
                return false;
            }
            better |= a[i] < b[i];
        }
        return better;
    }
}
