package dev.isos.core.simulate;

import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.api.plan.SegmentEstimate.LayerEstimate;
import dev.isos.api.result.RunResult.Energy;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.result.RunResult.MacCounts;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDensities;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A run of which nothing was executed: the estimates of a plan's segments, put together as a machine's report. */
final class AnalyticalRun {
    private final Network network;
    private final ExecutionPlan plan;
    private final List<SegmentEstimate> estimates;
    private final Map<String, Long> counts;

    /**
     * @param estimates one per segment of the plan
     * @param counts what is expected to be counted in all segments
     */
    AnalyticalRun(Network network, ExecutionPlan plan, List<SegmentEstimate> estimates, Map<String, Long> counts) {
        this.counts = counts;
        this.network = network;
        this.plan = plan;
        this.estimates = estimates;
    }

    MachineReport report() {
        List<SegmentTiming> segments = new ArrayList<>();
        LayerTiming[] layers = new LayerTiming[network.size()];
        Arrays.fill(layers, new LayerTiming(0, 0, 0)); // what the machine leaves out
        long now = 0;
        for (SegmentEstimate estimate : estimates) {
            segments.add(
                    new SegmentTiming(estimate.cycles(), estimate.computeBusyCycles(), estimate.memoryBusyCycles()));
            for (LayerEstimate layer : estimate.layers()) {
                layers[layer.layer()] = new LayerTiming(now, now + estimate.cycles(), layer.computeCycles());
            }
            now += estimate.cycles();
        }
        return new MachineReport(now, segments, List.of(layers), traffic().total(), counts);
    }

    long products() {
        return estimates.stream()
                .flatMap(e -> e.layers().stream())
                .mapToLong(LayerEstimate::products)
                .sum();
    }

    Traffic traffic() {
        return traffic(estimates);
    }

    private static Traffic traffic(List<SegmentEstimate> some) {
        long weights = 0;
        long inputs = 0;
        long outputs = 0;
        long residuals = 0;
        for (SegmentEstimate estimate : some) {
            for (LayerEstimate layer : estimate.layers()) {
                weights += layer.weightBytes();
                inputs += layer.inputBytes();
                outputs += layer.outputBytes();
                residuals += layer.residualBytes();
            }
        }
        return new Traffic(weights, inputs, outputs, residuals);
    }

    /** @param energy of each */
    List<SegmentResult> segments(List<Energy> energy) {
        List<SegmentResult> results = new ArrayList<>();
        for (int i = 0; i < estimates.size(); i++) {
            results.add(new SegmentResult(
                    plan.segments().get(i).layers().stream()
                            .map(l -> network.layer(l).name())
                            .toList(),
                    estimates.get(i).cycles(),
                    traffic(List.of(estimates.get(i))),
                    energy.get(i),
                    plan.segments().get(i).onChipBytes(),
                    plan.limits().get(i)));
        }
        return results;
    }

    List<LayerResult> layers(
            Workload workload,
            WorkloadDensities densities,
            List<LayerReference> reference,
            MachineReport report,
            long peakMacsPerCycle) {
        LayerEstimate[] estimated = new LayerEstimate[network.size()];
        for (int i = 0; i < estimated.length; i++) {
            estimated[i] = new LayerEstimate(i, 0, 0, 0, 0, 0, 0); // what the machine leaves out
        }
        estimates.forEach(e -> e.layers().forEach(layer -> estimated[layer.layer()] = layer));
        List<LayerResult> results = new ArrayList<>();
        for (LayerEstimate each : estimated) {
            Layer layer = network.layer(each.layer());
            LayerTiming timing = report.layers().get(each.layer());
            long nonZeros = 0;
            long elements = 0;
            for (int input : layer.inputs()) {
                nonZeros += densities.nonZeros(input);
                elements += network.shapeOf(input).elements();
            }
            results.add(new LayerResult(
                    layer.name(),
                    layer.op().label(),
                    layer.outputShape().toString(),
                    layer.inputShape().toString(),
                    RunResults.filterShape(layer),
                    RunResults.inputs(layer),
                    layer.residual() == Layer.NONE ? null : layer.residual(),
                    workload.parameters()
                            .get(layer.index())
                            .filters()
                            .map(FilterTensor::density)
                            .orElse(1.0),
                    nonZeros / (double) elements,
                    new MacCounts(layer.denseMacs(), reference.get(each.layer()).effectualMacs(), each.products()),
                    timing.computeCycles(),
                    each.products() / ((double) peakMacsPerCycle * Math.max(1, timing.computeCycles())),
                    timing.startCycle(),
                    timing.endCycle(),
                    new Traffic(each.weightBytes(), each.inputBytes(), each.outputBytes(), each.residualBytes()),
                    null));
        }
        return results;
    }
}
