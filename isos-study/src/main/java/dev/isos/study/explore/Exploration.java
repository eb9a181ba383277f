package dev.isos.study.explore;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Fidelity;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.validate.Validation;
import dev.isos.study.configuration.Configurations;
import dev.isos.study.configuration.DesignSpace;
import dev.isos.study.configuration.DesignSpace.Configuration;
import dev.isos.study.execute.Point;
import dev.isos.study.sweep.Evaluated;
import dev.isos.study.sweep.SearchMethod;
import dev.isos.study.sweep.Sweep;
import dev.isos.study.sweep.SweepPoint;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepResult.Row;
import dev.isos.study.sweep.SweepSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A sweep that is made ready: everything that can be wrong with its specification has been found. Which points it computes depends on
 * the specification and on results alone, not on how many workers compute them; with a bound of time, on their speed, too.
 */
public final class Exploration {
    /** How long the points between two looks at the clock are to take, seconds. */
    private static final double LOOK = 0.5;

    private static final int MOST_UNLOOKED = 256;

    private final SweepSpec spec;
    private final DesignSpace space;
    private final List<Long> seeds;
    private final int perConfiguration;
    private final long all;
    private final EstimateErrors estimateErrors;

    /** Of a grid; empty of a search. */
    private final List<Configuration> grid;

    /**
     * Makes ready.
     *
     * @param seed of whatever workloads draw, where the specification states none
     * @throws IsosException when the specification names what there is not, no configuration meets its constraints, or more points
     *     are asked for than its budget allows
     */
    public Exploration(Platform isos, SweepSpec spec, long seed) {
        this.spec = spec;
        this.space = spec.space(new Configurations(isos));
        this.seeds = spec.seeds().isEmpty() ? List.of(seed) : spec.seeds();
        this.perConfiguration = spec.workloads().size() * seeds.size();
        this.all = size(space);
        this.estimateErrors = new EstimateErrors(new Validation(isos));
        if (spec.mostPoints() < perConfiguration) {
            requireWithinBudget(1);
        }
        this.grid = spec.method() == SearchMethod.GRID ? grid() : List.of();
        if (spec.refined() && space.at(new double[space.dimensions()]).request().fidelity() == Fidelity.ANALYTICAL) {
            throw IsosException.badInput(
                    spec.file() + ": to refine estimates, expected accelerators that are not estimated themselves");
        }
    }

    private long size(DesignSpace of) {
        try {
            return of.size();
        } catch (ArithmeticException e) {
            throw IsosException.badInput(spec.file() + ": the axes have more than 2^63 combinations");
        }
    }

    private List<Configuration> grid() {
        // a space far beyond every budget is not listed, however few configurations meet the constraints
        if (all > SweepSpec.MOST_LISTED || spec.constraints().isEmpty()) {
            requireWithinBudget(all);
        }
        List<Configuration> admitted = space.all().stream().filter(spec::admits).toList();
        if (admitted.isEmpty()) {
            throw IsosException.badInput(
                    spec.file() + ": none of " + all + " combinations meets the constraints on parameters");
        }
        requireWithinBudget(admitted.size());
        return admitted;
    }

    private void requireWithinBudget(long wanted) {
        if (wanted > spec.mostPoints() / perConfiguration) {
            throw IsosException.badInput(spec.file() + ": " + counted(wanted, "configuration") + " on "
                    + counted(spec.workloads().size(), "workload")
                    + (seeds.size() > 1 ? " with " + seeds.size() + " seeds" : "")
                    + " would be more than the budget of " + counted(spec.mostPoints(), "point"));
        }
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** Number of points that are chosen, at most; those that are simulated after they were estimated come on top. */
    public int points() {
        return perConfiguration * (spec.method() == SearchMethod.GRID ? grid.size() : wanted());
    }

    private int wanted() {
        return (int) Math.min(all, spec.mostPoints() / perConfiguration);
    }

    /** Computes the points. */
    public SweepResult run(Sweep sweep, ExplorationListener listener) {
        return new Run(sweep, listener).result();
    }

    /** What is asked for. */
    public SweepSpec spec() {
        return spec;
    }

    /** Judges the points of which it is known so far what becomes of them: estimates only until the first one is simulated. */
    public SweepResult soFar(List<Evaluated> found) {
        Map<Boolean, List<Evaluated>> estimated = found.stream()
                .collect(Collectors.partitioningBy(
                        each -> spec.refined() && each.point().accelerator().fidelity() == Fidelity.ANALYTICAL));
        if (estimated.get(false).isEmpty()) {
            return soFar(estimated.get(true), null);
        }
        return soFar(estimated.get(false), spec.refined() ? soFar(estimated.get(true), null) : null);
    }

    private SweepResult soFar(List<Evaluated> found, SweepResult estimates) {
        return new SweepResult(spec, space.keys(), inOrder(found), estimates, 0, null);
    }

    /** Workload by workload, as the specification has them. */
    private List<Evaluated> inOrder(List<Evaluated> evaluated) {
        List<Evaluated> sorted = new ArrayList<>();
        for (String workload : spec.workloads()) {
            for (long seed : seeds) {
                evaluated.stream()
                        .filter(each -> each.point().workload().equals(workload)
                                && each.point().seed() == seed)
                        .forEach(sorted::add);
            }
        }
        return sorted;
    }

    private record Task(Configuration configuration, Point point) {}

    /** State of one exploration. */
    private final class Run {
        private final Sweep sweep;
        private final ExplorationListener listener;
        private final long startNanos = System.nanoTime();
        private int unevaluated;

        Run(Sweep sweep, ExplorationListener listener) {
            this.sweep = sweep;
            this.listener = listener;
        }

        private boolean timeIsOver() {
            return (System.nanoTime() - startNanos) / 1e9 >= spec.mostSeconds();
        }

        SweepResult result() {
            Fidelity first = spec.refined() ? Fidelity.ANALYTICAL : null;
            List<Evaluated> evaluated = spec.method() == SearchMethod.GRID ? evaluate(grid, first) : search(first);
            if (!spec.refined()) {
                return new SweepResult(spec, space.keys(), inOrder(evaluated), null, unevaluated, null);
            }
            List<Evaluated> estimated = inOrder(evaluated);
            SweepResult estimates = new SweepResult(spec, space.keys(), estimated, null, 0, null);
            Refiner refiner = new Refiner(spec, space.keys(), estimated, estimateErrors::of);
            List<Evaluated> simulated = new ArrayList<>();
            List<Evaluated> next = refiner.next();
            while (!next.isEmpty()) {
                sweep.announce(next.size());
                listener.more(next.size());
                List<Evaluated> results = evaluateAll(next.stream()
                        .map(each -> new Task(
                                each.configuration(),
                                new Point(
                                        each.point().workload(),
                                        each.point().seed(),
                                        each.configuration().request())))
                        .toList());
                simulated.addAll(results);
                refiner.learn(results);
                next = timeIsOver() ? List.of() : refiner.next();
            }
            return new SweepResult(spec, space.keys(), inOrder(simulated), estimates, unevaluated, refiner.judged());
        }

        private List<Evaluated> evaluate(List<Configuration> configurations, Fidelity fidelity) {
            List<Task> tasks = new ArrayList<>();
            for (String workload : spec.workloads()) {
                for (long seed : seeds) {
                    configurations.forEach(configuration -> tasks.add(
                            new Task(configuration, new Point(workload, seed, request(configuration, fidelity)))));
                }
            }
            return evaluateAll(tasks);
        }

        private List<Evaluated> evaluateAll(List<Task> tasks) {
            List<Evaluated> evaluated = new ArrayList<>();
            boolean timed = spec.mostSeconds() != Double.POSITIVE_INFINITY;
            int at = 0;
            int batch = 4;
            while (at < tasks.size() && (at == 0 || !timeIsOver())) {
                int end = timed ? Math.min(tasks.size(), at + batch) : tasks.size();
                long begin = System.nanoTime();
                List<Task> some = tasks.subList(at, end);
                Map<Point, List<Task>> byPoint = some.stream().collect(Collectors.groupingBy(Task::point));
                List<SweepPoint> outcomes = sweep.run(
                        some.stream().map(Task::point).toList(),
                        (point, outcome, computed) -> byPoint.get(point)
                                .forEach(task ->
                                        listener.found(new Evaluated(task.configuration(), point, outcome), computed)));
                for (int i = 0; i < some.size(); i++) {
                    evaluated.add(new Evaluated(
                            some.get(i).configuration(), some.get(i).point(), outcomes.get(i)));
                }
                at = end;
                // as many as take about so long, whatever a point takes
                double share = LOOK * 1e9 / Math.max(1, System.nanoTime() - begin);
                batch = (int) Math.max(1, Math.min(MOST_UNLOOKED, batch * Math.min(2, share)));
            }
            unevaluated += tasks.size() - at;
            return evaluated;
        }

        private List<Evaluated> search(Fidelity fidelity) {
            Trials trials = new Trials(fidelity);
            Search search = new Search(space.dimensions(), spec.searchSeed(), trials);
            switch (spec.method()) {
                case RANDOM -> search.random(wanted());
                case LATIN_HYPERCUBE -> search.latinHypercube(wanted());
                default -> search.evolutionary(wanted());
            }
            if (trials.evaluated.isEmpty()) {
                throw IsosException.badInput(
                        spec.file() + ": none of the combinations that were tried meets the constraints on parameters");
            }
            return trials.evaluated;
        }

        /** Places of the space that were tried; a configuration counts once. */
        private final class Trials implements Search.Trial {
            private final Fidelity fidelity;
            private final Map<AcceleratorRequest, double[]> costs = new HashMap<>();
            private final List<Evaluated> evaluated = new ArrayList<>();

            Trials(Fidelity fidelity) {
                this.fidelity = fidelity;
            }

            @Override
            public boolean isOver() {
                return tried() >= wanted() || timeIsOver() && tried() > 0;
            }

            @Override
            public int tried() {
                return (int)
                        costs.values().stream().filter(cost -> cost != EXCLUDED).count();
            }

            @Override
            public List<double[]> costs(List<double[]> places) {
                List<Configuration> asked = places.stream().map(space::at).toList();
                Map<AcceleratorRequest, Configuration> fresh = new LinkedHashMap<>();
                int left = wanted() - tried();
                for (Configuration configuration : asked) {
                    AcceleratorRequest request = configuration.request();
                    if (!costs.containsKey(request) && !fresh.containsKey(request)) {
                        if (!spec.admits(configuration)) {
                            costs.put(request, EXCLUDED);
                        } else if (fresh.size() < left) {
                            fresh.put(request, configuration);
                        }
                    }
                }
                List<Evaluated> batch = evaluate(List.copyOf(fresh.values()), fidelity);
                evaluated.addAll(batch);
                fresh.keySet().forEach(request -> costs.put(request, bad()));
                SweepResult judged = new SweepResult(spec, space.keys(), batch, null, 0, null);
                Map<String, AcceleratorRequest> byName = new HashMap<>();
                fresh.forEach((request, configuration) ->
                        byName.put(request(configuration, fidelity).name(), request));
                List<Row> rows = judged.groups().size() > 1 ? judged.means() : judged.rows();
                for (Row row : rows) {
                    if (row.admitted()) {
                        costs.put(byName.get(row.configuration()), row.costs(spec.objectives()));
                    }
                }
                return asked.stream()
                        .map(configuration -> {
                            double[] cost = costs.get(configuration.request());
                            return cost == null || cost == EXCLUDED ? bad() : cost;
                        })
                        .toList();
            }

            private double[] bad() {
                double[] bad = new double[spec.objectives().size()];
                Arrays.fill(bad, Double.MAX_VALUE);
                return bad;
            }
        }
    }

    private static final double[] EXCLUDED = {};

    private static AcceleratorRequest request(Configuration configuration, Fidelity fidelity) {
        AcceleratorRequest asked = configuration.request();
        return fidelity == null
                ? asked
                : new AcceleratorRequest(
                        asked.id(),
                        asked.hardwareFile(),
                        asked.overrides(),
                        asked.mapping(),
                        fidelity,
                        asked.energyModel());
    }
}
