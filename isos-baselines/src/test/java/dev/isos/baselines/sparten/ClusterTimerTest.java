package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.random.SplitMix;
import dev.isos.api.workload.Workload;
import dev.isos.baselines.sparten.SparTenHarness.Item;
import dev.isos.testkit.RandomWorkloads;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class ClusterTimerTest {
    @Test
    void unitsWaitForTheSlowestWithSlack() {
        // unit 0 takes 5 cycles for the first chunk, unit 1 one cycle for each
        int[][] work = {{5, 1}, {1, 1}, {1, 1}, {1, 1}};
        assertArrayEquals(new int[] {5, 6, 7, 8}, timed(2, 0, new int[4], work));
        assertArrayEquals(new int[] {5, 6, 7, 8}, timed(2, 2, new int[4], work));

        // the last chunk is long for unit 1: without slack it waits for unit 0, with two chunks it starts in cycle 3
        int[][] late = {{5, 1}, {1, 1}, {1, 1}, {1, 9}};
        assertArrayEquals(new int[] {5, 6, 7, 16}, timed(2, 0, new int[4], late));
        assertArrayEquals(new int[] {5, 6, 7, 14}, timed(2, 2, new int[4], late));
        assertArrayEquals(new int[] {5, 6, 7, 12}, timed(2, 3, new int[4], late));
    }

    @Test
    void operandsThatArriveLateAreWaitedFor() {
        assertArrayEquals(new int[] {103, 203, 206}, timed(1, 2, new int[] {100, 200, 150}, new int[][] {{3}, {3}, {3}
        }));
    }

    @Test
    void equalsTheCycleSteppedTwin(TestReporter reporter) {
        long seed = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(seed));
        SplitMix random = new SplitMix(seed);
        for (int i = 0; i < 500; i++) {
            int units = random.between(1, 9);
            int chunks = random.between(1, 40);
            int slack = random.between(0, 4);
            int longest = random.oneOf(1, 3, 20);
            int[] ready = new int[chunks];
            int[][] work = new int[chunks][units];
            for (int chunk = 0; chunk < chunks; chunk++) {
                ready[chunk] = random.chance(0.3) ? random.between(0, chunks * longest) : 0;
                for (int unit = 0; unit < units; unit++) {
                    work[chunk][unit] = random.between(0, longest);
                }
            }
            assertArrayEquals(
                    new ClusterTwin(units, slack, ready, work).run(),
                    timed(units, slack, ready, work),
                    "case " + i + " of seed " + seed);
        }
    }

    @Test
    void equalsTheTwinOnTheItemsOfRealLayers(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        SparTenModel model = SparTenHarness.model("clusters=2", "units=4");
        for (long seed = first; seed < first + 30; seed++) {
            Workload workload = RandomWorkloads.layer(seed);
            List<Item> items = SparTenHarness.run(workload, model).items();
            for (int cluster = 0; cluster < 2; cluster++) {
                int place = cluster;
                int[][] work = items.stream()
                        .filter(i -> i.phase() == SparTenWork.JOIN && i.place() == place)
                        .map(i -> java.util.Arrays.copyOfRange(
                                i.counts(), SparTenWork.UNIT_STEPS, SparTenWork.UNIT_STEPS + 4))
                        .toArray(int[][]::new);
                int[] ready = new int[work.length];
                assertArrayEquals(new ClusterTwin(4, 2, ready, work).run(), timed(4, 2, ready, work), "seed " + seed);
            }
        }
    }

    @Test
    void clustersRunIndependentlyAndCountTheirWork() {
        ClusterTimer timer = new ClusterTimer(2, 2, 2);
        assertEquals(7, timer.broadcast(0, 0, new int[] {7, 2}, 0));
        assertEquals(3, timer.broadcast(1, 0, new int[] {0, 3, 1}, 1));
        assertEquals(8, timer.broadcast(0, 0, new int[] {1, 1}, 0));
        assertEquals(8, timer.busiest());
        assertEquals(7 + 2 + 3 + 1 + 1 + 1, timer.totalBusy());
    }

    /** End of each chunk on the second of two clusters. */
    private static int[] timed(int units, int slack, int[] ready, int[][] work) {
        ClusterTimer timer = new ClusterTimer(2, units, slack);
        int[] ends = new int[work.length];
        for (int chunk = 0; chunk < work.length; chunk++) {
            ends[chunk] = timer.broadcast(1, ready[chunk], work[chunk], 0);
        }
        return ends;
    }
}
