package dev.isos.baselines.sparten;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.Arrays;

/**
 * The order in which SparTen works through one layer, whatever it computes: filter group by filter group, and in a group slot
 * by slot, a slot being the n-th output position of every cluster. Gives all transfers in the order in which a
 * double-buffered machine asks for them: the inputs of a slot some slots ahead, filters one load ahead.
 * See {@link PositionBlocks} for the positions of a cluster.
 */
abstract class LayerStream {
    /** Parts in which the inputs of a slot arrive, so that the first broadcasts need not wait for the last bytes. */
    private static final int MAX_PARTS = 8;

    private static final int MAX_SLOTS = 1 << 26;

    protected final Layer layer;
    protected final WorkItem item;
    protected final int[] counts;
    protected final int units;
    protected final Format format;
    private final WorkSink sink;
    private final int clusters;
    private final long bufferBytes;
    private final PositionBlocks blocks;
    private final int slots;

    private final int[] lastJoin;
    private final int[] lastJoinOfSlotBefore;
    private final int[] lastJoinOfLoadBefore;
    private int filtersLoaded = -1;
    private int nextFiltersLoaded = -1;
    private int lastLoad = -1;
    private int[] partLoads = new int[0];

    // of the position that is being computed
    private boolean firstOfPosition;
    private int slotNow;

    /** Part of the inputs that each broadcast of the current group waits for. */
    private int[] partOf = new int[0];

    LayerStream(ExecutionContext context, Layer layer, WorkItem item) {
        this.layer = layer;
        this.item = item;
        this.counts = item.counts();
        this.sink = context.sink();
        this.clusters = context.geometry().getInt(SparTenWork.CLUSTERS);
        this.units = context.geometry().getInt(SparTenWork.UNITS);
        this.format = Format.values()[context.geometry().getInt(SparTenWork.FORMAT)];
        this.bufferBytes = context.geometry().get(SparTenWork.ON_CHIP_BUFFER_BYTES);
        this.blocks = new PositionBlocks(layer.outputShape().fibers(), clusters);
        this.slots = blocks.slots();
        this.lastJoin = filled(clusters);
        this.lastJoinOfSlotBefore = filled(clusters);
        this.lastJoinOfLoadBefore = filled(clusters);
    }

    /** Filter groups or channel blocks. */
    abstract int groups();

    /** Groups whose filters are loaded together, into one half of the units' buffers. */
    int groupsPerLoad() {
        return 1;
    }

    /** Off-chip bytes of the filters of a group. */
    long filterBytes(int group) {
        return 0;
    }

    /** Makes the group the current one. */
    void prepare(int group) {}

    /** Broadcasts for one output position of a group, those that lie in the padding included. */
    abstract int broadcasts(int group);

    /** Tensors in memory that are read as inputs. */
    abstract int sources();

    /** Layer whose output a source is. */
    abstract int sourceTensor(int source);

    /** Whether a group reads its inputs from off chip, or finds them on chip. */
    boolean loads(int group) {
        return true;
    }

    /** Bytes of a source that are loaded for a broadcast: of inputs that stay, those that it is the first in its pass to need. */
    abstract long loadedBytes(int source, int group, int position, int broadcast);

    /** Bytes on chip of the inputs that a group needs together, at most; decides how far ahead they are loaded. */
    abstract long inputBytes(int group);

    /** Slots of a group whose positions are counted together by {@link #count}; at least 1. */
    int slotsAtOnce(int group) {
        return 1;
    }

    /** Counts what the positions of some slots of the current group need, before they are computed. */
    void count(int group, int firstSlot, int endSlot) {}

    /** Output position of a cluster in a slot, or -1. */
    final int position(int group, int cluster, int slot) {
        return blocks.position(group, cluster, slot);
    }

    final int clusters() {
        return clusters;
    }

    /** Computes a position for the current group: calls {@link #give} once per broadcast that is not padding. */
    abstract void compute(int group, int slot, int position, int cluster);

    /** Off-chip bytes of the current group's part of the outputs at a position. */
    abstract long outputBytes(int group, int position);

    /** Outputs of the group at each position. */
    abstract int outputs(int group);

    /** Tensors in memory that hold the residual operand; 0 if there is none. */
    int residuals() {
        return 0;
    }

    /** Layer whose output one of them is. */
    int residualTensor(int source) {
        throw new IllegalStateException(layer.name() + " has no residual operand");
    }

    /** Off-chip bytes of the current group's part of the residual operand at a position. */
    long residualBytes(int source, int group, int position) {
        throw new IllegalStateException(layer.name() + " has no residual operand");
    }

    /** Gives all items. */
    final void run() {
        int groups = groups();
        if ((long) groups * slots > MAX_SLOTS) {
            throw IsosException.unsupported("layer " + layer.name() + " would take " + groups + " filter groups of "
                    + slots + " positions per cluster, more than the sparten dataflow can number");
        }
        item.expect(mostItems());
        int total = groups * slots;
        partLoads = filled(total * MAX_PARTS);
        int perLoad = groupsPerLoad();
        filtersLoaded = loadFilters(0, 0, 1);
        int loaded = 0;
        for (int group = 0; group < groups; group++) {
            prepare(group);
            divide(broadcasts(group));
            int atOnce = slotsAtOnce(group);
            for (int slot = 0; slot < slots; slot++) {
                if (slot % atOnce == 0) {
                    count(group, slot, Math.min(slots, slot + atOnce));
                }
                int now = group * slots + slot;
                int ahead = slotsAhead(group);
                while (loaded < total && loaded <= now + ahead) {
                    loadInputs(loaded / slots, loaded % slots, loaded - now);
                    loaded++;
                }
                int next = group - group % perLoad + perLoad;
                if (next < groups) {
                    int part = loadFilters(next, group % perLoad * slots + slot, perLoad * slots);
                    nextFiltersLoaded = part >= 0 ? part : nextFiltersLoaded;
                }
                slot(group, slot);
            }
            if ((group + 1) % perLoad == 0) {
                System.arraycopy(lastJoin, 0, lastJoinOfLoadBefore, 0, clusters);
                filtersLoaded = nextFiltersLoaded;
            }
        }
    }

    /** As many as there are if each broadcast takes place, and each part of the operands takes a load of its own. */
    private int mostItems() {
        long items = 1;
        for (int group = 0; group < groups(); group++) {
            long loads = (loads(group) ? Math.min(MAX_PARTS, broadcasts(group)) * sources() : 0) + residuals() + 1;
            items += (long) layer.outputShape().fibers() * broadcasts(group) + slots * (loads + 1);
        }
        return (int) Math.min(items, Integer.MAX_VALUE);
    }

    /**
     * How many slots ahead inputs are loaded: without limit when all of them fit the buffer, else as many as fit half of it,
     * and at least one: double buffering.
     */
    private int slotsAhead(int group) {
        if (inputBytes(group) <= bufferBytes) {
            return Integer.MAX_VALUE / 2;
        }
        long perSlot = Math.max(1, inputBytes(group) / slots);
        return (int) Math.max(1, Math.min(1 << 20, bufferBytes / 2 / perSlot));
    }

    /** Loads a part of the filters of a group and of those that are loaded with it; gives the load, or -1. */
    private int loadFilters(int group, int part, int parts) {
        int end = Math.min(groups(), group + groupsPerLoad());
        long bytes = 0;
        for (int g = group; g < end; g++) {
            bytes += filterBytes(g);
        }
        long from = bytes * part / parts;
        long to = bytes * (part + 1) / parts;
        if (from == to) {
            return -1;
        }
        item.begin(SparTenWork.LOAD_FILTERS, layer.index(), group, part, 0)
                .moves(TensorRole.WEIGHTS, layer.index(), to - from);
        // buffers of the clusters that will work on them; they still hold the filters of the load before
        for (int cluster = 0; cluster < clusters; cluster++) {
            if (works(cluster, group, end) && lastJoinOfLoadBefore[cluster] >= 0) {
                item.waitFor(lastJoinOfLoadBefore[cluster]);
            }
        }
        return give();
    }

    private boolean works(int cluster, int fromGroup, int toGroup) {
        for (int group = fromGroup; group < toGroup; group++) {
            if (blocks.size(group, cluster) > 0) {
                return true;
            }
        }
        return false;
    }

    private void loadInputs(int group, int slot, int distance) {
        int broadcasts = broadcasts(group);
        int parts = Math.min(MAX_PARTS, broadcasts);
        for (int part = 0; part < parts; part++) {
            for (int source = 0; loads(group) && source < sources(); source++) {
                long bytes = 0;
                for (int b = firstOf(part, parts, broadcasts); b < firstOf(part + 1, parts, broadcasts); b++) {
                    for (int cluster = 0; cluster < clusters; cluster++) {
                        int position = blocks.position(group, cluster, slot);
                        bytes += position < 0 ? 0 : loadedBytes(source, group, position, b);
                    }
                }
                if (bytes > 0) {
                    item.begin(SparTenWork.LOAD_INPUTS, layer.index(), group, slot, part)
                            .moves(TensorRole.INPUTS, sourceTensor(source), bytes);
                    if (distance > 0) {
                        waitForAll(lastJoinOfSlotBefore);
                    }
                    lastLoad = give();
                }
            }
            // transfers are served in order: whoever waits for this one has everything before it
            partLoads[(group * slots + slot) * MAX_PARTS + part] = lastLoad;
        }
    }

    /** A broadcast waits for the last part that does not begin after it. */
    private void divide(int broadcasts) {
        if (partOf.length != broadcasts) {
            partOf = new int[broadcasts];
            int parts = Math.min(MAX_PARTS, broadcasts);
            for (int broadcast = 0; broadcast < broadcasts; broadcast++) {
                partOf[broadcast] = (int) (((broadcast + 1L) * parts - 1) / broadcasts);
            }
        }
    }

    private static int firstOf(int part, int parts, int broadcasts) {
        return (int) ((long) part * broadcasts / parts);
    }

    private void slot(int group, int slot) {
        slotNow = group * slots + slot;
        long bytes = 0;
        int done = 0;
        for (int cluster = 0; cluster < clusters; cluster++) {
            int position = blocks.position(group, cluster, slot);
            if (position >= 0) {
                firstOfPosition = true;
                compute(group, slot, position, cluster);
                bytes += outputBytes(group, position);
                done++;
            }
        }
        int residual = loadResiduals(group, slot);
        item.begin(SparTenWork.STORE_OUTPUTS, layer.index(), group, slot, 0)
                .moves(TensorRole.OUTPUTS, layer.index(), bytes)
                .count(SparTenWork.POST_OPS, done * outputs(group));
        waitForAll(lastJoin);
        if (residual >= 0) {
            item.waitFor(residual);
        }
        give();
        System.arraycopy(lastJoin, 0, lastJoinOfSlotBefore, 0, clusters);
    }

    /** Loads a slot's part of the residual operand while the slot is computed; gives the last load, or -1. */
    private int loadResiduals(int group, int slot) {
        int last = -1;
        for (int source = 0; source < residuals(); source++) {
            long bytes = 0;
            for (int cluster = 0; cluster < clusters; cluster++) {
                int position = blocks.position(group, cluster, slot);
                bytes += position < 0 ? 0 : residualBytes(source, group, position);
            }
            if (bytes > 0) {
                item.begin(SparTenWork.LOAD_RESIDUAL, layer.index(), group, slot, source)
                        .moves(TensorRole.RESIDUALS, residualTensor(source), bytes);
                waitForAll(lastJoinOfSlotBefore);
                last = give();
            }
        }
        return last;
    }

    /** Gives the item of one broadcast; the caller has begun it and set its counts. */
    protected final void give(int cluster, int broadcast) {
        int load = partLoads[slotNow * MAX_PARTS + partOf[broadcast]];
        if (load >= 0) {
            item.waitFor(load);
        }
        if (firstOfPosition && filtersLoaded >= 0) {
            item.waitFor(filtersLoaded);
        }
        firstOfPosition = false;
        lastJoin[cluster] = give();
    }

    private int give() {
        return sink.accept(item);
    }

    private void waitForAll(int[] joins) {
        for (int join : joins) {
            if (join >= 0) {
                item.waitFor(join);
            }
        }
    }

    /** Row p of an output position. */
    final int rowOf(int position) {
        return position % layer.outputShape().height();
    }

    /** Column q of an output position. */
    final int columnOf(int position) {
        return position / layer.outputShape().height();
    }

    /** Input fiber that a kernel position of an output position reads, or -1 in the padding. */
    static int fiber(FeatureMapShape input, int h, int w) {
        return h < 0 || h >= input.height() || w < 0 || w >= input.width() ? -1 : w * input.height() + h;
    }

    private static int[] filled(int length) {
        int[] array = new int[length];
        Arrays.fill(array, -1);
        return array;
    }
}
