package dev.isos.report.text;

import dev.isos.report.console.Console;
import dev.isos.study.bench.Bench.SimulationTime;
import dev.isos.study.bench.Bench.WorkloadTimes;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How fast simulations are, against the dense network on the host.
 *
 * @param repeats how often each was timed
 */
public record BenchReport(List<WorkloadTimes> times, int repeats) implements Printable {
    private static final int SCHEMA_VERSION = 1;
    private static final double MILLION = 1e6;
    private static final String HOST =
            "the network's convolutions and fully connected layers, dense, in 32-bit floats, by a blocked im2col product of"
                    + " Isos that the JVM vectorises, one thread";

    /** The JSON document. */
    record Document(
            int schemaVersion, String host, int repeats, int processors, String java, List<WorkloadEntry> workloads) {}

    record WorkloadEntry(
            String workload, long denseMacs, double hostSeconds, double hostMacsPerSecond, List<Entry> simulations) {}

    record Entry(
            String accelerator,
            double seconds,
            double timesHost,
            long cycles,
            double denseMacsPerSecond,
            @Nullable Double effectualMacsPerSecond,
            double cyclesPerSecond) {}

    private record Row(WorkloadTimes of, Entry entry) {}

    public BenchReport {
        times = List.copyOf(times);
    }

    private static Entry entry(WorkloadTimes of, SimulationTime time) {
        long effectual = time.run().macs().effectual();
        return new Entry(
                time.run().accelerator().name(),
                time.seconds(),
                time.seconds() / of.hostSeconds(),
                time.run().cycles(),
                of.denseMacs() / time.seconds(),
                effectual < 0 ? null : effectual / time.seconds(),
                time.run().cycles() / time.seconds());
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
                HOST,
                repeats,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                times.stream()
                        .map(t -> new WorkloadEntry(
                                t.workload(),
                                t.denseMacs(),
                                t.hostSeconds(),
                                t.denseMacs() / t.hostSeconds(),
                                rows(t).stream().map(Row::entry).toList()))
                        .toList());
    }

    @Override
    public String csv() {
        return Csv.write(
                columns(), times.stream().flatMap(t -> rows(t).stream()).toList());
    }

    @Override
    public String table(Console console) {
        Table<Row> table = new Table<>(columns());
        for (WorkloadTimes t : times) {
            table.group(
                    String.format(
                            Locale.ROOT,
                            "%s: %,.0f million MACs, host %.3f s, %,.0f million/s",
                            t.workload(),
                            t.denseMacs() / MILLION,
                            t.hostSeconds(),
                            t.denseMacs() / t.hostSeconds() / MILLION),
                    rows(t));
        }
        return table.render(console.columns(), console::heading)
                + Wrap.lines("", "Host: " + HOST + ".", console.columns())
                + Wrap.lines(
                        "",
                        "A simulation goes from a workload in memory to its result: plan, outputs, cycles. Times are processor time of"
                                + " the one thread that works, least of " + repeats + " after a warm-up.",
                        console.columns());
    }

    private static List<Column<Row>> columns() {
        return List.of(
                Column.hidden("workload", r -> r.of().workload()),
                Column.hidden("denseMacs", r -> r.of().denseMacs()),
                Column.hidden("hostSeconds", r -> r.of().hostSeconds()),
                Column.text("accelerator", "", 0, r -> r.entry().accelerator()),
                Column.number(
                        "timesHost",
                        "times\nhost",
                        0,
                        r -> r.entry().timesHost(),
                        r -> Units.ratio(r.entry().timesHost())),
                Column.number(
                        "seconds",
                        "seconds",
                        0,
                        r -> r.entry().seconds(),
                        r -> String.format(Locale.ROOT, "%.3f", r.entry().seconds())),
                Column.number(
                        "cycles",
                        "cycles",
                        3,
                        r -> r.entry().cycles(),
                        r -> Units.count(r.entry().cycles())),
                Column.number(
                        "cyclesPerSecond",
                        "thousand\ncycles/s",
                        1,
                        r -> r.entry().cyclesPerSecond(),
                        r -> String.format(Locale.ROOT, "%,.1f", r.entry().cyclesPerSecond() / 1e3)),
                Column.number(
                        "denseMacsPerSecond",
                        "million\nMACs/s",
                        2,
                        r -> r.entry().denseMacsPerSecond(),
                        r -> millions(r.entry().denseMacsPerSecond())),
                Column.number(
                        "effectualMacsPerSecond",
                        "million effec-\ntual MACs/s",
                        2,
                        r -> r.entry().effectualMacsPerSecond(),
                        r -> r.entry().effectualMacsPerSecond() == null
                                ? "-"
                                : millions(r.entry().effectualMacsPerSecond())));
    }

    private static String millions(double value) {
        return String.format(Locale.ROOT, "%,.1f", value / MILLION);
    }
}
