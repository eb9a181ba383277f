package dev.isos.core.wavefront.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.plan.TensorBuffer;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.wavefront.IsOsDataflow;
import dev.isos.core.wavefront.TestGeometry;
import dev.isos.core.wavefront.WeakSpots;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.testkit.RandomWorkloads;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class IsOsMapperTest {
    private static final Window THREE = Window.square(3, 1, 1);
    private final IsOsDataflow dataflow = new IsOsDataflow();

    /** Two dense 3x3 layers 8 -> 8 on an 8x8 map: 576 weights of 2 bytes each. */
    private static Workload twoLayers() {
        return layers(8, 2);
    }

    private static Workload layers(int rows, int count) {
        WorkloadBuilder builder = new WorkloadBuilder("layers", 1, new FeatureMapShape(8, rows, 8), false, 0.5);
        int at = Layer.NETWORK_INPUT;
        for (int i = 0; i < count; i++) {
            at = builder.convolution(at, 8, 1, THREE, 1);
        }
        return builder.build();
    }

    private static Geometry with(int lanes, String key, long value) {
        return TestGeometry.with(lanes, Map.of(key, value));
    }

    private PlanRejection reject(Workload workload, List<Integer> layers, Geometry geometry) {
        return assertInstanceOf(PlanRejection.class, dataflow.map(workload, layers, geometry));
    }

    private Segment accept(Workload workload, List<Integer> layers, Geometry geometry) {
        MappingOutcome outcome = dataflow.map(workload, layers, geometry);
        return assertInstanceOf(Segment.class, outcome, () -> ((PlanRejection) outcome).reason());
    }

    private void rejected(
            String resource,
            long demand,
            long limit,
            String reason,
            Workload workload,
            List<Integer> layers,
            Geometry on) {
        assertEquals(new PlanRejection(resource, demand, limit, reason), reject(workload, layers, on));
    }

    @Test
    void namesWhatDoesNotFit() {
        rejected(
                "filterBuffer",
                2304,
                2303,
                "layer conv1: filters of the segment need 2,304 bytes, the filter buffer has 2,303",
                twoLayers(),
                List.of(0, 1),
                with(8, IsOsSchema.FILTER_BUFFER, 2303));
        rejected(
                "contexts",
                2,
                1,
                "layer conv1: the segment has 2 layers, the machine has 1 contexts",
                twoLayers(),
                List.of(0, 1),
                with(8, IsOsSchema.CONTEXTS, 1));
        // 3 kernel rows x 3 live columns x 8 outputs x 4 bytes, twice
        rejected(
                "contextArray",
                576,
                575,
                "layer conv1: partial results of the segment need 576 bytes per lane, a context array has 575",
                twoLayers(),
                List.of(0, 1),
                with(8, IsOsSchema.CONTEXT_ARRAY, 575));
        // 8 channels of 2 bytes: one column of the input and two of each output, since the one before is kept until its
        // partial results' columns are used again
        rejected(
                "queues",
                80,
                79,
                "layer conv1: the tensors of the segment need 80 bytes of queues per lane, a lane has 79",
                twoLayers(),
                List.of(0, 1),
                with(8, IsOsSchema.QUEUES, 79));
    }

    @Test
    void fitsExactly() {
        Segment segment = accept(
                twoLayers(),
                List.of(0, 1),
                TestGeometry.with(
                        8,
                        Map.of(
                                IsOsSchema.FILTER_BUFFER, 2304L,
                                IsOsSchema.CONTEXT_ARRAY, 576L,
                                IsOsSchema.QUEUES, 80L,
                                IsOsSchema.CONTEXTS, 2L)));
        assertEquals(
                List.of(
                        new StorageDemand("filterBuffer", 2304, 2304, 1),
                        new StorageDemand("contextArray", 576, 576, 8),
                        new StorageDemand("queues", 80, 80, 8)),
                segment.storage());
        assertEquals(
                List.of(new TensorBuffer(Layer.NETWORK_INPUT, 16), new TensorBuffer(0, 32), new TensorBuffer(1, 32)),
                segment.buffers());
        assertEquals(new LayerFactors(1, 1, 1, 1, 0), LayerFactors.of(segment.mapping(1)));
    }

    @Test
    void idleLanesShareTheRows() {
        Segment segment = accept(twoLayers(), List.of(0, 1), TestGeometry.lanes(20));
        assertEquals(new LayerFactors(1, 1, 2, 2, 0), LayerFactors.of(segment.mapping(0)));
        assertEquals(288, segment.storage().get(1).demandBytes());
        assertEquals(
                List.of(new TensorBuffer(Layer.NETWORK_INPUT, 8), new TensorBuffer(0, 16), new TensorBuffer(1, 16)),
                segment.buffers());
        // no more lanes than channels
        assertEquals(
                new LayerFactors(1, 1, 12, 8, 0),
                LayerFactors.of(
                        accept(twoLayers(), List.of(0), TestGeometry.lanes(100)).mapping(0)));
    }

    @Test
    void onlyWeightsThatAreThereCount() {
        // one weight per kernel row at kernel column 2: it is met at distance 2 of the window's first column
        WorkloadBuilder builder = new WorkloadBuilder("sparse", 1, new FeatureMapShape(8, 8, 8), false, 0.5);
        builder.convolution(Layer.NETWORK_INPUT, 8, 1, THREE, 0);
        Segment segment = accept(builder.build(), List.of(0), TestGeometry.lanes(8));
        assertEquals(0, segment.storage().get(0).demandBytes());
        assertEquals(0, segment.storage().get(1).demandBytes());
    }

    @Test
    void poolingsAndFullyConnectedLayersRunByThemselves() {
        WorkloadBuilder builder = new WorkloadBuilder("tail", 1, new FeatureMapShape(4, 6, 6), false, 0.5);
        int conv = builder.convolution(Layer.NETWORK_INPUT, 4, 1, THREE, 1);
        int pool = builder.pooling(conv, PoolingKind.MAX, Window.square(2, 2, 0), false);
        builder.convolution(pool, 10, 1, Window.square(3, 1, 0), 1);
        Workload workload = builder.build();
        Geometry machine = TestGeometry.lanes(8);
        String pooling = "pooling pool1 ends a pipeline and runs by itself";
        rejected("contexts", 2, 1, pooling, workload, List.of(0, 1), machine);
        rejected("contexts", 2, 1, pooling, workload, List.of(1, 2), machine);
        // 3x3 outputs, not one
        assertEquals(
                0,
                LayerFactors.of(accept(workload, List.of(1), machine).mapping(1))
                        .streamSteps());

        builder = new WorkloadBuilder("classifier", 1, new FeatureMapShape(4, 6, 6), false, 0.5);
        conv = builder.convolution(Layer.NETWORK_INPUT, 4, 1, THREE, 1);
        builder.convolution(conv, 10, 1, Window.square(6, 1, 0), 1);
        Workload classifier = builder.build();
        rejected(
                "contexts",
                2,
                1,
                "layer conv1 is fully connected: its weights stream by, and it runs by itself",
                classifier,
                List.of(0, 1),
                machine);
        // 1,440 weights, 2,880 bytes, in pieces of a sixteenth of 4,096: 12 steps of 120 weights and up to 10 more
        Segment streamed = accept(classifier, List.of(1), with(8, IsOsSchema.FILTER_BUFFER, 4096));
        assertEquals(new LayerFactors(1, 1, 8, 8, 12), LayerFactors.of(streamed.mapping(1)));
        assertEquals(2 * (2 * 120 + 10), streamed.storage().get(0).demandBytes());
        // 10 partial results over 8 lanes
        assertEquals(2 * 4, streamed.storage().get(1).demandBytes());
        // 36 fibers of 4 channels, a byte at a time; two outputs
        assertEquals(List.of(new TensorBuffer(0, 36 * 2), new TensorBuffer(1, 4)), streamed.buffers());
        rejected(
                "contextArray",
                8,
                7,
                "layer conv1: partial results need 8 bytes per lane, a context array has 7",
                classifier,
                List.of(1),
                with(8, IsOsSchema.CONTEXT_ARRAY, 7));
        rejected(
                "queues",
                76,
                75,
                "layer conv1: the tensors of the segment need 76 bytes of queues per lane, a lane has 75",
                classifier,
                List.of(1),
                with(8, IsOsSchema.QUEUES, 75));
        // as many steps as input elements: 20 weights of two steps and 10 with which one is full
        rejected(
                "filterBuffer",
                60,
                59,
                "layer conv1: two steps of its filters need 60 bytes, the filter buffer has 59",
                classifier,
                List.of(1),
                with(8, IsOsSchema.FILTER_BUFFER, 59));
    }

    @Test
    void aLayerWhoseFiltersDoNotFitIsTiledOverChannels() {
        // 144 bytes an output; two tiles are in the buffer at once
        Segment four = accept(layers(8, 1), List.of(0), with(8, IsOsSchema.FILTER_BUFFER, 600));
        assertEquals(new LayerFactors(4, 1, 1, 1, 0), LayerFactors.of(four.mapping(0)));
        assertEquals(2 * 288, four.storage().get(0).demandBytes());
        assertEquals(2 * 36, four.storage().get(1).demandBytes());
        Segment eight = accept(layers(8, 1), List.of(0), with(8, IsOsSchema.FILTER_BUFFER, 575));
        assertEquals(8, LayerFactors.of(eight.mapping(0)).kTiles());
        rejected(
                "filterBuffer",
                288,
                287,
                "layer conv0: two tiles of its filters need 288 bytes, the filter buffer has 287",
                layers(8, 1),
                List.of(0),
                with(8, IsOsSchema.FILTER_BUFFER, 287));
        // what the queues have left keeps columns of the input
        long demand = four.storage().get(2).demandBytes();
        Segment some = accept(
                layers(8, 1),
                List.of(0),
                TestGeometry.with(8, Map.of(IsOsSchema.FILTER_BUFFER, 600L, IsOsSchema.QUEUES, demand + 33)));
        assertEquals(
                new TensorBuffer(Layer.NETWORK_INPUT, 16 + 33), some.buffers().get(0));
        assertEquals(demand, some.storage().get(2).demandBytes());
    }

    /** 8 rows; 288 bytes of partial results a row. */
    @Test
    void aLayerWhosePartialResultsDoNotFitIsTiledOverRowsAndOnlyThenOverChannels() {
        // tiles of two rows read four, so that two lanes share a row
        Segment rows = accept(layers(8, 1), List.of(0), with(8, IsOsSchema.CONTEXT_ARRAY, 287));
        assertEquals(new LayerFactors(1, 4, 2, 4, 0), LayerFactors.of(rows.mapping(0)));
        assertEquals(144, rows.storage().get(1).demandBytes());
        // not even a row that reads three leaves three lanes a row
        Segment channels = accept(layers(8, 1), List.of(0), with(8, IsOsSchema.CONTEXT_ARRAY, 143));
        assertEquals(new LayerFactors(3, 1, 1, 1, 0), LayerFactors.of(channels.mapping(0)));
        assertEquals(3 * 36, channels.storage().get(1).demandBytes());
        // over both where one channel of all rows is too much
        Segment both = accept(layers(8, 1), List.of(0), with(8, IsOsSchema.CONTEXT_ARRAY, 35));
        assertEquals(new LayerFactors(8, 4, 2, 1, 0), LayerFactors.of(both.mapping(0)));
        assertEquals(18, both.storage().get(1).demandBytes());
        rejected(
                "contextArray",
                18,
                17,
                "layer conv0: partial results of the segment need 18 bytes per lane, a context array has 17",
                layers(8, 1),
                List.of(0),
                with(8, IsOsSchema.CONTEXT_ARRAY, 17));
    }

    /** Half the weights of a channel's window are zero; with coordinates those that can be non-zero would take 4 bytes each. */
    @Test
    void depthwiseLayersKeepAPlaceForEachPartialResultIfTheMachineHasPlaces() {
        WorkloadBuilder builder = new WorkloadBuilder("depthwise", 1, new FeatureMapShape(8, 8, 8), false, 0.5);
        int first = builder.convolution(Layer.NETWORK_INPUT, 8, 8, THREE, 0.5);
        builder.convolution(first, 8, 2, THREE, 0.5);
        Workload workload = builder.build();
        Geometry coordinates = TestGeometry.lanes(8);
        Geometry places = with(8, IsOsSchema.DEPTHWISE_PARTIAL_BYTES, 2);
        assertEquals(2, IsOsMapper.partialBytes(workload.network().layer(0), places));
        assertEquals(4, IsOsMapper.partialBytes(workload.network().layer(0), coordinates));
        assertEquals(4, IsOsMapper.partialBytes(workload.network().layer(1), places));
        FilterFootprint depthwise = new FilterFootprint(workload.filters(0), THREE);
        assertTrue(depthwise.places(0, 8) > depthwise.partials(0, 8));
        assertEquals(2 * depthwise.places(0, 8), partialBytes(workload, 0, places));
        assertEquals(4 * depthwise.partials(0, 8), partialBytes(workload, 0, coordinates));
        // groups of four channels
        assertEquals(partialBytes(workload, 1, coordinates), partialBytes(workload, 1, places));
    }

    private long partialBytes(Workload workload, int layer, Geometry geometry) {
        return accept(workload, List.of(layer), geometry).storage().get(1).demandBytes();
    }

    @Test
    void theNumberOfTilesOfRowsIsThatWithTheLeastWorkOfALane() {
        // 8 rows on 4 lanes: a tile of four rows reads five, two of them in one lane; four tiles of two rows take as
        // long
        assertEquals(2, rowTiles(layers(8, 1), List.of(0), 4));
        // on 3 lanes three tiles read five rows, two in one lane; no more tiles, since four that read four take longer
        assertEquals(3, rowTiles(layers(8, 1), List.of(0), 3));
        // on 6 lanes a tile of four reads five
        assertEquals(2, rowTiles(layers(8, 1), List.of(0), 6));
        // 13 rows on 12 lanes: two tiles read 8 rows, one lane each; three read 6, two lanes each; four still two
        assertEquals(3, rowTiles(layers(13, 1), List.of(0), 12));
        // pointwise, 8 rows on 4 lanes: four tiles of two rows on two lanes each are no better than two of four rows
        WorkloadBuilder builder = new WorkloadBuilder("pointwise", 1, new FeatureMapShape(8, 8, 8), false, 0.5);
        builder.convolution(Layer.NETWORK_INPUT, 8, 1, Window.square(1, 1, 0), 1);
        assertEquals(2, rowTiles(builder.build(), List.of(0), 4));
        // two layers of 8 rows on 7 lanes: two tiles of the second make 5 rows of the first, which read 6
        assertEquals(2, rowTiles(twoLayers(), List.of(0, 1), 7));
        // the window alone has more rows than there are lanes: one output row at a time, several input rows in a lane
        Segment single = accept(layers(8, 1), List.of(0), TestGeometry.lanes(1));
        assertEquals(new LayerFactors(1, 8, 1, 1, 0), LayerFactors.of(single.mapping(0)));
        assertEquals(3 * 288, single.storage().get(1).demandBytes());
        assertEquals(
                new TensorBuffer(Layer.NETWORK_INPUT, 3 * 16), single.buffers().get(0));
        // a strided layer whose output has a row for each lane is not tiled, though it reads twice as many
        WorkloadBuilder strided = new WorkloadBuilder("strided", 1, new FeatureMapShape(8, 8, 8), false, 0.5);
        strided.convolution(Layer.NETWORK_INPUT, 8, 1, Window.square(3, 2, 1), 1);
        assertEquals(
                1,
                LayerFactors.of(accept(strided.build(), List.of(0), TestGeometry.lanes(4))
                                .mapping(0))
                        .rowTiles());
    }

    private int rowTiles(Workload workload, List<Integer> layers, int lanes) {
        return LayerFactors.of(
                        accept(workload, layers, TestGeometry.lanes(lanes)).mapping(0))
                .rowTiles();
    }

    @Test
    void layersInTilesOfRowsArePipelinedWithEachOtherOnly() {
        WorkloadBuilder builder = new WorkloadBuilder("tall", 1, new FeatureMapShape(8, 8, 8), false, 0.5);
        int first = builder.convolution(Layer.NETWORK_INPUT, 8, 1, THREE, 1);
        int second = builder.convolution(first, 8, 1, Window.square(3, 2, 1), 1);
        builder.convolution(second, 8, 1, THREE, 1);
        Workload workload = builder.build();
        Geometry five = TestGeometry.lanes(5);
        // the second layer has four rows, though it reads eight, and would run whole
        rejected(
                "lanes",
                8,
                5,
                "layer conv0: 8 of its rows are on chip at once, the machine has 5 lanes",
                workload,
                List.of(0, 1),
                five);
        // on two lanes both are tall, but more tiles than the second has rows would compute halos for nothing
        rejected(
                "lanes",
                8,
                2,
                "layer conv0: 8 of its rows are on chip at once, the machine has 2 lanes",
                workload,
                List.of(0, 1),
                TestGeometry.lanes(2));
        // one row of the second reads three of the first
        assertEquals(4, rowTiles(workload, List.of(0, 1), 3));
        assertEquals(
                1,
                LayerFactors.of(accept(workload, List.of(2), five).mapping(2)).rowTiles());
    }

    /** Rows never meet in a lane unless there are more of them than lanes, and every part of K has a channel. */
    @Test
    void placesAreLanesOfTheirOwn(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        for (long seed = first; seed < first + 100; seed++) {
            Workload workload =
                    seed % 4 == 0 ? WeakSpots.all().get((int) (seed / 4 % 12)) : RandomWorkloads.network(seed);
            SplitMix random = new SplitMix(seed);
            int lanes = random.between(1, 80);
            int from = random.between(0, workload.network().size() - 1);
            int to = random.between(from, workload.network().size() - 1);
            List<Integer> range = IntStream.rangeClosed(from, to).boxed().toList();
            SegmentTensors tensors = new SegmentTensors(workload.network(), range);
            if (!(dataflow.map(workload, range, TestGeometry.lanes(lanes)) instanceof Segment segment)
                    || tensors.layers().isEmpty()) {
                continue;
            }
            LayerFactors shared =
                    LayerFactors.of(segment.mapping(tensors.layers().get(0).index()));
            SegmentPasses passes = SegmentPasses.of(tensors, shared);
            for (int i = 0; i < tensors.layers().size(); i++) {
                Layer layer = tensors.layers().get(i);
                LayerFactors factors = LayerFactors.of(segment.mapping(layer.index()));
                String where = "seed " + seed + ", " + layer.name() + ", " + factors + ", lanes " + lanes;
                assertEquals(shared.rowTiles(), factors.rowTiles(), where);
                assertEquals(shared.kTiles(), factors.kTiles(), where);
                assertTrue(factors.rowTiles() <= layer.outputShape().height(), where);
                assertTrue(
                        factors.outputLanes() * factors.kTiles()
                                <= layer.outputShape().channels(),
                        where);
                for (int pass = 0; pass < passes.count() && !factors.streamed(); pass++) {
                    Pass mine = passes.pass(pass, i);
                    assertTrue(factors.outputLanes() == 1 || factors.outputLanes() * mine.outputRows() <= lanes, where);
                    assertTrue(factors.rowLanes() == 1 || factors.rowLanes() * mine.inputRows() <= lanes, where);
                    boolean single = factors.rowTiles() >= layer.outputShape().height();
                    assertTrue(
                            mine.outputRows() <= lanes || single || !(layer.op() instanceof Convolution),
                            where + ", " + mine);
                }
            }
        }
    }

    @Test
    void aSkipOperandWaitsOnlyForTheLagOfItsBranch() {
        WorkloadBuilder builder = new WorkloadBuilder("skip", 2, new FeatureMapShape(4, 8, 32), false, 0.5);
        int stem = builder.convolution(Layer.NETWORK_INPUT, 4, 1, Window.square(1, 1, 0), 1);
        int branch = builder.convolution(stem, 4, 1, Window.square(3, 1, 1), 1);
        branch = builder.convolution(branch, 4, 1, Window.square(3, 1, 1), 1);
        builder.convolution(branch, stem, 4, 1, Window.square(1, 1, 0), 1, true);
        int[] live = WavefrontSchedule.run(
                new SegmentTensors(builder.build().network(), List.of(0, 1, 2, 3)),
                new int[] {1, 3, 3, 1},
                WavefrontSchedule.NOBODY);
        // two 3x3 layers lag one column each: the skip operand waits for two columns beside the one that arrives
        assertEquals(3, live[stem + 1]);
        assertEquals(1, live[0]);
        assertEquals(1, live[branch + 1]);
    }

    /** What a rejection says the machine would need is exact: with one less it is rejected still, with so much it is not. */
    @Test
    void oneMoreLayerFitsOnceTheMachineHasWhatTheRejectionsName(TestReporter reporter) {
        Map<String, String> keys = Map.of(
                IsOsMapper.CONTEXTS, IsOsSchema.CONTEXTS,
                IsOsMapper.FILTER_BUFFER, IsOsSchema.FILTER_BUFFER,
                IsOsMapper.CONTEXT_ARRAY, IsOsSchema.CONTEXT_ARRAY,
                IsOsMapper.QUEUES, IsOsSchema.QUEUES);
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        Map<String, Integer> grown = new TreeMap<>();
        for (long seed = first; seed < first + 100; seed++) {
            Workload workload = RandomWorkloads.network(seed);
            SplitMix random = new SplitMix(seed);
            Map<String, Long> sizes = new HashMap<>(Map.of(
                    IsOsSchema.CONTEXTS, (long) random.between(1, 4),
                    IsOsSchema.FILTER_BUFFER, 1L << random.between(8, 14),
                    IsOsSchema.CONTEXT_ARRAY, 1L << random.between(5, 12),
                    IsOsSchema.QUEUES, 1L << random.between(5, 9)));
            for (int end = 1; end < workload.network().size(); end++) {
                List<Integer> shorter = IntStream.range(0, end).boxed().toList();
                List<Integer> longer = IntStream.rangeClosed(0, end).boxed().toList();
                if (!(dataflow.map(workload, shorter, TestGeometry.with(11, sizes)) instanceof Segment)) {
                    break;
                }
                Map<String, Long> raised = new HashMap<>(sizes);
                while (dataflow.map(workload, longer, TestGeometry.with(11, raised))
                        instanceof PlanRejection rejection) {
                    if (rejection.reason().endsWith("by itself")
                            || rejection.resource().equals(IsOsMapper.LANES)) {
                        break;
                    }
                    String where = "seed " + seed + ", layer " + end + ": " + rejection;
                    String key = keys.get(rejection.resource());
                    assertEquals(rejection.limit(), raised.get(key), where);
                    assertTrue(rejection.demand() > rejection.limit(), where);
                    raised.put(key, rejection.demand() - 1);
                    if (dataflow.map(workload, longer, TestGeometry.with(11, raised)) instanceof PlanRejection still) {
                        assertEquals(rejection.resource(), still.resource(), where);
                        assertEquals(rejection.demand(), still.demand(), where);
                        grown.merge(rejection.resource(), 1, Integer::sum);
                    } else {
                        // with a little more room all of its layers are in tiles
                        Segment tiled = accept(workload, longer, TestGeometry.with(11, raised));
                        int computing = longer.stream()
                                .filter(i -> workload.network().layer(i).op() instanceof Convolution)
                                .findFirst()
                                .orElseThrow();
                        LayerFactors factors = LayerFactors.of(tiled.mapping(computing));
                        assertTrue(factors.rowTiles() > 1 || factors.kTiles() > 1, where);
                    }
                    raised.put(key, rejection.demand());
                }
            }
        }
        reporter.publishEntry("rejections", grown.toString());
        assertEquals(keys.keySet(), grown.keySet());
    }
}
