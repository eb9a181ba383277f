package dev.isos.hw.stepped;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.core.dataflow.isos.IsOsWork;
import dev.isos.hw.dram.TransferSlices;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Off-chip memory and its interface: moves a constant number of bytes per cycle. Weights (by tile, then depth), inputs (by
 * wavefront) and outputs (as they come) take turns: a turn ends after a burst, a turn of weights also with a layer. What is
 * read arrives a constant latency after its last byte was moved; a write has ended with its last byte. When nothing is asked
 * for, and all weights of the segment have been, the weights of a later segment are prefetched burst by burst into space that
 * the filter buffer has.
 */
final class Dram {
    private static final int WEIGHTS = 0;
    private static final int INPUTS = 1;
    private static final int OUTPUTS = 2;
    private static final int KINDS = 3;

    private record Arrival(long cycle, Task task) {}

    // bytes per cycle = numerator / denominator
    private final long numerator;
    private final long denominator;
    private final long latencyCycles;
    private final int burstBytes;
    private final FilterBuffer filterBuffer;
    private final TransferSlices slices;

    private final PriorityQueue<Task> weights = new PriorityQueue<>(Comparator.<Task>comparingInt(t -> t.step)
            .thenComparingInt(t -> t.depth)
            .thenComparingInt(t -> t.number));
    private final PriorityQueue<Task> inputs = new PriorityQueue<>(Comparator.<Task>comparingInt(t -> t.step)
            .thenComparingInt(t -> t.depth)
            .thenComparingInt(t -> t.row)
            .thenComparingInt(t -> t.number));
    private final Deque<Task> outputs = new ArrayDeque<>();

    // the transfer under way of each kind, and what is left of it
    private final Task[] open = new Task[KINDS];
    private final long[] openLeft = new long[KINDS];
    private int turn;
    private long turnBytes;

    // the burst under way: its kind, or KINDS for a prefetch, or -1
    private int burst = -1;
    private long burstLeft;
    private long budget;
    private long burstStart;
    private long burstSize;

    // for the listener: the layers of the running segment, and one of that which is prefetched
    private List<Integer> layers = List.of();
    private int prefetchLayer;

    private final List<Arrival> arrivals = new ArrayList<>();

    /** Weight loads of the segment that have not been opened. */
    private int weightLoadsLeft;

    private long prefetchLeft;
    private long prefetchArrival;

    long bytesRead;
    long bytesWritten;
    long busyCycles;

    Dram(
            double bytesPerSecond,
            double clockHz,
            long latencyCycles,
            int burstBytes,
            FilterBuffer filterBuffer,
            SimulationListener listener) {
        this.numerator = Math.round(bytesPerSecond);
        this.denominator = Math.round(clockHz);
        this.latencyCycles = latencyCycles;
        this.burstBytes = burstBytes;
        this.filterBuffer = filterBuffer;
        this.slices = new TransferSlices(listener);
    }

    /** A segment of some layers begins, with so many loads of weights. */
    void begin(List<Integer> layersOfSegment, int weightLoads) {
        layers = layersOfSegment;
        weightLoadsLeft = weightLoads;
        turn = WEIGHTS;
        turnBytes = 0;
    }

    /** Names the bytes of a later segment that may be prefetched, and the segment's first layer. */
    void mayPrefetch(long bytes, int firstLayer) {
        prefetchLeft = bytes;
        prefetchLayer = firstLayer;
    }

    void request(Task task) {
        switch (task.phase) {
            case IsOsWork.LOAD_WEIGHTS -> weights.add(task);
            case IsOsWork.LOAD_INPUT -> inputs.add(task);
            default -> outputs.add(task);
        }
    }

    /** One cycle: moves as many bytes as the bandwidth allows. */
    void step(long cycle) {
        budget += numerator;
        boolean moved = false;
        while (burst >= 0 || nextBurst(cycle)) {
            long bytes = Math.min(burstLeft, budget / denominator);
            budget -= bytes * denominator;
            burstLeft -= bytes;
            moved = true;
            if (burstLeft > 0) {
                break;
            }
            endBurst(cycle);
        }
        if (burst < 0) {
            // what an idle interface could have moved is lost
            budget = 0;
        }
        busyCycles += moved ? 1 : 0;
    }

    private boolean nextBurst(long cycle) {
        for (int i = 0; i < KINDS; i++) {
            int kind = (turn + i) % KINDS;
            if (open[kind] == null) {
                open(kind);
            }
            if (open[kind] != null) {
                if (i > 0) {
                    turn = kind;
                    turnBytes = 0;
                }
                burst = kind;
                burstLeft = Math.min(openLeft[kind], burstBytes);
                openLeft[kind] -= burstLeft;
                turnBytes += burstLeft;
                count(kind, burstLeft);
                note(cycle);
                return true;
            }
        }
        long bytes = Math.min(prefetchLeft, burstBytes);
        if (bytes == 0 || weightLoadsLeft > 0 || !filterBuffer.prefetch(bytes)) {
            return false;
        }
        burst = KINDS;
        burstLeft = bytes;
        prefetchLeft -= bytes;
        bytesRead += bytes;
        note(cycle);
        return true;
    }

    private void note(long cycle) {
        burstStart = cycle;
        burstSize = burstLeft;
    }

    private void count(int kind, long bytes) {
        if (kind == OUTPUTS) {
            bytesWritten += bytes;
        } else {
            bytesRead += bytes;
        }
    }

    private void open(int kind) {
        Task task = switch (kind) {
            case WEIGHTS -> weights.isEmpty() || !filterBuffer.fits(weights.peek()) ? null : weights.remove();
            case INPUTS -> inputs.poll();
            default -> outputs.poll();
        };
        if (task == null) {
            return;
        }
        if (kind == WEIGHTS) {
            filterBuffer.reserve(task);
            weightLoadsLeft--;
        }
        open[kind] = task;
        openLeft[kind] = task.offChipBytes - task.prefetched;
    }

    /** The last byte of a burst has been moved in this cycle. */
    private void endBurst(long cycle) {
        int kind = burst;
        burst = -1;
        int layer = kind == KINDS ? prefetchLayer : layers.get(open[kind].depth);
        int phase = kind == KINDS ? IsOsWork.LOAD_WEIGHTS : open[kind].phase;
        slices.tell(kind == OUTPUTS, layer, IsOsWork.PHASES.get(phase).id(), burstStart, cycle + 1, burstSize);
        if (kind == KINDS) {
            prefetchArrival = cycle + 1 + latencyCycles;
            return;
        }
        boolean complete = openLeft[kind] == 0;
        if (complete) {
            Task task = open[kind];
            open[kind] = null;
            boolean moved = task.offChipBytes > task.prefetched;
            long arrival = cycle + 1 + (kind == OUTPUTS || !moved ? 0 : latencyCycles);
            arrivals.add(new Arrival(task.prefetched > 0 ? Math.max(arrival, prefetchArrival) : arrival, task));
        }
        if (turnBytes >= burstBytes || kind == WEIGHTS && complete) {
            turn = (turn + 1) % KINDS;
            turnBytes = 0;
        }
    }

    /** Transfers that have ended by the start of a cycle, in the order in which they were asked for. */
    List<Task> arrived(long cycle) {
        List<Task> ended = new ArrayList<>();
        arrivals.removeIf(arrival -> arrival.cycle() <= cycle && ended.add(arrival.task()));
        return ended;
    }

    /** Whether something is being moved or on its way. */
    boolean active() {
        return burst >= 0 || !arrivals.isEmpty();
    }
}
