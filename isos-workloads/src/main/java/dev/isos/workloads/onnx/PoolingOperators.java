package dev.isos.workloads.onnx;

import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.workloads.graph.FloatOp.Pooling;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Poolings of every kind. */
final class PoolingOperators extends OperatorFamily {
    PoolingOperators(TranslationState state) {
        super(state);
    }

    @Override
    void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft) {
        standard.put("MaxPool", node -> pooling(node, PoolingKind.MAX));
        standard.put("AveragePool", node -> pooling(node, PoolingKind.AVERAGE));
        standard.put("GlobalMaxPool", node -> globalPooling(node, PoolingKind.MAX, 4));
        standard.put("GlobalAveragePool", node -> globalPooling(node, PoolingKind.AVERAGE, 4));
        standard.put("ReduceMean", this::reduceMean);
    }

    void pooling(OnnxNode node, PoolingKind kind) {
        pooling(node, kind, node.output());
    }

    void pooling(OnnxNode node, PoolingKind kind, String output) {
        if (node.proto().getOutputCount() > 1 && !node.proto().getOutput(1).isEmpty()) {
            throw node.unsupported("gives the places of maxima as well, expected their values alone");
        }
        FeatureMapShape shape = map(node, 0).shape();
        boolean countPadding = kind == PoolingKind.AVERAGE && node.integer("count_include_pad", 0) != 0;
        Window window = WindowReader.pooling(node, shape.height(), shape.width(), countPadding);
        emit(
                node,
                new Pooling(kind, window, countPadding),
                new ComputedTensor(outputShape(node, shape.channels(), window, shape), 4),
                output,
                List.of(node.requiredInput(0)));
    }

    void globalPooling(OnnxNode node, PoolingKind kind, int rank) {
        globalPooling(node, kind, rank, node.output());
    }

    void globalPooling(OnnxNode node, PoolingKind kind, int rank, String output) {
        FeatureMapShape shape = map(node, 0).shape();
        Window window = new Window(shape.height(), shape.width(), 1, 1, 0, 0, 0, 0, 1, 1);
        emit(
                node,
                new Pooling(kind, window, false),
                new ComputedTensor(new FeatureMapShape(shape.channels(), 1, 1), rank),
                output,
                List.of(node.requiredInput(0)));
    }

    private void reduceMean(OnnxNode node) {
        map(node, 0);
        ConstantTensor input = node.input(1).isPresent() ? constant(node, 1, "axes") : null;
        int[] axes = ConstantFolding.axes(node, input, 4);
        if (axes == null || !Arrays.equals(axes, new int[] {2, 3})) {
            throw node.unsupported("reduces other axes than height and width");
        }
        globalPooling(node, PoolingKind.AVERAGE, node.integer("keepdims", 1) != 0 ? 4 : 2);
    }
}
