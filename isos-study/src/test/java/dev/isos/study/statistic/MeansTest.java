package dev.isos.study.statistic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class MeansTest {
    @Test
    void meansOfNumbersByHand() {
        assertEquals(6, Means.geometric(new double[] {4, 9}), 1e-12);
        assertEquals(6.5, Means.arithmetic(List.of(4, 9), n -> n));
        assertEquals(Double.NaN, Means.geometric(new double[0]));
    }
}
