package dev.isos.hw.isosceles;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.network.Network;
import dev.isos.api.plan.Segment;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.Arrays;

/** A segment on the machine: its items, what it holds in queues, what it asks of the DRAM. Reused from segment to segment. */
final class SegmentState {
    /** Tells the two states of a run apart. */
    final int slot;

    final SegmentItems items;
    final LaneQueues queues;
    final OffChip.Requests requests;
    private final Network network;

    /** Items that may compute once the lanes have turned to the segment. */
    private int[] held = new int[64];

    private int heldCount;

    /** Stores that the segment before still has to end, by (tensor slot, fiber); see {@link #link}. */
    private int[][] storesLeft = new int[0][];

    /** The first load that waits for them, or -1; the others follow by {@link #nextLoad}. */
    private int[][] loadOfFiber = new int[0][];

    SegmentState(int slot, IsoscelesModel model, WorkSchema schema, Network network) {
        this.slot = slot;
        this.network = network;
        items = new SegmentItems(model, schema, network.size());
        queues = new LaneQueues(model, network, items);
        requests = new OffChip.Requests(items);
    }

    /** All items have arrived. */
    void begin(Segment segment) {
        items.end();
        queues.begin(segment);
        requests.begin();
        heldCount = 0;
        storesLeft = new int[network.tensors()][];
    }

    /** Loads of fibers that the segment before has not stored yet, all tiles of them, wait for their stores. */
    void link(SegmentState before) {
        SegmentItems stores = before.items;
        loadOfFiber = new int[network.tensors()][];
        for (int i = 0; i < stores.size; i++) {
            if (stores.phase[i] == IsOsSchema.STORE_OUTPUT && !stores.ended[i]) {
                int slot = network.slot(stores.tensor[i]);
                if (storesLeft[slot] == null) {
                    int fibers = network.shapeOf(stores.tensor[i]).fibers();
                    storesLeft[slot] = new int[fibers];
                    loadOfFiber[slot] = new int[fibers];
                    Arrays.fill(loadOfFiber[slot], -1);
                }
                storesLeft[slot][fiber(stores, i)]++;
            }
        }
        for (int i = items.size - 1; i >= 0; i--) {
            int slot = items.phase[i] == IsOsSchema.LOAD_INPUT ? network.slot(items.tensor[i]) : -1;
            if (slot >= 0 && storesLeft[slot] != null && storesLeft[slot][fiber(items, i)] > 0) {
                items.next[i] = loadOfFiber[slot][fiber(items, i)];
                loadOfFiber[slot][fiber(items, i)] = i;
                items.left[i]++;
            }
        }
    }

    private int fiber(SegmentItems of, int item) {
        int height = network.shapeOf(of.tensor[item]).height();
        int width = network.shapeOf(of.tensor[item]).width();
        return of.step[item] % width * height + of.row[item];
    }

    /** The segment before has ended a store; returns the first load that waited for it as the last one, or -1. */
    int stored(SegmentItems stores, int store) {
        int slot = network.slot(stores.tensor[store]);
        return storesLeft[slot] != null && --storesLeft[slot][fiber(stores, store)] == 0
                ? loadOfFiber[slot][fiber(stores, store)]
                : -1;
    }

    /** The load that waited like another one, or -1. */
    int nextLoad(int load) {
        return items.next[load];
    }

    /** Keeps an item until the lanes turn to the segment. */
    void hold(int item) {
        if (heldCount == held.length) {
            held = Arrays.copyOf(held, 2 * heldCount);
        }
        held[heldCount++] = item;
    }

    int heldCount() {
        return heldCount;
    }

    int held(int i) {
        return held[i];
    }
}
