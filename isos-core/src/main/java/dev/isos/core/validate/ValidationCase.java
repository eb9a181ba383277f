package dev.isos.core.validate;

import java.util.List;

/**
 * One random network on one random machine.
 *
 * @param number counted from 0
 * @param seed seed of the network; with the same seed and parameters the case can be run again alone
 * @param layers what the network's layers are
 * @param mapping mapping policy
 * @param parameters parameters of the machine, as {@code key=value}
 * @param referenceCycles cycles of the reference
 * @param subjectCycles cycles of what is checked
 * @param outputsEqual whether both gave the outputs of the plain reference convolution
 * @param failure what went wrong when one of them did not finish; empty otherwise
 */
public record ValidationCase(
        int number,
        long seed,
        List<String> layers,
        String mapping,
        List<String> parameters,
        long referenceCycles,
        long subjectCycles,
        boolean outputsEqual,
        String failure) {
    public ValidationCase {
        layers = List.copyOf(layers);
        parameters = List.copyOf(parameters);
    }

    /** Cycles of the subject beyond those of the reference; negative when it takes fewer. */
    public long difference() {
        return subjectCycles - referenceCycles;
    }

    /** The difference's size as a share of the reference's cycles. */
    public double relativeError() {
        return Math.abs(difference()) / (double) Math.max(1, referenceCycles);
    }
}
