package dev.isos.core.wavefront.estimate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.network.Window;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.TensorBuffer;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.core.wavefront.TestGeometry;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.Pass;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Expected counts of layers and segments, mostly without zeros, by hand. A back end takes a cycle for a merge and for an output. */
class ExpectationByHandTest {
    private static final int IMAGE = Layer.NETWORK_INPUT;
    private static final BackEndCost COST = (merges, places, outputs) -> merges + outputs;

    private static Network one(LayerOp op, FeatureMapShape image) {
        NetworkBuilder builder = new NetworkBuilder("one", image);
        builder.add("layer", op, List.of(IMAGE), Layer.NONE);
        return builder.build();
    }

    private static ExpectedLayer expected(
            Network network,
            long weights,
            long nonZeros,
            LayerFactors factors,
            List<Pass> passes,
            int lanes,
            int vectors) {
        return new ExpectedLayer(
                new WorkloadDensities(network, List.of(weights), List.of(nonZeros, 0L)),
                network.layer(0),
                factors,
                passes,
                lanes,
                vectors,
                true,
                COST);
    }

    /**
     * Two groups of one channel to two, windows of 2 x 3 with a stride of 2 along 3 rows and 5 columns. Rows are met by 1, 2, 1 kernel
     * rows, columns by 1, 1, 2, 1, 1 kernel columns, so a channel's row of r kernel rows meets 2 r weights in four columns and 4 r in
     * one: 4 x 1 + 2 vectors of 3 for one kernel row, 4 x 2 + 3 for two.
     */
    @Test
    void aGroupedConvolution() {
        Network network =
                one(new Convolution(4, 2, new Window(2, 3, 1, 2, 0, 0, 0, 0, 1, 1)), new FeatureMapShape(2, 3, 5));
        ExpectedLayer whole =
                expected(network, 24, 30, new LayerFactors(1, 1, 2, 2, 0), List.of(new Pass(0, 3, 0, 2, 0, 4)), 4, 3);
        assertEquals(network.layer(0), whole.layer());
        assertEquals(30, whole.elements(), 1e-9);
        assertEquals(96, whole.products(), 1e-9);
        // 2 kernel rows of 4 channels for each of 2 x 2 outputs
        assertEquals(32, whole.places(), 1e-9);
        assertEquals(46, whole.vectors(), 1e-9);
        // rows 0 and 2 are dealt to lanes 0 and 1, row 1 to lanes 2 and 3
        assertArrayEquals(new double[] {10, 10, 5, 5}, whole.laneElements, 1e-9);
        assertArrayEquals(new double[] {12, 12, 11, 11}, whole.laneVectors, 1e-9);
        // two kernel rows of 4 channels for each of 2 x 2 outputs; a lane merges 4 and makes 2 for each of 2 columns
        assertEquals(32, whole.merges(), 1e-9);
        assertEquals(16, whole.outputs(), 1e-9);
        assertArrayEquals(new double[] {12, 12, 12, 12}, whole.laneBackEnd, 1e-9);
        // a tile of K per group: everything is read twice, and half of it meets weights
        ExpectedLayer tiles = expected(
                network,
                24,
                30,
                new LayerFactors(2, 1, 2, 2, 0),
                List.of(new Pass(0, 3, 0, 2, 0, 2), new Pass(0, 3, 0, 2, 2, 4)),
                4,
                3);
        assertEquals(60, tiles.elements(), 1e-9);
        assertEquals(96, tiles.products(), 1e-9);
        assertEquals(46, tiles.vectors(), 1e-9);
        assertEquals(32, tiles.merges(), 1e-9);
        assertEquals(16, tiles.outputs(), 1e-9);
    }

    /** Padding of 1 and dilation of 2: of 3 columns a window of 2 meets columns 1 at q = 0, 0 and 2 at q = 1, 1 at q = 2. */
    @Test
    void paddingAndDilation() {
        Network network =
                one(new Convolution(1, 1, new Window(1, 2, 1, 1, 0, 1, 0, 1, 1, 2)), new FeatureMapShape(1, 1, 3));
        ExpectedLayer layer =
                expected(network, 2, 3, new LayerFactors(1, 1, 1, 1, 0), List.of(new Pass(0, 1, 0, 1, 0, 1)), 1, 1);
        assertEquals(4, layer.products(), 1e-9);
        assertEquals(3, layer.elements(), 1e-9);
        assertEquals(3, layer.merges(), 1e-9);
    }

    /**
     * 8 inputs, half of them not zero, meet 6 weights each; in 2 steps of 4 inputs over 2 lanes. A lane gets the larger half of a
     * step: 0, 1, 1, 2, 2 for 0 to 4 of them, 1.25 on average; each takes two vectors of 4.
     */
    @Test
    void aStreamedLayer() {
        Network network =
                one(new Convolution(6, 1, new Window(1, 2, 1, 1, 0, 0, 0, 0, 1, 1)), new FeatureMapShape(4, 1, 2));
        ExpectedLayer layer =
                expected(network, 48, 4, new LayerFactors(1, 1, 1, 2, 2), List.of(new Pass(0, 1, 0, 1, 0, 6)), 2, 4);
        assertEquals(4, layer.elements(), 1e-9);
        assertEquals(24, layer.products(), 1e-9);
        assertEquals(10, layer.vectors(), 1e-9);
        assertArrayEquals(new double[] {2.5, 2.5}, layer.laneElements, 1e-9);
        assertArrayEquals(new double[] {5, 5}, layer.laneVectors, 1e-9);
        assertEquals(0, layer.merges(), 1e-9);
        assertEquals(6, layer.outputs(), 1e-9);
        assertArrayEquals(new double[] {3, 3}, layer.laneBackEnd, 1e-9);
    }

    /** Of a column of 3 rows the second pass reads row 1 alone: it and its output are the first of that pass, at lane 0. */
    @Test
    void rowsAreDealtFromTheFirstOfTheirPass() {
        Network network = one(new Convolution(1, 1, Window.square(1, 1, 0)), new FeatureMapShape(1, 3, 1));
        ExpectedLayer layer =
                expected(network, 1, 3, new LayerFactors(1, 3, 1, 1, 0), List.of(new Pass(1, 2, 1, 2, 0, 1)), 3, 4);
        assertArrayEquals(new double[] {1, 0, 0}, layer.laneElements, 1e-9);
        assertArrayEquals(new double[] {1, 0, 0}, layer.laneVectors, 1e-9);
        // a merge and an output
        assertArrayEquals(new double[] {2, 0, 0}, layer.laneBackEnd, 1e-9);
        assertEquals(1, layer.elements(), 1e-9);
    }

    /** A stride of 2 steps over row 1 of 3: its lane reads nothing. */
    @Test
    void rowsThatNoOutputMeetsAreNotRead() {
        Network network =
                one(new Convolution(1, 1, new Window(1, 1, 2, 1, 0, 0, 0, 0, 1, 1)), new FeatureMapShape(1, 3, 1));
        ExpectedLayer layer =
                expected(network, 1, 3, new LayerFactors(1, 1, 1, 1, 0), List.of(new Pass(0, 3, 0, 2, 0, 1)), 3, 4);
        assertArrayEquals(new double[] {1, 0, 1}, layer.laneElements, 1e-9);
        assertEquals(2, layer.elements(), 1e-9);
        assertEquals(2, layer.products(), 1e-9);
    }

    /**
     * A stride of 2 leaves one of 2 x 2 positions, its 4 channels meet 2 weights each, of which every other is zero. A lane gets two
     * of the channels; one of these takes no vector of 2 if both weights are zero, a quarter of the time, and else one.
     */
    @Test
    void aStreamedLayerThatStepsOverPositions() {
        Network network =
                one(new Convolution(2, 1, new Window(1, 1, 2, 2, 0, 0, 0, 0, 1, 1)), new FeatureMapShape(4, 2, 2));
        ExpectedLayer layer =
                expected(network, 4, 16, new LayerFactors(1, 1, 1, 2, 1), List.of(new Pass(0, 2, 0, 1, 0, 2)), 2, 2);
        assertEquals(4, layer.elements(), 1e-9);
        assertEquals(4 * 2 * 0.5, layer.products(), 1e-9);
        assertArrayEquals(new double[] {2, 2}, layer.laneElements, 1e-9);
        assertArrayEquals(new double[] {2 * 0.75, 2 * 0.75}, layer.laneVectors, 1e-9);
    }

    /** A partial result of one channel is not zero if neither input nor weight is: a quarter of 4 x 4 for halves of both. */
    @Test
    void partialResultsOfSparseOperands() {
        Network network = one(new Convolution(4, 1, Window.square(1, 1, 0)), new FeatureMapShape(1, 1, 4));
        ExpectedLayer layer =
                expected(network, 2, 2, new LayerFactors(1, 1, 1, 1, 0), List.of(new Pass(0, 1, 0, 1, 0, 4)), 1, 4);
        assertEquals(4, layer.merges(), 1e-9);
        assertEquals(4, layer.products(), 1e-9);
    }

    private static ExpectedLayer channelwise(LayerOp op, FeatureMapShape image, long nonZeros) {
        Network network = one(op, image);
        FeatureMapShape out = network.output().outputShape();
        return expected(
                network,
                0,
                nonZeros,
                new LayerFactors(1, 1, 1, 1, 0),
                List.of(new Pass(0, image.height(), 0, out.height(), 0, out.channels())),
                1,
                4);
    }

    /** 4 operands for each of 8 outputs, half of them not zero. */
    @Test
    void aPooling() {
        ExpectedLayer layer = channelwise(
                new Pooling(PoolingKind.MAX, Window.square(2, 2, 0), false), new FeatureMapShape(2, 4, 4), 16);
        assertEquals(16, layer.merges(), 1e-9);
        assertEquals(8, layer.outputs(), 1e-9);
        assertEquals(0, layer.products(), 1e-9);
        assertEquals(0, layer.elements(), 1e-9);
        assertEquals(16 + 8, layer.laneBackEnd[0], 1e-9);
    }

    /** Two groups of two channels at 3 positions: two operands for each of 12 outputs. */
    @Test
    void aSoftmax() {
        ExpectedLayer layer = channelwise(new LayerOp.Softmax(2, 1), new FeatureMapShape(4, 1, 3), 6);
        assertEquals(12, layer.merges(), 1e-9);
        // a window of 3 of 4 channels: 2, 3, 3, 2
        ExpectedLayer local =
                channelwise(new LayerOp.LocalResponseNormalisation(3, 1, 1, 1), new FeatureMapShape(4, 1, 3), 12);
        assertEquals(30, local.merges(), 1e-9);
    }

    /** Operands of 4 and 8 non-zeros among 8: both of each output, three quarters of them. */
    @Test
    void aSum() {
        FeatureMapShape image = new FeatureMapShape(2, 2, 2);
        NetworkBuilder builder = new NetworkBuilder("sum", image);
        int more = builder.furtherInput(image);
        builder.add("layer", new LayerOp.ElementwiseAdd(), List.of(IMAGE, more), Layer.NONE);
        Network network = builder.build();
        ExpectedLayer layer = new ExpectedLayer(
                new WorkloadDensities(network, List.of(0L), List.of(4L, 0L, 8L)),
                network.layer(0),
                new LayerFactors(1, 1, 1, 1, 0),
                List.of(new Pass(0, 2, 0, 2, 0, 2)),
                1,
                4,
                true,
                COST);
        assertEquals(12, layer.merges(), 1e-9);
    }

    /** Half of 4 channels are zeros: sums of 2 fibers have a mean of 4 and a variance of 2. */
    @Test
    void theFullestOfSomeSums() {
        FeatureMapShape image = new FeatureMapShape(4, 1, 3);
        ExpectedLayer layer = channelwise(new LayerOp.Softmax(2, 1), image, 6);
        assertEquals(Math.sqrt(0.5 / 4) * Binomial.largest(3), layer.excess(2, 3), 1e-12);
        assertEquals(0, channelwise(new LayerOp.Softmax(2, 1), image, 12).excess(2, 3));
        assertEquals(0, channelwise(new LayerOp.Softmax(2, 1), image, 0).excess(2, 3));
    }

    /** 4 channels to 8 at 2 x 3 positions, these to 2; then the image once more to 8, to which the first 8 are added. */
    private static WorkloadDensities densities() {
        NetworkBuilder builder = new NetworkBuilder("net", new FeatureMapShape(4, 2, 3));
        int first = builder.convolution("first", IMAGE, 8, 1, 1, 0);
        builder.convolution("second", first, 2, 1, 1, 0);
        builder.pointwiseWithResidual("third", IMAGE, 8, first);
        builder.add("pool", new Pooling(PoolingKind.MAX, Window.square(1, 1, 0), false), List.of(2), Layer.NONE);
        return new WorkloadDensities(builder.build(), List.of(32L, 16L, 32L, 0L), List.of(24L, 48L, 12L, 48L, 48L));
    }

    private static Segment segment(int kTiles, List<TensorBuffer> buffers, int... layers) {
        return new Segment(
                Arrays.stream(layers).boxed().toList(),
                Arrays.stream(layers)
                        .mapToObj(layer -> new LayerMapping(
                                layer,
                                Map.of(
                                        IsOsSchema.K_TILES, kTiles,
                                        IsOsSchema.ROW_TILES, 1,
                                        IsOsSchema.ROW_LANES, 1,
                                        IsOsSchema.OUTPUT_LANES, 1,
                                        IsOsSchema.STREAM_STEPS, 0)))
                        .toList(),
                List.of(),
                buffers);
    }

    private static ExpectedSegment of(Segment segment) {
        return new IsOsExpectation(densities(), TestGeometry.lanes(2), COST).of(segment);
    }

    private static void bytes(
            ExpectedSegment segment, double weights, double inputs, double outputs, double residuals) {
        assertEquals(weights, segment.bytes(TensorRole.WEIGHTS), 1e-9);
        assertEquals(inputs, segment.bytes(TensorRole.INPUTS), 1e-9);
        assertEquals(outputs, segment.bytes(TensorRole.OUTPUTS), 1e-9);
        assertEquals(residuals, segment.bytes(TensorRole.RESIDUALS), 1e-9);
    }

    /** Two bytes for each of 32 weights, 24 inputs, 48 outputs; the latter enter queues. */
    @Test
    void aSegmentOfOneLayer() {
        ExpectedSegment one = of(segment(1, List.of(), 0));
        bytes(one, 64, 48, 96, 0);
        assertEquals(48 + 96, one.queuedBytes(), 1e-9);
        assertEquals(1, one.layers().size());
        assertEquals(192, one.layers().get(0).products(), 1e-9);
        bytes(of(segment(1, List.of(), 2)), 64, 48, 96, 96);
        assertEquals(48 + 96 + 96, of(segment(1, List.of(), 2)).queuedBytes(), 1e-9);
    }

    /** What is between two layers stays, but enters the queues: the first one's output leaves for the third layer alone. */
    @Test
    void aPipeline() {
        ExpectedSegment two = of(segment(1, List.of(), 0, 1));
        bytes(two, 64 + 32, 48, 96 + 24, 0);
        assertEquals(48, two.bytes(TensorRole.INPUTS, 0), 1e-9);
        assertEquals(0, two.bytes(TensorRole.INPUTS, 1), 1e-9);
        assertEquals(24, two.bytes(TensorRole.OUTPUTS, 1), 1e-9);
        assertEquals(48 + 96 + 24, two.queuedBytes(), 1e-9);
        ExpectedSegment three = of(segment(1, List.of(), 0, 1, 2));
        bytes(three, 64 + 32 + 64, 48, 24 + 96, 0);
        // the third layer's output stays for a pooling behind it
        bytes(of(segment(1, List.of(), 0, 1, 2, 3)), 64 + 32 + 64, 48, 24 + 96, 0);
    }

    /**
     * Two tiles of K read the image twice: 48 bytes each. Of a queue with room for 3 columns of 8 bytes in a lane one column is on
     * its way, the two others stay and are read once.
     */
    @Test
    void tilesOfChannelsReadAgainWhatHasNotStayed() {
        bytes(of(segment(2, List.of(), 0)), 64, 48 + 48, 96, 0);
        ExpectedSegment resident = of(segment(2, List.of(new TensorBuffer(IMAGE, 24)), 0));
        bytes(resident, 64, 48 + 16, 96, 0);
        assertEquals(96 + 48 + 16, resident.queuedBytes(), 1e-9);
        bytes(of(segment(2, List.of(new TensorBuffer(IMAGE, 1000)), 0)), 64, 48, 96, 0);
    }

    /** A pooling in two tiles of channels reads each of them once. */
    @Test
    void tilesOfChannelsReadTheirOwn() {
        ExpectedSegment pooling = of(segment(2, List.of(), 3));
        bytes(pooling, 0, 96, 96, 0);
        assertEquals(96 + 96, pooling.queuedBytes(), 1e-9);
        assertEquals(48, pooling.layers().get(0).merges(), 1e-9);
    }

    /**
     * Half of 24 inputs and of 48 outputs are zeros. A lane of a row takes two bytes for each of two non-zeros of a fiber, so that the 6
     * fibers of the input take 24 bytes in its queue, and the outputs 48.
     */
    @Test
    void zerosTakeNoBytes() {
        Network network = densities().network();
        WorkloadDensities half =
                new WorkloadDensities(network, List.of(32L, 16L, 32L, 0L), List.of(12L, 24L, 12L, 48L, 48L));
        ExpectedSegment one = new IsOsExpectation(half, TestGeometry.lanes(2), COST).of(segment(1, List.of(), 0));
        bytes(one, 64, 24, 48, 0);
        assertEquals(24 + 48, one.queuedBytes(), 1e-9);
    }

    /** Each of two tiles reads its own row: 24 bytes each, of which one of two lanes holds half. */
    @Test
    void tilesOfRowsReadTheirOwn() {
        ExpectedSegment tiles = of(new Segment(
                List.of(0),
                List.of(new LayerMapping(
                        0,
                        Map.of(
                                IsOsSchema.K_TILES, 1,
                                IsOsSchema.ROW_TILES, 2,
                                IsOsSchema.ROW_LANES, 2,
                                IsOsSchema.OUTPUT_LANES, 2,
                                IsOsSchema.STREAM_STEPS, 0))),
                List.of(),
                List.of()));
        bytes(tiles, 64, 48, 96, 0);
        assertEquals(24 + 96, tiles.queuedBytes(), 1e-9);
    }

    /** As with two tiles, with three: the two columns that stay are read by the first tile alone. */
    @Test
    void whatHasStayedIsReadByTheFirstTile() {
        ExpectedSegment three = of(segment(3, List.of(new TensorBuffer(IMAGE, 24)), 0));
        bytes(three, 64, 48 + 16 + 16, 96, 0);
        assertEquals(96 + 48 + 16 + 16, three.queuedBytes(), 1e-9);
    }

    /** Two fibers of 4 channels, 8 bytes, are shared by both lanes, as all are that a streamed layer reads; two outputs take 4. */
    @Test
    void aStreamedLayerSharesItsInputAmongAllLanes() {
        Network network =
                one(new Convolution(2, 1, new Window(2, 1, 1, 1, 0, 0, 0, 0, 1, 1)), new FeatureMapShape(4, 2, 1));
        ExpectedSegment streamed = new IsOsExpectation(
                        new WorkloadDensities(network, List.of(16L), List.of(8L, 2L)), TestGeometry.lanes(2), COST)
                .of(new Segment(
                        List.of(0),
                        List.of(new LayerMapping(
                                0,
                                Map.of(
                                        IsOsSchema.K_TILES, 1,
                                        IsOsSchema.ROW_TILES, 1,
                                        IsOsSchema.ROW_LANES, 2,
                                        IsOsSchema.OUTPUT_LANES, 2,
                                        IsOsSchema.STREAM_STEPS, 1))),
                        List.of(),
                        List.of()));
        bytes(streamed, 32, 16, 4, 0);
        assertEquals(2 * 4 + 4, streamed.queuedBytes(), 1e-9);
    }

    /** A concatenation alone computes and moves nothing. */
    @Test
    void aSegmentInWhichNothingComputes() {
        FeatureMapShape image = new FeatureMapShape(2, 2, 2);
        NetworkBuilder builder = new NetworkBuilder("both", image);
        builder.concatenation("both", List.of(IMAGE, builder.furtherInput(image)));
        ExpectedSegment nothing = new IsOsExpectation(
                        new WorkloadDensities(builder.build(), List.of(0L), List.of(8L, 16L, 8L)),
                        TestGeometry.lanes(2),
                        COST)
                .of(segment(1, List.of(), 0));
        assertEquals(List.of(), nothing.layers());
        bytes(nothing, 0, 0, 0, 0);
        assertEquals(0, nothing.queuedBytes());
    }
}
