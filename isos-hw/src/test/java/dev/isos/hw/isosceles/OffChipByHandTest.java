package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.SimulationListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Turns at the DRAM and space in the filter buffer, by hand: 128 bytes per cycle, latency 10. */
class OffChipByHandTest {
    private final List<String> told = new ArrayList<>();

    private SimulationListener listener(boolean slices) {
        return new SimulationListener() {
            @Override
            public boolean wantsSlices() {
                return slices;
            }

            @Override
            public void onTransfer(String track, int layer, String phase, long startCycle, long endCycle, long bytes) {
                told.add(phase + " " + layer + " " + startCycle + ".." + endCycle);
            }

            @Override
            public void onOccupancy(String memory, int tensor, long cycle, long bytes) {
                if (memory.equals("filter buffer")) {
                    told.add("buffer " + cycle + " " + bytes);
                }
            }

            @Override
            public void onItem(int segment, int item, long startCycle, long endCycle) {
                if (!slices) {
                    told.add("item " + item + " " + startCycle + ".." + endCycle);
                }
            }
        };
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

    /** Weights take space when they are asked for and leave it when their last user has ended. */
    @Test
    void theFilterBufferIsTold() {
        oneItem().run(HandMade.machine("dram.latency=10 ns"), listener(true));
        assertEquals(
                List.of(
                        "buffer 0 256",
                        "load-weights 0 0..2",
                        "load-input 0 2..3",
                        "buffer 23 0",
                        "store-output 0 27..28"),
                told);
    }

    @Test
    void transfersAreTimedFromTheirFirstBurst() {
        oneItem().run(HandMade.machine("dram.latency=10 ns", "dram.burst=128 B"), listener(false));
        // weights: bursts in cycles 0 and 2; the input: in cycle 1
        assertEquals(List.of("item 1 1..12", "item 0 0..13", "item 2 13..23", "item 3 23..27", "item 4 27..28"), told);
    }

    /** Weights and inputs take turns, a burst each. */
    @Test
    void classesTakeTurns() {
        HandMade stream = new HandMade(1);
        HandMade.Part part = stream.segment(0).buffer(-1, 512).buffer(0, 80);
        int weights = part.weights(0, 0, 384);
        int input = part.input(0, -1, 0, 0, 256, 100);
        part.front(0, 0, 0, 10, 40, weights, input);
        stream.run(HandMade.machine("dram.latency=10 ns", "dram.burst=128 B"), listener(true));
        assertEquals(
                List.of(
                        "buffer 0 384",
                        "load-weights 0 0..1",
                        "load-input 0 1..2",
                        "load-weights 0 2..3",
                        "load-input 0 3..4",
                        "load-weights 0 4..5"),
                told.subList(0, 6));
    }

    /** A turn of weights ends with a layer: inputs do not wait for those of the next one, though a burst has room for them. */
    @Test
    void inputsComeBeforeTheWeightsOfDeeperLayers() {
        HandMade stream = new HandMade(2);
        HandMade.Part part = stream.segment(0, 1).buffer(-1, 512).buffer(0, 80).buffer(1, 80);
        int first = part.weights(0, 0, 128);
        int second = part.weights(1, 0, 128);
        int input = part.input(0, -1, 0, 0, 256, 100);
        int front = part.front(0, 0, 0, 10, 40, first, input);
        part.front(1, 0, 0, 10, 40, second, front);
        stream.run(HandMade.machine("dram.latency=10 ns", "dram.burst=512 B"), listener(true));
        assertEquals(
                List.of(
                        "buffer 0 128",
                        "load-weights 0 0..1",
                        "load-input 0 1..3",
                        "buffer 3 256",
                        "load-weights 1 3..4"),
                told.stream()
                        .filter(line -> line.startsWith("load") || line.matches("buffer [0-9] .*"))
                        .toList());
    }

    /** By step, then by depth, whatever the order in which they are given. */
    @Test
    void weightsComeInTheOrderOfTheirSteps() {
        HandMade stream = new HandMade(2);
        HandMade.Part part = stream.segment(0, 1).buffer(0, 80).buffer(1, 80);
        int second = part.weights(1, 0, 256);
        int later = part.weights(0, 1, 512);
        int first = part.weights(0, 0, 128);
        int muchLater = part.weights(1, 2, 128);
        part.front(0, 0, 0, 1, 1, first);
        part.front(1, 0, 0, 1, 1, second);
        part.front(0, 1, 0, 1, 1, later);
        part.front(1, 1, 0, 1, 1, muchLater);
        stream.run(HandMade.machine("dram.latency=10 ns", "dram.burst=512 B"), listener(true));
        assertEquals(
                List.of("load-weights 0 0..1", "load-weights 1 1..3", "load-weights 0 3..7", "load-weights 1 7..8"),
                told.stream().filter(line -> line.startsWith("load")).toList());
    }

    /**
     * The weights of the next segment, 256 bytes in cycles 3 and 4, come ahead while this one computes: its 28 cycles have 6 busy ones of
     * the DRAM, those of the next one none. The lanes turn to it in cycle 27, before the last byte of this one is stored.
     */
    @Test
    void busyCyclesBelongToTheSegmentInWhichTheyAre() {
        HandMade stream = new HandMade(2);
        HandMade.Part part = stream.segment(0).buffer(-1, 128).buffer(0, 80);
        int weights = part.weights(0, 0, 256);
        int input = part.input(0, -1, 0, 0, 128, 100);
        int front = part.front(0, 0, 0, 10, 40, weights, input);
        part.store(0, 0, 0, 64, part.back(0, 0, 0, 64, 16, 40, front));
        HandMade.Part next = stream.segment(1).buffer(1, 80);
        next.front(1, 0, 0, 10, 40, next.weights(1, 0, 256));
        MachineReport report = stream.run(HandMade.machine("dram.latency=10 ns"));
        assertEquals(List.of(new SegmentTiming(28, 10, 6), new SegmentTiming(9, 10, 0)), report.segments());
    }
}
