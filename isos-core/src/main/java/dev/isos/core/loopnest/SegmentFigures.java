package dev.isos.core.loopnest;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What a segment of layers does under a dataflow.
 *
 * @param offChip elements that cross the chip's border
 * @param inputBytes off chip, compressed, residual operands included
 * @param weightBytes off chip, compressed
 * @param outputBytes off chip: compressed outputs, and partial results that do not fit
 * @param intermediateBytes most bytes at once of feature maps between layers and of partial results
 * @param onChipBytes all buffers: those, input buffers and filter buffers
 */
public record SegmentFigures(
        List<LayerFigures> layers,
        BoundaryTraffic offChip,
        long inputBytes,
        long weightBytes,
        long outputBytes,
        long intermediateBytes,
        long onChipBytes) {
    public SegmentFigures {
        layers = List.copyOf(layers);
    }

    @JsonProperty
    public long offChipBytes() {
        return inputBytes + weightBytes + outputBytes;
    }
}
