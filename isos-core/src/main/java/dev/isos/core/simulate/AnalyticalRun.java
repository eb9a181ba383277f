package dev.isos.core.simulate;

import dev.isos.api.hardware.EnergyReport;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.SegmentEstimator;
import dev.isos.api.law.ActivityAccount;
import dev.isos.api.law.EnergyLaws;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.api.plan.SegmentEstimate.LayerEstimate;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.Energy;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.result.RunResult.MacCounts;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDensities;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /** The result of a run from the estimates of its segments. */
    static RunResult estimate(PlannedRun run, WorkloadDensities densities, List<LayerReference> reference) {
        HardwareModel hardware = run.hardware();
        ExecutionPlan plan = run.plan().plan();
        Network network = run.network();
        SegmentEstimator estimator = hardware.analytical(
                        run.accelerator().dataflow().id())
                .orElseThrow(run::lacks)
                .estimator(densities);
        List<SegmentEstimate> estimates = new ArrayList<>();
        List<Energy> energy = new ArrayList<>();
        Map<String, Long> counts = new HashMap<>();
        Optional<Segment> previous = Optional.empty();
        for (Segment segment : plan.segments()) {
            estimates.add(estimator.estimate(segment, previous));
            Map<String, Long> expected = estimator.counts(segment);
            expected.forEach((name, count) -> counts.merge(name, count, Long::sum));
            energy.add(EnergyByLayer.energy(energy(run.workload(), run.accelerator(), expected)));
            previous = Optional.of(segment);
        }
        AnalyticalRun estimated = new AnalyticalRun(network, plan, estimates, counts);
        MachineReport report = estimated.report();
        long products = estimated.products();
        ResultChecks checks = new ResultChecks(run.where());
        checks.storage(plan.segments());
        checks.machine(
                report,
                hardware,
                estimated.traffic().total(),
                products,
                plan.segments().size());
        return RunResults.result(
                run,
                report,
                ActivityAccount.evaluate(run.where(), hardware, counts),
                new MacCounts(
                        network.denseMacs(),
                        reference.stream()
                                .mapToLong(LayerReference::effectualMacs)
                                .sum(),
                        products),
                estimated.traffic(),
                false,
                null,
                List.of(),
                estimated.segments(energy),
                estimated.layers(run.workload(), densities, reference, report, hardware.peakMacsPerCycle()));
    }

    /** What expected counts cost. */
    static EnergyReport energy(Workload workload, ConfiguredAccelerator accelerator, Map<String, Long> counts) {
        String where = PlannedRun.where(workload, accelerator);
        return new EnergyLaws(where, accelerator.hardware())
                .estimate(accelerator.energy(), ActivityAccount.evaluate(where, accelerator.hardware(), counts));
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
            long nonZeros = 0;
            long elements = 0;
            for (int input : layer.inputs()) {
                nonZeros += densities.nonZeros(input);
                elements += network.shapeOf(input).elements();
            }
            results.add(RunResults.layer(
                    workload,
                    layer,
                    nonZeros / (double) elements,
                    new MacCounts(layer.denseMacs(), reference.get(each.layer()).effectualMacs(), each.products()),
                    report.layers().get(each.layer()),
                    peakMacsPerCycle,
                    new Traffic(each.weightBytes(), each.inputBytes(), each.outputBytes(), each.residualBytes()),
                    null));
        }
        return results;
    }
}
