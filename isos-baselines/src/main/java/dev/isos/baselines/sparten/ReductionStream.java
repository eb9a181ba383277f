package dev.isos.baselines.sparten;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Normalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.support.layers.OperandPart;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer without filters. A group is a block of as many output channels as a cluster has units, one channel per unit; each
 * element of the window (of the sum: each operand) is one broadcast and takes every unit with a channel one step. In a local
 * response normalisation the one broadcast takes each unit as many steps as its window has channels. A broadcast has the
 * input channels from the first to the last that the block needs. No products.
 */
final class ReductionStream extends LayerStream {
    private final Window window;
    private final MaskedInput[] operands;
    private final FeatureMapShape inputShape;
    private final int channels;
    private final int outputChannels;
    private final int blocks;
    private final Normalisation normalisation;
    private final ActivationTensor output;
    private final List<OperandPart> parts = new ArrayList<>();
    private final List<Integer> operandOfPart = new ArrayList<>();

    // for each part, whether a block of channels of a fiber has been loaded
    private final boolean[][] loaded;
    private final long inputBytes;

    ReductionStream(ExecutionContext context, Layer layer, WorkItem item, ActivationTensor output) {
        super(context, layer, item);
        window = layer.op() instanceof Pooling pooling ? pooling.window() : Window.square(1, 1, 0);
        operands = new MaskedInput[layer.inputs().size()];
        for (int i = 0; i < operands.length; i++) {
            operands[i] =
                    MaskedInput.of(context, context.activation(layer.inputs().get(i)));
            for (OperandPart part :
                    OperandPart.of(context.workload().network(), layer.inputs().get(i))) {
                parts.add(part);
                operandOfPart.add(i);
            }
        }
        inputShape = operands[0].shape();
        channels = inputShape.channels();
        outputChannels = layer.outputShape().channels();
        blocks = (outputChannels + units - 1) / units;
        normalisation = layer.op() instanceof Normalisation n ? n : null;
        this.output = output;
        loaded = new boolean[parts.size()][inputShape.fibers() * blocks];
        long bytes = 0;
        for (MaskedInput operand : operands) {
            for (int fiber = 0; fiber < inputShape.fibers(); fiber++) {
                bytes += operand.bytes(fiber, 0, channels);
            }
        }
        inputBytes = bytes;
    }

    private int firstChannel(int block) {
        return block * units;
    }

    private int endChannel(int block) {
        return Math.min(outputChannels, (block + 1) * units);
    }

    private int firstInput(int block) {
        return layer.firstInputChannel(firstChannel(block), endChannel(block));
    }

    private int endInput(int block) {
        return layer.endInputChannel(firstChannel(block), endChannel(block));
    }

    @Override
    int groups() {
        return blocks;
    }

    @Override
    int broadcasts(int group) {
        return window.rows() * window.columns() * operands.length;
    }

    @Override
    int sources() {
        return parts.size();
    }

    @Override
    int sourceTensor(int source) {
        return parts.get(source).tensor();
    }

    @Override
    long inputBytes(int group) {
        return inputBytes;
    }

    @Override
    long loadedBytes(int source, int group, int position, int broadcast) {
        int fiber = fiberOf(position, broadcast);
        int operand = broadcast % operands.length;
        if (fiber < 0 || operand != operandOfPart.get(source) || loaded[source][fiber * blocks + group]) {
            return 0;
        }
        loaded[source][fiber * blocks + group] = true;
        return format.bytes(parts.get(source), operands[operand], fiber, firstInput(group), endInput(group), null, 0);
    }

    private int fiberOf(int position, int broadcast) {
        int kernel = broadcast / operands.length;
        int h = window.inputRow(rowOf(position), kernel / window.columns());
        int w = window.inputColumn(columnOf(position), kernel % window.columns());
        return fiber(inputShape, h, w);
    }

    @Override
    void compute(int group, int slot, int position, int cluster) {
        int first = firstChannel(group);
        int end = endChannel(group);
        int firstInput = firstInput(group);
        int endInput = endInput(group);
        for (int b = 0; b < broadcasts(group); b++) {
            int fiber = fiberOf(position, b);
            if (fiber < 0) {
                continue;
            }
            MaskedInput operand = operands[b % operands.length];
            item.begin(SparTenWork.REDUCE, layer.index(), group, position, cluster);
            counts[SparTenWork.OPERANDS] = operand.nonZeros(fiber, firstInput, endInput);
            counts[SparTenWork.CHUNK_BYTES] = operand.bytes(fiber, firstInput, endInput);
            for (int k = first; k < end; k++) {
                counts[SparTenWork.UNIT_STEPS + k - first] = steps(k);
            }
            give(cluster, b);
        }
    }

    private int steps(int k) {
        return normalisation == null
                ? 1
                : normalisation.lastChannel(k, channels) - normalisation.firstChannel(k, channels) + 1;
    }

    @Override
    long outputBytes(int group, int position) {
        int nonZeros = 0;
        int at = position * outputChannels;
        for (int k = firstChannel(group); k < endChannel(group); k++) {
            nonZeros += output.values()[at + k] != 0 ? 1 : 0;
        }
        return format.bytes((endChannel(group) + 7) / 8 - (firstChannel(group) + 7) / 8, nonZeros);
    }

    @Override
    int outputs(int group) {
        return endChannel(group) - firstChannel(group);
    }
}
