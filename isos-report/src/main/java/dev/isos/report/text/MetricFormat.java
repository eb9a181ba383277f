package dev.isos.report.text;

import java.util.Locale;

/**
 * How a number of the result is shown, by its path.
 *
 * @param name in running text
 * @param tableHeader in tables on terminals, lines divided by line feeds
 * @param figureHeader on pages and axes, with the unit
 * @param unit how much a shown 1 is in the result
 * @param decimals that are shown on pages
 */
public record MetricFormat(String name, String tableHeader, String figureHeader, double unit, int decimals) {
    private static final double SECONDS_PER_MS = 1e-3;
    private static final double BYTES_PER_MB = 1e6;
    private static final double PJ_PER_UJ = 1e6;
    private static final double SHARE_PER_PERCENT = 1e-2;

    /** The format of a path that a sweep's specification may name. */
    public static MetricFormat of(String path) {
        int dot = path.indexOf('.');
        String part = path.substring(dot + 1);
        boolean total = part.equals("total");
        return switch (dot < 0 ? path : path.substring(0, dot)) {
            case "cycles" -> new MetricFormat("cycles", "cycles", "cycles", 1, 0);
            case "seconds" -> new MetricFormat("time", "ms", "time, ms", SECONDS_PER_MS, 3);
            case "traffic" ->
                total
                        ? new MetricFormat("traffic", "off chip\nMB", "off chip, MB", BYTES_PER_MB, 2)
                        : new MetricFormat(part + " traffic", part + "\nMB", part + ", MB", BYTES_PER_MB, 2);
            case "energyPj" ->
                total
                        ? new MetricFormat("energy", "energy\nuJ", "energy, µJ", PJ_PER_UJ, 1)
                        : new MetricFormat(part + " energy", part + "\nuJ", part + " energy, µJ", PJ_PER_UJ, 1);
            case "areaMm2" -> new MetricFormat("area", "area\nmm2", "area, mm²", 1, 1);
            case "macUtilization" -> new MetricFormat("MACs used", "MACs\nused", "MACs used, %", SHARE_PER_PERCENT, 1);
            case "bound" ->
                new MetricFormat("bound by " + part, part + "\n%", "bound by " + part + ", %", SHARE_PER_PERCENT, 1);
            case "macs" -> new MetricFormat(part + " MACs", part + "\nMACs", part + " MACs", 1, 0);
            default -> new MetricFormat(path, path, path, 1, 3);
        };
    }

    /** The value in the unit of the header. */
    public double shown(double value) {
        return value / unit;
    }

    /** The value on a terminal, without the unit. */
    public String text(double value) {
        int places = unit == 1 && decimals > 0 ? 2 : decimals;
        return String.format(Locale.ROOT, "%,." + places + "f", shown(value)) + (unit == SHARE_PER_PERCENT ? "%" : "");
    }
}
