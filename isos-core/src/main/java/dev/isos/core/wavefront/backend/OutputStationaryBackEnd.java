package dev.isos.core.wavefront.backend;

import dev.isos.api.network.Layer;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Requantisation;
import dev.isos.core.wavefront.mapping.KernelAxis;
import dev.isos.core.wavefront.work.IntermediateRing;
import dev.isos.core.wavefront.work.LayerWork;
import dev.isos.core.wavefront.work.WavefrontObserver;
import java.util.Arrays;

/**
 * The output-stationary back end of one layer and pass: merges the partial results of a complete output column over r, applies
 * the post-operations and writes each output once.
 */
public final class OutputStationaryBackEnd {
    private final KernelAxis rows;
    private final IntermediateRing partials;
    private final Requantisation requantisation;
    private final ActivationTensor residual;
    private final LayerWork work;
    private final WavefrontObserver observer;
    private final int pass;
    private final int inputRows;
    private final int[] parts;
    private final int[] sums;

    /** @param residual residual operand or null */
    public OutputStationaryBackEnd(
            Layer layer,
            KernelAxis rows,
            IntermediateRing partials,
            Requantisation requantisation,
            ActivationTensor residual,
            LayerWork work,
            int pass,
            WavefrontObserver observer) {
        this.rows = rows;
        this.partials = partials;
        this.requantisation = requantisation;
        this.residual = residual;
        this.work = work;
        this.pass = pass;
        this.observer = observer;
        this.inputRows = layer.inputShape().height();
        this.parts = work.parts(pass);
        this.sums = new int[parts[parts.length - 1] - parts[0]];
    }

    /** Completes output column q, all rows of the pass. */
    public void column(int q) {
        for (int p = work.pass(pass).firstOutput(); p < work.pass(pass).endOutput(); p++) {
            fiber(q, p);
            observer.outputWritten(pass, q, p);
        }
        partials.close(q);
    }

    private void fiber(int q, int p) {
        int first = parts[0];
        int item = work.backEndItem(pass, q, p, 0);
        Arrays.fill(sums, 0);
        for (int r = 0; r < rows.size(); r++) {
            int h = rows.input(p, r);
            if (h >= 0 && h < inputRows) {
                int from = partials.start(q, h, r);
                for (int part = 0; part < parts.length - 1; part++) {
                    work.merges()[item + part] +=
                            merge(partials.values(), from, parts[part] - first, parts[part + 1] - first);
                }
            }
        }
        byte[] values = work.output().values();
        int at = work.output().fiberStart(q, p);
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
