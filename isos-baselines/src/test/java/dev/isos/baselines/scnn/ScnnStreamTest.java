package dev.isos.baselines.scnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The items of layers of which a test gives the counts, on two elements, each of which has one position of a map of 1 x 2. All tensors
 * are without zeros. An entry has ten bits, so that an element has 2 bytes of one channel, 3 of two and 4 of three.
 */
class ScnnStreamTest {
    private static final Window POINT = Window.square(1, 1, 0);

    private final List<String> items = new ArrayList<>();

    /** Two convolutions of two channels, the second with the input of the network as residual operand. */
    private static Workload twoLayers() {
        WorkloadBuilder b = new WorkloadBuilder("two", 1, new FeatureMapShape(2, 1, 2), false, 1);
        int first = b.convolution(Layer.NETWORK_INPUT, 2, 1, POINT, 1);
        b.convolution(first, Layer.NETWORK_INPUT, 2, 1, POINT, 1, true);
        return b.build();
    }

    /** Two groups of one output; of the second of two parts of the inputs the second element has nothing. */
    private static LayerCounts twoGroups() {
        long[][][] parts = {{counts(7), counts(8)}, {counts(9), null}};
        return new LayerCounts(
                List.of(
                        new GroupCounts(0, 1, 5, parts, 2, true),
                        new GroupCounts(1, 2, 3, new long[][][] {{counts(5), counts(6)}}, 2, true)),
                2,
                new int[0]);
    }

    private static LayerCounts oneGroup() {
        return new LayerCounts(
                List.of(new GroupCounts(0, 2, 4, new long[][][] {{counts(5), counts(6)}}, 2, true)), 1, new int[0]);
    }

    private static long[] counts(long products) {
        return new long[] {products, products + 10, 2, 3, 4};
    }

    @Test
    void anOutputThatStaysOnChip() {
        Workload workload = twoLayers();
        ScnnStream stream = stream(workload, 3);
        stream.add(workload.network().layer(0), twoGroups(), ones(2));
        stream.add(workload.network().layer(1), oneGroup(), ones(2));
        assertEquals(
                List.of(
                        "load-weights 0.0.0.0: 3 B", // 0: half of five, rounded up
                        "load-inputs 0.0.1.0: 4 B", // 1: a channel
                        "load-weights 0.0.0.0: 2 B",
                        "load-inputs 0.0.1.0: 4 B",
                        "load-weights 0.0.0.0: 3 B", // 4: of the next group
                        "cartesian 0.0.0.0: 7 17 2 3 4 after 0 1", // 5
                        "cartesian 0.0.0.1: 8 18 2 3 4 after 0 1",
                        "cartesian 0.0.1.0: 9 19 2 3 4 after 2 3",
                        "barrier 0.0.0.0 after 5 6 7 0 1 2 3", // 8
                        "drain 0.0.0.0: 2 sums, 2 outputs after 8", // 9
                        "cartesian 0.1.0.0: 5 15 2 3 4 after 8 4", // 10
                        "cartesian 0.1.0.1: 6 16 2 3 4 after 8 4",
                        "barrier 0.1.0.0 after 10 11 4 8", // 12
                        "drain 0.1.0.0: 2 sums, 2 outputs after 12 9", // 13
                        // neither stored nor loaded again
                        "load-weights 1.0.0.0: 4 B after 12", // 14
                        "load-residual 1.0.0.0: 6 B after 12", // 15
                        "cartesian 1.0.0.0: 5 15 2 3 4 after 12 9 13 14", // 16
                        "cartesian 1.0.0.1: 6 16 2 3 4 after 12 9 13 14",
                        "barrier 1.0.0.0 after 16 17 12 14", // 18
                        "drain 1.0.0.0: 2 sums, 4 outputs after 18 13 15", // 19
                        "store-outputs 1.1.0.0: 6 B after 19"),
                items);
    }

    /** A tile of three bytes does not fit two: the input goes through in two passes, each with all weights, and the output is stored. */
    @Test
    void tilesThatDoNotFit() {
        Workload workload = twoLayers();
        ScnnStream stream = stream(workload, 2);
        stream.add(workload.network().layer(0), twoGroups(), ones(2));
        stream.add(workload.network().layer(1), oneGroup(), ones(2));
        assertEquals(
                List.of(
                        "load-weights 0.0.0.0: 3 B",
                        "load-inputs 0.0.1.0: 4 B",
                        "load-weights 0.0.0.0: 2 B",
                        "load-inputs 0.0.1.0: 4 B",
                        "load-weights 0.0.0.0: 5 B", // 4: for the second pass
                        "load-weights 0.0.0.0: 3 B", // 5: of the next group
                        "cartesian 0.0.0.0: 7 17 2 3 4 after 0 1", // 6
                        "cartesian 0.0.0.1: 8 18 2 3 4 after 0 1",
                        "cartesian 0.0.1.0: 9 19 2 3 4 after 2 3",
                        "barrier 0.0.0.0 after 6 7 8 4 0 1 2 3", // 9
                        "drain 0.0.0.0: 2 sums, 2 outputs after 9", // 10
                        "load-weights 0.1.0.0: 3 B after 9", // 11: for the second pass
                        "store-outputs 0.1.0.0: 4 B after 10", // 12: of the group before
                        "cartesian 0.1.0.0: 5 15 2 3 4 after 9 5", // 13
                        "cartesian 0.1.0.1: 6 16 2 3 4 after 9 5",
                        "barrier 0.1.0.0 after 13 14 5 11 9", // 15
                        "drain 0.1.0.0: 2 sums, 2 outputs after 15 10", // 16
                        "store-outputs 0.2.0.0: 4 B after 16", // 17
                        "load-weights 1.0.0.0: 4 B after 15", // 18
                        "load-inputs 1.0.1.0: 6 B after 15 17", // 19
                        "load-weights 1.0.0.0: 4 B after 15", // 20
                        "load-residual 1.0.0.0: 6 B after 15", // 21
                        "cartesian 1.0.0.0: 5 15 2 3 4 after 15 10 16 18 19", // 22
                        "cartesian 1.0.0.1: 6 16 2 3 4 after 15 10 16 18 19",
                        "barrier 1.0.0.0 after 22 23 20 15 18 19", // 24
                        "drain 1.0.0.0: 2 sums, 4 outputs after 24 16 21", // 25
                        "store-outputs 1.1.0.0: 6 B after 25"),
                items);
    }

    /** Three passes of one byte over a tile of three; two bands do two of them, each then twice. Outputs are complete with the last band. */
    @Test
    void bandsDoPartOfThePasses() {
        WorkloadBuilder b = new WorkloadBuilder("bands", 1, new FeatureMapShape(2, 1, 2), false, 1);
        b.convolution(Layer.NETWORK_INPUT, Layer.NETWORK_INPUT, 2, 1, POINT, 1, true);
        Workload workload = b.build();
        long[][][] parts = {{counts(5), counts(6)}};
        List<GroupCounts> bands =
                List.of(new GroupCounts(0, 2, 4, parts, 3, false), new GroupCounts(0, 2, 4, parts, 2, true));
        stream(workload, 1).add(workload.network().layer(0), new LayerCounts(bands, 1, new int[0]), ones(2));
        assertEquals(
                List.of(
                        "load-weights 0.0.0.0: 4 B",
                        "load-inputs 0.0.1.0: 6 B",
                        "load-weights 0.0.0.0: 4 B", // 2: again
                        "load-weights 0.0.0.0: 4 B", // 3: of the next band
                        "cartesian 0.0.0.0: 5 15 2 3 4 after 0 1", // 4
                        "cartesian 0.0.0.1: 6 16 2 3 4 after 0 1",
                        "barrier 0.0.0.0 after 4 5 2 0 1", // 6
                        "drain 0.0.0.0: 3 sums, 0 outputs after 6", // 7
                        "load-weights 0.1.0.0: 4 B after 6", // 8
                        "load-residual 0.1.0.0: 6 B after 6", // 9
                        "cartesian 0.1.0.0: 5 15 2 3 4 after 6 3", // 10
                        "cartesian 0.1.0.1: 6 16 2 3 4 after 6 3",
                        "barrier 0.1.0.0 after 10 11 3 8 6", // 12
                        "drain 0.1.0.0: 2 sums, 4 outputs after 12 7 9", // 13
                        "store-outputs 0.2.0.0: 6 B after 13"),
                items);
    }

    /**
     * The second layer finds the output of the first on chip, which is also stored: it is a part of what the fourth reads. So is the output of
     * the second, which the fourth reads from memory although it is still on chip.
     */
    @Test
    void partsOfAConcatenationAreReadFromMemory() {
        WorkloadBuilder b = new WorkloadBuilder("parts", 1, new FeatureMapShape(2, 1, 2), false, 1);
        int first = b.convolution(Layer.NETWORK_INPUT, 2, 1, POINT, 1);
        int second = b.convolution(first, 1, 1, POINT, 1);
        b.convolution(b.concatenation(first, second), 2, 1, POINT, 1);
        Workload workload = b.build();
        ScnnStream stream = stream(workload, 100);
        stream.add(workload.network().layer(0), oneGroup(), ones(2));
        LayerCounts single = new LayerCounts(
                List.of(new GroupCounts(0, 1, 4, new long[][][] {{counts(5), null}}, 2, true)), 1, new int[0]);
        stream.add(workload.network().layer(1), single, ones(1));
        stream.add(workload.network().layer(3), oneGroup(), ones(2));
        assertEquals(
                List.of(
                        "load-inputs 0.0.1.0: 6 B",
                        "store-outputs 0.1.0.0: 6 B after 5",
                        "store-outputs 1.1.0.0: 4 B after 10",
                        "load-inputs 3.0.1.0: 6 B after 9 6",
                        "load-inputs 3.0.2.0: 4 B after 9 11",
                        "store-outputs 3.1.0.0: 6 B after 18"),
                items.stream()
                        .filter(item -> item.startsWith("load-inputs") || item.startsWith("store"))
                        .toList());
    }

    /** Both operands are the same tensor, which is loaded once; its second channel comes with the second part. */
    @Test
    void anAdditionOfATensorToItself() {
        WorkloadBuilder b = new WorkloadBuilder("sum", 1, new FeatureMapShape(2, 1, 2), false, 1);
        b.elementwiseAdd(Layer.NETWORK_INPUT, Layer.NETWORK_INPUT, true);
        Workload workload = b.build();
        long[] operands = {0, 0, 0, 0, 0, 0, 2};
        long[][][] parts = {{operands, operands}, {operands, operands}};
        LayerCounts counts = new LayerCounts(List.of(new GroupCounts(0, 2, 0, parts, 0, true)), 2, new int[0]);
        // one byte of activation RAM: a layer without weights needs no passes
        stream(workload, 1).add(workload.network().layer(0), counts, ones(2));
        assertEquals(
                List.of(
                        "load-inputs 0.0.0.0: 4 B",
                        "load-inputs 0.0.0.0: 4 B",
                        "reduce 0.0.0.0: 0 0 0 0 0, 2 operands after 0",
                        "reduce 0.0.0.1: 0 0 0 0 0, 2 operands after 0",
                        "reduce 0.0.1.0: 0 0 0 0 0, 2 operands after 1",
                        "reduce 0.0.1.1: 0 0 0 0 0, 2 operands after 1",
                        "barrier 0.0.0.0 after 2 3 4 5 0 1",
                        "drain 0.0.0.0: 0 sums, 4 outputs after 6",
                        "store-outputs 0.1.0.0: 6 B after 7"),
                items);
    }

    @Test
    void refusesCountsBeyondAnInt() {
        Workload workload = twoLayers();
        Layer layer = workload.network().layer(0);
        stream(workload, 100).add(layer, products(Integer.MAX_VALUE), ones(2));
        IsosException refused = assertThrows(
                IsosException.class, () -> stream(workload, 100).add(layer, products(Integer.MAX_VALUE + 1L), ones(2)));
        assertEquals(
                "layer conv0 gives a processing element of scnn 2147483648 of something in one group, more than the model"
                        + " can count",
                refused.getMessage());
    }

    private static LayerCounts products(long products) {
        long[][][] parts = {{{products}, null}};
        return new LayerCounts(List.of(new GroupCounts(0, 2, 4, parts, 2, true)), 1, new int[0]);
    }

    private static ActivationTensor ones(int channels) {
        byte[] values = new byte[2 * channels];
        Arrays.fill(values, (byte) 1);
        return new ActivationTensor(new FeatureMapShape(channels, 1, 2), false, values);
    }

    private ScnnStream stream(Workload workload, int activationRamBytes) {
        items.clear();
        List<Integer> layers =
                IntStream.range(0, workload.network().size()).boxed().toList();
        Segment segment = new Segment(
                layers, layers.stream().map(l -> new LayerMapping(l, Map.of())).toList(), List.of(), List.of());
        WorkSink sink = item -> {
            items.add(text(item));
            return items.size() - 1;
        };
        return new ScnnStream(
                new Context(workload, segment, sink), new ScnnGeometry(1, 2, 1, 64, 2, activationRamBytes));
    }

    /** Phase, layer, step, row and place; counts or bytes; and what it waits for. */
    private static String text(WorkItem item) {
        String text = ScnnWork.PHASES.get(item.phase()).id() + " " + item.layer() + "." + item.step() + "." + item.row()
                + "." + item.place();
        int[] counts = item.counts();
        switch (item.phase()) {
            case ScnnWork.CARTESIAN, ScnnWork.REDUCE -> {
                text += ":";
                for (int i = ScnnWork.PRODUCTS; i <= ScnnWork.HALO_SUMS; i++) {
                    text += " " + counts[i];
                }
                text += counts[ScnnWork.OPERANDS] > 0 ? ", " + counts[ScnnWork.OPERANDS] + " operands" : "";
            }
            case ScnnWork.DRAIN ->
                text += ": " + counts[ScnnWork.DRAINED_SUMS] + " sums, " + counts[ScnnWork.POST_OPS] + " outputs";
            case ScnnWork.BARRIER -> {}
            default -> text += ": " + item.offChipBytes() + " B";
        }
        for (int i = 0; i < item.waitCount(); i++) {
            text += (i == 0 ? " after " : " ") + item.waitsFor()[i];
        }
        return text;
    }

    private record Context(Workload workload, Segment segment, WorkSink sink) implements ExecutionContext {
        @Override
        public Geometry geometry() {
            throw new IllegalStateException("given to the stream");
        }

        @Override
        public ActivationTensor activation(int layer) {
            return ones(workload.network().shapeOf(layer).channels());
        }

        @Override
        public void output(int layer, ActivationTensor tensor) {
            throw new IllegalStateException("given by the dataflow");
        }

        @Override
        public <T> T shared(Object key, Class<T> type, Supplier<T> compute) {
            return compute.get();
        }
    }
}
