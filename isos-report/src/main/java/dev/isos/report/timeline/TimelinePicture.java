package dev.isos.report.timeline;

import dev.isos.api.network.Network;
import dev.isos.api.result.RunResult;
import dev.isos.report.console.PlainText;
import dev.isos.report.console.TextWidth;
import dev.isos.report.html.Html;
import dev.isos.report.timeline.LaneRaster.Cells;
import dev.isos.report.timeline.LaneRaster.Row;
import dev.isos.report.timeline.Shape.Box;
import dev.isos.report.timeline.Shape.Lanes;
import dev.isos.report.timeline.Shape.Line;
import dev.isos.report.timeline.Shape.Port;
import dev.isos.report.timeline.Shape.Strokes;
import dev.isos.report.timeline.Shape.Text;
import gg.jte.html.HtmlContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs of one network over time as SVG, one below the other at the same scale: lanes from top to bottom, time from left to
 * right, the colour says for which layer a lane works. Below the lanes, how busy each port is.
 */
public final class TimelinePicture {
    /** A bin in which a lane is busy for less than the first share of its cycles is pale, up to the second half pale. */
    private static final double[] SHARES = {1.0 / 8, 1.0 / 2};

    private static final int MOST_ROWS = 128;
    static final int WIDTH = 1000;
    static final int LEFT = 88;
    private static final int RIGHT = 14;
    private static final int PLOT = WIDTH - LEFT - RIGHT;
    private static final int PORT_HEIGHT = 16;
    private static final int LEGEND_LINE = 18;
    private static final double LETTER = 6.9;

    /**
     * One run.
     *
     * @param title who ran it
     * @param segments positions of the layers of each segment, in order
     */
    public record Panel(String title, LaneRaster raster, List<List<Integer>> segments) {
        public Panel {
            segments = List.copyOf(segments);
        }

        /** Of a run. */
        public static Panel of(String title, LaneRaster raster, RunResult result) {
            return new Panel(title, raster, LayerColours.segments(result));
        }
    }

    private final Network network;
    private final String title;
    private final List<Panel> panels;
    private final List<Integer> layers;

    private final LayerColours colours;
    private final long end;
    private final List<Shape> shapes = new ArrayList<>();
    private int y;

    /**
     * @param network names the layers
     * @param title of the picture, a few words
     */
    public TimelinePicture(Network network, String title, List<Panel> panels) {
        this.network = network;
        this.title = title;
        this.panels = List.copyOf(panels);
        this.end = panels.stream().mapToLong(p -> p.raster().end()).max().orElse(1);
        int coarsest =
                panels.stream().mapToInt(p -> p.raster().doublings()).max().orElse(0);
        TreeSet<Integer> seen = new TreeSet<>();
        for (Panel panel : panels) {
            panel.raster().coarsenTo(coarsest);
            List<Row> rows = panel.raster().rows(false);
            Cells cells = panel.raster().cells(rows);
            for (int row = 0; row < rows.size(); row++) {
                for (int bin = 0; bin < cells.bins; bin++) {
                    if (cells.busy(row, bin) > 0) {
                        seen.add(cells.layer(row, bin));
                    }
                }
            }
        }
        this.layers = List.copyOf(seen);
        this.colours = new LayerColours(network.size(), layers, panels.get(0).segments());
        this.panels.forEach(this::panel);
        legend();
    }

    /** A file of its own, which looks the same in every program that shows SVG. */
    public String file() {
        return TimelineStyle.plain(Html.text(out -> JtepictureGenerated.render(out, null, this, shapes, true)));
    }

    /** For a page that has {@link TimelineStyle#rules}. */
    public HtmlContent inline() {
        return out -> JtepictureGenerated.render(out, null, this, shapes, false);
    }

    String title() {
        return title;
    }

    int height() {
        return y + 6;
    }

    /** What the picture shows, in words. */
    public String description() {
        StringBuilder text = new StringBuilder();
        for (Panel panel : panels) {
            LaneRaster raster = panel.raster();
            int count = raster.rows(false).size();
            text.append(String.format(
                    Locale.ROOT,
                    "%s: %d %s, %d %s, %,d cycles. ",
                    panel.title(),
                    count,
                    count == 1 ? "unit" : "units",
                    raster.segmentEnds().size(),
                    raster.segmentEnds().size() == 1 ? "segment" : "segments",
                    raster.end()));
        }
        return text.append("Rows are lanes or other units, time runs from left to right, colours are layers; ")
                .append("the paler, the less busy. Dashed lines end segments. Below, how busy each port is.")
                .toString();
    }

    private void panel(Panel panel) {
        LaneRaster raster = panel.raster();
        y += 20;
        text("head", 0, y, null, panel.title());
        text(null, WIDTH - RIGHT, y, "end", String.format(Locale.ROOT, "%,d cycles", raster.end()));
        y += 22;
        int top = y;
        lanes(raster);
        y += 4;
        for (Row port : raster.rows(true)) {
            port(raster, port);
        }
        for (long cut : raster.segmentEnds()) {
            line("cut", x(cut), top - 4, x(cut), y);
        }
        segmentNames(raster, top - 7);
        axis();
        y += 12;
    }

    private void lanes(LaneRaster raster) {
        List<Row> all = raster.rows(false);
        int nth = (all.size() + MOST_ROWS - 1) / MOST_ROWS;
        List<Row> rows = IntStream.range(0, all.size())
                .filter(i -> i % Math.max(1, nth) == 0)
                .mapToObj(all::get)
                .toList();
        Cells cells = raster.cells(rows);
        int height = rows.size() > 20 ? Math.min(256, 3 * rows.size()) : 14 * rows.size();
        shapes.add(new Box("ground", LEFT, y, x(raster.end()) - LEFT, height));
        shapes.add(new Lanes(
                y,
                width(raster),
                height,
                Math.max(1, cells.bins),
                Math.max(1, rows.size()),
                layers.stream()
                        .map(layer -> strokes(raster, cells, layer))
                        .filter(strokes -> !strokes.paths().stream().allMatch(String::isEmpty))
                        .toList()));
        if (rows.size() > 20) {
            text("small", LEFT - 6, y + 9, "end", rows.get(0).name());
            text("small", LEFT - 6, y + height, "end", rows.get(rows.size() - 1).name());
            if (nth > 1) {
                text("small", LEFT - 6, y + height / 2, "end", "one in " + nth);
            }
        } else {
            for (int i = 0; i < rows.size(); i++) {
                text("small", LEFT - 6, y + 14 * i + 11, "end", rows.get(i).name());
            }
        }
        y += height;
    }

    /** Three paths, by how busy the lanes are; runs of equal bins are one stroke. */
    private Strokes strokes(LaneRaster raster, Cells cells, int layer) {
        List<StringBuilder> paths =
                Stream.generate(StringBuilder::new).limit(SHARES.length + 1).toList();
        for (int row = 0; row < cells.rows; row++) {
            int bin = 0;
            while (bin < cells.bins) {
                int shade = shade(raster, cells, row, bin, layer);
                int from = bin++;
                if (shade >= 0) {
                    while (bin < cells.bins && shade(raster, cells, row, bin, layer) == shade) {
                        bin++;
                    }
                    paths.get(shade).append(String.format("M%d %d.5h%d", from, row, bin - from));
                }
            }
        }
        return new Strokes(
                colours.colour(layer),
                name(layer),
                paths.stream().map(StringBuilder::toString).toList());
    }

    private static int shade(LaneRaster raster, Cells cells, int row, int bin, int layer) {
        long busy = cells.busy(row, bin);
        if (busy == 0 || cells.layer(row, bin) != layer) {
            return -1;
        }
        double share = busy / (double) raster.binCycles();
        return share < SHARES[0] ? 0 : share < SHARES[1] ? 1 : 2;
    }

    private void port(LaneRaster raster, Row port) {
        Cells cells = raster.cells(List.of(port));
        StringBuilder path = new StringBuilder("M0 1");
        int last = 0;
        for (int bin = 0; bin < cells.bins; bin++) {
            int height = (int) Math.min(100, 100 * cells.busy(0, bin) / raster.binCycles());
            if (height != last) {
                path.append('V').append(percent(100 - height));
                last = height;
            }
            path.append('h').append(1);
        }
        String name = portName(port);
        shapes.add(new Port(
                y + 2,
                width(raster),
                PORT_HEIGHT - 3,
                Math.max(1, cells.bins),
                path.append("V1z").toString(),
                name));
        line("line", LEFT, y + PORT_HEIGHT - 1, x(raster.end()), y + PORT_HEIGHT - 1);
        text("small", LEFT - 6, y + 12, "end", name);
        y += PORT_HEIGHT;
    }

    private static String percent(int hundredths) {
        return hundredths == 100 ? "1" : hundredths == 0 ? "0" : String.format(Locale.ROOT, ".%02d", hundredths);
    }

    static String portName(Row port) {
        return switch (port.name()) {
            case "dram/read" -> "DRAM reads";
            case "dram/write" -> "DRAM writes";
            case "filter buffer/port" -> "filter port";
            default -> port.name();
        };
    }

    private double width(LaneRaster raster) {
        return (double) raster.bins() * raster.binCycles() / end * PLOT;
    }

    private double x(long cycle) {
        return LEFT + (double) cycle / end * PLOT;
    }

    /** First and last layer of each segment above it, where there is room. */
    private void segmentNames(LaneRaster raster, int at) {
        long start = 0;
        for (int s = 0; s < raster.segmentEnds().size(); s++) {
            long stop = raster.segmentEnds().get(s);
            double room = x(stop) - x(start);
            String number = Integer.toString(s + 1);
            String label = "segment " + number;
            if (room > label.length() * LETTER) {
                text("small", (x(start) + x(stop)) / 2, at, "middle", label);
            } else if (room > (number.length() + 1) * LETTER) {
                text("small", (x(start) + x(stop)) / 2, at, "middle", number);
            }
            start = stop;
        }
    }

    private void axis() {
        long step = 1;
        for (int i = 0; end / step > 8; i++) {
            step = i % 3 == 1 ? step / 2 * 5 : step * 2;
        }
        y += 4;
        for (long at = 0; at <= end; at += step) {
            line("line", x(at), y - 4, x(at), y);
            boolean first = at == 0;
            text(
                    "small",
                    x(at),
                    y + 11,
                    first ? null : x(at) > WIDTH - 40 ? "end" : "middle",
                    first ? "0 cycles" : String.format(Locale.ROOT, "%,d", at));
        }
        y += 14;
    }

    /** The layers of each segment of the first run, a line each. */
    private void legend() {
        y += 6;
        int segment = -1;
        double at = WIDTH;
        for (int layer : layers) {
            String name = cut(name(layer), 40);
            double wide = 30 + TextWidth.of(name) * LETTER;
            boolean next = layer >= 0 && colours.segment(layer) != segment;
            if (next || at + wide > WIDTH) {
                y += LEGEND_LINE;
                at = LEFT;
            }
            if (next) {
                segment = colours.segment(layer);
                text("small", LEFT - 6, y + 10.5, "end", "segment " + (segment + 1));
            }
            shapes.add(new Box("f" + colours.colour(layer), at, y, 12, 12));
            text(null, at + 17, y + 10.5, null, name);
            at += wide;
        }
        y += LEGEND_LINE;
    }

    private static String cut(String text, int most) {
        String plain = PlainText.line(text);
        return TextWidth.of(plain) <= most ? plain : TextWidth.cut(plain, most - 1) + "…";
    }

    private String name(int layer) {
        return layer >= 0 && layer < network.size() ? network.layer(layer).name() : "several layers";
    }

    private void text(String type, double atX, double atY, String anchor, String content) {
        shapes.add(new Text(type, atX, atY, anchor, content));
    }

    private void line(String type, double x1, double y1, double x2, double y2) {
        shapes.add(new Line(type, x1, y1, x2, y2));
    }
}
