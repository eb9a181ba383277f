package dev.isos.api.dataflow;

/**
 * A kind of work item, for example the front end of IS-OS or the loading of a filter group.
 *
 * @param id name by which a hardware model recognises it
 * @param kind the sort of resource that it occupies
 * @param description what happens in it, for reports
 */
public record Phase(String id, PhaseKind kind, String description) {}
