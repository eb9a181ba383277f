package dev.isos.report.evaluation;

import static dev.isos.study.evaluation.Published.Quantity.BYTES;
import static dev.isos.study.evaluation.Published.Quantity.MAC_USE;
import static dev.isos.study.evaluation.Published.Quantity.SPEEDUP;
import static dev.isos.study.evaluation.Published.Statistic.GEOMETRIC_MEAN;
import static dev.isos.study.evaluation.Published.Statistic.MAXIMUM;
import static dev.isos.study.evaluation.Published.Statistic.MEAN;
import static dev.isos.study.evaluation.Published.Statistic.RATIO_OF_MEANS;
import static dev.isos.study.evaluation.Published.Statistic.SINGLE;

import dev.isos.api.result.RunResult;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.study.evaluation.ComparedRuns;
import dev.isos.study.evaluation.Evaluation;
import dev.isos.study.evaluation.Evaluation.Cuts;
import dev.isos.study.evaluation.Evaluation.DataflowComparison;
import dev.isos.study.evaluation.Evaluation.Field;
import dev.isos.study.evaluation.Evaluation.Sensitivity;
import dev.isos.study.evaluation.Evaluation.Sweep;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.EvaluationData.SensitivityPoint;
import dev.isos.study.evaluation.EvaluationRun;
import dev.isos.study.evaluation.Machine;
import dev.isos.study.evaluation.NetworkNumbers;
import dev.isos.study.evaluation.Published;
import dev.isos.study.evaluation.Published.Area;
import dev.isos.study.evaluation.Published.AreaPart;
import dev.isos.study.evaluation.Published.Energy;
import dev.isos.study.evaluation.Published.EnergyParts;
import dev.isos.study.evaluation.Published.Group;
import dev.isos.study.evaluation.Published.Groups;
import dev.isos.study.evaluation.Published.Networks;
import dev.isos.study.evaluation.Published.Printed;
import dev.isos.study.evaluation.WorkloadSizes;
import dev.isos.study.evaluation.WorkloadSizes.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Two workloads on three accelerators, in round numbers. */
final class TinyEvaluation {
    private static final double HZ = 1e9;

    private TinyEvaluation() {}

    static Evaluation evaluation() {
        return new Evaluation(
                "A tiny evaluation",
                List.of("small", "large"),
                "other",
                new Field(
                        List.of("pipelined", "single", "other"),
                        List.of(),
                        List.of("other"),
                        List.of("single", "pipelined")),
                new Field(
                        List.of("pipelined", "other"),
                        List.of("poolings=counted"),
                        List.of("other"),
                        List.of("pipelined")),
                new Cuts("small", "pipelined", "cuts.yaml", "docs/cuts.yaml"),
                new DataflowComparison(List.of("small"), "pipelined", List.of("is-os", "tiled-os")),
                new Sensitivity(
                        List.of("small"),
                        "pipelined",
                        List.of(new Sweep("buffer", "a buffer", "buffer", List.of("1 KiB", "2 KiB")))),
                Map.of("pipelined", "Pipelined machine", "other", "Other machine"));
    }

    /** Numbers of the small network alone: 10 % more cycles than ours on one machine, the same on the other. */
    static Published published() {
        return new Published(
                "A paper",
                "10.1000/182",
                List.of(
                        new Printed(SPEEDUP, GEOMETRIC_MEAN, "pipelined", "other", 4.2, null, "Fig. 1"),
                        new Printed(SPEEDUP, MAXIMUM, "pipelined", "other", 4, "small", "Fig. 1"),
                        new Printed(BYTES, RATIO_OF_MEANS, "pipelined", "other", 4, null, "Fig. 2"),
                        new Printed(MAC_USE, MEAN, "pipelined", null, 35, null, "Fig. 3")),
                List.of(new Printed(SPEEDUP, SINGLE, "single", "other", 1.9, "small", "Fig. 4")),
                new Networks(
                        "Fig. 1",
                        1.25,
                        Map.of(
                                "small",
                                Map.of(
                                        "pipelined", new NetworkNumbers(1_100, 0.3, 0.5, 0.03, 0.02, 0.004, 0.05),
                                        "other", new NetworkNumbers(2_000, 1, 0.25, 0.08, 0.04, 0.08, 0.2)))),
                new Groups(
                        "Fig. 4",
                        "small",
                        List.of(
                                new Group("all", List.of("conv"), Map.of("pipelined", 800L, "single", 2_000L)),
                                new Group("none", List.of("con"), Map.of("single", 1L)))),
                new Energy(
                        "Fig. 5",
                        "pipelined",
                        Map.of("small", new EnergyParts(0.002, 0.004, 0.002)),
                        Map.of("large", 0.016)),
                new Area(
                        "Table I",
                        "pipelined",
                        2,
                        List.of(
                                new AreaPart("buffer", "chip", 10, List.of("buffer")),
                                new AreaPart("MACs", "lane", 5, List.of("macs")),
                                new AreaPart("wires", "lane", 1, null))));
    }

    /**
     * Workloads small and large; the other accelerator takes 2 and 8 times as long as the pipelined one. Beyond the paper, both are
     * the same, and single is not there.
     */
    static EvaluationData data() {
        List<EvaluationRun> runs = new ArrayList<>();
        runs.add(run("small", "pipelined", 1_000, 20_000, 30_000, 1));
        runs.add(run("small", "single", 2_000, 20_000, 140_000, 1));
        runs.add(run("small", "other", 2_000, 40_000, 160_000, 1));
        runs.add(run("small", "pipelined", 1_000, 20_000, 30_000, 1));
        runs.add(run("small", "other", 2_000, 40_000, 160_000, 1));
        runs.add(run("large", "pipelined", 1_000, 50_000, 50_000, 1));
        runs.add(run("large", "single", 8_000, 50_000, 350_000, 1));
        runs.add(run("large", "other", 8_000, 100_000, 300_000, 4));
        runs.add(run("large", "pipelined", 1_000, 50_000, 50_000, 1));
        runs.add(run("large", "other", 8_000, 100_000, 300_000, 4));
        runs.add(run("small", "pipelined", 900, 20_000, 20_000, 1));
        runs.add(run("small", "pipelined", 2_000, 20_000, 40_000, 1));
        List<String> workloads = List.of("small", "large");
        return new EvaluationData(
                evaluation(),
                published(),
                runs,
                new ComparedRuns(
                        evaluation().paper(),
                        workloads,
                        List.of(machine("pipelined"), machine("single"), machine("other")),
                        runs,
                        0,
                        5),
                new ComparedRuns(
                        evaluation().beyond(), workloads, List.of(machine("pipelined"), machine("other")), runs, 3, 5),
                OptionalInt.of(10),
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
                        new SensitivityPoint("small", 0, "1 KiB", false, 11),
                        new SensitivityPoint("small", 0, "2 KiB", true, 3)));
    }

    private static Machine machine(String accelerator) {
        return new Machine(accelerator, 1000 * HZ, 100 * HZ);
    }

    private static EvaluationRun run(
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
                List.of(new RunResult.SegmentResult(
                        List.of("conv"), cycles, traffic, null, 4096, "the network ends here")),
                List.of(),
                List.of(),
                List.of(),
                List.of(
                        new RunResult.ComponentResult("macs", "mac", 1e6, accelerator.equals("other") ? 10 : 5),
                        new RunResult.ComponentResult("buffer", "sram", 2e6, accelerator.equals("other") ? 30 : 15),
                        new RunResult.ComponentResult("dram", "dram", 4e6, 0),
                        new RunResult.ComponentResult("rest", "other", 1e6, 0)),
                new RunResult.Host(0.01, 1),
                Map.of("fake", "1.2.3"));
        return new EvaluationRun(result, AcceleratorRequest.of(accelerator), 1);
    }
}
