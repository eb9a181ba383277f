package dev.isos.core.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.random.SplitMix;
import dev.isos.support.layers.LayerWork;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimingStageTest {
    private static final WorkSchema SCHEMA = LayerWork.schema();
    private static final int SEGMENTS = 6;

    /** What the timing side has seen, in order. */
    private final List<String> seen = new ArrayList<>();

    private final WorkSink sink = item -> {
        seen.add("item " + item.step() + " after " + item.waitsFor()[0]);
        return -1;
    };

    private final List<Processors> used = new ArrayList<>();

    private TimingStage stage(WorkSink timing, int count) {
        Processors processors = new Processors(count, StageTimes.NONE);
        used.add(processors);
        return new TimingStage(
                timing, processors, SCHEMA, StageTimes.NONE, StageTimes.NONE.clock(StageTimes.Stage.EXECUTE));
    }

    @AfterEach
    void close() {
        used.forEach(Processors::close);
    }

    /** Segments of no items, of a few, and of more than all batches hold. */
    private List<String> stream(int processors) {
        seen.clear();
        SplitMix random = new SplitMix(7);
        TimingStage stage = stage(sink, processors);
        WorkItem item = new WorkItem(SCHEMA);
        for (int segment = 0; segment < SEGMENTS; segment++) {
            int number = segment;
            stage.beginSegment(at -> seen.add("begin " + number));
            int items = random.oneOf(0, 3, 511, 512, 513, 9000);
            for (int i = 0; i < items; i++) {
                stage.accept(item.begin(0, 0, i, 0, 0).waitFor(random.between(0, 1000)));
            }
            stage.then(at -> seen.add("end " + number));
        }
        stage.end(null);
        return List.copyOf(seen);
    }

    @Test
    void theTimingSideSeesTheSameForAnyNumberOfProcessors() {
        List<String> alone = stream(1);
        for (int processors : new int[] {2, 3, 8}) {
            assertEquals(alone, stream(processors));
        }
        assertEquals("end " + (SEGMENTS - 1), alone.get(alone.size() - 1));
    }

    @Test
    void itemsAreNumberedFromZeroInEachSegment() {
        TimingStage stage = stage(sink, 2);
        WorkItem item = new WorkItem(SCHEMA);
        for (int segment = 0; segment < 2; segment++) {
            stage.beginSegment(at -> {});
            for (int i = 0; i < 1000; i++) {
                assertEquals(i, stage.accept(item.begin(0, 0, i, 0, 0).waitFor(0)));
            }
        }
        stage.end(null);
    }

    /** An item that cannot be timed came before whatever the dataflow's thread has failed with since. */
    @Test
    void aFailureOfTheTimingSideIsThrownInPlaceOfALaterOne() {
        IllegalArgumentException early = new IllegalArgumentException("of item 5");
        WorkSink failing = item -> {
            if (item.step() == 5) {
                throw early;
            }
            return item.step();
        };
        for (int items : new int[] {6, 20_000}) {
            TimingStage stage = stage(failing, 2);
            IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, () -> {
                try {
                    WorkItem item = new WorkItem(SCHEMA);
                    for (int i = 0; i < items; i++) {
                        stage.accept(item.begin(0, 0, i, 0, 0).waitFor(0));
                    }
                    throw new IllegalStateException("of the dataflow");
                } catch (RuntimeException e) {
                    stage.end(e);
                }
            });
            assertSame(early, thrown);
        }
    }

    @Test
    void aFailureOfTheDataflowAloneIsThrown() {
        for (int processors : new int[] {1, 2}) {
            TimingStage stage = stage(sink, processors);
            IllegalStateException failed = new IllegalStateException("of the dataflow");
            assertSame(failed, assertThrows(IllegalStateException.class, () -> stage.end(failed)));
        }
    }

    /** Items without an action behind them are timed too. */
    @Test
    void whatIsLeftIsTimedAtTheEnd() {
        for (int processors : new int[] {1, 2}) {
            seen.clear();
            TimingStage stage = stage(sink, processors);
            stage.accept(new WorkItem(SCHEMA).begin(0, 0, 4, 0, 0).waitFor(2));
            stage.end(null);
            assertEquals(List.of("item 4 after 2"), seen);
        }
    }

    /** The dataflow's thread has made more than the queue holds, and all helpers have other tasks. */
    @Test
    void theDataflowsThreadTimesWhatHelpersHaveNoTimeFor() {
        try (Processors busy = new Processors(2, StageTimes.NONE)) {
            AtomicReference<Thread> first = new AtomicReference<>();
            AtomicInteger timed = new AtomicInteger();
            TimingStage stage = new TimingStage(
                    item -> {
                        first.compareAndSet(null, Thread.currentThread());
                        return timed.getAndIncrement();
                    },
                    busy,
                    SCHEMA,
                    StageTimes.NONE,
                    StageTimes.NONE.clock(StageTimes.Stage.EXECUTE));
            WorkItem item = new WorkItem(SCHEMA);
            int items = TimingStage.QUEUE_WORDS / item.begin(0, 0, 0, 0, 0).words() + 1;
            CountDownLatch begun = new CountDownLatch(2); // no thread has both tasks, and none is free to help
            CountDownLatch made = new CountDownLatch(1);
            AtomicReference<Thread> maker = new AtomicReference<>();
            busy.parallel(2, task -> {
                begun.countDown();
                await(begun);
                if (task == 0) {
                    maker.set(Thread.currentThread());
                    for (int i = 0; i < items; i++) {
                        stage.accept(item.begin(0, 0, i, 0, 0));
                    }
                    assertTrue(timed.get() > 0, "the queue holds more than the test makes");
                    made.countDown();
                } else {
                    await(made);
                }
            });
            stage.end(null);
            assertEquals(items, timed.get());
            assertSame(maker.get(), first.get());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(1, TimeUnit.MINUTES));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
