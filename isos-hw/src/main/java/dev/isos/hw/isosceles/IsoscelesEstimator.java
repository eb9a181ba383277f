package dev.isos.hw.isosceles;

import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.SegmentEstimator;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.api.plan.SegmentEstimate.LayerEstimate;
import dev.isos.api.plan.StorageDemand;
import dev.isos.core.dataflow.isos.Expectations;
import dev.isos.core.dataflow.isos.ExpectedLayer;
import dev.isos.core.dataflow.isos.ExpectedSegment;
import dev.isos.core.dataflow.isos.IsOsExpectation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ISOSceles machine as formulas over expected counts; {@link IsoscelesRun} is what it approximates. A segment ends when
 * the slowest of three has:
 *
 * <ul>
 *   <li>the DRAM: all bytes but those prefetched, and what the last column still takes on its way through the layers;
 *   <li>the busiest unit: it can do for each layer no more than its queues hold before the layer's weights have arrived;
 *   <li>the filter port.
 * </ul>
 *
 * Nothing in it is fitted: every number is a count or a parameter of the machine.
 */
final class IsoscelesEstimator implements SegmentEstimator {
    private final IsoscelesModel model;
    private final IsOsExpectation expectation;
    private final double bytesPerCycle;
    private final Map<Segment, Body> bodies = new HashMap<>();

    IsoscelesEstimator(IsoscelesModel model, IsOsExpectation expectation) {
        this.model = model;
        this.expectation = expectation;
        this.bytesPerCycle = model.offChipBytesPerCycle();
    }

    /** Cycles of one layer: of a K-slice of each row over all columns, and of a column. */
    private record LayerTime(
            double[] front, double[] merge, double[] post, double frontColumn, double backColumn, double portBytes) {}

    /** What a segment takes whatever ran before it. */
    private static final class Body {
        ExpectedSegment expected;
        double[] front;
        double busiest;
        double[][] frontOfLane;
        double[][] mergeOfLane;
        double[][] postOfLane;
        double portCycles;
        double portBytes;
        double drain;
        double lastStoreBytes;
        long bytes;
        long weightBytes;
        long prefetchable;
        double alone;
        long filterBytesFree;
        List<LayerEstimate> layers;
    }

    @Override
    public SegmentEstimate estimate(Segment segment, Optional<Segment> previous) {
        Body body = body(segment);
        double prefetched = previous.map(p -> prefetched(body(p), body)).orElse(0.0);
        double cycles = cycles(body, prefetched);
        long moved = body.bytes;
        return new SegmentEstimate(
                Math.max(1, Math.round(cycles)),
                Math.round(Math.min(cycles, body.busiest)),
                Math.round(moved / bytesPerCycle),
                body.layers);
    }

    private Body body(Segment segment) {
        Body known = bodies.get(segment);
        if (known == null) {
            // how far lanes drift apart follows from their loads
            Body together = measure(segment, 0, 0);
            known = measure(segment, drift(together), together.alone);
            bodies.put(segment, known);
        }
        return known;
    }

    private Body measure(Segment segment, double drift, double whole) {
        Body body = new Body();
        body.expected = expectation.of(segment);
        int count = body.expected.layers().size();
        body.frontOfLane = new double[count][model.lanes];
        body.mergeOfLane = new double[count][model.lanes];
        body.postOfLane = new double[count][model.lanes];
        Map<Integer, LayerEstimate> byLayer = new HashMap<>();
        double[] finish = new double[count];
        int mostTiles = 1;
        for (int i = 0; i < count; i++) {
            ExpectedLayer layer = body.expected.layers().get(i);
            LayerTime time = time(layer, Math.min(drift, body.expected.reach(i) * whole));
            int offset = body.expected.laneOffset(i);
            bind(time.front, layer.kSplit(), offset, body.frontOfLane[i]);
            bind(time.merge, layer.outputSplit(), offset, body.mergeOfLane[i]);
            bind(time.post, layer.outputSplit(), offset, body.postOfLane[i]);
            body.portBytes += time.portBytes;
            body.weightBytes += layer.weightBytes();
            long moved = layer.weightBytes()
                    + body.expected.inputBytes(i)
                    + body.expected.residualBytes(i)
                    + body.expected.outputBytes(i);
            body.bytes += moved;
            mostTiles = Math.max(mostTiles, layer.kTiles());
            double before = 0;
            for (int j = 0; j < i; j++) {
                before = body.expected.reads(i, j) ? Math.max(before, finish[j]) : before;
            }
            finish[i] = before + time.frontColumn + time.backColumn;
            body.drain = Math.max(body.drain, finish[i]);
            body.lastStoreBytes += body.expected.outputBytes(i)
                    / (double) (layer.layer().outputShape().width() * layer.kTiles());
            double busiest =
                    Math.max(most(body.frontOfLane[i]), Math.max(most(body.mergeOfLane[i]), most(body.postOfLane[i])));
            byLayer.put(
                    layer.layer().index(),
                    new LayerEstimate(
                            layer.layer().index(),
                            Math.round(busiest),
                            Math.round(layer.products()),
                            layer.weightBytes(),
                            body.expected.inputBytes(i),
                            body.expected.outputBytes(i),
                            body.expected.residualBytes(i)));
        }
        body.layers = new ArrayList<>();
        for (int layer : segment.layers()) {
            body.layers.add(byLayer.getOrDefault(layer, new LayerEstimate(layer, 0, 0, 0, 0, 0, 0)));
        }
        body.busiest = Math.max(
                most(sum(body.frontOfLane)), Math.max(most(sum(body.mergeOfLane)), most(sum(body.postOfLane))));
        body.portCycles = body.portBytes / model.filterPortBytesPerCycle;
        body.prefetchable = mostTiles == 1 ? body.weightBytes : 2 * body.weightBytes / mostTiles;
        body.filterBytesFree = freeFilterBytes(segment, body.expected, mostTiles);
        body.alone = cycles(body, 0);
        return body;
    }

    /** Space in the filter buffer for the weights of the next segment when all of this one's have arrived. */
    private long freeFilterBytes(Segment segment, ExpectedSegment expected, int kTiles) {
        long demand = segment.storage().stream()
                .filter(s -> s.resource().equals(IsoscelesModel.FILTER_BUFFER))
                .mapToLong(StorageDemand::demandBytes)
                .sum();
        // of a layer in K-tiles two are on chip, but during the last one no other
        long free = model.filterBufferBytes - (kTiles > 1 ? demand / 2 : demand);
        for (int i = 0; i + 1 < expected.layers().size(); i++) {
            // a layer whose output fits in its queues ends before its readers' weights have arrived
            free += expected.reach(i) < 1 ? 0 : expected.layers().get(i).filterBufferBytes();
        }
        return Math.min(free, model.filterBufferBytes);
    }

    private static void bind(double[] rows, int split, int offset, double[] lanes) {
        for (int row = 0; row < rows.length; row++) {
            for (int slice = 0; slice < split; slice++) {
                lanes[(row * split + slice + offset) % lanes.length] += rows[row];
            }
        }
    }

    private double[] sum(double[][] ofLane) {
        double[] sum = new double[model.lanes];
        for (double[] layer : ofLane) {
            for (int lane = 0; lane < sum.length; lane++) {
                sum[lane] += layer[lane];
            }
        }
        return sum;
    }

    private static double most(double[] values) {
        double most = 0;
        for (double value : values) {
            most = Math.max(most, value);
        }
        return most;
    }

    private LayerTime time(ExpectedLayer layer, double drift) {
        double[] front = new double[layer.layer().inputShape().height()];
        int tasks = front.length * layer.kSplit();
        double columns = (double) layer.layer().inputShape().width() * layer.kTiles();
        double[] cycles = new double[layer.wavefronts().size()];
        double[] asked = new double[cycles.length];
        for (ExpectedLayer.Frontends items : layer.frontends()) {
            asked[items.columns()] += items.filterBytes() * layer.kSplit();
            cycles[items.columns()] += work(items) * layer.kSplit() / tasks;
        }
        double portBytes = 0;
        for (int c = 0; c < cycles.length; c++) {
            ExpectedLayer.Wavefronts wavefronts = layer.wavefronts().get(c);
            double rowsOfLane = StrictMath.ceil((double) tasks / model.lanes);
            double groups = groups((rowsOfLane - 1) * cycles[c] + drift);
            portBytes += Math.min(groups * wavefronts.distinctFilterBytes(), asked[c]) * wavefronts.count();
            asked[c] = Math.min(wavefronts.distinctFilterBytes(), asked[c] / groups);
        }
        for (ExpectedLayer.Frontends items : layer.frontends()) {
            // the members of a group wait for all that those before them, and they themselves, have asked for
            double delivered = asked[items.columns()] / model.filterPortBytesPerCycle;
            front[items.row()] += items.items() * Math.max(work(items), delivered);
        }
        double frontColumn = 0;
        for (double row : front) {
            frontColumn += row;
        }
        frontColumn = columnTime(frontColumn / Math.max(1, columns), tasks, front.length);
        double[] merge = new double[layer.layer().outputShape().height()];
        double[] post = new double[merge.length];
        double backColumn = 0;
        for (ExpectedLayer.Backends items : layer.backends()) {
            merge[items.row()] +=
                    items.items() * Expectations.ceiling(items.merges(), items.mergeVariance(), model.mergeWidth);
            post[items.row()] += items.items() * StrictMath.ceil(items.postOps() / model.postOpWidth);
            backColumn += (merge[items.row()] + post[items.row()]) / items.items();
        }
        backColumn = columnTime(backColumn, merge.length * layer.outputSplit(), merge.length);
        return new LayerTime(front, merge, post, frontColumn, backColumn, portBytes);
    }

    /**
     * Mean time by which lanes are apart: one that is quick with its rows goes ahead of the slowest, as fast as inputs come,
     * from together at the first column to furthest apart at the last. Where inputs and outputs are the bottleneck all wait
     * for the same.
     */
    private double drift(Body body) {
        double mean = 0;
        for (double lane : sum(body.frontOfLane)) {
            mean += lane / model.lanes;
        }
        double stream = (body.bytes - body.weightBytes) / bytesPerCycle;
        return Math.max(0, body.busiest - Math.max(mean, stream)) / 2;
    }

    /** Expected multicasts of a wavefront whose lanes reach it at times that are spread like a time without memory. */
    private double groups(double meanSpread) {
        if (meanSpread <= 0) {
            return 1;
        }
        return 1 + 1 / StrictMath.expm1((model.multicastWindowCycles + 1) / meanSpread);
    }

    /** Cycles of a column on the lanes that have most of it. */
    private double columnTime(double ofOneSlice, int items, int rows) {
        return ofOneSlice / rows * ((items + model.lanes - 1) / model.lanes);
    }

    private double work(ExpectedLayer.Frontends items) {
        double dispatch = Expectations.ceiling(items.chunks(), items.chunkVariance(), model.slotsPerLane);
        double variance = items.chunkVariance() / ((double) model.slotsPerLane * model.slotsPerLane);
        return Math.max(
                1,
                Expectations.maximum(
                        dispatch + items.conflicts(), variance, items.busiestBank(), items.bankVariance()));
    }

    /** Bytes of the next segment's weights that arrive while a segment runs: in otherwise idle time, into free space. */
    private double prefetched(Body running, Body next) {
        double idle = running.alone * bytesPerCycle - running.bytes;
        return Math.max(0, Math.min(next.prefetchable, Math.min(idle, running.filterBytesFree)));
    }

    private double cycles(Body body, double prefetched) {
        double memory = model.dramLatencyCycles + (body.bytes - prefetched) / bytesPerCycle + body.drain;
        double port = model.dramLatencyCycles + body.portCycles + body.drain;
        return Math.max(memory, Math.max(port, compute(body, prefetched)));
    }

    private double compute(Body body, double prefetched) {
        int count = body.expected.layers().size();
        double latest = 0;
        double weights = -prefetched;
        double inputs = 0;
        for (int i = 0; i < count; i++) {
            inputs += (body.expected.inputBytes(i) + body.expected.residualBytes(i)) * body.expected.lead(i);
        }
        for (int i = 0; i < count; i++) {
            ExpectedLayer layer = body.expected.layers().get(i);
            weights += layer.weightBytes() / (double) layer.kTiles();
            double needed = Math.max(0, weights);
            // weights and inputs take turns until the queues are full
            double arrival = model.dramLatencyCycles + (needed + Math.min(needed, inputs)) / bytesPerCycle;
            latest = Math.max(latest, arrival + rest(body.frontOfLane, i, body.expected.lead(i)));
            latest = Math.max(latest, arrival + rest(body.mergeOfLane, i, body.expected.lead(i)));
            latest = Math.max(latest, arrival + rest(body.postOfLane, i, body.expected.lead(i)));
            if (layer.kTiles() > 1) {
                double all = (body.weightBytes - prefetched) / bytesPerCycle;
                latest = Math.max(latest, all + most(body.frontOfLane[i]) / layer.kTiles());
            }
        }
        return latest + body.drain;
    }

    /** Work of the busiest lane that is left when layer {@code i} begins, those before it being as far ahead as they can. */
    private double rest(double[][] ofLane, int i, double lead) {
        double most = 0;
        for (int lane = 0; lane < model.lanes; lane++) {
            double left = 0;
            for (int j = 0; j < ofLane.length; j++) {
                left += j < i ? (1 - lead) * ofLane[j][lane] : ofLane[j][lane];
            }
            most = Math.max(most, left);
        }
        return most;
    }

    @Override
    public List<ActivityCount> activity(Segment segment) {
        Body body = body(segment);
        double products = 0;
        double merges = 0;
        double contextRead = 0;
        double written = 0;
        double registers = 0;
        long filterBuffer = 0;
        long stored = 0;
        double postOps = 0;
        for (int i = 0; i < body.expected.layers().size(); i++) {
            ExpectedLayer layer = body.expected.layers().get(i);
            products += layer.products();
            merges += layer.merges();
            postOps += layer.layer().outputShape().elements();
            contextRead += layer.products() * model.accumulatorBytes
                    + layer.activations() * IsoscelesRun.ENTRY_BYTES
                    + layer.merges()
                            * (layer.frontends().isEmpty() ? IsoscelesRun.ENTRY_BYTES : model.accumulatorBytes);
            written += layer.products() * model.accumulatorBytes;
            registers += layer.filterBytes();
            filterBuffer += layer.filterBufferBytes();
            stored += body.expected.outputBytes(i);
        }
        contextRead += stored;
        written += body.expected.heldBytes();
        return List.of(
                new ActivityCount(IsoscelesModel.MACS, "multiply-accumulate", Math.round(products)),
                new ActivityCount(IsoscelesModel.MERGE_ADDERS, "add", Math.round(merges)),
                new ActivityCount(IsoscelesModel.MERGE_COMPARATORS, "compare", Math.round(merges)),
                new ActivityCount(IsoscelesModel.POST_OP_UNITS, "operation", Math.round(postOps)),
                new ActivityCount(IsoscelesModel.FILTER_BUFFER, "read", Math.round(body.portBytes)),
                new ActivityCount(IsoscelesModel.FILTER_BUFFER, "write", filterBuffer),
                new ActivityCount(IsoscelesModel.FILTER_REGISTERS, "read", Math.round(registers)),
                new ActivityCount(IsoscelesModel.FILTER_REGISTERS, "write", Math.round(registers)),
                new ActivityCount(IsoscelesModel.CONTEXT_MEMORY, "read", Math.round(contextRead)),
                new ActivityCount(IsoscelesModel.CONTEXT_MEMORY, "write", Math.round(written)),
                new ActivityCount(IsoscelesModel.DRAM, "read", body.bytes - stored),
                new ActivityCount(IsoscelesModel.DRAM, "write", stored));
    }
}
