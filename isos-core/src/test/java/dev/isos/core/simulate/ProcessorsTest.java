package dev.isos.core.simulate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProcessorsTest {
    @Test
    void eachTaskIsDoneOnceByNoMoreThreadsThanThereAreProcessors() {
        for (int count : new int[] {1, 2, 5}) {
            try (Processors processors = new Processors(count, StageTimes.NONE)) {
                for (int tasks : new int[] {0, 1, 2, 300}) {
                    AtomicIntegerArray done = new AtomicIntegerArray(tasks);
                    AtomicInteger atWork = new AtomicInteger();
                    AtomicInteger most = new AtomicInteger();
                    processors.parallel(tasks, i -> {
                        most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
                        done.incrementAndGet(i);
                        atWork.decrementAndGet();
                    });
                    int[] once = new int[tasks];
                    Arrays.fill(once, 1);
                    assertArrayEquals(
                            once,
                            java.util.stream.IntStream.range(0, tasks)
                                    .map(done::get)
                                    .toArray());
                    assertTrue(most.get() <= count, most + " threads on " + count);
                }
            }
        }
    }

    @Test
    void theFirstFailureInTheOrderOfTheTasksIsThrown() {
        for (int count : new int[] {1, 2, 4}) {
            try (Processors processors = new Processors(count, StageTimes.NONE)) {
                RuntimeException e = assertThrows(
                        IllegalStateException.class,
                        () -> processors.parallel(50, i -> {
                            if (i % 10 == 7) {
                                throw new IllegalStateException("task " + i);
                            }
                        }));
                assertEquals("task 7", e.getMessage());
            }
        }
    }

    /** Not every language of the JVM declares what it throws. */
    @Test
    @Timeout(60)
    void aCheckedFailureIsThrownTooAndTheHelperGoesOn() {
        try (Processors processors = new Processors(2, StageTimes.NONE)) {
            for (int round = 0; round < 3; round++) {
                IOException failed = new IOException("of both");
                CountDownLatch both = new CountDownLatch(2);
                IOException thrown = assertThrows(
                        IOException.class,
                        () -> processors.parallel(2, i -> {
                            both.countDown();
                            await(both);
                            Processors.rethrow(failed);
                        }));
                assertSame(failed, thrown);
            }
        }
    }

    @Test
    void tasksOfATaskAreDoneByItsThread() {
        try (Processors processors = new Processors(3, StageTimes.NONE)) {
            processors.parallel(20, i -> {
                Thread own = Thread.currentThread();
                AtomicInteger done = new AtomicInteger();
                processors.parallel(5, j -> {
                    assertSame(own, Thread.currentThread());
                    done.incrementAndGet();
                });
                assertEquals(5, done.get());
            });
        }
    }

    /** Two tasks that need each other are never on one thread: the helper takes part at once, and when it has slept. */
    @Test
    @Timeout(60)
    void aHelperTakesPartEvenIfItHasSlept() throws InterruptedException {
        try (Processors processors = new Processors(2, StageTimes.NONE)) {
            for (int pauseMillis : new int[] {0, 0, 20, 0}) {
                Thread.sleep(pauseMillis);
                CountDownLatch both = new CountDownLatch(2);
                processors.parallel(2, i -> {
                    both.countDown();
                    await(both);
                });
            }
        }
    }

    /** What is queued is done beside the thread that has queued it, until the processors are closed. */
    @Test
    @Timeout(60)
    void helpersDoWhatIsQueued() throws InterruptedException {
        Queue<Integer> queue = new ConcurrentLinkedQueue<>();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch done = new CountDownLatch(3);
        try (Processors processors = new Processors(2, StageTimes.NONE)) {
            processors.beside(
                    () -> {
                        if (queue.poll() == null) {
                            return false;
                        }
                        threads.add(Thread.currentThread());
                        done.countDown();
                        return true;
                    },
                    () -> false);
            queue.addAll(List.of(1, 2));
            processors.wake();
            Thread.sleep(20);
            queue.add(3);
            processors.wake();
            await(done);
        }
        assertEquals(1, threads.size());
        assertFalse(threads.contains(Thread.currentThread()));
    }

    /** A helper takes none of the tasks while what is queued comes before them. */
    @Test
    @Timeout(60)
    void whatIsQueuedMayComeBeforeTasks() {
        Queue<Integer> queue = new ConcurrentLinkedQueue<>(List.of(1, 2, 3, 4, 5));
        Thread own = Thread.currentThread();
        AtomicBoolean early = new AtomicBoolean();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (Processors processors = new Processors(2, StageTimes.NONE)) {
            processors.beside(
                    () -> { // holds the helper until there are tasks, among which it then has to choose
                        held.countDown();
                        await(begun);
                        return queue.poll() != null;
                    },
                    () -> !queue.isEmpty());
            processors.wake();
            await(held);
            CountDownLatch both = new CountDownLatch(2);
            processors.parallel(2, i -> {
                begun.countDown();
                if (Thread.currentThread() != own && !queue.isEmpty()) {
                    early.set(true);
                }
                both.countDown();
                await(both);
            });
        }
        assertFalse(early.get());
        assertEquals(0, queue.size());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
