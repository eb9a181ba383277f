package dev.isos.support.machine;

import dev.isos.api.dataflow.Phase;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.support.dram.DramServer;
import dev.isos.support.dram.TransferSlices;
import java.util.List;

/**
 * A machine's port to off-chip memory: one server for all transfers, which tells the listener of them and keeps the bytes that
 * were asked for beside those that it moved. Times are cycles from the start of the run. Used by one thread.
 */
public final class OffChipPort {
    /** Component that the transfers are counted under. */
    public static final String DRAM = "dram";

    private final String machine;
    private final List<Phase> phases;
    private final DramServer server;
    private final TransferSlices slices;
    private long askedBytes;

    /**
     * A port to an idle memory.
     *
     * @param machine its name in messages
     * @param phases those of its items
     * @param parameters bandwidth, latency and clock
     * @param listener told of every transfer, if it wants slices
     */
    public OffChipPort(String machine, List<Phase> phases, CommonParameters parameters, SimulationListener listener) {
        this.machine = machine;
        this.phases = phases;
        this.server = parameters.dram();
        this.slices = new TransferSlices(listener);
    }

    /**
     * Notes bytes that an item asks for; {@link #requireAllServed} compares them with those that were moved.
     *
     * @param bytes read or written, 0 or more
     */
    public void ask(long bytes) {
        askedBytes += bytes;
    }

    /**
     * Queues a read.
     *
     * @param layer layer that the bytes are moved for
     * @param phase position of its phase
     * @param earliestCycle cycle at which the request reaches the memory
     * @param bytes 0 or more
     * @return first cycle in which the data may be used
     */
    public long read(int layer, int phase, long earliestCycle, long bytes) {
        long arrival = server.read(earliestCycle, bytes);
        slices.read(server, layer, phases.get(phase).id(), bytes);
        return arrival;
    }

    /**
     * Queues a write.
     *
     * @param layer layer that the bytes are moved for
     * @param phase position of its phase
     * @param earliestCycle cycle at which the request, with its data, reaches the memory
     * @param bytes 0 or more
     * @return cycle after that of the last byte
     */
    public long write(int layer, int phase, long earliestCycle, long bytes) {
        long end = server.write(earliestCycle, bytes);
        slices.write(server, layer, phases.get(phase).id(), bytes);
        return end;
    }

    /** {@return cycle during which (or at whose start) the last transfer ends} */
    public long freeFrom() {
        return server.freeFrom();
    }

    /**
     * Whole bytes of a transfer that fit before a cycle, see {@link DramServer#bytesUntil}.
     *
     * @param earliestCycle cycle at which the request would reach the memory
     * @param endCycle cycle before which the bytes have to move
     * @return 0 or more
     */
    public long bytesUntil(long earliestCycle, long endCycle) {
        return server.bytesUntil(earliestCycle, endCycle);
    }

    /** Cycles before the given one in which something was transferred, see {@link DramServer#busyCyclesBefore}. */
    long busyCyclesBefore(long cycle) {
        return server.busyCyclesBefore(cycle);
    }

    /** {@return bytes read so far} */
    public long bytesRead() {
        return server.bytesRead();
    }

    /** {@return bytes written so far} */
    public long bytesWritten() {
        return server.bytesWritten();
    }

    /** {@return bytes read or written so far} */
    public long bytesMoved() {
        return server.bytesMoved();
    }

    /** Fails unless every byte that was asked for has been moved, and no other. */
    public void requireAllServed() {
        if (askedBytes != server.bytesMoved()) {
            throw new IsosException(
                    ErrorCode.VERIFICATION_FAILED,
                    machine + " moved " + server.bytesMoved() + " off-chip bytes, asked for were " + askedBytes);
        }
    }
}
