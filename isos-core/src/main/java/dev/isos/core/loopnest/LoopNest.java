package dev.isos.core.loopnest;

import dev.isos.api.error.IsosException;
import dev.isos.core.loopnest.Loop.Mode;
import java.util.List;

/**
 * Order, tiling and spatial mapping of one layer, outermost loop first. Which tensor is stationary follows from the order.
 *
 * <p>A rank that no loop names is visited whole by whatever is innermost. On the axes of rows and columns a nest names the
 * input rank (H, W) or the output rank (P, Q) but not both; the third coordinate follows.
 *
 * @param loops {@link Mode#FOR} loops first, then {@link Mode#PARALLEL}, then {@link Mode#LOCKSTEP} or {@link Mode#PACKED}
 * @param partials what sums are kept in until they are complete: {@link Operand#O}, or {@link Operand#T}
 * @param packWidth multipliers that one instruction fills in {@link Mode#PACKED} loops; 1 without
 */
public record LoopNest(List<Loop> loops, Operand partials, int packWidth) {
    public LoopNest {
        loops = List.copyOf(loops);
        if (partials != Operand.O && partials != Operand.T) {
            throw IsosException.badInput("partial results of a nest are O or T, not " + partials);
        }
        if (packWidth < 1) {
            throw IsosException.badInput("packWidth of a nest is " + packWidth + ", at least 1 expected");
        }
        for (int i = 1; i < loops.size(); i++) {
            Mode mode = loops.get(i).mode();
            Mode before = loops.get(i - 1).mode();
            if (mode.compareTo(before) < 0) {
                throw IsosException.badInput("loop '" + loops.get(i) + "' stands inside '" + loops.get(i - 1)
                        + "'; expected for, parallel, then lockstep or packed loops");
            }
            if (mode == Mode.PACKED && before == Mode.LOCKSTEP) {
                throw IsosException.badInput("a nest has lockstep or packed loops, not both: " + loops);
            }
        }
        if (names(loops, Rank.H) && names(loops, Rank.P) || names(loops, Rank.W) && names(loops, Rank.Q)) {
            throw IsosException.badInput("a nest names inputs or outputs of an axis, not both: " + loops);
        }
    }

    private static boolean names(List<Loop> loops, Rank rank) {
        return loops.stream().anyMatch(loop -> loop.rank() == rank);
    }

    /** Whether the nest walks inputs (H or W) rather than outputs (P or Q) along {@link Axis#ROWS} or COLUMNS. */
    boolean walksInputs(Axis axis) {
        return names(loops, axis == Axis.ROWS ? Rank.H : Rank.W);
    }

    boolean packs() {
        return loops.stream().anyMatch(loop -> loop.mode() == Mode.PACKED);
    }

    /** Loops that stand outside the first one whose mode is at least the given one. */
    int loopsOutside(Mode mode) {
        int count = 0;
        while (count < loops.size() && loops.get(count).mode().compareTo(mode) < 0) {
            count++;
        }
        return count;
    }
}
