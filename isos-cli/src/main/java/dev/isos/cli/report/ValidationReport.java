package dev.isos.cli.report;

import dev.isos.cli.console.Console;
import dev.isos.core.validate.EstimateCase;
import dev.isos.core.validate.ValidationBounds;
import dev.isos.core.validate.ValidationCase;
import dev.isos.core.validate.ValidationResult;
import dev.isos.core.validate.ValidationResult.Errors;
import java.util.List;
import java.util.Locale;

/** How far two fidelities of a machine are apart, over all cases and for those that break a bound. */
public final class ValidationReport implements Report {
    private static final int SCHEMA_VERSION = 1;

    /** Broken cases that a table shows. */
    private static final int MOST_ROWS = 10;

    private final ValidationResult result;

    /** The JSON document; errors of large cases are shares, of small ones cycles. */
    record Document(
            int schemaVersion,
            String subject,
            String reference,
            long seed,
            int cases,
            int infeasible,
            boolean passed,
            int outputsDifferent,
            ValidationBounds bounds,
            Errors relativeErrors,
            Errors smallErrors,
            List<ValidationCase> broken,
            String estimated,
            List<Estimate> estimates) {}

    /** Of a built-in network; the error is a share, negative where the estimate is below the simulation. */
    record Estimate(String workload, long simulatedCycles, long estimatedCycles, double error) {}

    public ValidationReport(ValidationResult result) {
        this.result = result;
    }

    @Override
    public Object json() {
        return new Document(
                SCHEMA_VERSION,
                result.subject(),
                result.reference(),
                result.seed(),
                result.cases().size(),
                result.infeasible(),
                result.passed(),
                different(),
                result.bounds(),
                result.relativeErrors(),
                result.smallErrors(),
                result.broken(),
                result.estimated(),
                result.estimates().stream()
                        .map(e -> new Estimate(e.workload(), e.simulatedCycles(), e.estimatedCycles(), e.error()))
                        .toList());
    }

    private int different() {
        return (int) result.cases().stream().filter(c -> !c.outputsEqual()).count();
    }

    @Override
    public String csv() {
        List<Column<ValidationCase>> columns = List.of(
                Column.hidden("number", ValidationCase::number),
                Column.hidden("seed", ValidationCase::seed),
                Column.hidden("layers", c -> String.join("; ", c.layers())),
                Column.hidden("mapping", ValidationCase::mapping),
                Column.hidden("parameters", c -> String.join("; ", c.parameters())),
                Column.hidden("referenceCycles", ValidationCase::referenceCycles),
                Column.hidden("subjectCycles", ValidationCase::subjectCycles),
                Column.hidden("outputsEqual", ValidationCase::outputsEqual),
                Column.hidden("failure", ValidationCase::failure));
        return Csv.write(columns, result.cases());
    }

    @Override
    public String table(Console console) {
        ValidationBounds bounds = result.bounds();
        Errors large = result.relativeErrors();
        Errors small = result.smallErrors();
        StringBuilder out = new StringBuilder();
        out.append(console.heading(result.subject() + " against " + result.reference()))
                .append('\n');
        int count = result.cases().size();
        out.append(count).append(" random cases, seed ").append(result.seed()).append('\n');
        out.append("outputs equal in ")
                .append(count - different())
                .append(" of ")
                .append(count);
        out.append("\n\n");
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
        List<ValidationCase> broken = result.broken();
        out.append(estimates(console));
        out.append('\n')
                .append(
                        result.passed()
                                ? "all bounds hold"
                                : "bounds are broken: by " + broken.size() + " cases"
                                        + (large.mean() > bounds.meanRelativeError() ? " and by the mean" : "")
                                        + (result.brokenEstimates().isEmpty()
                                                ? ""
                                                : " and by "
                                                        + result.brokenEstimates()
                                                                .size() + " networks"))
                .append('\n');
        for (ValidationCase c : broken.subList(0, Math.min(MOST_ROWS, broken.size()))) {
            String what = c.failure().isEmpty()
                    ? (c.outputsEqual() ? "" : "other outputs, ") + c.subjectCycles() + " cycles, reference "
                            + c.referenceCycles() + " ("
                            + Units.difference(c.difference() / (double) c.referenceCycles())
                            + ")"
                    : c.failure();
            out.append('\n').append(Wrap.lines("  case " + c.number() + "  ", what, console.columns()));
            out.append(Wrap.lines("    layers   ", String.join(", ", c.layers()), console.columns()));
            out.append(Wrap.lines(
                    "    machine  ", c.mapping() + ", " + String.join(", ", c.parameters()), console.columns()));
        }
        return out.toString();
    }

    private String estimates(Console console) {
        if (result.estimates().isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder("\n")
                .append(console.heading(result.estimated() + " against " + result.subject()))
                .append('\n');
        out.append(String.format(Locale.ROOT, "  %-16s %12s %12s %9s\n", "network", "simulated", "estimated", "error"));
        for (EstimateCase e : result.estimates()) {
            out.append(String.format(
                    Locale.ROOT,
                    "  %-16s %,12d %,12d %+7.1f %%\n",
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
