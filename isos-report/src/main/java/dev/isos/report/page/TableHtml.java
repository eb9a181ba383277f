package dev.isos.report.page;

import com.fasterxml.jackson.core.io.NumberOutput;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import java.util.List;

/** A table with its heading. A cell with a number carries the exact one, too; it is what sorting and saving use. */
final class TableHtml {
    private static final int LONG_WORDS = 40;
    private static final int ESSAY = 160;

    private TableHtml() {}

    static void write(StringBuilder out, FigureTable table) {
        String anchor = Markup.escape(PageWriter.anchor(table));
        String caption = Markup.escape("caption-" + table.id());
        boolean linked = table.rows().stream().anyMatch(row -> !row.runs().isEmpty());
        out.append("<div class=\"table-block\" id=\"").append(anchor);
        out.append("\">\n<div class=\"bar\"><h3 id=\"").append(caption).append("\">");
        out.append(Markup.escape(table.title())).append("</h3><div class=\"tools\"></div></div>\n");
        out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"");
        out.append(caption)
                .append("\">\n<table aria-labelledby=\"")
                .append(caption)
                .append("\">\n<thead><tr>");
        for (FigureColumn column : table.columns()) {
            out.append("<th scope=\"col\"").append(column.isNumber() ? " class=\"n\">" : ">");
            out.append(Markup.escape(column.header())).append("</th>");
        }
        out.append(linked ? "<th scope=\"col\" class=\"from\">runs</th>" : "").append("</tr></thead>\n<tbody>\n");
        for (FigureRow row : table.rows()) {
            row(out, table.columns(), row, linked);
        }
        out.append("</tbody>\n</table>\n</div>\n</div>\n");
    }

    private static void row(StringBuilder out, List<FigureColumn> columns, FigureRow row, boolean linked) {
        out.append(row.runs().size() > 1 ? "<tr data-runs=\"" + RunLinks.numbers(row.runs()) + "\">" : "<tr>");
        for (int i = 0; i < columns.size(); i++) {
            cell(out, columns.get(i), row.cells().get(i), i == 0, row.runs());
        }
        if (linked) {
            out.append("<td class=\"from\">");
            RunLinks.write(out, row.runs());
            out.append("</td>");
        }
        out.append("</tr>\n");
    }

    private static void cell(StringBuilder out, FigureColumn column, Object value, boolean first, List<Integer> runs) {
        String tag = first ? "th" : "td";
        out.append('<').append(tag).append(first ? " scope=\"row\"" : "");
        if (column.isNumber() && value instanceof Number number) {
            out.append(" class=\"n\" data-v=\"").append(exact(number)).append("\">");
            String shown = column.text(number.doubleValue());
            if (runs.isEmpty()) {
                out.append(shown);
            } else {
                // The link at the end of the row is the one for the keyboard: one stop a row is enough.
                out.append("<a tabindex=\"-1\" href=\"")
                        .append(RunLinks.target(runs))
                        .append("\">");
                out.append(shown).append("</a>");
            }
        } else {
            String text = value == null ? "" : value.toString();
            out.append(" class=\"").append(column.isNumber() ? "n" : width(text));
            out.append("\">").append(Markup.escape(text));
        }
        out.append("</").append(tag).append('>');
    }

    /** How much room words are given. */
    private static String width(String text) {
        return text.length() > ESSAY ? "essay" : text.length() > LONG_WORDS ? "long" : "short";
    }

    /** All digits, the same on every JDK and as in JSON. */
    static String exact(Number value) {
        return value instanceof Double number ? NumberOutput.toString(number, true) : value.toString();
    }
}
