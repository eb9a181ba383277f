package dev.isos.report.timeline;

import java.util.List;

/** What a {@link TimelinePicture} is made of, each with the class of its element, if it has one. */
sealed interface Shape {
    /** Words; the anchor is null where they start there. */
    record Text(String type, double x, double y, String anchor, String content) implements Shape {}

    record Line(String type, double x1, double y1, double x2, double y2) implements Shape {}

    record Box(String type, double x, int y, double width, int height) implements Shape {}

    /** Lanes, a row each, in bins of time. */
    record Lanes(int y, double width, int height, int bins, int rows, List<Strokes> layers) implements Shape {}

    /**
     * When lanes work for a layer.
     *
     * @param paths by how busy they are; empty where they never are so
     */
    record Strokes(int colour, String name, List<String> paths) {}

    /** How busy a port is. */
    record Port(int y, double width, int height, int bins, String path, String name) implements Shape {}
}
