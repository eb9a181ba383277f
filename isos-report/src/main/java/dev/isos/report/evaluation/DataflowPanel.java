package dev.isos.report.evaluation;

import dev.isos.core.loopnest.DataflowFigures;
import dev.isos.core.loopnest.LayerFigures;
import dev.isos.core.loopnest.SegmentFigures;
import dev.isos.report.figure.Palette;
import dev.isos.report.page.Opening.Panel;
import dev.isos.study.evaluation.DataflowFigure;
import dev.isos.study.evaluation.EvaluationData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** IS-OS beside 2D tiles: where it is better, where it is not, and why. */
final class DataflowPanel {
    private static final double BYTES_PER_KIB = 1024;

    /** A bar; width in percent of the longer one of the two. */
    record Bar(String dataflow, String colour, String value, double width, boolean better) {}

    /** A quantity of both. */
    record Row(String title, String meaning, List<Bar> bars) {}

    private record Quantity(
            String title,
            String meaning,
            String format,
            boolean moreIsBetter,
            ToDoubleFunction<DataflowFigures> value) {}

    private static final List<Quantity> QUANTITIES = List.of(
            new Quantity(
                    "Useful multiplier slots",
                    "more is better",
                    "%.1f %%",
                    true,
                    f -> FigureElements.percent(f.slots().utilization())),
            new Quantity(
                    "Input reuse",
                    "more is better",
                    "%.0f×",
                    true,
                    f -> f.arrayReuse().input()),
            new Quantity(
                    "Output reuse",
                    "more is better",
                    "%.0f×",
                    true,
                    f -> f.arrayReuse().output()),
            new Quantity(
                    "Intermediate storage",
                    "less is better",
                    "%.0f KiB",
                    false,
                    f -> f.peakIntermediateBytes() / BYTES_PER_KIB));

    private DataflowPanel() {}

    /** Empty where the two are not compared. */
    static Optional<Panel> of(EvaluationData data) {
        List<String> pair = data.evaluation().dataflows().pair();
        return data.dataflows().stream().findFirst().flatMap(figure -> {
            List<DataflowFigures> flows = pair.stream()
                    .flatMap(id ->
                            figure.dataflows().stream().filter(f -> f.dataflow().equals(id)))
                    .toList();
            return flows.size() == pair.size() ? Optional.of(panel(data, figure, flows)) : Optional.empty();
        });
    }

    private static Panel panel(EvaluationData data, DataflowFigure figure, List<DataflowFigures> flows) {
        List<String> colours = List.of(
                Palette.accelerator(figure.plan()),
                Palette.accelerator(data.evaluation().normaliser()));
        List<Row> rows = new ArrayList<>();
        for (Quantity q : QUANTITIES) {
            List<Double> values =
                    flows.stream().map(f -> q.value().applyAsDouble(f)).toList();
            double most = values.stream().mapToDouble(v -> v).max().orElse(1);
            double best = q.moreIsBetter()
                    ? most
                    : values.stream().mapToDouble(v -> v).min().orElse(1);
            List<Bar> bars = new ArrayList<>();
            for (int i = 0; i < flows.size(); i++) {
                bars.add(new Bar(
                        data.evaluation().title(flows.get(i).dataflow()),
                        Palette.variable(colours.get(i)),
                        EvaluationOpening.text(q.format(), values.get(i)),
                        FigureElements.percent(values.get(i) / most),
                        values.get(i) == best));
            }
            rows.add(new Row(q.title(), q.meaning(), bars));
        }
        return new Panel(
                "tiles",
                "IS-OS fills its multipliers with useful work; 2D tiles keep less on chip",
                out -> JtetilesGenerated.render(out, null, rows),
                caption(data, figure, flows.get(0)));
    }

    /** What the most storage is for. */
    private static String caption(EvaluationData data, DataflowFigure figure, DataflowFigures flow) {
        SegmentFigures most = flow.segments().stream()
                .max(Comparator.comparingLong(SegmentFigures::intermediateBytes))
                .orElseThrow();
        LayerFigures layer = most.layers().stream()
                .max(Comparator.comparingLong(LayerFigures::partialBytes))
                .orElseThrow();
        return EvaluationOpening.text(
                "%s, by counting loop nests; both fuse the same layers and move %.1f MB. Of %s’s storage, %.0f KiB are partial"
                        + " results of %s, which it holds for all rows and output channels of a wavefront.",
                figure.workload(),
                FigureElements.megabytes(flow.offChipBytes()),
                data.evaluation().title(flow.dataflow()),
                layer.partialBytes() / BYTES_PER_KIB,
                layer.name());
    }
}
