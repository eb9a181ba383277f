package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The event-driven front end of a lane against one that divides and multiplies anew in every cycle: equal to the cycle. */
class FrontEndsTest {
    private static final int LAYERS = 4;

    /** A vector in the fixed point of the machine. */
    private static final long VECTOR = 1 << 20;

    /** Items of one lane: layer, elements, vectors, cycle in which each becomes ready. */
    private record Stream(int[] layer, int[] elements, int[] vectors, int[] ready) {
        @Override
        public String toString() {
            return "layers " + Arrays.toString(layer) + ", elements " + Arrays.toString(elements) + ", vectors "
                    + Arrays.toString(vectors) + ", ready " + Arrays.toString(ready);
        }

        static Stream random(SplittableRandom random) {
            int count = random.nextInt(1, 40);
            Stream stream = new Stream(new int[count], new int[count], new int[count], new int[count]);
            int cycle = 0;
            for (int i = 0; i < count; i++) {
                stream.layer[i] = random.nextInt(LAYERS);
                stream.elements[i] = random.nextInt(1, 30);
                stream.vectors[i] = random.nextInt(4) == 0 ? 0 : random.nextInt(0, 200);
                cycle += random.nextInt(3) == 0 ? random.nextInt(0, 60) : 0;
                stream.ready[i] = cycle;
            }
            return stream;
        }
    }

    /** Ends of all items by the class under test. */
    private static long[] fast(IsoscelesModel model, Stream stream) {
        HandMade plan = new HandMade(LAYERS);
        plan.segment(0, 1, 2, 3);
        RunRequest request = plan.request(SimulationListener.NONE);
        SegmentItems items = new SegmentItems(model, IsOsSchema.SCHEMA, LAYERS);
        items.begin(0, request.plan().segments().get(0));
        WorkItem item = new WorkItem(IsOsSchema.SCHEMA);
        for (int i = 0; i < stream.layer.length; i++) {
            items.accept(item.begin(IsOsSchema.FRONTEND, stream.layer[i], i, 0, 0)
                    .count(IsOsSchema.ELEMENTS, stream.elements[i])
                    .count(IsOsSchema.VECTORS, stream.vectors[i]));
        }
        FrontEnds frontEnds = new FrontEnds(model);
        frontEnds.begin(items, 0);
        long[] ends = new long[stream.layer.length];
        int next = 0;
        int left = ends.length;
        while (left > 0) {
            long ready = next < ends.length ? stream.ready[next] : Long.MAX_VALUE;
            long now = Math.min(ready, frontEnds.scheduled(0));
            List<Integer> ended = new ArrayList<>();
            frontEnds.advance(0, now, (number, start) -> ended.add(number));
            for (int number : ended) {
                ends[number] = now;
                left--;
            }
            while (next < ends.length && stream.ready[next] == now) {
                frontEnds.add(next++);
            }
            frontEnds.divide(0);
        }
        assertEquals(Arrays.stream(stream.vectors).sum(), frontEnds.doneVectors());
        return ends;
    }

    /** One layer's stream, cycle by cycle. */
    private static final class SlowStream {
        final Deque<Integer> items = new ArrayDeque<>();
        final Stream of;
        long weight = 1;
        long done;
        long left;

        /** Elements of the item at work that were not read ahead, and since when they are read. */
        long toRead;

        long opened;

        SlowStream(Stream of) {
            this.of = of;
        }

        void open(long cycle, long ahead) {
            int item = items.element();
            opened = cycle;
            toRead = Math.max(1, of.elements[item] - ahead);
            left = VECTOR * (hasVectors() ? of.vectors[item] : toRead);
        }

        boolean hasVectors() {
            return !items.isEmpty() && of.vectors[items.element()] > 0;
        }

        long waiting() {
            long vectors = hasVectors() ? left : 0;
            for (int item : items) {
                vectors += item == items.element() ? 0 : of.vectors[item] * VECTOR;
            }
            return vectors;
        }

        /** As many vectors as one element per cycle brings. */
        long limit() {
            return (of.vectors[items.element()] * VECTOR + toRead - 1) / toRead;
        }

        /** One cycle; returns the item that ends with it, or -1. */
        int step(long cycle, long rate) {
            boolean vectors = hasVectors();
            long used = Math.min(left, rate);
            left -= used;
            done += vectors ? used : 0;
            if (left > 0) {
                return -1;
            }
            int ended = items.remove();
            if (!items.isEmpty()) {
                // read since the last element of the one before, by as many fetchers as there are
                long since = Math.max(opened + toRead, of.ready[items.element()]);
                open(cycle + 1, Math.max(0, Math.min(IsoscelesModel.FILTER_FETCHERS, cycle + 1 - since)));
                if (vectors && hasVectors()) {
                    long more = Math.min(rate - used, left - 1);
                    left -= more;
                    done += more;
                }
            }
            return ended;
        }
    }

    /** The same cycle by cycle. */
    private static long[] slow(IsoscelesModel model, Stream stream) {
        long[] ends = new long[stream.layer.length];
        long[] all = new long[LAYERS];
        List<SlowStream> streams = new ArrayList<>();
        for (int d = 0; d < LAYERS; d++) {
            streams.add(new SlowStream(stream));
            for (int i = 0; i < ends.length; i++) {
                all[d] += stream.layer[i] == d ? stream.vectors[i] : 0;
            }
            streams.get(d).weight = model.scheduler.keepsToShares() ? Math.max(1, all[d]) : 1;
        }
        int open = ends.length;
        int next = 0;
        for (long cycle = 0; open > 0; cycle++) {
            if (cycle > 0 && cycle % model.schedulingPeriodCycles == 0 && !model.scheduler.keepsToShares()) {
                for (SlowStream one : streams) {
                    one.weight = Math.max(1, (one.done + one.waiting()) / VECTOR);
                    one.done = 0;
                }
            }
            for (; next < ends.length && stream.ready[next] == cycle; next++) {
                SlowStream one = streams.get(stream.layer[next]);
                one.items.add(next);
                if (one.items.size() == 1) {
                    one.open(cycle, 0);
                }
            }
            long[] rate = rates(model, streams, all);
            for (int d = 0; d < LAYERS; d++) {
                int ended = streams.get(d).items.isEmpty() ? -1 : streams.get(d).step(cycle, rate[d]);
                if (ended >= 0) {
                    ends[ended] = cycle + 1;
                    open--;
                }
            }
        }
        return ends;
    }

    /** All get their share of what is left, but none more than its elements bring or its static share. */
    private static long[] rates(IsoscelesModel model, List<SlowStream> streams, long[] all) {
        long[] rate = new long[LAYERS];
        long[] limit = new long[LAYERS];
        List<Integer> unsettled = new ArrayList<>();
        long capacity = model.processingElements * VECTOR;
        double total = Math.max(1, Arrays.stream(all).sum());
        for (int d = 0; d < LAYERS; d++) {
            if (streams.get(d).hasVectors()) {
                long share = model.scheduler.keepsToShares()
                        ? Math.max(1, (long) (capacity * (double) all[d] / total))
                        : capacity;
                limit[d] = Math.min(share, streams.get(d).limit());
                unsettled.add(d);
            } else {
                rate[d] = VECTOR;
            }
        }
        long left = capacity;
        for (boolean changed = true; changed; ) {
            long weights =
                    unsettled.stream().mapToLong(d -> streams.get(d).weight).sum();
            long spent = 0;
            List<Integer> still = new ArrayList<>();
            for (int d : unsettled) {
                rate[d] = Math.max(1, (long) ((double) left * streams.get(d).weight / weights));
                if (limit[d] <= rate[d]) {
                    rate[d] = limit[d];
                    spent += limit[d];
                } else {
                    still.add(d);
                }
            }
            changed = still.size() < unsettled.size();
            unsettled = still;
            left = Math.max(0, left - spent);
        }
        return rate;
    }

    @Test
    void agreesWithTheSlowTwin(TestReporter reporter) {
        long seed = Long.getLong("isos.seed", 20261126);
        reporter.publishEntry("seed", Long.toString(seed));
        SplittableRandom random = new SplittableRandom(seed);
        int shared = 0;
        for (int number = 0; number < 400; number++) {
            IsoscelesModel model = (IsoscelesModel) HandMade.machine(
                    "processingElements=" + random.nextInt(1, 17),
                    "schedulingPeriod=" + random.nextInt(1, 200),
                    "scheduling=" + (random.nextInt(4) == 0 ? "static" : "proportional"));
            Stream stream = Stream.random(random);
            long[] fast = fast(model, stream);
            long[] slow = slow(model, stream);
            assertArrayEquals(slow, fast, "seed " + seed + ", case " + number + ", " + model.spec() + ", " + stream);
            shared += fast.length > 1 ? 1 : 0;
        }
        assertTrue(shared > 300);
    }

    /** Items of one layer, all ready at the beginning, with a vector for each element or none. */
    private static long[] ends(int streamElements, boolean vectors, int... elements) {
        IsoscelesModel model =
                (IsoscelesModel) HandMade.machine("processingElements=8", "streamElements=" + streamElements);
        int[] none = new int[elements.length];
        return fast(model, new Stream(none, elements, vectors ? elements : none, none));
    }

    /** A stream that has read the last element of an item goes on with the next one in the same cycle. */
    @Test
    void severalItemsMayEndInACycle() {
        for (boolean vectors : new boolean[] {true, false}) {
            assertArrayEquals(new long[] {1, 2, 3, 4, 5}, ends(1, vectors, 1, 1, 1, 1, 1));
            assertArrayEquals(new long[] {1, 1, 2, 2, 3}, ends(2, vectors, 1, 1, 1, 1, 1));
            assertArrayEquals(new long[] {1, 1, 1, 2, 2}, ends(3, vectors, 1, 1, 1, 1, 1));
            assertArrayEquals(new long[] {2, 2, 3, 4, 5, 5}, ends(2, vectors, 3, 1, 2, 2, 1, 1));
        }
    }

    /** Three elements of three vectors each in a cycle would take nine processing elements; there are eight. */
    @Test
    void itemsOfACycleShareTheProcessingElements() {
        IsoscelesModel model = (IsoscelesModel) HandMade.machine("processingElements=8", "streamElements=3");
        int[] none = new int[8];
        int[] ones = {1, 1, 1, 1, 1, 1, 1, 1};
        int[] threes = {3, 3, 3, 3, 3, 3, 3, 3};
        assertArrayEquals(new long[] {1, 1, 2, 2, 2, 3, 3, 3}, fast(model, new Stream(none, ones, threes, none)));
    }
}
