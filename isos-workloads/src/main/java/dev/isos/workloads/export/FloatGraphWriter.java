package dev.isos.workloads.export;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.ChannelScaling;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.workloads.onnx.proto.OnnxMl.GraphProto;
import dev.isos.workloads.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the graph of {@link FloatOnnxExporter}: convolutions, fully connected layers as Gemm, poolings, sums, concatenations, local
 * response normalisations, selections and scalings of channels, and ReLU where outputs are unsigned. Lookup tables, which stand for
 * other activation functions, are left out; any other layer is refused.
 */
final class FloatGraphWriter {
    private static final float BIAS = 0.1f;

    private final Workload workload;
    private final Network network;
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final OnnxNodes nodes = new OnnxNodes(graph);
    private final List<DrawnFilters> filters = new ArrayList<>();
    private final String[] tensors;

    FloatGraphWriter(Workload workload) {
        this.workload = workload;
        this.network = workload.network();
        this.tensors = new String[network.tensors()];
    }

    void write(OutputStream stream) throws IOException {
        graph.setName(network.name());
        for (int n = 0; n <= network.furtherInputs().size(); n++) {
            int operand = Layer.networkInput(n);
            String name = nodes.unique(n == 0 ? "input" : "input_" + n);
            tensors[network.slot(operand)] = name;
            graph.addInput(OnnxNodes.value(name, network.shapeOf(operand), OnnxNodes.FLOAT, "any numbers"));
        }
        for (Layer layer : network.layers()) {
            String name = nodes.unique(layer.name());
            tensors[network.slot(layer.index())] = nodes.node("Identity", name, layer(layer, name));
        }
        List<List<Integer>> consumers = network.consumers();
        for (int i = 0; i < network.size(); i++) {
            if (i == network.size() - 1 || consumers.get(i).isEmpty()) {
                graph.addOutput(
                        OnnxNodes.value(tensors[network.slot(i)], network.shapeOf(i), OnnxNodes.FLOAT, "float32"));
            }
        }
        ModelProto model = ModelFile.model().build();
        ModelFile.write(workload.info().id(), model, graph.build(), filters, stream);
    }

    private String tensor(int operand) {
        return tensors[network.slot(operand)];
    }

    private String layer(Layer layer, String name) {
        LayerOp op = layer.op();
        List<String> inputs = layer.inputs().stream().map(this::tensor).toList();
        if (op instanceof Convolution convolution) {
            String own = convolution(layer, convolution, name);
            String sum =
                    layer.hasResidual() ? nodes.node("Add", name + "::residual", own, tensor(layer.residual())) : own;
            return rectified(layer, name, sum);
        }
        if (op instanceof Pooling pooling) {
            return pooling(layer, pooling, name);
        }
        if (op instanceof ElementwiseAdd) {
            return rectified(layer, name, nodes.node("Add", name + "::sum", inputs, Map.of()));
        }
        if (op instanceof Concatenation) {
            return nodes.node("Concat", name + "::concat", inputs, Map.of("axis", 1));
        }
        if (op instanceof ChannelSelection selection) {
            long[] channels =
                    selection.channels().stream().mapToLong(Integer::longValue).toArray();
            String indices = nodes.longs(name + "::channels", channels, channels.length);
            return nodes.node("Gather", name + "::select", List.of(inputs.get(0), indices), Map.of("axis", 1));
        }
        if (op instanceof ChannelScaling) {
            return nodes.node("Mul", name + "::scaled", inputs, Map.of());
        }
        // runtimes take windows of an odd size alone
        if (op instanceof LocalResponseNormalisation n && n.size() % 2 == 1) {
            return nodes.node(
                    "LRN",
                    name + "::normalised",
                    inputs,
                    // in one order, for the same bytes every time
                    new TreeMap<>(Map.of("size", n.size(), "alpha", n.alpha(), "beta", n.beta(), "bias", n.k())));
        }
        throw refused(layer, "which is not written in float32");
    }

    private static IsosException refused(Layer layer, String why) {
        return IsosException.unsupported(
                "layer " + layer.name() + " is a " + layer.op().label() + ", " + why);
    }

    private String rectified(Layer layer, String name, String tensor) {
        Requantisation r = workload.requantisation(layer.index());
        return r.low() == 0 && r.lookup().isEmpty() ? nodes.node("Relu", name + "::relu", tensor) : tensor;
    }

    private String convolution(Layer layer, Convolution convolution, String name) {
        FilterShape shape = layer.filterShape();
        boolean connected = convolution.groups() == 1 && coversMap(convolution.window(), layer.inputShape());
        String weights = name + "::weights";
        filters.add(new DrawnFilters(weights, shape, connected, layer.index() + 1L));
        float[] bias = new float[shape.outputChannels()];
        Arrays.fill(bias, BIAS);
        String biases = nodes.floats(name + "::bias", bias, bias.length);
        String input = tensor(layer.inputs().get(0));
        if (!connected) {
            return nodes.node(
                    "Conv",
                    name + "::conv",
                    List.of(input, weights, biases),
                    OnnxGraphWriter.window(convolution.window(), Map.of("group", convolution.groups())));
        }
        String vector = nodes.node("Flatten", name + "::vector", List.of(input), Map.of("axis", 1));
        String product = nodes.node("Gemm", name + "::product", List.of(vector, weights, biases), Map.of("transB", 1));
        String map = nodes.longs(name + "::map", new long[] {1, bias.length, 1, 1}, 4);
        return nodes.node("Reshape", name + "::as_map", product, map);
    }

    /** Whether a window lies on a whole map, and so only in one place. */
    private static boolean coversMap(Window w, FeatureMapShape in) {
        return w.rows() == in.height()
                && w.columns() == in.width()
                && w.padTop() + w.padBottom() + w.padLeft() + w.padRight() == 0
                && w.dilationRows() == 1
                && w.dilationColumns() == 1;
    }

    private String pooling(Layer layer, Pooling pooling, String name) {
        Window w = pooling.window();
        boolean max = pooling.kind() == PoolingKind.MAX;
        List<String> input = List.of(tensor(layer.inputs().get(0)));
        if (coversMap(w, layer.inputShape())) {
            return nodes.node(max ? "GlobalMaxPool" : "GlobalAveragePool", name + "::pool", input, Map.of());
        }
        if (Math.max(w.padTop(), w.padBottom()) >= w.rows() || Math.max(w.padLeft(), w.padRight()) >= w.columns()) {
            throw refused(layer, "with padding as large as its window, which ONNX runtimes do not pool");
        }
        Map<String, Object> attributes = OnnxGraphWriter.window(w, Map.of());
        if (!max) {
            if (w.dilationRows() > 1 || w.dilationColumns() > 1) {
                throw refused(layer, "with dilation, which this operator set does not average");
            }
            attributes.remove("dilations");
            attributes.put("count_include_pad", pooling.countPadding() ? 1 : 0);
        }
        return nodes.node(max ? "MaxPool" : "AveragePool", name + "::pool", input, attributes);
    }
}
