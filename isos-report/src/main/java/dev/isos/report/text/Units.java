package dev.isos.report.text;

import java.util.Locale;

/** How numbers look in tables; the exact ones are in JSON and CSV. */
public final class Units {
    private static final double BYTES_PER_MB = 1e6;
    private static final double BYTES_PER_KIB = 1024;
    private static final double PJ_PER_UJ = 1e6;
    private static final double MS_PER_SECOND = 1e3;
    private static final double PERCENT = 100;

    private Units() {}

    /** A whole number with thousands separators. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Seconds as milliseconds, without the unit. */
    public static String milliseconds(double seconds) {
        return String.format(Locale.ROOT, "%,.3f", seconds * MS_PER_SECOND);
    }

    /** Bytes as decimal megabytes, without the unit. */
    public static String megabytes(double bytes) {
        return String.format(Locale.ROOT, "%,.2f", bytes / BYTES_PER_MB);
    }

    /** Bytes as KiB, without the unit. */
    public static String kibibytes(double bytes) {
        return String.format(Locale.ROOT, "%,.1f", bytes / BYTES_PER_KIB);
    }

    /** Picojoules as microjoules, without the unit. */
    public static String microjoules(double picojoules) {
        return String.format(Locale.ROOT, "%,.1f", picojoules / PJ_PER_UJ);
    }

    /** An area, without the unit. */
    public static String squareMillimetres(double area) {
        return String.format(Locale.ROOT, "%,.2f", area);
    }

    /** A share of 0..1. */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", share * PERCENT);
    }

    /** A relative difference with its sign. */
    public static String difference(double share) {
        return String.format(Locale.ROOT, "%+.1f%%", share * PERCENT);
    }

    /** A ratio. */
    public static String ratio(double value) {
        return String.format(Locale.ROOT, "%,.2fx", value);
    }
}
