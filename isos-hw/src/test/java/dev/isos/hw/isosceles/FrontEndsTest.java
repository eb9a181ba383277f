package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.core.wavefront.IsOsSchema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The event-driven front end of a lane against one that divides and multiplies anew in every cycle, with real numbers. */
class FrontEndsTest {
    private static final int LAYERS = 4;

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

    /** The same cycle by cycle. */
    private static long[] slow(IsoscelesModel model, Stream stream) {
        long[] ends = new long[stream.layer.length];
        List<Deque<Integer>> queues = new ArrayList<>();
        double[] weight = new double[LAYERS];
        double[] done = new double[LAYERS];
        double[] left = new double[LAYERS];
        double[] all = new double[LAYERS];
        for (int d = 0; d < LAYERS; d++) {
            queues.add(new ArrayDeque<>());
            for (int i = 0; i < ends.length; i++) {
                all[d] += stream.layer[i] == d ? stream.vectors[i] : 0;
            }
            weight[d] = model.staticScheduling ? Math.max(1, all[d]) : 1;
        }
        double total = Math.max(1, Arrays.stream(all).sum());
        int open = ends.length;
        int next = 0;
        for (long cycle = 0; open > 0; cycle++) {
            for (; next < ends.length && stream.ready[next] == cycle; next++) {
                int d = stream.layer[next];
                queues.get(d).add(next);
                if (queues.get(d).size() == 1) {
                    left[d] = work(stream, next);
                }
            }
            if (cycle > 0 && cycle % model.schedulingPeriodCycles == 0 && !model.staticScheduling) {
                for (int d = 0; d < LAYERS; d++) {
                    double waiting = 0;
                    for (int item : queues.get(d)) {
                        boolean first = item == queues.get(d).element();
                        waiting += stream.vectors[item] == 0 ? 0 : first ? left[d] : stream.vectors[item];
                    }
                    // those that became ready in this very cycle were not asked for in the period before
                    for (int i = 0; i < next; i++) {
                        waiting -= stream.ready[i] == cycle && stream.layer[i] == d ? stream.vectors[i] : 0;
                    }
                    weight[d] = Math.max(1, Math.floor(done[d] + waiting + 1e-4));
                    done[d] = 0;
                }
            }
            double[] rate = rates(model, stream, queues, weight, all, total);
            for (int d = 0; d < LAYERS; d++) {
                if (rate[d] > 0) {
                    int item = queues.get(d).element();
                    done[d] += stream.vectors[item] == 0 ? 0 : Math.min(left[d], rate[d]);
                    left[d] -= rate[d];
                    if (left[d] <= 1e-4) {
                        ends[queues.get(d).remove()] = cycle + 1;
                        open--;
                        left[d] = queues.get(d).isEmpty() ? 0 : work(stream, queues.get(d).element());
                    }
                }
            }
        }
        return ends;
    }

    private static double work(Stream stream, int item) {
        return stream.vectors[item] == 0 ? stream.elements[item] : stream.vectors[item];
    }

    /** Water-filling: all get their share of what is left, but none more than its elements bring or its static share. */
    private static double[] rates(
            IsoscelesModel model, Stream stream, List<Deque<Integer>> queues, double[] weight, double[] all, double total) {
        double[] rate = new double[LAYERS];
        double[] limit = new double[LAYERS];
        boolean[] settled = new boolean[LAYERS];
        for (int d = 0; d < LAYERS; d++) {
            Integer item = queues.get(d).peek();
            settled[d] = item == null || stream.vectors[item] == 0;
            if (item != null && stream.vectors[item] == 0) {
                rate[d] = 1;
            } else if (item != null) {
                double share = model.staticScheduling
                        ? model.processingElements * all[d] / total
                        : model.processingElements;
                limit[d] = Math.min(share, (double) stream.vectors[item] / stream.elements[item]);
            }
        }
        double left = model.processingElements;
        for (int round = 0; round <= LAYERS; round++) {
            double weights = 0;
            for (int d = 0; d < LAYERS; d++) {
                weights += settled[d] ? 0 : weight[d];
            }
            double spent = 0;
            for (int d = 0; d < LAYERS; d++) {
                if (!settled[d]) {
                    rate[d] = left * weight[d] / weights;
                    if (limit[d] <= rate[d] + 1e-9) {
                        rate[d] = limit[d];
                        settled[d] = true;
                        spent += limit[d];
                    }
                }
            }
            left -= spent;
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
            for (int i = 0; i < fast.length; i++) {
                // fixed point rounds rates down and weights to whole vectors
                long bound = 2 + slow[i] / 50;
                assertTrue(
                        Math.abs(fast[i] - slow[i]) <= bound,
                        "seed " + seed + ", case " + number + ", item " + i + ": ends in " + fast[i] + ", twin " + slow[i]
                                + ", " + model.spec() + ", " + stream);
            }
            shared += fast.length > 1 ? 1 : 0;
        }
        assertTrue(shared > 300);
    }
}
