package dev.isos.core.wavefront.execution;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.core.wavefront.work.LayerWork;

/**
 * A layer with one output position, a sparse matrix times a vector: input stationary, each weight used at most once. The input's
 * positions, in the order [W, H, C], are cut into steps with about as many weights each; weights that meet nothing but padding
 * come with the others. The non-zero activations of a step are dealt to all lanes.
 */
final class StreamedProduct {
    private final Layer layer;
    private final FilterTensor filters;
    private final Window window;
    private final ActivationTensor input;
    private final int vectorWidth;

    StreamedProduct(Layer layer, LayerParameters parameters, ActivationTensor input, int vectorWidth) {
        this.layer = layer;
        this.filters = parameters.filters().orElseThrow();
        this.window = ((Convolution) layer.op()).window();
        this.input = input;
        this.vectorWidth = vectorWidth;
    }

    void execute(Requantisation requantisation, ActivationTensor residual, LayerWork work) {
        int steps = work.factors().streamSteps();
        int lanes = work.factors().rowLanes();
        int[] stepWeights = new int[steps];
        int[] stepFibers = new int[steps];
        int[] sums = new int[layer.outputShape().channels()];
        char[] coordinates = filters.coordinates();
        byte[] payloads = filters.payloads();
        int channels = input.shape().channels();
        int legal = legalWeights();
        int step = 0;
        long met = 0;
        int dealt = 0;
        for (int fiber = 0; fiber < input.shape().fibers(); fiber++) {
            int s = kernelColumn(fiber);
            int r = kernelRow(fiber);
            for (int c = 0; c < channels; c++) {
                int from = 0;
                int to = 0;
                if (r >= 0 && s >= 0) {
                    from = filters.starts()[filters.fiber(c, r, s)];
                    to = filters.starts()[filters.fiber(c, r, s) + 1];
                }
                while (step + 1 < steps && met >= (long) legal * (step + 1) / steps) {
                    step++;
                    dealt = 0;
                }
                met += to - from;
                stepWeights[step] += to - from;
                stepFibers[step] = fiber;
                int value = ActivationTensor.decode(input.values()[fiber * channels + c], input.signed());
                if (value != 0 && r >= 0 && s >= 0) {
                    int item = work.frontEndItem(0, step, 0, dealt++ % lanes);
                    work.elements()[item]++;
                    work.products()[item] += to - from;
                    work.vectors()[item] += (to - from + vectorWidth - 1) / vectorWidth;
                    for (int i = from; i < to; i++) {
                        sums[coordinates[i]] += value * payloads[i];
                    }
                }
            }
        }
        // weights that meet nothing but padding travel all the same
        long padding = filters.nonZeros() - legal;
        for (int i = 0; i < steps; i++) {
            stepWeights[i] += (int) (padding * (i + 1) / steps - padding * i / steps);
            stepFibers[i] = Math.max(stepFibers[i], i == 0 ? 0 : stepFibers[i - 1]);
        }
        work.stream(stepWeights, stepFibers);
        byte[] values = work.output().values();
        for (int k = 0; k < sums.length; k++) {
            values[k] = (byte)
                    (residual == null
                            ? requantisation.apply(sums[k], k)
                            : requantisation.apply(
                                    sums[k], k, ActivationTensor.decode(residual.values()[k], residual.signed())));
        }
    }

    /** Weights that meet an input position rather than padding. */
    private int legalWeights() {
        int legal = 0;
        for (int fiber = 0; fiber < input.shape().fibers(); fiber++) {
            int s = kernelColumn(fiber);
            int r = kernelRow(fiber);
            for (int c = 0; r >= 0 && s >= 0 && c < input.shape().channels(); c++) {
                legal += filters.starts()[filters.fiber(c, r, s) + 1] - filters.starts()[filters.fiber(c, r, s)];
            }
        }
        return legal;
    }

    private int kernelColumn(int fiber) {
        return kernel(fiber / input.shape().height(), window.padLeft(), window.dilationColumns(), window.columns());
    }

    private int kernelRow(int fiber) {
        return kernel(fiber % input.shape().height(), window.padTop(), window.dilationRows(), window.rows());
    }

    /** Kernel position that the only output reads input coordinate x through, or -1. */
    private static int kernel(int x, int pad, int dilation, int size) {
        int offset = x + pad;
        return offset % dilation == 0 && offset / dilation < size ? offset / dilation : -1;
    }
}
