package dev.isos.hw.isosceles;

/**
 * The lanes of a machine, which compute the front-end and back-end items of one segment after another. What items wait for,
 * queues and off-chip transfers are no concern of theirs; the lanes of a model that works on real operands are told of them, so
 * that they can check.
 */
public interface Lanes {
    /** What the lanes need of the machine around them. */
    interface Machine {
        /** {@link Lanes#handle} is called at a later cycle. */
        void at(long cycle, int kind, int about);

        /** An item of the segment at hand has ended in this cycle, having started at the given one. */
        void ended(int item, long start);
    }

    /** The lanes turn to a segment; from now on they compute its items alone. */
    void begin(SegmentItems segment, Machine machine, long now);

    /** An item may start. */
    void compute(int item, long now);

    /**
     * Something that {@link Machine#at} has asked for is due.
     *
     * @param kind 0 or 1
     */
    void handle(int kind, int about, long now);

    /** Everything else of this cycle has happened. */
    void settled(long now);

    /** Vectors that have been multiplied in the segment. */
    long doneVectors();

    /** Busy cycles of the busiest unit. */
    long busiest();

    /** Cycles for which the busiest unit worked for the layer at a depth. */
    long busiest(int depth);

    /** A transfer has been asked for. */
    default void transferBegins(SegmentItems segment, int item) {}

    /** An item of any phase has ended, and those that wait for it do not know yet. */
    default void itemEnded(SegmentItems segment, int item) {}

    /** The last item that waited for an item has ended. */
    default void released(SegmentItems segment, int item) {}
}
