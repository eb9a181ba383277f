package dev.isos.workloads.graph.rewrite;

import dev.isos.workloads.graph.ActivationFunction;
import dev.isos.workloads.graph.ActivationFunction.Kind;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp.Activation;
import dev.isos.workloads.graph.FloatOp.ChannelAffine;
import dev.isos.workloads.graph.FloatOp.Clamp;
import dev.isos.workloads.graph.FloatOp.Product;
import java.util.List;

/**
 * Makes the product of a tensor and a gate of it one activation function: {@code x * Sigmoid(x)} is Swish; HardSwish is
 * {@code x * HardSigmoid(x)} and, as exporters write it out, {@code x * Clip(x + 3, 0, 6) / 6} with the division anywhere.
 */
final class FuseGates implements RewriteRule {
    private static final double TOLERANCE = 1e-5;

    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node != null && node.op() instanceof Product && !fuse(graph, i, node, 0)) {
                fuse(graph, i, node, 1);
            }
        }
    }

    /** Tries one operand as the gate; false when it is none of the other operand. */
    private static boolean fuse(GraphEditor graph, int position, FloatNode node, int gateInput) {
        String x = node.inputs().get(1 - gateInput);
        double factor = 1;
        // the division may stand before the product
        Gate gate = Gate.of(graph, node.inputs().get(gateInput), x);
        FloatNode before = graph.writerNode(x);
        if (gate == null && before != null && scaling(before) != 0) {
            factor = scaling(before);
            x = before.inputs().get(0);
            gate = Gate.of(graph, node.inputs().get(gateInput), x);
        }
        if (gate == null) {
            return false;
        }
        factor *= gate.factor();
        Activation function = new Activation(new ActivationFunction(gate.kind(), 1f, 0));
        if (near(factor, 1)) {
            graph.replace(position, node.withOp(function).withInputs(List.of(x)));
            return true;
        }
        List<Integer> readers = graph.readers(node.output());
        FloatNode after = readers.size() == 1 ? graph.node(readers.get(0)) : null;
        if (after == null || graph.isOutput(node.output()) || !near(factor * scaling(after), 1)) {
            return false;
        }
        graph.remove(position);
        graph.replace(
                readers.get(0), node.withOp(function).withInputs(List.of(x)).withOutput(after.output()));
        return true;
    }

    /** The one factor by which a node multiplies all channels; 0 where it does anything else. */
    private static double scaling(FloatNode node) {
        if (!(node.op() instanceof ChannelAffine a)) {
            return 0;
        }
        return uniform(a.scale()) && uniform(a.shift()) && a.shift()[0] == 0 ? a.scale()[0] : 0;
    }

    private static boolean uniform(float[] values) {
        for (float value : values) {
            if (value != values[0]) {
                return false;
            }
        }
        return true;
    }

    private static boolean near(double value, double expected) {
        return Math.abs(value - expected) <= TOLERANCE;
    }

    /**
     * What a gate does to the tensor that it gates.
     *
     * @param factor by which its product is larger than the function's value
     */
    private record Gate(Kind kind, double factor) {
        /** Follows a tensor back to x; null when the way is no gate. */
        static Gate of(GraphEditor graph, String gate, String x) {
            FloatNode node = graph.writerNode(gate);
            if (node != null
                    && node.op() instanceof Activation a
                    && a.function().kind() == Kind.SIGMOID
                    && node.inputs().get(0).equals(x)) {
                return new Gate(Kind.SWISH, 1);
            }
            // gate = outer * clamp(scale * x + shift, 0, high)
            double outer = 0;
            double high = 0;
            double scale = 1;
            double shift = 0;
            boolean clamped = false;
            for (String at = gate; !at.equals(x); at = node.inputs().get(0)) {
                node = graph.writerNode(at);
                if (node != null && node.op() instanceof ChannelAffine a && uniform(a.scale()) && uniform(a.shift())) {
                    shift += scale * a.shift()[0];
                    scale *= a.scale()[0];
                } else if (node != null && !clamped && shift == 0 && node.op() instanceof Clamp c && c.low() == 0) {
                    outer = scale;
                    high = c.high();
                    scale = 1;
                    clamped = true;
                } else if (node != null
                        && !clamped
                        && shift == 0
                        && node.op() instanceof Activation a
                        && a.function().kind() == Kind.HARD_SIGMOID) {
                    outer = scale;
                    high = 1;
                    scale = a.function().alpha();
                    shift = a.function().beta();
                    clamped = true;
                } else {
                    return null;
                }
            }
            // HardSwish is x * clamp(x / 6 + 1 / 2, 0, 1)
            boolean swish = clamped && near(scale / high, 1 / 6.0) && near(shift / high, 0.5);
            return swish ? new Gate(Kind.HARD_SWISH, outer * high) : null;
        }
    }
}
