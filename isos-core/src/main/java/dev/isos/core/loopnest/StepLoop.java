package dev.isos.core.loopnest;

import java.util.List;

/**
 * A loop that a layer shares with the other layers of its segment: which coordinates of one of its ranks the layer visits
 * in each step.
 *
 * @param spans one per step; may be empty or, where halos are recomputed, overlap
 */
public record StepLoop(Rank rank, List<Span> spans) implements RankTraversal {
    public StepLoop {
        spans = List.copyOf(spans);
    }
}
