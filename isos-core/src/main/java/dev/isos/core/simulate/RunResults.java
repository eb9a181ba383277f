package dev.isos.core.simulate;

import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.EnergyReport;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.law.EnergyLaws;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.Segment;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.AcceleratorSummary;
import dev.isos.api.result.RunResult.Bound;
import dev.isos.api.result.RunResult.ComponentResult;
import dev.isos.api.result.RunResult.Energy;
import dev.isos.api.result.RunResult.Host;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.result.RunResult.MacCounts;
import dev.isos.api.result.RunResult.Prediction;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.api.result.RunResult.WorkloadSummary;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts together a {@link RunResult}, from what ledger and machine say of a run. */
final class RunResults {
    private RunResults() {}

    /** Puts a result together, with what its activity costs. */
    static RunResult result(
            PlannedRun run,
            MachineReport report,
            List<ActivityCount> activity,
            MacCounts macs,
            Traffic traffic,
            boolean verified,
            @Nullable String outputSha256,
            List<Prediction> prediction,
            List<SegmentResult> segments,
            List<LayerResult> layers) {
        Workload workload = run.workload();
        ConfiguredAccelerator accelerator = run.accelerator();
        HardwareModel hardware = run.hardware();
        EnergyLaws laws = run.energyLaws();
        EnergyReport energy = laws.estimate(accelerator.energy(), activity);
        // what is estimated from densities is rounded for each count of its own
        if (accelerator.fidelity() != Fidelity.ANALYTICAL) {
            laws.activity(energy, activity, macs.performed(), traffic.total() - traffic.outputs(), traffic.outputs());
        }
        return new RunResult(
                RunResult.SCHEMA_VERSION,
                new WorkloadSummary(
                        workload.info().id(),
                        workload.network().name(),
                        workload.info().seed(),
                        workload.weightDensity(),
                        workload.info().source()),
                new AcceleratorSummary(
                        accelerator.accelerator().id(),
                        accelerator.dataflow().id(),
                        hardware.spec().id(),
                        run.plan().plan().policy(),
                        accelerator.fidelity().id(),
                        accelerator.energy().id(),
                        accelerator.name(),
                        accelerator.changes()),
                report.cycles(),
                report.cycles() / hardware.clockHz(),
                macs,
                macs.performed() / ((double) hardware.peakMacsPerCycle() * Math.max(1, report.cycles())),
                traffic,
                EnergyByLayer.energy(energy),
                energy.areaMm2(),
                bound(report),
                verified,
                outputSha256,
                prediction,
                segments,
                run.plan().leftOut(),
                Relayout.choices(workload.network(), run.network()),
                layers,
                energy.entries().stream()
                        .map(e -> new ComponentResult(
                                e.component(), e.category().name().toLowerCase(Locale.ROOT), e.energyPj(), e.areaMm2()))
                        .toList(),
                new Host(
                        (System.nanoTime() - run.startNanos()) / 1e9,
                        run.options().threads()),
                run.versions());
    }

    private static Bound bound(MachineReport report) {
        double compute = 0;
        double memory = 0;
        for (SegmentTiming segment : report.segments()) {
            if (segment.memoryBusyCycles() >= segment.computeBusyCycles()) {
                memory += Math.min(segment.memoryBusyCycles(), segment.cycles());
            } else {
                compute += Math.min(segment.computeBusyCycles(), segment.cycles());
            }
        }
        double cycles = Math.max(1, report.cycles());
        return new Bound(compute / cycles, memory / cycles, Math.max(0, 1 - (compute + memory) / cycles));
    }

    /** The report of a run whose segments come once for each image: with one timing for each segment. */
    static MachineReport ofBatch(MachineReport report, int batch) {
        List<SegmentTiming> segments = new ArrayList<>();
        for (int i = 0; i < report.segments().size(); i += batch) {
            List<SegmentTiming> images = report.segments().subList(i, i + batch);
            segments.add(new SegmentTiming(
                    images.stream().mapToLong(SegmentTiming::cycles).sum(),
                    images.stream().mapToLong(SegmentTiming::computeBusyCycles).sum(),
                    images.stream().mapToLong(SegmentTiming::memoryBusyCycles).sum()));
        }
        return new MachineReport(report.cycles(), segments, report.layers(), report.offChipBytes(), report.counts());
    }

    static List<SegmentResult> segments(
            Network network, ExecutionPlan plan, MachineReport report, TrafficLedger ledger, EnergyByLayer energy) {
        List<SegmentResult> results = new ArrayList<>();
        for (int i = 0; i < plan.segments().size(); i++) {
            Segment segment = plan.segments().get(i);
            results.add(new SegmentResult(
                    segment.layers().stream().map(l -> network.layer(l).name()).toList(),
                    report.segments().get(i).cycles(),
                    ledger.segmentTraffic(i),
                    energy.of(segment.layers()),
                    segment.onChipBytes(),
                    plan.limits().get(i)));
        }
        return results;
    }

    static List<LayerResult> layers(
            Workload workload,
            List<Activations> activations,
            MachineReport report,
            TrafficLedger ledger,
            EnergyByLayer energy,
            long[] effectuals,
            long peakMacsPerCycle) {
        List<LayerResult> results = new ArrayList<>();
        for (Layer layer : workload.network().layers()) {
            int i = layer.index();
            results.add(layer(
                    workload,
                    layer,
                    inputDensity(workload.network(), activations, layer),
                    new MacCounts(activations.size() * layer.denseMacs(), effectuals[i], ledger.products(i)),
                    report.layers().get(i),
                    peakMacsPerCycle,
                    ledger.layerTraffic(i),
                    energy.of(List.of(i))));
        }
        return results;
    }

    static LayerResult layer(
            Workload workload,
            Layer layer,
            double inputDensity,
            MacCounts macs,
            LayerTiming timing,
            long peakMacsPerCycle,
            Traffic traffic,
            @Nullable Energy energy) {
        return new LayerResult(
                layer.name(),
                layer.op().label(),
                layer.outputShape().toString(),
                layer.inputShape().toString(),
                filterShape(layer),
                inputs(layer),
                layer.residual() == Layer.NONE ? null : layer.residual(),
                workload.parameters()
                        .get(layer.index())
                        .filters()
                        .map(FilterTensor::density)
                        .orElse(1.0),
                inputDensity,
                macs,
                timing.computeCycles(),
                macs.performed() / ((double) peakMacsPerCycle * Math.max(1, timing.computeCycles())),
                timing.startCycle(),
                timing.endCycle(),
                traffic,
                energy);
    }

    private static @Nullable String filterShape(Layer layer) {
        if (layer.convolution().isEmpty() && !layer.hasComputedFilters()) {
            return null;
        }
        FilterShape shape = layer.filterShape();
        return shape.outputChannels() + "x" + shape.channelsPerGroup() + "x" + shape.rows() + "x" + shape.columns();
    }

    /** All that a layer reads beside its residual operand. */
    private static List<Integer> inputs(Layer layer) {
        return Stream.concat(layer.inputs().stream(), layer.gathered().stream())
                .distinct()
                .toList();
    }

    private static double inputDensity(Network network, List<Activations> activations, Layer layer) {
        double nonZeros = 0;
        long elements = 0;
        for (int input : layer.inputs()) {
            int size = network.shapeOf(input).elements();
            for (Activations image : activations) {
                nonZeros += image.density(input) * size;
                elements += size;
            }
        }
        return nonZeros / elements;
    }

    /** The classes with the highest scores; ties by index. Empty when the output is not a vector. */
    static List<Prediction> predict(Workload workload, Activations activations, int count) {
        Layer output = workload.network().output();
        if (output.outputShape().fibers() != 1) {
            return List.of();
        }
        ActivationTensor scores = activations.get(output.index());
        float scale = workload.requantisation(output.index()).outputScale();
        return IntStream.range(0, output.outputShape().channels())
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(k -> -scores.value(k, 0, 0))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .map(k -> new Prediction(k, null, (double) scores.value(k, 0, 0) * scale))
                .toList();
    }
}
