package dev.isos.report.figure;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;

/** Options of the ECharts library for the kinds of charts that figures have. */
public final class Charts {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int ROOM_FOR_LEGEND = 64;
    private static final int ROOM_FOR_LEGEND_ALONE = 44;
    private static final int ROOM_FOR_TWO_ROWS = 96;
    private static final int ROOM_FOR_NAME = 36;
    private static final int PERCENT = 100;
    /** Of labels beside each other, in letters; more do not fit the width of a page. */
    private static final int MOST_UPRIGHT_LETTERS = 150;

    private static final int MARK_LENGTH = 14;
    private static final int MARK_WIDTH = 5;
    private static final String PUBLISHED = "published";
    private static final List<String> UNITS =
            List.of("MB", "KiB", "mJ", "µJ", "pJ", "mm²", "GOP/s", "cycles", "ms", "operations per byte");

    private Charts() {}

    /**
     * Values by category.
     *
     * @param stack name of the pile that bars of the series are put on; null for bars side by side
     * @param values one per category, or null for none
     * @param marks values to mark at the bars, one per category, or null for none; empty for no marks at all
     */
    public record Series(String name, String colour, String stack, List<Double> values, List<Double> marks) {
        /** A series without marks. */
        public Series(String name, String colour, String stack, List<Double> values) {
            this(name, colour, stack, values, List.of());
        }
    }

    /** More are drawn as one shape. */
    private static final int MANY_POINTS = 400;

    /** Points in a plane, each x, y and a name for who points at it. */
    public record Cloud(String name, String colour, String symbol, List<Point> points) {}

    /** A point of a {@link Cloud}. */
    public record Point(double x, double y, String name) {}

    /** Bars, side by side or in piles. Parts of a pile differ by pattern too. */
    public static ObjectNode bars(List<String> categories, String axis, List<Series> series) {
        boolean stacked = series.stream().anyMatch(s -> s.stack() != null);
        ObjectNode option = frame("axis");
        option.putObject("aria").putObject("decal").put("show", stacked);
        ((ObjectNode) option.get("tooltip")).putObject("axisPointer").put("type", "shadow");
        option.set("xAxis", categoryAxis(categories));
        option.set("yAxis", valueAxis("value", axis));
        ArrayNode all = option.putArray("series");
        for (Series each : series) {
            ObjectNode one = series(all, "bar", each.name(), each.colour());
            if (each.stack() != null) {
                one.put("stack", each.stack());
            }
            values(one, each.values());
            marks(one, each.marks());
        }
        return option;
    }

    /** A dash across each bar whose mark is known. */
    private static void marks(ObjectNode bars, List<Double> marks) {
        if (marks.stream().allMatch(Objects::isNull)) {
            return;
        }
        ObjectNode points = bars.putObject("markPoint");
        points.put("silent", true).put("symbol", "rect");
        points.putArray("symbolSize").add(MARK_LENGTH).add(MARK_WIDTH);
        points.putObject("label").put("show", false);
        points.putObject("itemStyle")
                .put("color", Palette.PUBLISHED)
                .put("borderColor", Palette.AROUND_PUBLISHED)
                .put("borderWidth", 1);
        ArrayNode data = points.putArray("data");
        for (int i = 0; i < marks.size(); i++) {
            if (marks.get(i) != null) {
                data.addObject().putArray("coord").add(i).add(marks.get(i));
            }
        }
    }

    /** The same with categories from top to bottom, where there are many or their names are long. */
    public static ObjectNode horizontalBars(List<String> categories, String axis, List<Series> series) {
        ObjectNode option = bars(categories, axis, series);
        ObjectNode names = (ObjectNode) option.get("xAxis");
        names.put("inverse", true).putObject("axisLabel").put("interval", 0);
        ObjectNode values = valueAxis("value", "");
        option.set("xAxis", named(values, axis));
        option.set("yAxis", names);
        ((ObjectNode) option.get("grid")).put("top", ROOM_FOR_LEGEND_ALONE).put("bottom", ROOM_FOR_NAME);
        return option;
    }

    /** A chart whose values end at 100. */
    public static ObjectNode percent(ObjectNode option) {
        ObjectNode values = (ObjectNode) option.get("xAxis");
        if (values.get("type").asText().equals("category")) {
            values = (ObjectNode) option.get("yAxis");
        }
        values.put("max", PERCENT);
        return option;
    }

    /** Lines over categories, a mark at each value. */
    public static ObjectNode lines(List<String> categories, String xAxis, String yAxis, List<Series> series) {
        ObjectNode option = frame("axis");
        option.set("xAxis", named(categoryAxis(categories), xAxis));
        option.set("yAxis", valueAxis("value", yAxis));
        ((ObjectNode) option.get("grid")).put("bottom", ROOM_FOR_NAME);
        ArrayNode all = option.putArray("series");
        for (Series each : series) {
            ObjectNode one = series(all, "line", each.name(), each.colour());
            one.put("symbol", Palette.symbol(all.size() - 1)).put("symbolSize", 8);
            one.putObject("lineStyle").put("color", each.colour()).put("width", 2);
            values(one, each.values());
        }
        return option;
    }

    /**
     * Marks over categories on a logarithmic scale, and a line across at one value.
     *
     * @param threshold where the line is
     * @param thresholdName what it means
     */
    public static ObjectNode dots(
            List<String> categories, String axis, List<Series> series, double threshold, String thresholdName) {
        ObjectNode option = dots(categories, axis, series);
        ObjectNode line = ((ObjectNode) option.get("series").get(0)).putObject("markLine");
        line.put("silent", true).put("symbol", "none");
        line.putObject("lineStyle").put("type", "dashed").put("width", 2);
        line.putObject("label").put("formatter", thresholdName).put("position", "insideEndTop");
        line.putArray("data").addObject().put("yAxis", threshold);
        return option;
    }

    /** Marks over categories on a logarithmic scale. */
    public static ObjectNode dots(List<String> categories, String axis, List<Series> series) {
        ObjectNode option = frame("axis");
        option.set("xAxis", categoryAxis(categories));
        option.set("yAxis", valueAxis("log", axis));
        ArrayNode all = option.putArray("series");
        for (Series each : series) {
            ObjectNode one = series(all, "scatter", each.name(), each.colour());
            one.put("symbol", Palette.symbol(all.size() - 1)).put("symbolSize", 11);
            values(one, each.values());
        }
        return option;
    }

    /** Where curves have a mark for a published value. */
    public static ObjectNode curves(
            String xAxis, String yAxis, boolean logarithmic, List<Cloud> curves, List<Point> published) {
        ObjectNode option = frame("item");
        option.set("xAxis", named(valueAxis("value", ""), xAxis).put("scale", true));
        option.set("yAxis", valueAxis(logarithmic ? "log" : "value", yAxis));
        ((ObjectNode) option.get("grid")).put("bottom", ROOM_FOR_NAME + 8);
        ArrayNode all = option.putArray("series");
        for (Cloud curve : curves) {
            ObjectNode one = series(all, "line", curve.name(), curve.colour());
            one.put("symbol", curve.symbol()).put("symbolSize", 8);
            one.putObject("lineStyle").put("color", curve.colour()).put("width", 2);
            points(one, curve.points());
        }
        if (!published.isEmpty()) {
            ObjectNode one = series(all, "scatter", PUBLISHED, Palette.PUBLISHED);
            one.put("symbol", "rect").put("z", 3);
            one.putArray("symbolSize").add(MARK_LENGTH).add(MARK_WIDTH);
            ((ObjectNode) one.get("itemStyle"))
                    .put("borderColor", Palette.AROUND_PUBLISHED)
                    .put("borderWidth", 1);
            points(one, published);
        }
        return option;
    }

    /** Curves on a logarithmic scale around 1, with a mark where one passes it. */
    public static ObjectNode crossings(
            String xAxis, String yAxis, List<Cloud> curves, List<Point> equal, boolean logarithmic) {
        ObjectNode option = curves(xAxis, yAxis, true, curves, List.of());
        ((ObjectNode) option.get("xAxis")).put("type", logarithmic ? "log" : "value");
        ObjectNode line = ((ObjectNode) option.get("series").get(0)).putObject("markLine");
        line.put("silent", true).put("symbol", "none");
        line.putObject("lineStyle")
                .put("color", Palette.LIMIT)
                .put("type", "dashed")
                .put("width", 2);
        line.putObject("label").put("show", false);
        line.putArray("data").addObject().put("yAxis", 1);
        if (!equal.isEmpty()) {
            ObjectNode one = series((ArrayNode) option.get("series"), "scatter", "equal", Palette.PUBLISHED);
            one.put("symbol", "diamond").put("symbolSize", 12).put("z", 3);
            ((ObjectNode) one.get("itemStyle"))
                    .put("borderColor", Palette.AROUND_PUBLISHED)
                    .put("borderWidth", 1);
            points(one, equal);
        }
        return option;
    }

    /**
     * How far values are from what is published: a mark per value, joined to the line at zero.
     *
     * @param rows from top to bottom
     * @param clouds points of x and the number of the row
     */
    public static ObjectNode differences(List<String> rows, String xAxis, List<Cloud> clouds) {
        ObjectNode option = frame("item");
        option.set("xAxis", named(valueAxis("value", ""), xAxis));
        ObjectNode names = categoryAxis(rows);
        names.put("inverse", true);
        ((ObjectNode) names.get("axisLabel")).put("rotate", 0);
        // The names stay at the left, the line at zero is where values begin.
        names.putObject("axisLine").put("onZero", false);
        names.putObject("axisTick").put("show", false);
        option.set("yAxis", names);
        ((ObjectNode) option.get("grid")).put("top", ROOM_FOR_LEGEND_ALONE).put("bottom", ROOM_FOR_NAME + 8);
        ArrayNode all = option.putArray("series");
        for (Cloud cloud : clouds) {
            ObjectNode stems = series(all, "lines", cloud.name(), cloud.colour());
            stems.put("coordinateSystem", "cartesian2d").put("silent", true);
            stems.putObject("lineStyle")
                    .put("color", cloud.colour())
                    .put("width", 2)
                    .put("opacity", 1);
            ArrayNode data = stems.putArray("data");
            for (Point point : cloud.points()) {
                ArrayNode ends = data.addObject().putArray("coords");
                ends.addArray().add(0).add(point.y());
                ends.addArray().add(point.x()).add(point.y());
            }
            ObjectNode one = series(all, "scatter", cloud.name(), cloud.colour());
            one.put("symbol", cloud.symbol()).put("symbolSize", 10);
            points(one, cloud.points());
        }
        ObjectNode line = ((ObjectNode) all.get(1)).putObject("markLine");
        line.put("silent", true).put("symbol", "none");
        line.putObject("lineStyle")
                .put("color", Palette.PUBLISHED)
                .put("type", "solid")
                .put("width", 1);
        line.putObject("label").put("formatter", PUBLISHED).put("position", "start");
        line.putArray("data").addObject().put("xAxis", 0);
        return option;
    }

    /** Points on logarithmic scales under a line of corners. */
    public static ObjectNode roofline(
            String xAxis, String yAxis, List<Cloud> clouds, String roofName, List<Point> roof) {
        ObjectNode option = frame("item");
        option.set("xAxis", named(valueAxis("log", ""), xAxis));
        option.set("yAxis", valueAxis("log", yAxis));
        ((ObjectNode) option.get("grid")).put("top", ROOM_FOR_TWO_ROWS).put("bottom", ROOM_FOR_NAME);
        ArrayNode all = option.putArray("series");
        for (Cloud cloud : clouds) {
            ObjectNode one = series(all, "scatter", cloud.name(), cloud.colour());
            one.put("symbol", cloud.symbol()).put("symbolSize", 9);
            points(one, cloud.points());
        }
        ObjectNode line = all.addObject();
        line.put("type", "line").put("name", roofName).put("symbol", "none").put("silent", true);
        line.putObject("itemStyle").put("color", Palette.LIMIT);
        line.putObject("lineStyle").put("color", Palette.LIMIT).put("width", 2);
        points(line, roof);
        return option;
    }

    /**
     * Points in a plane with the stepped line of those that no other one beats.
     *
     * @param front from the best x to the best y
     * @param xLimits where constraints end what is allowed
     * @param yLimits the same of y
     */
    public static ObjectNode front(
            String xAxis, String yAxis, List<Cloud> clouds, Cloud front, List<Double> xLimits, List<Double> yLimits) {
        ObjectNode option = frame("item");
        option.set("xAxis", named(valueAxis("value", ""), xAxis).put("scale", true));
        option.set("yAxis", valueAxis("value", yAxis).put("scale", true));
        ((ObjectNode) option.get("grid")).put("bottom", ROOM_FOR_NAME);
        ArrayNode legend = ((ObjectNode) option.get("legend")).putArray("data");
        clouds.forEach(cloud -> legend.add(cloud.name()));
        // a line, as it has no symbols
        legend.addObject().put("name", front.name()).put("icon", "path://M0 0h24v2H0z");
        ArrayNode all = option.putArray("series");
        for (Cloud cloud : clouds) {
            ObjectNode one = series(all, "scatter", cloud.name(), cloud.colour());
            boolean many = cloud.points().size() > MANY_POINTS;
            one.put("symbol", cloud.symbol()).put("symbolSize", many ? 3 : 8);
            // one path for all of them
            one.put("large", many).put("largeThreshold", MANY_POINTS);
            points(one, cloud.points());
        }
        ObjectNode line = series(all, "line", front.name(), front.colour());
        line.put("symbol", front.symbol()).put("step", "end");
        line.putObject("lineStyle").put("color", front.colour()).put("width", 2);
        points(line, front.points());
        ObjectNode limits = line.putObject("markLine");
        limits.put("silent", true).put("symbol", "none");
        limits.putObject("lineStyle")
                .put("color", Palette.LIMIT)
                .put("type", "dashed")
                .put("width", 2);
        limits.putObject("label").put("show", false);
        ArrayNode data = limits.putArray("data");
        xLimits.forEach(limit -> data.addObject().put("xAxis", limit));
        yLimits.forEach(limit -> data.addObject().put("yAxis", limit));
        return option;
    }

    private static ObjectNode frame(String trigger) {
        ObjectNode option = JSON.objectNode();
        option.put("animation", false);
        option.putObject("tooltip").put("trigger", trigger).put("confine", true);
        option.putObject("legend").put("type", "scroll").put("top", 0);
        option.putObject("grid")
                .put("left", 12)
                .put("right", 24)
                .put("top", ROOM_FOR_LEGEND)
                .put("bottom", 12)
                .put("containLabel", true);
        return option;
    }

    private static ObjectNode categoryAxis(List<String> categories) {
        ObjectNode axis = JSON.objectNode();
        axis.put("type", "category");
        ArrayNode data = axis.putArray("data");
        categories.forEach(data::add);
        int longest = categories.stream()
                .flatMap(String::lines)
                .mapToInt(String::length)
                .max()
                .orElse(0);
        axis.putObject("axisLabel")
                .put("interval", 0)
                .put("rotate", categories.size() * longest > MOST_UPRIGHT_LETTERS ? 40 : 0);
        return axis;
    }

    /** An axis of numbers; the name of its unit is what follows the last comma of its name. */
    private static ObjectNode valueAxis(String type, String name) {
        ObjectNode axis = JSON.objectNode();
        axis.put("type", type).put("unit", unit(name));
        if (!name.isEmpty()) {
            axis.put("name", name);
            axis.putObject("nameTextStyle").put("align", "left");
        }
        return axis;
    }

    /** What pages write behind a value of an axis. */
    private static String unit(String name) {
        String last = name.substring(name.lastIndexOf(',') + 1).strip();
        return last.startsWith("times")
                ? "×"
                : last.equals("percent") || last.startsWith("percent ") ? "%" : UNITS.contains(last) ? last : "";
    }

    private static ObjectNode named(ObjectNode axis, String name) {
        if (axis.has("unit")) {
            axis.put("unit", unit(name));
        }
        return axis.put("name", name).put("nameLocation", "middle").put("nameGap", 30);
    }

    private static ObjectNode series(ArrayNode all, String type, String name, String colour) {
        ObjectNode one = all.addObject();
        one.put("type", type).put("name", name);
        one.putObject("itemStyle").put("color", colour);
        return one;
    }

    private static void values(ObjectNode series, List<Double> values) {
        ArrayNode data = series.putArray("data");
        for (Double value : values) {
            if (value == null) {
                data.addNull();
            } else {
                data.add(value);
            }
        }
    }

    private static void points(ObjectNode series, List<Point> points) {
        ArrayNode data = series.putArray("data");
        for (Point point : points) {
            ObjectNode one = data.addObject();
            one.put("name", point.name());
            one.putArray("value").add(point.x()).add(point.y());
        }
    }
}
