package dev.isos.hw.stepped;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.ResponseNormaliser;
import dev.isos.core.dataflow.isos.IsOsWork;
import java.util.List;

/**
 * One of the layers that a segment's lanes are multiplexed over, with everything that tells a unit what to do with a task of
 * it: shapes, mapping, filters, arithmetic, and its partial results.
 */
final class Context {
    final Layer layer;
    final int kTiles;
    final int kSplit;
    final int outputSplit;
    final Requantisation requantisation;

    /** Null without filters. */
    final Window window;

    final FilterTensor filters;
    final FilterLayout layout;
    final PartialResults partials;

    /** Tensors that the main input consists of, in channel order. */
    final List<Integer> inputParts;

    /** Second operand: residual, or the right side of an addition; empty when there is none. */
    final List<Integer> secondParts;

    /** Null but for local response normalisations. */
    final ResponseNormaliser normaliser;

    private final TensorMemory memory;

    Context(
            Network network,
            Layer layer,
            LayerMapping mapping,
            LayerParameters parameters,
            TensorMemory memory,
            int partialColumnSlack) {
        this.layer = layer;
        this.memory = memory;
        this.kTiles = mapping.factors().getOrDefault(IsOsWork.K_TILES, 1);
        this.kSplit = mapping.factors().getOrDefault(IsOsWork.K_SPLIT, 1);
        this.outputSplit = mapping.factors().getOrDefault(IsOsWork.OUTPUT_SPLIT, 1);
        this.requantisation = parameters.requantisation();
        this.normaliser =
                layer.op() instanceof LocalResponseNormalisation op ? new ResponseNormaliser(op, requantisation) : null;
        this.inputParts = network.materialisedParts(layer.inputs().get(0));
        if (layer.op() instanceof ElementwiseAdd) {
            this.secondParts = network.materialisedParts(layer.inputs().get(1));
        } else {
            this.secondParts = layer.hasResidual() ? network.materialisedParts(layer.residual()) : List.of();
        }
        if (layer.op() instanceof Convolution convolution) {
            this.window = convolution.window();
            this.filters = parameters.filters().orElseThrow();
            this.layout = new FilterLayout(this);
            this.partials = new PartialResults(this, partialColumnSlack);
        } else {
            this.window = null;
            this.filters = null;
            this.layout = null;
            this.partials = null;
        }
    }

    /** Bounds of slice {@code slice} of {@code slices} of the output channels of a tile: first and end. */
    int[] channels(int tile, int slice, int slices) {
        int k = layer.outputShape().channels();
        int first = (int) ((long) k * tile / kTiles);
        int length = (int) ((long) k * (tile + 1) / kTiles) - first;
        return new int[] {
            first + (int) ((long) length * slice / slices), first + (int) ((long) length * (slice + 1) / slices)
        };
    }

    /** An element of the main input. */
    int input(int c, int h, int w) {
        return read(inputParts, c, h, w);
    }

    /** An element of the second operand. */
    int second(int c, int h, int w) {
        return read(secondParts, c, h, w);
    }

    private int read(List<Integer> parts, int c, int h, int w) {
        int channel = c;
        for (int part : parts) {
            int channels = memory.shape(part).channels();
            if (channel < channels) {
                return memory.read(part, channel, h, w);
            }
            channel -= channels;
        }
        throw new IllegalArgumentException("channel " + c + " is outside the operand of " + layer.name());
    }
}
