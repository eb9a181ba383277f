package dev.isos.hw.isosceles;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.SegmentEstimator;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.api.plan.SegmentEstimate.LayerEstimate;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.core.wavefront.estimate.ExpectedLayer;
import dev.isos.core.wavefront.estimate.ExpectedSegment;
import dev.isos.core.wavefront.estimate.IsOsExpectation;
import dev.isos.core.wavefront.mapping.LayerFactors;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ISOSceles machine as formulas over expected counts; {@link IsoscelesRun} is what it approximates. A segment takes as long
 * as its off-chip bytes or as its computation ({@link PipelineCycles}), which begins with the weights of the first layer,
 * whichever is longer. Weights that are loaded while the segment before only computes cost nothing. Nothing is fitted: every
 * number is a count or a parameter of the machine.
 */
final class IsoscelesEstimator implements SegmentEstimator {
    private final IsoscelesModel model;
    private final WorkloadDensities densities;
    private final IsOsExpectation expectation;
    private final Map<Segment, Body> known = new HashMap<>();

    /** The same by object: to compare segments takes long. */
    private final Map<Segment, Body> asked = new IdentityHashMap<>();

    IsoscelesEstimator(IsoscelesModel model, WorkloadDensities densities) {
        this.model = model;
        this.densities = densities;
        this.expectation = new IsOsExpectation(densities, model.geometry(), model.backEnd());
    }

    /**
     * A segment by itself.
     *
     * @param busy cycles of its busiest lane
     * @param compute cycles of computation, from the first column of the first layer to the last one of the last
     * @param fill of these, what one column takes from the first layer to the last
     * @param first cycles of loading what the first layer needs to begin
     * @param dram cycles of all transfers
     * @param reads cycles of those that are reads
     */
    private record Body(
            ExpectedSegment expected,
            double busy,
            double compute,
            double fill,
            double first,
            double dram,
            double reads,
            List<LayerEstimate> layers,
            boolean leftOut) {}

    private Body body(Segment segment) {
        Body body = asked.get(segment);
        if (body == null) {
            body = known.computeIfAbsent(segment, this::find);
            asked.put(segment, body);
        }
        return body;
    }

    private Body find(Segment segment) {
        ExpectedSegment expected = expectation.of(segment);
        List<ExpectedLayer> layers = expected.layers();
        PipelineCycles pipeline = new PipelineCycles(model, densities, segment, expected);
        LayerEstimate[] estimates = new LayerEstimate[segment.layers().size()];
        for (int d = 0; d < estimates.length; d++) {
            estimates[d] = new LayerEstimate(segment.layers().get(d), 0, 0, 0, 0, 0, 0);
        }
        long bytes = 0;
        long reads = 0;
        for (int i = 0; i < layers.size(); i++) {
            int index = layers.get(i).layer().index();
            LayerEstimate estimate = new LayerEstimate(
                    index,
                    Math.round(pipeline.busy(i)),
                    Math.round(layers.get(i).products()),
                    Math.round(expected.bytes(TensorRole.WEIGHTS, i)),
                    Math.round(expected.bytes(TensorRole.INPUTS, i)),
                    Math.round(expected.bytes(TensorRole.OUTPUTS, i)),
                    Math.round(expected.bytes(TensorRole.RESIDUALS, i)));
            estimates[segment.layers().indexOf(index)] = estimate;
            bytes += estimate.offChipBytes();
            reads += estimate.offChipBytes() - estimate.outputBytes();
        }
        double first = 0;
        if (!layers.isEmpty()) {
            // of a layer in tiles or steps the first one
            LayerFactors factors =
                    LayerFactors.of(segment.mapping(layers.get(0).layer().index()));
            first = expected.bytes(TensorRole.WEIGHTS, 0) / Math.max(factors.kTiles(), factors.streamSteps());
        }
        return new Body(
                expected,
                pipeline.steady(),
                pipeline.steady() + pipeline.fill(),
                pipeline.fill(),
                first / model.offChipBytesPerCycle(),
                bytes / model.offChipBytesPerCycle(),
                reads / model.offChipBytesPerCycle(),
                List.of(estimates),
                !layers.isEmpty() && layers.stream().allMatch(layer -> model.leavesOut(layer.layer())));
    }

    /** After a segment that is left out there is nothing to gain: the time before it is another segment's. */
    @Override
    public SegmentEstimate estimate(Segment segment, Optional<Segment> previous) {
        Body body = body(segment);
        if (body.leftOut()) {
            return new SegmentEstimate(0, 0, 0, body.layers());
        }
        double idle = previous.map(before -> idle(body(before))).orElse(0.0);
        double ahead = previous.map(before -> Math.min(idle, loadedAhead(body(before), body)))
                .orElse(0.0);
        double latency = body.reads() > 0
                        && previous.map(before -> reads(segment, before)).orElse(true)
                ? model.dramLatencyCycles
                : 0;
        double start = Math.max(0, body.first() + latency - Math.min(idle, ahead + latency));
        // what is read last comes a latency later, and then goes through the pipeline
        double last = Math.max(0, body.reads() - ahead) + latency + body.fill();
        double cycles = Math.max(Math.max(start + body.compute(), last), body.dram() - ahead);
        return new SegmentEstimate(
                Math.max(1, (long) Math.ceil(cycles)),
                Math.round(Math.min(cycles, body.busy())),
                Math.round(Math.min(cycles, body.dram())),
                body.layers());
    }

    /** Whether a segment must wait for what the one before it stores; what is older is loaded ahead. */
    private boolean reads(Segment segment, Segment before) {
        return !body(before).leftOut()
                && segment.layers().stream()
                        .map(densities.network()::layer)
                        .filter(layer -> !(layer.op() instanceof Concatenation))
                        .anyMatch(layer -> layer.inputs().stream().anyMatch(before.layers()::contains)
                                || before.layers().contains(layer.residual()));
    }

    /** Cycles for which a segment leaves the DRAM to the next one; what it loads first comes before it computes. */
    private static double idle(Body before) {
        return before.leftOut() ? 0 : Math.max(0, before.compute() - (before.dram() - before.first()));
    }

    /** Cycles of loading those weights of a segment for which the filter buffer has room during the one before. */
    private double loadedAhead(Body before, Body next) {
        double room = model.filterBufferBytes - before.expected().bytes(TensorRole.WEIGHTS);
        return Math.max(0, Math.min(room, next.expected().bytes(TensorRole.WEIGHTS))) / model.offChipBytesPerCycle();
    }

    @Override
    public Map<String, Long> counts(Segment segment) {
        Body body = body(segment);
        DatapathCounts datapath = new DatapathCounts();
        datapath.queuedBytes = Math.round(body.expected().queuedBytes());
        Map<String, Long> counts = new HashMap<>();
        for (int i = 0; i < body.expected().layers().size(); i++) {
            ExpectedLayer layer = body.expected().layers().get(i);
            datapath.filterReadBytes +=
                    filterReadBytes(layer, segment, body.expected().bytes(TensorRole.WEIGHTS, i));
            long merges = Math.round(layer.merges());
            if (layer.layer().op() instanceof Convolution) {
                datapath.mergedPartials += merges;
            } else {
                datapath.mergedElements += merges;
            }
            counts.merge("products", Math.round(layer.products()), Long::sum);
            counts.merge("elements", Math.round(layer.elements()), Long::sum);
            counts.merge("merges", merges, Long::sum);
            counts.merge("outputs", Math.round(layer.outputs()), Long::sum);
            counts.merge("places", Math.round(layer.places()), Long::sum);
        }
        for (LayerEstimate layer : body.layers()) {
            counts.merge("filterBufferBytes", layer.weightBytes(), Long::sum);
            counts.merge("store-output.bytes", layer.outputBytes(), Long::sum);
            counts.merge("load-input.bytes", layer.inputBytes() + layer.residualBytes(), Long::sum);
            counts.merge(Activity.READ, layer.offChipBytes() - layer.outputBytes(), Long::sum);
            counts.merge(Activity.WRITTEN, layer.outputBytes(), Long::sum);
        }
        counts.putAll(datapath.counts());
        return counts;
    }

    /** In each of its steps a layer reads all weights, or those of the step's products if they are fewer. */
    private static long filterReadBytes(ExpectedLayer expected, Segment segment, double weightBytes) {
        Layer layer = expected.layer();
        if (!(layer.op() instanceof Convolution convolution)) {
            return 0;
        }
        LayerFactors factors = LayerFactors.of(segment.mapping(layer.index()));
        int columns = factors.streamed()
                ? 1
                : Math.min(
                        layer.inputShape().width(),
                        layer.outputShape().width() * convolution.window().columns());
        return Math.round(Math.min(
                DatapathCounts.weightBytes(1) * expected.products(), weightBytes * columns * factors.rowTiles()));
    }
}
