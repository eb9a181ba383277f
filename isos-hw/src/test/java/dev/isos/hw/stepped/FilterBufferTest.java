package dev.isos.hw.stepped;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import org.junit.jupiter.api.Test;

class FilterBufferTest {
    private final FilterBuffer buffer = new FilterBuffer(10);

    private static void refused(String sentence, Runnable run) {
        String message = assertThrows(IsosException.class, run::run).getMessage();
        assertTrue(message.endsWith(sentence), message);
    }

    @Test
    void weightsAreReadWhileTheyAreThere() {
        buffer.arrive(0, 1, 2, 3, 3);
        assertDoesNotThrow(() -> buffer.read(0, 1, 2));
        refused("weights of layer 2, tile 1, are read but not on chip", () -> buffer.read(0, 2, 1));
        refused("weights of layer 1 are loaded twice", () -> buffer.arrive(0, 1, 2, 3, 3));
        buffer.leave(0, 1, 2);
        refused("weights of layer 1, tile 2, are read but not on chip", () -> buffer.read(0, 1, 2));
    }

    @Test
    void noMoreAreThereThanFit() {
        buffer.arrive(0, 0, 0, 6, 6);
        buffer.arrive(0, 1, 0, 4, 4);
        assertEquals(10, buffer.written);
        buffer.leave(0, 0, 0);
        buffer.arrive(0, 0, 1, 5, 5);
        refused("the filter buffer holds 11 bytes, it has 10", () -> buffer.arrive(0, 2, 0, 2, 2));
        assertEquals(17, buffer.written);
    }

    /** The next image of a batch holds the same weights for itself, which have not been written again. */
    @Test
    void weightsThatAreThereAreNotWritten() {
        buffer.arrive(0, 1, 2, 3, 3);
        buffer.arrive(1, 1, 2, 3, 0);
        buffer.leave(0, 1, 2);
        assertDoesNotThrow(() -> buffer.read(1, 1, 2));
        assertEquals(3, buffer.bytes(1, 1, 2));
        assertEquals(3, buffer.written);
    }
}
