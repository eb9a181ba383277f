package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.SegmentEstimator;
import dev.isos.api.law.ActivityAccount;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.api.plan.SegmentEstimate.LayerEstimate;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.core.wavefront.IsOsDataflow;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Estimates of pointwise layers without zeros, by hand, on maps of two rows and three columns: 2 lanes of 2 processing elements of 4
 * multipliers, 2 mergers and 2 post-op units; 128 bytes per cycle, latency 10.
 */
class EstimateByHandTest {
    private static final String[] MACHINE = {
        "lanes=2", "processingElements=2", "vectorWidth=4", "mergers=2", "postOpUnits=2", "dram.latency=10 ns"
    };

    private final IsoscelesModel model = (IsoscelesModel) HandMade.machine(MACHINE);
    private final Workload workload = workload();
    private final SegmentEstimator estimator =
            model.analytical(IsOsDataflow.ID).orElseThrow().estimator(densities());

    /** 4 channels to 8, these to 2, to which a pooling comes; beside it the image once more to 8; then the sum of both 8. */
    private static Workload workload() {
        WorkloadBuilder builder = new WorkloadBuilder("dense", 1, new FeatureMapShape(4, 2, 3), false, 1);
        Window point = Window.square(1, 1, 0);
        int first = builder.convolution(Layer.NETWORK_INPUT, 8, 1, point, 1);
        int second = builder.convolution(first, 2, 1, point, 1);
        builder.pooling(second, PoolingKind.MAX, Window.square(2, 1, 0), false);
        builder.convolution(Layer.NETWORK_INPUT, first, 8, 1, point, 1, true);
        builder.elementwiseAdd(3, first, true);
        builder.convolution(2, 8, 1, point, 1);
        return builder.build();
    }

    private WorkloadDensities densities() {
        return new WorkloadDensities(
                workload.network(), List.of(32L, 16L, 0L, 32L, 0L, 16L), List.of(24L, 48L, 12L, 4L, 48L, 48L, 16L));
    }

    private Segment segment(int layer) {
        return segment(workload, layer, model);
    }

    private static Segment segment(Workload workload, int layer, IsoscelesModel model) {
        return (Segment) new IsOsDataflow().map(workload, List.of(layer), model.geometry());
    }

    /**
     * 12 elements per lane, each of 2 vectors, on 2 processing elements: 12 cycles, 4 for a column. 8 merges by 2 mergers for each of 3
     * columns: 12 cycles, too; 4 for a column. So 16 cycles with those of one column that fill the pipeline. 64 bytes of weights take half
     * a cycle, and 10 until they are there.
     */
    @Test
    void aSegmentAlone() {
        assertEquals(
                new SegmentEstimate(27, 12, 2, List.of(new LayerEstimate(0, 12, 32 * 6, 64, 48, 96, 0))),
                estimator.estimate(segment(0), Optional.empty()));
    }

    /**
     * 24 elements per lane, each of 1 vector, take 24 cycles; 25 with the back end of the last column. Weights of 32 bytes, a quarter of a
     * cycle, are loaded while the segment before computes; alone they take 10.25 cycles more.
     */
    @Test
    void aSegmentBehindTheOneThatItReads() {
        LayerEstimate layer = new LayerEstimate(1, 24, 16 * 6, 32, 96, 24, 0);
        assertEquals(new SegmentEstimate(36, 24, 1, List.of(layer)), estimator.estimate(segment(1), Optional.empty()));
        assertEquals(
                new SegmentEstimate(25, 24, 1, List.of(layer)),
                estimator.estimate(segment(1), Optional.of(segment(0))));
    }

    /** Like the first layer, and its residual operand of 96 bytes; behind one that it does not read its operands are there. */
    @Test
    void aSegmentBehindAnotherOne() {
        LayerEstimate layer = new LayerEstimate(3, 12, 32 * 6, 64, 48, 96, 96);
        assertEquals(
                new SegmentEstimate(16, 12, 2, List.of(layer)),
                estimator.estimate(segment(3), Optional.of(segment(1))));
        assertEquals(
                new SegmentEstimate(16, 12, 2, List.of(layer)),
                estimator.estimate(segment(3), Optional.of(segment(0))),
                "weights of 0.5 cycles and a latency of 10 fit the 14.875 cycles in which the DRAM is idle");
    }

    /** The one row of outputs lies in both lanes: 4 merges by 2 mergers for each of 2 columns. */
    @Test
    void whatIsLeftOutCostsNothingAndGivesNoTime() {
        SegmentEstimate pooling = estimator.estimate(segment(2), Optional.of(segment(1)));
        assertEquals(new SegmentEstimate(0, 0, 0, List.of(new LayerEstimate(2, 4, 0, 0, 24, 8, 0))), pooling);
        assertEquals(
                // no latency, since nothing is read that has just been written; the weights take half a cycle
                new SegmentEstimate(17, 12, 2, List.of(new LayerEstimate(3, 12, 32 * 6, 64, 48, 96, 96))),
                estimator.estimate(segment(3), Optional.of(segment(2))));
    }

    /** Of what a pooling that is left out has stored, nothing is waited for. */
    @Test
    void aSegmentBehindOneThatIsLeftOut() {
        SegmentEstimate behind = estimator.estimate(segment(5), Optional.of(segment(2)));
        SegmentEstimate alone = estimator.estimate(segment(5), Optional.empty());
        assertEquals(10, alone.cycles() - behind.cycles());
    }

    /**
     * 8 bytes per cycle: the first layer loads its weights in 8 cycles and moves 208 bytes in 26, the second 32 of 152 in 4 of 19, the
     * fourth 64 of 304 in 8 of 38. They compute for 16, 25 and 16 cycles, 4, 1 and 4 of them to fill the pipeline.
     */
    @Test
    void segmentsOnASlowMemory() {
        IsoscelesModel slow = (IsoscelesModel) HandMade.machine(
                "lanes=2",
                "processingElements=2",
                "vectorWidth=4",
                "mergers=2",
                "postOpUnits=2",
                "dram.latency=10 ns",
                "dram.bandwidth=8 GB/s");
        SegmentEstimator estimates =
                slow.analytical(IsOsDataflow.ID).orElseThrow().estimator(densities());
        Segment first = segment(workload, 0, slow);
        Segment second = segment(workload, 1, slow);
        Segment fourth = segment(workload, 3, slow);
        LayerEstimate layer = new LayerEstimate(3, 12, 32 * 6, 64, 48, 96, 96);
        // weights, latency, computation
        assertEquals(8 + 10 + 16, estimates.estimate(first, Optional.empty()).cycles());
        // the memory is never idle in the first segment: nothing is loaded ahead, and its output is waited for
        assertEquals(4 + 10 + 25, estimates.estimate(second, Optional.of(first)).cycles());
        // its operands, 26 cycles, come after the weights of the 16 cycles before; they arrive late and fill the
        // pipeline
        assertEquals(
                new SegmentEstimate(26 + 10 + 4, 12, 38, List.of(layer)),
                estimates.estimate(fourth, Optional.of(first)));
        // 25 - (19 - 4) cycles are idle before it, in which its 8 cycles of weights come; the other 30 remain
        assertEquals(new SegmentEstimate(30, 12, 30, List.of(layer)), estimates.estimate(fourth, Optional.of(second)));
    }

    /**
     * 512 weights of 2 bytes fill the buffer, so that none of the next segment's come ahead: its 128 bytes take one cycle before its 97 of
     * computation.
     */
    @Test
    void weightsComeAheadWhereThereIsRoom() {
        WorkloadBuilder builder = new WorkloadBuilder("full", 1, new FeatureMapShape(16, 2, 3), false, 1);
        int first = builder.convolution(Layer.NETWORK_INPUT, 32, 1, Window.square(1, 1, 0), 1);
        builder.convolution(first, 2, 1, Window.square(1, 1, 0), 1);
        Workload full = builder.build();
        for (int kib = 1; kib <= 2; kib++) {
            IsoscelesModel small = (IsoscelesModel) HandMade.machine(
                    "lanes=2",
                    "processingElements=2",
                    "vectorWidth=4",
                    "mergers=2",
                    "postOpUnits=2",
                    "dram.latency=10 ns",
                    "filterBuffer=" + kib + " KiB");
            SegmentEstimate estimate = small.analytical(IsOsDataflow.ID)
                    .orElseThrow()
                    .estimator(new WorkloadDensities(full.network(), List.of(512L, 64L), List.of(96L, 192L, 12L)))
                    .estimate(segment(full, 1, small), Optional.of(segment(full, 0, small)));
            assertEquals(kib == 1 ? 98 : 97, estimate.cycles());
        }
    }

    @Test
    void activityOfALayerWithFilters() {
        assertEquals(
                List.of(
                        new ActivityCount("macs", "multiply-accumulate", 192),
                        new ActivityCount("mergers", "merge", 48),
                        new ActivityCount("postOpUnits", "operation", 48),
                        new ActivityCount("filterFetchers", "fetch", 24),
                        new ActivityCount("crossbars", "transfer", 2 * 192),
                        // all 64 bytes in each of 3 columns
                        new ActivityCount("filterBuffer", "read", 3 * 64),
                        new ActivityCount("filterBuffer", "deliver", 2 * 192),
                        new ActivityCount("filterBuffer", "write", 64),
                        new ActivityCount("contextArray", "read", 2 * (192 + 48)),
                        new ActivityCount("contextArray", "write", 2 * 192),
                        // 24 elements into the front end, 96 bytes off chip
                        new ActivityCount("queues", "read", 2 * 24 + 96),
                        new ActivityCount("queues", "write", 48 + 96),
                        new ActivityCount("dram", "read", 64 + 48),
                        new ActivityCount("dram", "write", 96)),
                ActivityAccount.evaluate("here", model, estimator.counts(segment(0))));
    }

    /** A sum has no products: its 96 operands come from queues and are merged. */
    @Test
    void activityOfALayerWithoutFilters() {
        assertEquals(
                List.of(
                        new ActivityCount("macs", "multiply-accumulate", 0),
                        new ActivityCount("mergers", "merge", 96),
                        new ActivityCount("postOpUnits", "operation", 48),
                        new ActivityCount("filterFetchers", "fetch", 0),
                        new ActivityCount("crossbars", "transfer", 0),
                        new ActivityCount("filterBuffer", "read", 0),
                        new ActivityCount("filterBuffer", "deliver", 0),
                        new ActivityCount("filterBuffer", "write", 0),
                        new ActivityCount("contextArray", "read", 0),
                        new ActivityCount("contextArray", "write", 0),
                        new ActivityCount("queues", "read", 2 * 96 + 96),
                        new ActivityCount("queues", "write", 2 * 96 + 96),
                        new ActivityCount("dram", "read", 2 * 96),
                        new ActivityCount("dram", "write", 96)),
                ActivityAccount.evaluate("here", model, estimator.counts(segment(4))));
    }
}
