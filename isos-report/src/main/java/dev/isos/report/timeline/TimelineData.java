package dev.isos.report.timeline;

import dev.isos.api.network.Network;
import dev.isos.api.result.RunResult;
import dev.isos.report.timeline.LaneRaster.Cells;
import dev.isos.report.timeline.LaneRaster.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Runs of one network over time, as the page's script takes them: the finest bins, of which it makes coarser ones.
 *
 * @param layers names, by position
 */
record TimelineData(List<String> layers, List<RunData> runs) {
    /** Of all runs together, as JSON. */
    static final int MOST_BYTES = 1_000_000;

    private static final int MOST_ROWS = 64;

    /** Characters for 0 to 63 of 63 parts. */
    private static final String LEVELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static final int IDLE = -2;
    private static final int FULL = LEVELS.length() - 1;

    /**
     * One run.
     *
     * @param end cycle after the last one
     * @param binCycles length of a bin
     * @param units how many units compute, of which some are shown
     * @param segmentEnds cycles
     * @param busiest share of the busiest unit's cycles by bin, as levels
     */
    record RunData(
            String name,
            long cycles,
            long end,
            long binCycles,
            int bins,
            int units,
            List<Long> segmentEnds,
            List<Integer> colours,
            String busiest,
            List<Lane> lanes,
            List<Work> work,
            List<Port> ports,
            List<Memory> memories) {}

    /**
     * A unit.
     *
     * @param layers the one that it mostly works for and for how many bins, in turn; -1 for no single one, {@link #IDLE} for none
     * @param busy share of its cycles by bin, as levels; parts that work at the same time are averaged
     */
    record Lane(String name, List<Integer> layers, String busy) {}

    /**
     * Cycles that all units together work for a layer.
     *
     * @param from first bin
     */
    record Work(int layer, int from, List<Long> cycles) {}

    /** Bytes that a port moves by bin, and how busy it is, as levels. */
    record Port(String name, List<Long> bytes, String busy) {}

    /** The most bytes that a memory holds, by bin. */
    record Memory(String name, List<Long> most) {}

    /** A run with what was seen of it. */
    record Seen(String name, LaneRaster raster, RunResult result) {}

    /** Makes the bins of all runs longer until they take less than {@link #MOST_BYTES}. */
    static TimelineData of(Network network, List<Seen> runs) {
        List<String> names =
                network.layers().stream().map(layer -> layer.name()).toList();
        int coarsest =
                runs.stream().mapToInt(run -> run.raster().doublings()).max().orElse(0);
        while (true) {
            List<RunData> all = new ArrayList<>();
            for (Seen run : runs) {
                run.raster().coarsenTo(coarsest);
                all.add(run(network.size(), run));
            }
            TimelineData data = new TimelineData(names, all);
            if (data.bytes() <= MOST_BYTES) {
                return data;
            }
            coarsest++;
        }
    }

    /** What the JSON of the bins takes, at most. */
    private long bytes() {
        long sum = 0;
        for (RunData run : runs) {
            sum += run.busiest().length();
            for (Lane lane : run.lanes()) {
                sum += lane.busy().length() + characters(lane.layers());
            }
            for (Work work : run.work()) {
                sum += characters(work.cycles());
            }
            for (Port port : run.ports()) {
                sum += port.busy().length() + characters(port.bytes());
            }
            for (Memory memory : run.memories()) {
                sum += characters(memory.most());
            }
        }
        return sum;
    }

    private static long characters(List<? extends Number> numbers) {
        return numbers.stream()
                .mapToLong(number -> number.toString().length() + 1L)
                .sum();
    }

    private static RunData run(int layers, Seen seen) {
        LaneRaster raster = seen.raster();
        List<Row> rows = raster.rows(false);
        Cells all = raster.cells(rows);
        int nth = Math.max(1, (rows.size() + MOST_ROWS - 1) / MOST_ROWS);
        List<Lane> lanes = new ArrayList<>();
        double[] most = new double[all.bins];
        for (int row = 0; row < rows.size(); row++) {
            // parts of a unit work at the same time
            long parts = parts(raster, all, row);
            StringBuilder busy = new StringBuilder();
            for (int bin = 0; bin < all.bins; bin++) {
                double share = all.busy(row, bin) / (double) (raster.binCycles() * parts);
                most[bin] = Math.max(most[bin], share);
                busy.append(level(share));
            }
            if (row % nth == 0) {
                lanes.add(new Lane(rows.get(row).name(), mostly(all, row), busy.toString()));
            }
        }
        StringBuilder busiest = new StringBuilder();
        for (double share : most) {
            busiest.append(level(share));
        }
        Map<Integer, long[]> work = raster.busyByLayer();
        LayerColours colours = new LayerColours(
                layers,
                work.keySet().stream().filter(layer -> layer >= 0).toList(),
                LayerColours.segments(seen.result()));
        return new RunData(
                seen.name(),
                seen.result().cycles(),
                raster.end(),
                raster.binCycles(),
                all.bins,
                rows.size(),
                raster.segmentEnds(),
                IntStream.range(0, layers).mapToObj(colours::colour).toList(),
                busiest.toString(),
                lanes,
                work.entrySet().stream()
                        .map(entry -> work(entry.getKey(), entry.getValue()))
                        .toList(),
                raster.rows(true).stream().map(port -> port(raster, port)).toList(),
                raster.memories().stream()
                        .map(memory -> new Memory(memory, list(raster.held(memory))))
                        .toList());
    }

    /** As many as work at the same time, at least. */
    private static long parts(LaneRaster raster, Cells cells, int row) {
        long most = 1;
        for (int bin = 0; bin < cells.bins; bin++) {
            most = Math.max(most, (cells.busy(row, bin) + raster.binCycles() - 1) / raster.binCycles());
        }
        return most;
    }

    private static char level(double share) {
        return LEVELS.charAt(share <= 0 ? 0 : Math.max(1, (int) Math.round(Math.min(1, share) * FULL)));
    }

    private static List<Integer> mostly(Cells cells, int row) {
        List<Integer> runs = new ArrayList<>();
        int bin = 0;
        while (bin < cells.bins) {
            int layer = layer(cells, row, bin);
            int from = bin++;
            while (bin < cells.bins && layer(cells, row, bin) == layer) {
                bin++;
            }
            runs.add(layer);
            runs.add(bin - from);
        }
        return runs;
    }

    private static int layer(Cells cells, int row, int bin) {
        return cells.busy(row, bin) == 0 ? IDLE : cells.layer(row, bin);
    }

    private static Work work(int layer, long[] cycles) {
        int from = 0;
        while (from < cycles.length - 1 && cycles[from] == 0) {
            from++;
        }
        int to = cycles.length;
        while (to > from + 1 && cycles[to - 1] == 0) {
            to--;
        }
        return new Work(layer, from, list(cycles).subList(from, to));
    }

    private static Port port(LaneRaster raster, Row port) {
        Cells cells = raster.cells(List.of(port));
        StringBuilder busy = new StringBuilder();
        for (int bin = 0; bin < cells.bins; bin++) {
            busy.append(level(cells.busy(0, bin) / (double) raster.binCycles()));
        }
        return new Port(TimelinePicture.portName(port), list(raster.moved(port)), busy.toString());
    }

    private static List<Long> list(long[] numbers) {
        List<Long> list = new ArrayList<>(numbers.length);
        for (long number : numbers) {
            list.add(number);
        }
        return list;
    }
}
