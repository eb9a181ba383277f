package dev.isos.core.dataflow.isos;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.tensor.ActivationTensor;

/**
 * What executing one layer gave: its output and the exact counts of all its items. Front-end counts are at
 * {@code ((tile * W + w) * H + h) * kSplit + slice}, back-end counts at {@code ((tile * Q + q) * P + p) * outputSplit +
 * slice}. Independent of the segment that the layer is in.
 */
final class LayerWork {
    final LayerFactors factors;
    final ActivationTensor output;
    final int[] products;
    final int[] chunks;
    final int[] busiestBank;
    final int[] activations;
    final int[] filterBytes;
    final int[] filterWords;
    final int[] busiestFilterBank;

    /** At {@code tile * W + w}. */
    final int[] wavefrontFilterBytes;

    final int[] wavefrontFilterWords;

    final int[] merges;

    /** On-chip bytes of each part of an output fiber. */
    final int[] held;

    LayerWork(Layer layer, LayerFactors factors, ActivationTensor output) {
        this.factors = factors;
        this.output = output;
        boolean filters = layer.op() instanceof Convolution;
        int frontends = filters ? factors.kTiles() * layer.inputShape().fibers() * factors.kSplit() : 0;
        products = new int[frontends];
        chunks = new int[frontends];
        busiestBank = new int[frontends];
        activations = new int[frontends];
        filterBytes = new int[frontends];
        filterWords = new int[frontends];
        busiestFilterBank = new int[frontends];
        wavefrontFilterBytes =
                new int[filters ? factors.kTiles() * layer.inputShape().width() : 0];
        wavefrontFilterWords = new int[wavefrontFilterBytes.length];
        int backends = factors.kTiles() * layer.outputShape().fibers() * factors.outputSplit();
        merges = new int[backends];
        held = new int[backends];
    }
}
