package dev.isos.api.plan;

/**
 * Why layers cannot form a segment.
 *
 * @param resource what does not suffice, for example {@code filterBuffer}
 * @param demand how much is needed, in the unit of the resource (bytes for storage)
 * @param limit how much there is
 * @param reason the whole sentence for the user
 */
public record PlanRejection(String resource, long demand, long limit, String reason) implements MappingOutcome {}
