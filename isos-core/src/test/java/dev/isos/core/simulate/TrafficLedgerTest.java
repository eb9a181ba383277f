package dev.isos.core.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.law.RunLaws;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.support.layers.LayerWork;
import dev.isos.testkit.PlainMachine;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Bytes and products of a chain of three layers, of which the first two are one segment; each number occurs once. */
class TrafficLedgerTest {
    private static final WorkSchema SCHEMA = LayerWork.schema();

    private final Network network = network();
    private final HardwareModel machine = new PlainMachine(new HardwareSpec("plain", "plain", Map.of(), Map.of()), 2);
    private final RunLaws laws = RunLaws.ofMachine("here", network, SCHEMA, machine);
    private final TrafficLedger ledger = new TrafficLedger(network, 2, SCHEMA, machine, laws);
    private int taken;
    private int segments;

    private static Network network() {
        NetworkBuilder builder = new NetworkBuilder("three", new FeatureMapShape(1, 1, 1));
        int first = builder.convolution("first", Layer.NETWORK_INPUT, 1, 1, 1, 0);
        int second = builder.convolution("second", first, 1, 1, 1, 0);
        builder.convolution("third", second, 1, 1, 1, 0);
        return builder.build();
    }

    private void begin(int... layers) {
        begin(segments++, false, layers);
    }

    private void begin(int index, boolean weightsThere, int... layers) {
        Segment segment = new Segment(
                IntStream.of(layers).boxed().toList(),
                IntStream.of(layers)
                        .mapToObj(layer -> new LayerMapping(layer, Map.of()))
                        .toList(),
                List.of(),
                List.of());
        laws.beginSegment(segment);
        taken = 0;
        ledger.beginSegment(segment, index, weightsThere, item -> taken++);
    }

    private static WorkItem item(int phase, int layer) {
        return new WorkItem(SCHEMA).begin(phase, layer, 0, 0, 0);
    }

    private static WorkItem moves(int phase, int layer, TensorRole role, long bytes) {
        return item(phase, layer).moves(role, layer, bytes);
    }

    private void takeEverything() {
        begin(0, 1);
        ledger.accept(moves(LayerWork.LOAD_FILTERS, 0, TensorRole.WEIGHTS, 1));
        ledger.accept(moves(LayerWork.LOAD_FILTERS, 1, TensorRole.WEIGHTS, 2));
        ledger.accept(moves(LayerWork.LOAD_INPUTS, 0, TensorRole.INPUTS, 4));
        ledger.accept(moves(LayerWork.LOAD_RESIDUAL, 1, TensorRole.RESIDUALS, 8));
        ledger.accept(moves(LayerWork.STORE_OUTPUTS, 1, TensorRole.OUTPUTS, 16));
        ledger.accept(item(LayerWork.MULTIPLY, 0).count(LayerWork.PRODUCTS, 3).count(LayerWork.OPERANDS, 1000));
        ledger.accept(item(LayerWork.MULTIPLY, 1).count(LayerWork.PRODUCTS, 5));
        ledger.accept(item(LayerWork.MULTIPLY, 1).count(LayerWork.PRODUCTS, 7));
        begin(2);
        ledger.accept(moves(LayerWork.LOAD_FILTERS, 2, TensorRole.WEIGHTS, 32));
        ledger.accept(moves(LayerWork.LOAD_INPUTS, 2, TensorRole.INPUTS, 64));
        ledger.accept(moves(LayerWork.LOAD_INPUTS, 2, TensorRole.INPUTS, 128));
        ledger.accept(moves(LayerWork.STORE_OUTPUTS, 2, TensorRole.OUTPUTS, 256));
        ledger.accept(item(LayerWork.MULTIPLY, 2).count(LayerWork.PRODUCTS, 11));
    }

    @Test
    void bytesByLayerSegmentAndRole() {
        takeEverything();
        assertEquals(new Traffic(1, 4, 0, 0), ledger.layerTraffic(0));
        assertEquals(new Traffic(2, 0, 16, 8), ledger.layerTraffic(1));
        assertEquals(new Traffic(32, 64 + 128, 256, 0), ledger.layerTraffic(2));
        assertEquals(new Traffic(3, 4, 16, 8), ledger.segmentTraffic(0));
        assertEquals(new Traffic(32, 192, 256, 0), ledger.segmentTraffic(1));
        assertEquals(new Traffic(35, 196, 272, 8), ledger.total());
    }

    @Test
    void productsByLayer() {
        takeEverything();
        assertEquals(3, ledger.products(0));
        assertEquals(12, ledger.products(1));
        assertEquals(11, ledger.products(2));
    }

    @Test
    void itemsAreNumberedFromZeroInEverySegment() {
        begin(0);
        assertEquals(0, ledger.accept(item(LayerWork.MULTIPLY, 0)));
        assertEquals(1, ledger.accept(item(LayerWork.MULTIPLY, 0).waitFor(0)));
        begin(1);
        assertEquals(0, ledger.accept(item(LayerWork.MULTIPLY, 1)));
        taken = 5;
        refused(
                "work item 1 (phase 3, layer 1) of segment 1 was numbered 5 by the machine",
                item(LayerWork.MULTIPLY, 1));
    }

    @Test
    void itemsBelongToALayerOfTheirSegment() {
        begin(0, 1);
        begin(2);
        refused(
                "work item 0 (phase 3, layer 0) of segment 1 belongs to a layer outside its segment",
                item(LayerWork.MULTIPLY, 0));
        refused(
                "work item 0 (phase 3, layer -1) of segment 1 belongs to a layer outside its segment",
                item(LayerWork.MULTIPLY, -1));
        refused(
                "work item 0 (phase 3, layer 3) of segment 1 belongs to a layer outside its segment",
                item(LayerWork.MULTIPLY, 3));
        ledger.accept(item(LayerWork.MULTIPLY, 2));
        refused(
                "work item 1 (phase 3, layer 1) of segment 1 belongs to a layer outside its segment",
                item(LayerWork.MULTIPLY, 1));
    }

    @Test
    void countsAreNotNegative() {
        begin(0);
        String negative = "work item 0 (phase 1, layer 0) of segment 0 has a negative count";
        refused(negative, moves(LayerWork.LOAD_INPUTS, 0, TensorRole.INPUTS, -1));
        refused(negative, item(LayerWork.LOAD_INPUTS, 0).holds(0, -1));
        refused(negative, new WorkItem(SCHEMA).begin(LayerWork.LOAD_INPUTS, 0, 0, 0, -1));
        refused(negative, item(LayerWork.LOAD_INPUTS, 0).count(SCHEMA.offset(WorkMetric.PRODUCTS.id()), -1));
        assertEquals(0, ledger.accept(moves(LayerWork.LOAD_INPUTS, 0, TensorRole.OUTPUTS, 0)), "nothing is moved");
    }

    @Test
    void bytesMoveInTheDirectionOfTheirPhase() {
        begin(0);
        refused(
                "work item 0 (phase 3, layer 0) of segment 0 computes and moves off-chip bytes at once",
                moves(LayerWork.MULTIPLY, 0, TensorRole.INPUTS, 1));
        refused(
                "work item 0 (phase 1, layer 0) of segment 0 moves OUTPUTS in the wrong direction",
                moves(LayerWork.LOAD_INPUTS, 0, TensorRole.OUTPUTS, 1));
        refused(
                "work item 0 (phase 5, layer 0) of segment 0 moves INPUTS in the wrong direction",
                moves(LayerWork.STORE_OUTPUTS, 0, TensorRole.INPUTS, 1));
        assertEquals(0, ledger.accept(moves(LayerWork.STORE_OUTPUTS, 0, TensorRole.INPUTS, 0)));
        assertEquals(1, ledger.accept(moves(LayerWork.MULTIPLY, 0, TensorRole.INPUTS, 0)));
    }

    /** A further image of a batch finds weights on chip: loading them moves nothing and is nobody's activity; its products count. */
    @Test
    void weightsThatAreThereAreNotMoved() {
        begin(0, false, 0, 1);
        ledger.accept(moves(LayerWork.LOAD_FILTERS, 0, TensorRole.WEIGHTS, 3));
        begin(0, true, 0, 1);
        WorkItem load = moves(LayerWork.LOAD_FILTERS, 0, TensorRole.WEIGHTS, 3);
        ledger.accept(load);
        ledger.accept(moves(LayerWork.LOAD_INPUTS, 0, TensorRole.INPUTS, 4));
        ledger.accept(item(LayerWork.MULTIPLY, 1).count(LayerWork.PRODUCTS, 7));
        assertEquals(0, load.offChipBytes());
        assertEquals(new Traffic(3, 4, 0, 0), ledger.segmentTraffic(0));
        assertEquals(new Traffic(0, 0, 0, 0), ledger.segmentTraffic(1));
        assertEquals(new Traffic(3, 4, 0, 0), ledger.total());
        assertEquals(7, ledger.products(1));
    }

    @Test
    void itemsWaitForEarlierOnes() {
        begin(0);
        ledger.accept(item(LayerWork.MULTIPLY, 0));
        String sentence =
                "work item 1 (phase 3, layer 0) of segment 0 waits for item %d, which does not come before it";
        refused(
                String.format(sentence, 1),
                item(LayerWork.MULTIPLY, 0).waitFor(0).waitFor(1));
        refused(String.format(sentence, -1), item(LayerWork.MULTIPLY, 0).waitFor(-1));
        assertEquals(1, ledger.accept(item(LayerWork.MULTIPLY, 0).waitFor(0)));
    }

    private void refused(String sentence, WorkItem item) {
        IsosException e = assertThrows(IsosException.class, () -> ledger.accept(item));
        assertEquals(sentence, e.getMessage());
        assertEquals(ErrorCode.SIMULATION_FAILED, e.code());
    }

    /** The laws hear of every item, with its number: one that starts before another has ended is found. */
    @Test
    void itemsAreHeldToTheLaws() {
        begin(0);
        SimulationListener listener = laws.listener(SimulationListener.NONE);
        listener.onItem(0, 0, 0, 5);
        listener.onItem(0, 1, 4, 6);
        ledger.accept(item(LayerWork.MULTIPLY, 0));
        IsosException e = assertThrows(
                IsosException.class,
                () -> ledger.accept(item(LayerWork.MULTIPLY, 0).waitFor(0)));
        assertEquals(
                "here, segment 0, starts work item 1 in cycle 4, before item 0, which it waits for, has ended in cycle 5",
                e.getMessage());
    }
}
