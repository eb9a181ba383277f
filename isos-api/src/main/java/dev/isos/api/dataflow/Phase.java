package dev.isos.api.dataflow;

/**
 * A kind of work item, for example the front end of IS-OS or the loading of a filter group.
 *
 * @param id name by which a hardware model recognises it
 */
public record Phase(String id, PhaseKind kind, String description) {}
