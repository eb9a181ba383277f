package dev.isos.study.execute;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a point: a run, or the reason why there is none.
 *
 * @param run without its segments, layers and components; null of a point that failed
 * @param failure whose fault it is that there is no run; null where there is one
 * @param reason why there is no run, in a sentence; null where there is one
 */
public record Outcome(
        Point point,
        @Nullable RunResult run,
        @Nullable ErrorCode failure,
        @Nullable String reason) {
    private static final RunResult.Host NOBODY = new RunResult.Host(0, 0);

    /** A point that ran; of the run its totals are kept, since a sweep has many of them. */
    public static Outcome of(Point point, RunResult run) {
        return new Outcome(point, totals(run, run.host()), null, null);
    }

    /** A point that did not. */
    public static Outcome of(Point point, IsosException failure) {
        return new Outcome(point, null, failure.code(), failure.getMessage());
    }

    /** The same without what differs from one computation of the point to the next. */
    public Outcome repeatable() {
        return run == null ? this : new Outcome(point, totals(run, NOBODY), null, null);
    }

    /** Whether the point has no run for another reason than that the configuration cannot be built or cannot run the workload. */
    public boolean broken() {
        return failure == ErrorCode.PLUGIN_FAILURE
                || failure == ErrorCode.VERIFICATION_FAILED
                || failure == ErrorCode.SIMULATION_FAILED;
    }

    private static RunResult totals(RunResult run, RunResult.Host host) {
        return new RunResult(
                run.schemaVersion(),
                run.workload(),
                run.accelerator(),
                run.cycles(),
                run.seconds(),
                run.macs(),
                run.macUtilization(),
                run.traffic(),
                run.energyPj(),
                run.areaMm2(),
                run.bound(),
                run.verified(),
                run.outputSha256(),
                List.of(),
                List.of(),
                run.leftOut(),
                run.layouts(),
                List.of(),
                List.of(),
                host,
                run.versions());
    }
}
