package dev.isos.report.text;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.report.console.Console;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureCsv;
import dev.isos.report.figure.FigureReport;
import dev.isos.report.figure.FigureReport.SourceRun;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.study.compare.Comparison;
import dev.isos.study.compare.ComparisonRow;
import dev.isos.study.compare.Ratios;
import dev.isos.study.evaluation.DataflowFigure;
import dev.isos.study.evaluation.Evaluation.Metric;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.FigureId;
import dev.isos.study.evaluation.PaperComparison;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The evaluation: its figures, and the published figures beside ours. */
public final class EvaluationReport implements Printable {
    private static final int SCHEMA_VERSION = 1;

    private final EvaluationData data;
    private final Set<FigureId> ids;
    private final FigureReport figures;
    private final boolean verbose;
    private final Comparison comparison;

    /**
     * The JSON document.
     *
     * @param command makes the report again
     * @param figures by id
     * @param commands one per run: repeats it
     */
    record Document(
            int schemaVersion,
            String command,
            Map<String, FigureDocument> figures,
            List<PaperComparison.Entry> paper,
            List<String> commands,
            List<RunResult> runs) {}

    /**
     * A figure; what it does not show is null.
     *
     * @param over ratios by reference: of cycles, or of off-chip bytes
     * @param bytes off-chip traffic by workload and accelerator
     * @param workloads what each dataflow does on each network
     */
    record FigureDocument(
            String title,
            String summary,
            @Nullable Map<String, Series> over,
            @Nullable Map<String, Map<String, Traffic>> bytes,
            @Nullable List<DataflowFigure> workloads,
            List<TableDocument> tables,
            List<String> remarks) {}

    /** Ratios to one reference, by accelerator; {@code workloads} by workload and accelerator. */
    record Series(
            Map<String, Double> geometricMean,
            Map<String, Double> maximum,
            Map<String, Map<String, Double>> workloads) {}

    /** A table; rows are values by path, and under {@code runs} the positions of the runs behind them. */
    record TableDocument(String id, String title, List<Map<String, Object>> rows) {}

    /** @param verbose whether a terminal gets long tables too */
    public EvaluationReport(EvaluationData data, Set<FigureId> ids, FigureReport figures, boolean verbose) {
        this.data = data;
        this.ids = Set.copyOf(ids);
        this.figures = figures;
        this.verbose = verbose;
        this.comparison = Comparison.of(data.paper().results(), data.paper().references());
    }

    static ToDoubleFunction<Ratios> value(Metric metric) {
        return metric == Metric.SPEEDUP ? Ratios::speedup : Ratios::trafficReduction;
    }

    @Override
    public Object json() {
        Map<String, FigureDocument> all = new LinkedHashMap<>();
        for (Figure figure : figures.figures()) {
            boolean speedup = figure.id().equals(FigureId.SPEEDUP.id());
            boolean traffic = figure.id().equals(FigureId.TRAFFIC.id());
            all.put(
                    figure.id(),
                    new FigureDocument(
                            figure.title(),
                            figure.summary(),
                            speedup ? series(Metric.SPEEDUP) : traffic ? series(Metric.TRAFFIC) : null,
                            traffic ? bytes() : null,
                            figure.id().equals(FigureId.DATAFLOW.id()) ? data.dataflows() : null,
                            figure.tables().stream()
                                    .map(EvaluationReport::document)
                                    .toList(),
                            figure.remarks()));
        }
        return new Document(
                SCHEMA_VERSION,
                figures.command(),
                all,
                ids.stream().anyMatch(FigureId::comparesPaper) ? PaperComparison.entries(data) : List.of(),
                figures.runs().stream().map(SourceRun::command).toList(),
                figures.runs().stream().map(SourceRun::result).toList());
    }

    private static TableDocument document(FigureTable table) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (FigureRow row : table.rows()) {
            Map<String, Object> cells = new LinkedHashMap<>();
            for (int i = 0; i < table.columns().size(); i++) {
                cells.put(table.columns().get(i).path(), row.cells().get(i));
            }
            cells.put("runs", row.runs());
            rows.add(cells);
        }
        return new TableDocument(table.id(), table.title(), rows);
    }

    private Map<String, Series> series(Metric metric) {
        Map<String, Series> series = new LinkedHashMap<>();
        for (String reference : data.paper().references()) {
            ToDoubleFunction<ComparisonRow> value =
                    row -> value(metric).applyAsDouble(row.over().get(reference));
            Map<String, Double> means = new LinkedHashMap<>();
            comparison.means().forEach(row -> means.put(row.accelerator(), value.applyAsDouble(row)));
            Map<String, Double> most = new LinkedHashMap<>();
            Map<String, Map<String, Double>> workloads = new LinkedHashMap<>();
            for (ComparisonRow row : comparison.rows()) {
                double ratio = value.applyAsDouble(row);
                most.merge(row.accelerator(), ratio, Math::max);
                workloads
                        .computeIfAbsent(row.workload(), id -> new LinkedHashMap<>())
                        .put(row.accelerator(), ratio);
            }
            series.put(reference, new Series(means, most, workloads));
        }
        return series;
    }

    private Map<String, Map<String, Traffic>> bytes() {
        Map<String, Map<String, Traffic>> bytes = new LinkedHashMap<>();
        for (RunResult run : data.paper().results()) {
            bytes.computeIfAbsent(run.workload().id(), id -> new LinkedHashMap<>())
                    .put(run.accelerator().id(), run.traffic());
        }
        return bytes;
    }

    /** One row per compared run; of an evaluation that compares none, the first table of its first figure. */
    @Override
    public String csv() {
        if (data.paper().machines().isEmpty()) {
            return FigureCsv.write(figures.figures().get(0).tables().get(0));
        }
        List<Column<ComparisonRow>> ratios = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            ratios.addAll(ratioColumns(metric));
        }
        return new ComparisonText(comparison).csv(ratios);
    }

    private List<Column<ComparisonRow>> ratioColumns(Metric metric) {
        String path = metric == Metric.SPEEDUP ? "speedup." : "trafficReduction.";
        return data.paper().references().stream()
                .map(reference -> RunColumns.ratio(path + reference, "", 0, reference, value(metric)))
                .toList();
    }

    @Override
    public String table(Console console) {
        StringBuilder out = new StringBuilder();
        FigureText text = new FigureText(console, verbose, ids.size() == 1);
        figures.figures().forEach(figure -> out.append(text.of(figure)));
        if (!data.paper().machines().isEmpty()) {
            out.append(new ComparisonText(comparison).footnotes(console.columns()));
        }
        return out.toString().stripTrailing() + "\n";
    }
}
