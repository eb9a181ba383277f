/**
 * How a network is cut into segments that run one after another. Begin with {@link dev.isos.api.plan.MappingPolicy}: it asks the
 * {@link dev.isos.api.plan.PlanningContext} which layers can be mapped together, and gives an {@link dev.isos.api.plan.ExecutionPlan}.
 *
 * <pre>{@code
 * MappingOutcome outcome = context.map(List.of(0, 1)); // a Segment, or a PlanRejection that says what does not fit
 * }</pre>
 */
@NullMarked
package dev.isos.api.plan;

import org.jspecify.annotations.NullMarked;
