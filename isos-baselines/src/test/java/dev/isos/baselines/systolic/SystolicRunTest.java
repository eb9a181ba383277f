package dev.isos.baselines.systolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.testkit.Bench;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.testkit.SharedData;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SystolicRunTest {
    /** One convolution without padding. */
    private static Workload layer(int channels, int size, int filters, int kernel, int stride, int hang) {
        WorkloadBuilder builder =
                new WorkloadBuilder("layer", 7, new FeatureMapShape(channels, size, size), false, 0.5);
        builder.convolution(
                Layer.NETWORK_INPUT,
                filters,
                1,
                new Window(kernel, kernel, stride, stride, 0, 0, hang, hang, 1, 1),
                0.05);
        return builder.build();
    }

    @SharedData
    @Test
    void layersTakeTheCyclesOfScaleSimWhenExecuted() throws IOException {
        for (FoldPlanTest.Row row : FoldPlanTest.crossCheck()) {
            // rows of the larger layers differ from these in numbers alone
            if (row.plan().macs() > 50_000_000) {
                continue;
            }
            int kernel = row.number(3);
            Workload workload = layer(row.number(5), row.number(1), row.number(6), kernel, row.number(7), 0);
            SystolicModel model = SystolicHarness.model("rows=" + row.number(8), "columns=" + row.number(9));
            Bench outcome = SystolicHarness.run(workload, row.plan().stationarity(), model);
            assertEquals(
                    Long.parseLong(row.cells()[11]) + 1,
                    outcome.report().layers().get(0).computeCycles(),
                    String.join(" ", row.cells()));
        }
    }

    @Test
    void aSingleFoldByHand() {
        // 4 positions, 2 filters of 3 channels, 1x1: one output stationary fold of 3 + 4 + 2 - 2 cycles
        Workload workload = layer(3, 2, 2, 1, 1, 0);
        SystolicModel model =
                SystolicHarness.model("rows=4", "columns=2", "dram.bandwidth=1 GB/s", "dram.latency=10 ns");
        Bench outcome = SystolicHarness.run(workload, Stationarity.OUTPUT, model);
        // 12 inputs, 6 weights at a byte per cycle and the latency, 7 cycles, 8 outputs
        assertEquals(12, outcome.bytes(SystolicWork.LOAD_INPUTS));
        assertEquals(6, outcome.bytes(SystolicWork.LOAD_FILTERS));
        assertEquals(8, outcome.bytes(SystolicWork.STORE_OUTPUTS));
        assertEquals(18 + 10 + 7 + 8, outcome.report().cycles());
        assertEquals(7, outcome.report().layers().get(0).computeCycles());
    }

    @Test
    void transfersHideBehindTheFoldBefore() {
        // 16 positions, 8 filters of 12 channels on 4 x 4: 4 x 2 folds of 12 + 6 cycles; memory is fast
        Workload workload = layer(12, 4, 8, 1, 1, 0);
        SystolicModel model = SystolicHarness.model("rows=4", "columns=4", "dram.latency=0 ns");
        Bench outcome = SystolicHarness.run(workload, Stationarity.OUTPUT, model);
        // the operands of the first fold, 8 folds, the outputs of the last
        assertEquals(1 + 8 * 18 + 1, outcome.report().cycles());
    }

    @Test
    void operandsThatFitAreLoadedOnce() {
        Workload workload = layer(6, 8, 9, 3, 1, 0);
        for (Stationarity stationarity : Stationarity.values()) {
            Bench outcome = SystolicHarness.run(workload, stationarity, SystolicHarness.model("rows=5", "columns=4"));
            assertEquals(6 * 8 * 8, outcome.bytes(SystolicWork.LOAD_INPUTS), stationarity.text());
            assertEquals(9 * 6 * 9, outcome.bytes(SystolicWork.LOAD_FILTERS), stationarity.text());
            assertEquals(9 * 6 * 6, outcome.bytes(SystolicWork.STORE_OUTPUTS), stationarity.text());
            assertEquals(0, outcome.bytes(SystolicWork.STORE_PARTIALS), stationarity.text());
        }
    }

    @Test
    void inputsThatDoNotFitAreReadOncePerColumnFold() {
        // weight stationary, 4 columns: 9 filters in 3 column folds; 54 window elements in 9 row folds of 6 = 2/3
        // channel
        Workload workload = layer(6, 8, 9, 3, 1, 0);
        Bench outcome = SystolicHarness.run(
                workload, Stationarity.WEIGHT, SystolicHarness.model("rows=9", "columns=4", "inputBuffer=383 B"));
        // 6 row folds of one channel each
        assertEquals(3 * 6 * 64, outcome.bytes(SystolicWork.LOAD_INPUTS));
        assertEquals(9 * 54, outcome.bytes(SystolicWork.LOAD_FILTERS));
    }

    @Test
    void partialSumsThatDoNotFitTravel() {
        // 36 positions x 4 filters = 144 sums, 100 of which have room in half of 800 bytes; 6 row folds
        Workload workload = layer(6, 8, 4, 3, 1, 0);
        Bench outcome = SystolicHarness.run(
                workload, Stationarity.WEIGHT, SystolicHarness.model("rows=9", "columns=4", "outputBuffer=800 B"));
        assertEquals(5 * 44 * 4, outcome.bytes(SystolicWork.STORE_PARTIALS));
        assertEquals(5 * 44 * 4, outcome.bytes(SystolicWork.LOAD_PARTIALS));
        Bench outputStationary = SystolicHarness.run(
                workload, Stationarity.OUTPUT, SystolicHarness.model("rows=9", "columns=4", "outputBuffer=800 B"));
        assertEquals(0, outputStationary.bytes(SystolicWork.STORE_PARTIALS));
    }

    /** Two columns of 8 operands each: 3 cycles for three operands a cycle, 2 for four. */
    @Test
    void theVectorUnitTakesItsWidthOfOperandsInACycle() {
        WorkloadBuilder builder = new WorkloadBuilder("pool", 1, new FeatureMapShape(2, 2, 3), false, 0.5);
        builder.pooling(Layer.NETWORK_INPUT, PoolingKind.MAX, Window.square(2, 1, 0), false);
        Workload workload = builder.build();
        for (int width : new int[] {3, 4}) {
            Bench outcome =
                    SystolicHarness.run(workload, Stationarity.OUTPUT, SystolicHarness.model("vectorWidth=" + width));
            assertEquals(width == 3 ? 6 : 4, outcome.report().layers().get(0).computeCycles(), "width " + width);
        }
    }

    @Test
    void stridedPointwiseLayersLoadOnlyWhatTheyTouch() {
        Workload workload = layer(3, 7, 2, 1, 2, 0);
        Bench outcome =
                SystolicHarness.run(workload, Stationarity.OUTPUT, SystolicHarness.model("rows=4", "columns=4"));
        assertEquals(3 * 16, outcome.bytes(SystolicWork.LOAD_INPUTS));
    }

    @Test
    void slowMemoryMakesRunsLongerButNotLayers() {
        Workload workload = RandomWorkloads.network(5);
        for (Stationarity stationarity : Stationarity.values()) {
            Bench fast = SystolicHarness.run(workload, stationarity, SystolicHarness.model("rows=5", "columns=4"));
            Bench slow = SystolicHarness.run(
                    workload, stationarity, SystolicHarness.model("rows=5", "columns=4", "dram.bandwidth=1 GB/s"));
            assertTrue(slow.report().cycles() > fast.report().cycles());
            for (Layer layer : workload.network().layers()) {
                assertEquals(
                        fast.report().layers().get(layer.index()).computeCycles(),
                        slow.report().layers().get(layer.index()).computeCycles());
            }
        }
    }
}
