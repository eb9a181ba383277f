package dev.isos.study.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void hasTheMiddleValue() {
        assertEquals(new Spread(3, 1, 10), Spread.of(10, 1, 3));
        assertEquals(new Spread(2.5, 1, 10), Spread.of(10, 1, 3, 2));
        assertEquals(new Spread(7, 7, 7), Spread.of(7));
    }

    /** The second pair is slow on both sides: the ratio of the medians would be 4.5 / 2. */
    @Test
    void ratiosAreThoseOfPairs() {
        assertEquals(new Spread(3, 2, 5), Spread.ofRatios(new double[] {3, 30, 4, 5}, new double[] {1, 10, 2, 1}));
    }

    @Test
    void refusesWhatIsNoSpread() {
        assertThrows(IllegalArgumentException.class, Spread::of);
        assertThrows(IllegalArgumentException.class, () -> Spread.ofRatios(new double[2], new double[1]));
    }
}
