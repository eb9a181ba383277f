package dev.isos.study.explore;

import dev.isos.study.configuration.DesignSpace.Configuration;
import dev.isos.study.sweep.Evaluated;
import dev.isos.study.sweep.Objective;
import dev.isos.study.sweep.ParetoFront;
import dev.isos.study.sweep.Refinement;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepResult.Row;
import dev.isos.study.sweep.SweepSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which estimated points may be on the front, if each estimate may be off by so much. */
final class Candidates {
    private final SweepSpec spec;
    private final double error;
    private final SweepResult estimates;
    private final int estimated;
    private final List<Evaluated> chosen = new ArrayList<>();

    Candidates(SweepSpec spec, List<String> keys, List<Evaluated> evaluated, double error) {
        this.spec = spec;
        this.error = error;
        this.estimates = new SweepResult(spec, keys, evaluated, 0, null);
        this.estimated = evaluated.size();
        Map<String, Evaluated> byName = new HashMap<>();
        evaluated.forEach(each -> byName.put(name(each), each));
        // on all workloads, those that may be on the front of the means
        Set<Configuration> everywhere = new HashSet<>();
        for (Row row : possible(estimates.means(), row -> mayBeAdmitted(byName, row))) {
            evaluated.stream()
                    .filter(each -> each.point().accelerator().name().equals(row.configuration()))
                    .forEach(each -> everywhere.add(each.configuration()));
        }
        Set<String> here = new HashSet<>();
        estimates
                .groups()
                .forEach((group, rows) ->
                        possible(rows, row -> mayBeAdmitted(byName, row)).forEach(row -> here.add(name(row))));
        for (Evaluated each : evaluated) {
            if (each.outcome().feasible() && (here.contains(name(each)) || everywhere.contains(each.configuration()))) {
                chosen.add(each);
            }
        }
    }

    private interface Admission {
        boolean of(Row row);
    }

    private boolean mayBeAdmitted(Map<String, Evaluated> byName, Row row) {
        if (row.run() == null) {
            return true;
        }
        Configuration configuration = byName.get(name(row)).configuration();
        return row.admitted()
                || spec.admits(configuration, row.run(), 1 - error)
                || spec.admits(configuration, row.run(), 1 + error);
    }

    private static String name(Row row) {
        return row.run().workload().id() + " " + row.run().workload().seed() + " " + row.configuration();
    }

    private static String name(Evaluated evaluated) {
        return evaluated.outcome().feasible()
                ? evaluated.outcome().run().workload().id() + " "
                        + evaluated.outcome().run().workload().seed() + " "
                        + evaluated.outcome().run().accelerator().name()
                : "";
    }

    /** Rows that no admitted row beats for certain: not even if the one is as bad and the other as good as may be. */
    private List<Row> possible(List<Row> rows, Admission admission) {
        // those of the front of the worst cases are all that may beat another for certain
        List<double[]> worst = rows.stream()
                .filter(Row::admitted)
                .map(row -> bound(row, 1 + error))
                .toList();
        boolean[] front = ParetoFront.of(worst);
        List<double[]> beating = new ArrayList<>();
        for (int i = 0; i < front.length; i++) {
            if (front[i]) {
                beating.add(worst.get(i));
            }
        }
        return rows.stream()
                .filter(admission::of)
                .filter(row -> {
                    double[] best = bound(row, 1 - error);
                    return beating.stream().noneMatch(other -> ParetoFront.dominates(other, best));
                })
                .toList();
    }

    /** Costs of which those that are estimated are so many times as large, or as small where more is better. */
    private double[] bound(Row row, double factor) {
        double[] costs = new double[spec.objectives().size()];
        for (int i = 0; i < costs.length; i++) {
            Objective objective = spec.objectives().get(i);
            double value = row.metrics().get(objective.path());
            double scaled = objective.isExact() ? value : objective.maximised() ? value * (2 - factor) : value * factor;
            costs[i] = objective.cost(scaled);
        }
        return costs;
    }

    /** The points to simulate. */
    List<Evaluated> chosen() {
        return chosen;
    }

    /** Compares the estimates with what came of them. */
    Refinement judge(List<Evaluated> simulated) {
        Map<String, Evaluated> results = new HashMap<>();
        simulated.forEach(each -> results.put(key(each), each));
        int beyond = 0;
        double worst = 0;
        for (Evaluated estimate : chosen) {
            Evaluated result = results.get(key(estimate));
            if (result != null && result.outcome().feasible()) {
                double off = spec.objectives().stream()
                        .map(objective -> difference(objective, estimate, result))
                        .max(Comparator.naturalOrder())
                        .orElse(0.0);
                beyond += off > error ? 1 : 0;
                worst = Math.max(worst, off);
            }
        }
        Set<Object> estimatedFront = front(estimates, chosen);
        Set<Object> front = front(new SweepResult(spec, List.of(), simulated, 0, null), simulated);
        int lost = (int)
                estimatedFront.stream().filter(point -> !front.contains(point)).count();
        int gained = (int)
                front.stream().filter(point -> !estimatedFront.contains(point)).count();
        return new Refinement(error, estimated, simulated.size(), beyond, worst, lost, gained);
    }

    private static String key(Evaluated evaluated) {
        return evaluated.point().workload() + " " + evaluated.point().seed() + " "
                + evaluated.configuration().request().name();
    }

    private static Set<Object> front(SweepResult result, List<Evaluated> evaluated) {
        Set<String> best = new HashSet<>();
        result.rows().stream().filter(Row::pareto).forEach(row -> best.add(name(row)));
        Set<Object> front = new HashSet<>();
        evaluated.stream().filter(each -> best.contains(name(each))).forEach(each -> front.add(key(each)));
        return front;
    }

    private static double difference(Objective objective, Evaluated estimate, Evaluated result) {
        double expected = objective.of(estimate.outcome().run());
        double found = objective.of(result.outcome().run());
        return found == expected ? 0 : Math.abs(expected - found) / Math.abs(found);
    }
}
