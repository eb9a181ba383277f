package dev.isos.hw.isosceles;

import dev.isos.api.dataflow.LateReads;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.plan.Segment;
import dev.isos.core.dataflow.isos.IsOsWork;
import dev.isos.core.dataflow.isos.LaneBinding;
import java.util.Arrays;

/**
 * The work items of one segment in columns, with their dependencies in both directions (compressed sparse rows). Counts
 * are turned into cycles on arrival. Columns are reused from segment to segment.
 */
final class SegmentItems implements WorkSink {
    /** Number of values of {@link TensorRole} and of phases. */
    private static final int PHASES = 5;

    private final IsoscelesModel model;
    private final WorkSchema schema;
    private final int[] phaseCodes;
    private final int atProducts;
    private final int atChunks;
    private final int atDispatchSteps;
    private final int atActivations;
    private final int atFilterBytes;
    private final int atMerges;
    private final int atPostOps;
    private final int atFilterBufferBytes;

    private int[] depthOfLayer = new int[0];
    private LaneBinding[] bindingOfDepth = new LaneBinding[0];
    private int[] layers = new int[0];

    int size;
    byte[] phase = new byte[1024];
    /** Position of the item's layer in the segment; layers of earlier segments count as the first. */
    int[] depth = new int[1024];

    int[] step = new int[1024];
    int[] row = new int[1024];
    int[] lane = new int[1024];
    int[] tensor = new int[1024];
    int[] held = new int[1024];
    int[] offChip = new int[1024];
    /** Cycles in the front end or, of a back-end item, in the merger; bytes in the filter buffer of a load. */
    int[] work = new int[1024];

    /** Cycles in the post-op unit. */
    int[] work2 = new int[1024];

    /** Who tells how long each item takes when words that it reads are late, or null; and its number there. */
    LateReads[] lateReads = new LateReads[1024];

    int[] lateNumber = new int[1024];

    /** First range of the filter words that each item reads; one more entry than items. */
    int[] readStart = new int[1025];

    /** Pairs of the first word and the end of a range. */
    int[] reads = new int[4096];

    /** First edge of each item; one more entry than items. */
    int[] waitStart = new int[1025];

    int[] waits = new int[4096];

    /** The same edges by the item that is waited for. */
    int[] waiterStart = new int[1025];

    int[] waiters = new int[4096];

    // totals of the segment
    long products;
    long activations;
    long filterBytes;
    long postOps;
    final long[] offChipByPhase = new long[PHASES];
    final long[] heldByPhase = new long[PHASES];
    long[] mergesOfDepth = new long[0];
    boolean[] hasFrontEnd = new boolean[0];
    int[] stepsOfDepth = new int[0];

    /** End of the filter words that items of a layer read. */
    int[] wordsOfDepth = new int[0];

    SegmentItems(IsoscelesModel model, WorkSchema schema, int networkSize) {
        this.model = model;
        this.schema = schema;
        this.phaseCodes = new int[schema.phases().size()];
        for (int i = 0; i < phaseCodes.length; i++) {
            phaseCodes[i] = IsOsWork.SCHEMA.phase(schema.phases().get(i).id());
        }
        this.depthOfLayer = new int[networkSize];
        this.atProducts = offset(IsOsWork.PRODUCTS);
        this.atChunks = offset(IsOsWork.CHUNKS);
        this.atDispatchSteps = offset(IsOsWork.DISPATCH_STEPS);
        this.atActivations = offset(IsOsWork.ACTIVATIONS);
        this.atFilterBytes = offset(IsOsWork.FILTER_BYTES);
        this.atMerges = offset(IsOsWork.MERGES);
        this.atPostOps = offset(IsOsWork.POST_OPS);
        this.atFilterBufferBytes = offset(IsOsWork.FILTER_BUFFER_BYTES);
    }

    /** Where the schema at hand counts a metric of the vocabulary. */
    private int offset(int position) {
        String metric = IsOsWork.SCHEMA.metrics().get(position).id();
        int offset = schema.offset(metric);
        if (offset < 0) {
            throw new IsosException(
                    ErrorCode.INFEASIBLE,
                    "the machine isosceles needs the metric '" + metric + "', which is not counted");
        }
        return offset;
    }

    void begin(Segment segment) {
        int count = segment.layers().size();
        if (count > SchedulingPolicy.MAX_DEPTH) {
            throw new IsosException(
                    ErrorCode.INFEASIBLE,
                    "a segment of " + count + " layers is longer than " + SchedulingPolicy.MAX_DEPTH);
        }
        layers = new int[count];
        bindingOfDepth = new LaneBinding[count];
        Arrays.fill(depthOfLayer, -1);
        for (int d = 0; d < count; d++) {
            layers[d] = segment.layers().get(d);
            depthOfLayer[layers[d]] = d;
            bindingOfDepth[d] = LaneBinding.of(segment.mappings().get(d), model.lanes);
        }
        mergesOfDepth = new long[count];
        hasFrontEnd = new boolean[count];
        stepsOfDepth = new int[count];
        wordsOfDepth = new int[count];
        size = 0;
        readStart[0] = 0;
        waitStart[0] = 0;
        products = 0;
        activations = 0;
        filterBytes = 0;
        postOps = 0;
        Arrays.fill(offChipByPhase, 0);
        Arrays.fill(heldByPhase, 0);
    }

    int layerAt(int depth) {
        return layers[depth];
    }

    int depths() {
        return layers.length;
    }

    @Override
    public int accept(WorkItem item) {
        int i = size;
        if (i == phase.length) {
            growItems();
        }
        int code = item.phase() < phaseCodes.length ? phaseCodes[item.phase()] : -1;
        int d = item.layer() >= 0 && item.layer() < depthOfLayer.length ? depthOfLayer[item.layer()] : -1;
        if (code < 0 || d < 0) {
            throw malformed(i, item, code < 0 ? "has a phase that the machine does not know" : "is not of the segment");
        }
        if (item.step() < 0
                || item.step() >= SchedulingPolicy.MAX_STEP
                || item.row() < 0
                || item.row() >= SchedulingPolicy.MAX_ROW
                || item.place() < 0) {
            throw malformed(i, item, "lies outside of the range of steps, rows and places");
        }
        if (item.offChipBytes() < 0
                || item.heldBytes() < 0
                || item.offChipBytes() > Integer.MAX_VALUE
                || item.heldBytes() > Integer.MAX_VALUE) {
            throw malformed(i, item, "moves or holds an impossible number of bytes");
        }
        boolean computes = code == IsOsWork.FRONTEND || code == IsOsWork.BACKEND;
        if (computes && item.offChipBytes() != 0) {
            throw malformed(i, item, "computes and moves bytes off chip");
        }
        phase[i] = (byte) code;
        depth[i] = d;
        step[i] = item.step();
        row[i] = item.row();
        lane[i] = bindingOfDepth[d].lane(item.place());
        tensor[i] = item.tensor();
        held[i] = (int) item.heldBytes();
        offChip[i] = (int) item.offChipBytes();
        offChipByPhase[code] += item.offChipBytes();
        heldByPhase[code] += item.heldBytes();
        count(i, code, d, item.counts());
        int edges = waitStart[i];
        int count = item.waitCount();
        if (edges + count > waits.length) {
            waits = Arrays.copyOf(waits, Math.max(2 * waits.length, edges + count));
        }
        int[] waitsFor = item.waitsFor();
        for (int k = 0; k < count; k++) {
            if (waitsFor[k] < 0 || waitsFor[k] >= i) {
                throw malformed(i, item, "waits for item " + waitsFor[k] + ", which does not come before it");
            }
            waits[edges + k] = waitsFor[k];
        }
        waitStart[i + 1] = edges + count;
        readWords(i, item);
        size = i + 1;
        return i;
    }

    private void readWords(int i, WorkItem item) {
        int at = readStart[i];
        int count = item.readCount();
        if (count % 2 != 0 || count > 0 && phase[i] != IsOsWork.FRONTEND) {
            throw malformed(i, item, "reads words that a front end cannot read");
        }
        if (at + count > reads.length) {
            reads = Arrays.copyOf(reads, Math.max(2 * reads.length, at + count));
        }
        int[] ranges = item.reads();
        int words = wordsOfDepth[depth[i]];
        for (int k = 0; k < count; k += 2) {
            if (ranges[k] < 0 || ranges[k + 1] <= ranges[k]) {
                throw malformed(i, item, "reads words " + ranges[k] + " to " + ranges[k + 1]);
            }
            words = Math.max(words, ranges[k + 1]);
        }
        System.arraycopy(ranges, 0, reads, at, count);
        wordsOfDepth[depth[i]] = words;
        readStart[i + 1] = at + count;
        lateReads[i] = item.lateReads();
        lateNumber[i] = item.lateNumber();
    }

    private void count(int i, int code, int d, int[] counts) {
        products += counts[atProducts];
        work[i] = 0;
        work2[i] = 0;
        switch (code) {
            case IsOsWork.LOAD_WEIGHTS -> work[i] = counts[atFilterBufferBytes];
            case IsOsWork.FRONTEND -> {
                int dispatch = ceilDiv(counts[atChunks], model.slotsPerLane);
                work[i] = Math.max(1, Math.max(dispatch, counts[atDispatchSteps]));
                activations += counts[atActivations];
                filterBytes += counts[atFilterBytes];
                hasFrontEnd[d] = true;
                stepsOfDepth[d] = Math.max(stepsOfDepth[d], step[i] + 1);
            }
            case IsOsWork.BACKEND -> {
                work[i] = ceilDiv(counts[atMerges], model.mergeWidth);
                work2[i] = ceilDiv(counts[atPostOps], model.postOpWidth);
                mergesOfDepth[d] += counts[atMerges];
                postOps += counts[atPostOps];
            }
            default -> {
                // transfers have no counts beside their bytes
            }
        }
    }

    private static int ceilDiv(int a, int b) {
        return (int) (((long) a + b - 1) / b);
    }

    private IsosException malformed(int number, WorkItem item, String what) {
        return new IsosException(
                ErrorCode.PLUGIN_FAILURE,
                "work item " + number + " (phase " + item.phase() + ", layer " + item.layer() + ", step " + item.step()
                        + ", row " + item.row() + ") " + what);
    }

    private void growItems() {
        int capacity = 2 * size;
        phase = Arrays.copyOf(phase, capacity);
        depth = Arrays.copyOf(depth, capacity);
        step = Arrays.copyOf(step, capacity);
        row = Arrays.copyOf(row, capacity);
        lane = Arrays.copyOf(lane, capacity);
        tensor = Arrays.copyOf(tensor, capacity);
        held = Arrays.copyOf(held, capacity);
        offChip = Arrays.copyOf(offChip, capacity);
        work = Arrays.copyOf(work, capacity);
        work2 = Arrays.copyOf(work2, capacity);
        lateReads = Arrays.copyOf(lateReads, capacity);
        lateNumber = Arrays.copyOf(lateNumber, capacity);
        readStart = Arrays.copyOf(readStart, capacity + 1);
        waitStart = Arrays.copyOf(waitStart, capacity + 1);
    }

    /** All items have arrived: builds the reverse edges. */
    void end() {
        int edges = waitStart[size];
        if (waiterStart.length < size + 1) {
            waiterStart = new int[waitStart.length];
        }
        if (waiters.length < edges) {
            waiters = new int[waits.length];
        }
        Arrays.fill(waiterStart, 0, size + 1, 0);
        for (int e = 0; e < edges; e++) {
            waiterStart[waits[e]]++;
        }
        int sum = 0;
        for (int i = 0; i <= size; i++) {
            sum += waiterStart[i];
            waiterStart[i] = sum;
        }
        // filled from behind: what was the end of a row becomes its start, and rows stay in ascending order
        for (int i = size - 1; i >= 0; i--) {
            for (int e = waitStart[i]; e < waitStart[i + 1]; e++) {
                waiters[--waiterStart[waits[e]]] = i;
            }
        }
    }

    long offChipBytes() {
        long sum = 0;
        for (long bytes : offChipByPhase) {
            sum += bytes;
        }
        return sum;
    }
}
