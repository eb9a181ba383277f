package dev.isos.report.network;

import dev.isos.report.html.Html;
import java.util.List;

/** Ways of edges as SVG paths with round corners. */
final class NetworkPath {
    private static final double CORNER = 7;

    private NetworkPath() {}

    /** @param points x and y in turn, two points at least */
    static String of(List<Double> points) {
        StringBuilder path = new StringBuilder("M").append(point(points.get(0), points.get(1)));
        int last = points.size() / 2 - 1;
        for (int i = 1; i < last; i++) {
            double x = points.get(2 * i);
            double y = points.get(2 * i + 1);
            path.append('L').append(towards(x, y, points.get(2 * i - 2), points.get(2 * i - 1)));
            path.append('Q').append(point(x, y)).append(' ');
            path.append(towards(x, y, points.get(2 * i + 2), points.get(2 * i + 3)));
        }
        return path.append('L')
                .append(point(points.get(2 * last), points.get(2 * last + 1)))
                .toString();
    }

    /** A point a corner away, or halfway to the next where that is nearer. */
    private static String towards(double x, double y, double toX, double toY) {
        double distance = Math.hypot(toX - x, toY - y);
        double share = distance == 0 ? 0 : Math.min(CORNER / distance, 0.5);
        return point(x + (toX - x) * share, y + (toY - y) * share);
    }

    private static String point(double x, double y) {
        return Html.fixed(x, 1) + " " + Html.fixed(y, 1);
    }
}
