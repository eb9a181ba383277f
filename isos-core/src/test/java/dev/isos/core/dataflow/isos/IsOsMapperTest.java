package dev.isos.core.dataflow.isos;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.plan.TensorBuffer;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.testkit.SplitMix;
import dev.isos.testkit.WorkloadBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class IsOsMapperTest {
    private final IsOsDataflow dataflow = new IsOsDataflow();

    /** Two dense 3x3 layers 8 -> 8 on an 8x8 map: 72 fibers of 8 weights, 2 + 2 * 8 bytes each, per layer. */
    private static Workload twoLayers() {
        WorkloadBuilder builder = new WorkloadBuilder("two", 1, new FeatureMapShape(8, 8, 8), false, 0.5);
        int first = builder.convolution(Layer.NETWORK_INPUT, 8, 1, Window.square(3, 1, 1), 1);
        builder.convolution(first, 8, 1, Window.square(3, 1, 1), 1);
        return builder.build();
    }

    @Test
    void namesWhatDoesNotFit() {
        long filters = 2 * 72 * 18;
        PlanRejection buffer = reject(twoLayers(), List.of(0, 1), TestGeometry.of(8, filters - 1, 1 << 20));
        assertEquals("filterBuffer", buffer.resource());
        assertEquals(filters, buffer.demand());
        assertEquals(
                "layer conv1: filters of the segment need 2,592 bytes, the filter buffer has 2,591", buffer.reason());

        PlanRejection contexts = reject(
                twoLayers(), List.of(0, 1), TestGeometry.with(8, 1 << 20, 1 << 20, Map.of(IsOsWork.CONTEXTS, 1L)));
        assertEquals("layer conv1: the segment has 2 layers, the machine has 1 contexts", contexts.reason());

        PlanRejection memory = reject(twoLayers(), List.of(0, 1), TestGeometry.of(8, 1 << 20, 100));
        // per lane: 3 rows r x (3 + 1) columns x 8 outputs x 4 bytes, twice; one column of 8 channels of the input
        // and two of each output, since the one before is kept until its partial results' columns are used again
        assertEquals(
                "layer conv1: partial results (768 bytes) and wavefront queues (40 bytes) of the segment need 808 bytes"
                        + " per lane, a lane has 100",
                memory.reason());
    }

    @Test
    void fitsExactly() {
        Segment segment = assertInstanceOf(
                Segment.class, dataflow.map(twoLayers(), List.of(0, 1), TestGeometry.of(8, 2592, 808)));
        assertTrue(segment.storage().stream().allMatch(StorageDemand::fits));
        assertEquals(
                List.of(new TensorBuffer(Layer.NETWORK_INPUT, 8), new TensorBuffer(0, 16), new TensorBuffer(1, 16)),
                segment.buffers());
    }

    @Test
    void sharesWhatRemainsInProportion() {
        Segment segment = assertInstanceOf(
                Segment.class, dataflow.map(twoLayers(), List.of(0, 1), TestGeometry.of(8, 2592, 808 + 240)));
        assertEquals(
                List.of(56L, 112L, 112L),
                segment.buffers().stream().map(TensorBuffer::capacityBytes).toList());
    }

    @Test
    void dividesOutputChannelsOverIdleLanesAndSpreadsLayers() {
        Segment segment = assertInstanceOf(
                Segment.class, dataflow.map(twoLayers(), List.of(0, 1), TestGeometry.of(20, 1 << 20, 1 << 20)));
        assertEquals(2, segment.mapping(0).factor(IsOsWork.K_SPLIT));
        assertEquals(2, segment.mapping(0).factor(IsOsWork.OUTPUT_SPLIT));
        assertEquals(0, segment.mapping(0).factor(IsOsWork.LANE_OFFSET));
        assertEquals(16, segment.mapping(1).factor(IsOsWork.LANE_OFFSET));
    }

    private static Geometry partitioned(int lanes, long contextBytesPerLane) {
        return TestGeometry.with(lanes, 1 << 20, contextBytesPerLane, Map.of(IsOsWork.LANE_PARTITION, 1L));
    }

    @Test
    void aPartitionGivesEveryLayerLanesOfItsOwn() {
        Segment segment =
                assertInstanceOf(Segment.class, dataflow.map(twoLayers(), List.of(0, 1), partitioned(20, 1 << 20)));
        LaneBinding first = LaneBinding.of(segment.mapping(0), 20);
        LaneBinding second = LaneBinding.of(segment.mapping(1), 20);
        assertEquals(0, first.first());
        assertEquals(first.count(), second.first());
        assertEquals(20, first.count() + second.count());
        assertEquals(first.count() - 1, first.lane(2 * first.count() - 1), "places go round the range");
        // a layer alone has the whole machine, as without a partition
        assertEquals(
                dataflow.map(twoLayers(), List.of(0), TestGeometry.of(20, 1 << 20, 1 << 20)),
                dataflow.map(twoLayers(), List.of(0), partitioned(20, 1 << 20)));
        assertEquals(
                "layer conv1: the segment has 2 layers with lanes of their own, the machine has 1 lanes",
                reject(twoLayers(), List.of(0, 1), partitioned(1, 1 << 20)).reason());
    }

    @Test
    void lanesGoWhereMostWorkPerLaneIs() {
        assertArrayEquals(new int[] {6, 2}, LanePartition.divide(new double[] {3, 1}, 8));
        assertArrayEquals(new int[] {1, 6, 1}, LanePartition.divide(new double[] {0, 5, 0.1}, 8));
        assertArrayEquals(new int[] {2, 1, 1}, LanePartition.divide(new double[] {1, 1, 1}, 4));
    }

    /** The lane that holds most decides: with a byte less than the demand the segment is rejected, with so much it fits. */
    @Test
    void aPartitionFitsExactlyAndNoLaneHoldsMoreThanItHas() {
        PlanRejection rejection = reject(twoLayers(), List.of(0, 1), partitioned(4, 100));
        assertEquals(IsOsMapper.CONTEXT_MEMORY, rejection.resource());
        reject(twoLayers(), List.of(0, 1), partitioned(4, rejection.demand() - 1));
        for (long bytes : new long[] {rejection.demand(), rejection.demand() + 777}) {
            Segment segment =
                    assertInstanceOf(Segment.class, dataflow.map(twoLayers(), List.of(0, 1), partitioned(4, bytes)));
            // two lanes of four rows each: 3 x (3 + 1) x 8 x 4 bytes of partial results for an inner row, 2/3 for an
            // outer
            long partials = 4 * 384 - 128;
            assertEquals(2, LaneBinding.of(segment.mapping(0), 4).count());
            long[] queues = new long[2];
            for (TensorBuffer buffer : segment.buffers()) {
                queues[buffer.tensor() == 1 ? 1 : 0] += buffer.capacityBytes();
            }
            assertTrue(partials + Math.max(queues[0], queues[1]) <= bytes, partials + " + " + queues[0]);
            assertTrue(partials + queues[0] >= bytes - 2, "the fullest lane is filled");
        }
    }

    @Test
    void tilesASingleLayerWhoseFiltersDoNotFit() {
        // half of 800 bytes holds tiles of 1 output channel (72 * 4 = 288 bytes), not of 2 (72 * 6 = 432)
        Segment segment = assertInstanceOf(
                Segment.class, dataflow.map(twoLayers(), List.of(0), TestGeometry.of(8, 800, 1 << 20)));
        assertEquals(8, segment.mapping(0).factor(IsOsWork.K_TILES));
        // half of 1000 bytes holds tiles of 2
        Segment wider = assertInstanceOf(
                Segment.class, dataflow.map(twoLayers(), List.of(0), TestGeometry.of(8, 1000, 1 << 20)));
        assertEquals(4, wider.mapping(0).factor(IsOsWork.K_TILES));
        assertEquals(2 * 432, wider.storage().get(0).demandBytes());
        assertEquals(
                "layer conv0: filters of a single output channel need 576 bytes when double-buffered, the filter buffer"
                        + " has 500",
                reject(twoLayers(), List.of(0), TestGeometry.of(8, 500, 1 << 20))
                        .reason());
    }

    @Test
    void tilesASingleLayerWhosePartialResultsDoNotFit() {
        // 3 rows r x (3 + 1) columns x 4 bytes = 48 bytes an output; columns of 8 input channels and of the outputs
        Segment whole = assertInstanceOf(
                Segment.class, dataflow.map(twoLayers(), List.of(0), TestGeometry.of(8, 1 << 20, 500)));
        assertEquals(1, whole.mapping(0).factor(IsOsWork.K_TILES));
        Segment tiled = assertInstanceOf(
                Segment.class, dataflow.map(twoLayers(), List.of(0), TestGeometry.of(8, 1 << 20, 200)));
        assertEquals(3, tiled.mapping(0).factor(IsOsWork.K_TILES));
        assertTrue(tiled.storage().stream().allMatch(StorageDemand::fits));
        assertEquals(
                "contextMemory",
                reject(twoLayers(), List.of(0), TestGeometry.of(8, 1 << 20, 50)).resource());
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
                IsOsMapper.CONTEXTS, IsOsWork.CONTEXTS,
                IsOsMapper.FILTER_BUFFER, IsOsWork.FILTER_BUFFER_BYTES_KEY,
                IsOsMapper.CONTEXT_MEMORY, IsOsWork.CONTEXT_BYTES_PER_LANE);
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        Map<String, Integer> grown = new TreeMap<>();
        for (long seed = first; seed < first + 60; seed++) {
            Workload workload = RandomWorkloads.network(seed);
            SplitMix random = new SplitMix(seed);
            Map<String, Long> sizes = new HashMap<>(Map.of(
                    IsOsWork.CONTEXTS, (long) random.between(1, 4),
                    IsOsWork.FILTER_BUFFER_BYTES_KEY, 1L << random.between(8, 14),
                    IsOsWork.CONTEXT_BYTES_PER_LANE, 1L << random.between(7, 13)));
            for (int end = 1; end < workload.network().size(); end++) {
                List<Integer> shorter = IntStream.range(0, end).boxed().toList();
                List<Integer> longer = IntStream.rangeClosed(0, end).boxed().toList();
                if (!(dataflow.map(workload, shorter, TestGeometry.with(8, 0, 0, sizes)) instanceof Segment)) {
                    break;
                }
                Map<String, Long> raised = new HashMap<>(sizes);
                while (dataflow.map(workload, longer, TestGeometry.with(8, 0, 0, raised))
                        instanceof PlanRejection rejection) {
                    String where = "seed " + seed + ", layer " + end + ": " + rejection;
                    String key = keys.get(rejection.resource());
                    assertEquals(rejection.limit(), raised.get(key), where);
                    assertTrue(rejection.demand() > rejection.limit(), where);
                    raised.put(key, rejection.demand() - 1);
                    PlanRejection still = assertInstanceOf(
                            PlanRejection.class,
                            dataflow.map(workload, longer, TestGeometry.with(8, 0, 0, raised)),
                            where);
                    assertEquals(rejection.resource(), still.resource(), where);
                    assertEquals(rejection.demand(), still.demand(), where);
                    raised.put(key, rejection.demand());
                    grown.merge(rejection.resource(), 1, Integer::sum);
                }
            }
        }
        assertEquals(keys.keySet(), grown.keySet());
    }

    private PlanRejection reject(Workload workload, List<Integer> layers, Geometry geometry) {
        return assertInstanceOf(PlanRejection.class, dataflow.map(workload, layers, geometry));
    }
}
