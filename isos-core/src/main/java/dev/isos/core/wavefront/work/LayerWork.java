package dev.isos.core.wavefront.work;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.core.wavefront.mapping.ChannelSplit;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.Pass;
import java.util.List;

/**
 * What executing one layer gave: its output and the exact counts of all its items, in arrays that are filled by the engine
 * and shared from then on. Independent of the segment that the layer is in, but for its passes.
 */
public final class LayerWork {
    private final LayerFactors factors;
    private final Pass[] passes;
    private final ActivationTensor output;
    private final int[][] parts;
    private final int[] frontEndStart;
    private final int[] backEndStart;
    private final int[] products;
    private final int[] vectors;
    private final int[] elements;
    private final int[] merges;
    private final int[] held;

    /** Of a streamed layer: non-zero weights of each step. */
    private int[] stepWeights = new int[0];

    /** Of a streamed layer: the input fiber with which each step ends. */
    private int[] stepFibers = new int[0];

    /** Counts of zero, to be filled. */
    public LayerWork(Layer layer, LayerFactors factors, List<Pass> passes, ActivationTensor output) {
        this.factors = factors;
        this.passes = passes.toArray(new Pass[0]);
        this.output = output;
        int count = passes.size();
        parts = new int[count][];
        frontEndStart = new int[count + 1];
        backEndStart = new int[count + 1];
        for (int i = 0; i < count; i++) {
            Pass pass = passes.get(i);
            parts[i] = ChannelSplit.bounds(pass.firstChannel(), pass.endChannel(), factors.outputLanes());
            int fibers = factors.streamed()
                    ? factors.streamSteps()
                    : layer.inputShape().width() * pass.inputRows();
            boolean filters = layer.op() instanceof Convolution;
            frontEndStart[i + 1] = frontEndStart[i] + (filters ? fibers * factors.rowLanes() : 0);
            backEndStart[i + 1] =
                    backEndStart[i] + layer.outputShape().width() * pass.outputRows() * factors.outputLanes();
        }
        products = new int[frontEndStart[count]];
        vectors = new int[products.length];
        elements = new int[products.length];
        merges = new int[backEndStart[count]];
        held = new int[merges.length];
    }

    /** The mapping factors that the counts are for. */
    public LayerFactors factors() {
        return factors;
    }

    /** Number of passes. */
    public int passes() {
        return passes.length;
    }

    /** What a pass does. */
    public Pass pass(int pass) {
        return this.passes[pass];
    }

    /** The layer's output. */
    public ActivationTensor output() {
        return output;
    }

    /** Bounds of the parts of an output fiber, one per lane of the row, over all of K. */
    public int[] parts(int pass) {
        return parts[pass];
    }

    /** Front-end items. */
    public int frontEndItems() {
        return products.length;
    }

    /** Back-end items. */
    public int backEndItems() {
        return merges.length;
    }

    /** Place of a front-end item in the following arrays; of a streamed layer w is the step and h is 0. */
    public int frontEndItem(int pass, int w, int h, int lane) {
        Pass rows = this.passes[pass];
        int fiber = factors.streamed() ? w : w * rows.inputRows() + h - rows.firstInput();
        return frontEndStart[pass] + fiber * factors.rowLanes() + lane;
    }

    /** Effectual products of each front-end item. */
    public int[] products() {
        return products;
    }

    /** Vectors of weights that each front-end item multiplies. */
    public int[] vectors() {
        return vectors;
    }

    /** Non-zero activations that each front-end item reads. */
    public int[] elements() {
        return elements;
    }

    /** Place of a back-end item in the following arrays. */
    public int backEndItem(int pass, int q, int p, int lane) {
        Pass rows = this.passes[pass];
        return backEndStart[pass] + (q * rows.outputRows() + p - rows.firstOutput()) * factors.outputLanes() + lane;
    }

    /** Non-zero partial results or operands that each back-end item merges. */
    public int[] merges() {
        return merges;
    }

    /** On-chip bytes of the part of an output fiber that each back-end item makes. */
    public int[] held() {
        return held;
    }

    /**
     * Sets what the steps of a streamed layer move and reach.
     *
     * @param weights non-zero weights of each step
     * @param fibers input fiber, w * H + h, with which each step ends
     */
    public void stream(int[] weights, int[] fibers) {
        stepWeights = weights;
        stepFibers = fibers;
    }

    /** Non-zero weights of a step. */
    public int stepWeights(int step) {
        return stepWeights[step];
    }

    /** Input fiber, w * H + h, with which a step ends. */
    public int stepFiber(int step) {
        return stepFibers[step];
    }
}
