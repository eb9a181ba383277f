package dev.isos.study.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.study.evaluation.WorkloadSizes.Sizes;
import org.junit.jupiter.api.Test;

class WorkloadSizesTest {
    @Test
    void sizesOfAWorkloadAreThoseOfItsTensors() {
        WorkloadBuilder builder = new WorkloadBuilder("tiny", 1, new FeatureMapShape(3, 4, 4), false, 1);
        int first = builder.convolution(Layer.NETWORK_INPUT, 8, 1, Window.square(3, 1, 1), 1);
        builder.convolution(first, 8, 1, Window.square(1, 1, 0), 1);
        Workload workload = builder.build();
        WorkloadSizes sizes = WorkloadSizes.of(workload);
        long weights = 8 * 3 * 9 + 8 * 8;
        assertEquals(8 * 3 * 9 * 16 + 8 * 8 * 16, sizes.denseMacs());
        assertEquals(new Sizes(weights, weights + 48 + 3 * 128, weights + 48 + 128), sizes.dense());
        assertTrue(sizes.effectualMacs() < sizes.denseMacs());
        assertTrue(sizes.sparse().layerByLayer() <= sizes.dense().layerByLayer());
        assertEquals(weights, sizes.sparse().weights());
    }
}
