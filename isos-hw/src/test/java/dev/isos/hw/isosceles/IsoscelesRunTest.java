package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.core.dataflow.isos.IsOsWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Expected cycles are worked out by hand: 128 bytes per cycle, latency 10, 16 slots, merge and post-op width 16. */
class IsoscelesRunTest {
    private static final HardwareModel MACHINE = HandMade.machine("dram.latency=10 ns", "filterBankWidth=16 B");

    /** Writes down what occupied the tracks. */
    private static final class Slices implements SimulationListener {
        final List<String> list = new ArrayList<>();

        @Override
        public boolean wantsSlices() {
            return true;
        }

        @Override
        public void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {
            list.add(track + " " + layer + " " + phase + " " + startCycle + ".." + endCycle);
        }
    }

    private static HandMade twoLayers() {
        HandMade stream = new HandMade(2);
        HandMade.Part part = stream.segment(0, 1).buffer(-1, 256).buffer(0, 80).buffer(1, 80);
        int w0 = part.weights(0, 0, 256);
        int w1 = part.weights(1, 0, 256);
        int i0 = part.input(0, -1, 0, 0, 128, 128);
        int i1 = part.input(0, -1, 1, 0, 128, 128);
        // 30 bytes take less than the task itself
        int f00 = part.filteredFront(0, 0, 0, 64, 0, 30, 40, w0, i0);
        int b00 = part.back(0, 0, 0, 32, 16, 40, f00);
        int f01 = part.front(0, 1, 0, 64, w0, i1, f00);
        int b01 = part.back(0, 1, 0, 32, 16, 40, f01);
        int f10 = part.front(1, 0, 0, 16, w1, b00);
        int b10 = part.back(1, 0, 0, 16, 16, 40, f10);
        int f11 = part.front(1, 1, 0, 16, w1, b01, f10);
        int b11 = part.back(1, 1, 0, 16, 16, 40, f11);
        part.store(1, 0, 0, 64, b10);
        part.store(1, 1, 0, 64, b11);
        return stream;
    }

    @Test
    void twoLayersInAPipeline() {
        Slices slices = new Slices();
        MachineReport report = twoLayers().run(MACHINE, slices);
        assertEquals(
                List.of(
                        "dram/read 0 load-weights 0..2",
                        "dram/read 0 load-input 2..3",
                        "dram/read 0 load-input 3..4",
                        "dram/read 1 load-weights 4..6",
                        "lane 0/frontend 0 frontend 13..17",
                        "filter buffer/port 0 frontend 13..14",
                        "lane 0/frontend 0 frontend 17..21",
                        "lane 0/backend 0 backend 17..19",
                        "lane 0/post-op 0 backend 19..20",
                        "lane 0/frontend 1 frontend 21..22",
                        "lane 0/backend 0 backend 21..23",
                        "lane 0/backend 1 backend 23..24",
                        "lane 0/post-op 0 backend 23..24",
                        "lane 0/frontend 1 frontend 24..25",
                        "lane 0/post-op 1 backend 24..25",
                        "lane 0/backend 1 backend 25..26",
                        "dram/write 1 store-output 25..26",
                        "lane 0/post-op 1 backend 26..27",
                        "dram/write 1 store-output 27..28"),
                slices.list);
        assertEquals(28, report.cycles());
        assertEquals(
                new MachineReport.SegmentTiming(28, 10, 8), report.segments().get(0));
        assertEquals(new MachineReport.LayerTiming(13, 24, 8), report.layers().get(0));
        assertEquals(new MachineReport.LayerTiming(21, 27, 2), report.layers().get(1));
        assertEquals(2 * 256 + 2 * 128 + 2 * 64, report.offChipBytes());
    }

    @Test
    void activityIsCounted() {
        MachineReport report = twoLayers().run(MACHINE);
        assertEquals(
                List.of(
                        new ActivityCount("macs", "multiply-accumulate", 160),
                        new ActivityCount("mergeAdders", "add", 96),
                        new ActivityCount("mergeComparators", "compare", 96),
                        new ActivityCount("postOpUnits", "operation", 64),
                        new ActivityCount("filterBuffer", "read", 32),
                        new ActivityCount("filterBuffer", "write", 512),
                        new ActivityCount("filterRegisters", "read", 30),
                        new ActivityCount("filterRegisters", "write", 30),
                        new ActivityCount("contextMemory", "read", 160 * 4 + 4 * 2 + 96 * 4 + 128),
                        new ActivityCount("contextMemory", "write", 160 * 4 + 256 + 4 * 40),
                        new ActivityCount("dram", "read", 768),
                        new ActivityCount("dram", "write", 128)),
                report.activity());
    }

    @Test
    void theFrontEndIsBoundBySlotsBanksAndPort() {
        // alone: 33 chunks in 16 slots take 3 cycles; 7 accumulations into one bank take 7; 9 * 1024 bytes take 9
        assertEquals(10 + 1 + 3, cyclesOfOneFront(33, 2, 0));
        assertEquals(10 + 1 + 7, cyclesOfOneFront(33, 7, 0));
        // with nobody to ask what can be dispatched before, all of it begins in the cycle of the last word
        assertEquals(10 + 1 + 8 + 3, cyclesOfOneFront(33, 3, 9 * 1024));
        assertEquals(10 + 1 + 9 + 3, cyclesOfOneFront(33, 3, 9 * 1024 + 1));
        assertEquals(10 + 1 + 8 + 7, cyclesOfOneFront(33, 7, 9 * 1024));
        assertEquals(10 + 1 + 1, cyclesOfOneFront(0, 0, 0), "a task takes a cycle even if nothing is effectual");
    }

    private static long cyclesOfOneFront(int chunks, int busiest, int filterBytes) {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0).buffer(-1, 128);
        int input = part.input(0, -1, 0, 0, 128, 128);
        part.filteredFront(0, 0, 0, chunks, busiest, filterBytes, filterBytes, input);
        return stream.run(MACHINE).cycles();
    }

    @Test
    void anInputWaitsUntilTheQueueHasRoom() {
        // capacity for one fiber: the second is read when the first has been used, in cycle 1 + 10 + 4
        assertEquals(List.of("0..1", "15..16"), readsWithCapacity(199));
        assertEquals(List.of("0..1", "1..2"), readsWithCapacity(200));
        // larger than its queue: goes alone
        assertEquals(List.of("0..1", "15..16"), readsWithCapacity(1));
    }

    private static List<String> readsWithCapacity(int capacity) {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0).buffer(-1, capacity);
        int first = part.input(0, -1, 0, 0, 128, 100);
        int second = part.input(0, -1, 1, 0, 128, 100);
        part.front(0, 0, 0, 64, first);
        part.front(0, 1, 0, 64, second);
        Slices slices = new Slices();
        stream.run(MACHINE, slices);
        return slices.list.stream()
                .filter(s -> s.startsWith("dram"))
                .map(s -> s.substring(s.lastIndexOf(' ') + 1))
                .toList();
    }

    @Test
    void aProducerWaitsUntilItsConsumerHasFreedTheQueue() {
        HandMade stream = new HandMade(2);
        HandMade.Part part = stream.segment(0, 1).buffer(0, 50);
        int b0 = part.back(0, 0, 0, 16, 0, 50);
        int b1 = part.back(0, 1, 0, 16, 0, 50);
        int f0 = part.front(1, 0, 0, 160, b0);
        part.front(1, 1, 0, 160, b1, f0);
        Slices slices = new Slices();
        assertEquals(1 + 10 + 1 + 10, stream.run(MACHINE, slices).cycles());
        assertTrue(slices.list.contains("lane 0/backend 0 backend 11..12"), slices.list.toString());
    }

    @Test
    void queuesAreSharedByTheRowsOfALaneInTheOrderOfWavefronts() {
        // rows 0 and 64 share lane 0; row 0 is ready for column 1 long before row 64 has its column 0
        HandMade stream = new HandMade(2);
        HandMade.Part part = stream.segment(0, 1).buffer(0, 100);
        int slow = part.front(0, 0, 1, 1600);
        int a0 = part.back(0, 0, 0, 16, 0, 50);
        int b0 = part.back(0, 0, 64, 16, 0, 50, slow);
        int a1 = part.back(0, 1, 0, 16, 0, 50);
        int b1 = part.back(0, 1, 64, 16, 0, 50);
        // every use needs both rows, so row 0's column 1 in row 64's place would block all
        int use = part.front(1, 0, 0, 16, a0, b0);
        part.front(1, 1, 0, 16, a1, b1, use);
        assertEquals(100 + 1 + 1 + 1 + 1 + 1, stream.run(MACHINE).cycles());
    }

    @Test
    void depthOrAgeDecidesWhatStartsFirst() {
        assertEquals(List.of(1, 1, 0, 0), layersInOrder("deepest-first"));
        assertEquals(List.of(1, 0, 1, 0), layersInOrder("oldest-wavefront"));
        assertEquals(List.of(0, 1, 0, 1), layersInOrder("round-robin"));
    }

    @Test
    void aFrontEndMayPreferFiltersThatAreBeingMulticast() {
        assertEquals("lane 1/frontend 1 frontend 0..1", firstOfLaneOne("deepest-first"));
        assertEquals("lane 1/frontend 0 frontend 0..2", firstOfLaneOne("multicast-first"));
    }

    private static String firstOfLaneOne(String scheduling) {
        HandMade stream = new HandMade(2);
        HandMade.Part part = stream.segment(0, 1);
        part.filteredFront(0, 0, 0, 16, 0, 2048, 2048);
        part.filteredFront(0, 0, 1, 16, 0, 2048, 2048);
        part.front(1, 0, 1, 16);
        Slices slices = new Slices();
        stream.run(HandMade.machine("scheduling=" + scheduling, "filterBankWidth=16 B"), slices);
        return slices.list.stream()
                .filter(s -> s.startsWith("lane 1/"))
                .findFirst()
                .orElseThrow();
    }

    private static List<Integer> layersInOrder(String scheduling) {
        HandMade stream = new HandMade(2);
        HandMade.Part part = stream.segment(0, 1);
        for (int step = 1; step >= 0; step--) {
            part.front(0, step, 0, 16);
            part.front(1, step, 0, 16);
        }
        List<Integer> layers = new ArrayList<>();
        stream.run(HandMade.machine("scheduling=" + scheduling), new SimulationListener() {
            @Override
            public boolean wantsSlices() {
                return true;
            }

            @Override
            public void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {
                assertEquals(layers.size(), startCycle);
                layers.add(layer);
            }
        });
        return layers;
    }

    @Test
    void weightsOfTheNextSegmentArePrefetchedInIdleTime() {
        HandMade stream = prefetching(Map.of());
        Slices slices = new Slices();
        MachineReport report = stream.run(MACHINE, slices);
        // the input is read first, then the DRAM is idle for 500 cycles; 8192 bytes take 64 of them
        assertEquals(
                List.of(
                        "dram/read 0 load-input 0..1",
                        "dram/read 1 load-weights 1..33",
                        "dram/read 1 load-weights 33..65"),
                slices.list.stream().filter(s -> s.startsWith("dram")).toList());
        assertEquals(1 + 10 + 500, report.segments().get(0).cycles());
        assertEquals(1, report.segments().get(1).cycles(), "nothing is left to load");
        assertEquals(128 + 8192, report.offChipBytes());
    }

    @Test
    void ofManyTilesOnlyTwoArePrefetched() {
        MachineReport report = prefetching(Map.of(IsOsWork.K_TILES, 4)).run(MACHINE);
        assertEquals(32 + 10 + 1, report.segments().get(1).cycles(), "4096 of 8192 bytes are left");
    }

    @Test
    void nothingIsPrefetchedIntoAFullFilterBuffer() {
        HandMade stream = prefetching(Map.of());
        MachineReport report = stream.run(HandMade.machine("dram.latency=10 ns", "filterBuffer=4 KiB"));
        // one burst fits, the other one is loaded when the segment begins
        assertEquals(32 + 10 + 1, report.segments().get(1).cycles());
        assertEquals(128 + 8192, report.offChipBytes());
    }

    private static HandMade prefetching(Map<String, Integer> factors) {
        HandMade stream = new HandMade(2);
        HandMade.Part first = stream.segment(0).buffer(-1, 1000);
        first.front(0, 0, 0, 8000, first.input(0, -1, 0, 0, 128, 128));
        HandMade.Part second = stream.segment(factors, 1);
        second.front(1, 0, 0, 16, second.weights(1, 0, 8192));
        return stream;
    }

    @Test
    void outputsDrainBeforeTheRunEnds() {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0);
        part.store(0, 0, 0, 128 * 100, part.back(0, 0, 0, 16, 16, 0));
        assertEquals(1 + 1 + 100, stream.run(MACHINE).cycles());
    }

    @Test
    void aDeadlockIsNamed() {
        HandMade stream = new HandMade(2);
        HandMade.Part part = stream.segment(0, 1).buffer(0, 10);
        // the first wavefront waits for a task that needs the second one, which comes behind it in the queue
        int late = part.back(0, 1, 3, 16, 0, 10);
        int front = part.front(1, 0, 0, 16, late);
        part.back(0, 0, 3, 16, 0, 10, front);
        IsosException e = assertThrows(IsosException.class, () -> stream.run(MACHINE));
        assertEquals(ErrorCode.SIMULATION_FAILED, e.code());
        assertEquals(
                "isosceles is stuck in cycle 0 of segment 0 with 3 work items left: layer conv0, phase backend, step 1,"
                        + " row 3 waits for its turn in the queue of tensor 0 in lane 3 behind layer conv0, phase backend,"
                        + " step 0, row 3",
                e.getMessage());
    }

    @Test
    void filtersThatDoNotFitAreADeadlockThatIsNamed() {
        HandMade stream = new HandMade(2);
        HandMade.Part part = stream.segment(0, 1);
        int first = part.weights(0, 0, 1000);
        int second = part.weights(1, 0, 1000);
        part.front(0, 0, 0, 16, first, second);
        IsosException e = assertThrows(IsosException.class, () -> stream.run(HandMade.machine("filterBuffer=1 KiB")));
        assertTrue(
                e.getMessage()
                        .endsWith("layer conv1, phase load-weights, step 0, row 0 waits for 1000 bytes of the filter"
                                + " buffer, of which 1000 of 1024 are taken"),
                e.getMessage());
    }

    @Test
    void malformedItemsAreNamed() {
        HandMade noBuffer = new HandMade(1);
        noBuffer.segment(0).back(0, 0, 0, 1, 1, 5);
        assertEquals(
                "work item 0 holds bytes of tensor 0, for which the segment has no buffer",
                assertThrows(IsosException.class, () -> noBuffer.run(MACHINE)).getMessage());
        HandMade forward = new HandMade(1);
        forward.segment(0).front(0, 0, 0, 1, 0);
        assertEquals(
                "work item 0 (phase 2, layer 0, step 0, row 0) waits for item 0, which does not come before it",
                assertThrows(IsosException.class, () -> forward.run(MACHINE)).getMessage());
        HandMade stranger = new HandMade(2);
        stranger.segment(0).front(1, 0, 0, 1);
        assertEquals(
                "work item 0 (phase 2, layer 1, step 0, row 0) is not of the segment",
                assertThrows(IsosException.class, () -> stranger.run(MACHINE)).getMessage());
    }

    @Test
    void moreOfWhatBindsIsFasterAndNeverSlower() {
        for (long seed = 1; seed <= 20; seed++) {
            HandMade memoryBound = RandomStreams.pipeline(seed, 40, 1);
            assertFaster(memoryBound, "dram.bandwidth=32 GB/s", "dram.bandwidth=64 GB/s", seed);
            HandMade computeBound = RandomStreams.pipeline(seed, 1, 40);
            assertFaster(computeBound, "slotsPerLane=8", "slotsPerLane=16", seed);
            assertFaster(computeBound, "lanes=4", "lanes=8", seed);
        }
    }

    private static void assertFaster(HandMade stream, String less, String more, long seed) {
        long slow = stream.run(HandMade.machine(less)).cycles();
        long fast = stream.run(HandMade.machine(more)).cycles();
        assertTrue(fast < 0.75 * slow, "seed " + seed + ": " + slow + " with " + less + ", " + fast + " with " + more);
    }

    @Test
    void clocksThatDoNotDivideTheBandwidthAreExact() {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0).buffer(-1, 1 << 20);
        SplittableRandom random = new SplittableRandom(7);
        long bytes = 0;
        for (int i = 0; i < 1000; i++) {
            int size = random.nextInt(1, 1000);
            bytes += size;
            part.input(0, -1, i, 0, size, 1);
        }
        HardwareModel model = HandMade.machine("clock=1.3 GHz", "dram.bandwidth=25.6 GB/s", "dram.latency=0 ns");
        assertEquals((bytes * 13 * 5 + 1279) / 1280, stream.run(model).cycles());
    }
}
