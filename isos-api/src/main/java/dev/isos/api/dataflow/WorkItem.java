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
    private int expectedItems;

    /**
     * An empty item; {@link #begin} comes before anything else.
     *
     * @param schema decides how many counts the item carries
     */
    public WorkItem(WorkSchema schema) {
        counts = new int[schema.width()];
    }

    /**
     * Becomes equal to another item.
     *
     * @param other of the same schema
     */
    public void set(WorkItem other) {
        phase = other.phase;
        layer = other.layer;
        step = other.step;
        row = other.row;
        place = other.place;
        tensor = other.tensor;
        role = other.role;
        offChipBytes = other.offChipBytes;
        heldBytes = other.heldBytes;
        System.arraycopy(other.counts, 0, counts, 0, counts.length);
        waitCount = other.waitCount;
        if (waitsFor.length < waitCount) {
            waitsFor = new int[other.waitsFor.length];
        }
        System.arraycopy(other.waitsFor, 0, waitsFor, 0, waitCount);
        expectedItems = other.expectedItems;
    }

    /**
     * Says how many items the segment is expected to have, so that those who keep something of each make room once. {@link #begin} does
     * not change it.
     *
     * @param items about as many as there will be; 0, as of a new item, if nobody knows
     * @return this item
     */
    public WorkItem expect(int items) {
        expectedItems = items;
        return this;
    }

    /** {@return items that the segment is expected to have; 0 if nobody knows} */
    public int expectedItems() {
        return expectedItems;
    }

    /**
     * Clears everything and sets where the item belongs.
     *
     * @param phase index into {@link WorkSchema#phases()}
     * @param layer layer to which time, energy and traffic are attributed
     * @param step wavefront or tile, counted from 0 in the order in which the dataflow visits them
     * @param row row within the wavefront, or another second coordinate that the dataflow documents
     * @param place logical compute place, 0 or more, which the hardware binds to a unit; 0 for transfers without one
     * @return this item
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

    /**
     * Sets the bytes moved off chip and the tensor they belong to.
     *
     * @param role what the tensor is to the segment
     * @param tensor a layer's index: of its weights or its output, by the role; or an input of the network
     * @param bytes 0 or more
     * @return this item
     */
    public WorkItem moves(TensorRole role, int tensor, long bytes) {
        this.role = role;
        this.tensor = tensor;
        this.offChipBytes = bytes;
        return this;
    }

    /**
     * Sets the on-chip bytes that the item's result occupies, see the class comment.
     *
     * @param tensor index of the layer whose output it is part of, or of an input of the network; replaces that of
     *     {@link #moves}
     * @param bytes 0 or more
     * @return this item
     */
    public WorkItem holds(int tensor, long bytes) {
        this.tensor = tensor;
        this.heldBytes = bytes;
        return this;
    }

    /**
     * Sets one count.
     *
     * @param offset as of {@link WorkSchema#offset(String)}; of a metric with several values, plus the unit's number
     * @param value 0 or more, in the unit of the metric
     * @return this item
     */
    public WorkItem count(int offset, int value) {
        counts[offset] = value;
        return this;
    }

    /**
     * Adds a dependency on an earlier item of the same segment.
     *
     * @param item its number, as {@link WorkSink#accept} gave it
     * @return this item
     */
    public WorkItem waitFor(int item) {
        if (waitCount == waitsFor.length) {
            waitsFor = Arrays.copyOf(waitsFor, 2 * waitCount);
        }
        waitsFor[waitCount++] = item;
        return this;
    }

    /** {@return position of its phase in {@link WorkSchema#phases()}} */
    public int phase() {
        return phase;
    }

    /** {@return index of the layer that time, energy and traffic are attributed to} */
    public int layer() {
        return layer;
    }

    /** {@return wavefront or tile, from 0} */
    public int step() {
        return step;
    }

    /** {@return row within the wavefront, or the second coordinate that the dataflow documents} */
    public int row() {
        return row;
    }

    /** {@return logical compute place, from 0, which the hardware binds to a unit} */
    public int place() {
        return place;
    }

    /**
     * {@return layer whose output the item produces or moves, or the layer whose weights it moves; or an input of the
     * network}
     */
    public int tensor() {
        return tensor;
    }

    /**
     * {@return what the tensor that it moves is to the segment; {@link TensorRole#OUTPUTS} until {@link #moves} says
     * otherwise}
     */
    public TensorRole role() {
        return role;
    }

    /** {@return bytes to or from DRAM} */
    public long offChipBytes() {
        return offChipBytes;
    }

    /** {@return bytes on chip that its result occupies, see the class comment} */
    public long heldBytes() {
        return heldBytes;
    }

    /**
     * {@return all counts, in the order of the schema; valid until the next {@link #begin}; a dataflow may write to it}
     */
    public int[] counts() {
        return counts;
    }

    /** {@return numbers of the items that this one waits for: the first {@link #waitCount()} entries; not a copy} */
    public int[] waitsFor() {
        return waitsFor;
    }

    /** {@return how many items it waits for} */
    public int waitCount() {
        return waitCount;
    }
}
