package dev.isos.core.simulate;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.EnergyReport;
import dev.isos.api.hardware.EnergyReport.Category;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanningContext;
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
import dev.isos.api.result.RunResult.WorkloadSummary;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.core.reference.ReferenceExecutor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Runs a workload on an accelerator: plan, then segment by segment outputs and work items, then time, then result. */
public final class Simulator {
    private final SharedExecutions shared = new SharedExecutions();
    private final Map<String, String> versions;

    /** @param versions versions of the plug-ins, reported in every result */
    public Simulator(Map<String, String> versions) {
        this.versions = Map.copyOf(versions);
    }

    /** Refuses an accelerator whose dataflow and hardware do not understand each other; else returns it. */
    public static ConfiguredAccelerator pair(ConfiguredAccelerator accelerator) {
        Pairing.check(accelerator.accelerator().id(), accelerator.dataflow(), accelerator.hardware());
        return accelerator;
    }

    /** Forgets what runs on a workload have shared. */
    public void release(Workload workload) {
        shared.release(workload);
    }

    /** Cuts a workload into segments; checks that every layer is in exactly one, in order. */
    public ExecutionPlan plan(Workload workload, ConfiguredAccelerator accelerator) {
        Geometry geometry = accelerator.hardware().geometry();
        ExecutionPlan plan = accelerator.mapping().plan(new PlanningContext() {
            @Override
            public Workload workload() {
                return workload;
            }

            @Override
            public MappingOutcome map(List<Integer> layers) {
                return accelerator.dataflow().map(workload, layers, geometry);
            }
        });
        List<Integer> planned =
                plan.segments().stream().flatMap(s -> s.layers().stream()).toList();
        if (!planned.equals(
                IntStream.range(0, workload.network().size()).boxed().toList())) {
            throw new IsosException(
                    ErrorCode.PLUGIN_FAILURE,
                    "mapping policy " + accelerator.mapping().id() + " does not hold every layer of "
                            + workload.info().id() + " once and in order");
        }
        return plan;
    }

    /** Simulates. */
    public RunResult run(Workload workload, ConfiguredAccelerator accelerator, RunOptions options) {
        long startNanos = System.nanoTime();
        String where = workload.info().id() + " on " + accelerator.accelerator().id();
        Network network = workload.network();
        HardwareModel hardware = accelerator.hardware();
        Dataflow dataflow = accelerator.dataflow();
        Geometry geometry = hardware.geometry();
        WorkSchema schema = dataflow.schema(geometry);
        Map<Object, FutureTask<?>> sharedValues = shared.of(workload);
        List<LayerReference> reference = reference(workload, options, sharedValues);
        ExecutionPlan plan = plan(workload, accelerator);

        Activations activations =
                new Activations(workload, reference, accelerator.accelerator().id());
        TrafficLedger ledger = new TrafficLedger(network, plan.segments().size(), schema);
        List<Long> weightBytes = plan.segments().stream()
                .map(s -> dataflow.weightBytes(workload, s, geometry))
                .toList();
        MachineRun machine = hardware.begin(new RunRequest(network, plan, weightBytes, options.listener()), schema);
        for (int i = 0; i < plan.segments().size(); i++) {
            Segment segment = plan.segments().get(i);
            ledger.beginSegment(segment, machine.beginSegment(i));
            dataflow.execute(new Context(workload, geometry, segment, activations, ledger, sharedValues));
            machine.endSegment();
            activations.forgetUpTo(segment.layers().get(segment.layers().size() - 1));
        }
        MachineReport report = machine.finish();
        if (!activations.complete()) {
            throw new IsosException(ErrorCode.SIMULATION_FAILED, where + " did not give the outputs of all layers");
        }

        long performed = 0;
        ResultChecks checks = new ResultChecks(where);
        for (Layer layer : network.layers()) {
            checks.products(dataflow, layer, ledger.products(layer.index()), reference);
            performed += ledger.products(layer.index());
        }
        checks.machine(
                report,
                hardware,
                ledger.total().total(),
                performed,
                plan.segments().size());
        EnergyReport energy = accelerator.energy().estimate(hardware.components(), report.activity());
        long effectual = reference.isEmpty()
                ? (dataflow.effectualOnly() ? performed : -1)
                : reference.stream().mapToLong(LayerReference::effectualMacs).sum();
        return new RunResult(
                RunResult.SCHEMA_VERSION,
                new WorkloadSummary(
                        workload.info().id(),
                        network.name(),
                        workload.info().seed(),
                        workload.weightDensity(),
                        workload.info().source()),
                new AcceleratorSummary(
                        accelerator.accelerator().id(),
                        dataflow.id(),
                        hardware.spec().id(),
                        plan.policy()),
                report.cycles(),
                report.cycles() / hardware.clockHz(),
                new MacCounts(network.denseMacs(), effectual, performed),
                performed / ((double) hardware.peakMacsPerCycle() * Math.max(1, report.cycles())),
                ledger.total(),
                new Energy(
                        energy.energyPj(Category.MAC),
                        energy.energyPj(Category.SRAM),
                        energy.energyPj(Category.DRAM),
                        energy.energyPj(Category.OTHER),
                        energy.totalPj()),
                energy.areaMm2(),
                bound(report),
                !reference.isEmpty(),
                activations.outputSha256(),
                options.topClasses() > 0 ? predict(workload, activations, options.topClasses()) : List.of(),
                segments(network, plan, report, ledger),
                layers(workload, activations, report, ledger, reference, dataflow),
                energy.entries().stream()
                        .map(e -> new ComponentResult(
                                e.component(), e.category().name().toLowerCase(Locale.ROOT), e.energyPj(), e.areaMm2()))
                        .toList(),
                new Host((System.nanoTime() - startNanos) / 1e9, options.threads()),
                versions);
    }

    private static List<LayerReference> reference(
            Workload workload, RunOptions options, Map<Object, FutureTask<?>> sharedValues) {
        if (workload.hasReference() || !options.verify()) {
            return workload.reference();
        }
        LayerReference[] computed = SharedExecutions.get(
                sharedValues,
                ReferenceExecutor.class,
                LayerReference[].class,
                () -> ReferenceExecutor.execute(workload).toArray(LayerReference[]::new));
        return List.of(computed);
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

    private static List<SegmentResult> segments(
            Network network, ExecutionPlan plan, MachineReport report, TrafficLedger ledger) {
        List<SegmentResult> results = new ArrayList<>();
        for (int i = 0; i < plan.segments().size(); i++) {
            Segment segment = plan.segments().get(i);
            results.add(new SegmentResult(
                    segment.layers().stream().map(l -> network.layer(l).name()).toList(),
                    report.segments().get(i).cycles(),
                    ledger.segmentTraffic(i),
                    segment.onChipBytes(),
                    plan.limits().get(i)));
        }
        return results;
    }

    private static List<LayerResult> layers(
            Workload workload,
            Activations activations,
            MachineReport report,
            TrafficLedger ledger,
            List<LayerReference> reference,
            Dataflow dataflow) {
        List<LayerResult> results = new ArrayList<>();
        for (Layer layer : workload.network().layers()) {
            int i = layer.index();
            LayerTiming timing = report.layers().get(i);
            long performed = ledger.products(i);
            long effectual = reference.isEmpty()
                    ? (dataflow.effectualOnly() ? performed : -1)
                    : reference.get(i).effectualMacs();
            results.add(new LayerResult(
                    layer.name(),
                    layer.op().label(),
                    layer.outputShape().toString(),
                    workload.parameters()
                            .get(i)
                            .filters()
                            .map(FilterTensor::density)
                            .orElse(1.0),
                    inputDensity(workload.network(), activations, layer),
                    new MacCounts(layer.denseMacs(), effectual, performed),
                    timing.computeCycles(),
                    timing.startCycle(),
                    timing.endCycle(),
                    ledger.layerTraffic(i)));
        }
        return results;
    }

    private static double inputDensity(Network network, Activations activations, Layer layer) {
        double nonZeros = 0;
        long elements = 0;
        for (int input : layer.inputs()) {
            int size = network.shapeOf(input).elements();
            nonZeros += activations.density(input) * size;
            elements += size;
        }
        return nonZeros / elements;
    }

    /** The classes with the highest scores; ties by index. Empty when the output is not a vector. */
    private static List<Prediction> predict(Workload workload, Activations activations, int count) {
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

    /** What one segment's execution gets to see. */
    private record Context(
            Workload workload,
            Geometry geometry,
            Segment segment,
            Activations activations,
            WorkSink sink,
            Map<Object, FutureTask<?>> sharedValues)
            implements ExecutionContext {
        @Override
        public ActivationTensor activation(int layer) {
            return activations.get(layer);
        }

        @Override
        public void output(int layer, ActivationTensor tensor) {
            if (!segment.contains(layer)) {
                throw new IllegalStateException("layer " + layer + " is not of this segment");
            }
            activations.put(layer, tensor);
        }

        @Override
        public <T> T shared(Object key, Class<T> type, Supplier<T> compute) {
            return SharedExecutions.get(sharedValues, key, type, compute);
        }
    }
}
