package dev.isos.api.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import org.junit.jupiter.api.Test;

class ResponseNormaliserTest {
    private static Requantisation requantisation(int channels, float multiplier, boolean signed, float outputScale) {
        float[] multipliers = new float[channels];
        java.util.Arrays.fill(multipliers, multiplier);
        return new Requantisation(
                new int[channels], multipliers, 1f, 0f, signed ? -128 : 0, signed ? 127 : 255, outputScale);
    }

    @Test
    void dividesByThePowerOfTheSum() {
        // x = q / 2: sum of squares of channels 0 and 1 is 100, so the divisor is (1 + 24/3 * 100)^0.5 = sqrt(801)
        LocalResponseNormalisation op = new LocalResponseNormalisation(3, 24f, 0.5f, 1f);
        ResponseNormaliser normaliser = new ResponseNormaliser(op, requantisation(2, 64f, true, 1f / 128));
        byte[] out = new byte[2];
        normaliser.fiber(new byte[] {12, -16}, 0, true, out, 0, 2);
        assertArrayEquals(
                new byte[] {(byte) Math.rint(6 / Math.sqrt(801) * 128), (byte) Math.rint(-8 / Math.sqrt(801) * 128)},
                out);
    }

    @Test
    void windowReachesFurtherUpWhenEven() {
        LocalResponseNormalisation even = new LocalResponseNormalisation(4, 1f, 1f, 1f);
        assertEquals(4, even.firstChannel(5));
        assertEquals(7, even.lastChannel(5, 10));
        assertEquals(6, even.lastChannel(5, 7));
        LocalResponseNormalisation odd = new LocalResponseNormalisation(5, 1f, 1f, 1f);
        assertEquals(0, odd.firstChannel(1));
        assertEquals(3, odd.firstChannel(5));
        assertEquals(7, odd.lastChannel(5, 10));
    }

    @Test
    void slidingSumIsTheSumOfEachWindow() {
        for (int size : new int[] {1, 2, 5, 30, 300}) {
            LocalResponseNormalisation op = new LocalResponseNormalisation(size, 0.01f, 0.75f, 2f);
            Requantisation r = requantisation(40, 3f, false, 0.5f);
            byte[] in = new byte[41];
            for (int c = 0; c < 40; c++) {
                in[c + 1] = (byte) (c * 37);
            }
            byte[] out = new byte[40];
            new ResponseNormaliser(op, r).fiber(in, 1, false, out, 0, 40);
            for (int c = 0; c < 40; c++) {
                int sum = 0;
                for (int i = op.firstChannel(c); i <= op.lastChannel(c, 40); i++) {
                    sum += (in[i + 1] & 0xFF) * (in[i + 1] & 0xFF);
                }
                assertEquals(new ResponseNormaliser(op, r).apply(in[c + 1] & 0xFF, sum), out[c] & 0xFF, "channel " + c);
            }
        }
    }

    @Test
    void zeroStaysZeroEvenWithoutConstant() {
        LocalResponseNormalisation op = new LocalResponseNormalisation(3, 1f, 0.75f, 0f);
        ResponseNormaliser normaliser = new ResponseNormaliser(op, requantisation(1, 1f, false, 1f));
        assertEquals(0, normaliser.apply(0, 0));
    }

    @Test
    void oddParametersAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new LocalResponseNormalisation(0, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new LocalResponseNormalisation(40_000, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new LocalResponseNormalisation(3, -1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new LocalResponseNormalisation(3, 1, Float.NaN, 1));
        assertThrows(
                IllegalArgumentException.class, () -> new LocalResponseNormalisation(3, 1, 1, Float.POSITIVE_INFINITY));
    }
}
