package dev.isos.api.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.plan.SegmentEstimate.LayerEstimate;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentEstimateTest {
    @Test
    void bytesOfAllRolesAndLayers() {
        LayerEstimate first = new LayerEstimate(0, 1000, 1000, 1, 2, 4, 8);
        LayerEstimate second = new LayerEstimate(1, 1000, 1000, 16, 32, 64, 128);
        assertEquals(15, first.offChipBytes());
        assertEquals(240, second.offChipBytes());
        assertEquals(255, new SegmentEstimate(1000, 1000, 1000, List.of(first, second)).offChipBytes());
    }
}
