package dev.isos.report.text;

import dev.isos.core.validate.EstimateCase;
import dev.isos.core.validate.ValidationBounds;
import dev.isos.core.validate.ValidationCase;
import dev.isos.core.validate.ValidationResult;
import dev.isos.core.validate.ValidationResult.Errors;
import dev.isos.report.console.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How far the fidelities of machines are apart, over all cases and for those that break a bound. */
public final class ValidationReport implements Printable {
    private static final int SCHEMA_VERSION = 1;

    /** Broken cases that a table shows. */
    private static final int MOST_ROWS = 10;

    private final List<ValidationResult> results;

    /** The JSON document. */
    record Document(int schemaVersion, boolean passed, List<Machine> machines) {}

    /** One accelerator; errors of large cases are shares, of small ones cycles. */
    record Machine(
            String accelerator,
            long seed,
            int cases,
            int infeasible,
            boolean passed,
            Map<String, Long> kinds,
            ValidationBounds bounds,
            Errors relativeErrors,
            Errors smallErrors,
            List<ValidationCase> broken,
            List<Estimate> estimates) {}

    /** Of a built-in network; the error is a share, negative where the estimate is below the simulation. */
    record Estimate(String workload, long simulatedCycles, long estimatedCycles, double error) {}

    /** @param results one for each accelerator */
    public ValidationReport(List<ValidationResult> results) {
        this.results = List.copyOf(results);
    }

    @Override
    public Object json() {
        return new Document(
                SCHEMA_VERSION,
                results.stream().allMatch(ValidationResult::passed),
                results.stream().map(ValidationReport::machine).toList());
    }

    private static Machine machine(ValidationResult result) {
        return new Machine(
                result.accelerator(),
                result.seed(),
                result.cases().size(),
                result.infeasible(),
                result.passed(),
                result.kinds(),
                result.bounds(),
                result.relativeErrors(),
                result.smallErrors(),
                result.broken(),
                result.estimates().stream()
                        .map(e -> new Estimate(e.workload(), e.simulatedCycles(), e.estimatedCycles(), e.error()))
                        .toList());
    }

    /** A case and whose it is. */
    private record Row(String accelerator, ValidationCase of) {}

    @Override
    public String csv() {
        List<Column<Row>> columns = List.of(
                Column.hidden("accelerator", Row::accelerator),
                Column.hidden("number", r -> r.of.number()),
                Column.hidden("seed", r -> r.of.seed()),
                Column.hidden("layers", r -> String.join("; ", r.of.layers())),
                Column.hidden("mapping", r -> r.of.mapping()),
                Column.hidden("parameters", r -> String.join("; ", r.of.parameters())),
                Column.hidden("kinds", r -> String.join("; ", r.of.kinds())),
                Column.hidden("steppedCycles", r -> r.of.steppedCycles()),
                Column.hidden("eventCycles", r -> r.of.eventCycles()),
                Column.hidden("failure", r -> r.of.failure()));
        List<Row> rows = new ArrayList<>();
        results.forEach(result -> result.cases().forEach(c -> rows.add(new Row(result.accelerator(), c))));
        return Csv.write(columns, rows);
    }

    @Override
    public String table(Console console) {
        return results.stream().map(result -> table(console, result)).collect(Collectors.joining("\n"));
    }

    private static String table(Console console, ValidationResult result) {
        StringBuilder out = new StringBuilder();
        List<ValidationCase> broken = result.broken();
        boolean mean = result.relativeErrors().mean() > result.bounds().meanRelativeError();
        out.append(cases(console, result)).append(estimates(console, result)).append('\n');
        if (result.passed()) {
            out.append("all bounds hold\n");
        } else {
            out.append("bounds are broken: by ").append(broken.size()).append(" cases");
            out.append(mean ? " and by the mean" : "");
            int networks = result.brokenEstimates().size();
            out.append(networks > 0 ? " and by " + networks + " networks\n" : "\n");
        }
        for (ValidationCase c : broken.subList(0, Math.min(MOST_ROWS, broken.size()))) {
            String what = c.failure().isEmpty()
                    ? c.eventCycles() + " cycles, stepped " + c.steppedCycles() + " ("
                            + Units.difference(c.difference() / (double) c.steppedCycles()) + ")"
                    : c.failure();
            out.append('\n').append(Wrap.lines("  case " + c.number() + "  ", what, console.columns()));
            out.append(Wrap.lines("    layers   ", String.join(", ", c.layers()), console.columns()));
            out.append(Wrap.lines(
                    "    machine  ", c.mapping() + ", " + String.join(", ", c.parameters()), console.columns()));
        }
        return out.toString();
    }

    private static String cases(Console console, ValidationResult result) {
        ValidationBounds bounds = result.bounds();
        Errors large = result.relativeErrors();
        Errors small = result.smallErrors();
        int count = result.cases().size();
        StringBuilder out = new StringBuilder();
        out.append(console.heading(result.accelerator() + ": event by event against stepped"))
                .append('\n');
        if (count == 0) {
            return out.append("has no stepped fidelity\n").toString();
        }
        long failed =
                result.cases().stream().filter(c -> !c.failure().isEmpty()).count();
        out.append(count).append(" random cases, seed ").append(result.seed()).append('\n');
        out.append("outputs, off-chip bytes and energy equal in ")
                .append(count - failed)
                .append(" of ")
                .append(count)
                .append('\n');
        out.append(result.kinds().entrySet().stream()
                        .map(e -> e.getKey() + " in " + e.getValue())
                        .collect(Collectors.joining(", ")))
                .append("\n\n");
        out.append(line("cycles", "cases", "mean", "p95", "largest", "allowed"));
        out.append(line(
                "at least " + bounds.relativeFromCycles(),
                Integer.toString(large.cases()),
                percent(large.mean()),
                percent(large.p95()),
                percent(large.largest()),
                percent(bounds.meanRelativeError()) + " mean, " + percent(bounds.largestRelativeError()) + " each"));
        out.append(line(
                "fewer",
                Integer.toString(small.cases()),
                cycles(small.mean()),
                cycles(small.p95()),
                cycles(small.largest()),
                bounds.largestSmallError() + " cycles each"));
        return out.toString();
    }

    private static String estimates(Console console, ValidationResult result) {
        if (result.estimates().isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder("\n")
                .append(console.heading(result.accelerator() + ": estimated against event by event"))
                .append('\n');
        out.append(String.format(Locale.ROOT, "  %-22s %12s %12s %9s\n", "network", "simulated", "estimated", "error"));
        for (EstimateCase e : result.estimates()) {
            out.append(String.format(
                    Locale.ROOT,
                    "  %-22s %,12d %,12d %+7.1f %%\n",
                    e.workload(),
                    e.simulatedCycles(),
                    e.estimatedCycles(),
                    100 * e.error()));
        }
        return out.append("  allowed: ")
                .append(percent(result.bounds().largestEstimateError()))
                .append(" each\n")
                .toString();
    }

    private static String line(String name, String cases, String mean, String p95, String largest, String allowed) {
        return String.format(Locale.ROOT, "  %-14s %6s %8s %8s %8s  %s\n", name, cases, mean, p95, largest, allowed);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    private static String cycles(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
