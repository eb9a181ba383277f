package dev.isos.api.plan;

import java.util.List;

/**
 * A network cut into segments.
 *
 * @param policy id of the mapping policy that made it
 * @param segments in order of execution; together they hold every layer once
 * @param limits for each segment, what ended it there: the rejection of the next layers, or the policy's own rule
 */
public record ExecutionPlan(String policy, List<Segment> segments, List<String> limits) {
    /**
     * Copies the lists.
     *
     * @param policy id of the mapping policy
     * @param segments in order of execution
     * @param limits one sentence or name for each segment
     * @throws IllegalArgumentException when there is not one limit per segment
     */
    public ExecutionPlan {
        segments = List.copyOf(segments);
        limits = List.copyOf(limits);
        if (segments.size() != limits.size()) {
            throw new IllegalArgumentException("a plan needs one limit per segment");
        }
    }
}
