package dev.isos.core.simulate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class ProcessorsTest {
    @Test
    void eachTaskIsDoneOnceByNoMoreThreadsThanThereAreProcessors() {
        for (int count : new int[] {1, 2, 5}) {
            Processors processors = new Processors(count, StageTimes.NONE);
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

    @Test
    void theFirstFailureInTheOrderOfTheTasksIsThrown() {
        for (int count : new int[] {1, 2, 4}) {
            RuntimeException e = assertThrows(
                    IllegalStateException.class,
                    () -> new Processors(count, StageTimes.NONE).parallel(50, i -> {
                        if (i % 10 == 7) {
                            throw new IllegalStateException("task " + i);
                        }
                    }));
            assertEquals("task 7", e.getMessage());
        }
    }
}
