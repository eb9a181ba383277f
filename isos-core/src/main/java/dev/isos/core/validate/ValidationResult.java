package dev.isos.core.validate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What a validation found.
 *
 * @param subject accelerator that is checked
 * @param reference accelerator that it is held to
 * @param estimated accelerator that estimates the built-in networks
 * @param estimates of the built-in networks; empty where they were not asked for
 * @param infeasible draws whose network did not fit their machine, which were drawn again
 */
public record ValidationResult(
        String subject,
        String reference,
        long seed,
        ValidationBounds bounds,
        List<ValidationCase> cases,
        int infeasible,
        String estimated,
        List<EstimateCase> estimates) {
    public ValidationResult {
        cases = List.copyOf(cases);
        estimates = List.copyOf(estimates);
    }

    /** The same with estimates of networks. */
    public ValidationResult with(List<EstimateCase> networks) {
        return new ValidationResult(subject, reference, seed, bounds, cases, infeasible, estimated, networks);
    }

    /** Networks whose estimate breaks its bound. */
    public List<EstimateCase> brokenEstimates() {
        return estimates.stream()
                .filter(e -> Math.abs(e.error()) > bounds.largestEstimateError())
                .toList();
    }

    /** Errors over a group of cases; 0 where there is none. */
    public record Errors(int cases, double mean, double p95, double largest) {}

    /** Cases that are held to relative bounds. */
    public List<ValidationCase> large() {
        return cases.stream()
                .filter(c -> c.referenceCycles() >= bounds.relativeFromCycles())
                .toList();
    }

    /** Cases that are held to an absolute bound. */
    public List<ValidationCase> small() {
        return cases.stream()
                .filter(c -> c.referenceCycles() < bounds.relativeFromCycles())
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
        if (!c.outputsEqual()) {
            return true;
        }
        return c.referenceCycles() >= bounds.relativeFromCycles()
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
