package dev.isos.study.sweep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Which of several points no other one beats. */
public final class ParetoFront {
    private ParetoFront() {}

    /**
     * For each point whether no other one is at least as good in every objective and better in one.
     *
     * @param points costs of each point, in one order; less is better
     */
    public static boolean[] of(List<double[]> points) {
        // whoever beats a point comes before it in this order, so those on the front so far are all that may beat the
        // next
        int[] order = IntStream.range(0, points.size())
                .boxed()
                .sorted(Comparator.comparing(points::get, Arrays::compare))
                .mapToInt(Integer::intValue)
                .toArray();
        boolean[] front = new boolean[points.size()];
        List<double[]> best = new ArrayList<>();
        for (int i : order) {
            double[] own = points.get(i);
            front[i] = best.stream().noneMatch(other -> dominates(other, own));
            if (front[i]) {
                best.add(own);
            }
        }
        return front;
    }

    /** Whether one point is at least as good as another in every cost and better in one. */
    public static boolean dominates(double[] one, double[] other) {
        boolean better = false;
        for (int i = 0; i < one.length; i++) {
            if (one[i] > other[i]) {
                return false;
            }
            better |= one[i] < other[i];
        }
        return better;
    }
}
