package dev.isos.workloads.onnx;

import dev.isos.api.error.IsosException;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * From an {@link OnnxGraph} to a {@link FloatGraph}, one node at a time and each with its shapes checked. To support a
 * further operator, register it in the {@link OperatorFamily} where it belongs (or in {@link TensorEvaluator} when its inputs
 * are constants).
 */
final class OnnxTranslator {
    private final TranslationState state;
    private final TensorEvaluator evaluator = new TensorEvaluator();
    private final Map<String, Consumer<OnnxNode>> standard = new HashMap<>();
    private final Map<String, Consumer<OnnxNode>> microsoft = new HashMap<>();
    private final Problems problems;
    /** Tensors of which nothing is known, since what writes them is a problem. */
    private final Set<String> unknown = new HashSet<>();

    /**
     * @param outputs where each output of the model lies in the graph's outputs
     */
    record Translation(FloatGraph graph, List<TensorView> outputs) {}

    private OnnxTranslator(OnnxGraph graph) {
        state = new TranslationState(graph);
        problems = new Problems(graph.file());
        WeightedOperators weighted = new WeightedOperators(state);
        PoolingOperators poolings = new PoolingOperators(state);
        ShapeOperators shapes = new ShapeOperators(state);
        List<OperatorFamily> families = List.of(
                weighted,
                poolings,
                shapes,
                new NormalisationOperators(state),
                new ArithmeticOperators(state, shapes),
                new ActivationOperators(state),
                new AttentionOperator(state, this::visit),
                new QuantisedOperators(state, weighted, poolings, shapes));
        families.forEach(family -> family.register(standard, microsoft));
    }

    /** Translates all nodes, or throws {@link IsosException} naming those that can't be. */
    static FloatGraph translate(OnnxGraph graph) {
        return translation(graph).graph();
    }

    /** As {@link #translate}, with the layout of the outputs. */
    static Translation translation(OnnxGraph graph) {
        OnnxGraph simplified = OnnxPatterns.apply(graph);
        OnnxTranslator translator = new OnnxTranslator(simplified);
        for (OnnxNode node : simplified.nodes()) {
            translator.visitOrNote(node);
        }
        translator.problems.raise();
        return translator.result();
    }

    private Translation result() {
        OnnxGraph graph = state.graph;
        List<TensorView> views = new ArrayList<>();
        Set<String> tensors = new LinkedHashSet<>();
        for (String output : graph.outputs()) {
            TensorView view = state.views.get(output);
            if (view == null) {
                throw IsosException.unsupported(graph.file() + ": output " + OnnxNode.printable(output)
                        + " is a constant, expected something computed from the input; remove it from the outputs");
            }
            if (!view.whole()) {
                OnnxNode writer = graph.nodes().stream()
                        .filter(n -> n.proto().getOutputList().contains(output))
                        .findFirst()
                        .orElseThrow();
                view = new DataMovement(state).natural(writer, view);
            }
            views.add(view);
            tensors.add(view.base());
        }
        List<String> outputs = new ArrayList<>(tensors);
        FloatGraph result = new FloatGraph(
                graph.file(),
                graph.input(),
                graph.inputShape(),
                state.nodes,
                outputs.get(0),
                outputs.subList(1, outputs.size()),
                state.tensorConstants,
                state.formats,
                notes());
        return new Translation(result, views);
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (state.graph.images() > 1) {
            notes.add("each of the " + state.graph.images() + " images of the batch has layers of its own");
        }
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

    private void visitOrNote(OnnxNode node) {
        try {
            if (node.inputs().stream().anyMatch(unknown::contains)) {
                operator(node);
                unknown.addAll(node.proto().getOutputList());
            } else {
                visit(node);
            }
        } catch (IsosException e) {
            problems.add(e);
            unknown.addAll(node.proto().getOutputList());
        } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
            // Limits of shapes and windows, checked where those are made.
            problems.add(node.badInput("has impossible dimensions: " + e.getMessage()));
            unknown.addAll(node.proto().getOutputList());
        }
    }

    private void visit(OnnxNode node) {
        if (!evaluated(node)) {
            operator(node).accept(node);
        }
    }

    private Consumer<OnnxNode> operator(OnnxNode node) {
        Map<String, Consumer<OnnxNode>> operators =
                node.standard() ? standard : node.proto().getDomain().equals("com.microsoft") ? microsoft : Map.of();
        Consumer<OnnxNode> translator = operators.get(node.operator());
        boolean shape = node.standard()
                && (node.operator().equals("Shape") || node.operator().equals("Size"));
        if (translator == null && !shape && !(node.standard() && evaluator.knows(node.operator()))) {
            throw node.unsupported("has an operator that is not supported; " + Problems.advice(node.operator()));
        }
        return translator != null
                ? translator
                : n -> {
                    throw n.unsupported("has computed operands, but is supported on constants only; "
                            + Problems.advice(n.operator()));
                };
    }

    /** Whether the values of a node are constants, which are then known. */
    private boolean evaluated(OnnxNode node) {
        boolean shape = node.standard()
                && (node.operator().equals("Shape") || node.operator().equals("Size"));
        if (shape && state.views.containsKey(node.requiredInput(0))) {
            int[] dims = state.views.get(node.requiredInput(0)).dims();
            ConstantTensor value = ShapeArithmetic.shape(node, dims);
            if (node.operator().equals("Size")) {
                long size = 1;
                for (int d : dims) {
                    size *= d;
                }
                value = ConstantTensor.ofIntegers(new int[0], new long[] {size});
            }
            state.constants.put(node.output(), value);
            return true;
        }
        if (!node.inputs().stream().allMatch(t -> t.isEmpty() || state.constants.containsKey(t))) {
            return false;
        }
        List<ConstantTensor> inputs = new ArrayList<>();
        node.inputs().forEach(t -> inputs.add(state.constants.get(t)));
        Optional<List<ConstantTensor>> values = evaluator.evaluate(node, inputs);
        if (values.isEmpty()) {
            return false;
        }
        node.output();
        for (int i = 0; i < Math.min(values.get().size(), node.proto().getOutputCount()); i++) {
            state.constants.put(node.proto().getOutput(i), values.get().get(i));
        }
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
