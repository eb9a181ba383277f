package dev.isos.report.timeline;

import java.util.List;

/** Which colour the layers of a network have: layers that run together get different ones; where no layers do, neighbours. */
final class LayerColours {
    private final int[] segment;
    private final int[] colour;

    /**
     * @param layers all layers of the network
     * @param drawn those that get a colour, ascending
     * @param segmentSizes how many layers each segment has
     */
    LayerColours(int layers, List<Integer> drawn, List<Integer> segmentSizes) {
        segment = new int[layers];
        colour = new int[layers];
        boolean pipelined = segmentSizes.stream().anyMatch(size -> size > 1);
        int layer = 0;
        int before = 0;
        for (int s = 0; s < segmentSizes.size(); s++) {
            before = pipelined ? 0 : before;
            for (int i = 0; i < segmentSizes.get(s) && layer < layers; i++, layer++) {
                segment[layer] = s;
                if (drawn.contains(layer)) {
                    colour[layer] = before++ % TimelineStyle.COLOURS;
                }
            }
        }
    }

    /** Number of a colour; what is for no single layer has the last one. */
    int colour(int layer) {
        return layer >= 0 && layer < colour.length ? colour[layer] : TimelineStyle.COLOURS - 1;
    }

    /** Segment of a layer, -1 of what is for no single one. */
    int segment(int layer) {
        return layer >= 0 && layer < segment.length ? segment[layer] : -1;
    }
}
