package dev.isos.api.plan;

/** Either a mapped segment or the reason why there is none. */
public sealed interface MappingOutcome permits Segment, PlanRejection {}
