package dev.isos.report.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.report.timeline.LaneRaster.Cells;
import dev.isos.report.timeline.LaneRaster.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class LaneRasterTest {
    @Test
    void partsOfALaneAreOneRowAndPortsHaveTheirOwn() {
        LaneRaster raster = new LaneRaster(10);
        raster.onTransfer("dram/read", 0, "load", 0, 3, 100);
        raster.onSlice("lane 10/frontend", 0, "frontend", 3, 5);
        raster.onSlice("lane 2/frontend", 1, "frontend", 3, 6);
        raster.onSlice("lane 10/backend", 1, "backend", 4, 5);
        raster.onSlice("array", 1, "fold", 6, 7);
        raster.onTransfer("dram/write", 1, "store", 7, 7, 5);
        raster.onSegmentEnd(0, 8);
        assertEquals(
                List.of("array", "lane 2", "lane 10"),
                raster.rows(false).stream().map(Row::name).toList());
        assertEquals(
                List.of("dram/read", "dram/write"),
                raster.rows(true).stream().map(Row::name).toList());
        Cells cells = raster.cells(raster.rows(false));
        assertEquals(8, cells.bins);
        assertEquals(2, cells.busy(2, 4), "front end and back end of lane 10");
        assertEquals(0, cells.layer(2, 4), "of two layers with the same time the first");
        assertEquals(1, cells.layer(1, 4));
        assertEquals(0, cells.busy(1, 7));
        assertEquals(List.of(8L), raster.segmentEnds());
    }

    @Test
    void coarserBinsHaveTheSameSums(TestReporter reporter) {
        long seed = Long.getLong("isos.seed", 5);
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        long[][] expected = new long[4][7];
        LaneRaster raster = new LaneRaster(50);
        long[] free = new long[4];
        for (int i = 0; i < 5000; i++) {
            int lane = random.nextInt(4);
            int layer = random.nextInt(7);
            long from = free[lane] + random.nextInt(20);
            free[lane] = from + random.nextInt(30);
            expected[lane][layer] += free[lane] - from;
            raster.onSlice("lane " + lane, layer, "frontend", from, free[lane]);
        }
        assertTrue(raster.bins() <= 50 && raster.bins() >= 25, raster.bins() + " bins");
        assertEquals(IntStream.range(0, 4).mapToLong(i -> free[i]).max().orElseThrow(), raster.end());
        Cells cells = raster.cells(raster.rows(false));
        for (int lane = 0; lane < 4; lane++) {
            long sum = 0;
            for (int bin = 0; bin < cells.bins; bin++) {
                assertTrue(cells.busy(lane, bin) <= raster.binCycles());
                sum += cells.busy(lane, bin);
            }
            assertEquals(Arrays.stream(expected[lane]).sum(), sum);
        }
        int bins = raster.bins();
        raster.coarsenTo(raster.doublings() + 2);
        assertEquals((bins + 3) / 4, raster.bins());
    }

    @Test
    void aPartOfTheRunCountsFromItsStart() {
        LaneRaster raster = new LaneRaster(100, 1000, 1050);
        raster.onSlice("lane 0", 3, "frontend", 990, 1010);
        raster.onSegmentEnd(0, 1000);
        raster.onSlice("lane 0", 4, "frontend", 1040, 2000);
        raster.onSegmentEnd(1, 2000);
        assertEquals(50, raster.end());
        assertEquals(List.of(), raster.segmentEnds());
        Cells cells = raster.cells(raster.rows(false));
        assertEquals(1, cells.busy(0, 9));
        assertEquals(0, cells.busy(0, 10));
        assertEquals(4, cells.layer(0, 45));
    }
}
