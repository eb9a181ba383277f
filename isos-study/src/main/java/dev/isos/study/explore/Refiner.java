package dev.isos.study.explore;

import dev.isos.api.result.RunResult;
import dev.isos.study.configuration.DesignSpace.Configuration;
import dev.isos.study.explore.Neighbours.Prediction;
import dev.isos.study.result.ResultField;
import dev.isos.study.statistic.Means;
import dev.isos.study.sweep.Evaluated;
import dev.isos.study.sweep.Objective;
import dev.isos.study.sweep.ParetoFront;
import dev.isos.study.sweep.Refinement;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Chooses in rounds which estimated points to simulate: first the front of the estimates, then what simulations so far do not beat,
 * where every estimate is corrected by the simulated points next to it and then taken to be as much too bad as it may be. What is left
 * out is beaten by a simulated point even so. The choice depends on results alone.
 */
final class Refiner {
    /** Points of a round at least, if there are so many: rounds begin with what each of them shares. */
    private static final int LEAST = 32;

    private final SweepSpec spec;
    private final List<String> keys;
    private final List<Objective> objectives;
    private final ToDoubleFunction<String> error;

    /** By objective: by which share an estimate may be off. */
    private final double[] errors;

    private final List<Evaluated> estimates;
    private final Map<Configuration, Integer> numbers = new LinkedHashMap<>();
    private final Map<List<Object>, Group> groups = new LinkedHashMap<>();
    private final List<Evaluated> simulated = new ArrayList<>();
    private final Set<String> chosen = new HashSet<>();
    private int rounds;
    private int beyond;
    private int misled;
    private double worst;

    /** Points of one workload and seed, by the number of their configuration. */
    private final class Group {
        private final @Nullable Point[] points;
        private final Neighbours neighbours = new Neighbours(objectives.size());

        Group(int configurations) {
            points = new Point[configurations];
        }
    }

    /** A point that could be estimated. */
    private final class Point {
        private final Evaluated estimate;
        private final double[] estimated;

        /** Less of which is better, at the least that may be; of a simulated point what it is. */
        private double[] best;

        /** The same as it is to be expected. */
        private double[] expected;

        /** Whether it may meet the constraints; of a simulated point: does. */
        private boolean admitted;

        private boolean simulated;

        Point(Evaluated estimate) {
            this.estimate = estimate;
            estimated = values(estimate);
            admitted = mayBeAdmitted(estimate);
            predict(null);
        }

        private void predict(@Nullable Prediction prediction) {
            best = new double[estimated.length];
            expected = new double[estimated.length];
            for (int o = 0; o < estimated.length; o++) {
                double ratio = prediction == null ? 1 : prediction.ratio()[o];
                double share = errors[o];
                double low = 1 - share;
                double high = 1 + share;
                if (prediction != null) {
                    double learned = prediction.error()[o];
                    low = Math.max(Math.min(low, ratio), ratio * (1 - learned));
                    high = Math.min(Math.max(high, ratio), ratio * (1 + learned));
                }
                Objective objective = objectives.get(o);
                best[o] = objective.cost(estimated[o] * (objective.maximised() ? high : low));
                expected[o] = objective.cost(estimated[o] * ratio);
            }
        }
    }

    /** @param error by which share an estimate of an objective may be off */
    Refiner(SweepSpec spec, List<String> keys, List<Evaluated> evaluated, ToDoubleFunction<String> error) {
        this.spec = spec;
        this.keys = keys;
        this.objectives = spec.objectives();
        this.errors = objectives.stream()
                .map(Objective::path)
                .mapToDouble(path -> ResultField.isExact(path) ? 0 : error.applyAsDouble(path))
                .toArray();
        this.estimates = evaluated;
        this.error = error;
        evaluated.forEach(each -> numbers.putIfAbsent(each.configuration(), numbers.size()));
        for (Evaluated each : evaluated) {
            Group group = groups.computeIfAbsent(group(each), key -> new Group(numbers.size()));
            if (each.outcome().feasible()) {
                group.points[numbers.get(each.configuration())] = new Point(each);
            }
        }
    }

    private static List<Object> group(Evaluated each) {
        return List.of(each.point().workload(), each.point().seed());
    }

    private double[] values(Evaluated each) {
        return objectives.stream()
                .mapToDouble(objective -> objective.of(each.outcome().run()))
                .toArray();
    }

    private double[] costs(Evaluated each) {
        double[] costs = values(each);
        for (int o = 0; o < costs.length; o++) {
            costs[o] = objectives.get(o).cost(costs[o]);
        }
        return costs;
    }

    private boolean mayBeAdmitted(Evaluated each) {
        return spec.admits(each.configuration(), each.outcome().run())
                || spec.admits(each.configuration(), each.outcome().run(), path -> 1 - error.applyAsDouble(path))
                || spec.admits(each.configuration(), each.outcome().run(), path -> 1 + error.applyAsDouble(path));
    }

    /** The points to simulate next, in the order of the estimates; none at the end. */
    List<Evaluated> next() {
        Set<Point> wanted = new HashSet<>();
        for (Group group : groups.values()) {
            List<Integer> candidates = new ArrayList<>();
            List<double[]> beating = new ArrayList<>();
            for (int c = 0; c < group.points.length; c++) {
                Point point = group.points[c];
                if (point != null && point.admitted) {
                    if (point.simulated) {
                        beating.add(point.best);
                    } else {
                        candidates.add(c);
                    }
                }
            }
            choose(candidates, c -> group.points[c].best, c -> group.points[c].expected, beating)
                    .forEach(c -> wanted.add(group.points[c]));
        }
        if (groups.size() > 1) {
            everywhere(wanted);
        }
        rounds += wanted.isEmpty() ? 0 : 1;
        List<Evaluated> next = new ArrayList<>();
        for (Group group : groups.values()) {
            for (Point point : group.points) {
                if (point != null && wanted.contains(point)) {
                    next.add(point.estimate);
                    chosen.add(key(point.estimate));
                }
            }
        }
        return next;
    }

    /** Configurations that may be on the front of the means are simulated on all workloads. */
    private void everywhere(Set<Point> wanted) {
        List<Integer> candidates = new ArrayList<>();
        List<double[]> beating = new ArrayList<>();
        for (int c = 0; c < numbers.size(); c++) {
            boolean all = true;
            boolean known = true;
            for (Group group : groups.values()) {
                Point point = group.points[c];
                all &= point != null && point.admitted;
                known &= point != null && point.simulated;
            }
            if (all && known) {
                beating.add(mean(c, point -> point.best));
            } else if (all) {
                candidates.add(c);
            }
        }
        for (int c :
                choose(candidates, c -> mean(c, point -> point.best), c -> mean(c, point -> point.expected), beating)) {
            for (Group group : groups.values()) {
                if (!group.points[c].simulated) {
                    wanted.add(group.points[c]);
                }
            }
        }
    }

    private interface Costs {
        double[] of(Point point);
    }

    private interface CostsOf {
        double[] of(int number);
    }

    private double[] mean(int number, Costs costs) {
        double[] means = new double[objectives.size()];
        for (int o = 0; o < means.length; o++) {
            int at = o;
            Objective objective = objectives.get(o);
            means[o] = objective.cost(Means.geometric(
                    List.copyOf(groups.values()), group -> objective.cost(costs.of(group.points[number])[at])));
        }
        return means;
    }

    /** Of those that nothing beats the ones to be expected best: their front, and what lies behind it until they are enough. */
    private static List<Integer> choose(
            List<Integer> candidates, CostsOf best, CostsOf expected, List<double[]> beating) {
        boolean[] front = ParetoFront.of(beating);
        List<double[]> ahead = new ArrayList<>();
        for (int i = 0; i < front.length; i++) {
            if (front[i]) {
                ahead.add(beating.get(i));
            }
        }
        List<Integer> left = new ArrayList<>();
        for (int c : candidates) {
            double[] own = best.of(c);
            if (ahead.stream().noneMatch(other -> ParetoFront.dominates(other, own))) {
                left.add(c);
            }
        }
        // the first round is the front of the estimates, which says what else has to be looked at
        int enough = beating.isEmpty() ? 1 : Math.max(LEAST, left.size() / 2);
        List<Integer> some = new ArrayList<>();
        while (some.size() < enough && !left.isEmpty()) {
            boolean[] first = ParetoFront.of(left.stream().map(expected::of).toList());
            List<Integer> behind = new ArrayList<>();
            for (int i = 0; i < first.length; i++) {
                (first[i] ? some : behind).add(left.get(i));
            }
            left = behind;
        }
        return some;
    }

    /** Takes what came of points that {@link #next} chose. */
    void learn(List<Evaluated> results) {
        for (Evaluated result : results) {
            simulated.add(result);
            Group group = groups.get(group(result));
            int number = numbers.get(result.configuration());
            Point point = group.points[number];
            if (!result.outcome().feasible()) {
                group.points[number] = null;
                continue;
            }
            double[] values = values(result);
            double[] ratio = new double[values.length];
            double off = 0;
            boolean over = false;
            boolean better = false;
            double[] costs = costs(result);
            for (int o = 0; o < values.length; o++) {
                ratio[o] =
                        point.estimated[o] == values[o] || point.estimated[o] == 0 ? 1 : values[o] / point.estimated[o];
                double difference =
                        Math.abs(point.estimated[o] - values[o]) / Math.max(Double.MIN_NORMAL, Math.abs(values[o]));
                over |= difference > errors[o];
                off = Math.max(off, difference);
                better |= costs[o] < point.best[o];
            }
            beyond += over ? 1 : 0;
            // the first round is chosen by nothing that could be too sure
            misled += better && rounds > 1 ? 1 : 0;
            worst = Math.max(worst, off);
            point.simulated = true;
            point.best = costs;
            point.expected = costs;
            point.admitted =
                    spec.admits(result.configuration(), result.outcome().run());
            group.neighbours.add(result.configuration().place(), ratio);
        }
        for (Group group : groups.values()) {
            group.neighbours.check();
            for (Point point : group.points) {
                if (point != null && !point.simulated) {
                    point.predict(group.neighbours.predict(
                            point.estimate.configuration().place()));
                }
            }
        }
    }

    /** Compares the estimates with what came of them. */
    Refinement judged() {
        Set<String> estimatedFront = front(estimates);
        Set<String> front = front(simulated);
        Map<String, Double> stated = new LinkedHashMap<>();
        for (int o = 0; o < errors.length; o++) {
            stated.put(objectives.get(o).toString(), errors[o]);
        }
        int lost = (int) estimatedFront.stream()
                .filter(point -> chosen.contains(point) && !front.contains(point))
                .count();
        int gained = (int)
                front.stream().filter(point -> !estimatedFront.contains(point)).count();
        return new Refinement(stated, estimates.size(), simulated.size(), rounds, beyond, worst, misled, lost, gained);
    }

    private static String key(Evaluated each) {
        return each.point().workload() + " " + each.point().seed() + " "
                + each.configuration().request().name();
    }

    /** Points on the front of some evaluated ones. */
    private Set<String> front(List<Evaluated> evaluated) {
        Map<RunResult, String> byRun = new IdentityHashMap<>();
        evaluated.stream()
                .filter(each -> each.outcome().feasible())
                .forEach(each -> byRun.put(each.outcome().run(), key(each)));
        Set<String> front = new HashSet<>();
        new SweepResult(spec, keys, evaluated, null, 0, null)
                .rows().stream().filter(SweepResult.Row::pareto).forEach(row -> front.add(byRun.get(row.run())));
        return front;
    }
}
