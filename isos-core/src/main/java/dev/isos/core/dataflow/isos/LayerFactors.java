package dev.isos.core.dataflow.isos;

import dev.isos.api.plan.LayerMapping;

/**
 * The mapping factors of a layer that its counts depend on.
 *
 * @param kTiles passes over the input
 * @param kSplit K-slices of a front-end row
 * @param outputSplit K-slices of a back-end row
 */
record LayerFactors(int kTiles, int kSplit, int outputSplit) {
    static LayerFactors of(LayerMapping mapping) {
        return new LayerFactors(
                mapping.factor(IsOsWork.K_TILES),
                mapping.factor(IsOsWork.K_SPLIT),
                mapping.factor(IsOsWork.OUTPUT_SPLIT));
    }

    /** Bounds of the K-tiles of a layer. */
    int[] tiles(int outputChannels) {
        return ChannelSplit.bounds(0, outputChannels, kTiles);
    }
}
