package dev.isos.support.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowCoverageTest {
    private static WindowCoverage of(Window window, int height, int width) {
        NetworkBuilder builder = new NetworkBuilder("one", new FeatureMapShape(1, height, width));
        builder.add("layer", new Convolution(1, 1, window), List.of(Layer.NETWORK_INPUT), Layer.NONE);
        return WindowCoverage.of(builder.build().output(), window);
    }

    /** Rows 0, 3, 6 of 8; columns 0, 1 and 4, 5 of 7. */
    @Test
    void stridesStepOverRowsAndColumns() {
        WindowCoverage coverage = of(new Window(1, 2, 3, 4, 0, 0, 0, 0, 1, 1), 8, 7);
        assertArrayEquals(new boolean[] {true, false, false, true, false, false, true, false}, coverage.rows());
        assertArrayEquals(new boolean[] {true, true, false, false, true, true, false}, coverage.columns());
        assertEquals(3, coverage.rowCount());
        assertEquals(4, coverage.columnCount());
    }

    /** A padding of 1 on all sides: the window of 3 with stride 4 covers -1, 0, 1 and 3, 4, 5 of five rows and six columns. */
    @Test
    void paddingIsNotCovered() {
        WindowCoverage coverage = of(new Window(3, 3, 4, 4, 1, 1, 1, 1, 1, 1), 5, 6);
        assertArrayEquals(new boolean[] {true, true, false, true, true}, coverage.rows());
        assertArrayEquals(new boolean[] {true, true, false, true, true, true}, coverage.columns());
    }

    /** Of one position a window of 3 with a dilation of 2 covers 0, 2 and 4. */
    @Test
    void dilationsLeaveGaps() {
        WindowCoverage coverage = of(new Window(3, 1, 1, 1, 0, 0, 0, 0, 2, 1), 5, 1);
        assertArrayEquals(new boolean[] {true, false, true, false, true}, coverage.rows());
        assertEquals(1, coverage.columnCount());
    }
}
