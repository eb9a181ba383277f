package dev.isos.core.simulate;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.MapLayout;
import dev.isos.api.dataflow.TaskRunner;
import dev.isos.api.dataflow.UnitModel;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.EnergyReport;
import dev.isos.api.hardware.ExecutingRun;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SegmentEstimator;
import dev.isos.api.law.ActivityAccount;
import dev.isos.api.law.EnergyLaws;
import dev.isos.api.law.RunLaws;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.AcceleratorSummary;
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
import dev.isos.api.workload.GatheredOperands;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.core.plan.Explanations;
import dev.isos.core.plan.SegmentExplanation;
import dev.isos.core.simulate.StageTimes.Stage;
import dev.isos.support.reference.ReferenceExecutor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.Collectors;

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
        return pair(accelerator, List.of());
    }

    /**
     * Refuses an accelerator whose dataflow and hardware do not understand each other; else returns it.
     *
     * @param makers the plug-ins that the two are of, with their versions, for the refusal
     */
    public static ConfiguredAccelerator pair(ConfiguredAccelerator accelerator, Collection<String> makers) {
        Pairing.check(accelerator.accelerator().id(), accelerator.dataflow(), accelerator.hardware(), makers);
        new EnergyLaws("accelerator " + accelerator.accelerator().id(), accelerator.hardware())
                .components(accelerator.energy());
        return accelerator;
    }

    /** Forgets what runs on a workload have shared. */
    public void release(Workload workload) {
        if (GatheredOperands.needed(workload.network())) {
            shared.release(gathered(workload));
        }
        shared.release(workload);
    }

    /** The workload as dataflows see it: without layers that need a whole operand, of which the reference gives the values. */
    private Workload gathered(Workload workload) {
        if (!GatheredOperands.needed(workload.network())) {
            return workload;
        }
        return SharedExecutions.get(shared.of(workload), GatheredOperands.class, Workload.class, () -> {
            Set<Integer> operands = workload.network().layers().stream()
                    .map(GatheredOperands::operand)
                    .collect(Collectors.toSet());
            Map<Integer, ActivationTensor> outputs = new HashMap<>();
            List<LayerReference> reference = ReferenceExecutor.execute(workload, (layer, output) -> {
                if (operands.contains(layer.index())) {
                    outputs.put(layer.index(), output);
                }
            });
            return GatheredOperands.gather(
                    workload.hasReference() ? workload : workload.withReference(reference), outputs::get);
        });
    }

    /** Cuts a workload into segments; checks that every layer is in exactly one, in order. */
    public ExecutionPlan plan(Workload asked, ConfiguredAccelerator accelerator) {
        Workload workload = gathered(asked);
        Pairing.requireOperations(accelerator, workload);
        KnownPlans known =
                SharedExecutions.get(shared.of(workload), KnownPlans.class, KnownPlans.class, KnownPlans::new);
        PlanOf key = new PlanOf(
                accelerator.mapping(),
                accelerator.dataflow(),
                accelerator.hardware().geometry());
        ExecutionPlan before = known.get(key);
        if (before != null) {
            return before;
        }
        Planning planning = new Planning(workload, accelerator);
        ExecutionPlan plan = accelerator.mapping().plan(planning);
        if (!inOrder(plan, workload.network())) {
            throw new IsosException(
                    ErrorCode.PLUGIN_FAILURE,
                    "mapping policy " + accelerator.mapping().id() + " does not hold every layer of "
                            + workload.info().id() + " once and after those that it reads");
        }
        // estimates depend on more of the machine than its geometry
        if (planning.estimator == null) {
            known.put(key, plan);
        }
        return plan;
    }

    /** Whether a plan holds every layer once, ascending in each segment, and none before one that it reads. */
    private static boolean inOrder(ExecutionPlan plan, Network network) {
        BitSet done = new BitSet();
        int layers = 0;
        for (Segment segment : plan.segments()) {
            int last = -1;
            for (int index : segment.layers()) {
                boolean read = index > last
                        && index < network.size()
                        && network.layer(index).operands().stream()
                                .allMatch(operand -> Layer.isNetworkInput(operand) || done.get(operand));
                if (!read || done.get(index)) {
                    return false;
                }
                done.set(index);
                layers++;
                last = index;
            }
        }
        return layers == network.size();
    }

    /** What a plan depends on, beside the workload, if its policy asks for no estimates. */
    private record PlanOf(MappingPolicy policy, Dataflow dataflow, Geometry geometry) {}

    /** The last plans of a workload: machines that differ in bandwidth, clock or units only have the same. */
    private static final class KnownPlans {
        private static final int MOST = 64;

        private final Map<PlanOf, ExecutionPlan> plans = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<PlanOf, ExecutionPlan> eldest) {
                return size() > MOST;
            }
        };

        synchronized ExecutionPlan get(PlanOf key) {
            return plans.get(key);
        }

        synchronized void put(PlanOf key, ExecutionPlan plan) {
            plans.put(key, plan);
        }
    }

    /** Explains each segment of a plan. */
    public List<SegmentExplanation> explain(Workload workload, ConfiguredAccelerator accelerator, ExecutionPlan plan) {
        return Explanations.of(new Planning(gathered(workload), accelerator), plan);
    }

    /** A workload as the accelerator lays it out, and what executions of that layout share. */
    private record LaidOut(Workload workload, Map<Object, FutureTask<?>> sharedValues) {}

    private LaidOut layOut(Workload workload, ConfiguredAccelerator accelerator) {
        MapLayout layout = accelerator.dataflow().layout();
        Map<Object, FutureTask<?>> values = shared.of(workload);
        return SharedExecutions.get(values, layout, LaidOut.class, () -> {
            Workload laid = Relayout.of(workload, layout);
            return new LaidOut(laid, laid == workload ? values : new ConcurrentHashMap<>());
        });
    }

    /** Of one object: to compare workloads weight by weight would take longer than to count. */
    private record DensitiesOf(Workload laid) {
        @Override
        public boolean equals(Object other) {
            return other instanceof DensitiesOf densities && densities.laid == laid;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(laid);
        }
    }

    /** Densities of a workload as laid out; the reference is the model's, whose counts are the same in every layout. */
    private WorkloadDensities densities(Workload model, Workload laid) {
        Map<Object, FutureTask<?>> values = shared.of(model);
        return SharedExecutions.get(
                values,
                new DensitiesOf(laid),
                WorkloadDensities.class,
                () -> WorkloadDensities.of(laid, reference(model, true, values)));
    }

    /** What a mapping policy gets to see. Densities are found only if it asks for estimates. */
    private final class Planning implements PlanningContext {
        private final Workload model;
        private final Workload workload;
        private final ConfiguredAccelerator accelerator;
        private final Geometry geometry;
        private Optional<SegmentEstimator> estimator;

        Planning(Workload workload, ConfiguredAccelerator accelerator) {
            this.model = workload;
            this.workload = layOut(workload, accelerator).workload();
            this.accelerator = accelerator;
            this.geometry = accelerator.hardware().geometry();
        }

        @Override
        public Workload workload() {
            return workload;
        }

        @Override
        public MappingOutcome map(List<Integer> layers) {
            Optional<PlanRejection> refusal = PlanRejection.ofGathering(workload.network(), layers);
            return refusal.isPresent() ? refusal.get() : accelerator.dataflow().map(workload, layers, geometry);
        }

        @Override
        public Optional<SegmentEstimate> estimate(Segment segment, Optional<Segment> previous) {
            if (estimator == null) {
                estimator = accelerator
                        .hardware()
                        .analytical(accelerator.dataflow().id())
                        .map(analytical -> analytical.estimator(densities(model, workload)));
            }
            return estimator.map(e -> e.estimate(segment, previous));
        }

        @Override
        public OptionalDouble energyPj(Segment segment) {
            if (estimate(segment, Optional.empty()).isEmpty()) {
                return OptionalDouble.empty();
            }
            String where =
                    workload.info().id() + " on " + accelerator.accelerator().id();
            return OptionalDouble.of(new EnergyLaws(where, accelerator.hardware())
                    .estimate(
                            accelerator.energy(),
                            ActivityAccount.evaluate(
                                    where,
                                    accelerator.hardware(),
                                    estimator.orElseThrow().counts(segment)))
                    .totalPj());
        }
    }

    /** The result of an accelerator that executes nothing. */
    private RunResult estimate(
            Workload workload, ConfiguredAccelerator accelerator, RunOptions options, long startNanos) {
        Workload laid = layOut(workload, accelerator).workload();
        Network network = laid.network();
        HardwareModel hardware = accelerator.hardware();
        StageTimes.Clock clock = options.stages().clock(Stage.PLAN);
        CountedPlan counted = CountedPlan.of(plan(workload, accelerator), network, hardware);
        clock.enter(Stage.TIME);
        ExecutionPlan plan = counted.plan();
        String where = workload.info().id() + " on " + accelerator.accelerator().id();
        WorkloadDensities densities = densities(workload, laid);
        List<LayerReference> reference = reference(workload, true, shared.of(workload));
        SegmentEstimator estimator = hardware.analytical(accelerator.dataflow().id())
                .orElseThrow(() -> lacks(accelerator))
                .estimator(densities);
        List<SegmentEstimate> estimates = new ArrayList<>();
        EnergyLaws laws = new EnergyLaws(where, hardware);
        List<Energy> energy = new ArrayList<>();
        Map<String, Long> counts = new HashMap<>();
        Optional<Segment> previous = Optional.empty();
        for (Segment segment : plan.segments()) {
            estimates.add(estimator.estimate(segment, previous));
            Map<String, Long> expected = estimator.counts(segment);
            expected.forEach((name, count) -> counts.merge(name, count, Long::sum));
            energy.add(EnergyByLayer.energy(
                    laws.estimate(accelerator.energy(), ActivityAccount.evaluate(where, hardware, expected))));
            previous = Optional.of(segment);
        }
        AnalyticalRun run = new AnalyticalRun(network, plan, estimates, counts);
        MachineReport report = run.report();
        long products = run.products();
        ResultChecks checks = new ResultChecks(where);
        checks.storage(plan.segments());
        checks.machine(
                report,
                hardware,
                run.traffic().total(),
                products,
                plan.segments().size());
        RunResult result = result(
                workload,
                accelerator,
                report,
                ActivityAccount.evaluate(where, hardware, counts),
                new MacCounts(
                        network.denseMacs(),
                        reference.stream()
                                .mapToLong(LayerReference::effectualMacs)
                                .sum(),
                        products),
                run.traffic(),
                plan.policy(),
                false,
                null,
                List.of(),
                run.segments(energy),
                counted.leftOut(),
                run.layers(workload, densities, reference, report, hardware.peakMacsPerCycle()),
                new Host((System.nanoTime() - startNanos) / 1e9, options.threads()));
        clock.enter(Stage.TIME);
        return result;
    }

    /** Simulates. */
    public RunResult run(Workload asked, ConfiguredAccelerator accelerator, RunOptions options) {
        long startNanos = System.nanoTime();
        StageTimes stages = options.stages();
        int batch = accelerator.hardware().spec().batch();
        Images.check(asked, batch);
        Workload workload = gathered(asked);
        if (accelerator.fidelity() == Fidelity.ANALYTICAL) {
            if (batch > 1) {
                throw IsosException.unsupported("'batch' is " + batch + ", but the analytical fidelity of accelerator "
                        + accelerator.accelerator().id() + " estimates one image; use another fidelity");
            }
            return estimate(workload, accelerator, options, startNanos);
        }
        StageTimes.Clock clock = stages.clock(Stage.EXECUTE);
        String where = workload.info().id() + " on " + accelerator.accelerator().id();
        LaidOut layout = layOut(workload, accelerator);
        Workload laid = layout.workload();
        Network network = laid.network();
        HardwareModel hardware = accelerator.hardware();
        Dataflow dataflow = accelerator.dataflow();
        Geometry geometry = hardware.geometry();
        WorkSchema schema = dataflow.schema(geometry);
        clock.enter(Stage.VERIFY);
        boolean verify = options.verify() || workload.hasReference();
        List<List<LayerReference>> references = new ArrayList<>();
        for (int image = 0; image < batch; image++) {
            references.add(reference(workload, image, verify));
        }
        clock.enter(Stage.PLAN);
        CountedPlan counted = CountedPlan.of(plan(workload, accelerator), network, hardware);
        ExecutionPlan plan = counted.plan();
        clock.enter(Stage.EXECUTE);

        List<Activations> activations = new ArrayList<>();
        for (int image = 0; image < batch; image++) {
            activations.add(new Activations(
                    image == 0 ? laid : Images.laidOut(Images.of(workload, image), laid),
                    workload.network(),
                    references.get(image),
                    accelerator.accelerator().id(),
                    clock));
        }
        RunLaws laws = new RunLaws(where, network, schema, hardware, dataflow.effectualOnly());
        TrafficLedger ledger = new TrafficLedger(network, plan.segments().size(), schema, hardware, laws);
        List<Segment> fed = new ArrayList<>();
        List<String> limits = new ArrayList<>();
        List<Long> weightBytes = new ArrayList<>();
        for (Segment segment : plan.segments()) {
            boolean keeps = dataflow.keepsWeights(laid, segment, geometry);
            for (int image = 0; image < batch; image++) {
                fed.add(segment);
                limits.add("");
                weightBytes.add(image > 0 && keeps ? 0 : dataflow.weightBytes(laid, segment, geometry));
            }
        }
        RunRequest request = new RunRequest(
                network,
                new ExecutionPlan(plan.policy(), fed, limits),
                weightBytes,
                laws.listener(BatchListener.of(options.listener(), batch)),
                batch);
        MachineRun machine = accelerator.fidelity() == Fidelity.STEPPED
                ? hardware.stepped()
                        .orElseThrow(() -> lacks(accelerator))
                        .begin(
                                request,
                                schema,
                                activations.stream().map(Activations::workload).toList())
                : hardware.begin(request, schema);
        Processors processors = new Processors(options.processors(), stages);
        TimingStage timing = new TimingStage(ledger, processors, schema, stages);
        int next = 0;
        try {
            for (Segment segment : counted.all()) {
                boolean counts =
                        next < plan.segments().size() && plan.segments().get(next) == segment;
                int index = counts ? next++ : -1;
                boolean keeps = batch > 1 && dataflow.keepsWeights(laid, segment, geometry);
                for (int image = 0; image < batch; image++) {
                    int number = image;
                    Activations mine = activations.get(image);
                    boolean weightsThere = keeps && image > 0;
                    if (counts) {
                        timing.beginSegment(() -> {
                            laws.beginSegment(segment, number, weightsThere);
                            ledger.beginSegment(
                                    segment, index, weightsThere, machine.beginSegment(index * batch + number));
                        });
                    }
                    dataflow.execute(new Context(
                            mine.workload(),
                            hardware,
                            segment,
                            mine,
                            counts ? timing : new Discard(),
                            processors,
                            // what is shared is of the first image; of the others nothing is kept beyond the segment
                            image == 0 ? layout.sharedValues() : new ConcurrentHashMap<>()));
                    timing.then(() -> {
                        if (counts) {
                            machine.endSegment();
                            laws.compulsory(mine.workload(), mine::get);
                            laws.endSegment();
                        }
                        if (!(machine instanceof ExecutingRun)) {
                            mine.forgetAfter(segment);
                        }
                    });
                }
            }
            timing.end(null);
        } catch (RuntimeException | Error e) {
            timing.end(e);
        }
        clock.enter(Stage.TIME);
        MachineReport fine = machine.finish();
        if (machine instanceof ExecutingRun executing) {
            clock.enter(Stage.VERIFY);
            for (int image = 0; image < batch; image++) {
                for (Segment segment : plan.segments()) {
                    compare(executing, image, segment, activations.get(image), network, where);
                }
            }
            clock.enter(Stage.TIME);
        }
        if (!activations.stream().allMatch(Activations::complete)) {
            throw new IsosException(ErrorCode.SIMULATION_FAILED, where + " did not give the outputs of all layers");
        }

        // by layer, of all images
        long[] effectuals = new long[network.size()];
        if (!verify && !dataflow.effectualOnly()) {
            Arrays.fill(effectuals, -1);
        }
        for (List<LayerReference> reference : references) {
            for (int layer = 0; layer < reference.size(); layer++) {
                effectuals[layer] += reference.get(layer).effectualMacs();
            }
        }
        long performed = 0;
        ResultChecks checks = new ResultChecks(where);
        for (Segment segment : plan.segments()) {
            boolean exact = dataflow.effectualOnly() && !dataflow.recomputes(segment);
            for (int layer : segment.layers()) {
                if (verify) {
                    checks.products(exact, network.layer(layer), ledger.products(layer), effectuals[layer]);
                } else {
                    effectuals[layer] = exact ? ledger.products(layer) : -1;
                }
                performed += ledger.products(layer);
            }
        }
        checks.storage(plan.segments());
        checks.machine(fine, hardware, ledger.total().total(), performed, fed.size());
        laws.finish(fine);
        MachineReport report = RunResults.ofBatch(fine, batch);
        boolean known = Arrays.stream(effectuals).allMatch(count -> count >= 0);
        long effectual = known ? Arrays.stream(effectuals).sum() : -1;
        stages.addWorkItems(ledger.items());
        network.layers()
                .forEach(layer ->
                        stages.addOutputBytes((long) batch * layer.outputShape().elements()));
        boolean executing = machine instanceof ExecutingRun;
        EnergyByLayer energy = new EnergyByLayer(
                new EnergyLaws(where, hardware),
                accelerator.energy(),
                report,
                (layers, own) -> ledger.activity(layers).activity(where, hardware, own, executing));
        RunResult result = result(
                workload,
                accelerator,
                report,
                ledger.activity().activity(where, hardware, report, executing),
                new MacCounts(batch * network.denseMacs(), effectual, performed),
                ledger.total(),
                plan.policy(),
                verify,
                activations.get(0).outputSha256(),
                options.topClasses() > 0
                        ? RunResults.predict(workload, activations.get(0), options.topClasses())
                        : List.of(),
                RunResults.segments(network, plan, report, ledger, energy),
                counted.leftOut(),
                RunResults.layers(
                        workload,
                        activations,
                        report,
                        ledger,
                        energy,
                        effectuals,
                        accelerator.hardware().peakMacsPerCycle()),
                new Host((System.nanoTime() - startNanos) / 1e9, options.threads()));
        clock.enter(Stage.TIME);
        return result;
    }

    private static IsosException lacks(ConfiguredAccelerator accelerator) {
        return new IsosException(
                ErrorCode.INFEASIBLE,
                "accelerator " + accelerator.accelerator().id() + ": the hardware "
                        + accelerator.hardware().spec().model() + " has no "
                        + accelerator.fidelity().id() + " fidelity for the dataflow "
                        + accelerator.dataflow().id());
    }

    private RunResult result(
            Workload workload,
            ConfiguredAccelerator accelerator,
            MachineReport report,
            List<ActivityCount> activity,
            MacCounts macs,
            Traffic traffic,
            String policy,
            boolean verified,
            String outputSha256,
            List<Prediction> prediction,
            List<SegmentResult> segments,
            List<String> leftOut,
            List<LayerResult> layers,
            Host host) {
        HardwareModel hardware = accelerator.hardware();
        EnergyLaws laws = new EnergyLaws(
                workload.info().id() + " on " + accelerator.accelerator().id(), hardware);
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
                        policy,
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
                RunResults.bound(report),
                verified,
                outputSha256,
                prediction,
                segments,
                leftOut,
                Relayout.choices(
                        workload.network(),
                        layOut(workload, accelerator).workload().network()),
                layers,
                energy.entries().stream()
                        .map(e -> new ComponentResult(
                                e.component(), e.category().name().toLowerCase(Locale.ROOT), e.energyPj(), e.areaMm2()))
                        .toList(),
                host,
                versions);
    }

    /** Holds what the machine's datapath made to what the dataflow made, bit for bit. */
    private static void compare(
            ExecutingRun machine, int image, Segment segment, Activations activations, Network network, String where) {
        for (int layer : segment.layers()) {
            if (!machine.output(image, layer)
                    .sha256()
                    .equals(activations.get(layer).sha256())) {
                throw new IsosException(
                        ErrorCode.VERIFICATION_FAILED,
                        where + ": the machine's datapath gave other outputs of layer "
                                + network.layer(layer).name() + " than the dataflow");
            }
        }
    }

    /** Names the reference of a further image of a batch among the values of a workload. */
    private record ReferenceOf(int image) {}

    /** The reference of an image of a batch; empty unless it is to be compared with. */
    private List<LayerReference> reference(Workload workload, int image, boolean compare) {
        if (image == 0 || !compare) {
            return reference(workload, compare, shared.of(workload));
        }
        return List.of(SharedExecutions.get(
                shared.of(workload),
                new ReferenceOf(image),
                LayerReference[].class,
                () -> ReferenceExecutor.execute(Images.of(workload, image)).toArray(LayerReference[]::new)));
    }

    private static List<LayerReference> reference(
            Workload workload, boolean compute, Map<Object, FutureTask<?>> sharedValues) {
        if (workload.hasReference() || !compute) {
            return workload.reference();
        }
        LayerReference[] computed = SharedExecutions.get(
                sharedValues,
                ReferenceExecutor.class,
                LayerReference[].class,
                () -> ReferenceExecutor.execute(workload).toArray(LayerReference[]::new));
        return List.of(computed);
    }

    /** Numbers the items of a segment that is left out, and forgets them. */
    private static final class Discard implements WorkSink {
        private int items;

        @Override
        public int accept(WorkItem item) {
            return items++;
        }
    }

    /** What one segment's execution gets to see. */
    private record Context(
            Workload workload,
            HardwareModel hardware,
            Segment segment,
            Activations activations,
            WorkSink sink,
            Processors processors,
            Map<Object, FutureTask<?>> sharedValues)
            implements ExecutionContext {
        @Override
        public Geometry geometry() {
            return hardware.geometry();
        }

        @Override
        public <T extends UnitModel> T unitModel(Class<T> type) {
            return type.cast(hardware.unitModel().orElseThrow());
        }

        @Override
        public TaskRunner tasks() {
            return processors::parallel;
        }

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
