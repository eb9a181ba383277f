package dev.isos.core.validate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a validation found.
 *
 * @param accelerator whose fidelities are compared
 * @param cases on random networks; none where there is no stepped fidelity
 * @param estimates of the built-in networks; empty where they were not asked for or there is no analytical fidelity
 * @param infeasible draws whose network did not fit their machine, which were drawn again
 */
public record ValidationResult(
        String accelerator,
        long seed,
        ValidationBounds bounds,
        List<ValidationCase> cases,
        int infeasible,
        List<EstimateCase> estimates) {
    public ValidationResult {
        cases = List.copyOf(cases);
        estimates = List.copyOf(estimates);
    }

    /** The same with estimates of networks. */
    public ValidationResult with(List<EstimateCase> networks) {
        return new ValidationResult(accelerator, seed, bounds, cases, infeasible, networks);
    }

    /** Networks whose estimate breaks its bound. */
    public List<EstimateCase> brokenEstimates() {
        return estimates.stream()
                .filter(e -> Math.abs(e.error()) > bounds.largestEstimateError())
                .toList();
    }

    /** In how many cases the plan makes use of each kind of mapping. */
    public Map<String, Long> kinds() {
        return cases.stream()
                .flatMap(c -> c.kinds().stream())
                .collect(Collectors.groupingBy(kind -> kind, TreeMap::new, Collectors.counting()));
    }

    /** Errors over a group of cases; 0 where there is none. */
    public record Errors(int cases, double mean, double p95, double largest) {}

    /** Cases that are held to relative bounds. */
    public List<ValidationCase> large() {
        return cases.stream()
                .filter(c -> c.steppedCycles() >= bounds.relativeFromCycles())
                .toList();
    }

    /** Cases that are held to an absolute bound. */
    public List<ValidationCase> small() {
        return cases.stream()
                .filter(c -> c.steppedCycles() < bounds.relativeFromCycles())
                .toList();
    }

    /** Relative errors of the large cases. */
    public Errors relativeErrors() {
        return errors(
                large().stream().mapToDouble(ValidationCase::relativeError).toArray());
    }

    /** Errors of the small cases in cycles. */
    public Errors smallErrors() {
        return errors(
                small().stream().mapToDouble(c -> Math.abs(c.difference())).toArray());
    }

    private static Errors errors(double[] values) {
        if (values.length == 0) {
            return new Errors(0, 0, 0, 0);
        }
        Arrays.sort(values);
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        int p95 = (int) Math.ceil(0.95 * values.length) - 1;
        return new Errors(values.length, sum / values.length, values[p95], values[values.length - 1]);
    }

    /** Cases that break a bound, the worst first. */
    public List<ValidationCase> broken() {
        return cases.stream()
                .filter(this::breaks)
                .sorted(Comparator.comparingDouble(ValidationCase::relativeError)
                        .reversed())
                .toList();
    }

    private boolean breaks(ValidationCase c) {
        if (!c.failure().isEmpty()) {
            return true;
        }
        return c.steppedCycles() >= bounds.relativeFromCycles()
                ? c.relativeError() > bounds.largestRelativeError()
                : Math.abs(c.difference()) > bounds.largestSmallError();
    }

    /** Whether every bound holds, of cases and of estimates. */
    public boolean passed() {
        return broken().isEmpty()
                && brokenEstimates().isEmpty()
                && relativeErrors().mean() <= bounds.meanRelativeError();
    }
}
