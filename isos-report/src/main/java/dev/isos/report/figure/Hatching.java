package dev.isos.report.figure;

import dev.isos.report.figure.SvgRenderer.Size;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
    private static final Pattern BAR = Pattern.compile(
            "<path d=\"([^\"]+)\"(?: transform=\"([^\"]*)\")? fill=\"url\\(#([^)\"]+)\\)\"[^>]*>(?:</path>)?");
    private static final Pattern SEGMENT = Pattern.compile("([MLlAZ])([^MLlAZ]*)");
    private static final Pattern BETWEEN = Pattern.compile("[ ,]+");

    private record Tile(double width, double height, double degrees, String fill, Set<String> pieces) {}

    private final Map<String, Tile> tiles = new HashMap<>();
    private final Rectangle2D picture;
    private int bars;

    private Hatching(Size size) {
        // Marks of legends are drawn at the origin and moved to their place.
        picture = new Rectangle2D.Double(
                -size.widthPixels(), -size.heightPixels(), 2 * size.widthPixels(), 2 * size.heightPixels());
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
        double width = Double.parseDouble(found.group(1));
        double height = Double.parseDouble(found.group(2));
        // What a tile has of its neighbours begins elsewhere and is the same.
        Set<String> pieces = new LinkedHashSet<>();
        PIECE.matcher(found.group(4)).results().forEach(piece -> {
            Matcher start = SEGMENT.matcher(piece.group(1));
            if (start.find()) {
                double[] at = numbers(start.group(2));
                StringBuilder moved = new StringBuilder();
                moved(piece.group(1), -Math.floor(at[0] / width) * width, -Math.floor(at[1] / height) * height, moved);
                pieces.add(moved.toString());
            }
        });
        tiles.put(
                found.group(3),
                new Tile(
                        width,
                        height,
                        turn.find() ? Double.parseDouble(turn.group(1)) : 0,
                        fill.find() ? fill.group() : "fill=\"none\"",
                        pieces));
    }

    private String over(MatchResult bar) {
        Tile tile = tiles.get(bar.group(3));
        Rectangle2D edges = edges(bar.group(1)).createIntersection(picture);
        if (tile == null || edges.isEmpty()) {
            return "";
        }
        // The bar as the pattern sees it, whose own axes may be turned.
        Rectangle2D seen = AffineTransform.getRotateInstance(Math.toRadians(-tile.degrees))
                .createTransformedShape(edges)
                .getBounds2D();
        StringBuilder path = new StringBuilder();
        // One more on each side: pieces begin in their tile and may reach into the next one.
        for (double y = Math.floor(seen.getMinY() / tile.height) - 1; (y - 1) * tile.height < seen.getMaxY(); y++) {
            for (double x = Math.floor(seen.getMinX() / tile.width) - 1; (x - 1) * tile.width < seen.getMaxX(); x++) {
                for (String piece : tile.pieces) {
                    moved(piece, x * tile.width, y * tile.height, path);
                }
            }
        }
        String clip = "bar" + bars++;
        return String.format(
                Locale.ROOT,
                "<g%s><clipPath id=\"%s\"><path d=\"%s\"/></clipPath><g clip-path=\"url(#%s)\">"
                        + "<path transform=\"rotate(%s)\" %s d=\"%s\"/></g></g>",
                bar.group(2) == null ? "" : " transform=\"" + bar.group(2) + "\"",
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
                out.append(i == 0 ? "" : " ")
                        .append(BigDecimal.valueOf(numbers[i] + by)
                                .setScale(4, RoundingMode.HALF_UP)
                                .stripTrailingZeros()
                                .toPlainString());
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
