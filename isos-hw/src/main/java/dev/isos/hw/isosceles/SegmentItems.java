package dev.isos.hw.isosceles;

import dev.isos.api.dataflow.PackedWaits;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.plan.Segment;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.Arrays;

/**
 * The work items of one segment in columns, with their dependencies in both directions (compressed sparse rows), and how far
 * they are. Columns are reused from segment to segment.
 */
public final class SegmentItems implements WorkSink {
    private static final int PHASES = IsOsSchema.PHASES.size();

    /** Steps and rows of items are below these, so that a rank of both fits a long. */
    private static final int MAX_ROW = 1 << 20;

    private final IsoscelesModel model;
    private final int[] phaseCodes;
    private final int atProducts;
    private final int atElements;
    private final int atVectors;
    private final int atMerges;
    private final int atOutputs;

    /** Negative where partial results have no places. */
    private final int atPlaces;

    private final int atFilterBufferBytes;
    private final int[] depthOfLayer;

    /** Number of the segment in the plan. */
    public int segment;

    private int[] layers = new int[0];

    public int size;
    public byte[] phase = new byte[1024];
    /** Position of the item's layer in the segment. */
    public int[] depth = new int[1024];

    public int[] step = new int[1024];
    public int[] row = new int[1024];
    public short[] lane = new short[1024];
    public int[] tensor = new int[1024];
    public int[] held = new int[1024];
    public int[] offChip = new int[1024];

    /** Vectors of a front-end item, cycles of a back-end item, bytes in the filter buffer of loaded weights. */
    public int[] work = new int[1024];

    /** Elements that a front-end item reads, non-zero partial results or operands that a back-end item merges. */
    public int[] elements = new int[1024];

    /** Where the edges of each item begin; one more entry than items. */
    int[] waitStart = new int[1025];

    final PackedWaits waits = new PackedWaits();

    /** The same edges by the item that is waited for. */
    int[] waiterStart = new int[1025];

    final PackedWaits waiters = new PackedWaits();

    /** The item behind an item in the list that it is in: of a front end or back end, or of loads of the same fiber. */
    int[] next = new int[1024];

    // how far the items are

    /** Items that an item still waits for; once it has ended, those that still wait for it. */
    int[] left = new int[1024];

    boolean[] ended = new boolean[1024];
    int itemsLeft;
    int computingLeft;
    int weightLoadsLeft;

    // totals of the segment
    long products;
    long vectors;
    long elementsRead;
    long outputs;
    final long[] offChipByPhase = new long[PHASES];
    /** Bytes that the items of each layer write to queues. */
    long[] queuedBytesOfDepth = new long[0];

    long[] mergesOfDepth = new long[0];
    /** Vectors of the front-end items of each layer. */
    public long[] vectorsOfDepth = new long[0];

    final FilterReads filterReads = new FilterReads();

    /** Weights of each layer that its front-end items use: those of the tile for which one of them has waited last. */
    private int[] weightBytesOfDepth = new int[0];

    /** Busy cycles of the busiest lane, once all computation has ended. */
    long busiestCycles;

    SegmentItems(IsoscelesModel model, WorkSchema schema, int networkSize) {
        this.model = model;
        this.phaseCodes = new int[schema.phases().size()];
        for (int i = 0; i < phaseCodes.length; i++) {
            phaseCodes[i] = IsOsSchema.SCHEMA.phase(schema.phases().get(i).id());
        }
        this.depthOfLayer = new int[networkSize];
        this.atProducts = offset(schema, IsOsSchema.PRODUCTS);
        this.atElements = offset(schema, IsOsSchema.ELEMENTS);
        this.atVectors = offset(schema, IsOsSchema.VECTORS);
        this.atMerges = offset(schema, IsOsSchema.MERGES);
        this.atOutputs = offset(schema, IsOsSchema.OUTPUTS);
        this.atPlaces = schema.offset("places");
        this.atFilterBufferBytes = offset(schema, IsOsSchema.FILTER_BUFFER_BYTES);
    }

    /** Where the schema at hand counts a metric of the vocabulary. */
    private static int offset(WorkSchema schema, int position) {
        String metric = IsOsSchema.SCHEMA.metrics().get(position).id();
        int offset = schema.offset(metric);
        if (offset < 0) {
            throw new IsosException(
                    ErrorCode.INFEASIBLE,
                    "the machine isosceles needs the metric '" + metric + "', which is not counted");
        }
        return offset;
    }

    void begin(int number, Segment planned) {
        segment = number;
        layers = planned.layers().stream().mapToInt(Integer::intValue).toArray();
        Arrays.fill(depthOfLayer, -1);
        for (int d = 0; d < layers.length; d++) {
            depthOfLayer[layers[d]] = d;
        }
        queuedBytesOfDepth = new long[layers.length];
        mergesOfDepth = new long[layers.length];
        vectorsOfDepth = new long[layers.length];
        size = 0;
        waits.clear();
        products = 0;
        vectors = 0;
        elementsRead = 0;
        outputs = 0;
        Arrays.fill(offChipByPhase, 0);
        filterReads.begin(layers.length);
        weightBytesOfDepth = new int[layers.length];
    }

    int layerAt(int depth) {
        return layers[depth];
    }

    /** Layers of the segment. */
    public int depths() {
        return layers.length;
    }

    /** Layer of an item. */
    public int layerOf(int item) {
        return layers[depth[item]];
    }

    /** Whether an item is one of a front end. */
    public boolean isFrontEnd(int item) {
        return phase[item] == IsOsSchema.FRONTEND;
    }

    boolean computes(int item) {
        return phase[item] == IsOsSchema.FRONTEND || phase[item] == IsOsSchema.BACKEND;
    }

    /** Order of the wavefronts, in which space in queues is given. */
    long rank(int item) {
        return (long) step[item] * MAX_ROW + row[item];
    }

    @Override
    public int accept(WorkItem item) {
        int i = size;
        if (i == phase.length) {
            growItems(item.expectedItems());
        }
        int code = item.phase() < phaseCodes.length ? phaseCodes[item.phase()] : -1;
        int d = item.layer() >= 0 && item.layer() < depthOfLayer.length ? depthOfLayer[item.layer()] : -1;
        if (code < 0 || d < 0) {
            throw malformed(i, item, code < 0 ? "has a phase that the machine does not know" : "is not of the segment");
        }
        if (item.step() < 0 || item.row() < 0 || item.row() >= MAX_ROW || item.place() < 0) {
            throw malformed(i, item, "lies outside of the range of steps, rows and places");
        }
        if (item.offChipBytes() < 0
                || item.heldBytes() < 0
                || item.offChipBytes() > Integer.MAX_VALUE
                || item.heldBytes() > Integer.MAX_VALUE) {
            throw malformed(i, item, "moves or holds an impossible number of bytes");
        }
        phase[i] = (byte) code;
        depth[i] = d;
        step[i] = item.step();
        row[i] = item.row();
        lane[i] = (short) (item.place() % model.lanes); // a machine has 4096 at most
        tensor[i] = item.tensor();
        held[i] = (int) item.heldBytes();
        offChip[i] = (int) item.offChipBytes();
        if (computes(i) && offChip[i] != 0) {
            throw malformed(i, item, "computes and moves bytes off chip");
        }
        offChipByPhase[code] += item.offChipBytes();
        if (code == IsOsSchema.LOAD_INPUT || code == IsOsSchema.BACKEND) {
            queuedBytesOfDepth[d] += item.heldBytes();
        }
        count(i, code, d, item.counts());
        int count = item.waitCount();
        int[] waitsFor = item.waitsFor();
        for (int k = 0; k < count; k++) {
            if (waitsFor[k] < 0 || waitsFor[k] >= i) {
                throw malformed(i, item, "waits for item " + waitsFor[k] + ", which does not come before it");
            }
            if (code == IsOsSchema.FRONTEND && phase[waitsFor[k]] == IsOsSchema.LOAD_WEIGHTS) {
                weightBytesOfDepth[d] = work[waitsFor[k]];
            }
        }
        left[i] = count;
        waitStart[i] = waits.end();
        waits.add(item, i);
        if (code == IsOsSchema.FRONTEND) {
            filterReads.add(d, step[i], DatapathCounts.weightBytes(item.counts()[atProducts]), weightBytesOfDepth[d]);
        }
        size = i + 1;
        return i;
    }

    private void count(int i, int code, int d, int[] counts) {
        products += counts[atProducts];
        work[i] = 0;
        elements[i] = 0;
        if (code == IsOsSchema.LOAD_WEIGHTS) {
            work[i] = counts[atFilterBufferBytes];
        } else if (code == IsOsSchema.FRONTEND) {
            work[i] = counts[atVectors];
            elements[i] = counts[atElements];
            vectors += counts[atVectors];
            vectorsOfDepth[d] += counts[atVectors];
            elementsRead += counts[atElements];
        } else if (code == IsOsSchema.BACKEND) {
            work[i] = model.backEndCycles(counts[atMerges], atPlaces < 0 ? 0 : counts[atPlaces], counts[atOutputs]);
            elements[i] = counts[atMerges];
            mergesOfDepth[d] += counts[atMerges];
            outputs += counts[atOutputs];
        }
        // other transfers have no counts beside their bytes
    }

    private IsosException malformed(int number, WorkItem item, String what) {
        return new IsosException(
                ErrorCode.PLUGIN_FAILURE,
                "work item " + number + " (phase " + item.phase() + ", layer " + item.layer() + ", step " + item.step()
                        + ", row " + item.row() + ") " + what);
    }

    private void growItems(int expected) {
        int capacity = expected > size ? expected : 2 * size;
        phase = Arrays.copyOf(phase, capacity);
        depth = Arrays.copyOf(depth, capacity);
        step = Arrays.copyOf(step, capacity);
        row = Arrays.copyOf(row, capacity);
        lane = Arrays.copyOf(lane, capacity);
        tensor = Arrays.copyOf(tensor, capacity);
        held = Arrays.copyOf(held, capacity);
        offChip = Arrays.copyOf(offChip, capacity);
        work = Arrays.copyOf(work, capacity);
        elements = Arrays.copyOf(elements, capacity);
        waitStart = Arrays.copyOf(waitStart, capacity + 1);
        left = Arrays.copyOf(left, capacity);
        // what nobody has written yet
        next = new int[capacity];
        ended = new boolean[capacity];
    }

    /** All items have arrived: builds the reverse edges. */
    void end() {
        waitStart[size] = waits.end();
        if (waiterStart.length < size + 1) {
            waiterStart = new int[waitStart.length];
        }
        waiters.turn(waits, waitStart, size, waiterStart);
        itemsLeft = size;
        computingLeft = 0;
        weightLoadsLeft = 0;
        for (int i = 0; i < size; i++) {
            ended[i] = false;
            computingLeft += computes(i) ? 1 : 0;
            weightLoadsLeft += phase[i] == IsOsSchema.LOAD_WEIGHTS ? 1 : 0;
        }
    }

    /** Items that an item waits for. */
    int waitCount(int item) {
        return waits.count(waitStart[item], waitStart[item + 1]);
    }

    /** Items that wait for an item. */
    int waiterCount(int item) {
        return waiters.count(waiterStart[item], waiterStart[item + 1]);
    }

    long offChipBytes() {
        return Arrays.stream(offChipByPhase).sum();
    }
}
