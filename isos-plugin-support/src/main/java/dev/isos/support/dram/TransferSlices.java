package dev.isos.support.dram;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.hardware.part.OffChipMemory;

/**
 * Tells a listener of the transfers of one DRAM interface, reads and writes on tracks of their own, in whole cycles: a
 * cycle in which bytes of several transfers move belongs to the first of them. So no two slices of the interface
 * overlap, and together they last exactly as long as it is busy. Used by one thread.
 */
public final class TransferSlices {
    private static final String READS = "dram/read";
    private static final String WRITES = "dram/write";

    private final SimulationListener listener;
    private final boolean wanted;
    private long lastEnd;

    /**
     * The slices of one run, of which none has been told.
     *
     * @param listener told only if it {@linkplain SimulationListener#wantsSlices() wants} slices
     */
    public TransferSlices(SimulationListener listener) {
        this.listener = listener;
        this.wanted = listener.wantsSlices();
    }

    /**
     * Tells of the last read of a server.
     *
     * @param dram the server, right after the read was queued
     * @param layer layer that the bytes are moved for, or -1 where no single one is meant
     * @param phase id of the phase
     * @param bytes of the read; of 0 nothing is told
     */
    public void read(OffChipMemory.Run dram, int layer, String phase, long bytes) {
        tell(READS, layer, phase, dram.startCycle(), dram.idleFrom(), bytes);
    }

    /**
     * Tells of the last write of a server.
     *
     * @param dram the server, right after the write was queued
     * @param layer layer that the bytes are moved for, or -1 where no single one is meant
     * @param phase id of the phase
     * @param bytes of the write; of 0 nothing is told
     */
    public void write(OffChipMemory.Run dram, int layer, String phase, long bytes) {
        tell(WRITES, layer, phase, dram.startCycle(), dram.idleFrom(), bytes);
    }

    /**
     * Tells of a transfer.
     *
     * @param write whether it goes off chip rather than comes from there
     * @param layer layer that the bytes are moved for, or -1 where no single one is meant
     * @param phase id of the phase
     * @param startCycle cycle in which it begins
     * @param endCycle cycle after the one in which it ends
     * @param bytes of the transfer; of 0 nothing is told
     */
    public void tell(boolean write, int layer, String phase, long startCycle, long endCycle, long bytes) {
        tell(write ? WRITES : READS, layer, phase, startCycle, endCycle, bytes);
    }

    private void tell(String track, int layer, String phase, long startCycle, long endCycle, long bytes) {
        if (wanted && bytes > 0) {
            long from = Math.max(startCycle, lastEnd);
            lastEnd = Math.max(from, endCycle);
            listener.onTransfer(track, layer, phase, from, lastEnd, bytes);
        }
    }
}
