package dev.isos.core.loopnest;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import java.util.Arrays;
import java.util.Locale;

/**
 * One loop of a nest. It visits the coordinates of a rank that the loops outside it have left, {@code step} at a time.
 *
 * @param step coordinates per iteration, at least 1
 */
public record Loop(Rank rank, int step, Mode mode) implements RankTraversal {
    /** How the iterations of a loop follow each other. */
    public enum Mode {
        /** One after the other. */
        FOR,
        /** At once, each with a control of its own; they share what several of them read. */
        PARALLEL,
        /** At once, one multiplier per coordinate: a zero operand leaves its multipliers idle. */
        LOCKSTEP,
        /** At once, one multiplier per non-zero weight: only what is not zero takes a place. */
        PACKED
    }

    public Loop {
        if (step < 1) {
            throw IsosException.badInput("loop over " + rank + " has step " + step + ", at least 1 expected");
        }
    }

    /**
     * Reads {@code for K step 64}, {@code for W}, {@code parallel H}, {@code lockstep K} or {@code packed S}; without
     * {@code step} it is 1.
     */
    public static Loop parse(String text) {
        String[] words = text.strip().split("\\s+");
        try {
            Mode mode = Mode.valueOf(words[0].toUpperCase(Locale.ROOT));
            if (words.length == 2) {
                return new Loop(Rank.valueOf(words[1]), 1, mode);
            }
            if (words.length == 4 && words[2].equals("step") && mode == Mode.FOR) {
                return new Loop(Rank.valueOf(words[1]), Integer.parseInt(words[3]), mode);
            }
        } catch (IllegalArgumentException e) {
            throw notALoop(text, e);
        }
        throw notALoop(text, null);
    }

    private static IsosException notALoop(String text, Throwable cause) {
        return new IsosException(
                ErrorCode.BAD_INPUT,
                "'" + text
                        + "' is not a loop; expected 'for RANK [step N]', 'parallel RANK', 'lockstep RANK' or 'packed"
                        + " RANK' with a rank of " + Arrays.toString(Rank.values()),
                cause);
    }

    @Override
    public String toString() {
        return mode.name().toLowerCase(Locale.ROOT) + " " + rank + (step == 1 ? "" : " step " + step);
    }
}
