package dev.isos.report.text;

import dev.isos.report.console.PlainText;
import dev.isos.report.console.TextWidth;

/** Breaks prose into lines. */
final class Wrap {
    private Wrap() {}

    /** The text after a prefix, in lines of at most {@code width} characters that align with the first. */
    static String lines(String prefix, String text, int width) {
        int indent = TextWidth.of(prefix);
        StringBuilder out = new StringBuilder(prefix);
        int used = indent;
        boolean first = true;
        for (String word : PlainText.line(text).split(" +")) {
            int wide = TextWidth.of(word);
            if (!first && used + 1 + wide > width) {
                out.append('\n').append(" ".repeat(indent));
                used = indent;
                first = true;
            }
            out.append(first ? "" : " ").append(word);
            used += wide + (first ? 0 : 1);
            first = false;
        }
        return out.append('\n').toString();
    }
}
