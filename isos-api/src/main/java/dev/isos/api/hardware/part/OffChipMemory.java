package dev.isos.api.hardware.part;

/**
 * Off-chip memory behind one interface, which serves requests one after another in the order of the calls. Bytes never move faster
 * than the machine's bandwidth: every run is held to that. Immutable and used by many threads.
 */
public interface OffChipMemory {
    /** {@return the memory of one run, idle from cycle 0; for one thread} */
    Run begin();

    /** State of the memory in a run. */
    interface Run {
        /**
         * Queues a read.
         *
         * @param earliestCycle cycle at which the request reaches the memory
         * @param bytes 0 or more
         * @return first cycle in which the data may be used; for 0 bytes the earliest cycle itself
         */
        long read(long earliestCycle, long bytes);

        /**
         * Queues a write.
         *
         * @param earliestCycle cycle at which the request, with its data, reaches the memory
         * @param bytes 0 or more
         * @return cycle after that of the last byte; for 0 bytes the earliest cycle itself
         */
        long write(long earliestCycle, long bytes);

        /** {@return cycle in which (or at whose start) the last transfer began} */
        long startCycle();

        /** {@return first cycle at whose start nothing is being transferred any more} */
        long idleFrom();

        /**
         * {@return cycle during which (or at whose start) the last transfer ends: a request in it uses what is left of
         * the cycle}
         */
        long freeFrom();

        /**
         * Cycles before the given one in which something is transferred, be it for a part of the cycle.
         *
         * @param cycle not before the start of the last gapless series of transfers
         * @return 0 or more; a cycle that several transfers share counts once
         */
        long busyCyclesBefore(long cycle);

        /** {@return bytes of all reads so far} */
        long bytesRead();

        /** {@return bytes of all writes so far} */
        long bytesWritten();
    }
}
