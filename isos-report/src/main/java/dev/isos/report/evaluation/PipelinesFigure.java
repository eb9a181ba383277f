package dev.isos.report.evaluation;

import static dev.isos.report.figure.FigureColumn.number;
import static dev.isos.report.figure.FigureColumn.words;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Charts.Cloud;
import dev.isos.report.figure.Charts.Point;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.figure.Palette;
import dev.isos.study.evaluation.Evaluation;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.FigureId;
import dev.isos.study.evaluation.Pipelines;
import dev.isos.study.evaluation.Published.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One network by pipeline: the published cuts, and the machine's own. */
final class PipelinesFigure {
    private PipelinesFigure() {}

    /** Empty where the network is not among the workloads. */
    static Optional<Figure> of(EvaluationData data) {
        return Pipelines.of(data).map(pipelines -> figure(data, pipelines));
    }

    private static Figure figure(EvaluationData data, Pipelines pipelines) {
        String workload = data.published().groups().workload();
        Evaluation.Cuts cuts = data.evaluation().cuts();
        int own = data.paper()
                .index(pipelines.workload(), data.paper().accelerators().indexOf(cuts.accelerator()));
        RunResult mine = data.runs().get(own).result();
        RunResult theirs = pipelines.run(cuts.accelerator());
        return new Figure(
                FigureId.PIPELINES.id(),
                workload + " by pipeline",
                "Cycles of each pipeline of the paper, published and ours, and the difference in percent. The other machines run"
                        + " layer by layer: sums over the same layers. Poolings are in no pipeline. "
                        + FigureElements.NOT_AT_HAND_MEANS,
                chart(data, pipelines).stream().toList(),
                List.of(table(data, pipelines), ownCuts(mine, own)),
                List.of(String.format(
                        Locale.ROOT,
                        "With its own cuts (mapping %s), %s has %d pipelines, takes %,d cycles and moves %.2f MB; with the"
                                + " paper's %d, %,d cycles and %.2f MB.",
                        mine.accelerator().mapping(),
                        cuts.accelerator(),
                        mine.segments().size(),
                        mine.cycles(),
                        FigureElements.megabytes(mine.traffic().total()),
                        theirs.segments().size(),
                        theirs.cycles(),
                        FigureElements.megabytes(theirs.traffic().total()))));
    }

    private static Optional<Chart> chart(EvaluationData data, Pipelines pipelines) {
        List<String> rows = pipelines.groups().stream().map(Group::name).toList();
        List<Cloud> clouds = new ArrayList<>();
        for (String accelerator : data.paper().accelerators()) {
            List<Point> points = new ArrayList<>();
            for (Group group : pipelines.groups()) {
                Double ours = pipelines.runs().containsKey(accelerator) ? pipelines.cycles(group, accelerator) : null;
                if (ours != null) {
                    pipelines
                            .published(group, accelerator)
                            .ifPresent(p -> points.add(new Point(
                                    FigureElements.percent(ours / p - 1), rows.indexOf(group.name()), group.name())));
                }
            }
            if (!points.isEmpty()) {
                clouds.add(new Cloud(
                        data.evaluation().title(accelerator),
                        Palette.accelerator(accelerator),
                        Palette.symbol(clouds.size()),
                        points));
            }
        }
        return FigureElements.differences(
                "pipelines", "Cycles, ours against the published, pipeline by pipeline", rows, clouds);
    }

    private static FigureTable table(EvaluationData data, Pipelines pipelines) {
        List<FigureColumn> columns = new ArrayList<>(List.of(words("pipeline", "pipeline")));
        // The machine that pipelines first.
        List<String> accelerators = data.paper().accelerators().stream()
                .filter(pipelines.runs()::containsKey)
                .toList();
        for (String accelerator : accelerators) {
            columns.add(number("paperCycles." + accelerator, accelerator + " paper", 0));
            columns.add(number("cycles." + accelerator, "ours", 0));
            columns.add(number("differencePercent." + accelerator, "%", 0));
        }
        List<FigureRow> rows = new ArrayList<>();
        List<Integer> runs = accelerators.stream().map(pipelines.runs()::get).toList();
        for (Group group : pipelines.groups()) {
            List<Object> cells = new ArrayList<>(List.of(group.name()));
            for (String accelerator : accelerators) {
                cells.addAll(FigureElements.beside(
                        pipelines.published(group, accelerator), pipelines.cycles(group, accelerator)));
            }
            rows.add(new FigureRow(cells, runs));
        }
        return new FigureTable("pipelines", "Cycles by pipeline", columns, rows);
    }

    private static FigureTable ownCuts(RunResult run, int position) {
        List<FigureRow> rows = new ArrayList<>();
        for (SegmentResult segment : run.segments()) {
            List<String> layers = segment.layers();
            rows.add(FigureElements.row(
                    List.of(position),
                    layers.get(0),
                    layers.get(layers.size() - 1),
                    (long) layers.size(),
                    segment.cycles(),
                    FigureElements.megabytes(segment.traffic().total()),
                    segment.limitedBy()));
        }
        return new FigureTable(
                "pipelines-own",
                "Pipelines of mapping " + run.accelerator().mapping(),
                List.of(
                        words("from", "first layer"),
                        words("to", "last layer"),
                        number("layers", "layers", 0),
                        number("cycles", "cycles", 0),
                        number("megabytes", "MB", 2),
                        words("limitedBy", "ends because")),
                rows);
    }
}
