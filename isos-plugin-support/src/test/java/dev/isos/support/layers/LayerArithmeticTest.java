package dev.isos.support.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.testkit.WorkloadBuilder;
import org.junit.jupiter.api.Test;

class LayerArithmeticTest {
    /** A 3x3 window over a padded 2x2 map: the corner weights meet one input, those of the edges two, the middle one all four. */
    @Test
    void productsOfAWeightAreTheInputsThatItMeets() {
        WorkloadBuilder builder = new WorkloadBuilder("hand", 1, new FeatureMapShape(1, 2, 2), false, 1);
        builder.convolution(Layer.NETWORK_INPUT, 1, 1, Window.square(3, 1, 1), 1);
        Workload workload = builder.build();
        long[] products = ReferenceExecutor.productsPerWeight(
                workload.network().layer(0), workload.input(Layer.NETWORK_INPUT), workload.filters(0));
        long[] byRow = new long[9];
        for (int i = 0; i < 9; i++) {
            byRow[i] = products[workload.filters(0).fiber(0, i / 3, i % 3)];
        }
        assertArrayEquals(new long[] {1, 2, 1, 2, 4, 2, 1, 2, 1}, byRow);
    }

    @Test
    void operandsOfAnOutput() {
        WorkloadBuilder builder = new WorkloadBuilder("hand", 1, new FeatureMapShape(3, 6, 6), false, 1);
        builder.pooling(Layer.NETWORK_INPUT, PoolingKind.MAX, Window.square(3, 1, 1), false);
        assertEquals(
                9, LayerArithmetic.operandsPerOutput(builder.build().network().layer(0)));
        assertEquals(2, operandsOfLast("add"));
        assertEquals(1, operandsOfLast("selection"));
    }

    private static int operandsOfLast(String corner) {
        return LayerArithmetic.operandsPerOutput(
                RandomWorkloads.corners().get(corner).network().output());
    }

    /** Two positions of ten channels with three non-zeros: all take 2 bytes of mask each, the last two channels one byte. */
    @Test
    void bytesOfABitmask() {
        byte[] values = new byte[20];
        values[0] = 1;
        values[8] = -3;
        values[19] = 7;
        ActivationTensor tensor = new ActivationTensor(new FeatureMapShape(10, 2, 1), true, values);
        assertEquals(2 * 2 + 3, OperandPart.bitmaskBytes(tensor, 0, 10));
        assertEquals(2 + 2, new OperandPart(0, 8, 10).bitmaskBytes(tensor));
    }
}
