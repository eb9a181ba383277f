package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.core.dataflow.isos.IsOsWork;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random streams on random machines, against bounds that are computed from the items alone: not before the critical path
 * or the busiest resource allows, not after one thing after another would have been done.
 */
class IsoscelesBoundsTest {
    private static final int LATENCY = 30;
    private static final int BYTES_PER_CYCLE = 128;
    private static final int WIDTH = 16;

    /** Bounds of one segment. */
    private static final class Bounds implements WorkSink {
        final int lanes;
        final List<Long> earliestEnd = new ArrayList<>();
        final long[] front;
        final long[] back;
        long bytes;
        long products;
        long criticalPath;
        long serial;

        Bounds(int lanes) {
            this.lanes = lanes;
            front = new long[lanes];
            back = new long[lanes];
        }

        @Override
        public int accept(WorkItem item) {
            int[] counts = item.counts();
            int lane = item.place() % lanes;
            long shortest;
            long longest;
            switch (item.phase()) {
                case IsOsWork.FRONTEND -> {
                    shortest = Math.max(1, counts[IsOsWork.DISPATCH_STEPS]);
                    // alone, an item waits at most for its own words before it dispatches
                    longest = 2 * shortest + up(counts[IsOsWork.FILTER_BYTES], 1024);
                    front[lane] += shortest;
                }
                case IsOsWork.BACKEND -> {
                    long merge = up(counts[IsOsWork.MERGES], WIDTH);
                    back[lane] += merge;
                    shortest = merge + up(counts[IsOsWork.POST_OPS], WIDTH);
                    longest = shortest;
                }
                default -> {
                    boolean read = item.phase() != IsOsWork.STORE_OUTPUT && item.offChipBytes() > 0;
                    shortest = item.offChipBytes() / BYTES_PER_CYCLE + (read ? LATENCY : 0);
                    longest = shortest + 1;
                }
            }
            long start = 0;
            for (int k = 0; k < item.waitCount(); k++) {
                start = Math.max(start, earliestEnd.get(item.waitsFor()[k]));
            }
            // weights may be on chip already
            earliestEnd.add(item.phase() == IsOsWork.LOAD_WEIGHTS ? 0 : start + shortest);
            criticalPath = Math.max(criticalPath, earliestEnd.get(earliestEnd.size() - 1));
            serial += longest;
            bytes += item.offChipBytes();
            products += counts[IsOsWork.PRODUCTS];
            return earliestEnd.size() - 1;
        }

        long busiestLane() {
            long busiest = 0;
            for (int lane = 0; lane < lanes; lane++) {
                busiest = Math.max(busiest, Math.max(front[lane], back[lane]));
            }
            return busiest;
        }

        private static long up(long a, long b) {
            return (a + b - 1) / b;
        }
    }

    @Test
    void cyclesLieWithinTheBoundsOfTheItems() {
        TreeMap<String, Integer> bindingBounds = new TreeMap<>();
        for (long seed = 1; seed <= 60; seed++) {
            int lanes = (int) (1 + seed % 16);
            String scheduling = seed % 2 == 0 ? "deepest-first" : "oldest-wavefront";
            HandMade stream = RandomStreams.pipeline(seed, (int) (1 + seed % 5 * 8), (int) (1 + seed % 7 * 6));
            HardwareModel model =
                    HandMade.machine("lanes=" + lanes, "dram.latency=" + LATENCY + " ns", "scheduling=" + scheduling);
            MachineReport report = stream.run(model);
            long bytes = 0;
            long products = 0;
            for (int s = 0; s < 2; s++) {
                Bounds bounds = new Bounds(lanes);
                stream.feed(s, bounds);
                long cycles = report.segments().get(s).cycles();
                String where = "seed " + seed + ", segment " + s + ": " + cycles + " cycles";
                assertTrue(cycles >= bounds.criticalPath, where + ", critical path " + bounds.criticalPath);
                assertTrue(cycles >= bounds.busiestLane(), where + ", busiest lane " + bounds.busiestLane());
                assertTrue(cycles <= bounds.serial, where + ", one after another " + bounds.serial);
                bytes += bounds.bytes;
                products += bounds.products;
                long memory = bounds.bytes / BYTES_PER_CYCLE;
                String binding = memory > bounds.busiestLane() ? "memory" : "compute";
                bindingBounds.merge(binding, 1, Integer::sum);
                // a pipeline that is long enough comes near to the bound of its busiest resource
                long bound = Math.max(memory, Math.max(bounds.busiestLane(), bounds.criticalPath));
                assertTrue(cycles <= 2 * bound + 200, where + ", bound " + bound);
            }
            assertEquals(bytes, report.offChipBytes(), "seed " + seed);
            assertEquals(products, report.activity().get(0).count(), "seed " + seed);
            assertTrue(report.cycles() >= bytes / BYTES_PER_CYCLE, "seed " + seed);
        }
        assertTrue(
                bindingBounds.size() == 2 && bindingBounds.values().stream().allMatch(n -> n >= 20),
                "" + bindingBounds);
    }

    @Test
    void tightQueuesSlowDownButDoNotBlock() {
        for (long seed = 1; seed <= 20; seed++) {
            HandMade roomy = RandomStreams.pipeline(seed, 1, 4);
            HandMade tight = RandomStreams.pipelineWithQueues(seed, 1, 4, 150);
            HardwareModel model = HandMade.machine("lanes=12");
            long fast = roomy.run(model).cycles();
            long slow = tight.run(model, SimulationListener.NONE).cycles();
            assertTrue(slow > fast, "seed " + seed + ": " + slow + " cycles with tight queues, " + fast + " without");
        }
    }
}
