package dev.isos.cli.report;

import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.workload.Workload;
import dev.isos.cli.console.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** How a workload is cut into segments for an accelerator, what each stores on chip, and what ended it. */
public final class PlanReport implements Report {
    private static final int SCHEMA_VERSION = 1;

    private final Document document;

    /** The JSON document. */
    record Document(
            int schemaVersion,
            String workload,
            String network,
            String accelerator,
            String mapping,
            List<SegmentEntry> segments) {}

    record SegmentEntry(
            int segment, List<LayerEntry> layers, List<StorageEntry> storage, long onChipBytes, String endedBy) {}

    /** A layer with the factors by which the dataflow maps it. */
    record LayerEntry(String name, Map<String, Integer> mapping) {}

    /** Demand at the fullest of {@code places} equal storages. */
    record StorageEntry(String resource, long demandBytes, long limitBytes, int places, double utilization) {}

    /** A row of the CSV file: a storage of a segment, or a segment that demands none (storage is null). */
    private record Row(SegmentEntry segment, StorageEntry storage) {}

    public PlanReport(Workload workload, String accelerator, ExecutionPlan plan) {
        Network network = workload.network();
        document = new Document(
                SCHEMA_VERSION,
                workload.info().id(),
                network.name(),
                accelerator,
                plan.policy(),
                IntStream.range(0, plan.segments().size())
                        .mapToObj(i -> entry(
                                i + 1,
                                network,
                                plan.segments().get(i),
                                plan.limits().get(i)))
                        .toList());
    }

    private static SegmentEntry entry(int number, Network network, Segment segment, String limit) {
        List<LayerEntry> layers = new ArrayList<>();
        for (LayerMapping mapping : segment.mappings()) {
            layers.add(new LayerEntry(network.layer(mapping.layer()).name(), mapping.factors()));
        }
        List<StorageEntry> storage = new ArrayList<>();
        for (StorageDemand s : segment.storage()) {
            storage.add(new StorageEntry(s.resource(), s.demandBytes(), s.limitBytes(), s.places(), s.utilization()));
        }
        return new SegmentEntry(number, layers, storage, segment.onChipBytes(), limit);
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
            if (!segment.storage().isEmpty()) {
                out.append(new Table<>(columns).rows(segment.storage()).render(width, text -> text));
            }
        }
        return out.toString();
    }
}
