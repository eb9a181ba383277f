package dev.isos.core.loopnest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Buffers of one or several tensors.
 *
 * @param bytes on chip
 * @param traffic bytes off chip
 * @param placed what stands where
 */
record BufferChoice(long bytes, long traffic, List<Placed> placed) {
    /** A tensor of a layer (by position in its segment) with its buffer inside so many loops. */
    record Placed(int layer, Operand operand, int level) {}

    static final BufferChoice NONE = new BufferChoice(0, 0, List.of());

    private BufferChoice with(BufferChoice other) {
        List<Placed> both = new ArrayList<>(placed);
        both.addAll(other.placed);
        return new BufferChoice(bytes + other.bytes, traffic + other.traffic, both);
    }

    /**
     * One option of each tensor such that the traffic is least within a budget, of equals the one with the fewest bytes; the
     * one with the fewest bytes where none fits. Exact: only choices that another one beats in bytes and traffic are dropped.
     */
    static BufferChoice best(List<List<BufferChoice>> tensors, long budgetBytes) {
        List<BufferChoice> front = List.of(NONE);
        for (List<BufferChoice> options : tensors) {
            List<BufferChoice> joined = new ArrayList<>();
            for (BufferChoice choice : front) {
                options.forEach(option -> joined.add(choice.with(option)));
            }
            front = undominated(joined);
        }
        BufferChoice best = front.get(0);
        for (BufferChoice choice : front) {
            best = choice.bytes <= budgetBytes ? choice : best;
        }
        return best;
    }

    /** Ascending in bytes, descending in traffic. */
    private static List<BufferChoice> undominated(List<BufferChoice> choices) {
        choices.sort(Comparator.comparingLong(BufferChoice::bytes).thenComparingLong(BufferChoice::traffic));
        List<BufferChoice> front = new ArrayList<>();
        for (BufferChoice choice : choices) {
            if (front.isEmpty() || choice.traffic < front.get(front.size() - 1).traffic) {
                front.add(choice);
            }
        }
        return front;
    }
}
