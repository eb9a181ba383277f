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
    private static final TensorRole[] ROLES = TensorRole.values();

    /** Words before the counts. */
    private static final int HEAD_WORDS = 13;

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

    /** {@return how many words {@link #write} takes} */
    public int words() {
        return HEAD_WORDS + counts.length + waitCount;
    }

    /**
     * Writes the item down, for one that {@linkplain #read becomes equal to it} later.
     *
     * @param words have room for {@link #words} from {@code at} on
     * @param at position of the first
     * @return position after the last
     */
    public int write(int[] words, int at) {
        words[at] = phase;
        words[at + 1] = layer;
        words[at + 2] = step;
        words[at + 3] = row;
        words[at + 4] = place;
        words[at + 5] = tensor;
        words[at + 6] = role == null ? -1 : role.ordinal();
        words[at + 7] = (int) offChipBytes;
        words[at + 8] = (int) (offChipBytes >>> Integer.SIZE);
        words[at + 9] = (int) heldBytes;
        words[at + 10] = (int) (heldBytes >>> Integer.SIZE);
        words[at + 11] = expectedItems;
        words[at + 12] = waitCount;
        System.arraycopy(counts, 0, words, at + HEAD_WORDS, counts.length);
        System.arraycopy(waitsFor, 0, words, at + HEAD_WORDS + counts.length, waitCount);
        return at + words();
    }

    /**
     * Becomes equal to an item that was written down.
     *
     * @param words as {@link #write} left them, of an item of the same schema
     * @param at position of the first
     * @return position after the last
     */
    public int read(int[] words, int at) {
        phase = words[at];
        layer = words[at + 1];
        step = words[at + 2];
        row = words[at + 3];
        place = words[at + 4];
        tensor = words[at + 5];
        role = words[at + 6] < 0 ? null : ROLES[words[at + 6]];
        offChipBytes = word(words[at + 7], words[at + 8]);
        heldBytes = word(words[at + 9], words[at + 10]);
        expectedItems = words[at + 11];
        waitCount = words[at + 12];
        System.arraycopy(words, at + HEAD_WORDS, counts, 0, counts.length);
        if (waitsFor.length < waitCount) {
            waitsFor = new int[2 * waitCount];
        }
        System.arraycopy(words, at + HEAD_WORDS + counts.length, waitsFor, 0, waitCount);
        return at + words();
    }

    private static long word(int low, int high) {
        return (long) high << Integer.SIZE | low & 0xFFFF_FFFFL;
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
