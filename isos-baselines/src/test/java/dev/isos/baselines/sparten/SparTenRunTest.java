package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.baselines.sparten.SparTenHarness.Item;
import dev.isos.baselines.sparten.SparTenHarness.Outcome;
import dev.isos.testkit.RandomWorkloads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class SparTenRunTest {
    private static final String FAST_DRAM = "dram.bandwidth=100000 GB/s";

    /** Four channels at one pixel, two filters, two units; every count and cycle by hand. */
    @Test
    void smallestExampleByHand() {
        Workload workload = pointwise(
                new FeatureMapShape(4, 1, 1), new byte[] {1, 0, 2, 3}, 2, new byte[] {1, 1, 0, 1, 0, 1, 0, 0});
        Outcome outcome = SparTenHarness.run(workload, SparTenHarness.model("clusters=1", "units=2", "balancing=none"));

        // filters: a byte of mask each, 3 + 1 values; input: a byte of mask, 3 values; output: a byte of mask, 4 and 0
        assertEquals(6, outcome.bytes(SparTenWork.LOAD_FILTERS));
        assertEquals(4, outcome.bytes(SparTenWork.LOAD_INPUTS));
        assertEquals(2, outcome.bytes(SparTenWork.STORE_OUTPUTS));
        assertArrayEquals(new byte[] {4, 0}, outcome.outputs().get(0).values());

        // the first filter meets channels 0 and 3; the second none, which still takes a cycle
        Item join = outcome.phase(SparTenWork.JOIN).get(0);
        assertEquals(1, outcome.phase(SparTenWork.JOIN).size());
        assertEquals(2, join.counts()[SparTenWork.PRODUCTS]);
        assertEquals(2, join.counts()[SparTenWork.JOINS]);
        assertEquals(4, join.counts()[SparTenWork.CHUNK_BYTES]);
        assertEquals(2, join.cycles(0));
        assertEquals(1, join.cycles(1));

        // 10 bytes in cycle 0, latency 100, so joins in cycles 101 and 102, the write in 103
        assertEquals(104, outcome.report().cycles());
        assertEquals(List.of(new SegmentTiming(104, 2, 2)), outcome.report().segments());
        assertEquals(101, outcome.report().layers().get(0).startCycle());
        assertEquals(103, outcome.report().layers().get(0).endCycle());
    }

    /** 200 channels are two chunks; three positions on two clusters; the chunk of the padding is skipped. */
    @Test
    void chunksAndPositionsByHand() {
        WorkloadBuilder builder = new WorkloadBuilder("rows", 1, new FeatureMapShape(200, 3, 1), false, 1);
        builder.convolution(Layer.NETWORK_INPUT, 3, 1, new Window(3, 1, 1, 1, 1, 0, 1, 0, 1, 1), 1);
        Outcome outcome = SparTenHarness.run(
                builder.build(), SparTenHarness.model("clusters=2", "units=4", "balancing=none", FAST_DRAM));
        List<Item> joins = outcome.phase(SparTenWork.JOIN);

        // rows 0 and 2 see two rows of input, row 1 three; two chunks each
        assertEquals(2 * (2 + 3 + 2), joins.size());
        assertEquals(List.of(0, 1), rowsOf(joins, 0));
        assertEquals(List.of(2), rowsOf(joins, 1));
        for (int i = 0; i < joins.size(); i++) {
            int channels = i % 2 == 0 ? 128 : 72;
            assertEquals(channels, joins.get(i).cycles(0));
            assertEquals(channels, joins.get(i).cycles(2));
            assertEquals(0, joins.get(i).cycles(3), "a unit without filter");
            assertEquals(channels + channels / 8, joins.get(i).counts()[SparTenWork.CHUNK_BYTES]);
        }
        assertEquals(200 * 5, outcome.report().layers().get(0).computeCycles());
        assertEquals(3 * 225, outcome.bytes(SparTenWork.LOAD_INPUTS), "each input fiber once");
    }

    private static List<Integer> rowsOf(List<Item> joins, int cluster) {
        return joins.stream()
                .filter(i -> i.place() == cluster)
                .map(Item::row)
                .distinct()
                .toList();
    }

    @Test
    void denseBalancedOperandsReachTheDenseBound() {
        for (String balancing : List.of("none", "software", "hybrid")) {
            WorkloadBuilder builder = new WorkloadBuilder("dense", 2, new FeatureMapShape(128, 4, 4), false, 1);
            builder.convolution(Layer.NETWORK_INPUT, 32, 1, Window.square(3, 1, 0), 1);
            Workload workload = builder.build();
            SparTenModel model = SparTenHarness.model("clusters=4", "units=8", "balancing=" + balancing, FAST_DRAM);
            Outcome outcome = SparTenHarness.run(workload, model);
            long bound = workload.network().denseMacs() / model.peakMacsPerCycle();
            assertEquals(bound, outcome.report().layers().get(0).computeCycles(), balancing);
            assertEquals(
                    bound,
                    outcome.report().layers().get(0).endCycle()
                            - outcome.report().layers().get(0).startCycle(),
                    balancing);
        }
    }

    @Test
    void inputsAreReadOncePerFilterGroupUnlessTheyFit() {
        WorkloadBuilder builder = new WorkloadBuilder("groups", 3, new FeatureMapShape(130, 5, 6), false, 0.4);
        builder.convolution(Layer.NETWORK_INPUT, 20, 1, Window.square(3, 1, 1), 0.2);
        Workload workload = builder.build();
        long once = 30 * 17 + workload.input().nonZeros();
        for (String balancing : List.of("none", "software", "hybrid")) {
            int groups = balancing.equals("none") ? 5 : 3;
            for (boolean fits : new boolean[] {true, false}) {
                String buffer = "onChipBuffer=" + (fits ? once : once - 1) + " B";
                Outcome outcome = SparTenHarness.run(
                        workload, SparTenHarness.model("clusters=3", "units=4", "balancing=" + balancing, buffer));
                String where = balancing + " " + buffer;
                assertEquals(fits ? once : groups * once, outcome.bytes(SparTenWork.LOAD_INPUTS), where);
                assertEquals(20 * 147 + workload.filters(0).nonZeros(), outcome.bytes(SparTenWork.LOAD_FILTERS), where);
                assertEquals(
                        30 * 3 + outcome.outputs().get(0).nonZeros(), outcome.bytes(SparTenWork.STORE_OUTPUTS), where);
            }
        }
    }

    @Test
    void aStridedPointwiseLayerReadsOnlyThePositionsThatItNeeds() {
        WorkloadBuilder builder = new WorkloadBuilder("strided", 4, new FeatureMapShape(16, 7, 7), false, 1);
        builder.convolution(Layer.NETWORK_INPUT, 8, 1, Window.square(1, 2, 0), 0.5);
        Outcome outcome = SparTenHarness.run(builder.build(), SparTenHarness.model());
        assertEquals(16 * (16 + 2), outcome.bytes(SparTenWork.LOAD_INPUTS));
    }

    @Test
    void residualOperandsAreReadOnce() {
        Workload workload = RandomWorkloads.corners().get("residual");
        Outcome outcome = SparTenHarness.run(workload, SparTenHarness.model("clusters=3", "units=2"));
        long expected = 0;
        for (Layer layer : workload.network().layers()) {
            if (layer.hasResidual()) {
                ActivationTensor residual = outcome.outputs().get(layer.residual());
                expected += residual.nonZeros()
                        + (long) residual.shape().fibers() * ((residual.shape().channels() + 7) / 8);
            }
        }
        assertTrue(expected > 0);
        assertEquals(expected, outcome.bytes(SparTenWork.LOAD_RESIDUAL));
    }

    @Test
    void depthwiseFiltersJoinOnlyTheChunkOfTheirChannel() {
        WorkloadBuilder builder = new WorkloadBuilder("depthwise", 5, new FeatureMapShape(256, 4, 4), false, 1);
        builder.convolution(Layer.NETWORK_INPUT, 256, 256, Window.square(3, 1, 0), 1);
        Outcome outcome =
                SparTenHarness.run(builder.build(), SparTenHarness.model("clusters=4", "balancing=none", FAST_DRAM));
        // 4 groups of 64 filters, 9 taps, one chunk each, at 4 positions: no unit can do better than a product per
        // cycle
        assertEquals(4 * 9 * 4, outcome.phase(SparTenWork.JOIN).size());
        assertEquals(4 * 9, outcome.report().layers().get(0).computeCycles());
        assertEquals(256L * 16 + 16 * 32, outcome.bytes(SparTenWork.LOAD_INPUTS));
        for (Item join : outcome.phase(SparTenWork.JOIN)) {
            assertEquals(64, join.counts()[SparTenWork.PRODUCTS]);
        }
    }

    @Test
    void everyPositionIsDoneOnceAndClustersShareThemEvenly() {
        WorkloadBuilder builder = new WorkloadBuilder("even", 6, new FeatureMapShape(3, 5, 7), false, 0.5);
        builder.convolution(Layer.NETWORK_INPUT, 20, 1, Window.square(1, 1, 0), 0.5);
        Outcome outcome =
                SparTenHarness.run(builder.build(), SparTenHarness.model("clusters=8", "units=4", "balancing=none"));
        int[] perCluster = new int[8];
        boolean[] seen = new boolean[5 * 35];
        for (Item join : outcome.phase(SparTenWork.JOIN)) {
            int at = join.step() * 35 + join.row();
            assertTrue(!seen[at], "position " + join.row() + " of group " + join.step() + " is done twice");
            seen[at] = true;
            perCluster[join.place()]++;
        }
        for (boolean done : seen) {
            assertTrue(done);
        }
        // 5 groups of 35 positions on 8 clusters: 3 of 8 have a larger block, others in each group
        assertEquals(21, Arrays.stream(perCluster).min().orElseThrow());
        assertEquals(22, Arrays.stream(perCluster).max().orElseThrow());
    }

    @Test
    void balancingHelpsSkewedFilters(TestReporter reporter) {
        long seed = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(seed));
        SplitMix random = new SplitMix(seed);
        long allSoftware = 0;
        long allHybrid = 0;
        for (int i = 0; i < 10; i++) {
            int channels = random.oneOf(128, 256, 320);
            int outputs = random.oneOf(256, 512);
            byte[] filters = new byte[outputs * channels];
            for (int k = 0; k < outputs; k++) {
                double density = random.oneOf(0.02, 0.1, 0.3, 0.8);
                for (int c = 0; c < channels; c++) {
                    filters[k * channels + c] = (byte) (random.chance(density) ? random.between(1, 127) : 0);
                }
            }
            byte[] input = new byte[channels * 256];
            for (int j = 0; j < input.length; j++) {
                input[j] = (byte) (random.chance(0.5) ? random.between(1, 127) : 0);
            }
            Workload workload = pointwise(new FeatureMapShape(channels, 16, 16), input, outputs, filters);
            long none = cycles(workload, "none");
            long software = cycles(workload, "software");
            long hybrid = cycles(workload, "hybrid");
            String where = "case " + i + " of seed " + seed + ": " + none + ", " + software + ", " + hybrid;
            assertTrue(software < none, where);
            // Where GB-S happens to fit, moving pairs about only puts more units at risk of being the slowest.
            assertTrue(hybrid <= 1.02 * software, where);
            allSoftware += software;
            allHybrid += hybrid;
        }
        assertTrue(allHybrid < allSoftware, "seed " + seed + ": " + allSoftware + ", " + allHybrid);
    }

    private static long cycles(Workload workload, String balancing) {
        LayerTiming timing = SparTenHarness.run(
                        workload, SparTenHarness.model("clusters=8", "balancing=" + balancing, FAST_DRAM))
                .report()
                .layers()
                .get(0);
        return timing.endCycle() - timing.startCycle();
    }

    @Test
    void memoryBoundLayersRunAtTheBandwidth() {
        WorkloadBuilder builder = new WorkloadBuilder("memory", 7, new FeatureMapShape(256, 20, 20), false, 0.9);
        int first = builder.convolution(Layer.NETWORK_INPUT, 256, 1, Window.square(1, 1, 0), 0.01);
        builder.convolution(first, Layer.NETWORK_INPUT, 256, 1, Window.square(1, 1, 0), 0.01, true);
        SparTenModel model = SparTenHarness.model("dram.bandwidth=16 GB/s");
        Outcome outcome = SparTenHarness.run(builder.build(), model);
        double bound = outcome.report().offChipBytes() / model.offChipBytesPerCycle();
        long cycles = outcome.report().cycles();
        assertTrue(cycles >= bound && cycles < 1.05 * bound, cycles + " cycles, bandwidth bound " + bound);
    }

    @Test
    void theFirstFiltersOfALayerAreLoadedWhileTheLayerBeforeComputes() {
        WorkloadBuilder builder = new WorkloadBuilder("prefetch", 8, new FeatureMapShape(64, 6, 6), false, 0.5);
        int first = builder.convolution(Layer.NETWORK_INPUT, 64, 1, Window.square(3, 1, 1), 0.5);
        builder.convolution(first, 64, 1, Window.square(3, 1, 1), 0.5);
        Workload workload = builder.build();
        Outcome outcome = SparTenHarness.run(workload, SparTenHarness.model("clusters=4"));
        long end = outcome.report().segments().get(0).cycles();
        long inputBytes = outcome.items().stream()
                .filter(i -> i.segment() == 1 && i.phase() == SparTenWork.LOAD_INPUTS)
                .mapToLong(Item::bytes)
                .sum();
        // nothing but its first inputs and the latency stands before the second layer's first join
        long start = outcome.report().layers().get(1).startCycle();
        assertTrue(start > end && start <= end + 100 + (inputBytes + 127) / 128, start + " after " + end);
    }

    @Test
    void reportsAddUp() {
        for (Workload workload : RandomWorkloads.corners().values()) {
            SparTenModel model = SparTenHarness.model("clusters=3", "units=4");
            Outcome outcome = SparTenHarness.run(workload, model);
            assertEquals(
                    outcome.report().cycles(),
                    outcome.report().segments().stream()
                            .mapToLong(SegmentTiming::cycles)
                            .sum());
            assertEquals(
                    outcome.items().stream().mapToLong(Item::bytes).sum(),
                    outcome.report().offChipBytes());
            for (SegmentTiming segment : outcome.report().segments()) {
                assertTrue(
                        segment.computeBusyCycles() <= segment.cycles(),
                        workload.info().id());
                assertTrue(
                        segment.memoryBusyCycles() <= segment.cycles(),
                        workload.info().id());
            }
        }
    }

    @Test
    void tellsAListenerWhatOccupiesWhatWithoutOverlap() {
        Workload workload = RandomWorkloads.corners().get("residual-projected");
        Map<String, Long> ends = new TreeMap<>();
        long[] busy = new long[1];
        List<Long> segmentEnds = new ArrayList<>();
        SimulationListener listener = new SimulationListener() {
            @Override
            public boolean wantsSlices() {
                return true;
            }

            @Override
            public void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {
                assertTrue(startCycle < endCycle, track + " from " + startCycle + " to " + endCycle);
                assertTrue(ends.getOrDefault(track, 0L) <= startCycle, track + " overlaps at " + startCycle);
                ends.put(track, endCycle);
                busy[0] += track.startsWith("dram/") ? endCycle - startCycle : 0;
            }

            @Override
            public void onSegmentEnd(int segment, long cycle) {
                segmentEnds.add(cycle);
            }
        };
        SparTenModel model = SparTenHarness.model("clusters=2", "units=4", "dram.bandwidth=1 GB/s");
        Outcome outcome = SparTenHarness.run(workload, model, new HashMap<>(), listener);
        assertEquals(Set.of("cluster 0", "cluster 1", "dram/read", "dram/write"), ends.keySet());
        assertEquals(outcome.report().offChipBytes(), busy[0], "a byte per cycle");
        assertEquals(outcome.report().cycles(), segmentEnds.get(segmentEnds.size() - 1));
        assertEquals(SparTenHarness.run(workload, model).report(), outcome.report(), "watching changes nothing");
    }

    @Test
    void refusesSeveralLayersInASegment() {
        WorkloadBuilder builder = new WorkloadBuilder("two", 9, new FeatureMapShape(4, 6, 6), false, 0.5);
        int first = builder.convolution(Layer.NETWORK_INPUT, 4, 1, Window.square(1, 1, 0), 0.5);
        builder.pooling(first, PoolingKind.MAX, Window.square(2, 2, 0), false);
        PlanRejection rejection = assertInstanceOf(
                PlanRejection.class,
                new SparTenDataflow()
                        .map(
                                builder.build(),
                                List.of(0, 1),
                                SparTenHarness.model().geometry()));
        assertEquals(
                "dataflow sparten works layer by layer and cannot run the 2 layers from conv0 to pool1 as one segment",
                rejection.reason());
    }

    @Test
    void refusesChunksThatAreNoMultipleOf64() {
        IsosException refused = assertThrows(IsosException.class, () -> SparTenHarness.model("chunk=100"));
        assertEquals("hardware sparten-ideal: 'chunk' is 100, expected a multiple of 64", refused.getMessage());
    }

    @Test
    void refusesLayersThatTakeForever() {
        WorkloadBuilder builder = new WorkloadBuilder("slow", 10, new FeatureMapShape(128, 20, 20), false, 1);
        builder.convolution(Layer.NETWORK_INPUT, 8, 1, Window.square(1, 1, 0), 0.5);
        Workload workload = builder.build();
        SparTenModel model = SparTenHarness.model("dram.bandwidth=1 MB/s", "clock=10 GHz");
        assertTrue(SparTenHarness.run(workload, model).report().cycles() > 500_000_000);
        WorkloadBuilder longer = new WorkloadBuilder("slower", 10, new FeatureMapShape(256, 30, 30), false, 1);
        longer.convolution(Layer.NETWORK_INPUT, 8, 1, Window.square(1, 1, 0), 0.5);
        IsosException refused = assertThrows(IsosException.class, () -> SparTenHarness.run(longer.build(), model));
        assertEquals(
                "layer conv0 takes more than 2000000000 cycles on sparten, the limit of the model",
                refused.getMessage());
    }

    /** A layer of pointwise filters (rank order [K, C]) with factor 1, so that small outputs are the sums. */
    private static Workload pointwise(FeatureMapShape shape, byte[] input, int outputs, byte[] filters) {
        FilterShape filterShape = new FilterShape(outputs, shape.channels(), 1, 1, 1);
        Layer layer = new Layer(
                0,
                "conv0",
                new Convolution(outputs, 1, Window.square(1, 1, 0)),
                List.of(Layer.NETWORK_INPUT),
                Layer.NONE,
                shape,
                new FeatureMapShape(outputs, shape.height(), shape.width()));
        return new Workload(
                new WorkloadInfo("pointwise", "pointwise", 0, "test", 1f),
                new Network("pointwise", shape, List.of(layer)),
                List.of(new LayerParameters(
                        FilterTensor.fromDense(filterShape, filters), Requantisation.identity(outputs, false, 1f))),
                new ActivationTensor(shape, false, input),
                List.of());
    }
}
