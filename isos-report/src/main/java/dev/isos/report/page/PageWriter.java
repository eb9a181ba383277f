package dev.isos.report.page;

import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureReport;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.figure.SvgRenderer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A report as one HTML file that needs nothing else. The same report gives the same bytes.
 *
 * <p>What a reader without JavaScript, and paper, get: every table, every run's configuration, and the pictures of charts.
 * JavaScript adds charts that answer, tables that sort, tables of layers, and the choice of colours.
 */
public final class PageWriter {
    private static final List<String> SCRIPTS =
            List.of("base.js", "theme.js", "tables.js", "charts.js", "runs.js", "start.js");

    private final FigureReport report;
    private final List<Section> sections;
    private final Map<String, String> stills;

    private PageWriter(FigureReport report, List<Section> sections, Map<String, String> stills) {
        this.report = report;
        this.sections = List.copyOf(sections);
        this.stills = stills;
    }

    /**
     * The whole file.
     *
     * @param sections further sections, which follow the figures
     * @param stills pictures of charts as SVG elements, by id of the chart, for paper and for who has no JavaScript; a chart
     *     that has none is printed as the browser shows it
     */
    public static String write(FigureReport report, List<Section> sections, Map<String, String> stills) {
        return new PageWriter(report, sections, stills).page();
    }

    private String page() {
        String library = Markup.script(SvgRenderer.library());
        String script = script();
        StringBuilder out = new StringBuilder(library.length() + (1 << 20));
        head(out, ContentSecurityPolicy.allowing(List.of(library, script)));
        out.append("<body>\n<a class=\"skip\" href=\"#main\">Skip to the figures</a>\n<header class=\"top\"><div>\n");
        out.append("<div class=\"title\" id=\"title\"><h1>")
                .append(Markup.escape(report.title()))
                .append("</h1></div>\n");
        RunsHtml.command(out, report.command());
        out.append("</div></header>\n<div class=\"frame\">\n");
        List<KeyNumber> keys = KeyNumber.of(report);
        contents(out, !keys.isEmpty());
        out.append("<main id=\"main\" tabindex=\"-1\">\n");
        KeyNumberHtml.write(out, keys);
        FigureHtml figures = new FigureHtml(stills);
        for (Figure figure : report.figures()) {
            figures.figure(out, figure);
        }
        for (Section section : sections) {
            section(out, section, figures);
        }
        new RunsHtml(report.runs()).write(out);
        out.append("</main>\n</div>\n<p id=\"live\" class=\"unseen\" role=\"status\"></p>\n");
        data(out, "charts", Resources.json(FigureHtml.data(charts())));
        data(out, "layers", Resources.json(RunTables.of(report.runs())));
        for (Section section : sections) {
            data(out, section.id() + "-data", Resources.json(section.data()));
        }
        out.append("<script>").append(library).append("</script>\n");
        out.append("<script>").append(script).append("</script>\n</body>\n</html>\n");
        return out.toString();
    }

    private void head(StringBuilder out, String policy) {
        out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        out.append("<meta http-equiv=\"Content-Security-Policy\" content=\"")
                .append(policy)
                .append("\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .append(Markup.escape(report.title()))
                .append("</title>\n<style>\n")
                .append(Resources.text("page.css"));
        sections.forEach(section -> out.append(section.style()));
        out.append("</style>\n</head>\n");
    }

    private void contents(StringBuilder out, boolean keys) {
        out.append("<nav class=\"contents\" aria-label=\"Contents\"><ul>\n");
        if (keys) {
            entry(out, KeyNumberHtml.ID, KeyNumberHtml.TITLE);
        }
        report.figures().forEach(figure -> entry(out, figure.id(), figure.title()));
        sections.forEach(section -> entry(out, section.id(), section.title()));
        entry(out, RunsHtml.ID, RunsHtml.TITLE);
        out.append("</ul></nav>\n");
    }

    private static void entry(StringBuilder out, String id, String title) {
        out.append("<li><a href=\"#").append(Markup.escape(id)).append("\">");
        out.append(Markup.escape(title)).append("</a></li>\n");
    }

    private static void section(StringBuilder out, Section section, FigureHtml figures) {
        String id = Markup.escape(section.id());
        out.append("<section id=\"").append(id).append("\" aria-labelledby=\"").append(id);
        out.append("-title\">\n<h2 id=\"").append(id).append("-title\">");
        out.append(Markup.escape(section.title())).append("</h2>\n");
        section.charts().forEach(chart -> figures.chart(out, chart, null));
        out.append("<div class=\"section-body\">\n").append(section.html()).append("</div>\n</section>\n");
    }

    private List<Chart> charts() {
        List<Chart> all = new ArrayList<>();
        report.figures().forEach(figure -> all.addAll(figure.charts()));
        sections.forEach(section -> all.addAll(section.charts()));
        return all;
    }

    private static void data(StringBuilder out, String id, String json) {
        out.append("<script type=\"application/json\" id=\"")
                .append(Markup.escape(id))
                .append("\">");
        out.append(Markup.json(json)).append("</script>\n");
    }

    /** The page's own script, the functions of the sections among it. */
    private String script() {
        StringBuilder out = new StringBuilder("'use strict';\n(() => {\nconst sections = new Map();\n");
        for (Section section : sections) {
            if (!section.script().isEmpty()) {
                out.append("sections.set(")
                        .append(Markup.json(Resources.json(section.id())))
                        .append(", (root, data, page) => {\n")
                        .append(section.script())
                        .append("\n});\n");
            }
        }
        SCRIPTS.forEach(name -> out.append(Resources.text(name)));
        return Markup.script(out.append("})();\n").toString());
    }

    /** Anchor of a table. */
    static String anchor(FigureTable table) {
        return "table-" + table.id();
    }
}
