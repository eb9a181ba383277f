package dev.isos.report.timeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.isos.api.network.Layer;
import org.junit.jupiter.api.Test;

class LaneRasterTest {
    @Test
    void occupancyIsTheMostOfEachBin() {
        LaneRaster raster = new LaneRaster(8);
        raster.onOccupancy("queues", Layer.NONE, 1, 10);
        raster.onOccupancy("queues", 3, 1, 99); // a part of it
        raster.onOccupancy("queues", Layer.NONE, 3, 4);
        raster.onOccupancy("queues", Layer.NONE, 5, 0);
        raster.onSegmentEnd(0, 8);
        assertArrayEquals(new long[] {0, 10, 10, 4, 4, 0, 0, 0}, raster.held("queues"));
        raster.coarsenTo(1);
        assertArrayEquals(new long[] {10, 10, 4, 0}, raster.held("queues"));
    }
}
