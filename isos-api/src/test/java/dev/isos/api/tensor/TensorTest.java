package dev.isos.api.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.random.SplitMix;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void filtersSurviveCompression() {
        long seed = 4711;
        Random random = new Random(seed);
        for (int trial = 0; trial < 100; trial++) {
            int groups = 1 + random.nextInt(3);
            FilterShape shape = new FilterShape(
                    groups * (1 + random.nextInt(5)),
                    1 + random.nextInt(4),
                    1 + random.nextInt(3),
                    1 + random.nextInt(3),
                    groups);
            byte[] dense = new byte[shape.elements()];
            for (int i = 0; i < dense.length; i++) {
                dense[i] = (byte) (random.nextInt(3) == 0 ? 0 : random.nextInt(256) - 128);
            }
            FilterTensor filters = FilterTensor.fromDense(shape, dense);
            assertArrayEquals(dense, filters.toDense(), "seed " + seed + " trial " + trial);
            for (int fiber = 0; fiber < shape.fibers(); fiber++) {
                for (int i = filters.starts()[fiber] + 1; i < filters.starts()[fiber + 1]; i++) {
                    assertEquals(1, Integer.signum(filters.coordinates()[i] - filters.coordinates()[i - 1]));
                }
            }
        }
    }

    @Test
    void fiberOfAGroupHoldsOnlyItsOutputs() {
        FilterShape shape = new FilterShape(4, 1, 1, 1, 2);
        FilterTensor filters = FilterTensor.fromDense(shape, new byte[] {1, 2, 3, 4});
        assertArrayEquals(new int[] {0, 2, 4}, filters.starts());
        assertArrayEquals(new char[] {0, 1, 2, 3}, filters.coordinates());
    }

    @Test
    void coordinateFormatBridgesLongGaps() {
        byte[] values = new byte[600];
        assertEquals(0, FibertreeFormat.coordinateEntries(values, 0, 600));
        values[254] = 1; // delta 255 from position -1 just fits
        assertEquals(1, FibertreeFormat.coordinateEntries(values, 0, 600));
        values[254] = 0;
        values[255] = 1; // delta 256 needs a bridge
        assertEquals(2, FibertreeFormat.coordinateEntries(values, 0, 600));
        values[599] = 1; // 344 further: one more bridge
        assertEquals(4, FibertreeFormat.coordinateEntries(values, 0, 600));
        assertEquals(4, FibertreeFormat.coordinateEntries(new char[] {255, 599}, 0, 2, 0));
    }

    @Test
    void bytesOfAFiberByFormat() {
        assertEquals(2 + 2 * 5, FibertreeFormat.COORDINATE.fiberBytes(64, 5));
        assertEquals(9 + 5, FibertreeFormat.BITMASK.fiberBytes(65, 5));
        assertEquals(65, FibertreeFormat.DENSE.fiberBytes(65, 5));
    }

    @Test
    void activationsAreReadByCoordinateAndDigestedWhole() {
        FeatureMapShape shape = new FeatureMapShape(2, 3, 4);
        byte[] values = new byte[24];
        values[(3 * 3 + 1) * 2 + 1] = (byte) 200;
        ActivationTensor unsigned = new ActivationTensor(shape, false, values);
        ActivationTensor signed = new ActivationTensor(shape, true, values);
        assertEquals(200, unsigned.value(1, 1, 3));
        assertEquals(-56, signed.value(1, 1, 3));
        assertEquals(1, unsigned.nonZeros());
        assertEquals(1 / 24.0, unsigned.density());
        assertNotEquals(signed.sha256(), unsigned.sha256());
        assertNotEquals(unsigned.sha256(), new ActivationTensor(new FeatureMapShape(2, 4, 3), false, values).sha256());
        assertEquals(unsigned.sha256(), new ActivationTensor(shape, false, values.clone()).sha256());
    }

    /** SHA-256 of 00000002 00000001 00000001 (C, H, W), 01 or 00 (signed or not) and the values 01 ff. */
    @Test
    void digestsAreThoseOfShapeSignAndValues() {
        FeatureMapShape shape = new FeatureMapShape(2, 1, 1);
        ActivationTensor signed = new ActivationTensor(shape, true, new byte[] {1, -1});
        assertTrue(signed.signed());
        assertEquals("3c09d21f59b218fb6d9f6ce67b44e6322aca3d38bf2e23ef28990c3ee2f9fc47", signed.sha256());
        ActivationTensor unsigned = new ActivationTensor(shape, false, new byte[] {1, -1});
        assertFalse(unsigned.signed());
        assertEquals("d28e7c6280510395a4559ae7b9a0016f4e68312a1fd532fd99a863ca477bfc4a", unsigned.sha256());
    }

    @Test
    void densityOfFiltersIsThatOfTheirNonZeros() {
        FilterTensor filters = FilterTensor.fromDense(new FilterShape(2, 2, 1, 1, 1), new byte[] {0, 0, 5, 0});
        assertEquals(1, filters.nonZeros());
        assertEquals(0.25, filters.density());
    }

    /** One by one, against eight at a time, in ranges that begin and end anywhere. */
    @Test
    void nonZerosOfARangeAreCounted() {
        SplitMix random = new SplitMix(20261127);
        byte[] values = new byte[97];
        ActivationTensor tensor = new ActivationTensor(new FeatureMapShape(97, 1, 1), true, values);
        for (int round = 0; round < 500; round++) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (byte) (random.chance(0.5) ? 0 : random.oneOf(-128, -127, -1, 1, 64, 127));
            }
            int from = random.between(0, values.length);
            int to = random.between(from, values.length);
            int expected = 0;
            for (int i = from; i < to; i++) {
                expected += values[i] == 0 ? 0 : 1;
            }
            assertEquals(expected, tensor.nonZeros(from, to), from + " to " + to + " in round " + round);
        }
        for (int from = 0; from < 97; from++) {
            for (int to = from; to <= Math.min(97, from + 64); to++) {
                long expected = 0;
                for (int i = from; i < to; i++) {
                    expected |= tensor.values()[i] != 0 ? 1L << i - from : 0;
                }
                assertEquals(expected, tensor.nonZeroMask(from, to), from + " to " + to);
            }
        }
        assertThrows(IndexOutOfBoundsException.class, () -> tensor.nonZeroMask(0, 65));
        assertThrows(IndexOutOfBoundsException.class, () -> tensor.nonZeroMask(90, 98));
        assertThrows(IndexOutOfBoundsException.class, () -> tensor.nonZeros(0, 98));
    }

    @Test
    void absurdShapesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new FeatureMapShape(1 << 16, 1 << 16, 1));
        assertThrows(IllegalArgumentException.class, () -> new FeatureMapShape(0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new FilterShape(70_000, 1, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new FilterShape(3, 1, 1, 1, 2));
    }
}
