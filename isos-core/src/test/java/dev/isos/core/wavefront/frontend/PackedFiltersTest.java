package dev.isos.core.wavefront.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.core.wavefront.mapping.KernelAxis;
import org.junit.jupiter.api.Test;

class PackedFiltersTest {
    private static final int PLACES = 1 << 24;

    private static PackedFilters packed(int kernelRows, int first, int end, byte... weights) {
        Window window = new Window(kernelRows, 1, 1, 1, 0, 0, 0, 0, 1, 1);
        FilterShape shape = new FilterShape(weights.length / kernelRows, 1, kernelRows, 1, 1);
        return new PackedFilters(
                FilterTensor.fromDense(shape, weights),
                KernelAxis.rows(window, kernelRows, 0, 1),
                KernelAxis.columns(window, 1, 1),
                first,
                end);
    }

    /** Of 4 filters of 2 rows, numbers 1 and 2: in row 0 a 3 of the first of them, in row 1 a -1 of the second, at place 2 + 1. */
    @Test
    void aPartOfTheFilters() {
        PackedFilters filters = packed(2, 1, 3, new byte[] {9, 9, 3, 0, 0, -1, 9, 9});
        assertEquals(2, filters.length);
        assertArrayEquals(new int[] {0, 1, 2}, filters.starts);
        assertArrayEquals(new int[] {3, 3 << 8 | 0xFF}, filters.entries());
    }

    /** A place takes 24 bits. */
    @Test
    void placesThatDoNotFitAreRefused() {
        assertEquals(PLACES - 1, packed(1, 0, PLACES - 1, (byte) 1).length);
        assertEquals(PLACES / 2 - 1, packed(2, 0, PLACES / 2 - 1, (byte) 1, (byte) 1).length);
        assertThrows(IsosException.class, () -> packed(1, 0, PLACES, (byte) 1));
        assertThrows(IsosException.class, () -> packed(2, 0, PLACES / 2, (byte) 1, (byte) 1));
    }
}
