package dev.isos.hw.isosceles;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Network;
import dev.isos.core.dataflow.isos.IsOsWork;
import java.util.Arrays;

/**
 * The units of all lanes. A lane has three (front end, merger, post-op unit), each of which carries out one task at a time, to
 * its end. A front-end task takes {@code max(chunks / slots, busiest bank, 1)} cycles, and where it waits for filters as much
 * more as {@link FilterPort} says. A back-end task takes {@code merges / mergeWidth} cycles in the merger and then
 * {@code postOps / postOpWidth} in the post-op unit, each rounded up. Units are numbered {@code 3 * lane + unit}.
 */
final class LaneUnits {
    static final int FRONT = 0;
    static final int MERGE = 1;
    static final int POST = 2;
    static final int UNITS = 3;
    private static final String[] UNIT_NAMES = {"frontend", "backend", "post-op"};
    private static final int IDLE = -1;

    private final IsoscelesModel model;
    private final SegmentItems items;
    private final SimulationListener listener;
    private final SchedulingPolicy policy;
    private final boolean joinsMulticasts;
    private final FilterPort filterPort;

    /** Of all lanes. */
    final int units;

    private final TaskQueue[] ready;
    private final int[] running;
    private final long[] unitBusy;

    /** Depth of the last task of each unit, for policies that take layers in turn. */
    private final int[] lastDepth;

    private final long[] dirtyUnits;
    private final String[] unitTracks;
    private final boolean tracing;

    private int[] wavefrontBase = new int[0];
    private long[] busyOfLayerUnit = new long[0];

    /** Work of the tasks that units of each kind have started: activations, cycles of mergers, cycles of post-op units. */
    private final long[] started = new long[UNITS];

    /** The same of all tasks of the segment, as they arrived. */
    private final long[] asked = new long[UNITS];

    // by layer of the network
    final long[] layerStart;
    final long[] layerEnd;

    LaneUnits(IsoscelesModel model, SegmentItems items, Network network, SimulationListener listener) {
        this.model = model;
        this.items = items;
        this.listener = listener;
        this.policy = model.scheduling;
        this.joinsMulticasts = policy.joinsMulticasts();
        this.filterPort = new FilterPort(model.filterBanks, model.multicastWindowCycles);
        this.units = UNITS * model.lanes;
        this.ready = new TaskQueue[units];
        for (int u = 0; u < units; u++) {
            ready[u] = new TaskQueue();
        }
        this.running = new int[units];
        Arrays.fill(running, IDLE);
        this.unitBusy = new long[units];
        this.lastDepth = new int[units];
        this.dirtyUnits = new long[(units + 63) / 64];
        this.layerStart = new long[network.size()];
        this.layerEnd = new long[network.size()];
        this.tracing = listener.wantsSlices();
        this.unitTracks = new String[tracing ? units : 0];
        for (int u = 0; u < unitTracks.length; u++) {
            unitTracks[u] = "lane " + u / UNITS + "/" + UNIT_NAMES[u % UNITS];
        }
    }

    /** A segment begins, all of whose items have arrived. */
    void begin() {
        Arrays.fill(unitBusy, 0);
        Arrays.fill(started, 0);
        Arrays.fill(asked, 0);
        Arrays.fill(lastDepth, IDLE);
        int depths = items.depths();
        wavefrontBase = new int[depths];
        int wavefronts = 0;
        for (int d = 0; d < depths; d++) {
            wavefrontBase[d] = wavefronts;
            wavefronts = Math.addExact(wavefronts, items.stepsOfDepth[d]);
            layerStart[items.layerAt(d)] = Long.MAX_VALUE;
        }
        int[] frontends = new int[wavefronts];
        for (int i = 0; i < items.size; i++) {
            if (items.phase[i] == IsOsWork.FRONTEND) {
                frontends[wavefront(i)]++;
                asked[FRONT] += items.work2[i];
            } else if (items.phase[i] == IsOsWork.BACKEND) {
                asked[MERGE] += items.work[i];
                asked[POST] += items.work2[i];
            }
        }
        filterPort.reset(frontends);
        busyOfLayerUnit = new long[depths * units];
    }

    /** A task is ready for a unit of its lane. */
    void enqueue(int kind, int item) {
        int unit = UNITS * items.lane[item] + kind;
        ready[unit].add(policy.rank(items.depth[item], items.step[item], items.row[item]), item);
        markDirty(unit);
    }

    /** The task of a unit ends; the unit is idle. */
    int end(int unit) {
        int item = running[unit];
        running[unit] = IDLE;
        markDirty(unit);
        return item;
    }

    private void markDirty(int unit) {
        dirtyUnits[unit >>> 6] |= 1L << unit;
    }

    /** Idle units start tasks, in order of lanes; their ends become events. */
    void startTasks(long now, EventQueue events) {
        for (int word = 0; word < dirtyUnits.length; word++) {
            while (dirtyUnits[word] != 0) {
                int unit = (word << 6) + Long.numberOfTrailingZeros(dirtyUnits[word]);
                dirtyUnits[word] &= dirtyUnits[word] - 1;
                if (running[unit] == IDLE && !ready[unit].isEmpty()) {
                    start(unit, next(unit, now), now, events);
                }
            }
        }
    }

    private int next(int unit, long now) {
        if (policy.takesLayersInTurn()) {
            return nextInTurn(unit);
        }
        return joinsMulticasts && unit % UNITS == FRONT ? nextFront(unit, now) : ready[unit].remove();
    }

    /** The first task of the layer whose turn it is. */
    private int nextInTurn(int unit) {
        TaskQueue tasks = ready[unit];
        int best = 0;
        for (int k = 1; k < tasks.size(); k++) {
            int difference = turnsUntil(unit, tasks.item(k)) - turnsUntil(unit, tasks.item(best));
            if (difference < 0 || difference == 0 && tasks.before(k, best)) {
                best = k;
            }
        }
        int item = tasks.remove(best);
        lastDepth[unit] = items.depth[item];
        return item;
    }

    private int turnsUntil(int unit, int item) {
        return Math.floorMod(items.depth[item] - lastDepth[unit] - 1, items.depths());
    }

    /** The first task that could join a multicast, else the first of all. */
    private int nextFront(int unit, long now) {
        TaskQueue tasks = ready[unit];
        int best = IDLE;
        for (int k = 0; k < tasks.size(); k++) {
            if (filterPort.multicasts(now, wavefront(tasks.item(k))) && (best == IDLE || tasks.before(k, best))) {
                best = k;
            }
        }
        return tasks.remove(Math.max(0, best));
    }

    private int wavefront(int item) {
        return wavefrontBase[items.depth[item]] + items.step[item];
    }

    private void start(int unit, int item, long now, EventQueue events) {
        long end;
        if (unit % UNITS == FRONT) {
            int depth = items.depth[item];
            end = filterPort.end(
                    now,
                    wavefront(item),
                    depth,
                    items.wordsOfDepth[depth],
                    items.reads,
                    items.readStart[item],
                    items.readStart[item + 1],
                    items.work[item],
                    items.lateReads[item],
                    items.lateNumber[item]);
        } else {
            end = now + (unit % UNITS == MERGE ? items.work[item] : items.work2[item]);
        }
        running[unit] = item;
        started[unit % UNITS] += unit % UNITS == MERGE ? items.work[item] : items.work2[item];
        unitBusy[unit] += end - now;
        busyOfLayerUnit[items.depth[item] * units + unit] += end - now;
        noteCompute(item, now, end);
        events.add(end, unit);
        if (tracing) {
            slice(unitTracks[unit], item, now, end);
            if (unit % UNITS == FRONT && filterPort.servedWords() > 0) {
                listener.onTransfer(
                        "filter buffer/port",
                        items.layerAt(items.depth[item]),
                        phase(items.phase[item]),
                        filterPort.servedFrom(),
                        filterPort.servedTo(),
                        filterPort.servedWords() * model.filterWordBytes);
            }
        }
    }

    /** An item of a layer computes in these cycles. */
    void noteCompute(int item, long start, long end) {
        int layer = items.layerAt(items.depth[item]);
        layerStart[layer] = Math.min(layerStart[layer], start);
        layerEnd[layer] = Math.max(layerEnd[layer], end);
    }

    private void slice(String track, int item, long start, long end) {
        int layer = items.layerAt(items.depth[item]);
        listener.onSlice(track, layer, phase(items.phase[item]), start, end);
    }

    static String phase(int phase) {
        return IsOsWork.PHASES.get(phase).id();
    }

    /** Every task has been carried out once by the unit that it is for. */
    void checkDone(int segment) {
        for (int kind = 0; kind < UNITS; kind++) {
            IsoscelesRun.check(
                    started[kind] == asked[kind],
                    "the units '" + UNIT_NAMES[kind] + "' did work of " + started[kind] + " in segment " + segment
                            + ", asked for were " + asked[kind]);
        }
    }

    /** Busy cycles of the busiest unit. */
    long busiest() {
        long busiest = 0;
        for (long busy : unitBusy) {
            busiest = Math.max(busiest, busy);
        }
        return busiest;
    }

    /** Busy cycles that the busiest unit spent on the layer at a depth. */
    long busiest(int depth) {
        long longest = 0;
        for (int u = 0; u < units; u++) {
            longest = Math.max(longest, busyOfLayerUnit[depth * units + u]);
        }
        return longest;
    }

    /** Words of the filter buffer that were read. */
    long filterWordsRead() {
        return filterPort.wordsRead();
    }
}
