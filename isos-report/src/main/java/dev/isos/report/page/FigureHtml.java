package dev.isos.report.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureTable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The section of a figure: its charts, the tables with their numbers, remarks. */
final class FigureHtml {
    private static final Pattern STYLE = Pattern.compile("<style>.*?</style>\\s*", Pattern.DOTALL);

    private final Map<String, String> stills;

    /** A chart as the page's script takes it. */
    record ChartData(String id, int height, ObjectNode option) {}

    FigureHtml(Map<String, String> stills) {
        this.stills = stills;
    }

    /** What the page's script draws charts from. */
    static List<ChartData> data(List<Chart> charts) {
        return charts.stream()
                .map(chart -> new ChartData(chart.id(), chart.heightPixels(), chart.option()))
                .toList();
    }

    void figure(StringBuilder out, Figure figure) {
        String id = Markup.escape(figure.id());
        out.append("<section class=\"figure\" id=\"")
                .append(id)
                .append("\" aria-labelledby=\"")
                .append(id);
        out.append("-title\">\n<h2 id=\"").append(id).append("-title\">");
        out.append(Markup.escape(figure.title())).append("</h2>\n<p>");
        out.append(Markup.escape(figure.summary())).append("</p>\n");
        List<FigureTable> tables = figure.tables();
        for (int i = 0; i < figure.charts().size(); i++) {
            chart(out, figure.charts().get(i), table(figure.charts().get(i), i, tables));
        }
        if (!figure.remarks().isEmpty()) {
            out.append("<ul class=\"remarks\">\n");
            figure.remarks()
                    .forEach(remark ->
                            out.append("<li>").append(Markup.escape(remark)).append("</li>\n"));
            out.append("</ul>\n");
        }
        tables.forEach(table -> TableHtml.write(out, table));
        out.append("</section>\n");
    }

    /** The table with the numbers of a chart: the one whose id its own begins with, else the one at its place. */
    private static FigureTable table(Chart chart, int place, List<FigureTable> tables) {
        return tables.stream()
                .filter(table -> (chart.id() + "-").startsWith(table.id() + "-"))
                .max(Comparator.comparingInt(table -> table.id().length()))
                .orElse(tables.get(Math.min(place, tables.size() - 1)));
    }

    /**
     * A chart.
     *
     * @param table where its numbers stand; null where the text below has them
     */
    void chart(StringBuilder out, Chart chart, FigureTable table) {
        String id = Markup.escape("chart-" + chart.id());
        String title = Markup.escape(chart.title());
        out.append("<div class=\"chart-block\" id=\"").append(id).append("\" data-chart=\"");
        out.append(Markup.escape(chart.id()))
                .append("\">\n<div class=\"bar\"><h3>")
                .append(title);
        out.append("</h3><div class=\"tools\">");
        if (table != null) {
            out.append("<a href=\"#")
                    .append(Markup.escape(PageWriter.anchor(table)))
                    .append("\">Table<span class=\"unseen\"> of ")
                    .append(title)
                    .append("</span></a>");
        }
        out.append("</div></div>\n<p class=\"unseen\" id=\"").append(id).append("-text\">");
        out.append(Markup.escape(chart.description())).append("</p>\n<div class=\"chart\" hidden tabindex=\"0\"");
        out.append(" role=\"img\" aria-label=\"").append(title).append("\" aria-describedby=\"");
        out.append(id).append("-text\"></div>\n<p class=\"hint\" aria-hidden=\"true\">Arrow keys show value after");
        out.append(" value.</p>\n<div class=\"still\">");
        // Its own colours for dark windows would reach the whole page.
        out.append(STYLE.matcher(stills.getOrDefault(chart.id(), "")).replaceAll(""));
        out.append("</div>\n</div>\n");
    }
}
