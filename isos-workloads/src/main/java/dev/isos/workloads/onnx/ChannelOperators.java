package dev.isos.workloads.onnx;

import dev.isos.api.network.LayerOp;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.workloads.graph.FloatOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Operators across channels: concatenation, selection and local response normalisation. */
final class ChannelOperators extends OperatorFamily {
    ChannelOperators(TranslationState state) {
        super(state);
    }

    @Override
    void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft) {
        standard.put("Concat", this::concat);
        standard.put("Split", this::split);
        standard.put("Slice", this::slice);
        standard.put("Gather", this::gather);
        standard.put("LRN", this::lrn);
    }

    private void concat(OnnxNode node) {
        concat(node, IntStream.range(0, node.inputs().size()).boxed().toList(), node.output());
    }

    void concat(OnnxNode node, List<Integer> parts, String output) {
        if (parts.isEmpty()) {
            throw node.badInput("joins nothing");
        }
        List<String> inputs = new ArrayList<>();
        ComputedTensor first = tensor(node, parts.get(0));
        long channels = 0;
        for (int i : parts) {
            ComputedTensor part = tensor(node, i);
            channels += part.shape().channels();
            boolean fits = part.rank() == first.rank()
                    && part.shape().height() == first.shape().height()
                    && part.shape().width() == first.shape().width();
            if (!fits) {
                throw node.badInput("joins tensors of shapes " + first.shape() + " and " + part.shape());
            }
            inputs.add(node.requiredInput(i));
        }
        if (ConstantFolding.axis(node, node.integer("axis", 1), first.rank()) != 1) {
            throw node.unsupported("joins along axis " + node.integer("axis", 1) + ", expected the channels, axis 1");
        }
        FeatureMapShape shape = checkedShape(
                node, channels, first.shape().height(), first.shape().width());
        FloatOp op = inputs.size() == 1 ? new FloatOp.Identity() : new FloatOp.Concatenation();
        emit(node, op, new ComputedTensor(shape, first.rank()), output, inputs);
    }

    private void split(OnnxNode node) {
        ComputedTensor in = tensor(node, 0);
        requireChannels(node, node.integer("axis", 0), in);
        int channels = in.shape().channels();
        int outputs = node.proto().getOutputCount();
        long[] sizes = node.has("split")
                ? node.integers("split")
                : node.input(1).isPresent() ? constant(node, 1, "sizes").integers() : null;
        if (sizes == null) {
            // As equal as possible, the last one smaller.
            sizes = new long[outputs];
            int each = (channels + outputs - 1) / outputs;
            for (int i = 0; i < outputs; i++) {
                sizes[i] = Math.min(each, channels - (long) i * each);
            }
        }
        if (sizes.length != outputs || Arrays.stream(sizes).sum() != channels) {
            throw node.badInput(
                    "splits " + channels + " channels into " + Arrays.toString(sizes) + " for " + outputs + " outputs");
        }
        long at = 0;
        for (int i = 0; i < outputs; i++) {
            select(node, in, at, 1, sizes[i], node.proto().getOutput(i));
            at += sizes[i];
        }
    }

    private void slice(OnnxNode node) {
        ComputedTensor in = tensor(node, 0);
        boolean attributes = node.has("starts");
        long[] starts = attributes
                ? node.integers("starts")
                : constant(node, 1, "starts").integers();
        long[] ends =
                attributes ? node.integers("ends") : constant(node, 2, "ends").integers();
        long[] axes = attributes
                ? node.integers("axes")
                : node.input(3).isPresent() ? constant(node, 3, "axes").integers() : null;
        long[] steps = !attributes && node.input(4).isPresent()
                ? constant(node, 4, "steps").integers()
                : null;
        int[] dims = in.dims();
        boolean fits = ends != null
                && ends.length == starts.length
                && starts.length <= dims.length
                && (axes == null || axes.length == starts.length)
                && (steps == null || steps.length == starts.length);
        if (!fits) {
            throw node.badInput("has starts, ends, axes and steps of different lengths");
        }
        long from = 0;
        long step = 1;
        long count = in.shape().channels();
        for (int i = 0; i < starts.length; i++) {
            int axis = axes == null ? i : ConstantFolding.axis(node, axes[i], dims.length);
            long by = steps == null ? 1 : steps[i];
            long[] range = ConstantFolding.sliceRange(node, starts[i], ends[i], by, dims[axis]);
            if (axis == 1) {
                from = range[0];
                count = range[1];
                step = by;
            } else if (range[1] != dims[axis] || by != 1) {
                throw node.unsupported("cuts along axis " + axis + ", expected the channels, axis 1");
            }
        }
        select(node, in, from, step, count, node.output());
    }

    private void gather(OnnxNode node) {
        ComputedTensor in = tensor(node, 0);
        requireChannels(node, node.integer("axis", 0), in);
        ConstantTensor indices = constant(node, 1, "indices");
        if (indices.rank() != 1) {
            throw node.unsupported(
                    "gathers by indices of " + indices.rank() + " dimensions, expected a list of channels");
        }
        int[] channels = new int[indices.elements()];
        for (int i = 0; i < channels.length; i++) {
            channels[i] =
                    ConstantFolding.axis(node, indices.integerAt(i), in.shape().channels());
        }
        select(node, in, channels, node.output());
    }

    private static void requireChannels(OnnxNode node, long axis, ComputedTensor in) {
        if (ConstantFolding.axis(node, axis, in.rank()) != 1) {
            throw node.unsupported("works along axis " + axis + ", expected the channels, axis 1");
        }
    }

    private void select(OnnxNode node, ComputedTensor in, long from, long step, long count, String output) {
        if (count <= 0) {
            throw node.unsupported("selects no channels");
        }
        int[] channels = new int[(int) count];
        for (int i = 0; i < count; i++) {
            channels[i] = (int) (from + i * step);
        }
        select(node, in, channels, output);
    }

    private void select(OnnxNode node, ComputedTensor in, int[] channels, String output) {
        FeatureMapShape s = in.shape();
        boolean all = channels.length == s.channels();
        for (int i = 0; all && i < channels.length; i++) {
            all = channels[i] == i;
        }
        FeatureMapShape shape = checkedShape(node, channels.length, s.height(), s.width());
        FloatOp op = all ? new FloatOp.Identity() : new FloatOp.ChannelSelection(channels);
        emit(node, op, new ComputedTensor(shape, in.rank()), output, List.of(node.requiredInput(0)));
    }

    private void lrn(OnnxNode node) {
        map(node, 0);
        long size = node.integer("size", 0);
        if (size < 1 || size > LayerOp.LocalResponseNormalisation.MAX_SIZE) {
            throw node.badInput("normalises over " + size + " channels");
        }
        same(
                node,
                new FloatOp.LocalResponseNormalisation(
                        (int) size, node.number("alpha", 1e-4f), node.number("beta", 0.75f), node.number("bias", 1f)));
    }
}
