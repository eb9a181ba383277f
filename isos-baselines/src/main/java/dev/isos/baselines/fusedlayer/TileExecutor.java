package dev.isos.baselines.fusedlayer;

import dev.isos.api.dataflow.TaskRunner;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.Normalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.workload.ChannelNormaliser;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.baselines.fusedlayer.FusedGroup.Read;
import dev.isos.support.arithmetic.WeightRows;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Computes the real outputs of a group tile by tile through its pyramid: a tile of a layer reads only what earlier tiles
 * and the layers before it in the same tile have produced, so a wrong region gives wrong outputs.
 *
 * <p>Zero activations, and zero weights of sparse filters, are passed over to save the host's time; the counts of the
 * dataflow are those of the dense machine.
 */
final class TileExecutor {
    /** Products, with zero activations, that are worth a task: some 50 microseconds. */
    private static final long TASK_PRODUCTS = 500_000;

    private final Workload workload;
    private final FusedGroup group;
    private final Pyramid pyramid;
    private final byte[][] values;
    private final boolean[] signed;
    private final WeightRows[] rows;
    private final ChannelNormaliser[] normalisers;

    private final TaskRunner tasks;

    private TileExecutor(
            Workload workload,
            FusedGroup group,
            Pyramid pyramid,
            IntFunction<ActivationTensor> activations,
            TaskRunner tasks) {
        this.tasks = tasks;
        this.workload = workload;
        this.group = group;
        this.pyramid = pyramid;
        values = new byte[group.tensors()][];
        signed = new boolean[group.tensors()];
        rows = new WeightRows[group.nodes()];
        normalisers = new ChannelNormaliser[group.nodes()];
        for (int tensor = 0; tensor < values.length; tensor++) {
            signed[tensor] = workload.signed(group.tensorLayer(tensor));
            values[tensor] = group.external(tensor)
                    ? external(group.tensorLayer(tensor), activations)
                    : new byte[group.shape(tensor).elements()];
        }
        for (int node = 0; node < group.nodes(); node++) {
            Layer layer = group.layer(node);
            if (layer.op() instanceof Normalisation normalisation) {
                normalisers[node] = ChannelNormaliser.of(normalisation, workload.requantisation(layer.index()));
            }
            if (layer.op() instanceof Convolution) {
                rows[node] = WeightRows.of(
                        workload.filters(layer.index()), layer.outputShape().fibers());
            }
        }
    }

    /**
     * Executes a group.
     *
     * @param activations output of a layer before the group, or the image for the network's input
     * @param tasks does columns of a large tile at the same time
     * @return output of every layer of the group, in order
     */
    static ActivationTensor[] execute(
            Workload workload,
            FusedGroup group,
            Pyramid pyramid,
            IntFunction<ActivationTensor> activations,
            TaskRunner tasks) {
        TileExecutor executor = new TileExecutor(workload, group, pyramid, activations, tasks);
        for (int i = 0; group.nodes() > 0 && i < pyramid.rows().tiles(); i++) {
            for (int j = 0; j < pyramid.columns().tiles(); j++) {
                for (int node = 0; node < group.nodes(); node++) {
                    executor.tile(node, i, j);
                }
            }
        }
        List<Integer> layers = group.layers();
        ActivationTensor[] outputs = new ActivationTensor[layers.size()];
        for (int l = 0; l < outputs.length; l++) {
            Layer layer = workload.network().layer(layers.get(l));
            if (layer.op() instanceof Concatenation) {
                outputs[l] = executor.concatenate(layer, activations);
            } else {
                int node = group.tensorOf(layer.index());
                outputs[l] = new ActivationTensor(layer.outputShape(), executor.signed[node], executor.values[node]);
            }
        }
        return outputs;
    }

    /** Values of a tensor from outside, as the group's layers read it: by itself, or as a part of a concatenation made before. */
    private byte[] external(int tensor, IntFunction<ActivationTensor> activations) {
        for (int index : group.layers()) {
            for (int operand : workload.network().layer(index).operands()) {
                int first = 0;
                for (int part : group.layers().contains(operand)
                        ? List.<Integer>of()
                        : workload.network().materialisedParts(operand)) {
                    int channels = workload.network().shapeOf(part).channels();
                    if (part == tensor) {
                        ActivationTensor whole = activations.apply(operand);
                        return operand == part ? whole.values() : channels(whole, first, channels);
                    }
                    first += channels;
                }
            }
        }
        throw new IllegalStateException("no layer of the group reads tensor " + tensor);
    }

    private static byte[] channels(ActivationTensor whole, int first, int count) {
        FeatureMapShape shape = whole.shape();
        byte[] part = new byte[shape.fibers() * count];
        for (int fiber = 0; fiber < shape.fibers(); fiber++) {
            System.arraycopy(whole.values(), fiber * shape.channels() + first, part, fiber * count, count);
        }
        return part;
    }

    private ActivationTensor concatenate(Layer layer, IntFunction<ActivationTensor> activations) {
        FeatureMapShape out = layer.outputShape();
        byte[] joined = new byte[out.elements()];
        int firstChannel = 0;
        for (int part : workload.network().materialisedParts(layer.index())) {
            int tensor = group.tensorOf(part);
            byte[] from = tensor >= 0 ? values[tensor] : external(part, activations);
            int length = workload.network().shapeOf(part).channels();
            for (int fiber = 0; fiber < out.fibers(); fiber++) {
                System.arraycopy(from, fiber * length, joined, fiber * out.channels() + firstChannel, length);
            }
            firstChannel += length;
        }
        return new ActivationTensor(out, workload.signed(layer.index()), joined);
    }

    private void tile(int node, int i, int j) {
        int p0 = pyramid.rows().start(node, i);
        int p1 = pyramid.rows().end(node, i);
        int q0 = pyramid.columns().start(node, j);
        int q1 = pyramid.columns().end(node, j);
        if (p0 == p1 || q0 == q1) {
            return;
        }
        LayerOp op = group.layer(node).op();
        if (op instanceof Convolution convolution) {
            convolve(node, convolution.window(), p0, p1, q0, q1);
        } else if (op instanceof Pooling pooling) {
            pool(node, pooling, p0, p1, q0, q1);
        } else if (op instanceof ElementwiseAdd) {
            add(node, p0, p1, q0, q1);
        } else {
            mix(node, op, p0, p1, q0, q1);
        }
    }

    private void convolve(int node, Window window, int p0, int p1, int q0, int q1) {
        Layer layer = group.layer(node);
        long products = (long) (p1 - p0) * workload.filters(layer.index()).nonZeros();
        int columns = (int) Math.max(1, Math.min(q1 - q0, TASK_PRODUCTS / Math.max(1, products)));
        tasks.run((q1 - q0 + columns - 1) / columns, task -> {
            int first = q0 + task * columns;
            convolveColumns(node, window, p0, p1, first, Math.min(q1, first + columns));
        });
    }

    private void convolveColumns(int node, Window window, int p0, int p1, int q0, int q1) {
        Layer layer = group.layer(node);
        FeatureMapShape in = layer.inputShape();
        FeatureMapShape out = layer.outputShape();
        FilterShape filters = layer.filterShape();
        Requantisation requantisation = workload.requantisation(layer.index());
        int[] fibers = new int[in.channels() * filters.rows() * filters.columns()];
        int[] factors = new int[fibers.length];
        int[] sums = new int[out.channels()];
        WeightRows weights = rows[node].forAnotherThread();
        for (int q = q0; q < q1; q++) {
            for (int p = p0; p < p1; p++) {
                int count = 0;
                for (int s = 0; s < window.columns(); s++) {
                    int w = window.inputColumn(q, s);
                    if (w < 0 || w >= in.width()) {
                        continue;
                    }
                    for (int r = 0; r < window.rows(); r++) {
                        int h = window.inputRow(p, r);
                        if (h >= 0 && h < in.height()) {
                            count = gather(node, w * in.height() + h, filters, r, s, fibers, factors, count);
                        }
                    }
                }
                Arrays.fill(sums, 0);
                weights.multiplyAdd(fibers, factors, count, sums, 0);
                finish(node, requantisation, sums, q * out.height() + p);
            }
        }
    }

    /**
     * Lists the non-zero inputs of one position (a fiber along C) with the fibers of weights that they meet at kernel position
     * (r, s), behind those listed before; gives the length of the list.
     */
    private int gather(
            int node, int fiber, FilterShape filters, int r, int s, int[] fibers, int[] factors, int listed) {
        int count = listed;
        int kernel = filters.rows() * filters.columns();
        for (Read read : group.readsOfNode(node)) {
            if (!read.residual()) {
                int channels = group.shape(read.tensor()).channels();
                byte[] from = values[read.tensor()];
                int mask = signed[read.tensor()] ? -1 : 0xFF;
                int base = fiber * channels;
                int weights = read.firstChannel() * kernel + r * filters.columns() + s;
                for (int c = 0; c < channels; c++, weights += kernel) {
                    int value = from[base + c] & mask;
                    fibers[count] = weights;
                    factors[count] = value;
                    // no branch on the value, which nobody could predict
                    count += (value | -value) >>> 31;
                }
            }
        }
        return count;
    }

    private void finish(int node, Requantisation requantisation, int[] sums, int fiber) {
        byte[] to = values[node];
        int base = fiber * sums.length;
        if (!group.layer(node).hasResidual()) {
            for (int k = 0; k < sums.length; k++) {
                to[base + k] = (byte) requantisation.apply(sums[k], k);
            }
            return;
        }
        for (Read read : group.readsOfNode(node)) {
            if (read.residual()) {
                byte[] residual = values[read.tensor()];
                int mask = signed[read.tensor()] ? -1 : 0xFF;
                int channels = group.shape(read.tensor()).channels();
                for (int c = 0; c < channels; c++) {
                    int k = read.firstChannel() + c;
                    to[base + k] = (byte) requantisation.apply(sums[k], k, residual[fiber * channels + c] & mask);
                }
            }
        }
    }

    private void pool(int node, Pooling pooling, int p0, int p1, int q0, int q1) {
        Layer layer = group.layer(node);
        FeatureMapShape in = layer.inputShape();
        FeatureMapShape out = layer.outputShape();
        Window window = pooling.window();
        boolean max = pooling.kind() == PoolingKind.MAX;
        Requantisation requantisation = workload.requantisation(layer.index());
        int[] pooled = new int[out.channels()];
        byte[] to = values[node];
        for (int q = q0; q < q1; q++) {
            for (int p = p0; p < p1; p++) {
                Arrays.fill(pooled, 0);
                int positions = 0;
                for (int s = 0; s < window.columns(); s++) {
                    int w = window.inputColumn(q, s);
                    for (int r = 0; r < window.rows(); r++) {
                        int h = window.inputRow(p, r);
                        if (w >= 0 && w < in.width() && h >= 0 && h < in.height()) {
                            poolFiber(node, w * in.height() + h, max, positions == 0, pooled);
                            positions++;
                        }
                    }
                }
                int divisor = pooling.countPadding() ? window.rows() * window.columns() : Math.max(1, positions);
                int base = (q * out.height() + p) * out.channels();
                for (int k = 0; k < pooled.length; k++) {
                    to[base + k] = (byte)
                            (max ? requantisation.apply(pooled[k], k) : requantisation.average(pooled[k], divisor, k));
                }
            }
        }
    }

    private void poolFiber(int node, int fiber, boolean max, boolean first, int[] pooled) {
        for (Read read : group.readsOfNode(node)) {
            byte[] from = values[read.tensor()];
            int mask = signed[read.tensor()] ? -1 : 0xFF;
            int channels = group.shape(read.tensor()).channels();
            for (int c = 0; c < channels; c++) {
                int value = from[fiber * channels + c] & mask;
                int k = read.firstChannel() + c;
                if (!max) {
                    pooled[k] += value;
                } else if (first || value > pooled[k]) {
                    pooled[k] = value;
                }
            }
        }
    }

    private void add(int node, int p0, int p1, int q0, int q1) {
        Layer layer = group.layer(node);
        FeatureMapShape out = layer.outputShape();
        Requantisation requantisation = workload.requantisation(layer.index());
        int[][] operands = new int[2][out.channels()];
        byte[] to = values[node];
        for (int q = q0; q < q1; q++) {
            for (int p = p0; p < p1; p++) {
                int fiber = q * out.height() + p;
                int operand = -1;
                for (Read read : group.readsOfNode(node)) {
                    operand += read.firstChannel() == 0 ? 1 : 0;
                    int mask = signed[read.tensor()] ? -1 : 0xFF;
                    int channels = group.shape(read.tensor()).channels();
                    for (int c = 0; c < channels; c++) {
                        operands[operand][read.firstChannel() + c] = values[read.tensor()][fiber * channels + c] & mask;
                    }
                }
                for (int k = 0; k < out.channels(); k++) {
                    to[fiber * out.channels() + k] = (byte) requantisation.add(operands[0][k], operands[1][k]);
                }
            }
        }
    }

    /** Layers that move or mix the channels of a position. */
    private void mix(int node, LayerOp op, int p0, int p1, int q0, int q1) {
        Layer layer = group.layer(node);
        FeatureMapShape out = layer.outputShape();
        Requantisation requantisation = workload.requantisation(layer.index());
        ChannelNormaliser normaliser = normalisers[node];
        int[] selected = op instanceof ChannelSelection selection ? selection.toArray() : null;
        byte[] fiber = new byte[layer.inputShape().channels()];
        boolean signedInput = workload.signed(layer.inputs().get(0));
        int mask = signedInput ? -1 : 0xFF;
        for (int q = q0; q < q1; q++) {
            for (int p = p0; p < p1; p++) {
                int position = q * out.height() + p;
                for (Read read : group.readsOfNode(node)) {
                    int channels = group.shape(read.tensor()).channels();
                    System.arraycopy(values[read.tensor()], position * channels, fiber, read.firstChannel(), channels);
                }
                int base = position * out.channels();
                if (selected == null) {
                    normaliser.fiber(fiber, 0, signedInput, values[node], base, out.channels());
                } else {
                    for (int k = 0; k < selected.length; k++) {
                        values[node][base + k] = (byte) requantisation.apply(fiber[selected[k]] & mask, k);
                    }
                }
            }
        }
    }
}
