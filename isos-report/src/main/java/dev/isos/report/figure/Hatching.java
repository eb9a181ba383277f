package dev.isos.report.figure;

import dev.isos.report.figure.SvgRenderer.Size;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Draws the patterns over the bars of a picture as shapes, for programs that have no patterns. What a pattern repeats is put
 * beside itself over the whole bar, as one path, which is cut off at the edge of the bar.
 */
final class Hatching {
    private static final Pattern TILE = Pattern.compile(
            "<pattern width=\"([^\"]+)\" height=\"([^\"]+)\"[^>]*? id=\"([^\"]+)\">(.*?)</pattern>", Pattern.DOTALL);

    private static final Pattern TURN = Pattern.compile("patternTransform=\"rotate\\(([^)]+)\\)\"");
    private static final Pattern FILL = Pattern.compile("fill=\"rgb\\([^\"]*\" fill-opacity=\"[^\"]*\"");
    private static final Pattern PIECE = Pattern.compile(" d=\"([^\"]+)\"");
    private static final Pattern BAR =
            Pattern.compile("<path d=\"([^\"]+)\" fill=\"url\\(#([^)\"]+)\\)\"[^>]*>(?:</path>)?");
    private static final Pattern SEGMENT = Pattern.compile("([MLlAZ])([^MLlAZ]*)");
    private static final Pattern BETWEEN = Pattern.compile("[ ,]+");

    private record Tile(double width, double height, double degrees, String fill, String path) {}

    private final Map<String, Tile> tiles = new HashMap<>();
    private final Rectangle2D picture;
    private int bars;

    private Hatching(Size size) {
        picture = new Rectangle2D.Double(0, 0, size.widthPixels(), size.heightPixels());
    }

    /** A picture without patterns that looks the same. */
    static String drawn(String svg, Size size) {
        Hatching hatching = new Hatching(size);
        TILE.matcher(svg).results().forEach(hatching::read);
        return BAR.matcher(svg).replaceAll(bar -> Matcher.quoteReplacement(hatching.over(bar)));
    }

    private void read(MatchResult found) {
        Matcher turn = TURN.matcher(found.group());
        Matcher fill = FILL.matcher(found.group(4));
        StringBuilder path = new StringBuilder();
        PIECE.matcher(found.group(4)).results().forEach(piece -> path.append(piece.group(1)));
        tiles.put(
                found.group(3),
                new Tile(
                        Double.parseDouble(found.group(1)),
                        Double.parseDouble(found.group(2)),
                        turn.find() ? Double.parseDouble(turn.group(1)) : 0,
                        fill.find() ? fill.group() : "fill=\"none\"",
                        path.toString()));
    }

    private String over(MatchResult bar) {
        Tile tile = tiles.get(bar.group(2));
        Rectangle2D edges = edges(bar.group(1)).createIntersection(picture);
        if (tile == null || edges.isEmpty()) {
            return "";
        }
        // The bar as the pattern sees it, whose own axes may be turned.
        Rectangle2D seen = AffineTransform.getRotateInstance(Math.toRadians(-tile.degrees))
                .createTransformedShape(edges)
                .getBounds2D();
        StringBuilder path = new StringBuilder();
        for (double y = Math.floor(seen.getMinY() / tile.height); y * tile.height < seen.getMaxY(); y++) {
            for (double x = Math.floor(seen.getMinX() / tile.width); x * tile.width < seen.getMaxX(); x++) {
                moved(tile.path, x * tile.width, y * tile.height, path);
            }
        }
        String clip = "bar" + bars++;
        return String.format(
                Locale.ROOT,
                "<clipPath id=\"%s\"><path d=\"%s\"/></clipPath><g clip-path=\"url(#%s)\">"
                        + "<path transform=\"rotate(%s)\" %s d=\"%s\"/></g>",
                clip,
                bar.group(1),
                clip,
                tile.degrees,
                tile.fill,
                path);
    }

    /** Around all points of a path. */
    private static Rectangle2D edges(String path) {
        Rectangle2D edges = new Rectangle2D.Double();
        boolean first = true;
        double x = 0;
        double y = 0;
        Matcher segments = SEGMENT.matcher(path);
        while (segments.find()) {
            double[] numbers = numbers(segments.group(2));
            if (numbers.length == 0) {
                continue;
            }
            boolean relative = segments.group(1).equals("l");
            x = numbers[numbers.length - 2] + (relative ? x : 0);
            y = numbers[numbers.length - 1] + (relative ? y : 0);
            if (first) {
                edges.setRect(x, y, 0, 0);
                first = false;
            } else {
                edges.add(x, y);
            }
        }
        return edges;
    }

    private static void moved(String path, double right, double down, StringBuilder out) {
        Matcher segments = SEGMENT.matcher(path);
        while (segments.find()) {
            out.append(segments.group(1));
            double[] numbers = numbers(segments.group(2));
            boolean absolute = !segments.group(1).equals("l");
            for (int i = 0; i < numbers.length; i++) {
                double by = !absolute || i < numbers.length - 2 ? 0 : i == numbers.length - 2 ? right : down;
                out.append(i == 0 ? "" : " ").append(Math.round((numbers[i] + by) * 1e4) / 1e4);
            }
        }
    }

    private static double[] numbers(String text) {
        return text.isBlank()
                ? new double[0]
                : BETWEEN.splitAsStream(text.strip())
                        .mapToDouble(Double::parseDouble)
                        .toArray();
    }
}
