package dev.isos.cli.report;

import dev.isos.cli.evaluation.Evaluation.Metric;
import dev.isos.cli.evaluation.PaperComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The evaluation as one HTML file that needs nothing else: bar charts as inline SVG, and the tables behind them. */
public final class HtmlReport {
    private static final int BAR_WIDTH = 14;
    private static final int GROUP_GAP = 22;
    private static final int PLOT_HEIGHT = 200;
    private static final int LEFT = 46;
    private static final int TOP = 12;
    private static final int BOTTOM = 34;
    private static final int TICKS = 5;
    private static final String STYLE = """
            :root { color-scheme: light dark; --text: #1b1f24; --back: #ffffff; --line: #d0d7de;
              --c0: #0b6bcb; --c1: #6cb2f5; --c2: #d9822b; --c3: #8a8f98; --c4: #4c9f70; --c5: #a45dbd; }
            @media (prefers-color-scheme: dark) { :root { --text: #e6e9ed; --back: #14171b; --line: #3b424b;
              --c0: #4da3ff; --c1: #9bccf7; --c2: #f0a04b; --c3: #7d848e; --c4: #67c08f; --c5: #c58ad9; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back);
              max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
            table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
            th, td { padding: .2rem .7rem; border-bottom: 1px solid var(--line); text-align: right; }
            th.l, td.l { text-align: left; }
            table.runs td, table.runs th { white-space: nowrap; }
            figure, .wide { margin: 1.5rem 0; overflow-x: auto; }
            svg text { fill: var(--text); font: 11px system-ui, sans-serif; }
            .key { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em; }
            """;

    private HtmlReport() {}

    /** The whole file. */
    public static String write(EvaluationReport report) {
        StringBuilder out = new StringBuilder();
        String title = escape(report.evaluation().title());
        out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        out.append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
                .append(title)
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<h1>")
                .append(title)
                .append("</h1>\n");
        for (Metric figure : Metric.values()) {
            if (report.shows(figure)) {
                for (String reference : report.evaluation().references()) {
                    chart(out, report.comparison(), figure, reference);
                }
            }
        }
        paper(out, report);
        runs(out, report);
        return out.append("</body>\n</html>\n").toString();
    }

    private static void chart(StringBuilder out, Comparison comparison, Metric figure, String reference) {
        String what = figure == Metric.SPEEDUP ? "Speed-up over " : "Off-chip traffic: times fewer bytes than ";
        List<String> groups = new ArrayList<>();
        List<List<ComparisonRow>> bars = new ArrayList<>();
        for (Comparison.Group group : comparison.groups()) {
            groups.add(group.workload());
            bars.add(group.rows());
        }
        groups.add("geometric mean");
        bars.add(comparison.means());
        Function<ComparisonRow, Double> value =
                row -> EvaluationReport.value(figure).applyAsDouble(row.over().get(reference));
        double highest = 1;
        for (List<ComparisonRow> group : bars) {
            for (ComparisonRow row : group) {
                highest = Math.max(highest, value.apply(row));
            }
        }
        int groupWidth = comparison.accelerators().size() * BAR_WIDTH + GROUP_GAP;
        int width = LEFT + Math.max(groupWidth, 90) * groups.size();
        int step = width == LEFT ? 0 : (width - LEFT) / groups.size();
        out.append("<figure>\n<h2>").append(escape(what + reference)).append("</h2>\n<p>");
        for (int i = 0; i < comparison.accelerators().size(); i++) {
            out.append("<span class=\"key\" style=\"background:")
                    .append(colour(i))
                    .append("\"></span>");
            out.append(escape(comparison.accelerators().get(i)));
        }
        out.append("</p>\n<svg role=\"img\" width=\"").append(width).append("\" height=\"");
        out.append(TOP + PLOT_HEIGHT + BOTTOM).append("\">\n");
        double tickStep = tickStep(highest);
        for (int tick = 0; tick * tickStep <= highest; tick++) {
            double at = tick * tickStep;
            String y = number(TOP + PLOT_HEIGHT - PLOT_HEIGHT * at / highest);
            out.append("<line x1=\"")
                    .append(LEFT)
                    .append("\" x2=\"")
                    .append(width)
                    .append("\" y1=\"")
                    .append(y);
            out.append("\" y2=\"").append(y).append("\" stroke=\"var(--line)\"/><text text-anchor=\"end\" x=\"");
            out.append(LEFT - 6).append("\" y=\"").append(y).append("\" dy=\"4\">");
            out.append(String.format(Locale.ROOT, "%.1fx", at)).append("</text>\n");
        }
        for (int g = 0; g < groups.size(); g++) {
            int x = LEFT + g * step + GROUP_GAP / 2;
            for (int b = 0; b < bars.get(g).size(); b++) {
                ComparisonRow row = bars.get(g).get(b);
                double height = PLOT_HEIGHT * value.apply(row) / highest;
                out.append("<rect x=\"").append(x + b * BAR_WIDTH).append("\" y=\"");
                out.append(number(TOP + PLOT_HEIGHT - height))
                        .append("\" width=\"")
                        .append(BAR_WIDTH - 2);
                out.append("\" height=\"")
                        .append(number(height))
                        .append("\" fill=\"")
                        .append(colour(b));
                out.append("\"><title>")
                        .append(escape(groups.get(g) + ", " + row.accelerator() + ": " + Units.ratio(value.apply(row))))
                        .append("</title></rect>\n");
            }
            out.append("<text text-anchor=\"middle\" x=\"")
                    .append(LEFT + g * step + step / 2)
                    .append("\" y=\"");
            out.append(TOP + PLOT_HEIGHT + 18)
                    .append("\">")
                    .append(escape(groups.get(g)))
                    .append("</text>\n");
        }
        out.append("</svg>\n</figure>\n");
    }

    private static void paper(StringBuilder out, EvaluationReport report) {
        out.append(
                "<h2>Published figures beside ours</h2>\n<div class=\"wide\"><table>\n<tr><th class=\"l\">metric</th><th>paper</th>"
                        + "<th>ours</th><th>difference</th><th class=\"l\">source</th></tr>\n");
        for (PaperComparison.Entry entry : report.paper()) {
            out.append("<tr><td class=\"l\">").append(escape(entry.metric())).append("</td>");
            cell(out, Units.ratio(entry.paper()));
            cell(out, Units.ratio(entry.ours()));
            cell(out, Units.difference(entry.difference()));
            out.append("<td class=\"l\">").append(escape(entry.source())).append("</td></tr>\n");
        }
        out.append("</table></div>\n<p>")
                .append(escape(report.evaluation().note()))
                .append("</p>\n");
    }

    private static void runs(StringBuilder out, EvaluationReport report) {
        List<Column<ComparisonRow>> columns = List.of(
                RunColumns.cycles(0),
                RunColumns.milliseconds(0),
                RunColumns.macUtilization(0),
                RunColumns.megabytes("total", "off chip MB", 0, r -> r.traffic().total()),
                RunColumns.megabytes(
                        "weights", "weights MB", 0, r -> r.traffic().weights()),
                RunColumns.megabytes("inputs", "inputs MB", 0, r -> r.traffic().inputs()),
                RunColumns.megabytes(
                        "outputs", "outputs MB", 0, r -> r.traffic().outputs()),
                RunColumns.megabytes(
                        "residuals", "residuals MB", 0, r -> r.traffic().residuals()),
                RunColumns.energy(0),
                RunColumns.bound(0),
                RunColumns.verified(0));
        out.append(
                "<h2>Runs</h2>\n<div class=\"wide\"><table class=\"runs\">\n<tr><th class=\"l\">workload</th><th class=\"l\">accelerator</th>");
        for (Column<ComparisonRow> column : columns) {
            out.append("<th>")
                    .append(escape(String.join(" ", column.header()).replace("- ", "")))
                    .append("</th>");
        }
        out.append("</tr>\n");
        for (ComparisonRow row : report.comparison().rows()) {
            out.append("<tr><td class=\"l\">").append(escape(row.workload())).append("</td><td class=\"l\">");
            out.append(escape(row.accelerator())).append("</td>");
            columns.forEach(column -> cell(out, column.text().apply(row)));
            out.append("</tr>\n");
        }
        out.append("</table></div>\n");
    }

    /** The smallest of 0.5, 1, 2, 5, 10, 20, ... that needs at most {@link #TICKS} steps. */
    private static double tickStep(double highest) {
        double step = 0.5;
        for (int i = 0; highest / step > TICKS; i++) {
            step *= i % 3 == 2 ? 2.5 : 2;
        }
        return step;
    }

    private static void cell(StringBuilder out, String text) {
        out.append("<td>").append(escape(text)).append("</td>");
    }

    private static String colour(int index) {
        return "var(--c" + index % 6 + ")";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
