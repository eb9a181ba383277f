package dev.isos.workloads.graph.rewrite;

/** Replaces one pattern of nodes by an equal one; works in place on a {@link GraphEditor}. */
@FunctionalInterface
interface RewriteRule {
    /** Applies the rule wherever it matches, in topological order. */
    void apply(GraphEditor graph);
}
