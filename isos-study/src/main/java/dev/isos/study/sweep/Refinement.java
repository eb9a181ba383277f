package dev.isos.study.sweep;

/**
 * How well estimates chose what was simulated.
 *
 * @param error by which an estimate may be off, as a share: what the choice allowed for
 * @param estimated points that were estimated
 * @param simulated points that were simulated, since they might be on the front
 * @param beyondError simulated points of which an objective is off by more than the error
 * @param worstError largest of these differences, as a share
 * @param lost points on the front of the estimates that are not on the front of the simulations
 * @param gained points on the front of the simulations that are not on that of the estimates
 */
public record Refinement(
        double error, int estimated, int simulated, int beyondError, double worstError, int lost, int gained) {}
