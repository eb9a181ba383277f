package dev.isos.core.wavefront.mapping;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What a segment in so many tiles takes, whatever the machine: policies ask for the same segments of many machines. Immutable.
 *
 * @param network that the layers are of
 * @param filterBytes of all layers, of the largest tile of each
 * @param parts by layer of {@link SegmentTensors#layers()}
 * @param rows most rows of a tensor that a pass has on chip, by slot; 1 at least
 * @param channels most channels of an entering tensor that a pass loads, by slot
 */
record Tiling(Network network, long filterBytes, List<Part> parts, int[] rows, int[] channels) {
    /**
     * Of one layer.
     *
     * @param inputRows most rows of its input in a pass, 1 at least
     * @param outputRows most rows of its output in a pass, 1 at least
     * @param livePartials most live partial results of an input row in a tile; 0 of a layer without filters
     * @param places most places for partial results of an input row in a tile that a weight can reach
     */
    record Part(int inputRows, int outputRows, long livePartials, long places) {}

    static Tiling of(
            Network network,
            SegmentTensors tensors,
            int kTiles,
            int rowTiles,
            Function<Layer, FilterFootprint> footprint) {
        SegmentPasses passes = new SegmentPasses(tensors, kTiles, rowTiles);
        Part[] parts = new Part[tensors.layers().size()];
        for (int i = 0; i < parts.length; i++) {
            Layer layer = tensors.layers().get(i);
            int inputRows = 1;
            int outputRows = 1;
            for (int pass = 0; pass < passes.count(); pass++) {
                inputRows = Math.max(inputRows, passes.pass(pass, i).inputRows());
                outputRows = Math.max(outputRows, passes.pass(pass, i).outputRows());
            }
            boolean filters = layer.op() instanceof Convolution;
            long live = filters ? largest(layer, kTiles, footprint.apply(layer)::partials) : 0;
            long places = filters ? largest(layer, kTiles, footprint.apply(layer)::places) : 0;
            parts[i] = new Part(inputRows, outputRows, live, places);
        }
        int[] rows = new int[network.tensors()];
        int[] channels = new int[network.tensors()];
        Arrays.fill(rows, 1);
        Set<Integer> own = new TreeSet<>(tensors.entering());
        tensors.layers().forEach(layer -> own.add(layer.index()));
        for (int tensor : own) {
            int slot = network.slot(tensor);
            for (int pass = 0; pass < passes.count(); pass++) {
                rows[slot] = Math.max(rows[slot], passes.endRow(pass, tensor) - passes.firstRow(pass, tensor));
                if (tensors.enters(tensor)) {
                    int[] range = passes.channels(pass, tensor);
                    channels[slot] = Math.max(channels[slot], range[1] - range[0]);
                }
            }
        }
        return new Tiling(network, filterBytes(tensors, kTiles, footprint), List.of(parts), rows, channels);
    }

    /** Bytes of the filters of all layers, of the largest tile of each. */
    static long filterBytes(SegmentTensors tensors, int kTiles, Function<Layer, FilterFootprint> footprint) {
        long bytes = 0;
        for (Layer layer : tensors.layers()) {
            bytes += layer.op() instanceof Convolution ? largest(layer, kTiles, footprint.apply(layer)::bytes) : 0;
        }
        return bytes;
    }

    /** Something about output channels {@code first .. end - 1}. */
    @FunctionalInterface
    private interface LongBinaryOfInts {
        long apply(int first, int end);
    }

    private static long largest(Layer layer, int kTiles, LongBinaryOfInts ofChannels) {
        int channels = layer.outputShape().channels();
        long most = 0;
        for (int tile = 0; tile < kTiles; tile++) {
            most = Math.max(
                    most,
                    ofChannels.apply(
                            ChannelSplit.bound(0, channels, kTiles, tile),
                            ChannelSplit.bound(0, channels, kTiles, tile + 1)));
        }
        return most;
    }
}
