package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Cycles of items that a test gives: two clusters of two units, a byte of memory per cycle, ten cycles of latency. All layers have one
 * position and weights without zeros, two bytes each.
 */
class SparTenTimingTest {
    private static final Window POINT = Window.square(1, 1, 0);

    private final List<String> events = new ArrayList<>();
    private boolean wantsSlices;
    private MachineRun run;
    private WorkSink sink;
    private final WorkItem item = new WorkItem(SparTenWork.schema(2));

    private final SimulationListener listener = new SimulationListener() {
        @Override
        public boolean wantsSlices() {
            return wantsSlices;
        }

        @Override
        public void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {
            if (track.startsWith("cluster")) {
                events.add(track + ", layer " + layer + ", " + phase + ": " + startCycle + ".." + endCycle);
            }
        }

        @Override
        public void onItem(int segment, int item, long startCycle, long endCycle) {
            if (!wantsSlices) {
                events.add(segment + "/" + item + ": " + startCycle + ".." + endCycle);
            }
        }
    };

    /** Two outputs of one channel; six, that is three groups of filters, of two; two of all eight. */
    private static Workload workload() {
        WorkloadBuilder b = new WorkloadBuilder("timing", 1, new FeatureMapShape(1, 1, 1), false, 1);
        int first = b.convolution(Layer.NETWORK_INPUT, 2, 1, POINT, 1);
        int second = b.convolution(first, 6, 1, POINT, 1);
        b.convolution(b.concatenation(first, second), 2, 1, POINT, 1);
        return b.build();
    }

    private void begin(Workload workload) {
        SparTenModel model = SparTenHarness.model(
                "clusters=2",
                "units=2",
                "balancing=none",
                "format=pairs",
                "clock=1 GHz",
                "dram.bandwidth=1 GB/s",
                "dram.latency=10 ns");
        run = model.begin(SparTenHarness.request(workload, model, listener), SparTenWork.schema(2));
    }

    private void filters(int layer, int group, long bytes, int... waits) {
        item.begin(SparTenWork.LOAD_FILTERS, layer, group, 0, 0).moves(TensorRole.WEIGHTS, layer, bytes);
        give(waits);
    }

    private void inputs(int layer, int group, long bytes, int... waits) {
        item.begin(SparTenWork.LOAD_INPUTS, layer, group, 0, 0).moves(TensorRole.INPUTS, layer, bytes);
        give(waits);
    }

    /** A join of a chunk of so many bytes with two filters, each match of which is a product. */
    private void join(int layer, int group, int cluster, int bytes, int steps, int stepsOfOther, int... waits) {
        item.begin(SparTenWork.JOIN, layer, group, 0, cluster)
                .count(SparTenWork.PRODUCTS, steps + stepsOfOther)
                .count(SparTenWork.JOINS, 2)
                .count(SparTenWork.CHUNK_BYTES, bytes)
                .count(SparTenWork.UNIT_STEPS, steps)
                .count(SparTenWork.UNIT_STEPS + 1, stepsOfOther);
        give(waits);
    }

    /** Two outputs of a byte each. */
    private void store(int layer, int group, int... waits) {
        item.begin(SparTenWork.STORE_OUTPUTS, layer, group, 0, 0)
                .moves(TensorRole.OUTPUTS, layer, 2)
                .count(SparTenWork.POST_OPS, 2);
        give(waits);
    }

    private void give(int... waits) {
        for (int wait : waits) {
            item.waitFor(wait);
        }
        sink.accept(item);
    }

    private MachineReport threeSegments() {
        begin(workload());
        sink = run.beginSegment(0);
        filters(0, 0, 4); // 4 bytes and the latency
        inputs(0, 0, 3); // behind them
        join(0, 0, 0, 3, 5, 3, 0, 1);
        store(0, 0, 2);
        run.endSegment();
        sink = run.beginSegment(1);
        filters(1, 0, 8); // 7..15 in the first segment, when the memory was idle
        inputs(1, 0, 2);
        join(1, 0, 1, 2, 4, 2, 0, 1);
        store(1, 0, 2);
        join(1, 1, 0, 2, 1, 7, 1);
        store(1, 1, 4);
        join(1, 2, 1, 2, 3, 1, 1);
        store(1, 2, 6);
        run.endSegment();
        sink = run.beginSegment(2);
        filters(3, 0, 32); // a byte from cycle 42, the only idle one since group 0 was done, the others from 47
        inputs(3, 0, 8);
        join(3, 0, 0, 8, 6, 6, 0, 1);
        store(3, 0, 2);
        run.endSegment();
        return run.finish();
    }

    @Test
    void threeSegmentsByHand() {
        MachineReport report = threeSegments();
        assertEquals(
                List.of(
                        "0/0: 0..14",
                        "0/1: 0..17",
                        "0/2: 17..22",
                        "0/3: 22..24",
                        "1/0: 0..25", // asked for when the last filters of the first segment were in use
                        "1/1: 24..36",
                        "1/2: 36..40",
                        "1/4: 36..43", // the other cluster
                        "1/6: 36..43", // behind the join before
                        "1/3: 40..42",
                        "1/5: 43..45",
                        "1/7: 43..47",
                        "2/0: 40..88", // asked for when the first of three groups was done
                        "2/1: 47..96",
                        "2/2: 96..102",
                        "2/3: 102..104"),
                events);
        // both units of a cluster receive a chunk
        assertEquals(
                List.of(
                        new LayerTiming(17, 22, 5, broadcast(2 * 3)),
                        new LayerTiming(36, 43, 7, broadcast(2 * (2 + 2 + 2))),
                        new LayerTiming(47, 47, 0, broadcast(0)), // the concatenation takes no time
                        new LayerTiming(96, 102, 6, broadcast(2 * 8))),
                report.layers());
        assertEquals(104, report.cycles());
        assertEquals(broadcast(2 * (3 + 2 + 2 + 2 + 8)), report.counts());
        assertEquals(
                List.of(5L, 7L, 6L),
                report.segments().stream().map(SegmentTiming::computeBusyCycles).toList());
    }

    private static Map<String, Long> broadcast(long bytes) {
        return Map.of(SparTenRun.BROADCAST_BYTES, bytes);
    }

    @Test
    void slicesOfClusters() {
        wantsSlices = true;
        threeSegments();
        assertEquals(
                List.of(
                        "cluster 0, layer 0, join: 17..22",
                        "cluster 1, layer 1, join: 36..40",
                        "cluster 0, layer 1, join: 36..43",
                        "cluster 1, layer 1, join: 40..43",
                        "cluster 0, layer 3, join: 96..102"),
                events);
    }

    /** A load that waits for outputs comes after them: they leave in 6..8. */
    @Test
    void aLoadThatWaitsForAStore() {
        begin(workload());
        sink = run.beginSegment(0);
        join(0, 0, 0, 1, 6, 6);
        store(0, 0, 0);
        inputs(0, 0, 5, 1);
        run.endSegment();
        assertEquals(List.of("0/0: 0..6", "0/1: 6..8", "0/2: 8..23"), events.subList(0, 3));
    }

    /** The limit itself is allowed: inputs until then, and joins until then. */
    @Test
    void layersUpToTheLimit() {
        begin(workload());
        sink = run.beginSegment(0);
        inputs(0, 0, 1_999_999_990);
        join(0, 0, 0, 1, 0, 0, 0);
        join(0, 0, 1, 1, 2_000_000_000, 1);
        String limit = "layer conv0 takes more than 2000000000 cycles on sparten, the limit of the model";
        IsosException longer = assertThrows(IsosException.class, () -> join(0, 0, 0, 1, 1, 0, 0));
        assertEquals(limit, longer.getMessage());
        inputs(0, 0, 1);
        IsosException later = assertThrows(IsosException.class, () -> join(0, 0, 0, 1, 0, 0, 3));
        assertEquals(limit, later.getMessage());
    }

    @Test
    void refusesOutputsThatAreMissing() {
        begin(workload());
        sink = run.beginSegment(1);
        join(1, 0, 0, 1, 6, 6);
        store(1, 0, 0);
        IsosException refused = assertThrows(IsosException.class, () -> run.endSegment());
        assertEquals("layer conv1 on sparten finished 2 outputs instead of 6", refused.getMessage());
    }

    @Test
    void refusesMoreProductsThanUnitsHaveCycles() {
        begin(workload());
        sink = run.beginSegment(0);
        item.begin(SparTenWork.JOIN, 0, 0, 0, 0)
                .count(SparTenWork.PRODUCTS, 13)
                .count(SparTenWork.UNIT_STEPS, 6)
                .count(SparTenWork.UNIT_STEPS + 1, 6);
        give();
        store(0, 0, 0);
        IsosException refused = assertThrows(IsosException.class, () -> run.endSegment());
        assertEquals("layer conv0 on sparten made 13 products in 12 unit cycles", refused.getMessage());
    }
}
