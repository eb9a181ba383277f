package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Network;
import dev.isos.api.plan.Segment;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Random comings and goings in the queues of one lane. */
class LaneQueuesTest {
    private static final long MEMORY = 1000;
    private static final int[] SURE = {300, 200, 100};

    @Test
    void spaceIsGivenInOrderAndNeverMoreThanThereIs(TestReporter reporter) {
        long seed = Long.getLong("isos.seed", 20261126);
        reporter.publishEntry("seed", Long.toString(seed));
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        int beyond = 0;
        for (int number = 0; number < 200; number++) {
            int count = 60;
            SegmentItems items = items(random, count);
            LaneQueues queues = queues(items);
            List<Integer> notReady = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                notReady.add(i);
            }
            List<Integer> inside = new ArrayList<>();
            long[] used = new long[3];
            long[] rank = {-1, -1, -1};
            int admitted = 0;
            while (admitted < count || !inside.isEmpty()) {
                if (!notReady.isEmpty() && random.nextBoolean()) {
                    queues.ready(notReady.remove(random.nextInt(notReady.size())));
                } else if (!inside.isEmpty()) {
                    int gone = inside.remove(random.nextInt(inside.size()));
                    queues.release(gone, null, false);
                    used[items.tensor[gone]] -= items.held[gone];
                }
                for (int queue = 0; queue < 3; queue++) {
                    for (int got = queues.admit(queue, null, false); got >= 0; got = queues.admit(queue, null, false)) {
                        assertEquals(queue, items.tensor[got]);
                        assertTrue(items.rank(got) >= rank[queue], "seed " + seed + ": out of order");
                        rank[queue] = items.rank(got);
                        used[queue] += items.held[got];
                        inside.add(got);
                        admitted++;
                    }
                }
                long all = used[0] + used[1] + used[2];
                assertTrue(all <= MEMORY, "seed " + seed + ", case " + number + ": " + all + " bytes");
                // what a tensor is sure of stays free for it
                long reserved = 0;
                for (int queue = 0; queue < 3; queue++) {
                    reserved += Math.max(used[queue], SURE[queue]);
                    beyond += used[queue] > SURE[queue] ? 1 : 0;
                }
                assertTrue(reserved <= MEMORY, "seed " + seed + ", case " + number + ": " + reserved + " bytes");
                refused += notReady.isEmpty() && admitted < count ? 1 : 0;
            }
            assertTrue(queues.allEmpty());
        }
        assertTrue(refused > 100 && beyond > 100, refused + " refused, " + beyond + " beyond what they are sure of");
    }

    private static final HandMade PLAN = new HandMade(3);

    static {
        PLAN.segment(0, 1, 2).buffer(0, SURE[0]).buffer(1, SURE[1]).buffer(2, SURE[2]);
    }

    private static Segment segment() {
        return PLAN.request(SimulationListener.NONE).plan().segments().get(0);
    }

    private static IsoscelesModel model() {
        return (IsoscelesModel) HandMade.machine("lanes=1", "queues=" + MEMORY + " B");
    }

    private static SegmentItems items(SplittableRandom random, int count) {
        return items(count, (item, i) -> {
            int layer = random.nextInt(3);
            item.begin(IsOsSchema.BACKEND, layer, random.nextInt(12), random.nextInt(3), 0)
                    .holds(layer, random.nextInt(1, 90));
        });
    }

    private static SegmentItems items(int count, ObjIntConsumer<WorkItem> fill) {
        SegmentItems items = new SegmentItems(model(), IsOsSchema.SCHEMA, 3);
        items.begin(0, segment());
        WorkItem item = new WorkItem(IsOsSchema.SCHEMA);
        for (int i = 0; i < count; i++) {
            fill.accept(item, i);
            items.accept(item);
        }
        items.end();
        return items;
    }

    private static LaneQueues queues(SegmentItems items) {
        Network network = PLAN.request(SimulationListener.NONE).network();
        LaneQueues queues = new LaneQueues(model(), network, items);
        queues.begin(segment());
        return queues;
    }

    /** Of three fibers of 250 bytes two fit what their tensor is sure of, 300 bytes, and the pool of 400. */
    @Test
    void anotherImageLeavesThePoolToWhoWaitsForIt() {
        SegmentItems fibers = items(3, (item, i) -> fiber(item, i, 250));
        LaneQueues running = queues(fibers);
        LaneQueues next = queues(items(2, (item, i) -> fiber(item, i, 90)));
        next.yieldToRunning();
        IntStream.range(0, 2).forEach(next::ready);
        IntStream.range(0, 2).forEach(running::ready);
        assertEquals(0, running.admit(0, null, false));
        assertEquals(1, running.admit(0, null, false));
        assertEquals(0, next.admit(0, running, true), "200 bytes that nobody waits for");
        running.ready(2);
        assertEquals(-1, running.admit(0, null, false));
        assertEquals(-1, next.admit(0, running, true), "110 bytes, too few for the fiber that waits");
        running.release(0, null, false);
        assertEquals(2, running.admit(0, null, false));
        assertEquals(1, next.admit(0, running, true));
    }

    private static void fiber(WorkItem item, int step, int bytes) {
        item.begin(IsOsSchema.LOAD_INPUT, 0, step, 0, 0).holds(0, bytes);
    }

    /** One segment comes to its end while the next one fills the queues: first beside it, then in what it leaves. */
    @Test
    void twoSegmentsHoldNoMoreThanThereIs(TestReporter reporter) {
        long seed = Long.getLong("isos.seed", 20261127);
        reporter.publishEntry("seed", Long.toString(seed));
        SplittableRandom random = new SplittableRandom(seed);
        int waited = 0;
        for (int number = 0; number < 200; number++) {
            SegmentItems running = items(random, 40);
            SegmentItems next = items(random, 60);
            LaneQueues before = queues(running);
            LaneQueues queues = queues(next);
            List<Integer> outputs = new ArrayList<>();
            List<Integer> loaded = new ArrayList<>();
            IntStream.range(0, 40).forEach(before::ready);
            IntStream.range(0, 60).forEach(queues::ready);
            int left = 40;
            boolean loadsAhead = true;
            while (left > 0 || !outputs.isEmpty() || !loaded.isEmpty()) {
                for (int queue = 0; queue < 3; queue++) {
                    for (int got = before.admit(queue, null, false); got >= 0; got = before.admit(queue, null, false)) {
                        outputs.add(got);
                        left--;
                    }
                    LaneQueues first = outputs.isEmpty() && left == 0 ? null : before;
                    loadsAhead &= left > 0;
                    for (int got = queues.admit(queue, first, loadsAhead);
                            got >= 0;
                            got = queues.admit(queue, first, loadsAhead)) {
                        loaded.add(got);
                    }
                }
                long all = held(running, outputs) + held(next, loaded);
                assertTrue(all <= MEMORY, "seed " + seed + ", case " + number + ": " + all + " bytes");
                waited += !loadsAhead && !outputs.isEmpty() && all > MEMORY - 90 ? 1 : 0;
                if (!outputs.isEmpty() && (loaded.isEmpty() || random.nextBoolean())) {
                    before.release(outputs.remove(random.nextInt(outputs.size())), null, false);
                } else if (!loaded.isEmpty()) {
                    LaneQueues first = outputs.isEmpty() && left == 0 ? null : before;
                    queues.release(loaded.remove(random.nextInt(loaded.size())), first, loadsAhead && first != null);
                }
            }
            assertTrue(before.allEmpty() && queues.allEmpty());
        }
        assertTrue(waited > 100, () -> "full with outputs and the next segment: too rarely");
    }

    private static long held(SegmentItems items, List<Integer> inside) {
        return inside.stream().mapToLong(item -> items.held[item]).sum();
    }
}
