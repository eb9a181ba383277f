package dev.isos.report.text;

import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadTotals;
import dev.isos.report.console.Console;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/** Workloads with the sums over their layers: a table of numbers, and below it what they are and where they come from. */
public record WorkloadListReport(List<WorkloadDescriptor> workloads) implements Printable {
    private static final double MILLION = 1e6;
    private static final String UNKNOWN = "-";

    private static final List<Column<WorkloadDescriptor>> COLUMNS = List.of(
            Column.text("id", "workload", 0, WorkloadDescriptor::id),
            Column.hidden("description", WorkloadDescriptor::description),
            Column.hidden("network", WorkloadDescriptor::network),
            Column.number(
                    "weightSparsity",
                    "zero\nweights",
                    3,
                    WorkloadDescriptor::weightSparsity,
                    w -> Units.percent(w.weightSparsity())),
            total("layers", "layers", 2, t -> (long) t.layers(), Units::count),
            total("parameters", "weights\n(M)", 0, WorkloadTotals::parameters, millions(3)),
            total("nonZeros", "non-zero\n(M)", 0, WorkloadTotals::nonZeros, millions(3)),
            total("denseMacs", "dense\nMACs (M)", 0, WorkloadTotals::denseMacs, millions(1)),
            total("effectualMacs", "effectual\nMACs (M)", 0, t -> boxed(t.effectualMacs()), millions(1)),
            total("activationDensity", "activation\ndensity", 1, t -> boxed(t.activationDensity()), Units::percent),
            Column.hidden("source", WorkloadDescriptor::source));

    public WorkloadListReport {
        workloads = List.copyOf(workloads);
    }

    @Override
    public Object json() {
        return list().json();
    }

    @Override
    public String csv() {
        return list().csv();
    }

    private ListReport list() {
        List<List<Object>> entries = new ArrayList<>();
        for (WorkloadDescriptor workload : workloads) {
            entries.add(Arrays.asList(
                    COLUMNS.stream().map(c -> c.value().apply(workload)).toArray()));
        }
        return new ListReport(COLUMNS.stream().map(Column::path).toList(), entries);
    }

    @Override
    public String table(Console console) {
        StringBuilder out =
                new StringBuilder(new Table<>(COLUMNS).rows(workloads).render(console.columns(), console::heading));
        Map<String, List<String>> bySource = new LinkedHashMap<>();
        for (WorkloadDescriptor workload : workloads) {
            bySource.computeIfAbsent(workload.source(), s -> new ArrayList<>()).add(workload.id());
        }
        bySource.forEach((source, ids) -> out.append('\n')
                .append(Wrap.lines("", String.join(", ", ids) + ":", console.columns()))
                .append(Wrap.lines("  ", source, console.columns())));
        return out.toString();
    }

    /** A column that is empty where the sums are not known. */
    private static <N extends Number> Column<WorkloadDescriptor> total(
            String path, String header, int priority, Function<WorkloadTotals, N> value, Function<N, String> text) {
        Function<WorkloadDescriptor, N> of = w -> w.totals().map(value).orElse(null);
        return Column.number(
                path,
                header,
                priority,
                of::apply,
                w -> Stream.ofNullable(of.apply(w)).map(text).findFirst().orElse(UNKNOWN));
    }

    private static Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static Double boxed(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    private static Function<Long, String> millions(int digits) {
        return value -> String.format(Locale.ROOT, "%,." + digits + "f", value / MILLION);
    }
}
