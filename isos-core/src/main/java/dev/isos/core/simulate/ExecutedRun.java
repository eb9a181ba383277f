package dev.isos.core.simulate;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.TaskRunner;
import dev.isos.api.dataflow.UnitModel;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.ExecutingRun;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.law.RunLaws;
import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.Segment;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.MacCounts;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.core.simulate.StageTimes.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * A run that computes every output: segment by segment, and in each image by image, the dataflow executes, and the machine takes its
 * work items. Used once, by the thread that makes it.
 */
final class ExecutedRun {
    private final PlannedRun run;
    private final List<List<LayerReference>> references;
    private final StageTimes.Clock clock;
    private final int batch;
    private final boolean verify;
    private final Network network;
    private final HardwareModel hardware;
    private final Dataflow dataflow;
    private final WorkSchema schema;
    private final List<Segment> segments;
    private final RunLaws laws;
    private final TrafficLedger ledger;

    /** By image. */
    private final List<Activations> activations = new ArrayList<>();

    /**
     * @param references by image; empty ones to compare with nothing
     * @param clock of this thread
     */
    ExecutedRun(PlannedRun run, List<List<LayerReference>> references, StageTimes.Clock clock) {
        this.run = run;
        this.references = references;
        this.clock = clock;
        batch = references.size();
        verify = !references.get(0).isEmpty();
        network = run.network();
        hardware = run.hardware();
        dataflow = run.accelerator().dataflow();
        schema = dataflow.schema(hardware.geometry());
        segments = run.plan().plan().segments();
        laws = new RunLaws(run.where(), network, schema, hardware, dataflow.effectualOnly());
        ledger = new TrafficLedger(network, segments.size(), schema, hardware, laws);
        Workload laid = run.layout().workload();
        for (int image = 0; image < batch; image++) {
            activations.add(new Activations(
                    image == 0 ? laid : Images.laidOut(Images.of(run.workload(), image), laid),
                    run.workload().network(),
                    references.get(image),
                    run.accelerator().accelerator().id()));
        }
    }

    RunResult execute() {
        MachineRun machine = begin();
        feed(machine);
        clock.enter(Stage.TIME);
        MachineReport report = machine.finish();
        boolean executing = machine instanceof ExecutingRun;
        if (executing) {
            clock.enter(Stage.VERIFY);
            compare((ExecutingRun) machine);
            clock.enter(Stage.TIME);
        }
        if (!activations.stream().allMatch(Activations::complete)) {
            throw new IsosException(
                    ErrorCode.SIMULATION_FAILED, run.where() + " did not give the outputs of all layers");
        }
        return result(report, executing);
    }

    /** The machine's run, in which each segment comes once for every image. */
    private MachineRun begin() {
        Geometry geometry = hardware.geometry();
        Workload laid = run.layout().workload();
        List<Segment> fed = new ArrayList<>();
        List<String> limits = new ArrayList<>();
        List<Long> weightBytes = new ArrayList<>();
        for (Segment segment : segments) {
            boolean keeps = dataflow.keepsWeights(laid, segment, geometry);
            for (int image = 0; image < batch; image++) {
                fed.add(segment);
                limits.add("");
                weightBytes.add(image > 0 && keeps ? 0 : dataflow.weightBytes(laid, segment, geometry));
            }
        }
        RunRequest request = new RunRequest(
                network,
                new ExecutionPlan(run.plan().plan().policy(), fed, limits),
                weightBytes,
                laws.listener(BatchListener.of(run.options().listener(), batch)),
                batch);
        return run.accelerator().fidelity() == Fidelity.STEPPED
                ? hardware.stepped()
                        .orElseThrow(run::lacks)
                        .begin(
                                request,
                                schema,
                                activations.stream().map(Activations::workload).toList())
                : hardware.begin(request, schema);
    }

    /** Executes all segments; the machine takes the items of those that count. */
    private void feed(MachineRun machine) {
        StageTimes stages = run.options().stages();
        try (Processors processors = new Processors(run.options().processors(), stages)) {
            feed(machine, processors, new TimingStage(ledger, processors, schema, stages, clock));
        }
    }

    private void feed(MachineRun machine, Processors processors, TimingStage timing) {
        Workload laid = run.layout().workload();
        int next = 0;
        try {
            for (Segment segment : run.plan().all()) {
                boolean counts = next < segments.size() && segments.get(next) == segment;
                int index = counts ? next++ : -1;
                boolean keeps = batch > 1 && dataflow.keepsWeights(laid, segment, hardware.geometry());
                for (int image = 0; image < batch; image++) {
                    int number = image;
                    Activations mine = activations.get(image);
                    boolean weightsThere = keeps && image > 0;
                    if (counts) {
                        timing.beginSegment(at -> {
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
                            image == 0 ? run.layout().sharedValues() : new ConcurrentHashMap<>()));
                    timing.then(at -> {
                        Stage before = at.enter(Stage.VERIFY);
                        mine.check(segment);
                        at.enter(before);
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
    }

    /** Holds what the machine's datapath made to what the dataflow made, bit for bit. */
    private void compare(ExecutingRun machine) {
        for (int image = 0; image < batch; image++) {
            for (Segment segment : segments) {
                for (int layer : segment.layers()) {
                    if (!machine.output(image, layer)
                            .sha256()
                            .equals(activations.get(image).get(layer).sha256())) {
                        throw new IsosException(
                                ErrorCode.VERIFICATION_FAILED,
                                run.where() + ": the machine's datapath gave other outputs of layer "
                                        + network.layer(layer).name() + " than the dataflow");
                    }
                }
            }
        }
    }

    /** @param executing whether the machine computes outputs itself */
    private RunResult result(MachineReport fine, boolean executing) {
        ResultChecks checks = new ResultChecks(run.where());
        long[] effectual = effectualMacs(checks);
        long performed = segments.stream()
                .flatMap(segment -> segment.layers().stream())
                .mapToLong(ledger::products)
                .sum();
        checks.storage(segments);
        checks.machine(fine, hardware, ledger.total().total(), performed, segments.size() * batch);
        laws.finish(fine);
        MachineReport report = RunResults.ofBatch(fine, batch);
        StageTimes stages = run.options().stages();
        stages.addWorkItems(ledger.items());
        network.layers()
                .forEach(layer ->
                        stages.addOutputBytes((long) batch * layer.outputShape().elements()));
        EnergyByLayer energy = new EnergyByLayer(
                run.energyLaws(),
                run.accelerator().energy(),
                report,
                (layers, own) -> ledger.activity(layers).activity(run.where(), hardware, own, executing));
        boolean known = Arrays.stream(effectual).allMatch(count -> count >= 0);
        int topClasses = run.options().topClasses();
        return RunResults.result(
                run,
                report,
                ledger.activity().activity(run.where(), hardware, report, executing),
                new MacCounts(
                        batch * network.denseMacs(),
                        known ? Arrays.stream(effectual).sum() : -1,
                        performed),
                ledger.total(),
                verify,
                activations.get(0).outputSha256(),
                topClasses > 0 ? RunResults.predict(run.workload(), activations.get(0), topClasses) : List.of(),
                RunResults.segments(network, run.plan().plan(), report, ledger, energy),
                RunResults.layers(
                        run.workload(), activations, report, ledger, energy, effectual, hardware.peakMacsPerCycle()));
    }

    /** By layer, of all images; -1 where nobody knows. Checks those performed against them. */
    private long[] effectualMacs(ResultChecks checks) {
        long[] effectual = new long[network.size()];
        if (!verify && !dataflow.effectualOnly()) {
            Arrays.fill(effectual, -1);
        }
        for (List<LayerReference> reference : references) {
            for (int layer = 0; layer < reference.size(); layer++) {
                effectual[layer] += reference.get(layer).effectualMacs();
            }
        }
        for (Segment segment : segments) {
            boolean exact = dataflow.effectualOnly() && !dataflow.recomputes(segment);
            for (int layer : segment.layers()) {
                if (verify) {
                    checks.products(exact, network.layer(layer), ledger.products(layer), effectual[layer]);
                } else {
                    effectual[layer] = exact ? ledger.products(layer) : -1;
                }
            }
        }
        return effectual;
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
