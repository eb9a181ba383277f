package dev.isos.workloads.onnx;

import dev.isos.workloads.graph.ActivationFunction;
import dev.isos.workloads.graph.ActivationFunction.Kind;
import dev.isos.workloads.graph.FloatOp;
import java.util.Map;
import java.util.function.Consumer;

/** Functions of one tensor, element by element, that are no clamps. */
final class ActivationOperators extends OperatorFamily {
    /** Functions without parameters, by the name of the operator. */
    static final Map<String, Kind> PLAIN = Map.ofEntries(
            Map.entry("Sigmoid", Kind.SIGMOID),
            Map.entry("HardSwish", Kind.HARD_SWISH),
            Map.entry("Tanh", Kind.TANH),
            Map.entry("Softplus", Kind.SOFTPLUS),
            Map.entry("Softsign", Kind.SOFTSIGN),
            Map.entry("Mish", Kind.MISH),
            Map.entry("Abs", Kind.ABS),
            Map.entry("Exp", Kind.EXP),
            Map.entry("Log", Kind.LOG),
            Map.entry("Sqrt", Kind.SQRT),
            Map.entry("Erf", Kind.ERF),
            Map.entry("Reciprocal", Kind.RECIPROCAL));

    ActivationOperators(TranslationState state) {
        super(state);
    }

    @Override
    void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft) {
        PLAIN.forEach((name, kind) -> standard.put(name, node -> activate(node, kind)));
        standard.put("LeakyRelu", node -> activate(node, Kind.LEAKY_RELU));
        standard.put("Elu", node -> activate(node, Kind.ELU));
        standard.put("Selu", node -> activate(node, Kind.SELU));
        standard.put("Celu", node -> activate(node, Kind.CELU));
        standard.put("HardSigmoid", node -> activate(node, Kind.HARD_SIGMOID));
        standard.put("Swish", node -> activate(node, Kind.SWISH));
        standard.put("Gelu", node -> activate(node, Kind.GELU));
        standard.put("ThresholdedRelu", node -> activate(node, Kind.THRESHOLDED_RELU));
        microsoft.put("Gelu", node -> activate(node, Kind.GELU));
        microsoft.put("FastGelu", node -> {
            if (node.input(1).isPresent()) {
                throw node.unsupported("adds a bias, expected none; add it with an Add before");
            }
            pointwise(node, new FloatOp.Activation(new ActivationFunction(Kind.GELU_TANH, 0, 0)));
        });
        microsoft.put(
                "QuickGelu",
                node -> pointwise(
                        node,
                        new FloatOp.Activation(new ActivationFunction(Kind.SWISH, node.number("alpha", 1.702f), 0))));
    }

    private void activate(OnnxNode node, Kind kind) {
        pointwise(node, new FloatOp.Activation(activation(node, kind)));
    }

    static ActivationFunction activation(OnnxNode node, Kind kind) {
        return switch (kind) {
            case LEAKY_RELU -> new ActivationFunction(kind, node.number("alpha", 0.01f), 0);
            case ELU, CELU, THRESHOLDED_RELU, SWISH -> new ActivationFunction(kind, node.number("alpha", 1f), 0);
            case SELU ->
                new ActivationFunction(kind, node.number("alpha", 1.6732632f), node.number("gamma", 1.050701f));
            case HARD_SIGMOID -> new ActivationFunction(kind, node.number("alpha", 0.2f), node.number("beta", 0.5f));
            case GELU ->
                new ActivationFunction(
                        node.text("approximate", "none").equals("tanh") ? Kind.GELU_TANH : Kind.GELU, 0, 0);
            default -> new ActivationFunction(kind, 0, 0);
        };
    }
}
