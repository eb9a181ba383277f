package dev.isos.cli.report;

/** Breaks prose into lines. */
final class Wrap {
    private Wrap() {}

    /** The text after a prefix, in lines of at most {@code width} characters that align with the first. */
    static String lines(String prefix, String text, int width) {
        StringBuilder out = new StringBuilder(prefix);
        int used = prefix.length();
        boolean first = true;
        for (String word : text.split("\\s+")) {
            if (!first && used + 1 + word.length() > width) {
                out.append('\n').append(" ".repeat(prefix.length()));
                used = prefix.length();
                first = true;
            }
            out.append(first ? "" : " ").append(word);
            used += word.length() + (first ? 0 : 1);
            first = false;
        }
        return out.append('\n').toString();
    }
}
