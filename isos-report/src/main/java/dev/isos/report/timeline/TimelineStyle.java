package dev.isos.report.timeline;

import java.util.List;
import java.util.Locale;

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

    private static final String STANDALONE = """
            :root { color-scheme: light dark; --text: #1b1f24; --muted: #57606a; --back: #ffffff; --line: #d0d7de;
              --c0: #0072b2; --c1: #e69f00; --c2: #009e73; --c3: #cc79a7; --c4: #56b4e9; --c5: #d55e00; --c6: #8c6bb1;
              --c7: #7f7f7f; }
            @media (prefers-color-scheme: dark) { :root { --text: #e6e9ed; --muted: #9aa4af; --back: #14171b;
              --line: #3b424b; --c0: #4da3ff; --c2: #2fc496; --c5: #ff7f50; --c6: #b79be0; --c7: #a0a0a0; } }
            .back { fill: var(--back); }
            """;

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

    /** The same for a file of its own, with colours for light and dark. */
    static String file() {
        StringBuilder style = new StringBuilder(STANDALONE);
        RULES.forEach(rule -> style.append(rule).append('\n'));
        for (int c = 0; c < COLOURS; c++) {
            style.append(".k" + c + " { stroke: var(--c" + c + "); } .f" + c + " { fill: var(--c" + c + "); }\n");
        }
        return style.toString();
    }
}
