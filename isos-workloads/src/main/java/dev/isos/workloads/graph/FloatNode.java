package dev.isos.workloads.graph;

import dev.isos.api.tensor.FeatureMapShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One node of a {@link FloatGraph}: {@code output = clamp(f(op(inputs) + residual), low, high)}, where f is the
 * activation function if there is one.
 *
 * @param name unique name, for messages and as the name of a layer
 * @param operator what the model file calls the operator, and after a comma its operator set, for messages
 * @param inputs names of the tensors that it reads
 * @param residual tensor that is added to the result; only of a convolution
 * @param activation activation function that is no clamp
 * @param low smallest output; negative infinity without activation function
 * @param high largest output
 * @param output name of the tensor that it writes
 * @param shape shape of the output
 */
public record FloatNode(
        String name,
        String operator,
        FloatOp op,
        List<String> inputs,
        Optional<String> residual,
        Optional<ActivationFunction> activation,
        float low,
        float high,
        String output,
        FeatureMapShape shape) {
    public FloatNode {
        inputs = List.copyOf(inputs);
    }

    /** A node without residual operand and activation function. */
    public FloatNode(
            String name, String operator, FloatOp op, List<String> inputs, String output, FeatureMapShape shape) {
        this(
                name,
                operator,
                op,
                inputs,
                Optional.empty(),
                Optional.empty(),
                Float.NEGATIVE_INFINITY,
                Float.POSITIVE_INFINITY,
                output,
                shape);
    }

    /** Name of the operator alone. */
    public String operatorName() {
        int comma = operator.indexOf(',');
        return comma < 0 ? operator : operator.substring(0, comma);
    }

    /** Whether the output is clamped. */
    public boolean clamped() {
        return low != Float.NEGATIVE_INFINITY || high != Float.POSITIVE_INFINITY;
    }

    /** Tensors that it reads, the residual operand last. */
    public List<String> operands() {
        List<String> operands = new ArrayList<>(inputs);
        residual.ifPresent(operands::add);
        return operands;
    }

    public FloatNode withOp(FloatOp replacement) {
        return new FloatNode(name, operator, replacement, inputs, residual, activation, low, high, output, shape);
    }

    public FloatNode withInputs(List<String> replacement) {
        return new FloatNode(name, operator, op, replacement, residual, activation, low, high, output, shape);
    }

    public FloatNode withOutput(String replacement) {
        return new FloatNode(name, operator, op, inputs, residual, activation, low, high, replacement, shape);
    }

    public FloatNode withResidual(String tensor) {
        return new FloatNode(name, operator, op, inputs, Optional.of(tensor), activation, low, high, output, shape);
    }

    /** The same node followed by an activation function; it must have neither one nor a clamp yet. */
    public FloatNode withActivation(ActivationFunction function) {
        float floor = Math.max(low, function.low());
        return new FloatNode(name, operator, op, inputs, residual, Optional.of(function), floor, high, output, shape);
    }

    /** The same node followed by a further clamp. */
    public FloatNode clampedTo(float nextLow, float nextHigh) {
        float l = Math.min(Math.max(low, nextLow), nextHigh);
        float h = Math.min(Math.max(high, nextLow), nextHigh);
        return new FloatNode(name, operator, op, inputs, residual, activation, l, h, output, shape);
    }
}
