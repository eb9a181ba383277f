package dev.isos.workloads.export;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
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
import dev.isos.api.workload.LookupTable;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.workloads.onnx.proto.OnnxMl.GraphProto;
import dev.isos.workloads.onnx.proto.OnnxMl.ModelProto;
import dev.isos.workloads.onnx.proto.OnnxMl.StringStringEntryProto;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the graph of {@link OnnxExporter}.
 *
 * <p>Every QLinearConv goes from uint8 to uint8, since runtimes implement few other pairs of types: an int8 side is shifted
 * by 128, with that zero point, which changes no result.
 *
 * <p>Sums and averages are float32 operations on integers, in the order of {@link Requantisation}, normalisations float64
 * ones: each is rounded as IEEE 754 says, so nothing is left to a kernel but the last bit of a power. An average pooling is a depthwise convolution with ones, which
 * gives the exact sum, divided by the number of positions.
 */
final class OnnxGraphWriter {
    private static final int SHIFT = 128;
    private static final int LOOKUP_ENTRIES = LookupTable.ENTRIES;

    private final Workload workload;
    private final Network network;
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final OnnxNodes nodes = new OnnxNodes(graph);
    private final String[] tensors;

    OnnxGraphWriter(Workload workload) {
        this.workload = workload;
        this.network = workload.network();
        this.tensors = new String[network.tensors()];
    }

    /** Writes the model; filters are made dense while they are written, a part of a layer at a time. */
    void write(OutputStream stream) throws IOException {
        ModelProto model = modelWithoutGraph();
        ModelFile.write(workload.info().id(), model, graph.build(), nodes.filters(), stream);
    }

    private ModelProto modelWithoutGraph() {
        graph.setName(network.name());
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("isos.workload", workload.info().id());
        metadata.put("isos.source", workload.info().source());
        metadata.put("isos.seed", Long.toString(workload.info().seed()));
        for (int n = 0; n <= network.furtherInputs().size(); n++) {
            int operand = Layer.networkInput(n);
            String name = nodes.unique(n == 0 ? "input" : "input_" + n);
            tensors[network.slot(operand)] = name;
            graph.addInput(
                    OnnxNodes.value(name, network.shapeOf(operand), workload.signed(operand), "8-bit, zero point 0"));
        }
        metadata.put("isos.scale.input", Float.toString(workload.info().inputScale()));
        for (Layer layer : network.layers()) {
            tensors[network.slot(layer.index())] = layer(layer);
        }
        List<List<Integer>> consumers = network.consumers();
        for (int i = network.size() - 1; i >= 0; i--) {
            if (i == network.size() - 1 || consumers.get(i).isEmpty()) {
                String name = tensors[network.slot(i)];
                metadata.put(
                        "isos.scale." + name,
                        Float.toString(workload.requantisation(i).outputScale()));
                graph.addOutput(OnnxNodes.value(
                        name,
                        network.shapeOf(i),
                        workload.signed(i),
                        "8-bit, zero point 0; the real scale is metadata"));
            }
        }
        ModelProto.Builder model = ModelFile.model();
        metadata.forEach((key, value) -> model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build();
    }

    private String tensor(int operand) {
        return tensors[network.slot(operand)];
    }

    private String layer(Layer layer) {
        LayerOp op = layer.op();
        String name = nodes.unique(layer.name());
        String result;
        if (op instanceof Convolution convolution) {
            result = convolution(layer, convolution, name);
        } else if (op instanceof Pooling pooling) {
            result = pooling.kind() == PoolingKind.MAX
                    ? maxPooling(layer, pooling, name)
                    : averagePooling(layer, pooling, name);
        } else if (op instanceof ElementwiseAdd) {
            result = sum(
                    layer,
                    name,
                    real(name, "first", tensor(layer.inputs().get(0))),
                    real(name, "second", tensor(layer.inputs().get(1))));
        } else if (op instanceof Concatenation) {
            List<String> parts = layer.inputs().stream().map(this::tensor).toList();
            return nodes.node("Concat", name, parts, Map.of("axis", 1));
        } else if (op instanceof ChannelSelection selection) {
            result = selection(layer, selection, name);
        } else if (op instanceof LocalResponseNormalisation normalisation) {
            result = new ResponseNormalisationNodes(nodes)
                    .add(
                            layer,
                            normalisation,
                            workload.requantisation(layer.index()),
                            name,
                            tensor(layer.inputs().get(0)));
        } else {
            throw IsosException.unsupported(
                    "layer " + layer.name() + " is a " + op.label() + ", which cannot be written as ONNX");
        }
        return named(name, lookedUp(layer, name, result));
    }

    /** The layer's output under the layer's own name, so that every layer can be found in the graph. */
    private String named(String name, String result) {
        return nodes.node("Identity", name, result);
    }

    private String convolution(Layer layer, Convolution convolution, String name) {
        Requantisation r = workload.requantisation(layer.index());
        FilterShape f = layer.filterShape();
        int input = layer.inputs().get(0);
        boolean signedIn = workload.signed(input);
        // with a residual operand the layer's own result is int8 first
        boolean signedOut = layer.hasResidual() || r.low() < 0;
        String x = tensor(input);
        if (signedIn) {
            x = shift(name + "::input", x, SHIFT, OnnxNodes.UINT8);
        }
        String y = nodes.node(
                "QLinearConv",
                name + "::conv",
                List.of(
                        x,
                        one(name + "::input_scale"),
                        zeroPoint(name + "::input_zero", signedIn),
                        nodes.filters(name + "::weights", workload.filters(layer.index())),
                        nodes.floats(name + "::multiplier", r.multiplier(), f.outputChannels()),
                        nodes.bytes(name + "::weights_zero", true, new byte[f.outputChannels()], f.outputChannels()),
                        one(name + "::output_scale"),
                        zeroPoint(name + "::output_zero", signedOut),
                        nodes.ints(name + "::bias", r.bias(), f.outputChannels())),
                window(convolution.window(), Map.of("group", convolution.groups())));
        if (signedOut) {
            y = shift(name + "::own", y, -SHIFT, OnnxNodes.INT8);
        }
        if (layer.hasResidual()) {
            return sum(layer, name, real(name, "own_real", y), real(name, "residual", tensor(layer.residual())));
        }
        int smallest = signedOut ? -128 : 0;
        int largest = signedOut ? 127 : 255;
        if (r.low() == smallest && r.high() == largest) {
            return y;
        }
        return nodes.node(
                "Clip",
                name + "::clip",
                y,
                nodes.bytes(name + "::low", signedOut, new byte[] {(byte) r.low()}),
                nodes.bytes(name + "::high", signedOut, new byte[] {(byte) r.high()}));
    }

    private String shift(String name, String x, int by, int type) {
        String wide = nodes.cast(name + "::wide", x, OnnxNodes.INT32);
        String shifted = nodes.node("Add", name + "::shifted", wide, nodes.ints(name + "::shift", new int[] {by}));
        return nodes.cast(name + "::narrow", shifted, type);
    }

    private String one(String name) {
        return nodes.floats(name, new float[] {1f});
    }

    private String zeroPoint(String name, boolean shifted) {
        return nodes.bytes(name, false, new byte[] {(byte) (shifted ? SHIFT : 0)});
    }

    /** The attributes of a window, and more. */
    static Map<String, Object> window(Window w, Map<String, Object> more) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("kernel_shape", new long[] {w.rows(), w.columns()});
        attributes.put("strides", new long[] {w.strideRows(), w.strideColumns()});
        attributes.put("pads", new long[] {w.padTop(), w.padLeft(), w.padBottom(), w.padRight()});
        attributes.put("dilations", new long[] {w.dilationRows(), w.dilationColumns()});
        attributes.putAll(more);
        return attributes;
    }

    private String real(String name, String what, String tensor) {
        return nodes.cast(name + "::" + what, tensor, OnnxNodes.FLOAT);
    }

    /** {@code own * sumMultiplier + residual * residualMultiplier}, each rounded to float32. */
    private String sum(Layer layer, String name, String own, String residual) {
        Requantisation r = workload.requantisation(layer.index());
        String first = nodes.node(
                "Mul", name + "::own_part", own, nodes.floats(name + "::own_factor", new float[] {r.sumMultiplier()}));
        String second = nodes.node(
                "Mul", name + "::residual_part", residual, nodes.floats(name + "::residual_factor", new float[] {
                    r.residualMultiplier()
                }));
        return rounded(layer, name, nodes.node("Add", name + "::sum", first, second));
    }

    /** Rounds half to even, clamps, and makes 8 bits of it. */
    private String rounded(Layer layer, String name, String real) {
        Requantisation r = workload.requantisation(layer.index());
        String whole = nodes.node("Round", name + "::round", real);
        String clamped = nodes.node(
                "Clip",
                name + "::clamp",
                whole,
                nodes.floats(name + "::smallest", new float[] {r.low()}),
                nodes.floats(name + "::largest", new float[] {r.high()}));
        return nodes.cast(name + "::8bit", clamped, r.low() < 0 ? OnnxNodes.INT8 : OnnxNodes.UINT8);
    }

    private String maxPooling(Layer layer, Pooling pooling, String name) {
        Window w = pooling.window();
        FeatureMapShape in = layer.inputShape();
        if (Math.max(w.padTop(), w.padBottom()) >= w.rows() || Math.max(w.padLeft(), w.padRight()) >= w.columns()) {
            throw IsosException.unsupported("layer " + layer.name()
                    + " has padding as large as its window, which ONNX runtimes do not max-pool");
        }
        for (int p = 0; p < layer.outputShape().height(); p++) {
            requirePositions(layer, positions(w.inputRow(p, 0), w.rows(), w.dilationRows(), in.height()));
        }
        for (int q = 0; q < layer.outputShape().width(); q++) {
            requirePositions(layer, positions(w.inputColumn(q, 0), w.columns(), w.dilationColumns(), in.width()));
        }
        String pooled = nodes.node(
                "MaxPool", name + "::pool", List.of(tensor(layer.inputs().get(0))), window(w, Map.of()));
        return passed(layer, name, pooled);
    }

    private static void requirePositions(Layer layer, int positions) {
        if (positions == 0) {
            throw IsosException.unsupported("layer " + layer.name()
                    + " has windows that lie in the padding altogether, which ONNX runtimes do not max-pool");
        }
    }

    /** Kernel positions on the map, along one axis. */
    private static int positions(int from, int kernel, int dilation, int size) {
        int count = 0;
        for (int i = 0; i < kernel; i++) {
            int at = from + i * dilation;
            count += at >= 0 && at < size ? 1 : 0;
        }
        return count;
    }

    private String averagePooling(Layer layer, Pooling pooling, String name) {
        Requantisation r = workload.requantisation(layer.index());
        Window w = pooling.window();
        FeatureMapShape in = layer.inputShape();
        FeatureMapShape out = layer.outputShape();
        int channels = out.channels();
        float[] ones = new float[channels * w.rows() * w.columns()];
        Arrays.fill(ones, 1f);
        // sums of 8-bit values are exact in float32, in any order
        String sums = nodes.node(
                "Conv",
                name + "::sums",
                List.of(
                        real(name, "input", tensor(layer.inputs().get(0))),
                        nodes.floats(name + "::ones", ones, channels, 1, w.rows(), w.columns())),
                window(w, Map.of("group", channels)));
        String scaled = scaled(name, sums, r);
        float[] counts = new float[out.fibers()];
        for (int p = 0; p < out.height(); p++) {
            for (int q = 0; q < out.width(); q++) {
                int positions = positions(w.inputRow(p, 0), w.rows(), w.dilationRows(), in.height())
                        * positions(w.inputColumn(q, 0), w.columns(), w.dilationColumns(), in.width());
                counts[p * out.width() + q] = pooling.countPadding() ? w.rows() * w.columns() : Math.max(1, positions);
            }
        }
        String average = nodes.node(
                "Div", name + "::average", scaled, nodes.floats(name + "::counts", counts, out.height(), out.width()));
        return rounded(layer, name, average);
    }

    /** {@code (sum + bias) * multiplier}; sums are whole numbers in float32. */
    private String scaled(String name, String sums, Requantisation r) {
        int channels = r.bias().length;
        String biased = sums;
        if (Arrays.stream(r.bias()).anyMatch(b -> b != 0)) {
            String wide = nodes.cast(name + "::whole", sums, OnnxNodes.INT32);
            String added =
                    nodes.node("Add", name + "::biased", wide, nodes.ints(name + "::bias", r.bias(), channels, 1, 1));
            biased = nodes.cast(name + "::biased_real", added, OnnxNodes.FLOAT);
        }
        return nodes.node(
                "Mul", name + "::scaled", biased, nodes.floats(name + "::multiplier", r.multiplier(), channels, 1, 1));
    }

    /** Post-operations of a layer that moves 8-bit values; nothing when they change nothing. */
    private String passed(Layer layer, String name, String moved) {
        Requantisation r = workload.requantisation(layer.index());
        boolean signedIn = workload.signed(layer.inputs().get(0));
        boolean same =
                signedIn == r.low() < 0 && r.low() == (signedIn ? -128 : 0) && r.high() == (signedIn ? 127 : 255);
        for (int k = 0; k < r.bias().length; k++) {
            same &= r.bias()[k] == 0 && r.multiplier()[k] == 1f;
        }
        return same ? moved : rounded(layer, name, scaled(name, real(name, "moved", moved), r));
    }

    private String selection(Layer layer, ChannelSelection selection, String name) {
        long[] channels =
                selection.channels().stream().mapToLong(Integer::longValue).toArray();
        String moved = nodes.node(
                "Gather",
                name + "::select",
                List.of(tensor(layer.inputs().get(0)), nodes.longs(name + "::channels", channels, channels.length)),
                Map.of("axis", 1));
        return passed(layer, name, moved);
    }

    private String lookedUp(Layer layer, String name, String result) {
        Requantisation r = workload.requantisation(layer.index());
        if (r.lookup().isEmpty()) {
            return result;
        }
        LookupTable table = r.lookup().get();
        boolean signedIndex = r.low() < 0;
        byte[] values = new byte[LOOKUP_ENTRIES];
        for (int i = 0; i < LOOKUP_ENTRIES; i++) {
            values[i] = table.values()[(signedIndex ? i - SHIFT : i) & 0xFF];
        }
        String index = nodes.cast(name + "::index", result, OnnxNodes.INT32);
        if (signedIndex) {
            index = nodes.node("Add", name + "::entry", index, nodes.ints(name + "::first", new int[] {SHIFT}));
        }
        List<String> operands = new ArrayList<>();
        operands.add(nodes.bytes(name + "::table", table.signed(), values, LOOKUP_ENTRIES));
        operands.add(index);
        return nodes.node("Gather", name + "::lookup", operands, Map.of("axis", 0));
    }
}
