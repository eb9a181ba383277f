package dev.isos.workloads.onnx;

import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.workloads.graph.FloatOp;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Operators that change shapes: padding, reshapes, and transpositions that only order channels. */
final class ShapeOperators extends OperatorFamily {
    ShapeOperators(TranslationState state) {
        super(state);
    }

    @Override
    void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft) {
        standard.put("Pad", this::pad);
        standard.put("Flatten", this::flatten);
        standard.put("Reshape", this::reshape);
        standard.put("Squeeze", this::squeeze);
        standard.put("Unsqueeze", this::unsqueeze);
        standard.put("Transpose", this::transpose);
    }

    private void pad(OnnxNode node) {
        ComputedTensor in = map(node, 0);
        if (!node.text("mode", "constant").equals("constant")) {
            throw node.unsupported("pads in mode " + OnnxNode.printable(node.text("mode", "")) + ", expected constant");
        }
        float value = node.input(2).isPresent() ? scalar(node, 2, "value") : node.number("value", 0f);
        if (value != 0f || node.input(3).isPresent()) {
            throw node.unsupported("pads selected axes or with " + value + ", expected all axes and zero");
        }
        long[] pads = node.input(1).isPresent()
                ? constant(node, 1, "pads").integers()
                : Optional.ofNullable(node.integers("pads")).orElseThrow(() -> node.badInput("has no pads"));
        if (pads.length != 8 || pads[0] != 0 || pads[4] != 0) {
            throw node.badInput("has pads " + Arrays.toString(pads) + ", expected 8 without any for the batch");
        }
        for (long p : pads) {
            if (p < 0 || p > OnnxModelReader.MAX_ELEMENTS) {
                throw node.unsupported(
                        "has pads " + Arrays.toString(pads) + ", expected 0.." + OnnxModelReader.MAX_ELEMENTS);
            }
        }
        FeatureMapShape s = in.shape();
        FeatureMapShape out = checkedShape(
                node, s.channels() + pads[1] + pads[5], s.height() + pads[2] + pads[6], s.width() + pads[3] + pads[7]);
        FloatOp op = new FloatOp.Padding(
                (int) pads[2], (int) pads[3], (int) pads[6], (int) pads[7], (int) pads[1], (int) pads[5]);
        emit(node, out.equals(s) ? new FloatOp.Identity() : op, new ComputedTensor(out, 4));
    }

    private void flatten(OnnxNode node) {
        ComputedTensor in = tensor(node, 0);
        long axis = node.integer("axis", 1);
        long positive = axis < 0 ? axis + in.rank() : axis;
        // The batch is 1, so that [1, C*H*W] comes out with either axis.
        if (positive != 0 && positive != 1) {
            throw node.unsupported("flattens from axis " + axis + ", expected 1");
        }
        flattened(node, in, 2);
    }

    private void reshape(OnnxNode node) {
        ChannelView in = view(node);
        long[] asked = constant(node, 1, "shape").integers();
        reshaped(
                node,
                in,
                ConstantFolding.resolve(node, asked, in.dims(), in.shape().elements()));
    }

    private void squeeze(OnnxNode node) {
        ChannelView in = view(node);
        int[] dims = in.dims();
        int[] axes =
                ConstantFolding.axes(node, node.input(1).isPresent() ? constant(node, 1, "axes") : null, dims.length);
        int[] kept = new int[dims.length];
        int count = 0;
        for (int i = 0; i < dims.length; i++) {
            boolean gone = axes == null ? dims[i] == 1 : Arrays.binarySearch(axes, i) >= 0;
            if (gone && dims[i] != 1) {
                throw node.badInput("squeezes a dimension of " + dims[i] + ", expected 1");
            }
            if (!gone) {
                kept[count++] = dims[i];
            }
        }
        reshaped(node, in, Arrays.copyOf(kept, count));
    }

    private void unsqueeze(OnnxNode node) {
        ChannelView in = view(node);
        ConstantTensor input = node.input(1).isPresent() ? constant(node, 1, "axes") : null;
        int added = node.has("axes") ? node.integers("axes").length : input == null ? 0 : input.elements();
        int[] dims = new int[in.dims().length + added];
        int[] axes = ConstantFolding.axes(node, input, dims.length);
        int next = 0;
        for (int i = 0; i < dims.length; i++) {
            boolean isNew = axes != null && Arrays.binarySearch(axes, i) >= 0;
            if (!isNew && next == in.dims().length) {
                throw node.badInput("names an axis twice");
            }
            dims[i] = isNew ? 1 : in.dims()[next++];
        }
        reshaped(node, in, dims);
    }

    private void transpose(OnnxNode node) {
        ChannelView in = view(node);
        int rank = in.dims().length;
        long[] stored = node.integers("perm");
        if (stored != null && stored.length != rank) {
            throw node.badInput("permutes " + stored.length + " dimensions, expected " + rank);
        }
        int[] permutation = new int[rank];
        boolean[] seen = new boolean[rank];
        for (int i = 0; i < rank; i++) {
            permutation[i] = stored == null ? rank - 1 - i : ConstantFolding.axis(node, stored[i], rank);
            if (seen[permutation[i]]) {
                throw node.badInput("names an axis twice");
            }
            seen[permutation[i]] = true;
        }
        ChannelView out = in.mapFrom() < 0 ? null : in.transposed(permutation);
        if (out == null) {
            throw node.unsupported("moves height or width of " + Arrays.toString(in.dims()) + " by "
                    + Arrays.toString(permutation) + ", expected an order of channels alone");
        }
        settle(node, out);
    }

    /** The first input under its present dimensions. */
    private ChannelView view(OnnxNode node) {
        String name = node.requiredInput(0);
        if (views.containsKey(name)) {
            return views.get(name);
        }
        ComputedTensor in = tensor(node, 0);
        return ChannelView.of(name, in.shape(), in.dims());
    }

    private void reshaped(OnnxNode node, ChannelView in, int[] dims) {
        boolean flat2 = dims.length == 2 && dims[0] == 1;
        boolean flat4 = dims.length == 4 && dims[0] == 1 && dims[2] == 1 && dims[3] == 1;
        if ((flat2 || flat4) && in.shape().fibers() > 1) {
            String from = in.base();
            if (!in.inOrder()) {
                from = node.output() + "#order";
                emit(
                        node,
                        new FloatOp.ChannelSelection(in.order()),
                        new ComputedTensor(in.shape(), 4),
                        from,
                        List.of(in.base()));
            }
            ComputedTensor out =
                    new ComputedTensor(new FeatureMapShape(in.shape().elements(), 1, 1), flat2 ? 2 : 4);
            emit(node, new FloatOp.Flatten(), out, node.output(), List.of(from));
            return;
        }
        ChannelView out = in.reshaped(dims);
        if (out == null) {
            throw node.unsupported("reshapes " + Arrays.toString(in.dims()) + " to " + Arrays.toString(dims)
                    + ", expected a flattening to [1, " + in.shape().elements()
                    + "] or dimensions that keep channels and map apart");
        }
        settle(node, out);
    }

    /** Emits a view that is a tensor of the usual form, else keeps it for what follows. */
    private void settle(OnnxNode node, ChannelView view) {
        FeatureMapShape shape = view.shape();
        int[] dims = view.dims();
        boolean map = Arrays.equals(dims, new int[] {1, shape.channels(), shape.height(), shape.width()});
        boolean features = Arrays.equals(dims, new int[] {1, shape.channels()}) && shape.fibers() == 1;
        if (map || features) {
            materialise(node, view, node.output(), map ? 4 : 2);
        } else {
            views.put(node.output(), view);
        }
    }

    private void materialise(OnnxNode node, ChannelView view, String output, int rank) {
        FloatOp op = view.inOrder() ? new FloatOp.Identity() : new FloatOp.ChannelSelection(view.order());
        emit(node, op, new ComputedTensor(view.shape(), rank), output, List.of(view.base()));
    }

    /** The network's output may have any dimensions. */
    void materialiseOutput(OnnxNode node) {
        materialise(node, views.get(graph.output()), graph.output(), 4);
    }

    private void flattened(OnnxNode node, ComputedTensor in, int rank) {
        emit(
                node,
                new FloatOp.Flatten(),
                new ComputedTensor(new FeatureMapShape(in.shape().elements(), 1, 1), rank));
    }
}
