package dev.isos.hw.isosceles;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.SegmentEstimator;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Network;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.api.plan.SegmentEstimate.LayerEstimate;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.core.wavefront.estimate.ExpectedLayer;
import dev.isos.core.wavefront.estimate.ExpectedSegment;
import dev.isos.core.wavefront.estimate.IsOsExpectation;
import dev.isos.core.wavefront.mapping.LayerFactors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

final class IsoscelesEstimator implements SegmentEstimator {
    private final IsoscelesModel model;
    private final WorkloadDensities densities;
    private final Network network;
    private final IsOsExpectation expectation;
    private final Map<Segment, Body> known = new HashMap<>();

    IsoscelesEstimator(IsoscelesModel model, WorkloadDensities densities) {
        this.model = model;
        this.densities = densities;
        this.network = densities.network();
        this.expectation = new IsOsExpectation(densities, model.geometry(), model::backEndCycles);
    }

    /** A segment by itself. */
    private record Body(ExpectedSegment expected, double compute, double fill, double first, double dram, List<LayerEstimate> layers) {}

    private Body body(Segment segment) {
        return known.computeIfAbsent(segment, this::find);
    }

    private Body find(Segment segment) {
        ExpectedSegment expected = expectation.of(segment);
        List<ExpectedLayer> layers = expected.layers();
        double vectors = layers.stream().mapToDouble(ExpectedLayer::vectors).sum();
        LayerEstimate[] estimates = new LayerEstimate[segment.layers().size()];
        for (int d = 0; d < estimates.length; d++) {
            estimates[d] = new LayerEstimate(segment.layers().get(d), 0, 0, 0, 0, 0, 0);
        }
        long bytes = 0;
        for (int i = 0; i < layers.size(); i++) {
            ExpectedLayer layer = layers.get(i);
            double longest = 0;
            for (int lane = 0; lane < model.lanes; lane++) {
                longest = Math.max(
                        longest,
                        Math.max(layer.laneBackEnd[lane], PipelineCycles.alone(model, layer, lane, vectors)));
            }
            int index = layer.layer().index();
            LayerEstimate estimate = new LayerEstimate(
                    index,
                    Math.round(longest),
                    Math.round(layer.products()),
                    Math.round(expected.bytes(TensorRole.WEIGHTS, i)),
                    Math.round(expected.bytes(TensorRole.INPUTS, i)),
                    Math.round(expected.bytes(TensorRole.OUTPUTS, i)),
                    Math.round(expected.bytes(TensorRole.RESIDUALS, i)));
            estimates[segment.layers().indexOf(index)] = estimate;
            bytes += estimate.offChipBytes();
        }
        // nothing begins before the first layer has its weights, or the first tile of them
        double first = 0;
        if (!layers.isEmpty()) {
            LayerFactors factors =
                    LayerFactors.of(segment.mapping(layers.get(0).layer().index()));
            first = expected.bytes(TensorRole.WEIGHTS, 0) / Math.max(factors.kTiles(), factors.streamSteps());
        }
        PipelineCycles pipeline = new PipelineCycles(model, densities, segment, expected);
        return new Body(expected, pipeline.steady(), pipeline.fill(), first / model.offChipBytesPerCycle(), bytes / model.offChipBytesPerCycle(), List.of(estimates));
    }

    @Override
    public SegmentEstimate estimate(Segment segment, Optional<Segment> previous) {
        Body body = body(segment);
        if (leftOut(segment)) {
            return new SegmentEstimate(0, 0, 0, body.layers());
        }
        double ahead = previous.filter(before -> !leftOut(before))
                .map(before -> ahead(before, body))
                .orElse(0.0);
        double first = Math.max(0, body.first() - ahead);
        double cycles = Math.max(first + body.compute() + body.fill(), body.dram() - ahead);
        return new SegmentEstimate(
                Math.max(1, (long) Math.ceil(cycles)),
                Math.round(Math.min(cycles, body.compute())),
                Math.round(Math.min(cycles, body.dram())),
                body.layers());
    }

    /** Cycles of loading a segment's weights for which the DRAM finds time, and the buffer room, in the segment before. */
    private double ahead(Segment before, Body next) {
        Body running = body(before);
        double idle = running.compute() + running.fill() - running.dram();
        double room = Math.max(0, model.filterBufferBytes - running.expected().bytes(TensorRole.WEIGHTS));
        double weights = Math.min(room, next.expected().bytes(TensorRole.WEIGHTS)) / model.offChipBytesPerCycle();
        return Math.max(0, Math.min(idle, weights));
    }

    private boolean leftOut(Segment segment) {
        boolean any = false;
        for (int index : segment.layers()) {
            Layer layer = network.layer(index);
            if (!(layer.op() instanceof Concatenation)) {
                if (!model.leavesOut(layer)) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    @Override
    public List<ActivityCount> activity(Segment segment) {
        ExpectedSegment expected = body(segment).expected();
        double products = 0;
        double elements = 0;
        double mergedPartials = 0;
        double mergedElements = 0;
        double outputs = 0;
        for (ExpectedLayer layer : expected.layers()) {
            products += layer.products();
            elements += layer.elements();
            outputs += layer.outputs();
            if (layer.layer().op() instanceof Convolution) {
                mergedPartials += layer.merges();
            } else {
                mergedElements += layer.merges();
            }
        }
        Activity activity = new Activity();
        activity.products = Math.round(products);
        activity.elements = Math.round(elements);
        activity.mergedPartials = Math.round(mergedPartials);
        activity.mergedElements = Math.round(mergedElements);
        activity.outputs = Math.round(outputs);
        activity.queuedBytes = Math.round(expected.queuedBytes());
        activity.storedBytes = Math.round(expected.bytes(TensorRole.OUTPUTS));
        // as the layers' bytes are rounded, so that both agree
        long read = 0;
        long written = 0;
        for (LayerEstimate layer : body(segment).layers()) {
            written += layer.outputBytes();
            read += layer.offChipBytes() - layer.outputBytes();
        }
        return activity.counts(Math.round(expected.bytes(TensorRole.WEIGHTS)), read, written);
    }
}
