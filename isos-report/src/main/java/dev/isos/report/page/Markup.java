package dev.isos.report.page;

import dev.isos.report.console.PlainText;
import java.util.Locale;

/** Text made safe for the places of an HTML file. */
public final class Markup {
    private Markup() {}

    /** Text for content of an element or for an attribute's value in quotes of either kind. */
    public static String escape(String text) {
        // Not allowed in HTML or not to be seen, but possible in a name that comes from a file.
        String plain = PlainText.lines(text);
        StringBuilder out = new StringBuilder(plain.length() + 16);
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    /** JSON for the content of a script element: nothing in it can end the element or open a comment. */
    public static String json(String json) {
        return json.replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    /**
     * A script for the content of a script element.
     *
     * @throws IllegalArgumentException when it would end the element or open a comment
     */
    static String script(String script) {
        String lower = script.toLowerCase(Locale.ROOT);
        if (lower.contains("</script") || lower.contains("<!--") || lower.contains("<script")) {
            throw new IllegalArgumentException("a script of the page has a tag of HTML in it");
        }
        return script;
    }
}
