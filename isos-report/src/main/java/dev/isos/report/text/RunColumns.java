package dev.isos.report.text;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.Bound;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.study.compare.ComparisonRow;
import dev.isos.study.compare.Ratios;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Columns of tables and CSV files with one run or one layer a row. */
final class RunColumns {
    private RunColumns() {}

    /** Every scalar of a run by its path in JSON, except the host's. */
    static <T> List<Column<T>> all(Function<T, RunResult> run) {
        List<Column<T>> columns = new ArrayList<>();
        add(columns, run, "workload.id", r -> r.workload().id());
        add(columns, run, "workload.network", r -> r.workload().network());
        add(columns, run, "workload.seed", r -> r.workload().seed());
        add(columns, run, "workload.weightDensity", r -> r.workload().weightDensity());
        add(columns, run, "accelerator.id", r -> r.accelerator().id());
        add(columns, run, "accelerator.dataflow", r -> r.accelerator().dataflow());
        add(columns, run, "accelerator.hardware", r -> r.accelerator().hardware());
        add(columns, run, "accelerator.mapping", r -> r.accelerator().mapping());
        add(columns, run, "accelerator.fidelity", r -> r.accelerator().fidelity());
        add(columns, run, "accelerator.energyModel", r -> r.accelerator().energyModel());
        add(columns, run, "accelerator.name", r -> r.accelerator().name());
        add(columns, run, "accelerator.changes", r -> changes(r.accelerator().changes()));
        add(columns, run, "cycles", RunResult::cycles);
        add(columns, run, "seconds", RunResult::seconds);
        add(columns, run, "macs.dense", r -> r.macs().dense());
        add(columns, run, "macs.effectual", r -> r.macs().effectual());
        add(columns, run, "macs.performed", r -> r.macs().performed());
        add(columns, run, "macUtilization", RunResult::macUtilization);
        add(columns, run, "traffic.weights", r -> r.traffic().weights());
        add(columns, run, "traffic.inputs", r -> r.traffic().inputs());
        add(columns, run, "traffic.outputs", r -> r.traffic().outputs());
        add(columns, run, "traffic.residuals", r -> r.traffic().residuals());
        add(columns, run, "traffic.total", r -> r.traffic().total());
        add(columns, run, "energyPj.mac", r -> r.energyPj().mac());
        add(columns, run, "energyPj.sram", r -> r.energyPj().sram());
        add(columns, run, "energyPj.dram", r -> r.energyPj().dram());
        add(columns, run, "energyPj.other", r -> r.energyPj().other());
        add(columns, run, "energyPj.total", r -> r.energyPj().total());
        add(columns, run, "areaMm2", RunResult::areaMm2);
        add(columns, run, "bound.compute", r -> r.bound().compute());
        add(columns, run, "bound.memory", r -> r.bound().memory());
        add(columns, run, "bound.other", r -> r.bound().other());
        add(columns, run, "leftOut", r -> String.join("; ", r.leftOut()));
        add(columns, run, "verified", RunResult::verified);
        add(columns, run, "outputSha256", RunResult::outputSha256);
        return columns;
    }

    private static String changes(Map<String, String> changes) {
        return changes.entrySet().stream()
                .map(change -> change.getKey() + "=" + change.getValue())
                .collect(Collectors.joining("; "));
    }

    private static <T> void add(
            List<Column<T>> columns, Function<T, RunResult> run, String path, Function<RunResult, Object> value) {
        columns.add(Column.hidden(path, row -> run.apply(row) == null ? null : value.apply(run.apply(row))));
    }

    static Column<ComparisonRow> accelerator() {
        return Column.text("accelerator.name", "", 0, ComparisonRow::accelerator);
    }

    static Column<ComparisonRow> cycles(int priority) {
        return run("cycles", "cycles", priority, r -> Units.count(r.cycles()));
    }

    static Column<ComparisonRow> milliseconds(int priority) {
        return run("seconds", "ms", priority, r -> Units.milliseconds(r.seconds()));
    }

    static Column<ComparisonRow> macUtilization(int priority) {
        return run("macUtilization", "MACs\nused", priority, r -> Units.percent(r.macUtilization()));
    }

    static Column<ComparisonRow> energy(int priority) {
        return run(
                "energyPj.total",
                "energy\nuJ",
                priority,
                r -> Units.microjoules(r.energyPj().total()));
    }

    static Column<ComparisonRow> bound(int priority) {
        return run("bound", "bound by", priority, r -> bound(r.bound()));
    }

    static Column<ComparisonRow> verified(int priority) {
        return run("verified", "veri-\nfied", priority, r -> yesNo(r.verified()));
    }

    static Column<ComparisonRow> megabytes(String role, String header, int priority, Function<RunResult, Long> bytes) {
        return run("traffic." + role, header, priority, r -> Units.megabytes(bytes.apply(r)));
    }

    /** A column of tables only: CSV files have those of {@link #all}. */
    private static Column<ComparisonRow> run(
            String path, String header, int priority, Function<RunResult, String> text) {
        return Column.number(path, header, priority, r -> null, r -> r.run() == null ? "" : text.apply(r.run()));
    }

    /** How many times better than a reference. */
    static Column<ComparisonRow> ratio(
            String path, String header, int priority, String reference, ToDoubleFunction<Ratios> ratio) {
        ToDoubleFunction<ComparisonRow> value =
                r -> ratio.applyAsDouble(r.over().get(reference));
        return Column.number(path, header, priority, value::applyAsDouble, r -> Units.ratio(value.applyAsDouble(r)));
    }

    /** What took the largest share of the cycles, for example {@code memory 83%}. */
    static String bound(Bound bound) {
        double most = Math.max(bound.compute(), Math.max(bound.memory(), bound.other()));
        String what = most == bound.compute() ? "compute" : most == bound.memory() ? "memory" : "other";
        return what + " " + Math.round(most * 100) + "%";
    }

    static String yesNo(boolean value) {
        return value ? "yes" : "no";
    }

    /** Columns of the layers of a run. */
    static List<Column<LayerResult>> layers() {
        return List.of(
                Column.text("name", "layer", 0, LayerResult::name),
                Column.text("op", "operation", 5, LayerResult::op),
                Column.text("shape", "output", 3, LayerResult::shape),
                Column.number(
                        "weightDensity",
                        "weights\nnon-0",
                        2,
                        LayerResult::weightDensity,
                        l -> Units.percent(l.weightDensity())),
                Column.number(
                        "inputDensity",
                        "inputs\nnon-0",
                        2,
                        LayerResult::inputDensity,
                        l -> Units.percent(l.inputDensity())),
                Column.number(
                        "macs.dense",
                        "dense\nMACs",
                        6,
                        l -> l.macs().dense(),
                        l -> Units.count(l.macs().dense())),
                Column.number(
                        "macs.effectual",
                        "effectual\nMACs",
                        0,
                        l -> l.macs().effectual(),
                        l -> Units.count(l.macs().effectual())),
                Column.number(
                        "macs.performed",
                        "performed\nMACs",
                        7,
                        l -> l.macs().performed(),
                        l -> Units.count(l.macs().performed())),
                Column.number("cycles", "busy\ncycles", 0, LayerResult::cycles, l -> Units.count(l.cycles())),
                Column.number(
                        "macUtilization",
                        "MACs\nused",
                        9,
                        LayerResult::macUtilization,
                        l -> Units.percent(l.macUtilization())),
                Column.number(
                        "startCycle", "start\ncycle", 8, LayerResult::startCycle, l -> Units.count(l.startCycle())),
                Column.number("endCycle", "end\ncycle", 4, LayerResult::endCycle, l -> Units.count(l.endCycle())),
                traffic("weights", l -> l.traffic().weights()),
                traffic("inputs", l -> l.traffic().inputs()),
                traffic("outputs", l -> l.traffic().outputs()),
                traffic("residuals", l -> l.traffic().residuals()),
                Column.number(
                        "traffic.total",
                        "off chip\nKiB",
                        1,
                        l -> l.traffic().total(),
                        l -> Units.kibibytes(l.traffic().total())));
    }

    private static Column<LayerResult> traffic(String role, Function<LayerResult, Object> bytes) {
        return Column.hidden("traffic." + role, bytes);
    }
}
