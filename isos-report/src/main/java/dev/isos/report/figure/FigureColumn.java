package dev.isos.report.figure;

import java.util.Locale;

/**
 * A column of a figure's table.
 *
 * @param path name in the CSV file, unit included where the value has one
 * @param header as people read it, unit included
 * @param decimals digits after the point of numbers as shown (CSV files have the exact value); -1 for a column of words
 */
public record FigureColumn(String path, String header, int decimals) {
    /** Path of a column of sentences, which a terminal shows below the table. */
    public static final String REASON = "reason";

    /** A column of words. */
    public static FigureColumn words(String path, String header) {
        return new FigureColumn(path, header, -1);
    }

    /** A column of numbers. */
    public static FigureColumn number(String path, String header, int decimals) {
        return new FigureColumn(path, header, decimals);
    }

    /** A number as people read it: the decimals of the column, thousands apart, no minus before a zero. */
    public String text(double value) {
        String text = String.format(Locale.ROOT, "%,." + Math.max(0, decimals) + "f", value);
        return text.matches("-[0.]+") ? text.substring(1) : text;
    }

    /** Whether cells are numbers. */
    public boolean isNumber() {
        return decimals >= 0;
    }
}
