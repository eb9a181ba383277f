package com.example.weightstationary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.support.layers.LayerWork;
import dev.isos.testkit.Bench;
import dev.isos.testkit.DataflowContract;
import dev.isos.testkit.HardwareModelContract;
import dev.isos.testkit.RandomWorkloads;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WeightStationaryTest {
    /** Small enough that layers need several folds and blocks, and read inputs again. */
    private static final HardwareModel SMALL = Bench.model(
            WeightStationaryPlugin.HARDWARE, "multipliers=7", "inputBuffer=100 B", "accumulators=4 KiB");

    @Nested
    class TheDataflow extends DataflowContract {
        @Override
        protected Dataflow dataflow() {
            return new WeightStationary();
        }

        @Override
        protected Geometry geometry() {
            return SMALL.geometry();
        }
    }

    @Nested
    class TheMachine extends HardwareModelContract {
        @Override
        protected HardwareModel model() {
            return SMALL;
        }

        @Override
        protected List<Scenario> scenarios() {
            return List.of("dense", "residual", "concatenation", "chain", "pooling").stream()
                    .map(c -> Bench.run(RandomWorkloads.corners().get(c), new WeightStationary(), SMALL).scenario(c))
                    .toList();
        }
    }

    /**
     * By hand: 2 x 2 non-zero inputs in each of 2 channels, a dense 1x1 filter of 3 outputs. Each of the 6 weights meets 4 inputs: 24
     * products, which 4 multipliers make in two folds of 4 cycles.
     */
    @Test
    void twoFoldsOfADenseLayer() {
        WorkloadBuilder network = new WorkloadBuilder("hand", 1, new FeatureMapShape(2, 2, 2), false, 1);
        network.convolution(Layer.NETWORK_INPUT, 3, 1, Window.square(1, 1, 0), 1);
        HardwareModel model = Bench.model(WeightStationaryPlugin.HARDWARE, "multipliers=4", "dram.latency=0 ns");
        Bench bench = Bench.run(network.build(), new WeightStationary(), model);
        assertEquals(24, bench.total(LayerWork.PRODUCTS));
        assertEquals(4 + 4, bench.report().segments().get(0).computeBusyCycles());
        assertEquals(3 * 6, bench.bytes(LayerWork.LOAD_FILTERS), "weights of 3 bytes");
        assertEquals(4 * (1 + 2), bench.bytes(LayerWork.LOAD_INPUTS), "at 4 positions a byte of mask and 2 values");
    }
}
