package dev.isos.workloads.onnx;

import dev.isos.workloads.onnx.proto.OnnxMl.AttributeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Layer normalisation that exporters before operator set 17 write out, made one operator again: {@code (x - mean(x)) /
 * sqrt(mean((x - mean(x))^2) + epsilon)}.
 */
final class OnnxPatterns {
    private final OnnxGraph graph;
    private final Map<String, OnnxNode> writers = new HashMap<>();

    /** Tensors that depend on the input; all others are constants. */
    private final Set<String> computed = new HashSet<>();

    private OnnxPatterns(OnnxGraph graph) {
        this.graph = graph;
        computed.add(graph.input());
        for (OnnxNode node : graph.nodes()) {
            node.proto().getOutputList().forEach(output -> writers.put(output, node));
            if (node.inputs().stream().anyMatch(computed::contains)) {
                computed.addAll(node.proto().getOutputList());
            }
        }
    }

    /** The graph with every such pattern replaced, and without the nodes that only it read. */
    static OnnxGraph apply(OnnxGraph graph) {
        OnnxPatterns patterns = new OnnxPatterns(graph);
        List<OnnxNode> nodes = new ArrayList<>();
        boolean changed = false;
        for (OnnxNode node : graph.nodes()) {
            OnnxNode normalisation = patterns.normalisation(node);
            changed |= normalisation != null;
            nodes.add(normalisation != null ? normalisation : node);
        }
        if (!changed) {
            return graph;
        }
        Set<String> needed = new HashSet<>(graph.outputs());
        List<OnnxNode> kept = new ArrayList<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (nodes.get(i).proto().getOutputList().stream().anyMatch(needed::contains)) {
                needed.addAll(nodes.get(i).inputs());
                kept.add(0, nodes.get(i));
            }
        }
        return new OnnxGraph(
                graph.file(),
                graph.input(),
                graph.inputShape(),
                graph.inputRank(),
                graph.channelsLast(),
                graph.images(),
                graph.initialisers(),
                kept,
                graph.outputs());
    }

    private OnnxNode normalisation(OnnxNode divide) {
        OnnxNode centred = is(divide, "Div") ? writer(divide, 0, "Sub") : null;
        OnnxNode mean = writer(centred, 1, "ReduceMean");
        OnnxNode add = writer(writer(is(divide, "Div") ? divide : null, 1, "Sqrt"), 0, "Add");
        if (mean == null
                || add == null
                || !computed.contains(mean.requiredInput(0))
                || !mean.input(0).equals(centred.input(0))) {
            return null;
        }
        Float epsilon = number(add, 1);
        OnnxNode variance = writer(add, epsilon != null ? 0 : 1, "ReduceMean");
        epsilon = epsilon != null ? epsilon : number(add, 0);
        if (variance == null || epsilon == null) {
            return null;
        }
        OnnxNode square = writers.get(variance.requiredInput(0));
        boolean power = is(square, "Pow") && Float.valueOf(2).equals(number(square, 1));
        boolean product = is(square, "Mul") && square.input(0).equals(square.input(1));
        OnnxNode squared = power || product ? writer(square, 0, "Sub") : null;
        // Exporters write the difference once or twice.
        if (squared == null || !squared.inputs().equals(centred.inputs())) {
            return null;
        }
        long[] axes = axes(mean);
        if (axes == null || !java.util.Arrays.equals(axes, axes(variance)) || mean.integer("keepdims", 1) == 0) {
            return null;
        }
        AttributeProto.Builder over =
                AttributeProto.newBuilder().setName("axes").setType(AttributeProto.AttributeType.INTS);
        for (long axis : axes) {
            over.addInts(axis);
        }
        NodeProto proto = NodeProto.newBuilder()
                .setOpType("LayerNormalization")
                .setName(divide.name())
                .addInput(centred.requiredInput(0))
                .addOutput(divide.output())
                .addAttribute(over)
                .addAttribute(AttributeProto.newBuilder()
                        .setName("epsilon")
                        .setType(AttributeProto.AttributeType.FLOAT)
                        .setF(epsilon))
                .build();
        return new OnnxNode(divide.file(), divide.name(), divide.opset(), proto);
    }

    private static boolean is(OnnxNode node, String operator) {
        return node != null && node.standard() && node.operator().equals(operator);
    }

    private OnnxNode writer(OnnxNode node, int input, String operator) {
        OnnxNode writer =
                node == null ? null : node.input(input).map(writers::get).orElse(null);
        return is(writer, operator) ? writer : null;
    }

    /** A constant of one element. */
    private Float number(OnnxNode node, int input) {
        ConstantTensor constant = constant(node, input);
        return constant != null && constant.elements() == 1 ? (Float) constant.floatAt(0) : null;
    }

    private ConstantTensor constant(OnnxNode node, int input) {
        String name = node.input(input).orElse("");
        OnnxNode writer = writers.get(name);
        if (is(writer, "Constant")) {
            return new TensorEvaluator()
                    .evaluate(writer, List.of())
                    .orElseThrow()
                    .get(0);
        }
        return graph.initialisers().get(name);
    }

    private long[] axes(OnnxNode node) {
        if (node.has("axes")) {
            return node.integers("axes");
        }
        ConstantTensor input = node.input(1).isPresent() ? constant(node, 1) : null;
        return input == null ? null : input.integers();
    }
}
