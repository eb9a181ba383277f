package dev.isos.core.simulate;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Adds up what the stages of runs take, in processor time: that of the threads which work, without what they wait. Runs that are given
 * the same object add to the same sums. For any number of threads.
 *
 * <p>Of a run with one processor, {@link Stage#EXECUTE} has the time that each work item takes in the machine too: the two change so
 * often that a clock between them would measure itself. With more processors they are on threads of their own, and told apart.
 */
public final class StageTimes {
    /** Measures nothing and costs nothing. */
    public static final StageTimes NONE = new StageTimes(false);

    private static final double NANOS_PER_SECOND = 1e9;

    /** Parts of a run. */
    public enum Stage {
        /** Cuts the network into segments and maps their layers. */
        PLAN,
        /** Computes the outputs and counts the work items, and hands them over. */
        EXECUTE,
        /** Times the items: machine, ledger and laws; of an estimate, all but its plan. */
        TIME,
        /** Digests of the outputs, compared with the reference. */
        VERIFY
    }

    private final boolean on;
    private final AtomicLongArray nanos = new AtomicLongArray(Stage.values().length);
    private final AtomicLong workItems = new AtomicLong();
    private final AtomicLong outputBytes = new AtomicLong();

    public StageTimes() {
        this(true);
    }

    private StageTimes(boolean on) {
        this.on = on;
    }

    /** Processor seconds of a stage so far. */
    public double seconds(Stage stage) {
        return nanos.get(stage.ordinal()) / NANOS_PER_SECOND;
    }

    /** Work items that machines have taken so far. */
    public long workItems() {
        return workItems.get();
    }

    /** Bytes of the layers' outputs so far, one for each element. */
    public long outputBytes() {
        return outputBytes.get();
    }

    void addWorkItems(long count) {
        if (on) {
            workItems.addAndGet(count);
        }
    }

    void addOutputBytes(long bytes) {
        if (on) {
            outputBytes.addAndGet(bytes);
        }
    }

    /** A moment of the thread that asks, for {@link #add}. */
    long now() {
        if (!on) {
            return 0;
        }
        ThreadMXBean threads = Threads.BEAN;
        return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : System.nanoTime();
    }

    /** Loaded only where something is measured. */
    private static final class Threads {
        static final ThreadMXBean BEAN = ManagementFactory.getThreadMXBean();
    }

    /** Adds what the thread that asks has worked since a moment of its own. */
    void add(Stage stage, long since) {
        if (on) {
            nanos.addAndGet(stage.ordinal(), now() - since);
        }
    }

    /** A clock for the thread that asks, which begins with a stage. */
    Clock clock(Stage first) {
        return new Clock(first);
    }

    /** Of one thread, which is in one stage at a time. */
    final class Clock {
        private final Thread owner = Thread.currentThread();
        private Stage stage;
        private long since = now();

        private Clock(Stage first) {
            stage = first;
        }

        /** The thread goes on with another stage; returns the one before. Other threads are counted where they began. */
        Stage enter(Stage next) {
            Stage before = stage;
            if (on && Thread.currentThread() == owner) {
                long now = now();
                nanos.addAndGet(before.ordinal(), now - since);
                since = now;
                stage = next;
            }
            return before;
        }
    }
}
