package dev.isos.workloads.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ValueHistogramTest {
    @Test
    void cutsAndQuantilesAreThoseOfTheValues() {
        ValueHistogram histogram = new ValueHistogram();
        for (int i = 0; i < 1000; i++) {
            histogram.add(-5 + i * 0.01 + 0.001);
        }
        assertEquals(2, histogram.cut(0.3), 2 * ValueHistogram.BIN);
        assertEquals(-5, histogram.cut(1), 2 * ValueHistogram.BIN);
        assertEquals(4.99, histogram.quantile(0.999), 0.011);
        assertEquals(6, histogram.largestMagnitude(-1, 0.999), 0.011);
        assertEquals(7, histogram.largestMagnitude(2, 0.999), 0.021);
    }

    @Test
    void magnitudesAreCutOnBothSides() {
        ValueHistogram histogram = new ValueHistogram();
        for (int i = 0; i < 1000; i++) {
            histogram.add(0.01 * i + 0.005);
            histogram.add(-0.01 * i - 0.005);
        }
        // 880 of 1000 have a magnitude of 1.2 or more, 400 of 1000 one above 6, half of them with a sign.
        assertEquals(1.2, histogram.cutOfMagnitudes(0.88), 0.006);
        assertEquals(6, histogram.cutOfMagnitudes(0.4), 0.006);
        assertEquals(0, histogram.cutOfMagnitudes(1));
        assertEquals(0.2, histogram.shareAbove(6), 1e-12);
        assertEquals(0.5, histogram.shareAbove(0), 1e-12);
        assertEquals(1, histogram.shareAbove(-64));
    }

    @Test
    void aLumpOfEqualValuesFallsOnTheNearerSide() {
        ValueHistogram histogram = new ValueHistogram();
        for (int i = 0; i < 60; i++) {
            histogram.add(1.0001);
        }
        for (int i = 0; i < 40; i++) {
            histogram.add(-200);
        }
        // 60 % lie above: a share of 0.2 is nearer to none, one of 0.5 nearer to all 60.
        assertEquals(1 + ValueHistogram.BIN, histogram.cut(0.2));
        assertEquals(1, histogram.cut(0.5));
        assertEquals(-64, histogram.cut(1));
    }
}
