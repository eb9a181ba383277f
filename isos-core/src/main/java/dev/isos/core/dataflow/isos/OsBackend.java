package dev.isos.core.dataflow.isos;

import dev.isos.api.network.Layer;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Requantisation;
import java.util.Arrays;

/**
 * The output-stationary back end of one layer and K-tile: merges the partial results of a complete output column over r,
 * applies the post-operations and writes each output once.
 */
final class OsBackend {
    private final KernelAxis rows;
    private final PartialResults partials;
    private final Requantisation requantisation;
    private final ActivationTensor residual;
    private final LayerWork work;
    private final WavefrontObserver observer;
    private final int tile;
    private final int height;
    private final int width;
    private final int inputRows;
    private final int[] slices;
    private final int[] sums;

    /** @param slices bounds of the output K-slices of the tile */
    OsBackend(
            Layer layer,
            KernelAxis rows,
            PartialResults partials,
            Requantisation requantisation,
            ActivationTensor residual,
            LayerWork work,
            int tile,
            int[] slices,
            WavefrontObserver observer) {
        this.rows = rows;
        this.partials = partials;
        this.requantisation = requantisation;
        this.residual = residual;
        this.work = work;
        this.tile = tile;
        this.slices = slices;
        this.observer = observer;
        this.height = layer.outputShape().height();
        this.width = layer.outputShape().width();
        this.inputRows = layer.inputShape().height();
        this.sums = new int[slices[slices.length - 1] - slices[0]];
    }

    /** Completes output column q, all rows. */
    void column(int q) {
        for (int p = 0; p < height; p++) {
            fiber(q, p);
            observer.outputWritten(tile, q, p);
        }
        partials.close(q);
    }

    private void fiber(int q, int p) {
        int first = slices[0];
        int item = ((tile * width + q) * height + p) * (slices.length - 1);
        Arrays.fill(sums, 0);
        for (int r = 0; r < rows.size(); r++) {
            int h = rows.input(p, r);
            if (h >= 0 && h < inputRows) {
                int from = partials.start(q, h, r);
                for (int slice = 0; slice < slices.length - 1; slice++) {
                    work.merges[item + slice] +=
                            merge(partials.values(), from, slices[slice] - first, slices[slice + 1] - first);
                }
            }
        }
        byte[] values = work.output.values();
        int at = work.output.fiberStart(q, p);
        if (residual == null) {
            for (int k = 0; k < sums.length; k++) {
                values[at + first + k] = (byte) requantisation.apply(sums[k], first + k);
            }
        } else {
            byte[] operands = residual.values();
            boolean signed = residual.signed();
            for (int k = 0; k < sums.length; k++) {
                int operand = ActivationTensor.decode(operands[at + first + k], signed);
                values[at + first + k] = (byte) requantisation.apply(sums[k], first + k, operand);
            }
        }
    }

    /** Adds one partial fiber and returns how many of its elements are not zero. */
    private int merge(int[] values, int from, int low, int high) {
        int nonZeros = 0;
        for (int k = low; k < high; k++) {
            int value = values[from + k];
            sums[k] += value;
            nonZeros += (value | -value) >>> 31;
        }
        return nonZeros;
    }
}
