package dev.isos.hw.isosceles;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.TensorBuffer;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * The queues of a segment, one per tensor and lane. Space is given in the order of the wavefronts (step, row, arrival),
 * whatever the order in which items become ready: the next item gets it when it is ready and its bytes fit, or when the
 * queue is empty.
 */
final class WavefrontQueues {
    private final int lanes;

    private SegmentItems items;
    private Network network;
    private int[] bufferOfTensor = new int[0];
    private int[] tensorOfBuffer = new int[0];
    private long[] capacity = new long[0];
    private long[] used = new long[0];
    private int[] fibers = new int[0];
    private long[] usedOfBuffer = new long[0];
    private long usedOfAll;

    // items of each queue in order of the wavefronts: order[next[q]..end[q])
    private int[] next = new int[0];
    private int[] end = new int[0];
    private int[] order = new int[0];
    private boolean[] ready = new boolean[0];
    private long[] sortKeys = new long[0];

    WavefrontQueues(int lanes) {
        this.lanes = lanes;
    }

    void begin(Segment segment, SegmentItems segmentItems, Network network) {
        items = segmentItems;
        int buffers = segment.buffers().size();
        this.network = network;
        bufferOfTensor = new int[network.tensors()];
        Arrays.fill(bufferOfTensor, -1);
        tensorOfBuffer = new int[buffers];
        capacity = new long[buffers];
        for (int b = 0; b < buffers; b++) {
            TensorBuffer buffer = segment.buffers().get(b);
            bufferOfTensor[network.slot(buffer.tensor())] = b;
            tensorOfBuffer[b] = buffer.tensor();
            capacity[b] = buffer.capacityBytes();
        }
        int queues = buffers * lanes;
        used = new long[queues];
        fibers = new int[queues];
        usedOfBuffer = new long[buffers];
        usedOfAll = 0;
        next = new int[queues];
        end = new int[queues];
        int n = items.size;
        if (order.length < n) {
            order = new int[n];
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
        for (int i = 0; i < n; i++) {
            if (items.held[i] > 0) {
                order[end[queueOf(i)]++] = i;
            }
        }
        for (int q = 0; q < queues; q++) {
            sort(next[q], end[q]);
        }
    }

    /** Sorts by step, then row, then arrival; mostly they arrive like that. */
    private void sort(int from, int to) {
        boolean sorted = true;
        for (int k = from + 1; k < to && sorted; k++) {
            sorted = rank(order[k - 1]) <= rank(order[k]);
        }
        if (sorted) {
            return;
        }
        int count = to - from;
        if (sortKeys.length < count) {
            sortKeys = new long[count];
        }
        // rank above, position below: positions ascend with arrival. Ranks are made dense first so that both fit.
        long[] ranks = new long[count];
        for (int k = 0; k < count; k++) {
            ranks[k] = rank(order[from + k]);
        }
        Arrays.sort(ranks);
        for (int k = 0; k < count; k++) {
            long dense = Arrays.binarySearch(ranks, rank(order[from + k]));
            // equal ranks may find any of their positions: take the first
            while (dense > 0 && ranks[(int) dense - 1] == ranks[(int) dense]) {
                dense--;
            }
            sortKeys[k] = (dense << 32) | order[from + k];
        }
        Arrays.sort(sortKeys, 0, count);
        for (int k = 0; k < count; k++) {
            order[from + k] = (int) sortKeys[k];
        }
    }

    private long rank(int item) {
        return ((long) items.step[item] << 20) | items.row[item];
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

    /** Gives the next item of a queue its space and returns it, or returns -1 when it is not ready or does not fit. */
    int admit(int queue) {
        if (next[queue] == end[queue]) {
            return -1;
        }
        int item = order[next[queue]];
        if (!ready[item] || !fits(queue, item)) {
            return -1;
        }
        fibers[queue]++;
        hold(queue, items.held[item]);
        next[queue]++;
        return item;
    }

    private boolean fits(int queue, int item) {
        return used[queue] == 0 || used[queue] + items.held[item] <= capacity[queue / lanes];
    }

    /** Frees the bytes of an item. */
    void release(int item) {
        int queue = queueOf(item);
        fibers[queue]--;
        hold(queue, -items.held[item]);
    }

    private void hold(int queue, int bytes) {
        used[queue] += bytes;
        usedOfBuffer[queue / lanes] += bytes;
        usedOfAll += bytes;
        if (used[queue] < 0 || used[queue] > capacity[queue / lanes] && fibers[queue] > 1) {
            throw IsoscelesRun.broken("the queue of tensor " + tensorOfBuffer[queue / lanes] + " in lane "
                    + queue % lanes + " holds " + used[queue] + " of " + capacity[queue / lanes] + " bytes");
        }
    }

    /** Tells what the queues of a queue's tensor hold in all lanes, and all queues together. */
    void tell(int queue, SimulationListener listener, long cycle) {
        if (listener.wantsSlices()) {
            int buffer = queue / lanes;
            listener.onOccupancy("wavefront queues", tensorOfBuffer[buffer], cycle, usedOfBuffer[buffer]);
            listener.onOccupancy("wavefront queues", Layer.NONE, cycle, usedOfAll);
        }
    }

    boolean allEmpty() {
        for (long bytes : used) {
            if (bytes != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * What keeps a ready item from getting its space.
     *
     * @param inUse whether an item that has got its space still needs it
     */
    String describeBlock(int item, IntFunction<String> nameOf, IntPredicate inUse) {
        int queue = queueOf(item);
        int first = order[next[queue]];
        String place = "the queue of tensor " + tensorOfBuffer[queue / lanes] + " in lane " + queue % lanes;
        if (first != item) {
            return "its turn in " + place + " behind " + nameOf.apply(first);
        }
        return items.held[item] + " bytes in " + place + ", of which " + used[queue] + " of " + capacity[queue / lanes]
                + " are taken" + holder(queue, nameOf, inUse);
    }

    /** The oldest item that keeps its space in a queue; items of a queue lie one queue after another. */
    private String holder(int queue, IntFunction<String> nameOf, IntPredicate inUse) {
        for (int k = next[queue] - 1, found = fibers[queue]; k >= 0 && found > 0; k--) {
            if (queueOf(order[k]) == queue && inUse.test(order[k]) && --found == 0) {
                return ", first by " + nameOf.apply(order[k]);
            }
        }
        return "";
    }
}
