package dev.isos.baselines.fusedlayer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.result.RunResult;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.plan.SinglePolicy;
import dev.isos.testkit.Bench;
import dev.isos.testkit.RandomWorkloads;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class FusedLayerRunTest {
    private static final Window THREE = Window.square(3, 1, 1);

    /** One tile: load filters and input, compute, store; nothing overlaps but the two latencies. */
    @Test
    void oneTileByHand() {
        WorkloadBuilder builder = new WorkloadBuilder("one", 1, new FeatureMapShape(64, 1, 1), false, 1);
        builder.convolution(Layer.NETWORK_INPUT, 128, 1, Window.square(1, 1, 0), 1);
        RunResult result = FusedLayerHarness.run(builder.build(), FusedLayerHarness.model(), new FusedLayerPolicy());
        int filters = 64 * 128 / 128;
        double input = 64 / 128.0;
        int steps = 2;
        int pipeline = 8;
        int output = 128 / 128;
        assertEquals((long) Math.ceil(filters + input) + 100 + steps + pipeline + output, result.cycles());
        assertTrue(result.verified());
    }

    /** The same tile: 65 cycles of transfers and the latency, two steps, eight cycles of pipeline. The vector unit takes four positions. */
    @Test
    void timesOfLayersByHand() {
        WorkloadBuilder array = new WorkloadBuilder("array", 1, new FeatureMapShape(64, 1, 1), false, 1);
        array.convolution(Layer.NETWORK_INPUT, 128, 1, Window.square(1, 1, 0), 1);
        MachineReport report = Bench.run(array.build(), new FusedLayerDataflow(), FusedLayerHarness.model())
                .report();
        assertEquals(List.of(new LayerTiming(165, 175, 2, Map.of(FusedLayerRun.VECTOR_OPERANDS, 0L))), report.layers());
        assertEquals(2, report.segments().get(0).computeBusyCycles());
        WorkloadBuilder vector = new WorkloadBuilder("vector", 1, new FeatureMapShape(64, 4, 1), false, 1);
        vector.pooling(Layer.NETWORK_INPUT, PoolingKind.MAX, Window.square(1, 1, 0), false);
        report = Bench.run(vector.build(), new FusedLayerDataflow(), FusedLayerHarness.model())
                .report();
        assertEquals(4, report.layers().get(0).computeCycles());
        assertEquals(4, report.segments().get(0).computeBusyCycles());
    }

    @Test
    void everyElementTakesItsBytesOffChip() {
        WorkloadBuilder builder = new WorkloadBuilder("bytes", 1, new FeatureMapShape(8, 6, 6), false, 1);
        int first = builder.convolution(Layer.NETWORK_INPUT, 8, 1, THREE, 1);
        builder.convolution(first, first, 8, 1, THREE, 1, false);
        FusedLayerModel model = FusedLayerHarness.model("elementBytes=2");
        RunResult result = FusedLayerHarness.run(builder.build(), model, new FusedLayerPolicy());
        assertEquals(2 * 2 * 8 * 8 * 9, result.traffic().weights());
        assertEquals(2 * 8 * 36, result.traffic().inputs());
        assertEquals(2 * 8 * 36, result.traffic().outputs());
    }

    /** The parts of a concatenation are gone once it is made: a later group reads it instead. */
    @Test
    void aConcatenationIsReadByALaterGroup() {
        for (String corner : List.of("concatenation", "concatenation-of-concatenations")) {
            Workload workload = RandomWorkloads.corners().get(corner);
            RunResult result = FusedLayerHarness.run(workload, FusedLayerHarness.model(), new SinglePolicy());
            assertTrue(result.verified() && result.segments().size() > 2, corner);
        }
    }

    /** With compute far longer than transfers, only the first load and the last store are seen. */
    @Test
    void transfersHideBehindComputation() {
        WorkloadBuilder builder = new WorkloadBuilder("long", 2, new FeatureMapShape(64, 32, 32), false, 1);
        int first = builder.convolution(Layer.NETWORK_INPUT, 64, 1, THREE, 1);
        builder.convolution(first, 64, 1, THREE, 1);
        RunResult result = FusedLayerHarness.run(builder.build(), FusedLayerHarness.model(), new FusedLayerPolicy());
        long steps = 2 * 9 * 32 * 32;
        assertEquals(1, result.segments().size());
        assertTrue(result.cycles() > steps, "cycles " + result.cycles());
        // start: first filters and input rows; second filters come meanwhile; end: a row; a pipeline per tile and layer
        long exposed = (64 * 64 * 9 + 4 * 64 * 32) / 128 + 100 + 64 * 32 / 128 + 2 * 32 * 8;
        assertTrue(result.cycles() <= steps + exposed, result.cycles() + " cycles of " + (steps + exposed));
    }

    /** Filters of the next segment arrive while this one computes, so a second layer costs its steps and little more. */
    @Test
    void filtersOfTheNextSegmentArePrefetched() {
        WorkloadBuilder builder = new WorkloadBuilder("two", 3, new FeatureMapShape(256, 14, 14), false, 1);
        int first = builder.convolution(Layer.NETWORK_INPUT, 256, 1, THREE, 1);
        builder.convolution(first, 256, 1, THREE, 1);
        Workload workload = builder.build();
        RunResult result = FusedLayerHarness.run(workload, FusedLayerHarness.model(), new SinglePolicy());
        long steps = 4 * 4 * 9 * 14 * 14;
        long map = 256 * 14 * 14 / 128;
        assertTrue(result.segments().get(1).cycles() >= steps);
        assertTrue(
                result.segments().get(1).cycles() <= steps + 2 * map + 100 + 14 * 8 + 10,
                "second segment " + result.segments().get(1).cycles());
        // without room for them they would have taken their whole loading time
        long filters = 256 * 256 * 9 / 128;
        RunResult tight =
                FusedLayerHarness.run(workload, FusedLayerHarness.model("onChipBuffer=750 kB"), new SinglePolicy());
        assertTrue(tight.segments().get(1).cycles() > result.segments().get(1).cycles());
        assertTrue(tight.segments().get(1).cycles() <= steps + filters + 2 * map + 300 + 14 * 8);
    }

    /** Where the buffer is full, the filters of a finished layer make room for the next segment's before the group ends. */
    @Test
    void finishedLayersMakeRoomForPrefetching() {
        WorkloadBuilder builder = new WorkloadBuilder("three", 6, new FeatureMapShape(256, 14, 14), false, 1);
        int first = builder.convolution(Layer.NETWORK_INPUT, 256, 1, THREE, 1);
        int second = builder.convolution(first, 256, 1, THREE, 1);
        builder.convolution(second, 256, 1, THREE, 1);
        RunResult result = FusedLayerHarness.run(
                builder.build(), FusedLayerHarness.model("onChipBuffer=1350 kB"), new FirstTwoLayers());
        assertEquals(2, result.segments().size());
        long filters = 256 * 256 * 9;
        long room = 1_350_000 - result.segments().get(0).onChipBytes();
        assertTrue(room >= 0 && room < filters / 4, "room " + room);
        // the second layer's last tile has 2 rows, long enough to load most of the filters that the first gave up
        long meanwhile = 4 * 4 * 9 * 2 * 14 * 128;
        long late = filters - meanwhile;
        long steps = 4 * 4 * 9 * 14 * 14;
        long map = 256 * 14 * 14 / 128;
        long cycles = result.segments().get(1).cycles();
        assertTrue(cycles <= steps + late / 128 + 2 * map + 300, cycles + " cycles");
    }

    /** Two segments: the first two layers, and the rest. */
    private static final class FirstTwoLayers implements MappingPolicy {
        @Override
        public String id() {
            return "first-two";
        }

        @Override
        public String description() {
            return "the first two layers, and the rest";
        }

        @Override
        public ExecutionPlan plan(PlanningContext context) {
            List<Integer> rest = IntStream.range(2, context.workload().network().size())
                    .boxed()
                    .toList();
            return new ExecutionPlan(
                    id(),
                    List.of((Segment) context.map(List.of(0, 1)), (Segment) context.map(rest)),
                    List.of("test", "test"));
        }
    }

    @Test
    void filtersThatDoNotFitAreStreamedOncePerTile() {
        WorkloadBuilder builder = new WorkloadBuilder("large", 4, new FeatureMapShape(512, 7, 7), false, 0.5);
        builder.convolution(Layer.NETWORK_INPUT, 256, 1, new Window(7, 7, 1, 1, 0, 0, 0, 0, 1, 1), 0.05);
        RunResult result = FusedLayerHarness.run(builder.build(), FusedLayerHarness.model(), new FusedLayerPolicy());
        assertEquals(512L * 256 * 49, result.traffic().weights());
        // bound by its filters: all but the last chunks' work and the start hides behind them
        long loading = 512L * 256 * 49 / 128;
        assertTrue(result.cycles() <= loading + 3000, result.cycles() + " cycles, loading takes " + loading);
    }

    @Test
    void fusingMovesLessThanLayerByLayer() {
        WorkloadBuilder builder = new WorkloadBuilder("net", 5, new FeatureMapShape(3, 40, 40), true, 1);
        int a = builder.convolution(Layer.NETWORK_INPUT, 32, 1, THREE, 0.5);
        int pool = builder.pooling(a, PoolingKind.MAX, Window.square(2, 2, 0), false);
        int b = builder.convolution(pool, 32, 1, THREE, 0.5);
        int c = builder.convolution(b, pool, 32, 1, THREE, 0.5, true);
        int depthwise = builder.convolution(c, 32, 32, Window.square(3, 2, 1), 1);
        builder.convolution(depthwise, 20, 1, Window.square(1, 1, 0), 1);
        Workload workload = builder.build();
        RunResult fused = FusedLayerHarness.run(workload, FusedLayerHarness.model(), new FusedLayerPolicy());
        RunResult single = FusedLayerHarness.run(workload, FusedLayerHarness.model(), new SinglePolicy());
        assertEquals(
                workload.network().parameters() + 3 * 1600 + 20 * 100,
                fused.traffic().total());
        assertTrue(fused.traffic().total() < single.traffic().total());
        assertEquals(single.traffic().weights(), fused.traffic().weights());
        assertEquals(workload.network().denseMacs(), fused.macs().performed());
        assertEquals(single.outputSha256(), fused.outputSha256());
    }

    /** Every law of the simulator on random networks and machines; outputs are compared with the reference in each run. */
    @Tag("slow")
    @Test
    void randomNetworksObeyTheLaws(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        for (long seed = first; seed < first + 40; seed++) {
            Workload workload = RandomWorkloads.network(seed);
            String variant = seed % 2 == 0 ? "reuse" : "recompute";
            FusedLayerModel model = FusedLayerHarness.model(
                    "unrollOutputs=4",
                    "unrollInputs=4",
                    "accumulatorPixels=6",
                    "onChipBuffer=" + (seed % 3 == 0 ? "1300 B" : "3 KiB"),
                    "dram.bandwidth=" + (seed % 5 == 0 ? "0.7 GB/s" : "3 GB/s"),
                    "variant=" + variant);
            RunResult result = FusedLayerHarness.run(workload, model, new FusedLayerPolicy());
            assertTrue(result.verified(), "seed " + seed);
            assertTrue(result.energyPj().total() > 0, "seed " + seed);
            RunResult again = FusedLayerHarness.run(workload, model, new FusedLayerPolicy());
            assertEquals(result.cycles(), again.cycles(), "seed " + seed);
            assertEquals(result.segments(), again.segments(), "seed " + seed);
            RunResult faster = FusedLayerHarness.run(
                    workload, FusedLayerHarness.model("variant=" + variant), new FusedLayerPolicy());
            assertEquals(result.outputSha256(), faster.outputSha256(), "seed " + seed);
        }
    }

    @Test
    void partialSumsThatFillTheBufferAreRefused() {
        IsosException e = assertThrows(IsosException.class, () -> FusedLayerHarness.model("onChipBuffer=64 KiB"));
        assertEquals(
                "hardware fused-layer-ideal: partial sums take 64 KiB, onChipBuffer has only 64 KiB", e.getMessage());
    }
}
