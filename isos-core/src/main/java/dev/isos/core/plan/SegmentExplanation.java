package dev.isos.core.plan;

import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.SegmentEstimate;
import java.util.Optional;

/**
 * What can be said of a segment of a plan beyond the plan itself.
 *
 * @param estimate what it is expected to take, if the accelerator has an analytical model
 * @param nextLayer name of the layer that follows it; empty for the last segment
 * @param missing why that layer would not fit as well; empty when it would
 */
public record SegmentExplanation(
        Optional<SegmentEstimate> estimate, Optional<String> nextLayer, Optional<PlanRejection> missing) {}
