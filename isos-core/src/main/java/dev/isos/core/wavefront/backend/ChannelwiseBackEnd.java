package dev.isos.core.wavefront.backend;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Normalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.ChannelNormaliser;
import dev.isos.api.workload.Requantisation;
import dev.isos.core.wavefront.work.LayerWork;
import java.util.Arrays;

/**
 * The back end of layers without filters: poolings, additions, channel selections and local response normalisations. Its
 * operands are waiting input fibers; merges are the non-zero ones among them. A normalisation costs as much as a pooling of
 * which the window lies along the channels; that its function comes from a table is part of the post-operation.
 */
public final class ChannelwiseBackEnd {
    private final Layer layer;
    private final Requantisation requantisation;
    private final LayerWork work;
    private final int pass;
    private final int[] parts;
    private final int[] pooled;
    private final int[] nonZerosBefore;

    /** @param pass of the layer; its rows are computed */
    public ChannelwiseBackEnd(Layer layer, Requantisation requantisation, LayerWork work, int pass) {
        this.layer = layer;
        this.requantisation = requantisation;
        this.work = work;
        this.pass = pass;
        this.parts = work.parts(pass);
        this.pooled = new int[layer.outputShape().channels()];
        this.nonZerosBefore = new int[layer.outputShape().channels() + 1];
    }

    /** Output column q of an element-wise addition. */
    public void add(ActivationTensor first, ActivationTensor second, int q) {
        byte[] values = work.output().values();
        for (int p = work.pass(pass).firstOutput(); p < work.pass(pass).endOutput(); p++) {
            int from = work.output().fiberStart(q, p);
            for (int part = 0; part < parts.length - 1; part++) {
                int merges = 0;
                for (int k = parts[part]; k < parts[part + 1]; k++) {
                    int a = ActivationTensor.decode(first.values()[from + k], first.signed());
                    int b = ActivationTensor.decode(second.values()[from + k], second.signed());
                    merges += (a != 0 ? 1 : 0) + (b != 0 ? 1 : 0);
                    values[from + k] = (byte) requantisation.add(a, b);
                }
                work.merges()[item(q, p) + part] = merges;
            }
        }
    }

    /** Output column q of a pooling. */
    public void pool(Pooling pooling, ActivationTensor input, int q) {
        Window window = pooling.window();
        boolean max = pooling.kind() == PoolingKind.MAX;
        byte[] values = work.output().values();
        for (int p = work.pass(pass).firstOutput(); p < work.pass(pass).endOutput(); p++) {
            Arrays.fill(pooled, 0);
            int positions = 0;
            for (int s = 0; s < window.columns(); s++) {
                int w = window.inputColumn(q, s);
                for (int r = 0; r < window.rows(); r++) {
                    int h = window.inputRow(p, r);
                    if (w >= 0
                            && w < input.shape().width()
                            && h >= 0
                            && h < input.shape().height()) {
                        operand(input, input.fiberStart(w, h), max, positions == 0, item(q, p));
                        positions++;
                    }
                }
            }
            int divisor = pooling.countPadding() ? window.rows() * window.columns() : Math.max(1, positions);
            int at = work.output().fiberStart(q, p);
            for (int k = parts[0]; k < parts[parts.length - 1]; k++) {
                int value = max ? requantisation.apply(pooled[k], k) : requantisation.average(pooled[k], divisor, k);
                values[at + k] = (byte) value;
            }
        }
    }

    /** Output column q of a local response normalisation. */
    public void normalise(Normalisation op, ChannelNormaliser normaliser, ActivationTensor input, int q) {
        byte[] values = work.output().values();
        int channels = layer.outputShape().channels();
        for (int p = work.pass(pass).firstOutput(); p < work.pass(pass).endOutput(); p++) {
            int from = work.output().fiberStart(q, p);
            normaliser.fiber(input.values(), from, input.signed(), values, from, channels);
            // how many non-zeros come before each channel
            nonZerosBefore[0] = 0;
            for (int c = 0; c < channels; c++) {
                nonZerosBefore[c + 1] = nonZerosBefore[c] + (input.values()[from + c] != 0 ? 1 : 0);
            }
            for (int part = 0; part < parts.length - 1; part++) {
                int merges = 0;
                for (int k = parts[part]; k < parts[part + 1]; k++) {
                    merges += nonZerosBefore[op.lastChannel(k, channels) + 1]
                            - nonZerosBefore[op.firstChannel(k, channels)];
                }
                work.merges()[item(q, p) + part] = merges;
            }
        }
    }

    /** Output column q of a selection of input channels. */
    public void select(int[] selected, ActivationTensor input, int q) {
        byte[] values = work.output().values();
        for (int p = work.pass(pass).firstOutput(); p < work.pass(pass).endOutput(); p++) {
            int from = input.fiberStart(q, p);
            int at = work.output().fiberStart(q, p);
            for (int part = 0; part < parts.length - 1; part++) {
                int merges = 0;
                for (int k = parts[part]; k < parts[part + 1]; k++) {
                    int value = ActivationTensor.decode(input.values()[from + selected[k]], input.signed());
                    merges += value != 0 ? 1 : 0;
                    values[at + k] = (byte) requantisation.apply(value, k);
                }
                work.merges()[item(q, p) + part] = merges;
            }
        }
    }

    private void operand(ActivationTensor input, int from, boolean max, boolean first, int item) {
        int[] merges = work.merges();
        for (int part = 0; part < parts.length - 1; part++) {
            merges[item + part] += input.nonZeros(from + parts[part], from + parts[part + 1]);
        }
        int mask = input.signed() ? -1 : 0xFF;
        int low = parts[0];
        int high = parts[parts.length - 1];
        if (!max) {
            add(pooled, input.values(), from, low, high, mask);
        } else {
            if (first) {
                Arrays.fill(pooled, low, high, Integer.MIN_VALUE);
            }
            greatest(pooled, input.values(), from, low, high, mask);
        }
    }

    private static void add(int[] sums, byte[] stored, int from, int low, int high, int mask) {
        for (int k = low; k < high; k++) {
            sums[k] += stored[from + k] & mask;
        }
    }

    private static void greatest(int[] values, byte[] stored, int from, int low, int high, int mask) {
        for (int k = low; k < high; k++) {
            values[k] = Math.max(values[k], stored[from + k] & mask);
        }
    }

    private int item(int q, int p) {
        return work.backEndItem(pass, q, p, 0);
    }
}
