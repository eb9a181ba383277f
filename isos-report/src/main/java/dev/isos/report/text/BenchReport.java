package dev.isos.report.text;

import dev.isos.report.console.Console;
import dev.isos.study.bench.Bench;
import dev.isos.study.bench.BenchResult;
import dev.isos.study.bench.Growth;
import dev.isos.study.bench.SimulationTimes;
import dev.isos.study.bench.SimulationTimes.Memory;
import dev.isos.study.bench.SimulationTimes.StageSeconds;
import dev.isos.study.bench.Spread;
import dev.isos.study.bench.WorkloadTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How fast simulations are, against the dense network on the host.
 *
 * @param options what was asked for
 * @param version of Isos
 */
public record BenchReport(BenchResult result, Bench.Options options, String version) implements Printable {
    private static final int SCHEMA_VERSION = 1;
    private static final double MILLION = 1e6;
    private static final double THOUSAND = 1e3;
    private static final String DENSE =
            "the network's convolutions and fully connected layers, dense, in 32-bit floats, by a blocked im2col product of"
                    + " Isos that the JVM vectorises";

    /**
     * The JSON document.
     *
     * @param machine on which it was measured
     * @param dense what the host computes in the times of hostSeconds
     * @param onnxRuntimeVersion of the library that took part; null where none did
     * @param warmUps pairs before those that count
     * @param repeats pairs that count
     * @param threads of each side
     * @param growth null where it was not asked for
     */
    record Document(
            int schemaVersion,
            Machine machine,
            String dense,
            @Nullable String onnxRuntimeVersion,
            int warmUps,
            int repeats,
            int threads,
            List<WorkloadEntry> workloads,
            @Nullable Growth growth) {}

    /**
     * The machine, without its name.
     *
     * @param processors that the JVM may use
     * @param architecture of the processors, as Java calls it
     * @param system the operating system
     * @param java its version
     * @param jvm name and version of the virtual machine
     * @param maximumHeapBytes most that the heap may grow to
     * @param isos version of Isos
     */
    record Machine(
            int processors,
            String architecture,
            String system,
            String java,
            String jvm,
            long maximumHeapBytes,
            String isos) {
        static Machine here(String isos) {
            return new Machine(
                    Runtime.getRuntime().availableProcessors(),
                    System.getProperty("os.arch"),
                    System.getProperty("os.name"),
                    System.getProperty("java.version"),
                    System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                    Runtime.getRuntime().maxMemory(),
                    isos);
        }
    }

    /**
     * One workload.
     *
     * @param workload its id, or its file
     * @param denseMacs multiply-accumulates of the dense network
     * @param readSeconds wall-clock time from its source, or the cache, into memory
     */
    record WorkloadEntry(String workload, long denseMacs, double readSeconds, List<Entry> simulations) {}

    /**
     * One accelerator on one workload.
     *
     * @param accelerator as on the command line
     * @param fidelity how closely the machine is simulated
     * @param seconds of the simulation, by the wall clock
     * @param hostSeconds of the dense network in Isos's own product, by the wall clock
     * @param timesHost ratios of pairs, simulation over dense network
     * @param onnxRuntimeSeconds of the dense network in ONNX Runtime, by the wall clock; null where it did not take part
     * @param timesOnnxRuntime ratios of pairs, simulation over ONNX Runtime; null where it did not take part
     * @param stageSeconds processor seconds of a run by stage
     * @param cycles of the accelerator's clock
     * @param workItems that the dataflow gave to the machine; 0 of an estimate
     * @param effectualMacs multiply-accumulates without a zero operand; null where nobody counted them
     * @param hostMacsPerSecond dense ones of Isos's own product, at its median
     * @param effectualMacsPerSecond of the simulation, at its median
     * @param workItemsPerSecond of the simulation, at its median
     * @param cyclesPerSecond of the simulation, at its median
     * @param memory of a run on one thread
     */
    record Entry(
            String accelerator,
            String fidelity,
            Spread seconds,
            Spread hostSeconds,
            Spread timesHost,
            @Nullable Spread onnxRuntimeSeconds,
            @Nullable Spread timesOnnxRuntime,
            StageSeconds stageSeconds,
            long cycles,
            long workItems,
            @Nullable Long effectualMacs,
            double hostMacsPerSecond,
            @Nullable Double effectualMacsPerSecond,
            double workItemsPerSecond,
            double cyclesPerSecond,
            Memory memory) {}

    private record Row(WorkloadTimes of, Entry entry) {}

    private static Entry entry(WorkloadTimes of, SimulationTimes times) {
        double seconds = times.pairs().seconds().median();
        Long effectual = times.effectualMacs();
        return new Entry(
                times.accelerator(),
                times.fidelity(),
                times.pairs().seconds(),
                times.pairs().hostSeconds(),
                times.pairs().timesHost(),
                times.pairs().onnxRuntimeSeconds(),
                times.pairs().timesOnnxRuntime(),
                times.stages(),
                times.cycles(),
                times.workItems(),
                effectual,
                of.denseMacs() / times.pairs().hostSeconds().median(),
                effectual == null ? null : effectual / seconds,
                times.workItems() / seconds,
                times.cycles() / seconds,
                times.memory());
    }

    private static List<Row> rows(WorkloadTimes of) {
        return of.simulations().stream()
                .map(time -> new Row(of, entry(of, time)))
                .toList();
    }

    @Override
    public Object json() {
        return new Document(
                SCHEMA_VERSION,
                Machine.here(version),
                DENSE,
                result.onnxRuntimeVersion(),
                Bench.WARM_UPS,
                options.repeats(),
                options.threads(),
                result.workloads().stream()
                        .map(t -> new WorkloadEntry(
                                t.workload(),
                                t.denseMacs(),
                                t.readSeconds(),
                                rows(t).stream().map(Row::entry).toList()))
                        .toList(),
                result.growth());
    }

    @Override
    public String csv() {
        List<Column<Row>> columns = new ArrayList<>();
        columns.add(Column.hidden("workload", r -> r.of().workload()));
        columns.add(Column.hidden("denseMacs", r -> r.of().denseMacs()));
        columns.add(Column.hidden("readSeconds", r -> r.of().readSeconds()));
        columns.addAll(speed());
        columns.addAll(stages().subList(1, stages().size()));
        return Csv.write(
                columns,
                result.workloads().stream().flatMap(t -> rows(t).stream()).toList());
    }

    @Override
    public String table(Console console) {
        Table<Row> speed = new Table<>(speed());
        Table<Row> stages = new Table<>(stages());
        for (WorkloadTimes t : result.workloads()) {
            String heading = String.format(
                    Locale.ROOT,
                    "%s: %,.0f million MACs, read in %.3f s",
                    t.workload(),
                    t.denseMacs() / MILLION,
                    t.readSeconds());
            speed.group(heading, rows(t));
            stages.group(t.workload() + ": processor time by stage, memory on one thread", rows(t));
        }
        StringBuilder out = new StringBuilder(speed.render(console.columns(), console::heading));
        out.append('\n').append(stages.render(console.columns(), console::heading));
        Growth growth = result.growth();
        if (growth != null) {
            Table<Growth.Point> points = new Table<>(growth());
            points.group("By size of the input, " + growth.accelerator(), growth.bySize());
            points.group("By density of the weights, " + growth.accelerator(), growth.byDensity());
            out.append('\n').append(points.render(console.columns(), console::heading));
        }
        out.append('\n');
        notes().forEach(note -> out.append(Wrap.lines("", note, console.columns())));
        return out.toString();
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        String threads = options.threads() == 1 ? "one thread" : options.threads() + " threads";
        notes.add(String.format(
                Locale.ROOT,
                "Medians of %d %s after %d to warm up, by the wall clock, each side on %s; with the smallest and the"
                        + " largest ratio of a pair.",
                options.repeats(),
                options.repeats() == 1 ? "pair" : "pairs",
                Bench.WARM_UPS,
                threads));
        notes.add("Host: " + DENSE + ".");
        notes.add(
                options.onnxRuntime()
                        ? "ONNX RT: ONNX Runtime " + result.onnxRuntimeVersion()
                                + " on the same network, dense, in 32-bit floats, with its poolings and the like."
                        : "No tuned library is beside it: --onnxruntime compares with ONNX Runtime too.");
        notes.add("A simulation goes from a workload in memory to its result: plan, outputs, cycles.");
        if (result.growth() != null) {
            notes.add("Relative: seconds per effectual MAC over those of the row before.");
        }
        return notes;
    }

    private List<Column<Row>> speed() {
        List<Column<Row>> columns = new ArrayList<>();
        columns.add(Column.text("accelerator", "", 0, r -> r.entry().accelerator()));
        columns.add(Column.hidden("fidelity", r -> r.entry().fidelity()));
        ratio(columns, "timesHost", "times\nhost", Entry::timesHost);
        if (options.onnxRuntime()) {
            ratio(columns, "timesOnnxRuntime", "times\nONNX RT", Entry::timesOnnxRuntime);
        }
        seconds(columns, "seconds", "seconds", 0, Entry::seconds);
        seconds(columns, "hostSeconds", "host\nseconds", 1, Entry::hostSeconds);
        if (options.onnxRuntime()) {
            seconds(columns, "onnxRuntimeSeconds", "ONNX RT\nseconds", 1, Entry::onnxRuntimeSeconds);
        }
        columns.add(Column.number(
                "effectualMacsPerSecond",
                "million effec-\ntual MACs/s",
                2,
                r -> r.entry().effectualMacsPerSecond(),
                r -> r.entry().effectualMacsPerSecond() == null
                        ? "-"
                        : scaled(r.entry().effectualMacsPerSecond(), MILLION)));
        columns.add(Column.number(
                "workItemsPerSecond",
                "thousand\nitems/s",
                3,
                r -> r.entry().workItemsPerSecond(),
                r -> scaled(r.entry().workItemsPerSecond(), THOUSAND)));
        columns.add(Column.number(
                "cyclesPerSecond",
                "thousand\ncycles/s",
                5,
                r -> r.entry().cyclesPerSecond(),
                r -> scaled(r.entry().cyclesPerSecond(), THOUSAND)));
        columns.add(Column.number(
                "hostMacsPerSecond",
                "host million\nMACs/s",
                4,
                r -> r.entry().hostMacsPerSecond(),
                r -> scaled(r.entry().hostMacsPerSecond(), MILLION)));
        columns.add(Column.hidden("effectualMacs", r -> r.entry().effectualMacs()));
        columns.add(Column.hidden("workItems", r -> r.entry().workItems()));
        columns.add(Column.hidden("cycles", r -> r.entry().cycles()));
        return columns;
    }

    private static void ratio(List<Column<Row>> columns, String path, String header, Function<Entry, Spread> of) {
        columns.add(Column.number(
                path + ".median",
                header,
                0,
                r -> of.apply(r.entry()).median(),
                r -> Units.ratio(of.apply(r.entry()).median())));
        columns.add(Column.number(
                path + ".least",
                "least",
                1,
                r -> of.apply(r.entry()).least(),
                r -> Units.ratio(of.apply(r.entry()).least())));
        columns.add(Column.number(
                path + ".most",
                "most",
                1,
                r -> of.apply(r.entry()).most(),
                r -> Units.ratio(of.apply(r.entry()).most())));
    }

    private static void seconds(
            List<Column<Row>> columns, String path, String header, int priority, Function<Entry, Spread> of) {
        columns.add(Column.number(
                path + ".median",
                header,
                priority,
                r -> of.apply(r.entry()).median(),
                r -> threeDecimals(of.apply(r.entry()).median())));
        columns.add(Column.hidden(path + ".least", r -> of.apply(r.entry()).least()));
        columns.add(Column.hidden(path + ".most", r -> of.apply(r.entry()).most()));
    }

    private static List<Column<Row>> stages() {
        return List.of(
                Column.text("accelerator", "", 0, r -> r.entry().accelerator()),
                stage("plan", StageSeconds::plan),
                stage("execute", StageSeconds::execute),
                stage("time", StageSeconds::time),
                stage("verify", StageSeconds::verify),
                Column.number(
                        "stageSeconds.total",
                        "processor\nseconds",
                        1,
                        r -> r.entry().stageSeconds().total(),
                        r -> threeDecimals(r.entry().stageSeconds().total())),
                Column.number(
                        "memory.allocatedBytes",
                        "MB\nallocated",
                        1,
                        r -> r.entry().memory().allocatedBytes(),
                        r -> r.entry().memory().allocatedBytes() == null
                                ? "-"
                                : Units.megabytes(r.entry().memory().allocatedBytes())),
                Column.number(
                        "memory.outputBytes",
                        "of them\noutputs",
                        2,
                        r -> r.entry().memory().outputBytes(),
                        r -> Units.megabytes(r.entry().memory().outputBytes())),
                Column.number(
                        "memory.peakHeapBytes",
                        "peak\nheap MB",
                        2,
                        r -> r.entry().memory().peakHeapBytes(),
                        r -> Units.megabytes(r.entry().memory().peakHeapBytes())));
    }

    private static Column<Row> stage(String name, ToDoubleFunction<StageSeconds> seconds) {
        return Column.number(
                "stageSeconds." + name,
                name,
                0,
                r -> seconds.applyAsDouble(r.entry().stageSeconds()),
                r -> r.entry().stageSeconds().total() > 0
                        ? Units.percent(seconds.applyAsDouble(r.entry().stageSeconds())
                                / r.entry().stageSeconds().total())
                        : "-");
    }

    private static List<Column<Growth.Point>> growth() {
        return List.of(
                Column.text("workload", "", 0, Growth.Point::workload),
                Column.number(
                        "weightDensity",
                        "weight\ndensity",
                        1,
                        Growth.Point::weightDensity,
                        p -> Units.percent(p.weightDensity())),
                Column.number(
                        "effectualMacs",
                        "million effec-\ntual MACs",
                        0,
                        Growth.Point::effectualMacs,
                        p -> p.effectualMacs() == null ? "-" : scaled(p.effectualMacs(), MILLION)),
                Column.number(
                        "seconds.median",
                        "seconds",
                        0,
                        p -> p.seconds().median(),
                        p -> threeDecimals(p.seconds().median())),
                Column.number(
                        "relativeToBefore",
                        "relative",
                        0,
                        Growth.Point::relativeToBefore,
                        p -> p.relativeToBefore() == null ? "-" : Units.ratio(p.relativeToBefore())));
    }

    private static String threeDecimals(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String scaled(double value, double by) {
        return String.format(Locale.ROOT, "%,.1f", value / by);
    }
}
