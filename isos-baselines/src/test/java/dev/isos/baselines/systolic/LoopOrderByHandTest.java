package dev.isos.baselines.systolic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.testkit.Bench;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A 1x1 convolution of 5 channels and 6 filters on a 4x4 map: 80 bytes of inputs, 20 in each column of the map, and 30 of filters. An
 * array of 4 rows takes a column of the map at a time: 4 folds of rows.
 */
class LoopOrderByHandTest {
    @ParameterizedTest
    @CsvSource({
        // columns, input buffer, filter buffer, input bytes, filter bytes
        // all fits: everything is loaded once
        "2, 80, 30, 80, 30",
        // inputs do not fit, filters do: rows outside, 80 + 30 < 30 + 3 * 80, so that inputs are loaded once
        "2, 60, 30, 80, 30",
        // neither fits: 80 + 4 * 30 < 30 + 3 * 80, rows outside; each of the 4 * 3 folds loads its 10 bytes of filters
        "2, 60, 20, 80, 120",
        // filters do not fit, inputs do: 80 + 4 * 30 > 30 + 80, columns outside; 10 bytes of filters stay in half of
        // the buffer
        "2, 80, 20, 80, 30",
        // half of the buffer is too small for them: each fold loads its own
        "2, 80, 19, 80, 120",
        // 2 folds of columns: 80 + 4 * 30 > 30 + 2 * 80, columns outside; 15 bytes of filters do not fit half of 28
        "3, 60, 28, 160, 120",
    })
    void operandsAreLoadedAgainWhereTheyDoNotFit(
            int columns, int inputBuffer, int filterBuffer, long inputBytes, long filterBytes) {
        WorkloadBuilder b = new WorkloadBuilder("layer", 7, new FeatureMapShape(5, 4, 4), false, 0.5);
        b.convolution(Layer.NETWORK_INPUT, 6, 1, Window.square(1, 1, 0), 0.5);
        Bench outcome = run(b.build(), columns, inputBuffer, filterBuffer);
        assertEquals(inputBytes, outcome.bytes(SystolicWork.LOAD_INPUTS));
        assertEquals(filterBytes, outcome.bytes(SystolicWork.LOAD_FILTERS));
        assertEquals(96, outcome.bytes(SystolicWork.STORE_OUTPUTS));
        assertEquals(0, outcome.bytes(SystolicWork.LOAD_RESIDUAL));
        assertEquals(16 * 5 * 6, outcome.total(SystolicWork.PRODUCTS));
    }

    /** The residual operand has the shape of the outputs, each of which is complete once: 5 channels on 16 positions. */
    @ParameterizedTest
    @CsvSource({"OUTPUT", "WEIGHT", "INPUT"})
    void aResidualOperandIsLoadedOnce(Stationarity stationarity) {
        WorkloadBuilder b = new WorkloadBuilder("layer", 7, new FeatureMapShape(5, 4, 4), false, 0.5);
        b.convolution(Layer.NETWORK_INPUT, Layer.NETWORK_INPUT, 5, 1, Window.square(1, 1, 0), 0.5, true);
        Bench outcome = SystolicHarness.run(b.build(), stationarity, SystolicHarness.model("rows=4", "columns=2"));
        assertEquals(80, outcome.bytes(SystolicWork.LOAD_RESIDUAL));
        assertEquals(80, outcome.bytes(SystolicWork.STORE_OUTPUTS));
    }

    private static Bench run(Workload workload, int columns, int inputBuffer, int filterBuffer) {
        return SystolicHarness.run(
                workload,
                Stationarity.OUTPUT,
                SystolicHarness.model(
                        "rows=4",
                        "columns=" + columns,
                        "inputBuffer=" + inputBuffer + " B",
                        "filterBuffer=" + filterBuffer + " B"));
    }
}
