package dev.isos.core.validate;

/**
 * What a validation holds its subject to.
 *
 * @param relativeFromCycles cases of at least so many cycles are held to relative errors
 * @param largestRelativeError bound of each of them, as a share
 * @param meanRelativeError bound of their mean
 * @param largestSmallError bound of each smaller case, in cycles
 * @param largestEstimateError bound of the estimate of each built-in network, as a share
 */
public record ValidationBounds(
        long relativeFromCycles,
        double largestRelativeError,
        double meanRelativeError,
        long largestSmallError,
        double largestEstimateError) {}
