package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Expected cycles are worked out by hand: 128 bytes per cycle, latency 10, 8 processing elements, 16 mergers, 16 post-op units. */
class IsoscelesRunTest {
    private static final HardwareModel MACHINE = HandMade.machine("dram.latency=10 ns");

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

    private static List<String> slices(HandMade stream, String track, String... parameters) {
        Slices slices = new Slices();
        stream.run(parameters.length == 0 ? MACHINE : HandMade.machine(parameters), slices);
        return slices.list.stream().filter(s -> s.startsWith(track)).toList();
    }

    /** Weights, an input fiber, its front end, its back end, its store. */
    private static HandMade oneItem() {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0).buffer(-1, 128).buffer(0, 80);
        int weights = part.weights(0, 0, 256);
        int input = part.input(0, -1, 0, 0, 128, 100);
        int front = part.front(0, 0, 0, 10, 40, weights, input);
        part.store(0, 0, 0, 64, part.back(0, 0, 0, 64, 16, 40, front));
        return stream;
    }

    @Test
    void oneItemAfterAnother() {
        Slices slices = new Slices();
        MachineReport report = oneItem().run(MACHINE, slices);
        // the input arrives 10 cycles after its transfer; 4 vectors per element, one element per cycle; 64 merges by 16
        assertEquals(
                List.of(
                        "dram/read 0 load-weights 0..2",
                        "dram/read 0 load-input 2..3",
                        "lane 0/frontend 1 0 frontend 13..23",
                        "lane 0/backend 0 backend 23..27",
                        "dram/write 0 store-output 27..28"),
                slices.list);
        assertEquals(28, report.cycles());
        assertEquals(List.of(new MachineReport.SegmentTiming(28, 10, 4)), report.segments());
        // two bytes for each of 40 products, of the 256 that are there
        Map<String, Long> counts = Map.of(
                "queuedBytes", 100L + 40, "mergedPartials", 64L, "mergedElements", 0L, "filterReadBytes", 2L * 40);
        assertEquals(List.of(new MachineReport.LayerTiming(13, 27, 10, counts)), report.layers());
        assertEquals(counts, report.counts());
        assertEquals(256 + 128 + 64, report.offChipBytes());
    }

    @Test
    void activityIsCounted() {
        assertEquals(
                List.of(
                        new ActivityCount("macs", "multiply-accumulate", 40),
                        new ActivityCount("mergers", "merge", 64),
                        new ActivityCount("postOpUnits", "operation", 16),
                        new ActivityCount("filterFetchers", "fetch", 10),
                        // 2 bytes for each product, of one row
                        new ActivityCount("crossbars", "transfer", 80),
                        new ActivityCount("filterBuffer", "read", 80),
                        new ActivityCount("filterBuffer", "deliver", 80),
                        new ActivityCount("filterBuffer", "write", 256),
                        // 2 bytes, read and written by each product, read by each merge
                        new ActivityCount("contextArray", "read", 2 * (40 + 64)),
                        new ActivityCount("contextArray", "write", 2 * 40),
                        // 10 elements of 2 bytes into the front end, 64 bytes off chip; written were 100 and 40
                        new ActivityCount("queues", "read", 2 * 10 + 64),
                        new ActivityCount("queues", "write", 140),
                        new ActivityCount("dram", "read", 384),
                        new ActivityCount("dram", "write", 64)),
                oneItem().activity(MACHINE));
    }

    /**
     * Two tiles of 100 and 60 bytes and two steps each. The three rows of step 0 ask for 50, 40 and 80 bytes and get the tile's 100; step
     * 1 asks for 20 and 16 and gets them; of the other tile, rows ask for 60 and 58 and for 60 and get 60 each.
     */
    @Test
    void aStepReadsNoWeightTwice() {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0);
        int first = part.weights(0, 0, 100);
        int second = part.weights(0, 1, 60);
        int last = part.front(0, 0, 0, 5, 25, first);
        part.front(0, 0, 1, 5, 20, first);
        part.front(0, 0, 2, 5, 40, first);
        last = part.front(0, 1, 0, 5, 10, last);
        part.front(0, 1, 2, 5, 8, first);
        last = part.front(0, 2, 0, 5, 30, last, second);
        part.front(0, 2, 1, 5, 29, second);
        part.front(0, 3, 0, 5, 30, last, second);
        List<ActivityCount> activity = stream.activity(MACHINE);
        assertTrue(
                activity.contains(new ActivityCount("filterBuffer", "read", 100 + 36 + 60 + 60)), activity::toString);
        assertTrue(activity.contains(new ActivityCount("filterBuffer", "deliver", 2 * 192)), activity::toString);
    }

    @Test
    void operandsOfLayersWithoutFiltersComeFromQueues() {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0).buffer(-1, 128).buffer(0, 80);
        part.back(0, 0, 0, 30, 16, 40, part.input(0, -1, 0, 0, 128, 100));
        List<ActivityCount> activity = stream.activity(MACHINE);
        assertTrue(activity.contains(new ActivityCount("queues", "read", 60)), activity::toString);
        assertTrue(activity.contains(new ActivityCount("contextArray", "read", 0)), activity::toString);
    }

    private static long cyclesOfFront(int elements, int vectors) {
        HandMade stream = new HandMade(1);
        stream.segment(0).front(0, 0, 0, elements, vectors);
        return stream.run(MACHINE).cycles();
    }

    @Test
    void theFrontEndIsBoundByElementsOrVectors() {
        assertEquals(10, cyclesOfFront(10, 80));
        assertEquals(20, cyclesOfFront(10, 160));
        assertEquals(21, cyclesOfFront(10, 161));
        assertEquals(10, cyclesOfFront(10, 3));
        assertEquals(10, cyclesOfFront(10, 0), "elements without weights pass all the same");
        assertEquals(0, cyclesOfFront(0, 0));
    }

    private static long cyclesOfBack(int merges, int outputs) {
        HandMade stream = new HandMade(1);
        stream.segment(0).back(0, 0, 0, merges, outputs, 0);
        return stream.run(MACHINE).cycles();
    }

    @Test
    void theBackEndIsBoundByMergesOrOutputs() {
        assertEquals(4, cyclesOfBack(49, 16));
        assertEquals(3, cyclesOfBack(48, 16));
        assertEquals(5, cyclesOfBack(48, 65));
        assertEquals(0, cyclesOfBack(0, 0));
    }

    @Test
    void theBackEndTakesOneItemAfterAnother() {
        HandMade stream = new HandMade(2);
        HandMade.Part part = stream.segment(0, 1);
        part.back(0, 0, 0, 32, 16, 0);
        part.back(1, 0, 0, 64, 16, 0);
        assertEquals(
                List.of("lane 0/backend 0 backend 0..2", "lane 0/backend 1 backend 2..6"),
                slices(stream, "lane 0/back"));
    }

    /** Two layers in one lane, both ready in cycle 0. */
    private static HandMade twoFronts(int elements0, int vectors0, int elements1, int vectors1) {
        HandMade stream = new HandMade(2);
        HandMade.Part part = stream.segment(0, 1);
        part.front(0, 0, 0, elements0, vectors0);
        part.front(1, 0, 0, elements1, vectors1);
        return stream;
    }

    @Test
    void twoLayersShareTheProcessingElements() {
        assertEquals(
                List.of("lane 0/frontend 1 0 frontend 0..40", "lane 0/frontend 2 1 frontend 0..40"),
                slices(twoFronts(10, 160, 10, 160), "lane"));
        // the first takes 2 per cycle for 10 cycles, the other one 6, then 8: 60 + 100
        assertEquals(
                List.of("lane 0/frontend 1 0 frontend 0..10", "lane 0/frontend 2 1 frontend 0..23"),
                slices(twoFronts(10, 20, 10, 160), "lane"));
        // elements without weights take nothing away
        assertEquals(
                List.of("lane 0/frontend 2 1 frontend 0..20", "lane 0/frontend 1 0 frontend 0..30"),
                slices(twoFronts(30, 0, 10, 160), "lane"));
    }

    @Test
    void sharesFollowWhatWasAskedForInTheLastPeriod() {
        // 4 and 4 for 100 cycles; asked for were 400 + 200 left and 400 + 600 left: 3 and 5 until 167, then 265 by 8
        assertEquals(
                List.of("lane 0/frontend 1 0 frontend 0..167", "lane 0/frontend 2 1 frontend 0..201"),
                slices(twoFronts(100, 600, 100, 1000), "lane"));
        // 4 and 4 for 50 cycles; 600 and 1000: 3 and 5 (until 100: 250 and 550 left); 150 + 250 and 250 + 550: 2.67 and
        // 5.33
        // for 50 cycles (116.7 and 283.3 left); 133.3 + 116.7 and 266.7 + 283.3: 2.5 and 5.5, the first until 150 +
        // 46.7
        assertEquals(
                "lane 0/frontend 1 0 frontend 0..197",
                slices(twoFronts(100, 600, 100, 1000), "lane", "schedulingPeriod=50")
                        .get(0));
    }

    @Test
    void staticSharesFollowTheWholeWork() {
        assertEquals(
                List.of("lane 0/frontend 1 0 frontend 0..200", "lane 0/frontend 2 1 frontend 0..200"),
                slices(twoFronts(100, 600, 100, 1000), "lane", "scheduling=static"));
        // what the first cannot use is lost: it takes 100 cycles at 1 per element, the other one 700 / 7
        assertEquals(
                List.of("lane 0/frontend 1 0 frontend 0..100", "lane 0/frontend 2 1 frontend 0..100"),
                slices(twoFronts(100, 100, 10, 700), "lane", "scheduling=static"));
    }

    @Test
    void itemsOfALayerFollowEachOtherInALane() {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0);
        part.front(0, 0, 0, 10, 40);
        part.front(0, 1, 0, 5, 80);
        part.front(0, 0, 1, 7, 0);
        assertEquals(
                List.of(
                        "lane 1/frontend 1 0 frontend 0..7",
                        "lane 0/frontend 1 0 frontend 0..10",
                        "lane 0/frontend 1 0 frontend 10..20"),
                slices(stream, "lane"));
    }

    @Test
    void aStreamReadsAheadIntoItsNextItem() {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0);
        part.front(0, 0, 0, 10, 160);
        part.front(0, 1, 0, 10, 40);
        part.front(0, 0, 1, 10, 240);
        part.front(0, 1, 1, 30, 15);
        // lane 0: the first is read in 10 cycles, multiplied in 20; then all of the second has been read: 40 by 8
        // lane 1: read in 10, multiplied in 30; then 16 of 30 have been read, one per fetcher, and 14 are still to come
        assertEquals(
                List.of(
                        "lane 0/frontend 1 0 frontend 0..20",
                        "lane 0/frontend 1 0 frontend 20..25",
                        "lane 1/frontend 1 0 frontend 0..30",
                        "lane 1/frontend 1 0 frontend 30..44"),
                slices(stream, "lane"));
    }

    private static List<String> readsWithQueue(String queues, int capacity) {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0).buffer(-1, capacity);
        part.front(0, 0, 0, 4, 32, part.input(0, -1, 0, 0, 128, 100));
        part.front(0, 1, 0, 4, 32, part.input(0, -1, 1, 0, 128, 100));
        return slices(stream, "dram", "dram.latency=10 ns", queues);
    }

    @Test
    void anInputWaitsUntilTheQueueHasRoom() {
        String first = "dram/read 0 load-input 0..1";
        // the second is read when the first has been used, in cycle 1 + 10 + 4
        List<String> late = List.of(first, "dram/read 0 load-input 15..16");
        List<String> early = List.of(first, "dram/read 0 load-input 1..2");
        assertEquals(late, readsWithQueue("queues=199 B", 199));
        assertEquals(early, readsWithQueue("queues=200 B", 200));
        assertEquals(early, readsWithQueue("queues=200 B", 100), "what nobody is sure of may be used");
        assertEquals(late, readsWithQueue("queues=199 B", 100));
        assertEquals(late, readsWithQueue("queues=64 B", 1), "a fiber larger than its queue goes alone");
    }

    @Test
    void spaceIsGivenInTheOrderOfTheWavefronts() {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0).buffer(-1, 100).buffer(0, 100);
        int slow = part.front(0, 0, 0, 20, 20);
        int first = part.back(0, 0, 0, 16, 16, 100, slow);
        int second = part.back(0, 1, 0, 16, 16, 100);
        part.store(0, 0, 0, 64, first);
        part.store(0, 1, 0, 64, second);
        // the second is ready in cycle 0, but its turn is after the first; 21: merged, 22: stored
        assertEquals(
                List.of("lane 0/backend 0 backend 20..21", "lane 0/backend 0 backend 22..23"),
                slices(stream, "lane 0/back", "queues=100 B"));
    }

    /** Layer 0 stores one fiber, layer 1 in a segment of its own loads it. */
    private static HandMade twoSegments(int loadedRow) {
        HandMade stream = new HandMade(2);
        HandMade.Part one = stream.segment(0).buffer(0, 100);
        one.store(0, 0, 0, 128, one.back(0, 0, 0, 320, 16, 100, one.front(0, 0, 0, 10, 80)));
        HandMade.Part two = stream.segment(1).buffer(0, 100);
        int weights = two.weights(1, 0, 1280);
        two.front(1, 0, loadedRow, 10, 80, weights, two.input(1, 0, 0, loadedRow, 128, 100));
        return stream;
    }

    @Test
    void theNextSegmentLoadsAheadAndComputesWhenTheLanesAreFree() {
        // front end until 10, back end until 30; the store does not keep the lanes
        assertEquals(
                List.of(
                        "dram/read 1 load-weights 0..10",
                        "lane 0/frontend 1 0 frontend 0..10",
                        "dram/read 1 load-input 10..11",
                        "lane 0/backend 0 backend 10..30",
                        "dram/write 0 store-output 30..31",
                        "lane 1/frontend 1 1 frontend 30..40"),
                slices(twoSegments(1), ""));
        assertEquals(
                List.of(31L, 9L),
                twoSegments(1).run(MACHINE).segments().stream()
                        .map(MachineReport.SegmentTiming::cycles)
                        .toList());
    }

    /**
     * Two segments on queues of 1000 bytes. The first makes 800 bytes in cycle 10 and stores them until 110. The second, to which the
     * lanes turn in cycle 10, has loaded all that it needs; its back end makes 300 bytes, for which there is no room before.
     */
    @Test
    void theNextSegmentGetsNoSpaceThatWaitsToBeStored() {
        HandMade stream = new HandMade(2);
        HandMade.Part one = stream.segment(0).buffer(0, 800);
        one.store(0, 0, 0, 12800, one.back(0, 0, 0, 160, 16, 800));
        HandMade.Part two = stream.segment(1).buffer(-1, 200).buffer(1, 800);
        two.back(1, 0, 0, 160, 16, 300, two.input(1, -1, 0, 0, 128, 150));
        List<Long> told = new ArrayList<>();
        List<String> ends = new ArrayList<>();
        stream.run(HandMade.machine("dram.latency=10 ns", "queues=1000 B"), new SimulationListener() {
            @Override
            public boolean wantsSlices() {
                return true;
            }

            @Override
            public void onItem(int segment, int item, long startCycle, long endCycle) {
                ends.add(segment + "/" + item + " " + startCycle + ".." + endCycle);
            }

            @Override
            public void onOccupancy(String memory, int tensor, long cycle, long bytes) {
                if (memory.equals("queues") && tensor == Layer.NONE) {
                    told.add(bytes);
                }
            }
        });
        assertEquals(List.of("1/0 0..11", "0/0 0..10", "0/1 10..110", "1/1 110..120"), ends);
        assertEquals(List.of(800L, 950L, 150L, 450L, 150L, 0L), told);
    }

    @Test
    void aLoadWaitsForTheStoreOfItsFiber() {
        List<String> slices = slices(twoSegments(0), "");
        assertTrue(slices.contains("dram/read 1 load-input 31..32"), slices::toString);
        assertTrue(slices.contains("lane 0/frontend 1 1 frontend 42..52"), slices::toString);
    }

    @Test
    void aFiberStoredInPartsIsLoadedAfterTheLastAndAsOftenAsItIsRead() {
        HandMade stream = new HandMade(2);
        HandMade.Part one = stream.segment(0).buffer(0, 100);
        one.store(0, 0, 0, 128, one.back(0, 0, 0, 160, 16, 100));
        // the second tile of K of the same fiber: step 4 of a map of 4 columns
        one.store(0, 4, 0, 128, one.back(0, 4, 0, 160, 16, 100));
        HandMade.Part two = stream.segment(1).buffer(0, 100);
        two.front(1, 0, 0, 10, 80, two.input(1, 0, 0, 0, 128, 100));
        two.front(1, 4, 0, 10, 80, two.input(1, 0, 4, 0, 128, 100));
        assertEquals(
                List.of(
                        "dram/write 0 store-output 10..11",
                        "dram/write 0 store-output 20..21",
                        "dram/read 1 load-input 21..22",
                        "dram/read 1 load-input 22..23"),
                slices(stream, "dram"));
    }

    @Test
    void tilesOfKAreLoadedTwoAhead() {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0);
        int first = part.weights(0, 0, 512);
        int back = part.back(0, 0, 0, 16, 16, 0, part.front(0, 0, 0, 10, 80, first));
        int second = part.weights(0, 1, 512);
        part.front(0, 4, 0, 10, 80, second);
        part.front(0, 8, 0, 10, 80, part.weights(0, 2, 512, back));
        // the third tile waits for the first one's back end, 4 + 10 + 10 + 1, not for the second's front end
        assertEquals(
                List.of(
                        "dram/read 0 load-weights 0..4",
                        "dram/read 0 load-weights 4..8",
                        "dram/read 0 load-weights 25..29"),
                slices(stream, "dram", "dram.latency=10 ns", "filterBuffer=1 KiB"));
    }

    @Test
    void weightsWaitForRoomInTheFilterBuffer() {
        HandMade stream = new HandMade(2);
        HandMade.Part part = stream.segment(0, 1);
        part.front(0, 0, 0, 10, 80, part.weights(0, 0, 768));
        part.front(1, 0, 0, 10, 80, part.weights(1, 0, 512));
        assertEquals(
                List.of("dram/read 0 load-weights 0..6", "dram/read 1 load-weights 26..30"),
                slices(stream, "dram", "dram.latency=10 ns", "filterBuffer=1 KiB"));
    }

    @Test
    void weightsOfTheNextSegmentComeAfterAllOfTheRunningOne() {
        HandMade stream = new HandMade(3);
        HandMade.Part part = stream.segment(0, 1);
        part.front(0, 0, 0, 10, 80, part.weights(0, 0, 768));
        part.front(1, 0, 0, 10, 80, part.weights(1, 0, 512));
        HandMade.Part next = stream.segment(2);
        next.front(2, 0, 0, 10, 80, next.weights(2, 0, 128));
        // those of layer 2 would fit beside those of layer 0
        assertEquals(
                List.of(
                        "dram/read 0 load-weights 0..6",
                        "dram/read 1 load-weights 26..30",
                        "dram/read 2 load-weights 30..31"),
                slices(stream, "dram", "dram.latency=10 ns", "filterBuffer=1 KiB"));
    }

    @Test
    void kindsOfTransfersTakeTurnsBurstByBurst() {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0).buffer(-1, 1000);
        int weights = part.weights(0, 0, 512);
        part.front(0, 0, 0, 10, 80, weights, part.input(0, -1, 0, 0, 384, 384));
        assertEquals(
                List.of(
                        "dram/read 0 load-weights 0..2",
                        "dram/read 0 load-input 2..4",
                        "dram/read 0 load-weights 4..6",
                        "dram/read 0 load-input 6..7"),
                slices(stream, "dram", "dram.burst=256 B"));
    }

    @Test
    void aStuckMachineSaysOnWhat() {
        HandMade stream = new HandMade(1);
        stream.segment(0).weights(0, 0, 2048);
        IsosException e = assertThrows(IsosException.class, () -> stream.run(HandMade.machine("filterBuffer=1 KiB")));
        assertEquals(ErrorCode.SIMULATION_FAILED, e.code());
        assertEquals(
                "isosceles is stuck in cycle 0 of segment 0 with 1 work items left: layer conv0, phase load-weights, step 0,"
                        + " row 0 waits for 2048 bytes of the filter buffer, of which 0 of 1024 are taken",
                e.getMessage());
    }

    @Test
    void aQueueThatNobodyEmptiesIsNamed() {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0).buffer(-1, 100);
        int first = part.input(0, -1, 0, 0, 128, 100);
        int second = part.input(0, -1, 1, 0, 128, 100);
        part.front(0, 1, 0, 1, 1, first, second);
        IsosException e = assertThrows(IsosException.class, () -> stream.run(HandMade.machine("queues=100 B")));
        assertTrue(
                e.getMessage()
                        .endsWith(
                                "layer conv0, phase load-input, step 1, row 0 waits for 100 bytes in the queue of tensor -1 in"
                                        + " lane 0, which holds 100, is sure of 100 and shares 0 with others, of which 0 are taken"),
                e.getMessage());
    }

    @Test
    void anItemWithoutABufferIsRefused() {
        HandMade stream = new HandMade(1);
        stream.segment(0).input(0, -1, 0, 0, 128, 100);
        IsosException e = assertThrows(IsosException.class, () -> stream.run(MACHINE));
        assertEquals("work item 0 holds bytes of tensor -1, for which the segment has no buffer", e.getMessage());
    }

    @Test
    void itemsOfAnotherSegmentAreRefused() {
        HandMade stream = new HandMade(2);
        stream.segment(0).front(1, 0, 0, 1, 1);
        IsosException e = assertThrows(IsosException.class, () -> stream.run(MACHINE));
        assertEquals("work item 0 (phase 2, layer 1, step 0, row 0) is not of the segment", e.getMessage());
        assertEquals(ErrorCode.PLUGIN_FAILURE, e.code());
    }

    @Test
    void segmentsComeInOrder() {
        HandMade stream = twoSegments(0);
        MachineRun run = MACHINE.begin(stream.request(SimulationListener.NONE), IsOsSchema.SCHEMA);
        assertThrows(IllegalStateException.class, () -> run.beginSegment(1));
        assertThrows(IllegalStateException.class, run::endSegment);
        run.beginSegment(0);
        assertThrows(IllegalStateException.class, () -> run.beginSegment(1));
        assertThrows(IllegalStateException.class, run::finish);
    }

    @Test
    void resultsDoNotDependOnThreads() throws InterruptedException, ExecutionException {
        MachineReport alone = RandomStreams.pipeline(7, 3, 5).run(MACHINE);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<MachineReport>> reports = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                reports.add(threads.submit(() -> RandomStreams.pipeline(7, 3, 5).run(MACHINE)));
            }
            for (Future<MachineReport> report : reports) {
                assertEquals(alone, report.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
