package dev.isos.baselines.sparten;

/** How filters are spread over the compute units of a cluster (greedy balancing, SparTen section 3.3). */
public enum Balancing {
    /** One filter per unit, in their natural order. */
    NONE,
    /** GB-S: filters of a layer sorted by density; the densest shares a unit with the sparsest. */
    SOFTWARE,
    /** GB-H: groups as in GB-S, but who shares a unit with whom is decided anew for each chunk. */
    HYBRID;

    /** Filters that a unit has room for. */
    int filtersPerUnit() {
        return this == NONE ? 1 : 2;
    }
}
