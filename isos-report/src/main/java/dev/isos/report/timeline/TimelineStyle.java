package dev.isos.report.timeline;

import dev.isos.report.figure.SvgRenderer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Style sheets of {@link TimelinePicture}. */
final class TimelineStyle {
    /** Colours {@code --c0} to {@code --c7}. */
    static final int COLOURS = 8;

    /** Rules that need the colours {@code --c0} to {@code --c7}, {@code --text}, {@code --muted} and {@code --line}. */
    private static final List<String> RULES = List.of(
            "text { fill: var(--text); font: 12px system-ui, sans-serif; }",
            ".head { font-weight: 600; font-size: 14px; }",
            ".small { fill: var(--muted); font-size: 11px; }",
            ".ground { fill: var(--muted); fill-opacity: .1; }",
            ".line { stroke: var(--line); stroke-width: 1; }",
            ".cut { stroke: var(--text); stroke-width: 1; stroke-dasharray: 3 3; stroke-opacity: .7; }",
            ".lanes path { stroke-width: 1; fill: none; shape-rendering: crispEdges; }",
            ".port { fill: var(--text); fill-opacity: .55; shape-rendering: crispEdges; }",
            ".b0 { stroke-opacity: .3; }",
            ".b1 { stroke-opacity: .62; }",
            ".lanes path:hover { stroke-opacity: 1; }");

    private static final Pattern CLASS = Pattern.compile(" class=\"(\\w+)\"");
    private static final Pattern PLAIN_TEXT = Pattern.compile("<text x=");

    /** What the rules say, in the colours of paper; programs that show SVG know attributes, and not all of them style sheets. */
    private static final Map<String, String> ATTRIBUTES = new HashMap<>(Map.of(
            "timeline", "font-family=\"" + SvgRenderer.FONTS + "\" font-size=\"12\"",
            "head", "fill=\"#1b1f24\" font-weight=\"600\" font-size=\"14\"",
            "small", "fill=\"#57606a\" font-size=\"11\"",
            "ground", "fill=\"#57606a\" fill-opacity=\".1\"",
            "line", "stroke=\"#d0d7de\" stroke-width=\"1\"",
            "cut", "stroke=\"#1b1f24\" stroke-width=\"1\" stroke-dasharray=\"3 3\" stroke-opacity=\".7\"",
            "lanes", "stroke-width=\"1\" fill=\"none\" shape-rendering=\"crispEdges\"",
            "port", "fill=\"#1b1f24\" fill-opacity=\".55\" shape-rendering=\"crispEdges\"",
            "b0", "stroke-opacity=\".3\"",
            "b1", "stroke-opacity=\".62\""));

    static {
        ATTRIBUTES.put("b2", "");
        List<String> colours =
                List.of("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c6bb1", "#7f7f7f");
        for (int c = 0; c < COLOURS; c++) {
            ATTRIBUTES.put("k" + c, "stroke=\"" + colours.get(c) + "\"");
            ATTRIBUTES.put("f" + c, "fill=\"" + colours.get(c) + "\"");
        }
    }

    private TimelineStyle() {}

    /** Rules for a page, whose section has the given id. */
    static String rules(String section) {
        StringBuilder rules = new StringBuilder();
        for (String rule : RULES) {
            rules.append('#').append(section).append(" .timeline ").append(rule).append('\n');
        }
        for (int c = 0; c < COLOURS; c++) {
            rules.append(String.format(
                    Locale.ROOT,
                    "#%1$s .timeline .k%2$d { stroke: var(--c%2$d); } #%1$s .timeline .f%2$d { fill: var(--c%2$d); }\n",
                    section,
                    c));
        }
        return rules.toString();
    }

    /** A picture with the attributes that its classes stand for. */
    static String plain(String svg) {
        String plain = CLASS.matcher(svg)
                .replaceAll(name -> Matcher.quoteReplacement((" " + ATTRIBUTES.get(name.group(1))).stripTrailing()));
        return PLAIN_TEXT.matcher(plain).replaceAll("<text fill=\"#1b1f24\" x=");
    }
}
