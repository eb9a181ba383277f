package dev.isos.report.page;

import dev.isos.report.figure.FigureReport;
import dev.isos.report.figure.SvgRenderer;
import dev.isos.report.html.Html;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A report as one HTML file that needs nothing else. The same report gives the same bytes.
 *
 * <p>What a reader without JavaScript gets: the opening, every table, and every run's configuration. JavaScript adds charts,
 * drawn when their section is opened, tables that sort, tables of layers, and the choice of colours.
 */
public final class PageWriter {
    private static final List<String> SCRIPTS =
            List.of("base.js", "theme.js", "tables.js", "charts.js", "runs.js", "start.js");

    private PageWriter() {}

    /**
     * The whole file.
     *
     * @param opening if there is one, all figures are closed at first; if there is none, all are open
     * @param sections further sections, which follow the figures of their chapter
     */
    public static String write(FigureReport report, Optional<Opening> opening, List<Section> sections) {
        // what draws charts is the most of a page: one without any does without it
        String library = ChartData.of(report, sections).isEmpty() ? "" : checked(SvgRenderer.library());
        String script = checked(script(sections));
        String policy = ContentSecurityPolicy.allowing(List.of(library, script));
        List<Contents> contents = Contents.of(opening.orElse(null), report.figures(), sections);
        return Html.text(out -> JtepageGenerated.render(
                out, null, report, opening.orElse(null), contents, sections, policy, library, script));
    }

    /** The page's own script, the functions of the sections among it. */
    private static String script(List<Section> sections) {
        StringBuilder out = new StringBuilder("'use strict';\n(() => {\nconst sections = new Map();\n");
        for (Section section : sections) {
            if (!section.script().isEmpty()) {
                out.append("sections.set(")
                        .append(Resources.json(section.id()))
                        .append(", (root, data, page) => {\n")
                        .append(section.script())
                        .append("\n});\n");
            }
        }
        SCRIPTS.forEach(name -> out.append(Resources.text(name)));
        return out.append("})();\n").toString();
    }

    /**
     * A script, which the page carries as it is.
     *
     * @throws IllegalArgumentException when it would end its element or open a comment
     */
    static String checked(String script) {
        String lower = script.toLowerCase(Locale.ROOT);
        if (lower.contains("</script") || lower.contains("<!--") || lower.contains("<script")) {
            throw new IllegalArgumentException("a script of the page has a tag of HTML in it");
        }
        return script;
    }
}
