package dev.isos.workloads.onnx;

import dev.isos.api.error.IsosException;
import dev.isos.workloads.graph.FloatGraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * From an {@link OnnxGraph} to a {@link FloatGraph}, one node at a time and each with its shapes checked. To support a
 * further operator, register it in the {@link OperatorFamily} where it belongs (or in {@link ConstantFolding} when its inputs
 * are constants).
 */
final class OnnxTranslator {
    private final TranslationState state;
    private final ShapeOperators shapes;
    private final ConstantFolding folding = new ConstantFolding();
    private final Map<String, Consumer<OnnxNode>> standard = new HashMap<>();
    private final Map<String, Consumer<OnnxNode>> microsoft = new HashMap<>();

    private OnnxTranslator(OnnxGraph graph) {
        state = new TranslationState(graph);
        shapes = new ShapeOperators(state);
        WeightedOperators weighted = new WeightedOperators(state);
        PoolingOperators poolings = new PoolingOperators(state);
        ChannelOperators channels = new ChannelOperators(state);
        List<OperatorFamily> families = List.of(
                weighted,
                poolings,
                channels,
                shapes,
                new ArithmeticOperators(state),
                new ActivationOperators(state),
                new QuantisedOperators(state, weighted, poolings, channels));
        families.forEach(family -> family.register(standard, microsoft));
    }

    /** Translates all nodes, or throws {@link IsosException} naming the first that can't be. */
    static FloatGraph translate(OnnxGraph graph) {
        OnnxTranslator translator = new OnnxTranslator(graph);
        for (OnnxNode node : graph.nodes()) {
            try {
                translator.visit(node);
            } catch (IllegalArgumentException | ArithmeticException e) {
                // Limits of shapes and windows, checked where those are made.
                throw node.badInput("has impossible dimensions: " + e.getMessage());
            }
        }
        if (translator.state.views.containsKey(graph.output())) {
            translator.shapes.materialiseOutput(graph.nodes().get(graph.nodes().size() - 1));
        }
        if (!translator.state.tensors.containsKey(graph.output())) {
            throw IsosException.unsupported(graph.file() + ": output " + OnnxNode.printable(graph.output())
                    + " is a constant, expected something computed from the input");
        }
        return new FloatGraph(
                graph.file(),
                graph.input(),
                graph.inputShape(),
                translator.state.nodes,
                graph.output(),
                translator.state.formats,
                translator.notes());
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (!state.formats.isEmpty()) {
            notes.add("tensors and weights that the model holds in 8 bits keep their scales");
        }
        if (state.requantised > 0) {
            notes.add(state.requantised
                    + " tensors or weights whose zero points are neither 0 nor a shift between int8 and uint8"
                    + " are quantised anew with zero point 0");
        }
        return notes;
    }

    private void visit(OnnxNode node) {
        if (folded(node)) {
            return;
        }
        Map<String, Consumer<OnnxNode>> operators =
                node.standard() ? standard : node.proto().getDomain().equals("com.microsoft") ? microsoft : Map.of();
        Consumer<OnnxNode> translator = operators.get(node.operator());
        if (translator == null) {
            throw node.unsupported("has an operator that is not supported");
        }
        translator.accept(node);
    }

    /** Whether the values of a node are constants, which are then known. */
    private boolean folded(OnnxNode node) {
        boolean shape = node.operator().equals("Shape") && node.standard();
        if (shape
                && (state.tensors.containsKey(node.requiredInput(0))
                        || state.views.containsKey(node.requiredInput(0)))) {
            String of = node.requiredInput(0);
            int[] dims = state.views.containsKey(of)
                    ? state.views.get(of).dims()
                    : state.tensors.get(of).dims();
            state.constants.put(node.output(), ConstantFolding.shape(node, dims));
            return true;
        }
        if (node.inputs().stream().allMatch(t -> t.isEmpty() || state.constants.containsKey(t))) {
            List<ConstantTensor> inputs = new ArrayList<>();
            node.inputs().forEach(t -> inputs.add(state.constants.get(t)));
            Optional<ConstantTensor> value = folding.fold(node, inputs);
            if (value.isPresent()) {
                state.constants.put(node.output(), value.get());
                if (node.operator().equals("DequantizeLinear")) {
                    int axis = (int) node.integer("axis", 1);
                    QuantisedConstant origin = new QuantisedConstant(
                            inputs.get(0),
                            inputs.get(1),
                            inputs.size() > 2 ? inputs.get(2) : null,
                            axis < 0 ? axis + inputs.get(0).rank() : axis);
                    state.quantisedConstants.put(node.output(), origin);
                }
                return true;
            }
        }
        return false;
    }
}
