package dev.isos.api.law;

import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Liveness;
import dev.isos.api.network.Network;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Watches one run and ends it with a sentence ({@link IsosException}) where a law does not hold:
 *
 * <ul>
 *   <li>a computation waits for its weights and inputs, and a write for its computation, layer by layer;
 *   <li>no item starts before what it waits for has ended, and a segment ends no earlier than its last item;
 *   <li>up to no cycle have more bytes moved or more products been made than the machine's rates allow;
 *   <li>a tensor is not read before a byte of it has been written;
 *   <li>each tensor moves at least its {@linkplain CompulsoryBytes compulsory bytes};
 *   <li>weights that stay on chip between the images of a batch have room in the machine's storages.
 * </ul>
 *
 * <p>Order of calls: for each segment {@link #beginSegment}, {@link #accept} for every item right after the machine has taken it,
 * {@link #compulsory} and {@link #endSegment}; then {@link #finish}. The machine is given {@link #listener}. Used by one thread.
 */
public final class RunLaws {
    private final String where;
    private final boolean orders;
    private final boolean effectualOnly;
    private final Network network;
    private final Liveness liveness;
    private final WorkSchema schema;
    private final HardwareModel hardware;
    private final int products;
    private final boolean[] computes;
    private final boolean[] writes;

    // by segment; null once it has been checked
    private final List<Timed> segments = new ArrayList<>();

    /** Of segments that have been checked; their arrays have grown. */
    private final Deque<Timed> idle = new ArrayDeque<>();

    private final List<Long> lastEnds = new ArrayList<>();

    // by image, then slot of the tensor
    private final List<long[]> firstWriteEnd = new ArrayList<>();

    // of the segment that is open
    private Timed open;
    private WorkOrder order;

    /** The times of a segment's items, and which of them move what. */
    private final class Timed implements CompulsoryBytes.MovedBytes {
        private Segment segment;
        private int image;
        private boolean weightsThere;
        private final ItemTimes times = new ItemTimes(where);
        private final long[] weights = new long[network.tensors()];
        private final long[] read = new long[network.tensors()];
        private final long[] written = new long[network.tensors()];
        private int[] movers = new int[256];
        private int[] slots = new int[256];
        private int moverCount;

        void begin(Segment next, int ofImage, boolean foundWeights, String place) {
            segment = next;
            image = ofImage;
            weightsThere = foundWeights;
            times.clear(place);
            Arrays.fill(weights, 0);
            Arrays.fill(read, 0);
            Arrays.fill(written, 0);
            moverCount = 0;
        }

        void moves(int item, int slot) {
            if (moverCount == movers.length) {
                movers = Arrays.copyOf(movers, 2 * moverCount);
                slots = Arrays.copyOf(slots, 2 * moverCount);
            }
            movers[moverCount] = item;
            slots[moverCount++] = slot;
        }

        @Override
        public boolean weightsThere() {
            return weightsThere;
        }

        @Override
        public long weights(int layer) {
            return weights[network.slot(layer)];
        }

        @Override
        public long read(int tensor) {
            return read[network.slot(tensor)];
        }

        @Override
        public long written(int layer) {
            return written[network.slot(layer)];
        }
    }

    /**
     * The laws of one run on a dataflow and a machine.
     *
     * @param where workload and accelerator, with which every message begins
     * @param network as the dataflow gets it
     * @param schema of the items
     * @param hardware asked for its rates once the machine has said when the items of a segment ran
     * @param effectualOnly whether the dataflow multiplies non-zeros alone
     */
    public RunLaws(String where, Network network, WorkSchema schema, HardwareModel hardware, boolean effectualOnly) {
        this(where, network, schema, hardware, true, effectualOnly);
    }

    private RunLaws(
            String where,
            Network network,
            WorkSchema schema,
            HardwareModel hardware,
            boolean orders,
            boolean effectualOnly) {
        this.effectualOnly = effectualOnly;
        this.where = where;
        this.orders = orders;
        this.network = network;
        this.liveness = new Liveness(network);
        this.schema = schema;
        this.hardware = hardware;
        this.products = schema.offset(WorkMetric.PRODUCTS.id());
        this.computes = new boolean[schema.phases().size()];
        this.writes = new boolean[schema.phases().size()];
        for (int i = 0; i < computes.length; i++) {
            computes[i] = schema.phases().get(i).kind() == PhaseKind.COMPUTE;
            writes[i] = schema.phases().get(i).kind() == PhaseKind.WRITE;
        }
    }

    /**
     * Laws of a machine alone: its items may come from anywhere, and need not hold to what a dataflow's must.
     *
     * @param where with which every message begins
     * @param network layers and tensors that items may name
     * @param schema of the items
     * @param hardware asked for its rates
     * @return laws of one run: times and rates are checked, whether items wait for their operands is not
     */
    public static RunLaws ofMachine(String where, Network network, WorkSchema schema, HardwareModel hardware) {
        return new RunLaws(where, network, schema, hardware, false, false);
    }

    /**
     * The listener for the machine: it passes everything on, and takes the times of items.
     *
     * @param next is told everything, after the laws; {@link SimulationListener#NONE} if nobody else listens
     * @return to be given to the machine; throws {@link IsosException} where times are broken
     */
    public SimulationListener listener(SimulationListener next) {
        return new SimulationListener() {
            @Override
            public void onItem(int segment, int item, long startCycle, long endCycle) {
                if (segment < 0 || segment >= segments.size() || segments.get(segment) == null) {
                    throw broken(where, "has times of items of segment " + segment + ", which is not running");
                }
                segments.get(segment).times.ran(item, startCycle, endCycle);
                next.onItem(segment, item, startCycle, endCycle);
            }

            @Override
            public boolean wantsSlices() {
                return next.wantsSlices();
            }

            @Override
            public void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {
                next.onSlice(track, layer, phase, startCycle, endCycle);
            }

            @Override
            public void onTransfer(String track, int layer, String phase, long startCycle, long endCycle, long bytes) {
                next.onTransfer(track, layer, phase, startCycle, endCycle, bytes);
            }

            @Override
            public void onOccupancy(String memory, int tensor, long cycle, long bytes) {
                next.onOccupancy(memory, tensor, cycle, bytes);
            }

            @Override
            public void onSegmentEnd(int segment, long cycle) {
                next.onSegmentEnd(segment, cycle);
            }
        };
    }

    /**
     * The next segment of the plan begins; call it before the machine's.
     *
     * @param next the segment, in the order of the plan
     */
    public void beginSegment(Segment next) {
        beginSegment(next, 0, false);
    }

    /**
     * The next segment of the plan begins for an image of a batch.
     *
     * @param next the segment, in the order of the plan
     * @param image from 0, each of them after the one before
     * @param weightsThere whether the image before has left its weights on chip
     */
    public void beginSegment(Segment next, int image, boolean weightsThere) {
        if (image == firstWriteEnd.size()) {
            firstWriteEnd.add(new long[network.tensors()]);
        }
        open = idle.isEmpty() ? new Timed() : idle.remove();
        open.begin(next, image, weightsThere, where + ", segment " + segments.size() + ",");
        order = !orders
                ? null
                : new WorkOrder(
                        where + ", segment " + segments.size() + ":", network, next, schema, effectualOnly, order);
        segments.add(open);
    }

    /**
     * The machine has taken the next item of the segment, which is of a known phase and layer and waits for earlier items only.
     *
     * @param item as the machine has taken it
     * @param number the item's number in the segment, from 0
     * @throws IsosException where the item starts too early
     */
    public void accept(WorkItem item, int number) {
        if (orders) {
            order.accept(item);
        }
        long bytes = item.offChipBytes();
        boolean transfers = !computes[item.phase()];
        if (transfers && bytes > 0) {
            int slot = network.slot(item.tensor());
            if (writes[item.phase()]) {
                open.written[slot] += bytes;
                open.moves(number, slot);
            } else if (item.role() == TensorRole.WEIGHTS) {
                open.weights[slot] += bytes;
            } else {
                open.read[slot] += bytes;
                open.moves(number, slot);
            }
        }
        open.times.accept(item, transfers, transfers ? bytes : item.counts()[products]);
    }

    /**
     * Holds the segment that is open to its compulsory bytes.
     *
     * @param workload as the dataflow gets it
     * @param tensors output of a layer executed so far, or a tensor that enters the network
     * @throws IsosException where fewer bytes of a tensor have moved than it has non-zeros that are needed, or more weights are said
     *     to be on chip than the machine has bytes for
     */
    public void compulsory(Workload workload, IntFunction<ActivationTensor> tensors) {
        String here = where + ", segment " + (segments.size() - 1) + ":";
        CompulsoryBytes bytes = new CompulsoryBytes(workload, open.segment, liveness);
        if (open.weightsThere) {
            long kept = open.segment.layers().stream().mapToLong(bytes::weights).sum();
            double room = hardware.components().stream()
                    .filter(component -> !component.kind().equals("dram"))
                    .mapToDouble(c -> c.instances() * c.attributes().getOrDefault("bytes", 0.0))
                    .sum();
            if (kept > room) {
                throw broken(
                        here,
                        "keeps " + kept
                                + " non-zero weights between images of a batch, all storages of the machine have "
                                + (long) room + " bytes");
            }
        }
        bytes.check(here, open, tensors);
    }

    /**
     * All items of the segment have come.
     *
     * @throws IsosException where one of them lacked weights or inputs, or ran too early or too fast
     */
    public void endSegment() {
        if (orders) {
            order.end();
        }
        open.times.close();
        open = null;
        settle();
    }

    /** Checks the times of segments that are complete, in their order, and forgets them. */
    private void settle() {
        while (lastEnds.size() < segments.size()
                && segments.get(lastEnds.size()).times.complete()) {
            Timed done = segments.get(lastEnds.size());
            long lastEnd = done.times.finish(hardware);
            long[] firstWriteEnd = this.firstWriteEnd.get(done.image);
            long[] firstRead = new long[network.tensors()];
            long[] firstWrite = new long[network.tensors()];
            Arrays.fill(firstRead, Long.MAX_VALUE);
            Arrays.fill(firstWrite, Long.MAX_VALUE);
            for (int i = 0; i < done.moverCount; i++) {
                int slot = done.slots[i];
                if (done.written[slot] > 0) {
                    firstWrite[slot] = Math.min(firstWrite[slot], done.times.end(done.movers[i]));
                } else {
                    firstRead[slot] = Math.min(firstRead[slot], done.times.start(done.movers[i]));
                }
            }
            for (int slot = 0; slot < firstRead.length; slot++) {
                if (firstRead[slot] < firstWriteEnd[slot]) {
                    throw broken(
                            where,
                            "reads " + name(network, network.tensorAt(slot)) + " in cycle " + firstRead[slot]
                                    + ", before a byte of it has been written in cycle " + firstWriteEnd[slot]);
                }
                if (firstWrite[slot] != Long.MAX_VALUE) {
                    firstWriteEnd[slot] = firstWrite[slot];
                }
            }
            segments.set(lastEnds.size(), null);
            idle.add(done);
            lastEnds.add(Math.max(lastEnd, lastEnds.isEmpty() ? 0 : lastEnds.get(lastEnds.size() - 1)));
        }
    }

    /**
     * The machine has finished: it has said when every item ran, and its segments end no earlier than their items.
     *
     * @param report as {@link dev.isos.api.hardware.MachineRun#finish()} gave it
     * @throws IsosException where the time of an item is missing, or a segment ends before one of its items
     */
    public void finish(MachineReport report) {
        settle();
        if (lastEnds.size() < segments.size()) {
            throw broken(
                    where,
                    "does not say when " + segments.get(lastEnds.size()).times.missing() + " work items of segment "
                            + lastEnds.size() + " ran");
        }
        long end = 0;
        for (int i = 0; i < lastEnds.size() && i < report.segments().size(); i++) {
            end += report.segments().get(i).cycles();
            if (end < lastEnds.get(i)) {
                throw broken(
                        where,
                        "ends segment " + i + " in cycle " + end + ", but one of its work items in cycle "
                                + lastEnds.get(i));
            }
        }
    }

    static IsosException broken(String where, String sentence) {
        return new IsosException(ErrorCode.SIMULATION_FAILED, where + " " + sentence);
    }

    /** How messages call a tensor. */
    static String name(Network network, int tensor) {
        return Layer.isNetworkInput(tensor)
                ? "the network's input"
                : network.layer(tensor).name();
    }
}
