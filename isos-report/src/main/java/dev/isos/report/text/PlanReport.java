package dev.isos.report.text;

import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.api.workload.Workload;
import dev.isos.core.plan.SegmentExplanation;
import dev.isos.report.console.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How a workload is cut into segments for an accelerator, what each stores on chip, and what ended it. */
public final class PlanReport implements Printable {
    private static final int SCHEMA_VERSION = 1;

    private final Document document;

    /** The JSON document. */
    record Document(
            int schemaVersion,
            String workload,
            String network,
            String accelerator,
            String mapping,
            @Nullable Long estimatedCycles,
            @Nullable Long simulatedCycles,
            List<SegmentEntry> segments) {}

    /** Cycles and bytes are null where nobody has estimated or simulated them, {@code nextLayer} where none follows. */
    record SegmentEntry(
            int segment,
            List<LayerEntry> layers,
            List<StorageEntry> storage,
            long onChipBytes,
            String endedBy,
            @Nullable Long estimatedCycles,
            @Nullable Long estimatedOffChipBytes,
            @Nullable Long simulatedCycles,
            @Nullable String nextLayer,
            @Nullable MissingEntry missing) {}

    /** What the hardware lacks for the next layer to fit as well; {@code unit} is "bytes", or empty for a number of things. */
    record MissingEntry(String resource, long demand, long limit, long missing, String unit, String reason) {}

    /** A layer with the factors by which the dataflow maps it. */
    record LayerEntry(String name, Map<String, Integer> mapping) {}

    /** Demand at the fullest of {@code places} equal storages. */
    record StorageEntry(String resource, long demandBytes, long limitBytes, int places, double utilization) {}

    /** A row of the CSV file: a storage of a segment, or a segment that demands none (storage is null). */
    private record Row(SegmentEntry segment, StorageEntry storage) {}

    /**
     * @param explanations one per segment
     * @param simulated result of a run of the same plan, or null
     */
    public PlanReport(
            Workload workload,
            String accelerator,
            ExecutionPlan plan,
            List<SegmentExplanation> explanations,
            RunResult simulated) {
        Network network = workload.network();
        document = new Document(
                SCHEMA_VERSION,
                workload.info().id(),
                network.name(),
                accelerator,
                plan.policy(),
                explanations.stream().allMatch(e -> e.estimate().isPresent())
                        ? explanations.stream()
                                .mapToLong(e -> e.estimate().orElseThrow().cycles())
                                .sum()
                        : null,
                simulated == null ? null : simulated.cycles(),
                IntStream.range(0, plan.segments().size())
                        .mapToObj(i -> entry(
                                i + 1,
                                network,
                                plan.segments().get(i),
                                plan.limits().get(i),
                                explanations.get(i),
                                simulated == null
                                        ? null
                                        : simulatedCycles(
                                                network, plan.segments().get(i), simulated)))
                        .toList());
    }

    /** Segments that totals leave out have no result, and no time. */
    private static long simulatedCycles(Network network, Segment segment, RunResult simulated) {
        List<String> layers =
                segment.layers().stream().map(l -> network.layer(l).name()).toList();
        return simulated.segments().stream()
                .filter(result -> result.layers().equals(layers))
                .mapToLong(SegmentResult::cycles)
                .sum();
    }

    private static SegmentEntry entry(
            int number,
            Network network,
            Segment segment,
            String limit,
            SegmentExplanation explanation,
            Long simulatedCycles) {
        List<LayerEntry> layers = new ArrayList<>();
        for (LayerMapping mapping : segment.mappings()) {
            layers.add(new LayerEntry(network.layer(mapping.layer()).name(), mapping.factors()));
        }
        List<StorageEntry> storage = new ArrayList<>();
        for (StorageDemand s : segment.storage()) {
            storage.add(new StorageEntry(s.resource(), s.demandBytes(), s.limitBytes(), s.places(), s.utilization()));
        }
        MissingEntry missing = explanation
                .missing()
                .map(m -> new MissingEntry(
                        m.resource(),
                        m.demand(),
                        m.limit(),
                        m.demand() - m.limit(),
                        unit(segment, m.resource()),
                        m.reason()))
                .orElse(null);
        return new SegmentEntry(
                number,
                layers,
                storage,
                segment.onChipBytes(),
                limit,
                explanation.estimate().map(SegmentEstimate::cycles).orElse(null),
                explanation.estimate().map(SegmentEstimate::offChipBytes).orElse(null),
                simulatedCycles,
                explanation.nextLayer().orElse(null),
                missing);
    }

    private static String unit(Segment segment, String resource) {
        return segment.storage().stream().anyMatch(s -> s.resource().equals(resource)) ? "bytes" : "";
    }

    @Override
    public Object json() {
        return document;
    }

    @Override
    public String csv() {
        List<Row> rows = new ArrayList<>();
        for (SegmentEntry segment : document.segments()) {
            segment.storage().forEach(s -> rows.add(new Row(segment, s)));
            if (segment.storage().isEmpty()) {
                rows.add(new Row(segment, null));
            }
        }
        List<Column<Row>> columns = List.of(
                Column.hidden("workload", r -> document.workload()),
                Column.hidden("accelerator", r -> document.accelerator()),
                Column.hidden("mapping", r -> document.mapping()),
                Column.hidden("segment", r -> r.segment().segment()),
                Column.hidden("layers", r -> names(r.segment(), " ")),
                Column.hidden("endedBy", r -> r.segment().endedBy()),
                Column.hidden("estimatedCycles", r -> r.segment().estimatedCycles()),
                Column.hidden("simulatedCycles", r -> r.segment().simulatedCycles()),
                Column.hidden("onChipBytes", r -> r.segment().onChipBytes()),
                Column.hidden(
                        "resource",
                        r -> r.storage() == null ? null : r.storage().resource()),
                Column.hidden(
                        "demandBytes",
                        r -> r.storage() == null ? null : r.storage().demandBytes()),
                Column.hidden(
                        "limitBytes",
                        r -> r.storage() == null ? null : r.storage().limitBytes()),
                Column.hidden(
                        "places", r -> r.storage() == null ? null : r.storage().places()),
                Column.hidden(
                        "utilization",
                        r -> r.storage() == null ? null : r.storage().utilization()));
        return Csv.write(columns, rows);
    }

    private static String names(SegmentEntry segment, String separator) {
        return String.join(
                separator, segment.layers().stream().map(LayerEntry::name).toList());
    }

    @Override
    public String table(Console console) {
        int width = console.columns();
        StringBuilder out = new StringBuilder();
        out.append(console.heading(document.workload() + " on " + document.accelerator()))
                .append('\n');
        int layers =
                document.segments().stream().mapToInt(s -> s.layers().size()).sum();
        out.append(Units.count(layers))
                .append(" layers in ")
                .append(document.segments().size());
        out.append(" segments, mapping ").append(document.mapping()).append('\n');
        String cycles = cycles(document.estimatedCycles(), document.simulatedCycles());
        if (!cycles.isEmpty()) {
            out.append(Wrap.lines("", cycles, width));
        }
        List<Column<StorageEntry>> columns = List.of(
                Column.text("", "  storage", 0, s -> "  " + s.resource()),
                Column.number("", "demand KiB", 0, StorageEntry::demandBytes, s -> Units.kibibytes(s.demandBytes())),
                Column.number("", "limit KiB", 0, StorageEntry::limitBytes, s -> Units.kibibytes(s.limitBytes())),
                Column.number("", "used", 0, StorageEntry::utilization, s -> Units.percent(s.utilization())),
                Column.number("", "places", 1, StorageEntry::places, s -> Units.count(s.places())));
        for (SegmentEntry segment : document.segments()) {
            out.append('\n')
                    .append(console.heading("segment " + segment.segment()))
                    .append('\n');
            out.append(Wrap.lines("  layers    ", names(segment, ", "), width));
            out.append(Wrap.lines("  ended by  ", segment.endedBy(), width));
            String time = cycles(segment.estimatedCycles(), segment.simulatedCycles());
            if (!time.isEmpty()) {
                out.append(Wrap.lines("  cycles    ", time, width));
            }
            if (segment.nextLayer() != null) {
                out.append(Wrap.lines("  one more  ", oneMore(segment), width));
            }
            if (!segment.storage().isEmpty()) {
                out.append(new Table<>(columns).rows(segment.storage()).render(width, text -> text));
            }
        }
        return out.toString();
    }

    private static String cycles(Long estimated, Long simulated) {
        List<String> parts = new ArrayList<>();
        if (estimated != null) {
            parts.add("estimated " + Units.count(estimated) + " cycles");
        }
        if (simulated != null) {
            parts.add("simulated " + Units.count(simulated) + " cycles");
        }
        if (parts.size() == 2 && simulated > 0) {
            parts.add("estimate off by " + Units.difference(estimated / (double) simulated - 1));
        }
        return String.join(", ", parts);
    }

    /** What the hardware would need for the next layer to fit. */
    private static String oneMore(SegmentEntry segment) {
        MissingEntry missing = segment.missing();
        if (missing == null) {
            return segment.nextLayer() + " would fit";
        }
        if (missing.unit().isEmpty()) {
            return missing.reason();
        }
        String unit = " " + missing.unit();
        return segment.nextLayer() + " would need " + missing.resource() + " of " + Units.count(missing.demand()) + unit
                + ", " + Units.count(missing.missing()) + unit + " more than there are";
    }
}
