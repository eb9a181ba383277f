package dev.isos.hw.isosceles;

/**
 * Decides which of its ready tasks a unit starts next. Static: the rank of a task does not change while it waits. Tasks of
 * equal rank start in the order in which the dataflow gave them, so every policy is deterministic. Stateless.
 */
public interface SchedulingPolicy {
    /** Number of depths, steps and rows that a rank may have to tell apart. */
    int MAX_DEPTH = 1 << 12;

    int MAX_STEP = 1 << 28;
    int MAX_ROW = 1 << 20;

    /** Short name; a value of the hardware parameter {@code scheduling}. */
    String id();

    /**
     * Rank of a task; the ready task of the smallest rank starts first.
     *
     * @param depth position of the task's layer in its segment, less than {@link #MAX_DEPTH}
     * @param step its wavefront, less than {@link #MAX_STEP}
     * @param row its row, less than {@link #MAX_ROW}
     */
    long rank(int depth, int step, int row);

    /**
     * True when a front end should prefer tasks whose filters are being multicast at the moment, whatever their rank; among
     * these, and where there is none, the rank decides.
     */
    default boolean joinsMulticasts() {
        return false;
    }

    /**
     * True when lanes are not shared by the layers of a segment: each layer has lanes of its own, in proportion to its
     * expected work, and the mapping says which.
     */
    default boolean partitionsLanes() {
        return false;
    }

    /**
     * True when a unit takes layers in turn: the ready tasks of the layer that comes next after the layer of the unit's last
     * task, in the order of depths and from the deepest on to the first, go before those of all other layers; among these the
     * rank decides.
     */
    default boolean takesLayersInTurn() {
        return false;
    }
}
