package dev.isos.api.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
