package dev.isos.workloads.graph.rewrite;

import dev.isos.workloads.graph.ActivationFunction;
import dev.isos.workloads.graph.ActivationFunction.Kind;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Activation;
import dev.isos.workloads.graph.FloatOp.ChannelAffine;
import dev.isos.workloads.graph.FloatOp.Clamp;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * Makes any connected nodes that compute element by element, from one tensor and numbers to one tensor, one activation
 * function: {@code x * Sigmoid(x)}, {@code 0.5 * x * (1 + Erf(x / sqrt(2)))}, {@code Log(1 + Exp(x))}. What is a clamp or
 * a scaling as a whole stays as it is. Tensors whose 8-bit format the model file prescribes end a function.
 */
final class FuseFunctions implements RewriteRule {
    /** Nodes that one function may be made of: those of any spelling known, several times over. */
    private static final int MAX_NODES = 32;

    /**
     * A tensor as a function of an earlier one.
     *
     * @param low a bound that no value lies below, or negative infinity
     * @param nodes positions of the nodes that compute it
     */
    private record Formula(DoubleUnaryOperator value, double low, Set<Integer> nodes) {}

    @Override
    public void apply(GraphEditor graph) {
        Map<String, Map<String, Formula>> all = new LinkedHashMap<>();
        for (int i = 0; i < graph.size(); i++) {
            FloatNode node = graph.node(i);
            if (node != null) {
                all.put(node.output(), formulas(graph, i, node, all));
            }
        }
        // From the end, so that the longest function that a node ends is found first.
        for (int i = graph.size() - 1; i >= 0; i--) {
            FloatNode node = graph.node(i);
            if (node != null) {
                fuse(graph, i, node, all.get(node.output()));
            }
        }
    }

    /** The output of a node as a function of each tensor from which it alone is computed; the nearest tensor last. */
    private static Map<String, Formula> formulas(
            GraphEditor graph, int position, FloatNode node, Map<String, Map<String, Formula>> all) {
        Map<String, Formula> result = new LinkedHashMap<>();
        FloatOp op = node.op();
        if (op instanceof FloatOp.Add || op instanceof FloatOp.Product) {
            Map<String, Formula> left = from(graph, node.inputs().get(0), all);
            Map<String, Formula> right = from(graph, node.inputs().get(1), all);
            boolean product = op instanceof FloatOp.Product;
            left.forEach((root, a) -> {
                Formula b = right.get(root);
                if (b != null && graph.shape(root).equals(node.shape())) {
                    DoubleUnaryOperator x = a.value();
                    DoubleUnaryOperator y = b.value();
                    double low =
                            product ? a.low() >= 0 && b.low() >= 0 ? 0 : Double.NEGATIVE_INFINITY : a.low() + b.low();
                    put(
                            result,
                            root,
                            position,
                            product
                                    ? v -> x.applyAsDouble(v) * y.applyAsDouble(v)
                                    : v -> x.applyAsDouble(v) + y.applyAsDouble(v),
                            low,
                            a,
                            b);
                }
            });
        } else {
            DoubleUnaryOperator function = function(op);
            if (function != null) {
                from(graph, node.inputs().get(0), all)
                        .forEach((root, a) ->
                                put(result, root, position, a.value().andThen(function), low(op, a.low()), a));
            }
        }
        return result;
    }

    private static void put(
            Map<String, Formula> result,
            String root,
            int position,
            DoubleUnaryOperator value,
            double low,
            Formula... parts) {
        Set<Integer> nodes = new HashSet<>(Set.of(position));
        for (Formula part : parts) {
            nodes.addAll(part.nodes());
        }
        if (nodes.size() <= MAX_NODES) {
            result.put(root, new Formula(value, low, nodes));
        }
    }

    /** A tensor as a function of itself and, where no format stands between, of those before it. */
    private static Map<String, Formula> from(GraphEditor graph, String tensor, Map<String, Map<String, Formula>> all) {
        Map<String, Formula> result = new LinkedHashMap<>();
        if (graph.format(tensor) == null) {
            result.putAll(all.getOrDefault(tensor, Map.of()));
        }
        result.put(tensor, new Formula(v -> v, Double.NEGATIVE_INFINITY, Set.of()));
        return result;
    }

    /** What a node does to every element alike; null where it does anything else. */
    private static DoubleUnaryOperator function(FloatOp op) {
        if (op instanceof Activation a) {
            return a.function()::value;
        } else if (op instanceof Clamp c) {
            return v -> Math.max(c.low(), Math.min(c.high(), v));
        } else if (op instanceof ChannelAffine a && a.uniform()) {
            double scale = a.scale()[0];
            double shift = a.shift()[0];
            return v -> v * scale + shift;
        }
        return null;
    }

    private static double low(FloatOp op, double before) {
        if (op instanceof Activation a) {
            boolean positive = before >= 0
                    && (a.function().kind() == Kind.RECIPROCAL || a.function().kind() == Kind.POWER);
            return positive ? 0 : a.function().low();
        } else if (op instanceof Clamp c) {
            return Math.max(before, c.low());
        }
        ChannelAffine a = (ChannelAffine) op;
        return a.scale()[0] >= 0 ? before * a.scale()[0] + a.shift()[0] : Double.NEGATIVE_INFINITY;
    }

    private static void fuse(GraphEditor graph, int position, FloatNode node, Map<String, Formula> formulas) {
        String root = null;
        Formula best = null;
        // The nearest tensor of which all is a function; farther ones as long as nothing else reads what lies between.
        List<String> nearestFirst = new java.util.ArrayList<>(formulas.keySet());
        nearestFirst.sort((a, b) -> Integer.compare(
                formulas.get(a).nodes().size(), formulas.get(b).nodes().size()));
        for (String candidate : nearestFirst) {
            Formula formula = formulas.get(candidate);
            if (formula.nodes().stream().anyMatch(i -> graph.node(i) == null)) {
                continue;
            }
            boolean closed = formula.nodes().stream()
                    .filter(i -> i != position)
                    .map(i -> graph.node(i).output())
                    .allMatch(
                            tensor -> !graph.isOutput(tensor) && formula.nodes().containsAll(graph.readers(tensor)));
            if (best == null || closed) {
                root = candidate;
                best = formula;
            }
        }
        boolean unary = !(node.op() instanceof FloatOp.Add || node.op() instanceof FloatOp.Product);
        if (best == null || unary && best.nodes().size() < 2 || linearOrClamp(graph, best)) {
            return;
        }
        DoubleUnaryOperator value = best.value();
        float low = (float) best.low();
        Activation op = new Activation(named(value).orElse(ActivationFunction.composite(value, low)));
        graph.replace(position, node.withOp(op).withInputs(List.of(root)));
        // What only this function read goes at once, so that its readers are counted right.
        List<Integer> before = best.nodes().stream().sorted((a, b) -> b - a).toList();
        for (int i : before) {
            FloatNode part = graph.node(i);
            if (i != position
                    && !graph.isOutput(part.output())
                    && graph.readers(part.output()).isEmpty()) {
                graph.remove(i);
            }
        }
    }

    /** A function that is no more than a clamp, a scaling or a chain of them: convolutions take those up. */
    private static boolean linearOrClamp(GraphEditor graph, Formula formula) {
        return formula.nodes().stream()
                .map(i -> graph.node(i).op())
                .allMatch(op -> op instanceof Clamp || op instanceof ChannelAffine);
    }

    /** The function under its own name, where it has one: what it gives at many places tells. */
    private static java.util.Optional<ActivationFunction> named(DoubleUnaryOperator value) {
        for (Kind kind : List.of(Kind.SWISH, Kind.HARD_SWISH, Kind.GELU, Kind.GELU_TANH, Kind.MISH)) {
            ActivationFunction candidate = new ActivationFunction(kind, 1f, 0);
            boolean same = true;
            for (double x = -12; same && x <= 12; x += 0.0625) {
                same = Math.abs(candidate.value(x) - value.applyAsDouble(x)) <= 2e-5;
            }
            if (same) {
                return java.util.Optional.of(candidate);
            }
        }
        return java.util.Optional.empty();
    }
}
