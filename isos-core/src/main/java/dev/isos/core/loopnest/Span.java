package dev.isos.core.loopnest;

/**
 * Coordinates {@code from .. to - 1} of a rank.
 *
 * @param to past the last one; equal to {@code from} when empty
 */
public record Span(int from, int to) {
    public Span {
        if (to < from) {
            throw new IllegalArgumentException("span " + from + ".." + to + " ends before it begins");
        }
    }

    public int length() {
        return to - from;
    }

    public boolean isEmpty() {
        return to == from;
    }

    /** Smallest span that holds both; an empty one adds nothing. */
    Span hull(Span other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }
        return new Span(Math.min(from, other.from), Math.max(to, other.to));
    }
}
