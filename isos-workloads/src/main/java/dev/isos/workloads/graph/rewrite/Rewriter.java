package dev.isos.workloads.graph.rewrite;

import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Turns a graph as a model file states it into one of convolutions, poolings, additions and other layers only, whose
 * output is the same up to rounding (and up to a final softmax, which is dropped with a note).
 */
public final class Rewriter {
    /** The order matters: each rule finds what the ones before it have left. */
    private static final List<RewriteRule> RULES = List.of(
            new DropIdentities(),
            new DropRepeatedFormats(),
            new DropFinalReshaping(),
            new FuseFunctions(),
            new FoldPaddingIntoConvolution(),
            new LowerPadding(),
            new LowerFullyConnected(),
            new SwapScaleAndClamp(),
            new FoldAffineIntoConvolution(),
            new LowerAffine(),
            new SwapClampAndMaxPooling(),
            new FuseResidual(),
            new FuseActivation(),
            new LowerActivation(),
            new FuseClamp(),
            new LowerClamp());

    private Rewriter() {}

    /**
     * The rewritten graph. Throws {@link dev.isos.api.error.IsosException} naming the node when something is left that is
     * no layer.
     */
    public static FloatGraph rewrite(FloatGraph graph) {
        FloatGraph current = graph;
        for (RewriteRule rule : RULES) {
            GraphEditor editor = new GraphEditor(current);
            rule.apply(editor);
            current = editor.finish();
        }
        NormalFormCheck.check(current);
        return outputLast(AlignConcatenatedParts.apply(current));
    }

    /** The last layer gives the network's output: where a model has several, the first of them, unless something reads it. */
    private static FloatGraph outputLast(FloatGraph graph) {
        List<FloatNode> nodes = new ArrayList<>(graph.nodes());
        if (nodes.stream().anyMatch(node -> node.operands().contains(graph.output()))) {
            return graph;
        }
        nodes.sort(Comparator.comparing(node -> node.output().equals(graph.output())));
        return graph.with(nodes, graph.formats(), graph.notes());
    }
}
