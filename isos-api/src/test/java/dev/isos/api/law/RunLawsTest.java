package dev.isos.api.law;

import static dev.isos.api.law.Hand.broken;
import static dev.isos.api.law.Hand.filled;
import static dev.isos.api.law.Hand.inputs;
import static dev.isos.api.law.Hand.item;
import static dev.isos.api.law.Hand.multiply;
import static dev.isos.api.law.Hand.ones;
import static dev.isos.api.law.Hand.segment;
import static dev.isos.api.law.Hand.store;
import static dev.isos.api.law.Hand.weights;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Runs made by hand of two layers, each a segment of its own, on a machine that moves 2 bytes and makes 4 products per cycle. */
class RunLawsTest {
    private static final int IMAGE = Layer.NETWORK_INPUT;

    /** Of every tensor 2 values; of every layer 4 weights. */
    private static final FeatureMapShape SHAPE = new FeatureMapShape(2, 1, 1);

    private final Network network = network();
    private final Workload workload = Hand.workload(network, Map.of(0, ones(4), 1, ones(4)));
    private final RunLaws laws = new RunLaws("here", network, Hand.SCHEMA, Hand.machine(), true);
    private final Heard heard = new Heard();
    private final SimulationListener listener = laws.listener(heard);
    private int segment = -1;
    private int items;

    private static Network network() {
        NetworkBuilder builder = new NetworkBuilder("two", SHAPE);
        builder.convolution("first", IMAGE, 2, 1, 1, 0);
        builder.convolution("second", 0, 2, 1, 1, 0);
        return builder.build();
    }

    private void begin(int layer) {
        laws.beginSegment(segment(layer));
        segment++;
        items = 0;
    }

    private void take(WorkItem item, long start, long end) {
        laws.accept(item, items);
        listener.onItem(segment, items, start, end);
        items++;
    }

    /** Loads, computes and stores a layer in 8 cycles. */
    private void layer(int layer, long start) {
        begin(layer);
        take(inputs(layer, layer - 1, 2), start, start + 1);
        take(weights(layer, 4), start + 1, start + 3);
        take(multiply(layer, 0, 4, 0, 1), start + 3, start + 7);
        take(store(layer, 2, 2), start + 7, start + 8);
    }

    private void end() {
        laws.compulsory(workload, tensor -> filled(SHAPE, 1));
        laws.endSegment();
    }

    private static MachineReport report(long... cycles) {
        return new MachineReport(
                LongStream.of(cycles).sum(),
                LongStream.of(cycles).mapToObj(c -> new SegmentTiming(c, 0, 0)).toList(),
                List.of(),
                0,
                Map.of());
    }

    @Test
    void anHonestRun() {
        layer(0, 0);
        end();
        layer(1, 8);
        end();
        assertDoesNotThrow(() -> laws.finish(report(8, 8)));
    }

    @Test
    void timesMayComeLate() {
        begin(0);
        laws.accept(inputs(0, IMAGE, 2), 0);
        laws.accept(weights(0, 4), 1);
        laws.accept(multiply(0, 0, 4, 0, 1), 2);
        laws.accept(store(0, 2, 2), 3);
        end();
        layer(1, 8);
        end();
        listener.onItem(0, 0, 0, 1);
        listener.onItem(0, 1, 1, 3);
        listener.onItem(0, 2, 3, 7);
        broken("here does not say when 1 work items of segment 0 ran", () -> laws.finish(report(8, 8)));
        listener.onItem(0, 3, 7, 8);
        assertDoesNotThrow(() -> laws.finish(report(8, 8)));
    }

    @Test
    void timesAreOfSegmentsThatRun() {
        String sentence = "here has times of items of segment 0, which is not running";
        broken(sentence, () -> listener.onItem(0, 0, 0, 1));
        layer(0, 0);
        broken("here has times of items of segment -1, which is not running", () -> listener.onItem(-1, 0, 0, 1));
        broken("here has times of items of segment 1, which is not running", () -> listener.onItem(1, 0, 0, 1));
        end();
        broken(sentence, () -> listener.onItem(0, 0, 0, 1));
    }

    /** What a listener was told. */
    private static final class Heard implements SimulationListener {
        private final List<String> calls = new ArrayList<>();
        private boolean wanting;

        @Override
        public boolean wantsSlices() {
            return wanting;
        }

        @Override
        public void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {
            calls.add("slice " + track + " " + layer + " " + phase + " " + startCycle + " " + endCycle);
        }

        @Override
        public void onTransfer(String track, int layer, String phase, long startCycle, long endCycle, long bytes) {
            calls.add(
                    "transfer " + track + " " + layer + " " + phase + " " + startCycle + " " + endCycle + " " + bytes);
        }

        @Override
        public void onOccupancy(String memory, int tensor, long cycle, long bytes) {
            calls.add("occupancy " + memory + " " + tensor + " " + cycle + " " + bytes);
        }

        @Override
        public void onItem(int segment, int item, long startCycle, long endCycle) {
            calls.add("item " + segment + " " + item + " " + startCycle + " " + endCycle);
        }

        @Override
        public void onSegmentEnd(int segment, long cycle) {
            calls.add("end " + segment + " " + cycle);
        }
    }

    @Test
    void theListenerPassesEverythingOn() {
        begin(0);
        take(inputs(0, IMAGE, 2), 3, 7);
        listener.onSlice("array", 1, "multiply", 2, 3);
        listener.onTransfer("dram/read", 1, "load", 2, 3, 4);
        listener.onOccupancy("buffer", 1, 2, 3);
        listener.onSegmentEnd(1, 2);
        assertEquals(
                List.of(
                        "item 0 0 3 7",
                        "slice array 1 multiply 2 3",
                        "transfer dram/read 1 load 2 3 4",
                        "occupancy buffer 1 2 3",
                        "end 1 2"),
                heard.calls);
        assertFalse(listener.wantsSlices());
        heard.wanting = true;
        assertTrue(listener.wantsSlices());
    }

    /** Messages name the segment. */
    @Test
    void segmentsAreHeldToTheOrderOfTheirItems() {
        layer(0, 0);
        end();
        begin(1);
        take(inputs(1, 0, 2), 8, 9);
        take(weights(1, 4), 9, 11);
        take(multiply(1, 0, 4, 1), 11, 15);
        take(store(1, 2, 2), 15, 16);
        laws.compulsory(workload, tensor -> filled(SHAPE, 1));
        broken("here, segment 1: computes second without waiting for its input", laws::endSegment);
    }

    @Test
    void aDenseDataflowWaitsForSomeInput() {
        RunLaws dense = new RunLaws("here", network, Hand.SCHEMA, Hand.machine(), false);
        dense.beginSegment(segment(0));
        dense.accept(inputs(0, IMAGE, 2), 0);
        dense.accept(weights(0, 4), 1);
        dense.accept(multiply(0, 0, 4, 0, 1), 2);
        dense.accept(multiply(0, 1, 4, 1), 3);
        dense.accept(store(0, 2, 2), 4);
        assertDoesNotThrow(dense::endSegment);
    }

    @Test
    void aMachineAloneMayTakeItemsInAnyOrder() {
        RunLaws machine = RunLaws.ofMachine("here", network, Hand.SCHEMA, Hand.machine());
        SimulationListener told = machine.listener(heard);
        machine.beginSegment(segment(0));
        machine.accept(store(0, 2), 0);
        machine.accept(multiply(0, 0, 4), 1);
        machine.accept(weights(0, 4), 2);
        machine.endSegment();
        told.onItem(0, 0, 0, 1);
        told.onItem(0, 1, 0, 1);
        told.onItem(0, 2, 1, 3);
        assertDoesNotThrow(() -> machine.finish(report(3)));
    }

    @Test
    void aMachineAloneIsHeldToTimes() {
        RunLaws machine = RunLaws.ofMachine("here", network, Hand.SCHEMA, Hand.machine());
        SimulationListener told = machine.listener(heard);
        machine.beginSegment(segment(0));
        machine.accept(weights(0, 4), 0);
        told.onItem(0, 0, 5, 7);
        told.onItem(0, 1, 6, 8);
        broken(
                "here, segment 0, starts work item 1 in cycle 6, before item 0, which it waits for, has ended in cycle 7",
                () -> machine.accept(multiply(0, 0, 4, 0), 1));
    }

    /** 8 products in one cycle are too many; that bytes were as many would be no matter, and the other way round. */
    @Test
    void ratesAreThoseOfProductsAndBytes() {
        begin(0);
        take(inputs(0, IMAGE, 2), 0, 1);
        take(weights(0, 4), 1, 3);
        take(multiply(0, 0, 8, 0, 1), 3, 4);
        take(store(0, 2, 2), 4, 5);
        laws.compulsory(workload, tensor -> filled(SHAPE, 1));
        broken("here, segment 0, performs 8 MACs from cycle 3 to 4, for which it needs 2 cycles", laws::endSegment);
    }

    @Test
    void bytesNeedTheirCycles() {
        begin(0);
        take(inputs(0, IMAGE, 2), 0, 1);
        take(weights(0, 4), 1, 2);
        take(multiply(0, 0, 4, 0, 1), 2, 3);
        take(store(0, 2, 2), 3, 4);
        laws.compulsory(workload, tensor -> filled(SHAPE, 1));
        broken(
                "here, segment 0, moves 6 off-chip bytes from cycle 0 to 2, for which it needs 3 cycles",
                laws::endSegment);
    }

    /** What several items move adds up, by role. */
    @Test
    void segmentsMoveTheirCompulsoryBytes() {
        begin(0);
        take(inputs(0, IMAGE, 1), 0, 1);
        take(inputs(0, IMAGE, 1), 1, 2);
        take(weights(0, 3), 2, 4);
        take(weights(0, 1), 4, 5);
        take(multiply(0, 0, 4, 0, 1, 2, 3), 5, 6);
        take(store(0, 1, 4), 6, 7);
        take(store(0, 1, 4), 7, 8);
        assertDoesNotThrow(this::end);
        begin(1);
        take(inputs(1, 0, 2), 8, 9);
        take(weights(1, 3), 9, 11);
        take(multiply(1, 0, 4, 0, 1), 11, 12);
        take(store(1, 2, 2), 12, 13);
        broken(
                "here, segment 1: loads 3 bytes of the weights of second, which has 4 non-zeros to move",
                () -> laws.compulsory(workload, tensor -> filled(SHAPE, 1)));
    }

    @Test
    void inputsAreNoWeightsAndOutputsNeither() {
        begin(0);
        take(inputs(0, IMAGE, 1), 0, 1);
        take(weights(0, 4), 1, 3);
        take(multiply(0, 0, 4, 0, 1), 3, 4);
        take(store(0, 2, 2), 4, 5);
        broken(
                "here, segment 0: reads 1 bytes of the network's input, which has 2 non-zeros to move",
                () -> laws.compulsory(workload, tensor -> filled(SHAPE, 1)));
        take(inputs(0, IMAGE, 1), 5, 6);
        assertDoesNotThrow(() -> laws.compulsory(workload, tensor -> filled(SHAPE, 1)));
    }

    @Test
    void outputsAreWrittenWhole() {
        begin(0);
        take(inputs(0, IMAGE, 2), 0, 1);
        take(weights(0, 4), 1, 3);
        take(multiply(0, 0, 4, 0, 1), 3, 4);
        take(store(0, 1, 2), 4, 5);
        // a computation has no bytes of its own to move
        WorkItem odd = multiply(0, 0, 0);
        odd.moves(TensorRole.OUTPUTS, 0, 1);
        take(odd, 5, 6);
        broken(
                "here, segment 0: writes 1 bytes of the output of first, which has 2 non-zeros to move",
                () -> laws.compulsory(workload, tensor -> filled(SHAPE, 1)));
    }

    /** First written by cycle 10, of several writes. */
    private void writtenInTen() {
        begin(0);
        take(inputs(0, IMAGE, 2), 0, 1);
        take(weights(0, 4), 1, 3);
        take(multiply(0, 0, 4, 0, 1), 3, 7);
        take(store(0, 1, 2), 7, 12);
        take(store(0, 1, 2), 8, 10);
        take(store(0, 1, 2), 9, 11);
        take(item(Hand.STORE, 0, 2).moves(TensorRole.OUTPUTS, 0, 0), 7, 8); // nothing
        end();
    }

    @Test
    void aTensorIsReadAfterAByteOfItHasBeenWritten() {
        writtenInTen();
        layer(1, 10);
        assertDoesNotThrow(this::end);
    }

    @Test
    void aTensorIsNotReadBefore() {
        writtenInTen();
        begin(1);
        take(inputs(1, 0, 1), 12, 13);
        take(inputs(1, 0, 1), 9, 10);
        take(inputs(1, 0, 1), 10, 11);
        take(weights(1, 4), 13, 15);
        take(multiply(1, 0, 4, 0, 1, 2, 3), 15, 16);
        take(store(1, 2, 4), 16, 17);
        laws.compulsory(workload, tensor -> filled(SHAPE, 1));
        broken("here reads first in cycle 9, before a byte of it has been written in cycle 10", laws::endSegment);
    }

    /** The segment that writes is complete only after the one that reads: it is checked first all the same. */
    @Test
    void segmentsAreCheckedInTheirOrder() {
        begin(0);
        take(inputs(0, IMAGE, 2), 0, 1);
        take(weights(0, 4), 1, 3);
        take(multiply(0, 0, 4, 0, 1), 3, 7);
        laws.accept(store(0, 2, 2), 3);
        end();
        layer(1, 8);
        assertDoesNotThrow(this::end);
        listener.onItem(0, 3, 8, 9);
        broken(
                "here reads first in cycle 8, before a byte of it has been written in cycle 9",
                () -> laws.finish(report(9, 8)));
    }

    /** More transfers than the first store for them holds: 300 of them, of which the last read is the first in time. */
    @Test
    void hundredsOfTransfersAreKept() {
        writtenInTen();
        begin(1);
        for (int i = 0; i < 300; i++) {
            take(inputs(1, 0, 1), i == 299 ? 9 : 20 + i, 21 + i);
        }
        take(weights(1, 4), 400, 402);
        take(multiply(1, 0, 4, 0, 300), 402, 403);
        take(store(1, 2, 301), 403, 404);
        laws.compulsory(workload, tensor -> filled(SHAPE, 1));
        broken("here reads first in cycle 9, before a byte of it has been written in cycle 10", laws::endSegment);
    }

    @Test
    void whatNobodyTimesIsNamed() {
        layer(0, 0);
        end();
        begin(1);
        laws.accept(inputs(1, 0, 2), 0);
        laws.accept(weights(1, 4), 1);
        laws.accept(multiply(1, 0, 4, 0, 1), 2);
        laws.accept(store(1, 2, 2), 3);
        end();
        broken("here does not say when 4 work items of segment 1 ran", () -> laws.finish(report(8, 8)));
    }

    @Test
    void segmentsEndNoEarlierThanTheirItems() {
        layer(0, 0);
        end();
        layer(1, 8);
        end();
        broken("here ends segment 0 in cycle 7, but one of its work items in cycle 8", () -> laws.finish(report(7, 9)));
        broken(
                "here ends segment 1 in cycle 15, but one of its work items in cycle 16",
                () -> laws.finish(report(8, 7)));
        assertDoesNotThrow(() -> laws.finish(report(8)), "segments that a report leaves out");
        assertDoesNotThrow(() -> laws.finish(report(8, 8, 1)));
    }

    /** A segment whose items end before those of the one before ends with that one. */
    @Test
    void segmentsEndInTheirOrder() {
        layer(0, 0);
        take(weights(0, 2), 30, 40);
        end();
        layer(1, 8);
        end();
        assertDoesNotThrow(() -> laws.finish(report(40, 0)));
        broken(
                "here ends segment 1 in cycle 39, but one of its work items in cycle 40",
                () -> laws.finish(report(40, -1)));
    }

    @Test
    void tensorsHaveNamesInMessages() {
        assertEquals("the network's input", RunLaws.name(network, IMAGE));
        assertEquals("second", RunLaws.name(network, 1));
    }

    /** Of the first image the weights are loaded, of the second they are there: 4 of them in storages of so many bytes. */
    private void keepWeights(Component... components) {
        RunLaws two = new RunLaws("here", network, Hand.SCHEMA, new HandMachine(4, components), true);
        for (int image = 0; image < 2; image++) {
            two.beginSegment(segment(0), image, image > 0);
            two.accept(inputs(0, IMAGE, 2), 0);
            two.accept(weights(0, image > 0 ? 0 : 4), 1);
            two.accept(multiply(0, 0, 4, 0, 1), 2);
            two.accept(store(0, 2, 2), 3);
            two.compulsory(workload, tensor -> Hand.tensor(SHAPE, 1, 1));
            two.endSegment();
        }
    }

    @Test
    void weightsThatStayHaveRoom() {
        Component dram = new Component("dram", "dram", 1, Map.of("bytes", 1e9));
        assertDoesNotThrow(() -> keepWeights(new Component("buffer", "sram", 2, Map.of("bytes", 2.0)), dram));
        broken(
                "here, segment 1: keeps 4 non-zero weights between images of a batch, all storages of the machine have"
                        + " 3 bytes",
                () -> keepWeights(new Component("buffer", "sram", 3, Map.of("bytes", 1.0)), dram));
    }
}
