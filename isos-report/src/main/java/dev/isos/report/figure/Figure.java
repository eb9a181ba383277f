package dev.isos.report.figure;

import java.util.List;

/**
 * One figure of a report. Every output (page, SVG, CSV, terminal) is made from it, so all show the same numbers.
 *
 * @param id name of files and anchors: lower-case words with hyphens
 * @param title a few words
 * @param summary what it shows and how to read it, one or two sentences
 * @param charts may be empty
 * @param tables the numbers behind the charts; at least one
 * @param remarks sentences below: caveats, reasons of differences
 */
public record Figure(
        String id, String title, String summary, List<Chart> charts, List<FigureTable> tables, List<String> remarks) {
    public Figure {
        charts = List.copyOf(charts);
        tables = List.copyOf(tables);
        remarks = List.copyOf(remarks);
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("figure " + id + " has no table");
        }
    }
}
