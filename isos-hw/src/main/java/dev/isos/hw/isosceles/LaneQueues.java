package dev.isos.hw.isosceles;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.TensorBuffer;
import java.util.Arrays;

/**
 * The queues of a segment: one per tensor and lane, all in the queue memory of the lane. Each tensor is sure of the space that
 * the mapping sets aside for it; what is left of the memory is a pool for those that want more, and for what is loaded ahead for
 * the next segment. Once the lanes have turned to that, it has the memory but for what is still to be stored. Space is given in
 * the order of the wavefronts (step, row, arrival), whatever the order in which items become ready: the next item gets it when it
 * is ready and fits.
 */
final class LaneQueues {
    private final int lanes;
    private final Network network;
    private final long queueBytes;
    private final SegmentItems items;

    private int[] bufferOfTensor = new int[0];
    private int buffers;
    private int[] tensorOfBuffer = new int[0];
    private long[] sure = new long[0];

    /**
     * Whether what is loaded ahead leaves the pool to items of the running segment that wait for it. The inputs of another image
     * are all there from the beginning: small fibers would take the remainders that large ones leave, keep them, and in the end
     * have the running segment wait for the DRAM at every fiber.
     */
    private boolean yields;

    /** Bytes that are not set aside. */
    private long pool;

    // by buffer * lanes + lane
    private long[] used = new long[0];
    private long[] usedOfBuffer = new long[0];
    private final long[] usedOfLane;
    private long usedOfAll;

    /** Bytes of each lane beyond what its tensors are sure of. */
    private final long[] excess;

    // items of each queue in order of the wavefronts: order[next[q]..end[q])
    private int[] next = new int[0];
    private int[] end = new int[0];
    private int[] order = new int[0];
    private boolean[] ready = new boolean[0];

    LaneQueues(IsoscelesModel model, Network network, SegmentItems items) {
        this.lanes = model.lanes;
        this.queueBytes = model.queueBytes;
        this.network = network;
        this.items = items;
        this.usedOfLane = new long[lanes];
        this.excess = new long[lanes];
    }

    /** A segment begins, all of whose items have arrived. */
    void begin(Segment segment) {
        buffers = segment.buffers().size();
        bufferOfTensor = new int[network.tensors()];
        Arrays.fill(bufferOfTensor, -1);
        tensorOfBuffer = new int[buffers];
        sure = new long[buffers];
        pool = queueBytes;
        yields = false;
        for (int b = 0; b < buffers; b++) {
            TensorBuffer buffer = segment.buffers().get(b);
            bufferOfTensor[network.slot(buffer.tensor())] = b;
            tensorOfBuffer[b] = buffer.tensor();
            sure[b] = buffer.capacityBytes();
            pool -= sure[b];
        }
        int queues = buffers * lanes;
        used = new long[queues];
        usedOfBuffer = new long[buffers];
        usedOfAll = 0;
        Arrays.fill(usedOfLane, 0);
        Arrays.fill(excess, 0);
        next = new int[queues];
        end = new int[queues];
        int n = items.size;
        if (ready.length < n) {
            ready = new boolean[n];
        }
        Arrays.fill(ready, 0, n, false);
        for (int i = 0; i < n; i++) {
            if (items.held[i] > 0) {
                end[queueOf(i)]++;
            }
        }
        int sum = 0;
        for (int q = 0; q < queues; q++) {
            next[q] = sum;
            sum += end[q];
            end[q] = next[q];
        }
        if (order.length < sum) {
            order = new int[sum];
        }
        for (int i = 0; i < n; i++) {
            if (items.held[i] > 0) {
                order[end[queueOf(i)]++] = i;
            }
        }
        for (int q = 0; q < queues; q++) {
            sort(next[q], end[q]);
        }
    }

    /** Sorts by step, then row, then arrival, by insertion: mostly they arrive like that. */
    private void sort(int from, int to) {
        for (int k = from + 1; k < to; k++) {
            int item = order[k];
            long rank = items.rank(item);
            int at = k;
            while (at > from && items.rank(order[at - 1]) > rank) {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = item;
        }
    }

    /** The segment before is of another image of a batch. */
    void yieldToRunning() {
        yields = true;
    }

    boolean yields() {
        return yields;
    }

    /** Number of queues; those of lane l are l, l + lanes, and so on. */
    int queues() {
        return used.length;
    }

    /** The queue in which an item holds its bytes. */
    int queueOf(int item) {
        int tensor = items.tensor[item];
        int slot = tensor == Layer.NONE ? -1 : network.slot(tensor);
        int buffer = slot >= 0 && slot < bufferOfTensor.length ? bufferOfTensor[slot] : -1;
        if (buffer < 0) {
            throw new IsosException(
                    ErrorCode.PLUGIN_FAILURE,
                    "work item " + item + " holds bytes of tensor " + tensor + ", for which the segment has no buffer");
        }
        return buffer * lanes + items.lane[item];
    }

    /** An item has everything but its space. */
    void ready(int item) {
        ready[item] = true;
    }

    /**
     * Gives the next item of a queue its space and returns it, or returns -1 when it is not ready or does not fit.
     *
     * @param before the queues of the running segment if this is the next one; else null
     * @param loadsAhead whether the next one only loads, and lives on what is in the pools of both
     */
    int admit(int queue, LaneQueues before, boolean loadsAhead) {
        if (next[queue] == end[queue]) {
            return -1;
        }
        int item = order[next[queue]];
        int lane = queue % lanes;
        long bytes = items.held[item];
        if (!ready[item] || !fits(queue, bytes)) {
            return -1;
        }
        if (before != null) {
            long room = loadsAhead
                    ? before.pool - before.excess[lane]
                    : queueBytes - before.usedOfLane[lane] - usedOfLane[lane];
            if (bytes > room || loadsAhead && yields && before.waits(lane)) {
                return -1;
            }
        }
        change(queue, bytes);
        if (loadsAhead) {
            before.excess[lane] += bytes;
        }
        next[queue]++;
        return item;
    }

    /** Whether an item of a lane has everything but its space. */
    private boolean waits(int lane) {
        for (int queue = lane; queue < used.length; queue += lanes) {
            if (next[queue] < end[queue] && ready[order[next[queue]]]) {
                return true;
            }
        }
        return false;
    }

    private boolean fits(int queue, long bytes) {
        int lane = queue % lanes;
        return used[queue] == 0
                || used[queue] + bytes <= sure[queue / lanes]
                || excess[lane] + moreExcess(queue, bytes) <= pool;
    }

    private long moreExcess(int queue, long bytes) {
        long limit = sure[queue / lanes];
        return Math.max(0, used[queue] + bytes - limit) - Math.max(0, used[queue] - limit);
    }

    private void change(int queue, long bytes) {
        excess[queue % lanes] += moreExcess(queue, bytes);
        used[queue] += bytes;
        usedOfBuffer[queue / lanes] += bytes;
        usedOfLane[queue % lanes] += bytes;
        usedOfAll += bytes;
        if (used[queue] < 0) {
            throw IsoscelesRun.broken("the queue of tensor " + tensorOfBuffer[queue / lanes] + " in lane "
                    + queue % lanes + " holds " + used[queue] + " bytes");
        }
    }

    /**
     * Frees the bytes of an item; the others as of {@link #admit}.
     *
     * @return whether a pool has got some of them, which other queues of the lane may have waited for
     */
    boolean release(int item, LaneQueues before, boolean loadsAhead) {
        int lane = items.lane[item];
        long excessBefore = excess[lane];
        change(queueOf(item), -items.held[item]);
        if (loadsAhead) {
            before.excess[lane] -= items.held[item];
        }
        return before != null || excess[lane] != excessBefore;
    }

    boolean allEmpty() {
        return usedOfAll == 0;
    }

    /**
     * Tells what the queues of a tensor hold in all lanes, and all queues together.
     *
     * @param other the queues of the other segment on the machine, or null
     */
    void tell(int queue, LaneQueues other, SimulationListener listener, long now) {
        long all = usedOfAll + (other == null ? 0 : other.usedOfAll);
        listener.onOccupancy("queues", tensorOfBuffer[queue / lanes], now, usedOfBuffer[queue / lanes]);
        listener.onOccupancy("queues", Layer.NONE, now, all);
    }

    /** What an item that is ready lacks. */
    String describe(int item) {
        int queue = queueOf(item);
        return items.held[item] + " bytes in the queue of tensor " + tensorOfBuffer[queue / lanes] + " in lane "
                + queue % lanes + ", which holds " + used[queue] + ", is sure of " + sure[queue / lanes]
                + " and shares " + pool + " with others, of which " + excess[queue % lanes] + " are taken";
    }
}
