package dev.isos.study.explore;

import dev.isos.core.validate.Validation;

/**
 * By how much estimates may be off, as a share: of time, and of what is counted. Of what else a result has (shares of time, and what is
 * made of both), estimates promise nothing, so that neighbours alone say how good they are.
 */
final class EstimateErrors {
    private final double ofTime;
    private final double ofCounts;

    EstimateErrors(Validation validation) {
        this.ofTime = validation.largestSweepError();
        this.ofCounts = validation.largestCountError();
    }

    /** @param path of a number of the result */
    double of(String path) {
        if (path.equals("cycles") || path.equals("seconds")) {
            return ofTime;
        }
        String group = path.split("\\.")[0];
        return group.equals("traffic") || group.equals("energyPj") || group.equals("macs") ? ofCounts : 1;
    }
}
