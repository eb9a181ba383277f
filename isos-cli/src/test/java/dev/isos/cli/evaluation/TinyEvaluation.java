package dev.isos.cli.evaluation;

import dev.isos.api.result.RunResult;
import dev.isos.cli.evaluation.Evaluation.DataflowComparison;
import dev.isos.cli.evaluation.Evaluation.Metric;
import dev.isos.cli.evaluation.Evaluation.PaperFigure;
import dev.isos.cli.evaluation.Evaluation.Sensitivity;
import dev.isos.cli.evaluation.Evaluation.Statistic;
import dev.isos.cli.evaluation.Evaluation.Sweep;
import dev.isos.cli.evaluation.EvaluationData.SensitivityPoint;
import dev.isos.cli.evaluation.WorkloadSizes.Sizes;
import dev.isos.cli.figure.FigureReport.SourceRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two workloads on three accelerators, in round numbers. */
final class TinyEvaluation {
    private static final double HZ = 1e9;

    private TinyEvaluation() {}

    static Evaluation evaluation() {
        return new Evaluation(
                "A tiny evaluation",
                List.of("small", "large"),
                List.of("pipelined", "single", "other"),
                List.of("other"),
                List.of("single", "pipelined"),
                "A note.",
                "What is unknown.",
                Map.of("paper", "A paper"),
                List.of(
                        new PaperFigure(Metric.SPEEDUP, Statistic.GEOMETRIC_MEAN, "pipelined", "other", 4, "paper"),
                        new PaperFigure(Metric.SPEEDUP, Statistic.MAXIMUM, "pipelined", "other", 4, "paper"),
                        new PaperFigure(Metric.TRAFFIC, Statistic.GEOMETRIC_MEAN, "pipelined", "other", 4, "paper"),
                        new PaperFigure(Metric.SPEEDUP, Statistic.GEOMETRIC_MEAN, "single", "other", 1.1, "paper")),
                new DataflowComparison(List.of("small"), "pipelined"),
                new Sensitivity(
                        List.of("small"),
                        "pipelined",
                        List.of(new Sweep("buffer", "a buffer", "buffer", List.of("1 KiB", "2 KiB")))));
    }

    /** Workloads small and large; the other accelerator takes 2 and 8 times as long as the pipelined one. */
    static EvaluationData data() {
        List<SourceRun> runs = new ArrayList<>();
        runs.add(run("small", "pipelined", 1_000, 20_000, 30_000, 1));
        runs.add(run("small", "single", 2_000, 20_000, 140_000, 1));
        runs.add(run("small", "other", 2_000, 40_000, 160_000, 1));
        runs.add(run("large", "pipelined", 1_000, 50_000, 50_000, 1));
        runs.add(run("large", "single", 8_000, 50_000, 350_000, 1));
        runs.add(run("large", "other", 8_000, 100_000, 300_000, 4));
        runs.add(run("small", "pipelined", 2_000, 20_000, 40_000, 1));
        return new EvaluationData(
                evaluation(),
                List.of("small", "large"),
                List.of(machine("pipelined"), machine("single"), machine("other")),
                runs,
                List.of(
                        new WorkloadSizes(
                                10_000_000,
                                500_000,
                                new Sizes(40_000, 400_000, 50_000),
                                new Sizes(20_000, 100_000, 25_000)),
                        new WorkloadSizes(
                                20_000_000,
                                500_000,
                                new Sizes(80_000, 800_000, 100_000),
                                new Sizes(40_000, 200_000, 50_000))),
                List.of(),
                List.of(
                        new SensitivityPoint("small", 0, "1 KiB", false, 6),
                        new SensitivityPoint("small", 0, "2 KiB", true, 0)));
    }

    private static Machine machine(String accelerator) {
        return new Machine(accelerator, 1000 * HZ, 100 * HZ);
    }

    private static SourceRun run(
            String workload, String accelerator, long cycles, long weights, long activations, int waste) {
        long effectual = 500_000;
        RunResult.Traffic traffic = new RunResult.Traffic(weights, activations / 2, activations / 2 - 1_000, 1_000);
        RunResult result = new RunResult(
                RunResult.SCHEMA_VERSION,
                new RunResult.WorkloadSummary(workload, "net", 1, 0.05, "made up"),
                new RunResult.AcceleratorSummary(
                        accelerator,
                        "df",
                        "hw",
                        accelerator.equals("single") ? "single" : "block",
                        "event",
                        "energy",
                        accelerator,
                        Map.of()),
                cycles,
                cycles / HZ,
                new RunResult.MacCounts(10_000_000, effectual, effectual * waste),
                effectual * waste / (1000.0 * cycles),
                traffic,
                new RunResult.Energy(1e6, 2e6, 4e6, 1e6, 8e6),
                accelerator.equals("other") ? 40 : 20,
                new RunResult.Bound(0.25, 0.625, 0.125),
                true,
                "0123456789abcdef".repeat(4),
                List.of(),
                List.of(new RunResult.SegmentResult(List.of("conv"), cycles, traffic, 4096, "the network ends here")),
                List.of(),
                List.of(),
                List.of(
                        new RunResult.ComponentResult("macs", "mac", 1e6, accelerator.equals("other") ? 10 : 5),
                        new RunResult.ComponentResult("buffer", "sram", 2e6, accelerator.equals("other") ? 30 : 15),
                        new RunResult.ComponentResult("dram", "dram", 4e6, 0),
                        new RunResult.ComponentResult("rest", "other", 1e6, 0)),
                new RunResult.Host(0.01, 1),
                Map.of("fake", "1.2.3"));
        return new SourceRun(result, "./isos run -w " + workload + " -a " + accelerator);
    }
}
