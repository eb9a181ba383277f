package dev.isos.report.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureReport;
import dev.isos.report.figure.FigureTable;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A chart as the page's script takes it. */
record ChartData(String id, int height, ObjectNode option) {
    /** All charts of a page. */
    static List<ChartData> of(FigureReport report, List<Section> sections) {
        return Stream.concat(
                        report.figures().stream().flatMap(figure -> figure.charts().stream()),
                        sections.stream().flatMap(section -> section.charts().stream()))
                .map(chart -> new ChartData(chart.id(), chart.heightPixels(), chart.option()))
                .toList();
    }

    /** The table with the numbers of a chart: the one whose id its own begins with, else the one at its place. */
    static FigureTable table(Figure figure, Chart chart) {
        List<FigureTable> tables = figure.tables();
        return tables.stream()
                .filter(table -> (chart.id() + "-").startsWith(table.id() + "-"))
                .max(Comparator.comparingInt(table -> table.id().length()))
                .orElseGet(() -> tables.get(Math.min(figure.charts().indexOf(chart), tables.size() - 1)));
    }
}
