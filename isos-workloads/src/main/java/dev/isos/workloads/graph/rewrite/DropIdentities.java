package dev.isos.workloads.graph.rewrite;

import dev.isos.workloads.graph.FloatOp;

/** Removes nodes that pass their input on: Identity, Dropout and Cast at inference. */
final class DropIdentities implements RewriteRule {
    @Override
    public void apply(GraphEditor graph) {
        for (int i = 0; i < graph.size(); i++) {
            if (graph.node(i) != null && graph.node(i).op() instanceof FloatOp.Identity) {
                graph.bypass(i);
            }
        }
    }
}
