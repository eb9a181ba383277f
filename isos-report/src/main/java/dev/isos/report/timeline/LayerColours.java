package dev.isos.report.timeline;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.LayerResult;
import java.util.Arrays;
import java.util.List;

/** Which colour the layers of a network have: layers that run together get different ones; where no layers do, neighbours. */
final class LayerColours {
    private final int[] segment;
    private final int[] colour;

    /**
     * @param layers all layers of the network
     * @param drawn those that get a colour, ascending
     * @param segments positions of the layers of each; a layer that is left out is in none
     */
    LayerColours(int layers, List<Integer> drawn, List<List<Integer>> segments) {
        segment = new int[layers];
        colour = new int[layers];
        Arrays.fill(segment, -1);
        boolean pipelined = segments.stream().anyMatch(each -> each.size() > 1);
        int before = 0;
        for (int s = 0; s < segments.size(); s++) {
            before = pipelined ? 0 : before;
            for (int layer : segments.get(s)) {
                segment[layer] = s;
                if (drawn.contains(layer)) {
                    colour[layer] = before++ % TimelineStyle.COLOURS;
                }
            }
        }
    }

    /** Positions of the layers of each segment of a run. */
    static List<List<Integer>> segments(RunResult run) {
        List<String> names = run.layers().stream().map(LayerResult::name).toList();
        return run.segments().stream()
                .map(segment -> segment.layers().stream().map(names::indexOf).toList())
                .toList();
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
