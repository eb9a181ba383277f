package dev.isos.core.loopnest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sums of figures, and densities of tensors. */
class DataflowFiguresTest {
    private static LayerFigures layer(String name, long factor) {
        BoundaryTraffic array = new BoundaryTraffic(factor, 2 * factor, 3 * factor);
        return new LayerFigures(
                name,
                100 * factor,
                1000 * factor,
                array,
                Reuse.of(100 * factor, array),
                7,
                Map.of(),
                new SlotUse(factor, 4 * factor));
    }

    /** Three layers in two segments, with factors 1, 10 and 100. */
    @Test
    void segmentsAddUp() {
        SegmentFigures first = new SegmentFigures(
                List.of(layer("a", 1), layer("b", 10)), new BoundaryTraffic(5, 6, 7), 1, 2, 4, 50, 60);
        SegmentFigures second =
                new SegmentFigures(List.of(layer("c", 100)), new BoundaryTraffic(10, 20, 30), 8, 16, 32, 40, 70);
        assertEquals(7, first.offChipBytes());
        assertEquals(56, second.offChipBytes());
        LoopNestDataflow dataflow = LoopNestDataflow.builtIn().get(0);
        DataflowFigures figures = DataflowFigures.of(dataflow, List.of(first, second));
        assertEquals(
                new DataflowFigures(
                        dataflow.id(),
                        dataflow.title(),
                        11100,
                        111000,
                        Reuse.of(11100, new BoundaryTraffic(111, 222, 333)),
                        Reuse.of(11100, new BoundaryTraffic(15, 26, 37)),
                        63,
                        50,
                        70,
                        new SlotUse(111, 444),
                        List.of(first, second)),
                figures);
        assertEquals(0.25, figures.slots().utilization());
        assertEquals(0, SlotUse.NONE.utilization());
    }

    /** Macs per element: 11100 / 111, 11100 / 222, 11100 / 333, and over all 666. */
    @Test
    void reuseIsMacsPerElement() {
        Reuse reuse = Reuse.of(11100, new BoundaryTraffic(111, 222, 333));
        assertEquals(100, reuse.input(), 1e-12);
        assertEquals(50, reuse.filter(), 1e-12);
        assertEquals(100 / 3.0, reuse.output(), 1e-12);
    }

    /** The image has 1 of 4 non-zeros, a further input 3; the layers' outputs 2 of 4 and 1 of 2; the weights 3 of 4. */
    @Test
    void densitiesOfAWorkload() {
        FeatureMapShape shape = new FeatureMapShape(2, 2, 1);
        NetworkBuilder builder = new NetworkBuilder("n", shape);
        builder.furtherInput(shape);
        int first = builder.convolution("c", Layer.NETWORK_INPUT, 2, 1, 1, 0);
        builder.globalAveragePooling("p", first);
        Network network = builder.build();
        Workload workload = new Workload(
                new WorkloadInfo("w", "n", 1, "by hand", 1f),
                network,
                List.of(
                        new LayerParameters(
                                FilterTensor.fromDense(network.layer(0).filterShape(), new byte[] {1, 0, 1, 1}),
                                Requantisation.identity(2, false, 1f)),
                        new LayerParameters(Requantisation.identity(2, false, 1f))),
                new ActivationTensor(shape, false, new byte[] {0, 0, 0, 1}),
                List.of(new LayerReference("a", 2, 0), new LayerReference("b", 1, 0)),
                List.of(new ActivationTensor(shape, false, new byte[] {1, 1, 0, 1})));
        assertEquals(new Densities(List.of(0.25, 0.5, 0.5, 0.75), List.of(0.75, 0.0)), Densities.of(workload));
        assertEquals(new Densities(List.of(1.0, 1.0, 1.0, 1.0), List.of(1.0, 0.0)), Densities.dense(network));
    }
}
