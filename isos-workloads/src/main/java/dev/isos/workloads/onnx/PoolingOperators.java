package dev.isos.workloads.onnx;

import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.ActivationFunction;
import dev.isos.workloads.graph.ActivationFunction.Kind;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Pooling;
import dev.isos.workloads.onnx.TensorView.Atom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Poolings of every kind, and reductions: over positions they are poolings, over channels 1x1 convolutions. */
final class PoolingOperators extends OperatorFamily {
    PoolingOperators(TranslationState state) {
        super(state);
    }

    @Override
    void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft) {
        standard.put("MaxPool", node -> pooling(node, PoolingKind.MAX));
        standard.put("AveragePool", node -> pooling(node, PoolingKind.AVERAGE));
        standard.put("GlobalMaxPool", node -> globalPooling(node, PoolingKind.MAX, node.output()));
        standard.put("GlobalAveragePool", node -> globalPooling(node, PoolingKind.AVERAGE, node.output()));
        standard.put("ReduceMean", node -> reduce(node, view(node, 0), PoolingKind.AVERAGE, false));
        standard.put("ReduceSum", node -> reduce(node, view(node, 0), PoolingKind.AVERAGE, true));
        standard.put("ReduceMax", node -> reduce(node, view(node, 0), PoolingKind.MAX, false));
        standard.put("ReduceMin", node -> {
            TensorView minus = uniform(node, "#minus", view(node, 0), -1);
            TensorView max = reduced(node, minus, PoolingKind.MAX, false);
            define(node, node.output(), uniform(node, "", max, -1), "");
        });
        standard.put(
                "ReduceL1",
                node -> reduce(node, function(node, "#abs", view(node, 0), Kind.ABS, 0), PoolingKind.AVERAGE, true));
        standard.put(
                "ReduceSumSquare",
                node -> reduce(
                        node, function(node, "#square", view(node, 0), Kind.POWER, 2), PoolingKind.AVERAGE, true));
        standard.put("ReduceL2", node -> {
            TensorView squares = function(node, "#square", view(node, 0), Kind.POWER, 2);
            TensorView sum = reduced(node, squares, PoolingKind.AVERAGE, true);
            define(node, node.output(), function(node, "", sum, Kind.SQRT, 0), "");
        });
    }

    private TensorView whole(OnnxNode node, TensorView view) {
        return view.whole() ? view : movement.natural(node, view);
    }

    private TensorView function(OnnxNode node, String suffix, TensorView in, Kind kind, float alpha) {
        TensorView view = whole(node, in);
        FloatOp op = new FloatOp.Activation(new ActivationFunction(kind, alpha, 0));
        return view.withBase(layer(node, node.output() + suffix, op, view.shape(), List.of(view.base())));
    }

    private TensorView uniform(OnnxNode node, String suffix, TensorView in, float factor) {
        TensorView view = whole(node, in);
        float[] factors = new float[view.shape().channels()];
        Arrays.fill(factors, factor);
        FloatOp op = new FloatOp.ChannelAffine(factors, new float[factors.length]);
        return view.withBase(layer(node, node.output() + suffix, op, view.shape(), List.of(view.base())));
    }

    void pooling(OnnxNode node, PoolingKind kind) {
        pooling(node, kind, node.output());
    }

    void pooling(OnnxNode node, PoolingKind kind, String output) {
        if (node.proto().getOutputCount() > 1 && !node.proto().getOutput(1).isEmpty()) {
            throw node.unsupported("gives the places of maxima as well, expected their values alone");
        }
        Operand in = map(node, 0);
        FeatureMapShape shape = in.shape();
        boolean countPadding = kind == PoolingKind.AVERAGE && node.integer("count_include_pad", 0) != 0;
        Window window = WindowReader.pooling(node, in.rank() - 2, shape.height(), shape.width(), countPadding);
        FeatureMapShape out = outputShape(node, shape.channels(), window, shape);
        emit(node, new Pooling(kind, window, countPadding), in.withShape(out), output, List.of(in.tensor()));
    }

    /** Pooling over the whole map; the dimensions stay. */
    void globalPooling(OnnxNode node, PoolingKind kind, String output) {
        TensorView view = view(node, 0);
        if (view.rank() < 3) {
            throw node.badInput("pools a tensor of " + view.rank() + " dimensions, expected at least 3");
        }
        boolean[] gone = new boolean[view.rank()];
        Arrays.fill(gone, 2, gone.length, true);
        define(node, output, overPositions(node, output, view, gone, kind), "");
    }

    private void reduce(OnnxNode node, TensorView in, PoolingKind kind, boolean sum) {
        define(node, node.output(), reduced(node, in, kind, sum), "");
    }

    private TensorView reduced(OnnxNode node, TensorView in, PoolingKind kind, boolean sum) {
        int[] axes = ShapeArithmetic.axes(node, optional(node, 1, "axes").orElse(null), in.rank());
        boolean[] gone = new boolean[in.rank()];
        if (axes == null || axes.length == 0) {
            Arrays.fill(gone, node.integer("noop_with_empty_axes", 0) == 0);
        } else {
            for (int axis : axes) {
                gone[axis] = true;
            }
        }
        TensorView result = in;
        int count = 1;
        boolean channels = false;
        for (int axis = 0; axis < gone.length; axis++) {
            count *= gone[axis] ? in.size(axis) : 1;
            channels |= gone[axis] && in.axes().get(axis).stream().anyMatch(a -> a.kind() == TensorView.Kind.CHANNEL);
            if (gone[axis] && in.axes().get(axis).stream().anyMatch(a -> a.kind() == TensorView.Kind.IMAGE)) {
                throw node.unsupported("reduces over the images of a batch; export the model with batch size 1");
            }
        }
        if (channels && kind == PoolingKind.AVERAGE) {
            result = overChannels(node, result, gone, sum ? 1f : 0f);
        }
        boolean positions = false;
        for (int axis = 0; axis < gone.length; axis++) {
            positions |= gone[axis] && result.size(axis) > 1;
        }
        if (positions || result == in) {
            int left = 1;
            for (int axis = 0; axis < gone.length; axis++) {
                left *= gone[axis] ? result.size(axis) : 1;
            }
            result = overPositions(node, node.output(), result, gone, kind);
            if (sum && left > 1) {
                result = uniform(node, "#sum", result, left);
            }
        }
        if (node.integer("keepdims", 1) != 0) {
            return result;
        }
        int[] kept = java.util.stream.IntStream.range(0, gone.length)
                .filter(i -> !gone[i])
                .map(result::size)
                .toArray();
        return result.reshaped(kept);
    }

    /** Pools the axes that go, laid out as positions. */
    private TensorView overPositions(OnnxNode node, String output, TensorView in, boolean[] gone, PoolingKind kind) {
        TensorView layout = movement.layout(in, (axis, atom) -> gone[axis] ? TensorView.Kind.POSITION : atom.kind());
        int pooled = 1;
        for (int axis = 0; axis < gone.length; axis++) {
            pooled *= gone[axis] ? in.size(axis) : 1;
        }
        FeatureMapShape shape = layout.shape();
        List<List<Atom>> axes = new ArrayList<>();
        Window window;
        FeatureMapShape out;
        if (pooled == shape.fibers()) {
            window = Window.wholeMap(shape);
            out = new FeatureMapShape(shape.channels(), 1, 1);
            for (int axis = 0; axis < gone.length; axis++) {
                axes.add(gone[axis] ? List.of() : layout.axes().get(axis));
            }
        } else {
            // A row per position that stays, its columns being what is pooled.
            int kept = shape.fibers() / pooled;
            List<List<Atom>> ordered = new ArrayList<>(layout.axes());
            int inner = 1;
            int outer = 1;
            for (int axis = gone.length - 1; axis >= 0; axis--) {
                List<Atom> own = new ArrayList<>(layout.axes().get(axis));
                for (int i = own.size() - 1; i >= 0; i--) {
                    Atom atom = own.get(i);
                    if (atom.kind() == TensorView.Kind.POSITION) {
                        own.set(i, new Atom(atom.kind(), atom.size(), gone[axis] ? inner : outer * pooled));
                        inner *= gone[axis] ? atom.size() : 1;
                        outer *= gone[axis] ? 1 : atom.size();
                    }
                }
                ordered.set(axis, own);
            }
            shape = new FeatureMapShape(shape.channels(), kept, pooled);
            layout = new TensorView("", shape, 0, 0, ordered);
            window = new Window(1, pooled, 1, 1, 0, 0, 0, 0, 1, 1);
            out = new FeatureMapShape(shape.channels(), kept, 1);
            for (int axis = 0; axis < gone.length; axis++) {
                int by = pooled;
                axes.add(
                        gone[axis]
                                ? List.of()
                                : ordered.get(axis).stream()
                                        .map(a -> a.kind() == TensorView.Kind.POSITION
                                                ? new Atom(a.kind(), a.size(), a.stride() / by)
                                                : a)
                                        .toList());
            }
        }
        String tensor = movement.arrange(node, in, layout);
        tensor = layer(node, output, new Pooling(kind, window, false), out, List.of(tensor));
        return new TensorView(tensor, out, 0, 0, axes);
    }

    /** Adds the channels that go up by a grouped 1x1 convolution; positions that go stay for a pooling. */
    private TensorView overChannels(OnnxNode node, TensorView in, boolean[] gone, float weight) {
        List<List<Atom>> axes = new ArrayList<>();
        TensorView natural = movement.layout(in, (axis, atom) -> atom.kind());
        int inner = 1;
        int outer = 1;
        for (int axis = gone.length - 1; axis >= 0; axis--) {
            for (Atom atom : natural.axes().get(axis)) {
                inner *= gone[axis] && atom.kind() == TensorView.Kind.CHANNEL ? atom.size() : 1;
            }
        }
        int innerAt = 1;
        for (int axis = gone.length - 1; axis >= 0; axis--) {
            List<Atom> own = new ArrayList<>(natural.axes().get(axis));
            for (int i = own.size() - 1; i >= 0; i--) {
                Atom atom = own.get(i);
                if (atom.kind() == TensorView.Kind.CHANNEL) {
                    own.set(i, new Atom(atom.kind(), atom.size(), gone[axis] ? innerAt : outer * inner));
                    innerAt *= gone[axis] ? atom.size() : 1;
                    outer *= gone[axis] ? 1 : atom.size();
                }
            }
            axes.add(0, own);
        }
        TensorView layout = new TensorView("", natural.shape(), 0, natural.positionOffset(), axes);
        String tensor = movement.arrange(node, in, layout);
        float[] weights = new float[outer * inner];
        Arrays.fill(weights, weight != 0 ? weight : 1f / inner);
        FloatOp op = new FloatOp.Convolution(
                new FilterShape(outer, inner, 1, 1, outer), Window.square(1, 1, 0), weights, new float[outer]);
        FeatureMapShape shape = new FeatureMapShape(
                outer, layout.shape().height(), layout.shape().width());
        tensor = layer(node, node.output(), op, shape, List.of(tensor));
        List<List<Atom>> left = new ArrayList<>();
        for (int axis = 0; axis < gone.length; axis++) {
            boolean goes = gone[axis];
            int by = inner;
            left.add(axes.get(axis).stream()
                    .filter(a -> !goes || a.kind() != TensorView.Kind.CHANNEL)
                    .map(a -> a.kind() == TensorView.Kind.CHANNEL ? new Atom(a.kind(), a.size(), a.stride() / by) : a)
                    .toList());
        }
        return new TensorView(tensor, shape, 0, layout.positionOffset(), left);
    }
}
