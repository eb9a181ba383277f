package dev.isos.study.sweep;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well estimates chose what was simulated.
 *
 * @param errors by which an estimate may be off, as a share, by objective: what the choice allowed for where no simulated point was near
 * @param estimated points that were estimated
 * @param simulated points that were simulated, since nothing that was simulated beat them for certain
 * @param rounds in which they were chosen
 * @param beyondError simulated points of which an objective is off by more than its error
 * @param worstError largest difference of an objective, as a share of what was simulated
 * @param misled simulated points, after the first round, that are better than they were taken to be at best when they were chosen: as
 *     often may a point have been left out wrongly
 * @param lost points on the front of the estimates that are not on the front of the simulations
 * @param gained points on the front of the simulations that are not on that of the estimates
 */
public record Refinement(
        Map<String, Double> errors,
        int estimated,
        int simulated,
        int rounds,
        int beyondError,
        double worstError,
        int misled,
        int lost,
        int gained) {
    public Refinement {
        errors = Collections.unmodifiableMap(new LinkedHashMap<>(errors));
    }
}
