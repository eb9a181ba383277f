package dev.isos.core.wavefront.mapping;

import dev.isos.api.plan.LayerMapping;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.Map;

/**
 * The mapping factors of a layer.
 *
 * @param kTiles passes over K
 * @param rowTiles passes over the rows of the map
 * @param rowLanes lanes to which the activations of an input row are dealt
 * @param outputLanes lanes over which the channels of an output row are divided
 * @param streamSteps steps in which its weights stream by, 0 where they stay on chip
 */
public record LayerFactors(int kTiles, int rowTiles, int rowLanes, int outputLanes, int streamSteps) {
    /** The factors that a mapping states. */
    public static LayerFactors of(LayerMapping mapping) {
        return new LayerFactors(
                mapping.factor(IsOsSchema.K_TILES),
                mapping.factor(IsOsSchema.ROW_TILES),
                mapping.factor(IsOsSchema.ROW_LANES),
                mapping.factor(IsOsSchema.OUTPUT_LANES),
                mapping.factor(IsOsSchema.STREAM_STEPS));
    }

    LayerMapping mapping(int layer) {
        return new LayerMapping(
                layer,
                Map.of(
                        IsOsSchema.K_TILES, kTiles,
                        IsOsSchema.ROW_TILES, rowTiles,
                        IsOsSchema.ROW_LANES, rowLanes,
                        IsOsSchema.OUTPUT_LANES, outputLanes,
                        IsOsSchema.STREAM_STEPS, streamSteps));
    }

    /** Whether the layer's weights stream by. */
    public boolean streamed() {
        return streamSteps > 0;
    }
}
