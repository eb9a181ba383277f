package dev.isos.workloads.onnx;

import dev.isos.workloads.graph.ActivationFunction;
import dev.isos.workloads.graph.ActivationFunction.Kind;
import dev.isos.workloads.graph.FloatOp;
import java.util.Map;
import java.util.function.Consumer;

/** Activation functions that are no clamps, and softmax. */
final class ActivationOperators extends OperatorFamily {
    ActivationOperators(TranslationState state) {
        super(state);
    }

    @Override
    void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft) {
        standard.put("LeakyRelu", node -> activate(node, Kind.LEAKY_RELU));
        standard.put("Elu", node -> activate(node, Kind.ELU));
        standard.put("Selu", node -> activate(node, Kind.SELU));
        standard.put("Celu", node -> activate(node, Kind.CELU));
        standard.put("Sigmoid", node -> activate(node, Kind.SIGMOID));
        standard.put("HardSigmoid", node -> activate(node, Kind.HARD_SIGMOID));
        standard.put("HardSwish", node -> activate(node, Kind.HARD_SWISH));
        standard.put("Swish", node -> activate(node, Kind.SWISH));
        standard.put("Tanh", node -> activate(node, Kind.TANH));
        standard.put("Softplus", node -> activate(node, Kind.SOFTPLUS));
        standard.put("Softsign", node -> activate(node, Kind.SOFTSIGN));
        standard.put("Mish", node -> activate(node, Kind.MISH));
        standard.put("Gelu", node -> activate(node, Kind.GELU));
        standard.put("ThresholdedRelu", node -> activate(node, Kind.THRESHOLDED_RELU));
        standard.put("Abs", node -> activate(node, Kind.ABS));
        standard.put("Exp", node -> activate(node, Kind.EXP));
        standard.put("PRelu", this::pRelu);
        standard.put("Softmax", this::softmax);
        standard.put("LogSoftmax", this::softmax);
        microsoft.put("Gelu", node -> activate(node, Kind.GELU));
    }

    private void activate(OnnxNode node, Kind kind) {
        same(node, new FloatOp.Activation(activation(node, kind)));
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

    private void pRelu(OnnxNode node) {
        ConstantTensor slope = constant(node, 1, "slope");
        for (int i = 1; i < slope.elements(); i++) {
            if (slope.floatAt(i) != slope.floatAt(0)) {
                throw node.unsupported("has a slope per channel, expected one for all");
            }
        }
        if (slope.elements() == 0) {
            throw node.badInput("has no slope");
        }
        same(node, new FloatOp.Activation(new ActivationFunction(Kind.LEAKY_RELU, slope.floatAt(0), 0)));
    }

    private void softmax(OnnxNode node) {
        ComputedTensor in = tensor(node, 0);
        long axis = node.integer("axis", node.opset() < 13 ? 1 : -1);
        // Over more than the channels it is only the softmax of ONNX before opset 13 on one-pixel maps.
        if (ConstantFolding.axis(node, axis, in.rank()) != 1 && in.shape().fibers() > 1) {
            throw node.unsupported("works along axis " + axis + ", expected the channels, axis 1");
        }
        same(node, new FloatOp.Softmax());
    }
}
