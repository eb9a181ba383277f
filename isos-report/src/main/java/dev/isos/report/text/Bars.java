package dev.isos.report.text;

import java.util.List;

/** Shares as bars of characters; finer where Unicode may be used. */
final class Bars {
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";
    private static final int PARTS = 8;

    private Bars() {}

    /**
     * A bar.
     *
     * @param share 0..1
     * @param width characters of a whole one
     */
    static String bar(double share, int width, boolean unicode) {
        double length = Math.max(0, Math.min(1, share)) * width;
        if (!unicode) {
            return "#".repeat((int) Math.round(length));
        }
        int eighths = (int) Math.round(length * PARTS);
        String rest = eighths % PARTS == 0 ? "" : EIGHTHS.substring(eighths % PARTS, eighths % PARTS + 1);
        return EIGHTHS.substring(PARTS).repeat(eighths / PARTS) + rest;
    }

    /**
     * Shares beside each other in one bar, each in its own mark.
     *
     * @param shares that sum up to about 1
     */
    static String stacked(List<Double> shares, int width, boolean unicode) {
        StringBuilder bar = new StringBuilder();
        double sum = 0;
        for (int i = 0; i < shares.size(); i++) {
            sum += shares.get(i);
            int end = (int) Math.round(Math.min(1, sum) * width);
            bar.append(mark(i, unicode).repeat(Math.max(0, end - bar.length())));
        }
        return bar.toString();
    }

    /** The mark of the i-th share of a stacked bar. */
    static String mark(int i, boolean unicode) {
        return (unicode ? "█▒░" : "#=.").substring(i, i + 1);
    }
}
