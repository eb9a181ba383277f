package dev.isos.report.page;

import dev.isos.report.figure.Chart;
import gg.jte.html.HtmlContent;
import java.util.List;

/**
 * A section of a page that is more than charts and tables, for example a drawing that moves. The page gives it a heading, an
 * entry among its contents, and the custom properties of its theme: {@code --text}, {@code --muted}, {@code --back},
 * {@code --panel}, {@code --line}, {@code --accent}, and the colours of series {@code --c0} to {@code --c7}. They change when
 * the reader changes between light and dark, and on paper.
 *
 * <p>The page's content security policy forbids every request, {@code eval} and attributes such as {@code onclick}; the
 * style sheet and {@code style} attributes are allowed.
 */
public interface Section {
    /** Anchor, unique on the page: lower-case words with hyphens. */
    String id();

    /** Heading, plain text. */
    String title();

    /** What is below the heading, as a template writes it. Readable without JavaScript, as far as possible. */
    HtmlContent html();

    /**
     * Body of a function {@code (root, data, page)}, which is called once, when the reader comes near the section or prints;
     * empty for none. {@code root} is the element around {@link #html}, {@code data} is {@link #data}; {@code page} has
     * {@code reducedMotion} (whether the reader wants no motion), {@code colour(name)} (the present value of a custom
     * property, for what cannot use {@code var()}), {@code onTheme(f)} (calls {@code f} after each change of theme),
     * {@code number(value, decimals)} (with thousands separators) and {@code copy(text, done)} (to the clipboard; {@code done} is
     * called with whether it is there).
     */
    String script();

    /** What the script works on, written by Jackson as compact JSON; null for nothing. */
    Object data();

    /** Charts between heading and {@link #html}. */
    default List<Chart> charts() {
        return List.of();
    }

    /** Rules for the page's style sheet, each selector beginning with {@code #}{@link #id}; empty for none. */
    default String style() {
        return "";
    }
}
