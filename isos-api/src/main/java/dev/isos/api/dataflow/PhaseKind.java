package dev.isos.api.dataflow;

/** What sort of resource a phase of work occupies. */
public enum PhaseKind {
    /** Moves bytes from off chip. */
    READ,
    /** Occupies a compute unit at a place. */
    COMPUTE,
    /** Moves bytes off chip. */
    WRITE
}
