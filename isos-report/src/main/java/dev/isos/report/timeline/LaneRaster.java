package dev.isos.report.timeline;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.report.trace.BinnedBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * For how long each lane (or whatever units a machine has) worked on which layer, how many bytes ports moved and memories held, in
 * bins of time. A bin becomes twice as long whenever there are too many, so memory does not grow with the run.
 */
public final class LaneRaster implements SimulationListener {
    private static final Pattern NUMBERED = Pattern.compile("(.*) (\\d{1,9})");
    private static final int LAYER_BITS = 14;
    private static final int ROW_BITS = 20;

    /** A unit of the machine (its parts together) or a port. */
    record Row(String name, boolean port) {}

    private final int mostBins;
    private final long fromCycle;
    private final long toCycle;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, Integer> rowsByTrack = new LinkedHashMap<>();
    private final List<Long> segmentEnds = new ArrayList<>();
    private final Map<Row, BinnedBytes> bytes = new LinkedHashMap<>();
    private final Map<String, Held> held = new LinkedHashMap<>();
    private CycleCounts counts = new CycleCounts();
    private int doublings;
    private long end;

    /** @param mostBins bins that the run is divided into, at most; half as many at least, unless the run is that short */
    public LaneRaster(int mostBins) {
        this(mostBins, 0, Long.MAX_VALUE);
    }

    /**
     * Looks at a part of the run only; its cycles count from the start of the part.
     *
     * @param fromCycle first cycle of the part
     * @param toCycle cycle after the last
     */
    public LaneRaster(int mostBins, long fromCycle, long toCycle) {
        this.mostBins = mostBins;
        this.fromCycle = fromCycle;
        this.toCycle = toCycle;
    }

    @Override
    public boolean wantsSlices() {
        return true;
    }

    @Override
    public void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {
        add(row(track, false), layer, startCycle, endCycle);
    }

    @Override
    public void onTransfer(String track, int layer, String phase, long startCycle, long endCycle, long moved) {
        int row = row(track, true);
        add(row, layer, startCycle, endCycle);
        bytes.computeIfAbsent(rows.get(row), port -> new BinnedBytes(mostBins))
                .move(startCycle, endCycle, moved, fromCycle, toCycle);
        if (startCycle >= fromCycle && startCycle < toCycle) {
            reach(startCycle + 1 - fromCycle);
        }
    }

    /** What a memory holds: the most of each bin, and since when it has held what it holds. */
    private static final class Held {
        final long[] most;
        long since;
        long now;

        Held(int bins) {
            most = new long[bins];
        }
    }

    @Override
    public void onOccupancy(String memory, int tensor, long cycle, long heldBytes) {
        if (tensor == Layer.NONE) {
            Held memoryHeld = held.computeIfAbsent(memory, key -> new Held(mostBins));
            hold(memoryHeld, cycle);
            memoryHeld.now = heldBytes;
        }
    }

    /** Enters what has been held until a cycle. */
    private void hold(Held memory, long untilCycle) {
        long from = Math.max(memory.since, fromCycle) - fromCycle;
        long to = Math.min(untilCycle, toCycle) - fromCycle;
        if (to > from) {
            reach(to);
            for (long bin = from >> doublings; bin << doublings < to; bin++) {
                memory.most[(int) bin] = Math.max(memory.most[(int) bin], memory.now);
            }
        }
        memory.since = Math.max(memory.since, untilCycle);
    }

    @Override
    public void onSegmentEnd(int segment, long cycle) {
        if (cycle > fromCycle && cycle <= toCycle) {
            segmentEnds.add(cycle - fromCycle);
            end = Math.max(end, cycle - fromCycle);
        }
    }

    private int row(String track, boolean port) {
        Integer known = rowsByTrack.get(track);
        if (known != null) {
            return known;
        }
        int slash = track.indexOf('/');
        Row row = new Row(port || slash < 0 ? track : track.substring(0, slash), port);
        int at = rows.indexOf(row);
        if (at < 0) {
            at = rows.size();
            rows.add(row);
        }
        rowsByTrack.put(track, at);
        return at;
    }

    private void add(int row, int layer, long startCycle, long endCycle) {
        long from = Math.max(startCycle, fromCycle) - fromCycle;
        long to = Math.min(endCycle, toCycle) - fromCycle;
        if (to <= from) {
            return;
        }
        reach(to);
        for (long bin = from >> doublings; bin << doublings < to; bin++) {
            long busy = Math.min(to, bin + 1 << doublings) - Math.max(from, bin << doublings);
            counts.add(key(row, bin, layer), busy);
        }
    }

    /** Makes room for what happens before a cycle. */
    private void reach(long cycle) {
        end = Math.max(end, cycle);
        while (end > (long) mostBins << doublings) {
            coarsenTo(doublings + 1);
        }
    }

    /** Key of a cell; a layer of -1 (no single one) becomes 0. */
    private static long key(int row, long bin, int layer) {
        return (bin << ROW_BITS | row) << LAYER_BITS | layer + 1;
    }

    /** Makes bins of {@code 2^wanted} cycles, if they are shorter. */
    void coarsenTo(int wanted) {
        int shift = wanted - doublings;
        if (shift > 0) {
            CycleCounts coarser = new CycleCounts();
            int rest = ROW_BITS + LAYER_BITS;
            counts.forEach((key, cycles) -> coarser.add(key >> rest + shift << rest | key & (1L << rest) - 1, cycles));
            counts = coarser;
            held.values().forEach(memory -> coarsen(memory.most, shift));
            doublings = wanted;
        }
    }

    private static void coarsen(long[] most, int shift) {
        for (int i = 0; i < most.length; i++) {
            long value = most[i];
            most[i] = 0;
            int at = i >> Math.min(shift, Integer.SIZE - 1);
            most[at] = Math.max(most[at], value);
        }
    }

    /** Makes bins longer until there are at most so many. */
    void coarsenToBins(int most) {
        while (end > (long) most << doublings) {
            coarsenTo(doublings + 1);
        }
    }

    /** Bytes that a port has moved, by bin. */
    long[] moved(Row port) {
        BinnedBytes moved = bytes.get(port);
        if (moved == null) {
            return new long[bins()];
        }
        moved.coarsenTo(doublings);
        return Arrays.copyOf(moved.bytes(), bins());
    }

    /** Names of memories that have told what they hold, in the order of their first words. */
    List<String> memories() {
        return List.copyOf(held.keySet());
    }

    /** The most bytes that a memory has held in each bin. */
    long[] held(String memory) {
        Held of = held.get(memory);
        hold(of, end + fromCycle);
        return Arrays.copyOf(of.most, bins());
    }

    /** Length of a bin as a power of two. */
    int doublings() {
        return doublings;
    }

    long binCycles() {
        return 1L << doublings;
    }

    int bins() {
        return (int) ((end + binCycles() - 1) >> doublings);
    }

    /** Cycle after the last one in which anything happened. */
    long end() {
        return end;
    }

    List<Long> segmentEnds() {
        return List.copyOf(segmentEnds);
    }

    /** Rows of the units that compute, by kind and number, or of the ports. */
    List<Row> rows(boolean ports) {
        return rows.stream()
                .filter(row -> row.port() == ports)
                .sorted(Comparator.comparing((Row row) -> kind(row.name())).thenComparingInt(row -> number(row.name())))
                .toList();
    }

    private static String kind(String name) {
        Matcher numbered = NUMBERED.matcher(name);
        return numbered.matches() ? numbered.group(1) : name;
    }

    private static int number(String name) {
        Matcher numbered = NUMBERED.matcher(name);
        return numbered.matches() ? Integer.parseInt(numbered.group(2)) : 0;
    }

    /**
     * What the rows given did.
     *
     * @param wanted rows in the order in which the result is to have them
     */
    Cells cells(List<Row> wanted) {
        int[] position = new int[rows.size()];
        Arrays.fill(position, -1);
        for (int i = 0; i < wanted.size(); i++) {
            position[rows.indexOf(wanted.get(i))] = i;
        }
        Cells cells = new Cells(wanted.size(), bins());
        counts.forEach((key, cycles) -> {
            int layer = (int) (key & (1 << LAYER_BITS) - 1) - 1;
            int row = position[(int) (key >> LAYER_BITS & (1 << ROW_BITS) - 1)];
            if (row >= 0) {
                cells.add(row, (int) (key >> LAYER_BITS + ROW_BITS), layer, cycles);
            }
        });
        return cells;
    }

    /** Cycles that all units together worked for each layer, by bin. */
    Map<Integer, long[]> busyByLayer() {
        Map<Integer, long[]> byLayer = new TreeMap<>();
        int bins = bins();
        counts.forEach((key, cycles) -> {
            if (!rows.get((int) (key >> LAYER_BITS & (1 << ROW_BITS) - 1)).port()) {
                int layer = (int) (key & (1 << LAYER_BITS) - 1) - 1;
                byLayer.computeIfAbsent(layer, l -> new long[bins])[(int) (key >> LAYER_BITS + ROW_BITS)] += cycles;
            }
        });
        return byLayer;
    }

    /** The layer that a row mostly worked on in a bin, and the busy cycles of all layers. */
    static final class Cells {
        final int rows;
        final int bins;
        private final int[] layer;
        private final long[] most;
        private final long[] busy;

        private Cells(int rows, int bins) {
            this.rows = rows;
            this.bins = bins;
            layer = new int[rows * bins];
            most = new long[rows * bins];
            busy = new long[rows * bins];
        }

        private void add(int row, int bin, int ofLayer, long cycles) {
            int at = row * bins + bin;
            busy[at] += cycles;
            // the smaller layer of equals, so that the order of the entries does not matter
            if (cycles > most[at] || cycles == most[at] && ofLayer < layer[at]) {
                most[at] = cycles;
                layer[at] = ofLayer;
            }
        }

        int layer(int row, int bin) {
            return layer[row * bins + bin];
        }

        long busy(int row, int bin) {
            return busy[row * bins + bin];
        }
    }
}
