package dev.isos.study.explore;

import dev.isos.api.error.IsosException;
import dev.isos.core.Platform;
import dev.isos.study.configuration.Configurations;
import dev.isos.study.configuration.DesignSpace;
import dev.isos.study.configuration.DesignSpace.Configuration;
import dev.isos.study.execute.Point;
import dev.isos.study.sweep.Evaluated;
import dev.isos.study.sweep.Sweep;
import dev.isos.study.sweep.SweepPoint;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A sweep that is made ready: everything that can be wrong with its specification has been found. */
public final class Exploration {
    /** Points between two looks at the clock. */
    private static final int BATCH = 64;

    private final SweepSpec spec;
    private final DesignSpace space;
    private final List<Long> seeds;
    private final List<Configuration> configurations;

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
        long perConfiguration = (long) spec.workloads().size() * seeds.size();
        // a space far beyond every budget is not listed, however few configurations meet the constraints
        long all = space.size();
        if (all > SweepSpec.MOST_LISTED || spec.constraints().isEmpty()) {
            requireWithinBudget(all, perConfiguration);
        }
        List<Configuration> admitted = space.all().stream().filter(spec::admits).toList();
        if (admitted.isEmpty()) {
            throw IsosException.badInput(
                    spec.file() + ": none of " + all + " combinations meets the constraints on parameters");
        }
        requireWithinBudget(admitted.size(), perConfiguration);
        this.configurations = admitted;
    }

    private void requireWithinBudget(long wanted, long perConfiguration) {
        if (wanted > spec.mostPoints() / perConfiguration) {
            throw IsosException.badInput(spec.file() + ": " + wanted + " configurations on "
                    + spec.workloads().size()
                    + " workloads" + (seeds.size() > 1 ? " with " + seeds.size() + " seeds" : "")
                    + " are more than the " + spec.mostPoints() + " points that the budget allows");
        }
    }

    /** Number of points, at most. */
    public int points() {
        return configurations.size() * spec.workloads().size() * seeds.size();
    }

    /** Combinations that do not meet the constraints on parameters. */
    public long excluded() {
        return space.size() - configurations.size();
    }

    /** Computes the points. */
    public SweepResult run(Sweep sweep) {
        long deadline = spec.mostSeconds() == Double.POSITIVE_INFINITY
                ? Long.MAX_VALUE
                : System.nanoTime() + (long) (spec.mostSeconds() * 1e9);
        List<Evaluated> evaluated = new ArrayList<>();
        List<Task> tasks = tasks();
        int at = 0;
        while (at < tasks.size() && (at == 0 || System.nanoTime() < deadline)) {
            int end = deadline == Long.MAX_VALUE ? tasks.size() : Math.min(tasks.size(), at + BATCH);
            evaluated.addAll(evaluate(sweep, tasks.subList(at, end)));
            at = end;
        }
        return new SweepResult(spec, space.keys(), evaluated, tasks.size() - at);
    }

    private record Task(Configuration configuration, Point point) {}

    private List<Task> tasks() {
        return spec.workloads().stream()
                .flatMap(workload -> seeds.stream().flatMap(seed -> tasks(workload, seed)))
                .toList();
    }

    private Stream<Task> tasks(String workload, long seed) {
        return configurations.stream()
                .map(configuration -> new Task(configuration, new Point(workload, seed, configuration.request())));
    }

    private static List<Evaluated> evaluate(Sweep sweep, List<Task> tasks) {
        List<SweepPoint> outcomes = sweep.run(tasks.stream().map(Task::point).toList());
        List<Evaluated> evaluated = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            evaluated.add(
                    new Evaluated(tasks.get(i).configuration(), tasks.get(i).point(), outcomes.get(i)));
        }
        return evaluated;
    }
}
