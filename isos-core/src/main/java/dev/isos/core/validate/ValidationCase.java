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
 * @param kinds what the plan makes use of, such as {@code pipeline} or {@code kTiles}
 * @param steppedCycles cycles of the stepped machine, which is the reference
 * @param eventCycles cycles of the event-driven machine, which is checked
 * @param failure what differed beside cycles, or what went wrong when one of them did not finish; empty otherwise
 */
public record ValidationCase(
        int number,
        long seed,
        List<String> layers,
        String mapping,
        List<String> parameters,
        List<String> kinds,
        long steppedCycles,
        long eventCycles,
        String failure) {
    public ValidationCase {
        layers = List.copyOf(layers);
        parameters = List.copyOf(parameters);
        kinds = List.copyOf(kinds);
    }

    /** The same with another number. */
    ValidationCase numbered(int other) {
        return new ValidationCase(other, seed, layers, mapping, parameters, kinds, steppedCycles, eventCycles, failure);
    }

    /** Cycles event by event beyond those of the stepped machine; negative when they are fewer. */
    public long difference() {
        return eventCycles - steppedCycles;
    }

    /** The difference's size as a share of the stepped machine's cycles. */
    public double relativeError() {
        return Math.abs(difference()) / (double) Math.max(1, steppedCycles);
    }
}
