package dev.isos.baselines.sparten;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.support.machine.CompletionTimes;
import dev.isos.support.machine.OffChipPort;
import java.util.ArrayDeque;

/**
 * The order in which SparTen uses its off-chip memory. Reads are served in the order of the items. A write whose outputs are not
 * there yet lets reads pass that are ready before it; outputs wait for their turn in a queue without limit, which costs SparTen
 * nothing where a real one would stall. Filters of a later layer, of which one group may be asked for early, take the cycles in
 * which nothing else is to be moved, so that they delay nothing.
 */
final class SparTenMemory {
    /** End of an item whose write has not been served yet. */
    static final long PENDING = -1;

    /** A write that waits for its outputs or its turn. */
    private record Write(int item, int layer, long earliestCycle, long bytes) {}

    private final OffChipPort port;
    private final CompletionTimes ends;
    private final SimulationListener listener;
    private final ArrayDeque<Write> writes = new ArrayDeque<>();

    // the filter group that is loaded ahead
    private int earlySegment = -1;
    private int earlyLayer;
    private long earlyBytes;
    private long earlyLeft;
    private long earlyFrom;
    private long earlyArrival;

    // the latest end of a write since the last call of drain()
    private long lastWrite;

    // of the items whose writes wait
    private int segment;

    SparTenMemory(OffChipPort port, CompletionTimes ends, SimulationListener listener) {
        this.port = port;
        this.ends = ends;
        this.listener = listener;
    }

    /** All writes of the segment before have been drained. */
    void beginSegment(int index) {
        segment = index;
    }

    /** Reads; gives the first cycle in which the data may be used. */
    long read(int layer, int phase, long earliestCycle, long bytes) {
        writeUntil(Math.max(earliestCycle, port.freeFrom()));
        fillUntil(earliestCycle);
        return port.read(layer, phase, earliestCycle, bytes);
    }

    /** Queues the write of an item, whose end is set when it is served. */
    void write(int item, int layer, long earliestCycle, long bytes) {
        writes.addLast(new Write(item, layer, earliestCycle, bytes));
    }

    /** Serves all writes; gives the latest end of any since the last call. */
    long drain() {
        writeUntil(Long.MAX_VALUE);
        long last = lastWrite;
        lastWrite = 0;
        return last;
    }

    /** Serves the writes that are ready by the given cycle, as long as the first one in the queue is. */
    private void writeUntil(long cycle) {
        while (!writes.isEmpty() && writes.peekFirst().earliestCycle() <= cycle) {
            Write write = writes.removeFirst();
            fillUntil(write.earliestCycle());
            long end = port.write(write.layer(), SparTenWork.STORE_OUTPUTS, write.earliestCycle(), write.bytes());
            ends.set(write.item(), end);
            listener.onItem(segment, write.item(), write.earliestCycle(), end);
            lastWrite = Math.max(lastWrite, end);
        }
    }

    /** From which cycle on the filters that have been asked for early could be loaded. */
    long earlyFrom() {
        return earlyFrom;
    }

    /** Whether a filter group of a segment after the given one has been asked for. */
    boolean isEarlyAfter(int segment) {
        return earlySegment > segment;
    }

    /** Asks for the first filter group of a later segment, from the given cycle on, whenever the memory is idle. */
    void readEarly(int segment, int layer, long bytes, long fromCycle) {
        earlySegment = segment;
        earlyLayer = layer;
        earlyBytes = bytes;
        earlyLeft = bytes;
        earlyFrom = fromCycle;
    }

    /** Uses the idle cycles before the given one for the filters that are loaded ahead. */
    private void fillUntil(long cycle) {
        if (earlyLeft > 0) {
            long bytes = Math.min(earlyLeft, port.bytesUntil(earlyFrom, cycle));
            if (bytes > 0) {
                earlyArrival = port.read(earlyLayer, SparTenWork.LOAD_FILTERS, earlyFrom, bytes);
                earlyLeft -= bytes;
            }
        }
    }

    /** Whether these are the filters that have been asked for early. */
    boolean isEarly(int segment, long bytes) {
        return earlySegment == segment && earlyBytes == bytes;
    }

    /** Reads what is left of the filters that have been asked for early; gives the first cycle in which they may be used. */
    long completeEarly(long earliestCycle) {
        fillUntil(earliestCycle);
        long left = earlyLeft;
        // what is read now is not to be read in idle cycles too
        earlyLeft = 0;
        earlySegment = -1;
        return left > 0 ? read(earlyLayer, SparTenWork.LOAD_FILTERS, earliestCycle, left) : earlyArrival;
    }
}
