package dev.isos.study.sweep;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the points of a sweep are chosen. */
public enum SearchMethod {
    /** All combinations. */
    @JsonProperty("grid")
    GRID,
    /** Drawn independently. */
    @JsonProperty("random")
    RANDOM,
    /** Drawn so that each axis is covered evenly. */
    @JsonProperty("latin-hypercube")
    LATIN_HYPERCUBE,
    /** Bred from the best so far (NSGA-II). */
    @JsonProperty("evolutionary")
    EVOLUTIONARY
}
