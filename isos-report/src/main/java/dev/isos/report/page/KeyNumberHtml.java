package dev.isos.report.page;

import java.util.List;
import java.util.Locale;

/** The key numbers, each with two bars: ours, and the published one. */
final class KeyNumberHtml {
    static final String ID = "key-numbers";
    static final String TITLE = "Key numbers";

    private static final double PERCENT = 100;

    private KeyNumberHtml() {}

    static void write(StringBuilder out, List<KeyNumber> keys) {
        if (keys.isEmpty()) {
            return;
        }
        out.append("<section id=\"").append(ID).append("\" aria-labelledby=\"").append(ID);
        out.append("-title\">\n<h2 id=\"").append(ID).append("-title\">").append(TITLE);
        out.append("</h2>\n<p>Published numbers beside those computed here; each leads to the runs behind it.</p>\n");
        out.append("<ul class=\"keys\">\n");
        keys.forEach(key -> card(out, key));
        out.append("</ul>\n</section>\n");
    }

    private static void card(StringBuilder out, KeyNumber key) {
        out.append("<li data-runs=\"").append(RunLinks.numbers(key.runs())).append("\"><span class=\"what\">");
        out.append(Markup.escape(key.what())).append("</span>\n");
        String ours = key.column().text(key.ours()) + key.unit();
        if (key.runs().isEmpty()) {
            out.append("<span class=\"ours\">").append(ours).append("</span>\n");
        } else {
            out.append("<a class=\"ours\" href=\"")
                    .append(RunLinks.target(key.runs()))
                    .append("\">");
            out.append(ours).append("</a>\n");
        }
        bars(out, key);
        out.append("<span class=\"paper\">paper ")
                .append(key.column().text(key.paper()))
                .append(key.unit())
                .append(String.format(Locale.ROOT, " · %+.0f %%", key.difference() * PERCENT)
                        .replace('-', '−'))
                .append("</span></li>\n");
    }

    private static void bars(StringBuilder out, KeyNumber key) {
        double most = Math.max(key.ours(), key.paper());
        out.append("<svg viewBox=\"0 0 100 14\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
        bar(out, 0, key.ours() / most, "var(--accent)");
        bar(out, 8, key.paper() / most, "var(--strong)");
        out.append("</svg>\n");
    }

    private static void bar(StringBuilder out, int y, double share, String fill) {
        out.append(String.format(
                Locale.ROOT,
                "<rect x=\"0\" y=\"%d\" width=\"%.1f\" height=\"6\" style=\"fill:%s\"/>",
                y,
                Math.max(0, share) * PERCENT,
                fill));
    }
}
