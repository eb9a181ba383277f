package dev.isos.study.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import org.junit.jupiter.api.Test;

class ResizedWorkloadTest {
    private static final Window POINT = Window.square(1, 1, 0);

    private static Workload workload(boolean connected) {
        WorkloadBuilder b = new WorkloadBuilder("small", 1, new FeatureMapShape(3, 8, 8), false, 0.5);
        int stem = b.convolution(Layer.NETWORK_INPUT, 4, 1, Window.square(3, 2, 1), 0.5);
        int project = b.convolution(stem, stem, 4, 1, POINT, 0.5, true);
        if (connected) {
            b.convolution(project, 5, 1, Window.square(4, 1, 0), 0.5);
        } else {
            int mean = b.pooling(project, PoolingKind.AVERAGE, Window.square(4, 1, 0), false);
            b.convolution(mean, 5, 1, POINT, 0.5);
        }
        return b.build();
    }

    @Test
    void mapsGrowAndPoolingsOfTheWholeMapStaySuch() {
        Workload workload = workload(false);
        Workload twice = ResizedWorkload.of(workload, 16, 24).orElseThrow();
        assertEquals(new FeatureMapShape(4, 8, 12), twice.network().shapeOf(1));
        Pooling pooling = (Pooling) twice.network().layer(2).op();
        assertEquals(8, pooling.window().rows());
        assertEquals(12, pooling.window().columns());
        assertEquals(new FeatureMapShape(5, 1, 1), twice.network().output().outputShape());
        assertEquals(workload.parameters(), twice.parameters());
        assertEquals(workload.input().value(2, 3, 5), twice.input().value(2, 7, 16), "the input's nearest values");
    }

    @Test
    void theSameSizeIsTheSameWorkload() {
        Workload workload = workload(false);
        Workload same = ResizedWorkload.of(workload, 8, 8).orElseThrow();
        assertEquals(workload.network(), same.network());
        assertArrayEquals(workload.input().values(), same.input().values());
    }

    @Test
    void weightsThatAreForOneSizeAreNotResized() {
        assertTrue(ResizedWorkload.of(workload(true), 16, 16).isEmpty());
    }
}
