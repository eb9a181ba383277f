package dev.isos.core.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.api.plan.SegmentEstimate.LayerEstimate;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.result.RunResult.Energy;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.result.RunResult.MacCounts;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.api.workload.WorkloadInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two layers in one estimated segment and one, a sum, in another; a fourth is left out. */
class AnalyticalRunTest {
    private static final FeatureMapShape SHAPE = new FeatureMapShape(2, 1, 2);

    private final Network network = network();
    private final ExecutionPlan plan = new ExecutionPlan(
            "test",
            List.of(
                    new Segment(
                            List.of(0, 1),
                            List.of(new LayerMapping(0, Map.of()), new LayerMapping(1, Map.of())),
                            List.of(new StorageDemand("buffer", 5, 10, 3)),
                            List.of()),
                    new Segment(List.of(2), List.of(new LayerMapping(2, Map.of())), List.of(), List.of())),
            List.of("no more fit", "the end"));
    private final AnalyticalRun run = new AnalyticalRun(
            network,
            plan,
            List.of(
                    new SegmentEstimate(
                            10,
                            7,
                            6,
                            List.of(
                                    new LayerEstimate(0, 5, 6, 1, 2, 4, 8),
                                    new LayerEstimate(1, 4, 0, 16, 32, 64, 128))),
                    new SegmentEstimate(20, 9, 8, List.of(new LayerEstimate(2, 0, 3, 256, 512, 1024, 2048)))),
            Map.of("products", 7L, "read.bytes", 10L));

    private static Network network() {
        NetworkBuilder builder = new NetworkBuilder("four", SHAPE);
        int first = builder.convolution("first", Layer.NETWORK_INPUT, 2, 1, 1, 0);
        int second = builder.convolution("second", first, 2, 1, 1, 0);
        int sum = builder.add("sum", new ElementwiseAdd(), List.of(first, second), Layer.NONE);
        builder.maxPooling("left", sum, 1, 1, 0);
        return builder.build();
    }

    @Test
    void segmentsFollowEachOther() {
        MachineReport report = run.report();
        assertEquals(30, report.cycles());
        assertEquals(List.of(new SegmentTiming(10, 7, 6), new SegmentTiming(20, 9, 8)), report.segments());
        assertEquals(
                List.of(
                        new LayerTiming(0, 10, 5),
                        new LayerTiming(0, 10, 4),
                        new LayerTiming(10, 30, 0),
                        new LayerTiming(0, 0, 0)),
                report.layers());
        assertEquals(4095, report.offChipBytes());
        assertEquals(Map.of("products", 7L, "read.bytes", 10L), report.counts());
    }

    @Test
    void sumsOfProductsAndBytes() {
        assertEquals(9, run.products());
        assertEquals(new Traffic(1 + 16 + 256, 2 + 32 + 512, 4 + 64 + 1024, 8 + 128 + 2048), run.traffic());
        Energy first = new Energy(1, 2, 3, 4, 10);
        assertEquals(
                List.of(
                        new SegmentResult(
                                List.of("first", "second"), 10, new Traffic(17, 34, 68, 136), first, 15, "no more fit"),
                        new SegmentResult(List.of("sum"), 20, new Traffic(256, 512, 1024, 2048), null, 0, "the end")),
                run.segments(Arrays.asList(first, null)));
    }

    /** Of the image 1 of 4 values is not zero, of the outputs 2, 3, 4 and 4 of 4; of the weights 1 and 3 of 4. */
    @Test
    void layersHaveTheirOwnNumbers() {
        Workload workload = new Workload(
                new WorkloadInfo("w", "four", 1, "by hand", 1f),
                network,
                List.of(
                        filters(network.layer(0), (byte) 1, (byte) 0, (byte) 0, (byte) 0),
                        filters(network.layer(1), (byte) 1, (byte) 1, (byte) 0, (byte) 1),
                        new LayerParameters(Requantisation.identity(2, false, 1f)),
                        new LayerParameters(Requantisation.identity(2, false, 1f))),
                new ActivationTensor(SHAPE, false, new byte[] {0, 0, 1, 0}),
                List.of());
        WorkloadDensities densities =
                new WorkloadDensities(network, List.of(1L, 3L, 0L, 0L), List.of(1L, 2L, 3L, 4L, 4L));
        List<LayerReference> reference = Stream.of(5, 0, 2, 1)
                .map(effectual -> new LayerReference("", 0, effectual))
                .toList();
        List<LayerResult> layers = run.layers(workload, densities, reference, run.report(), 2);
        assertEquals(
                List.of(
                        new LayerResult(
                                "first",
                                "convolution",
                                "2x1x2",
                                "2x1x2",
                                "2x2x1x1",
                                List.of(-1),
                                null,
                                0.25,
                                0.25,
                                new MacCounts(8, 5, 6),
                                5,
                                6 / (2.0 * 5),
                                0,
                                10,
                                new Traffic(1, 2, 4, 8),
                                null),
                        new LayerResult(
                                "second",
                                "convolution",
                                "2x1x2",
                                "2x1x2",
                                "2x2x1x1",
                                List.of(0),
                                null,
                                0.75,
                                0.5,
                                new MacCounts(8, 0, 0),
                                4,
                                0,
                                0,
                                10,
                                new Traffic(16, 32, 64, 128),
                                null),
                        new LayerResult(
                                "sum",
                                "add",
                                "2x1x2",
                                "2x1x2",
                                null,
                                List.of(0, 1),
                                null,
                                1,
                                5 / 8.0,
                                new MacCounts(0, 2, 3),
                                0,
                                3 / 2.0,
                                10,
                                30,
                                new Traffic(256, 512, 1024, 2048),
                                null),
                        new LayerResult(
                                "left",
                                "max-pooling",
                                "2x1x2",
                                "2x1x2",
                                null,
                                List.of(2),
                                null,
                                1,
                                1,
                                new MacCounts(0, 1, 0),
                                0,
                                0,
                                0,
                                0,
                                new Traffic(0, 0, 0, 0),
                                null)),
                layers);
    }

    private static LayerParameters filters(Layer layer, byte... weights) {
        return new LayerParameters(
                FilterTensor.fromDense(layer.filterShape(), weights), Requantisation.identity(2, false, 1f));
    }
}
