package dev.isos.hw.isosceles;

import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.SegmentEstimator;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.core.dataflow.isos.ExpectedLayer;
import dev.isos.core.dataflow.isos.ExpectedSegment;
import dev.isos.core.dataflow.isos.IsOsExpectation;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ISOSceles machine as formulas over expected counts; {@link IsoscelesRun} is what it approximates. A segment ends when
 * the slowest of these has:
 *
 * <ul>
 *   <li>the DRAM: all bytes but those prefetched, and what the last column still takes on its way through the layers;
 *   <li>the busiest unit: it can do for each layer no more than its queues hold before the layer's weights have arrived, and
 *       waits at the filter port ({@link FilterContention});
 *   <li>the filter port, which serves a wavefront as often as lanes are apart ({@link LaneDrift});
 *   <li>the queues ({@link QueueLoops}).
 * </ul>
 *
 * How far lanes are apart and how long a segment takes depend on each other: both are found in rounds. Nothing in it is
 * fitted: every number is a count or a parameter of the machine.
 */
final class IsoscelesEstimator implements SegmentEstimator {
    /** Rounds, and change of a segment's cycles, after which they count as found. */
    private static final int MOST_ROUNDS = 12;

    private static final double SETTLED = 0.005;

    private final IsoscelesModel model;
    private final IsOsExpectation expectation;
    private final double bytesPerCycle;
    private final Map<Segment, Estimated> known = new HashMap<>();
    private final Map<ExpectedLayer, Map<Integer, LayerCycles>> layers = new IdentityHashMap<>();

    IsoscelesEstimator(IsoscelesModel model, IsOsExpectation expectation) {
        this.model = model;
        this.expectation = expectation;
        this.bytesPerCycle = model.offChipBytesPerCycle();
    }

    /** A segment and what it takes when none of its weights were prefetched. */
    private record Estimated(EstimatedSegment segment, double alone) {}

    @Override
    public SegmentEstimate estimate(Segment segment, Optional<Segment> previous) {
        EstimatedSegment body = estimated(segment).segment();
        double prefetched = previous.map(p -> prefetched(estimated(p), body)).orElse(0.0);
        double cycles = body.cycles(prefetched);
        return new SegmentEstimate(
                Math.max(1, Math.round(cycles)),
                Math.round(Math.min(cycles, body.busiest)),
                Math.round(body.bytes / bytesPerCycle),
                body.layerEstimates(segment));
    }

    private Estimated estimated(Segment segment) {
        Estimated found = known.get(segment);
        if (found == null) {
            found = find(segment);
            known.put(segment, found);
        }
        return found;
    }

    private Estimated find(Segment segment) {
        ExpectedSegment expected = expectation.of(segment);
        LayerCycles[] cycles = new LayerCycles[expected.layers().size()];
        for (int i = 0; i < cycles.length; i++) {
            ExpectedLayer layer = expected.layers().get(i);
            cycles[i] = layers.computeIfAbsent(layer, l -> new HashMap<>())
                    .computeIfAbsent(expected.binding(i).count(), lanes -> new LayerCycles(layer, lanes, model));
        }
        EstimatedSegment body = new EstimatedSegment(model, segment, expected, cycles, null, Double.POSITIVE_INFINITY);
        // from what it takes without any waiting upwards, then between the last times that were too short and too long
        double assumed = body.cycles(0);
        double tooShort = 0;
        double tooLong = Double.POSITIVE_INFINITY;
        double alone = assumed;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            double stream = (body.bytes - body.weightBytes) / bytesPerCycle;
            LaneDrift drift = new LaneDrift(model, expected, cycles, body.fronts, assumed, stream);
            body = new EstimatedSegment(model, segment, expected, cycles, drift, assumed);
            alone = body.cycles(0);
            if (Math.abs(alone - assumed) <= SETTLED * alone) {
                break;
            }
            if (alone > assumed) {
                tooShort = assumed;
            } else {
                tooLong = assumed;
            }
            assumed = tooLong == Double.POSITIVE_INFINITY ? alone : (tooShort + tooLong) / 2;
        }
        return new Estimated(body, alone);
    }

    /** Bytes of the next segment's weights that arrive while a segment runs: in otherwise idle time, into free space. */
    private double prefetched(Estimated running, EstimatedSegment next) {
        double idle = running.alone() * bytesPerCycle - running.segment().bytes;
        return Math.max(0, Math.min(next.prefetchable, Math.min(idle, running.segment().filterBytesFree)));
    }

    @Override
    public List<ActivityCount> activity(Segment segment) {
        EstimatedSegment body = estimated(segment).segment();
        double products = 0;
        double merges = 0;
        double contextRead = 0;
        double written = 0;
        double registers = 0;
        long filterBuffer = 0;
        long stored = 0;
        double postOps = 0;
        for (int i = 0; i < body.layers.length; i++) {
            ExpectedLayer layer = body.layers[i].layer;
            products += layer.products();
            merges += layer.merges();
            postOps += layer.layer().outputShape().elements();
            contextRead += layer.products() * model.accumulatorBytes
                    + layer.activations() * RunAccounts.ENTRY_BYTES
                    + layer.merges() * (layer.frontends().isEmpty() ? RunAccounts.ENTRY_BYTES : model.accumulatorBytes);
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
