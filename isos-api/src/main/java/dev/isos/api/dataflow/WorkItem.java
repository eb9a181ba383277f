package dev.isos.api.dataflow;

import java.util.Arrays;

/**
 * One unit of work in a segment's stream: what has to happen, in exact counts, never how long it takes. Mutable and
 * reused: a dataflow fills it and hands it to a {@link WorkSink}, which copies what it keeps.
 *
 * <p>Items form a DAG. An item may start when all items it waits for have ended. What it produces occupies
 * {@link #heldBytes()} on chip, in the buffer of tensor {@link #tensor()} at its place, from its start until the last
 * item that waits for it has ended.
 */
public final class WorkItem {
    private int phase;
    private int layer;
    private int step;
    private int row;
    private int place;
    private int tensor;
    private TensorRole role;
    private long offChipBytes;
    private long heldBytes;
    private final int[] counts;
    private int[] waitsFor = new int[16];
    private int waitCount;

    /** @param schema decides how many counts the item carries */
    public WorkItem(WorkSchema schema) {
        counts = new int[schema.width()];
    }

    /**
     * Clears everything and sets where the item belongs.
     *
     * @param phase index into {@link WorkSchema#phases()}
     * @param layer layer to which time, energy and traffic are attributed
     * @param step wavefront or tile, counted from 0 in the order in which the dataflow visits them
     * @param row row within the wavefront, or another second coordinate that the dataflow documents
     * @param place logical compute place, 0 or more, which the hardware binds to a unit; 0 for transfers without one
     */
    public WorkItem begin(int phase, int layer, int step, int row, int place) {
        this.phase = phase;
        this.layer = layer;
        this.step = step;
        this.row = row;
        this.place = place;
        this.tensor = layer;
        this.role = TensorRole.OUTPUTS;
        this.offChipBytes = 0;
        this.heldBytes = 0;
        this.waitCount = 0;
        Arrays.fill(counts, 0);
        return this;
    }

    /** Sets the bytes moved off chip and the tensor they belong to (a layer index, or the network's input). */
    public WorkItem moves(TensorRole role, int tensor, long bytes) {
        this.role = role;
        this.tensor = tensor;
        this.offChipBytes = bytes;
        return this;
    }

    /** Sets the on-chip bytes that the item's result occupies, see the class comment. */
    public WorkItem holds(int tensor, long bytes) {
        this.tensor = tensor;
        this.heldBytes = bytes;
        return this;
    }

    /** Sets one count; {@code offset} as of {@link WorkSchema#offset(String)}. */
    public WorkItem count(int offset, int value) {
        counts[offset] = value;
        return this;
    }

    /** Adds a dependency on an earlier item of the same segment. */
    public WorkItem waitFor(int item) {
        if (waitCount == waitsFor.length) {
            waitsFor = Arrays.copyOf(waitsFor, 2 * waitCount);
        }
        waitsFor[waitCount++] = item;
        return this;
    }

    /** Position of its phase in {@link WorkSchema#phases()}. */
    public int phase() {
        return phase;
    }

    /** Layer that time, energy and traffic are attributed to. */
    public int layer() {
        return layer;
    }

    /** Wavefront or tile, from 0. */
    public int step() {
        return step;
    }

    /** Row within the wavefront, or the second coordinate that the dataflow documents. */
    public int row() {
        return row;
    }

    /** Logical compute place, from 0, which the hardware binds to a unit. */
    public int place() {
        return place;
    }

    /** Layer whose output the item produces or moves, or the layer whose weights it moves. */
    public int tensor() {
        return tensor;
    }

    /** What the tensor that it moves is to the segment. */
    public TensorRole role() {
        return role;
    }

    /** Bytes to or from DRAM. */
    public long offChipBytes() {
        return offChipBytes;
    }

    /** Bytes on chip that its result occupies, see the class comment. */
    public long heldBytes() {
        return heldBytes;
    }

    /** All counts, in the order of the schema; valid until the next {@link #begin}; a dataflow may write to it. */
    public int[] counts() {
        return counts;
    }

    /** Items that this one waits for: the first {@link #waitCount()} entries. */
    public int[] waitsFor() {
        return waitsFor;
    }

    /** How many items it waits for. */
    public int waitCount() {
        return waitCount;
    }
}
