package dev.isos.api.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {
    @ParameterizedTest
    @CsvSource({
        "224, 7, 2, 3, 112",
        "56, 3, 1, 1, 56",
        "56, 3, 2, 1, 28",
        "5, 1, 2, 0, 3",
        "2, 3, 1, 0, 0",
        "1, 5, 3, 0, -1"
    })
    void outputSizes(int input, int size, int stride, int pad, int output) {
        assertEquals(output, Window.square(size, stride, pad).outputWidth(input));
        assertEquals(output, Window.square(size, stride, pad).outputHeight(input));
    }

    @Test
    void inputAndOutputPositionsAreInverse() {
        Window window = new Window(3, 5, 2, 3, 1, 2, 0, 1, 2, 1);
        int width = 20;
        int outputs = window.outputWidth(width);
        for (int q = 0; q < outputs; q++) {
            for (int s = 0; s < 5; s++) {
                assertEquals(q, window.outputColumn(window.inputColumn(q, s), s, outputs));
            }
        }
        assertEquals(-1, window.outputColumn(2, 0, outputs)); // 4 is no multiple of stride 3
        assertEquals(-1, window.outputColumn(19 + 30, 0, outputs));
    }

    @Test
    void columnIsCompleteAfterItsLastInputOnTheMap() {
        Window window = Window.square(3, 1, 1);
        assertEquals(1, window.lastInputColumn(0, 4));
        assertEquals(3, window.lastInputColumn(3, 4)); // right edge: the last input column
        assertEquals(0, new Window(1, 1, 1, 1, 0, 3, 0, 0, 1, 1).lastInputColumn(1, 4)); // all padding
    }

    /** 2x3 kernel, stride 3x2, dilation 4x5, padding 1 above, 2 to the left, 3 below, 4 to the right. */
    private static final Window UNEVEN = new Window(2, 3, 3, 2, 1, 2, 3, 4, 4, 5);

    /** 20 + 4 rows hold a window of 5 at 0, 3, .. 18; 20 + 6 columns one of 11 at 0, 2, .. 14. */
    @Test
    void rowsAndColumnsHaveTheirOwnGeometry() {
        assertEquals(7, UNEVEN.outputHeight(20));
        assertEquals(8, UNEVEN.outputWidth(20));
        assertEquals(2 * 3 + 1 * 4 - 1, UNEVEN.inputRow(2, 1));
        assertEquals(2 * 2 + 2 * 5 - 2, UNEVEN.inputColumn(2, 2));
        assertEquals(2, UNEVEN.outputRow(9, 1, 7));
        assertEquals(2, UNEVEN.outputColumn(12, 2, 8));
        assertEquals(-1, UNEVEN.outputRow(8, 1, 7), "between two rows");
        assertEquals(-1, UNEVEN.outputRow(2, 1, 7), "before the first");
        assertEquals(0, UNEVEN.outputRow(3, 1, 7));
        assertEquals(1, UNEVEN.outputRow(6, 1, 2));
        assertEquals(-1, UNEVEN.outputRow(6, 1, 1), "behind the last");
    }

    @Test
    void pointwiseIsOneByOneWithoutStrideOrPadding() {
        assertTrue(new Window(1, 1, 1, 1, 0, 0, 0, 0, 2, 2).pointwise());
        int[] values = {1, 1, 1, 1, 0, 0, 0, 0};
        for (int i = 0; i < 8; i++) {
            int[] v = values.clone();
            v[i]++;
            assertFalse(new Window(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], 1, 1).pointwise(), "value " + i);
        }
        // padding on one side does not cancel that on another
        for (int i = 4; i < 8; i++) {
            for (int j = i + 1; j < 8; j++) {
                int[] v = values.clone();
                v[i]++;
                v[j]++;
                assertFalse(
                        new Window(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], 1, 1).pointwise(), i + " and " + j);
            }
        }
        assertFalse(new Window(1, 1, 1, 1, 1, 1, 1, 1, 1, 1).pointwise());
    }

    @Test
    void impossibleWindowsAreRefused() {
        int[] values = {1, 1, 1, 1, 0, 0, 0, 0, 1, 1};
        for (int i = 0; i < 10; i++) {
            int[] v = values.clone();
            v[i]--;
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> new Window(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9]))
                    .getMessage();
            assertEquals(i < 4, message.startsWith("window size and stride must be positive: "), message);
        }
    }
}
