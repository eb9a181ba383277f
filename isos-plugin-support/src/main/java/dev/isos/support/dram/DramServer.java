package dev.isos.support.dram;

import dev.isos.api.hardware.part.OffChipMemory;

/**
 * Off-chip memory as one shared server: requests are served one after another, in the order of the calls, at a constant
 * number of bytes per cycle; a read arrives a constant latency later. Requests pipeline: latency delays what is read but
 * never occupies the server. Time is exact, a fraction of a cycle kept as an integer remainder: no drift, whatever the
 * {@link ByteRate}.
 *
 * <p>A machine that double-buffers asks for the next tile while it computes the current one:
 *
 * <pre>{@code
 * long loaded = dram.read(now, bytesOfTile(i + 1));        // queued behind everything asked for before
 * long computed = now + cyclesOfTile(i);
 * dram.write(computed, outputBytesOfTile(i));
 * now = Math.max(computed, loaded);
 * ...
 * long end = Math.max(now, dram.idleFrom());               // the run ends when the last byte is written
 * }</pre>
 *
 * <p>Not safe for use by several threads.
 */
public final class DramServer implements OffChipMemory.Run {
    private final ByteRate rate;
    private final long numerator;
    private final long denominator;

    /** So many bytes at once do not overflow. */
    private final long mostBytes;

    private final long latencyCycles;

    // the server is busy until freeCycle + freeTicks / numerator
    private long freeCycle;
    private long freeTicks;

    private long startCycle;
    private long busyCycles;

    private long bytesRead;
    private long bytesWritten;

    /**
     * A server that is idle from cycle 0.
     *
     * @param rate bytes that move in a cycle
     * @param latencyCycles cycles from the transfer of a read's last byte to its arrival
     * @throws IllegalArgumentException when the latency is negative
     */
    public DramServer(ByteRate rate, long latencyCycles) {
        if (latencyCycles < 0) {
            throw new IllegalArgumentException("the latency must not be negative: " + latencyCycles + " cycles");
        }
        this.rate = rate;
        this.numerator = rate.numerator();
        this.denominator = rate.denominator();
        this.mostBytes = (Long.MAX_VALUE - numerator) / denominator;
        this.latencyCycles = latencyCycles;
    }

    /**
     * Queues a read.
     *
     * @param earliestCycle cycle at which the request reaches the server
     * @return first cycle in which the data may be used; for 0 bytes the earliest cycle itself
     */
    @Override
    public long read(long earliestCycle, long bytes) {
        if (bytes == 0) {
            return earliestCycle;
        }
        bytesRead += bytes;
        return serve(earliestCycle, bytes) + latencyCycles;
    }

    /**
     * Queues a write.
     *
     * @param earliestCycle cycle at which the request reaches the server
     * @return cycle after that of the last byte; for 0 bytes the earliest cycle itself
     */
    @Override
    public long write(long earliestCycle, long bytes) {
        if (bytes == 0) {
            return earliestCycle;
        }
        bytesWritten += bytes;
        return serve(earliestCycle, bytes);
    }

    private long serve(long earliestCycle, long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a transfer of " + bytes + " bytes");
        }
        if (freeCycle < earliestCycle) {
            freeCycle = earliestCycle;
            freeTicks = 0;
        }
        long idleBefore = idleFrom();
        startCycle = freeCycle;
        for (long left = bytes; left > 0; left -= mostBytes) {
            freeTicks += Math.min(left, mostBytes) * denominator;
            freeCycle += freeTicks / numerator;
            freeTicks %= numerator;
        }
        busyCycles += idleFrom() - idleBefore;
        return idleFrom();
    }

    /** Cycle in which (or at whose start) the last transfer began. */
    @Override
    public long startCycle() {
        return startCycle;
    }

    /** First cycle at whose start nothing is being transferred any more. */
    @Override
    public long idleFrom() {
        return freeTicks == 0 ? freeCycle : freeCycle + 1;
    }

    /** Cycle during which (or at whose start) the last transfer ends: a request in it uses what is left of the cycle. */
    @Override
    public long freeFrom() {
        return freeCycle;
    }

    /**
     * Whole bytes of a request that queues now at the given cycle which move before the end. Where it begins in a cycle that
     * another transfer ends in, its last bytes may take as much of the end cycle.
     *
     * @param earliestCycle cycle at which the request would reach the server
     * @param endCycle cycle before which the bytes have to move
     * @return 0 or more; 0 when the server is not free before the end
     */
    public long bytesUntil(long earliestCycle, long endCycle) {
        return rate.wholeBytes(Math.max(0, endCycle - Math.max(freeCycle, earliestCycle)));
    }

    /** {@return cycles in which something is transferred, be it for a part of the cycle} */
    public long busyCycles() {
        return busyCycles;
    }

    /**
     * Of {@link #busyCycles()}, those before the given cycle.
     *
     * @param cycle not before the start of the last gapless series of transfers
     */
    @Override
    public long busyCyclesBefore(long cycle) {
        return busyCycles - Math.max(0, idleFrom() - cycle);
    }

    /** Bytes of all reads so far. */
    @Override
    public long bytesRead() {
        return bytesRead;
    }

    /** Bytes of all writes so far. */
    @Override
    public long bytesWritten() {
        return bytesWritten;
    }

    /** {@return bytes of all transfers so far} */
    public long bytesMoved() {
        return bytesRead + bytesWritten;
    }

    /** {@return cycles by which a read arrives after its transfer} */
    public long latencyCycles() {
        return latencyCycles;
    }
}
