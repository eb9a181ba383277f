package dev.isos.report.evaluation;

import static dev.isos.report.figure.FigureColumn.number;
import static dev.isos.report.figure.FigureColumn.words;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.ComponentResult;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Charts;
import dev.isos.report.figure.Charts.Series;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.figure.Palette;
import dev.isos.study.evaluation.ComparedRuns;
import dev.isos.study.evaluation.Evaluation.Metric;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.FigureId;
import dev.isos.study.evaluation.Published;
import dev.isos.study.evaluation.Ratio;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Area of every accelerator, and speed on the same area. */
final class AreaFigure {
    private static final List<String> CATEGORIES = List.of("mac", "sram", "other");

    private AreaFigure() {}

    static Figure of(EvaluationData all) {
        ComparedRuns data = all.beyond();
        return new Figure(
                FigureId.AREA.id(),
                "Area",
                "Area of the chip without DRAM, and speed per area: the geometric mean of the speed-up, times the ratio of the"
                        + " areas, as if each design were scaled to the same area without loss.",
                List.of(categories(all), speedPerArea(all)),
                List.of(published(all), table(data)),
                List.of());
    }

    /** Components of the machine whose area is published, and ours beside them where we model them apart. */
    private static FigureTable published(EvaluationData all) {
        Published.Area area = all.published().area();
        // the paper's own comparison takes the energy, and so the area, of another process
        ComparedRuns machines = all.beyond();
        int position = machines.index(0, machines.accelerators().indexOf(area.accelerator()));
        List<ComponentResult> components = all.runs().get(position).result().components();
        List<FigureRow> rows = new ArrayList<>();
        for (Published.AreaPart part : area.values()) {
            Double ours = part.ours() == null
                    ? null
                    : components.stream()
                                    .filter(c -> part.ours().contains(c.name()))
                                    .mapToDouble(ComponentResult::areaMm2)
                                    .sum()
                            / (part.of().equals("lane") ? area.lanes() : 1);
            List<Object> cells = new ArrayList<>(List.of(part.of(), part.component()));
            cells.addAll(FigureElements.beside(Optional.of(part.squareMillimetres()), ours));
            rows.add(new FigureRow(cells, List.of(position)));
        }
        return new FigureTable(
                "area-published",
                "Square millimetres of " + area.accelerator() + " at 45 nm, published and ours",
                List.of(
                        words("of", "of"),
                        words("component", "component"),
                        number("publishedMm2", "paper mm²", 3),
                        number("areaMm2", "ours mm²", 3),
                        number("differencePercent", "diff. %", 1)),
                rows);
    }

    private static double area(ComparedRuns data, String accelerator) {
        return data.runsOn(accelerator).get(0).areaMm2();
    }

    private static double area(ComparedRuns data, String accelerator, String category) {
        RunResult run = data.runsOn(accelerator).get(0);
        return run.components().stream()
                .filter(c -> c.category().equals(category))
                .mapToDouble(ComponentResult::areaMm2)
                .sum();
    }

    private static double speed(ComparedRuns data, String accelerator, String reference) {
        return Ratio.of(data, Metric.SPEEDUP, accelerator, reference).geometricMean();
    }

    private static double speedPerArea(ComparedRuns data, String accelerator, String reference) {
        return speed(data, accelerator, reference) * area(data, reference) / area(data, accelerator);
    }

    private static Chart categories(EvaluationData all) {
        ComparedRuns data = all.beyond();
        List<Series> series = new ArrayList<>();
        for (String category : CATEGORIES) {
            series.add(new Series(
                    category.equals("other") ? category : category.toUpperCase(Locale.ROOT),
                    Palette.use(category.equals("other") ? 3 : series.size()),
                    "area",
                    data.accelerators().stream()
                            .map(a -> area(data, a, category))
                            .toList()));
        }
        return new Chart(
                "area-categories",
                "Area, square millimetres",
                "Area of each accelerator by what it is taken by, in square millimetres.",
                FigureElements.CHART_HEIGHT,
                Charts.horizontalBars(FigureElements.titles(all, data.accelerators()), "mm²", series));
    }

    private static Chart speedPerArea(EvaluationData all) {
        ComparedRuns data = all.beyond();
        List<Series> series = new ArrayList<>();
        for (String reference : data.references()) {
            series.add(new Series(
                    "relative to " + all.evaluation().title(reference),
                    Palette.accelerator(reference),
                    null,
                    data.accelerators().stream()
                            .map(a -> speedPerArea(data, a, reference))
                            .toList()));
        }
        return new Chart(
                "area-speed",
                "Speed per area, relative",
                "Geometric mean of the speed of each accelerator per area, relative to the references; above 1 is better.",
                FigureElements.CHART_HEIGHT,
                Charts.horizontalBars(FigureElements.titles(all, data.accelerators()), "times", series));
    }

    private static FigureTable table(ComparedRuns data) {
        List<FigureColumn> columns =
                new ArrayList<>(List.of(FigureElements.ACCELERATOR, number("areaMm2", "area mm²", 2)));
        for (String reference : data.references()) {
            columns.add(number("relativeArea." + reference, "area of " + reference, 2));
            columns.add(number("speedup." + reference, "faster than " + reference, 2));
            columns.add(number("speedPerArea." + reference, "per area", 2));
        }
        CATEGORIES.forEach(c -> columns.add(number(c + "Mm2", c + " mm²", 2)));
        List<FigureRow> rows = new ArrayList<>();
        for (String accelerator : data.accelerators()) {
            List<Object> cells = new ArrayList<>(List.of(accelerator, area(data, accelerator)));
            for (String reference : data.references()) {
                cells.add(area(data, accelerator) / area(data, reference));
                cells.add(speed(data, accelerator, reference));
                cells.add(speedPerArea(data, accelerator, reference));
            }
            CATEGORIES.forEach(c -> cells.add(area(data, accelerator, c)));
            rows.add(new FigureRow(cells, data.indicesOn(accelerator)));
        }
        return new FigureTable("area", "Area, and speed on the same area", columns, rows);
    }
}
