package dev.isos.report.html;

import dev.isos.report.console.PlainText;
import gg.jte.TemplateOutput;
import gg.jte.html.HtmlContent;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.util.Locale;

/**
 * What a template is written to. It escapes every text by the place that it is put; characters that HTML does not allow or that
 * cannot be seen, but that a name from a file may have, are shown as escapes such as {@code \u001b}.
 */
public final class Html extends OwaspHtmlTemplateOutput {
    private Html(TemplateOutput out) {
        super(out);
    }

    /** What a template writes. */
    public static String text(HtmlContent template) {
        StringOutput text = new StringOutput();
        template.writeTo(new Html(text));
        return text.toString();
    }

    /** A number with so many digits after the point, for a place in a picture or in a sentence. */
    public static String fixed(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    @Override
    public void writeUserContent(String text) {
        super.writeUserContent(text == null ? null : PlainText.lines(text));
    }
}
