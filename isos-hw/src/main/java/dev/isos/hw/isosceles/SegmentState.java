package dev.isos.hw.isosceles;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.network.Network;
import dev.isos.api.plan.Segment;
import dev.isos.core.wavefront.IsOsSchema;
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

    /** Loads that wait for a fiber that the segment before still has to store, by (tensor slot, fiber); see {@link #link}. */
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
        loadOfFiber = new int[network.tensors()][];
    }

    /** Loads of fibers that the segment before has not stored yet wait for their stores. */
    void link(SegmentState before) {
        SegmentItems stores = before.items;
        boolean[][] pending = new boolean[network.tensors()][];
        for (int i = 0; i < stores.size; i++) {
            if (stores.phase[i] == IsOsSchema.STORE_OUTPUT && !stores.ended[i]) {
                int slot = network.slot(stores.tensor[i]);
                if (pending[slot] == null) {
                    pending[slot] =
                            new boolean[network.shapeOf(stores.tensor[i]).fibers()];
                }
                pending[slot][fiber(stores, i)] = true;
            }
        }
        for (int i = 0; i < items.size; i++) {
            int slot = items.phase[i] == IsOsSchema.LOAD_INPUT ? network.slot(items.tensor[i]) : -1;
            if (slot >= 0 && pending[slot] != null && pending[slot][fiber(items, i)]) {
                if (loadOfFiber[slot] == null) {
                    loadOfFiber[slot] = new int[pending[slot].length];
                    Arrays.fill(loadOfFiber[slot], -1);
                }
                // a fiber that is loaded again, pass by pass: later loads come after the first
                if (loadOfFiber[slot][fiber(items, i)] < 0) {
                    loadOfFiber[slot][fiber(items, i)] = i;
                    items.waitsLeft[i]++;
                }
            }
        }
    }

    private int fiber(SegmentItems of, int item) {
        int height = network.shapeOf(of.tensor[item]).height();
        int width = network.shapeOf(of.tensor[item]).width();
        return of.step[item] % width * height + of.row[item];
    }

    /** The load that waited for a fiber which the segment before has now stored, or -1. */
    int loadOf(SegmentItems stores, int store) {
        int[] loads = loadOfFiber[network.slot(stores.tensor[store])];
        return loads == null ? -1 : loads[fiber(stores, store)];
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
