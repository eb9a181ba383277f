package dev.isos.core.dataflow.isos;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;

/**
 * Where the fibers of a tensor wait on chip. What a back end makes stays at its place, in as many parts as it has slices;
 * what is loaded waits, whole, at the first place of its row in the first layer that reads it.
 *
 * @param layer layer whose lanes the places are bound to
 * @param binding of that layer
 * @param stride places between two rows
 * @param parts parts of a fiber, at consecutive places
 * @param tiles parts of a fiber that follow one another in time; only one is on chip
 */
record QueuePlaces(int layer, LaneBinding binding, int stride, int parts, int tiles) {
    static QueuePlaces of(SegmentTensors tensors, Segment segment, int tensor, int lanes) {
        if (!tensors.enters(tensor)) {
            LayerFactors factors = LayerFactors.of(segment.mapping(tensor));
            LaneBinding binding = LaneBinding.of(segment.mapping(tensor), lanes);
            return new QueuePlaces(tensor, binding, factors.outputSplit(), factors.outputSplit(), factors.kTiles());
        }
        int reader = tensors.firstReader(tensor);
        Layer layer = tensors.layers().get(reader);
        LayerMapping mapping = segment.mapping(layer.index());
        LaneBinding binding = LaneBinding.of(mapping, lanes);
        int tiles = tensors.role(tensor) == TensorRole.RESIDUALS ? mapping.factor(IsOsWork.K_TILES) : 1;
        int stride;
        if (!tensors.readsThroughWindow(reader, tensor)) {
            stride = mapping.factor(IsOsWork.OUTPUT_SPLIT);
        } else if (layer.op() instanceof Convolution) {
            stride = mapping.factor(IsOsWork.K_SPLIT);
        } else {
            // the places of a pooling are those of its outputs, which may be far fewer than its input rows
            stride = Math.max(1, binding.count() / layer.inputShape().height());
        }
        return new QueuePlaces(layer.index(), binding, stride, 1, tiles);
    }

    int place(int row, int part) {
        return row * stride + part;
    }

    int lane(int row, int part) {
        return binding.lane(place(row, part));
    }
}
