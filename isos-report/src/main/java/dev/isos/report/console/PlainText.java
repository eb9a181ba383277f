package dev.isos.report.console;

/**
 * Text from files and arguments, made harmless for a terminal: characters that move the cursor, change colours, turn the
 * direction of reading or cannot be seen are shown as escapes such as {@code \u001b}.
 */
public final class PlainText {
    private PlainText() {}

    /** Text of one line: line feeds and tabs are shown as escapes too. */
    public static String line(String text) {
        return plain(text, false);
    }

    /** Text of several lines, already laid out: line feeds and tabs stay. */
    public static String lines(String text) {
        return plain(text, true);
    }

    private static String plain(String text, boolean keepLayout) {
        StringBuilder out = null;
        int length = text.length();
        for (int i = 0; i < length; ) {
            int c = text.codePointAt(i);
            int next = i + Character.charCount(c);
            if (!harmless(c) && !(keepLayout && (c == '\n' || c == '\t'))) {
                out = out == null ? new StringBuilder(length + 16).append(text, 0, i) : out;
                escape(out, text, i, next);
            } else if (out != null) {
                out.appendCodePoint(c);
            }
            i = next;
        }
        return out == null ? text : out.toString();
    }

    /**
     * Whether a code point shows itself and nothing else. Not so: control characters, format characters (among them
     * bidirectional and zero-width ones), separators of lines and paragraphs, halves of pairs, private characters, and what
     * Unicode calls default ignorable, but for the two selectors of emoji and text presentation.
     */
    static boolean harmless(int c) {
        if (c >= ' ' && c < 0x7F) {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE -> false;
            default -> !ignorable(c);
        };
    }

    /** Characters that cannot be seen though they are no format characters, and numbers that are no characters. */
    private static boolean ignorable(int c) {
        boolean filler =
                c == 0x34F || c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 || c == 0x3164 || c == 0xFFA0;
        boolean selector = c >= 0x180B && c <= 0x180F || c >= 0xFE00 && c <= 0xFE0D || c >> 16 == 0xE;
        boolean reserved = c == 0x2065 || c >= 0xFFF0 && c <= 0xFFF8;
        return filler || selector || reserved || (c & 0xFFFE) == 0xFFFE;
    }

    private static void escape(StringBuilder out, String text, int from, int to) {
        switch (text.charAt(from)) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> unicodeEscape(out, text, from, to);
        }
    }

    private static void unicodeEscape(StringBuilder out, String text, int from, int to) {
        for (int i = from; i < to; i++) {
            out.append(String.format("\\u%04x", (int) text.charAt(i)));
        }
    }

    /**
     * A JSON document with the same data of which every character is harmless: such characters stand only within strings,
     * where JSON has escapes for them.
     */
    public static String json(String json) {
        StringBuilder out = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); ) {
            int c = json.codePointAt(i);
            int next = i + Character.charCount(c);
            if (harmless(c) || c == '\n') {
                out.appendCodePoint(c);
            } else {
                unicodeEscape(out, json, i, next);
            }
            i = next;
        }
        return out.toString();
    }
}
