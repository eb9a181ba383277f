package dev.isos.cli.evaluation;

import dev.isos.api.result.RunResult;
import dev.isos.cli.evaluation.Evaluation.Metric;
import dev.isos.cli.evaluation.Evaluation.PaperFigure;
import dev.isos.cli.evaluation.Evaluation.Statistic;
import dev.isos.cli.figure.Means;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What our runs tell of a difference to a published figure, in sentences whose every number is computed from them.
 *
 * <p>Time is bytes over rate, so a speed-up is the ratio of bytes times the ratio of how much of the bandwidth is used; of
 * geometric means, too.
 */
final class DifferenceReason {
    /** Smaller differences get no reason. */
    private static final double NOTABLE = 0.15;
    /** From so many times the effectual products on, work on zeros is worth a word. */
    private static final double WASTE = 1.5;

    private final EvaluationData data;

    DifferenceReason(EvaluationData data) {
        this.data = data;
    }

    /** The reason; empty when the difference, relative to the published figure, is small. */
    String of(PaperFigure p, double difference) {
        if (Math.abs(difference) <= NOTABLE) {
            return "";
        }
        List<RunResult> ours = data.runsOn(p.accelerator());
        List<RunResult> theirs = data.runsOn(p.reference());
        String place = "";
        if (p.statistic() == Statistic.MAXIMUM) {
            int largest =
                    Ratio.of(data, p.metric(), p.accelerator(), p.reference()).largest();
            ours = List.of(ours.get(largest));
            theirs = List.of(theirs.get(largest));
            place = "Ours is that of " + data.workloads().get(largest) + ". ";
        }
        return place + (p.metric() == Metric.SPEEDUP ? speed(p, ours, theirs) : traffic(p, ours, theirs));
    }

    private String speed(PaperFigure p, List<RunResult> ours, List<RunResult> theirs) {
        double bytes = geometric(theirs, DifferenceReason::bytes) / geometric(ours, DifferenceReason::bytes);
        double ourUse = geometric(ours, r -> bandwidthUse(r, p.accelerator()));
        double theirUse = geometric(theirs, r -> bandwidthUse(r, p.reference()));
        StringBuilder out = new StringBuilder();
        out.append(text(
                "Speed-up is bytes saved times use of the bandwidth: %s moves %.2fx fewer bytes, and uses %.0f %% of the"
                        + " bandwidth where %s uses %.0f %%, a ratio of %.2f",
                p.accelerator(),
                bytes,
                Parts.percent(ourUse),
                p.reference(),
                Parts.percent(theirUse),
                ourUse / theirUse));
        published(p)
                .ifPresent(traffic -> out.append(text(
                        "; the published %.1fx and %.1fx imply one of %.2f", p.value(), traffic, p.value() / traffic)));
        out.append(". ").append(bound(p.accelerator(), ours)).append("; ").append(bound(p.reference(), theirs));
        return out.append('.').toString();
    }

    /** The published traffic reduction that belongs to a published mean speed-up. */
    private Optional<Double> published(PaperFigure p) {
        return data.evaluation().paper().stream()
                .filter(t -> t.metric() == Metric.TRAFFIC
                        && p.statistic() == Statistic.GEOMETRIC_MEAN
                        && t.statistic() == p.statistic()
                        && t.accelerator().equals(p.accelerator())
                        && t.reference().equals(p.reference()))
                .map(PaperFigure::value)
                .findFirst();
    }

    private static String bound(String accelerator, List<RunResult> runs) {
        String text = text(
                "%s is bound by compute for %.0f %% of its cycles and performs %.0f %% of the MACs it could",
                accelerator,
                Parts.percent(Means.arithmetic(runs, r -> r.bound().compute())),
                Parts.percent(Means.arithmetic(runs, RunResult::macUtilization)));
        double waste = geometric(
                runs, r -> r.macs().performed() / (double) Math.max(1, r.macs().effectual()));
        return waste < WASTE ? text : text + text(", %.1f times the effectual ones", waste);
    }

    private String traffic(PaperFigure p, List<RunResult> ours, List<RunResult> theirs) {
        long ourWeights = sum(ours, r -> r.traffic().weights());
        long theirWeights = sum(theirs, r -> r.traffic().weights());
        long ourMaps = sum(ours, r -> r.traffic().total()) - ourWeights;
        long theirMaps = sum(theirs, r -> r.traffic().total()) - theirWeights;
        return text(
                "%s moves %.2f MB of weights and %.2f MB of activations, %s %.2f MB and %.2f MB: %.2fx fewer of weights,"
                        + " %.2fx fewer of activations. Its activations leave the chip where a segment ends, %.0f times per"
                        + " network on average.",
                p.accelerator(),
                Parts.megabytes(ourWeights),
                Parts.megabytes(ourMaps),
                p.reference(),
                Parts.megabytes(theirWeights),
                Parts.megabytes(theirMaps),
                theirWeights / (double) Math.max(1, ourWeights),
                theirMaps / (double) Math.max(1, ourMaps),
                Means.arithmetic(ours, r -> r.segments().size()));
    }

    private double bandwidthUse(RunResult run, String accelerator) {
        Machine machine = data.machines().get(data.accelerators().indexOf(accelerator));
        return run.traffic().total() / (run.seconds() * machine.bytesPerSecond());
    }

    private static double bytes(RunResult run) {
        return run.traffic().total();
    }

    private static double geometric(List<RunResult> runs, ToDoubleFunction<RunResult> value) {
        return Means.geometric(runs, value);
    }

    private static long sum(List<RunResult> runs, ToLongFunction<RunResult> value) {
        return runs.stream().mapToLong(value).sum();
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
