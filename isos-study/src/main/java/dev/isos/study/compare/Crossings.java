package dev.isos.study.compare;

import dev.isos.api.result.RunResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Where accelerators are as good as one of them, along something that runs differ in: the share of weights that are zero, of
 * workloads that are one network pruned differently; or a parameter that has several values.
 *
 * @param axis what is varied: {@link #SPARSITY}, or the key of a parameter
 * @param unit of the values; may be empty
 * @param workload the workload, or the network if workloads are varied
 * @param baseline accelerator that the others are compared with, without the parameter
 * @param curves the others
 */
public record Crossings(String axis, String unit, String workload, String baseline, List<Curve> curves) {
    /** The axis of weights that are zero, in percent. */
    public static final String SPARSITY = "zero weights";

    /** Fewer values than that are no curve. */
    private static final int FEWEST = 3;

    private static final double PERCENT = 100;
    private static final Pattern NUMBER = Pattern.compile("([0-9.]+(?:[eE][0-9]+)?)(.*)");

    public Crossings {
        curves = List.copyOf(curves);
    }

    /** What is compared. */
    public enum Cost {
        /** Cycles of a run. */
        CYCLES("cycles", RunResult::cycles),

        /**
         * Energy of a run. The ratio is that of times at equal power as well: a slower clock leaves energy as it is, so of two
         * machines that are slowed until they take the same power, each takes time in proportion to its energy.
         */
        ENERGY("energy", run -> run.energyPj().total()),

        /** Off-chip bytes of a run. */
        BYTES("off-chip bytes", run -> run.traffic().total());

        private final String label;
        private final ToDoubleFunction<RunResult> of;

        Cost(String label, ToDoubleFunction<RunResult> of) {
            this.label = label;
            this.of = of;
        }

        /** {@return in words} */
        public String label() {
            return label;
        }
    }

    /**
     * A value of the axis.
     *
     * @param x the value
     * @param run position of the run of the accelerator
     * @param baseline position of the run that it is compared with
     * @param times by {@link Cost}: how many times the baseline's it is
     */
    public record Point(double x, int run, int baseline, Map<Cost, Double> times) {}

    /**
     * One accelerator beside the baseline.
     *
     * @param points by x, ascending
     * @param logarithmic whether it is straight over the logarithm of x
     */
    public record Curve(String accelerator, List<Point> points, boolean logarithmic) {
        /** All values of x at which both are equal; between points, the logarithm of the ratio is taken as straight. */
        public List<Double> crossings(Cost cost) {
            List<Double> crossings = new ArrayList<>();
            for (int i = 0; i < points.size(); i++) {
                double here = Math.log(points.get(i).times().get(cost));
                if (here == 0) {
                    crossings.add(points.get(i).x());
                } else if (i > 0) {
                    double before = Math.log(points.get(i - 1).times().get(cost));
                    if (before * here < 0) {
                        double from = scaled(points.get(i - 1).x());
                        double x = from + (scaled(points.get(i).x()) - from) * before / (before - here);
                        crossings.add(logarithmic ? Math.exp(x) : x);
                    }
                }
            }
            return crossings;
        }

        private double scaled(double x) {
            return logarithmic ? Math.log(x) : x;
        }

        /** Whether the baseline takes less at the first value. */
        public boolean beginsAbove(Cost cost) {
            return points.get(0).times().get(cost) > 1;
        }
    }

    /**
     * Every axis along which the runs of a comparison make curves; along zero weights first.
     *
     * @param runs workload by workload, each on the same accelerators in the same order
     * @param accelerators how many there are
     * @param baseline position of the accelerator that the others are compared with
     */
    public static List<Crossings> of(List<RunResult> runs, int accelerators, int baseline) {
        List<Crossings> all = new ArrayList<>();
        sparsity(runs, accelerators, baseline).ifPresent(all::add);
        for (int first = 0; first < runs.size(); first += accelerators) {
            all.addAll(parameters(runs, first, accelerators, baseline));
        }
        return all;
    }

    private static Optional<Crossings> sparsity(List<RunResult> runs, int accelerators, int baseline) {
        int workloads = runs.size() / accelerators;
        List<Integer> order = IntStream.range(0, workloads)
                .boxed()
                .sorted(Comparator.comparingDouble(w -> zeros(runs.get(w * accelerators))))
                .toList();
        boolean one =
                runs.stream().map(run -> run.workload().network()).distinct().count() == 1;
        long levels = order.stream()
                .map(w -> zeros(runs.get(w * accelerators)))
                .distinct()
                .count();
        if (!one || workloads < FEWEST || levels < workloads) {
            return Optional.empty();
        }
        List<Curve> curves = new ArrayList<>();
        for (int a = 0; a < accelerators; a++) {
            int accelerator = a;
            if (a != baseline) {
                curves.add(new Curve(
                        runs.get(a).accelerator().name(),
                        order.stream()
                                .map(w -> point(
                                        zeros(runs.get(w * accelerators)),
                                        runs,
                                        w * accelerators + accelerator,
                                        w * accelerators + baseline))
                                .toList(),
                        false));
            }
        }
        return Optional.of(new Crossings(
                SPARSITY,
                "percent",
                runs.get(0).workload().network(),
                runs.get(baseline).accelerator().name(),
                curves));
    }

    private static double zeros(RunResult run) {
        return PERCENT * (1 - run.workload().weightDensity());
    }

    /** A setting in the name of a configuration. */
    private record Setting(String rest, String key, double value, String unit) {}

    private static List<Setting> settings(String name) {
        String[] parts = name.split(":");
        List<Setting> settings = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            Matcher number = NUMBER.matcher(parts[i].substring(equals + 1));
            if (equals > 0 && number.matches()) {
                List<String> rest = new ArrayList<>(List.of(parts));
                rest.remove(i);
                settings.add(new Setting(
                        String.join(":", rest),
                        parts[i].substring(0, equals),
                        Double.parseDouble(number.group(1)),
                        number.group(2)));
            }
        }
        return settings;
    }

    /** Of one workload; the baseline and the others have the same values of the parameter. */
    private static List<Crossings> parameters(List<RunResult> runs, int first, int accelerators, int baseline) {
        List<Crossings> all = new ArrayList<>();
        for (Setting base : settings(runs.get(first + baseline).accelerator().name())) {
            Map<String, Map<Double, Integer>> byRest = new LinkedHashMap<>();
            for (int run = first; run < first + accelerators; run++) {
                for (Setting setting : settings(runs.get(run).accelerator().name())) {
                    if (setting.key().equals(base.key()) && setting.unit().equals(base.unit())) {
                        byRest.computeIfAbsent(setting.rest(), rest -> new LinkedHashMap<>())
                                .put(setting.value(), run);
                    }
                }
            }
            Map<Double, Integer> own = byRest.remove(base.rest());
            List<Curve> curves = new ArrayList<>();
            byRest.forEach((rest, values) -> {
                if (own.size() >= FEWEST && values.keySet().equals(own.keySet())) {
                    curves.add(new Curve(
                            rest,
                            own.keySet().stream()
                                    .sorted()
                                    .map(x -> point(x, runs, values.get(x), own.get(x)))
                                    .toList(),
                            own.keySet().stream().allMatch(x -> x > 0)));
                }
            });
            if (!curves.isEmpty()) {
                all.add(new Crossings(
                        base.key(), base.unit(), runs.get(first).workload().id(), base.rest(), curves));
            }
        }
        return all;
    }

    private static Point point(double x, List<RunResult> runs, int run, int baseline) {
        Map<Cost, Double> times = new LinkedHashMap<>();
        for (Cost cost : Cost.values()) {
            times.put(cost, cost.of.applyAsDouble(runs.get(run)) / cost.of.applyAsDouble(runs.get(baseline)));
        }
        return new Point(x, run, baseline, Map.copyOf(times));
    }
}
