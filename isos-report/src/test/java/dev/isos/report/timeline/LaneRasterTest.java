package dev.isos.report.timeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.report.timeline.LaneRaster.Cells;
import dev.isos.report.timeline.LaneRaster.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Bins of every length beside the plain events that were told. */
class LaneRasterTest {
    private static final int MOST_BINS = 256;
    private static final int LANES = 5;
    private static final int LAYERS = 4;
    private static final int EVENTS = 400;
    private static final int LONGEST = 900;

    private record Event(int lane, int layer, long from, long to, long bytes) {}

    private record Holding(long from, long to, long bytes) {}

    @RepeatedTest(8)
    void everyLevelHasTheSumsOfTheEvents(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        LaneRaster raster = new LaneRaster(MOST_BINS);
        List<Event> slices = new ArrayList<>();
        List<Event> transfers = new ArrayList<>();
        List<Holding> holdings = new ArrayList<>();
        long cycle = 0;
        long held = 0;
        for (int i = 0; i < EVENTS; i++) {
            long start = cycle + random.nextInt(50);
            Event slice = new Event(
                    random.nextInt(LANES), random.nextInt(LAYERS) - 1, start, start + 1 + random.nextInt(LONGEST), 0);
            raster.onSlice("lane " + slice.lane + "/unit", slice.layer, "work", slice.from, slice.to);
            slices.add(slice);
            Event transfer = new Event(0, slice.layer, start, start + random.nextInt(LONGEST), random.nextInt(1 << 20));
            raster.onTransfer("DRAM", transfer.layer, "read", transfer.from, transfer.to, transfer.bytes);
            transfers.add(transfer);
            if (start > cycle) {
                holdings.add(new Holding(cycle, start, held));
                held = random.nextInt(1 << 16);
                raster.onOccupancy("queue", Layer.NONE, start, held);
                cycle = start;
            }
        }
        long end = slices.stream().mapToLong(Event::to).max().orElseThrow();
        end = Math.max(
                end,
                transfers.stream()
                        .mapToLong(t -> Math.max(t.from + 1, t.to))
                        .max()
                        .orElseThrow());
        holdings.add(new Holding(cycle, end, held));
        assertEquals(end, raster.end());
        assertTrue(raster.doublings() > 0 && raster.bins() <= MOST_BINS && raster.bins() > MOST_BINS / 2);

        List<Row> lanes = raster.rows(false);
        Row port = raster.rows(true).get(0);
        long[] finer = null;
        while (true) {
            long length = raster.binCycles();
            Cells cells = raster.cells(lanes);
            assertArrayEquals(most(holdings, length, raster.bins()), raster.held("queue"));
            for (int row = 0; row < lanes.size(); row++) {
                long[] sums = new long[raster.bins()];
                for (Event slice : slices) {
                    if (lanes.get(row).name().equals("lane " + slice.lane)) {
                        add(slice, length, sums);
                    }
                }
                for (int bin = 0; bin < sums.length; bin++) {
                    assertEquals(sums[bin], cells.busy(row, bin), "lane " + row + ", bin " + bin + " of " + length);
                }
            }
            Map<Integer, long[]> byLayer = new TreeMap<>();
            slices.forEach(slice ->
                    add(slice, length, byLayer.computeIfAbsent(slice.layer, layer -> new long[raster.bins()])));
            assertEquals(byLayer.keySet(), raster.busyByLayer().keySet());
            byLayer.forEach((layer, sums) ->
                    assertArrayEquals(sums, raster.busyByLayer().get(layer)));
            // A transfer's bytes are divided among bins by rounding: nothing is lost, and a bin is the sum of its two
            // halves.
            long[] moved = raster.moved(port);
            assertEquals(
                    transfers.stream().mapToLong(Event::bytes).sum(),
                    Arrays.stream(moved).sum());
            if (finer != null) {
                long[] halves = new long[moved.length];
                for (int bin = 0; bin < finer.length; bin++) {
                    halves[bin / 2] += finer[bin];
                }
                assertArrayEquals(halves, moved);
            }
            finer = moved;
            if (raster.bins() == 1) {
                return;
            }
            raster.coarsenTo(raster.doublings() + 1);
        }
    }

    private static void add(Event slice, long length, long[] sums) {
        for (long cycle = slice.from; cycle < slice.to; cycle++) {
            sums[(int) (cycle / length)]++;
        }
    }

    private static long[] most(List<Holding> holdings, long length, int bins) {
        long[] most = new long[bins];
        for (Holding holding : holdings) {
            for (long cycle = holding.from; cycle < holding.to; cycle++) {
                int bin = (int) (cycle / length);
                most[bin] = Math.max(most[bin], holding.bytes);
            }
        }
        return most;
    }
}
