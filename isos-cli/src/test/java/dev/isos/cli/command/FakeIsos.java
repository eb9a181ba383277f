package dev.isos.cli.command;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.result.RunResult;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.unit.Quantity;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.plugin.ContributionKind;
import dev.isos.core.plugin.PluginInfo;
import dev.isos.core.plugin.PluginProblem;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.core.text.Nearest;
import dev.isos.study.evaluation.Evaluation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** A platform whose numbers are formulas of workload and accelerator, and which remembers what it was asked. */
final class FakeIsos implements Platform {
    static final int CLASSES = 10;
    /** Seed of workloads that cannot be exported. */
    static final int REFUSED_SEED = 13;
    /** Accelerators in the order of their speed here, fastest first. */
    static final List<String> ACCELERATORS = List.of(
            "isosceles",
            "isosceles-single",
            "sparten",
            "fused-layer",
            "isosceles-optimal",
            "sparten-ideal",
            "fused-layer-ideal",
            "scnn",
            "structured",
            "systolic-os",
            "systolic-ws",
            "systolic-is");

    static final List<String> WORKLOADS = Evaluation.builtIn().workloads();

    // Made once: mocks take long.
    private static final Dataflow DATAFLOW = mock();
    private static final HardwareModelFactory FACTORY = mock();
    private static final HardwareModelFactory DENSE_FACTORY = mock();
    private static final EnergyModel ENERGY = mock();
    private static final MappingPolicy POLICY = mock();
    private static final HardwareModel HARDWARE = mock();
    private static final HardwareModel DENSE_HARDWARE = mock();
    private static final NetworkImporter IMPORTER = mock();

    private static final HardwareParameter LANES =
            HardwareParameter.number("lanes", Quantity.COUNT, "64", "1", "4096", "lanes", "nowhere");
    private static final HardwareParameter FILTER_BUFFER =
            HardwareParameter.number("filterBuffer", Quantity.BYTES, "1 MiB", "1 KiB", "1 GiB", "a buffer", "nowhere");
    private static final HardwareParameter SCHEDULING =
            HardwareParameter.text("scheduling", "dynamic", List.of("dynamic", "static"), "what is next", "nowhere");

    private static final HardwareParameter POOLINGS =
            HardwareParameter.text("poolings", "left-out", List.of("left-out", "counted"), "what counts", "nowhere");

    static {
        when(DATAFLOW.id()).thenReturn("df");
        when(DATAFLOW.description()).thenReturn("a dataflow");
        when(FACTORY.id()).thenReturn("hw");
        when(FACTORY.description()).thenReturn("a machine");
        when(FACTORY.parameters()).thenReturn(List.of(LANES, FILTER_BUFFER, SCHEDULING, POOLINGS));
        when(DENSE_FACTORY.id()).thenReturn("dense-hw");
        when(DENSE_FACTORY.description()).thenReturn("a dense machine");
        when(DENSE_FACTORY.parameters()).thenReturn(List.of(LANES));
        when(ENERGY.id()).thenReturn("horowitz-45nm");
        when(ENERGY.description()).thenReturn("energy");
        when(POLICY.id()).thenReturn("block");
        when(POLICY.description()).thenReturn("blocks");
        when(FACTORY.create(any())).thenReturn(HARDWARE);
        when(HARDWARE.activities())
                .thenReturn(List.of(new Activity("macs", "multiply-accumulate", "products + operands")));
        when(HARDWARE.clockHz()).thenReturn(1e9);
        when(HARDWARE.spec()).thenReturn(new HardwareSpec("hw", "hw", Map.of(), Map.of()));
        when(DENSE_HARDWARE.clockHz()).thenReturn(1e9);
        when(DENSE_HARDWARE.spec()).thenReturn(new HardwareSpec("dense-hw", "dense-hw", Map.of(), Map.of()));
        when(DENSE_HARDWARE.peakMacsPerCycle()).thenReturn(4096L);
        when(DENSE_HARDWARE.offChipBytesPerCycle()).thenReturn(128.0);
        when(HARDWARE.peakMacsPerCycle()).thenReturn(4096L);
        when(HARDWARE.offChipBytesPerCycle()).thenReturn(128.0);
        when(IMPORTER.id()).thenReturn("fake");
        when(IMPORTER.description()).thenReturn("files that end in .fake");
        when(IMPORTER.declines(any())).thenAnswer(call -> {
            Path file = call.getArgument(0);
            return file.toString().endsWith(".fake") ? Optional.empty() : Optional.of("it does not end in .fake");
        });
    }

    final List<PluginProblem> problems = new ArrayList<>();
    final List<WorkloadRequest> requests = Collections.synchronizedList(new ArrayList<>());
    final List<RunOptions> runs = Collections.synchronizedList(new ArrayList<>());
    final List<AcceleratorRequest> accelerators = new ArrayList<>();
    final Map<String, Throwable> failures = new ConcurrentHashMap<>();
    /** Of runs, by workload; those above are of the workloads themselves. */
    final Map<String, IsosException> failuresOfRuns = new ConcurrentHashMap<>();
    /** Threads that ran each workload. */
    final Map<String, Set<Thread>> threads = new ConcurrentHashMap<>();

    private final Set<Workload> alive = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    boolean verified = true;
    boolean classifier = true;

    /** Workloads that were made and not released. */
    int unreleased() {
        return alive.size();
    }

    @Override
    public List<PluginInfo> plugins() {
        return List.of(
                new PluginInfo("fake", "1.2.3", "class path", Map.of(ContributionKind.MAPPING, List.of("block"))));
    }

    @Override
    public List<PluginProblem> pluginProblems() {
        return problems;
    }

    @Override
    public Map<String, Accelerator> accelerators() {
        Map<String, Accelerator> all = new TreeMap<>();
        ACCELERATORS.forEach(
                id -> all.put(id, new Accelerator(id, "A fake, with \"quotes\"", "df", model(id), "block")));
        return all;
    }

    private static String model(String accelerator) {
        return accelerator.equals("fused-layer") ? "dense-hw" : "hw";
    }

    @Override
    public Map<String, Dataflow> dataflows() {
        return Map.of("df", DATAFLOW);
    }

    @Override
    public Map<String, HardwareModelFactory> hardware() {
        return new TreeMap<>(Map.of("hw", FACTORY, "dense-hw", DENSE_FACTORY));
    }

    @Override
    public Map<String, EnergyModel> energyModels() {
        return Map.of("horowitz-45nm", ENERGY, "published-14nm", ENERGY);
    }

    @Override
    public Map<String, MappingPolicy> mappingPolicies() {
        return Map.of("block", POLICY);
    }

    @Override
    public Map<String, NetworkImporter> importers() {
        return Map.of("fake", IMPORTER);
    }

    @Override
    public Map<String, WorkloadExporter> exporters() {
        return Map.of("fake", new FakeExporter());
    }

    /** Writes the id of the workload, or fails when the workload says so. */
    private record FakeExporter() implements WorkloadExporter {
        @Override
        public String id() {
            return "fake";
        }

        @Override
        public String description() {
            return "files that end in .fake";
        }

        @Override
        public String fileExtension() {
            return ".fake";
        }

        @Override
        public void write(Workload workload, OutputStream out) throws IOException {
            out.write(workload.info().id().getBytes(StandardCharsets.UTF_8));
            if (workload.info().seed() == REFUSED_SEED) {
                throw IsosException.unsupported("layer conv0 has no such form");
            }
        }
    }

    @Override
    public List<WorkloadDescriptor> workloads() {
        return WORKLOADS.stream()
                .map(id -> new WorkloadDescriptor(id, "resnet50", 0.8127, "A network", "a paper"))
                .toList();
    }

    @Override
    public Workload workload(String idOrFile, WorkloadRequest request) {
        requests.add(request);
        if (failures.get(idOrFile) instanceof RuntimeException e) {
            throw e;
        }
        if (failures.get(idOrFile) instanceof Error e) {
            throw e;
        }
        if (!WORKLOADS.contains(idOrFile)) {
            Path file = Path.of(idOrFile);
            if (!Files.isRegularFile(file)) {
                throw IsosException.badInput("unknown workload '" + idOrFile + "'" + Nearest.hint(idOrFile, WORKLOADS));
            }
            if (!idOrFile.endsWith(".fake")) {
                throw IsosException.badInput("no importer understands " + file);
            }
        }
        WorkloadBuilder builder = new WorkloadBuilder("tiny", 1, new FeatureMapShape(3, 4, 4), false, 0.5);
        int first = builder.convolution(Layer.NETWORK_INPUT, 4, 1, Window.square(3, 1, 1), 0.5);
        builder.convolution(first, CLASSES, 1, Window.square(classifier ? 4 : 2, 1, 0), 0.5);
        Workload built = builder.build();
        Workload workload = new Workload(
                new WorkloadInfo(idOrFile, "tiny", request.seed(), "a fake", 1f),
                built.network(),
                built.parameters(),
                built.input(),
                List.of());
        alive.add(workload);
        return workload;
    }

    @Override
    public ConfiguredAccelerator accelerator(AcceleratorRequest request) {
        accelerators.add(request);
        Accelerator accelerator = accelerators().get(request.id());
        if (accelerator == null) {
            throw IsosException.badInput(
                    "unknown accelerator '" + request.id() + "'" + Nearest.hint(request.id(), ACCELERATORS));
        }
        Map<String, String> changes = new TreeMap<>();
        for (String override : request.overrides()) {
            changes.put(override.substring(0, override.indexOf('=')), override.substring(override.indexOf('=') + 1));
        }
        HardwareModel machine = model(request.id()).equals("hw") ? HARDWARE : DENSE_HARDWARE;
        return new ConfiguredAccelerator(
                accelerator, DATAFLOW, machine, POLICY, request.fidelity(), ENERGY, request.name(), changes);
    }

    @Override
    public ExecutionPlan plan(Workload workload, ConfiguredAccelerator accelerator) {
        Segment both = new Segment(
                List.of(0, 1),
                List.of(new LayerMapping(0, Map.of("kSplit", 2)), new LayerMapping(1, Map.of("kSplit", 1))),
                List.of(new StorageDemand("filterBuffer", 700, 1024, 1), new StorageDemand("contexts", 4, 16, 64)),
                List.of());
        return new ExecutionPlan("block", List.of(both), List.of("the network ends here"));
    }

    /** Whether a workload, or the one that it is a part of, has not been released. */
    private boolean isAlive(Workload workload) {
        synchronized (alive) {
            return alive.stream().anyMatch(each -> each.info() == workload.info());
        }
    }

    @Override
    public RunResult run(Workload workload, ConfiguredAccelerator accelerator, RunOptions options) {
        // A run after a release shares anew, and is to be released again.
        if (!isAlive(workload)) {
            alive.add(workload);
        }
        if (accelerator.changes().containsValue("1")) {
            throw new IsosException(ErrorCode.INFEASIBLE, "conv0 does not fit");
        }
        String id = workload.info().id();
        if (failuresOfRuns.containsKey(id)) {
            throw failuresOfRuns.get(id);
        }
        runs.add(options);
        threads.computeIfAbsent(id, key -> ConcurrentHashMap.newKeySet()).add(Thread.currentThread());
        String name = accelerator.accelerator().id();
        int rank = ACCELERATORS.indexOf(name) + 1;
        int size = 1 + Math.max(0, WORKLOADS.indexOf(id));
        if (options.listener().wantsSlices()) {
            options.listener().onSlice("lane 0/\"front\"", 0, "frontend", 0, 3);
            options.listener().onSlice("dram", 1, "read", 2, 2002);
            options.listener().onSlice("dram", 1, "read", 2002, 2003);
            options.listener().onSegmentEnd(0, 2003);
        }
        long lanes = Long.parseLong(accelerator.changes().getOrDefault("lanes", "64"));
        long cycles = 1_234_567L * rank * size * 64 / lanes;
        RunResult.Traffic traffic = new RunResult.Traffic(1_000L * rank, 2_000L * size, 30_000L * rank * rank, 7);
        RunResult.MacCounts macs = new RunResult.MacCounts(40_000_000, 5_000_000, 5_000_000);
        return new RunResult(
                RunResult.SCHEMA_VERSION,
                new RunResult.WorkloadSummary(
                        id,
                        workload.network().name(),
                        workload.info().seed(),
                        0.1873,
                        workload.info().source()),
                new RunResult.AcceleratorSummary(
                        name,
                        "df",
                        name + "-hw",
                        "block",
                        accelerator.fidelity().id(),
                        "horowitz-45nm",
                        accelerator.name(),
                        accelerator.changes()),
                cycles,
                cycles / 1e9,
                macs,
                0.4 / rank,
                traffic,
                new RunResult.Energy(1.5e6 * rank, 2e6, 3e6, 0.1e6, 1.5e6 * rank + 2e6 + 3e6 + 0.1e6),
                12.25,
                new RunResult.Bound(0.25, 0.625, 0.125),
                verified,
                "0123456789abcdef".repeat(4),
                IntStream.range(0, options.topClasses())
                        .mapToObj(k -> new RunResult.Prediction(CLASSES - 1 - k, null, 9.5 - k))
                        .toList(),
                List.of(new RunResult.SegmentResult(
                        List.of("conv0", "conv1"),
                        cycles,
                        traffic,
                        new RunResult.Energy(1.5e6 * rank, 2e6, 3e6, 0.1e6, 1.5e6 * rank + 5.1e6),
                        4096,
                        "the network ends here")),
                List.of(),
                List.of(),
                List.of(
                        new RunResult.LayerResult(
                                "conv0",
                                "convolution",
                                "4x4x4",
                                "1x4x4",
                                "4x1x1x1",
                                List.of(-1),
                                null,
                                0.5,
                                0.25,
                                macs,
                                17,
                                0.5,
                                0,
                                20,
                                traffic,
                                null),
                        new RunResult.LayerResult(
                                "conv1",
                                "convolution",
                                "10x1x1",
                                "4x4x4",
                                "10x4x4x4",
                                List.of(0),
                                null,
                                0.5,
                                0.1,
                                macs,
                                19,
                                0.25,
                                3,
                                40,
                                traffic,
                                null)),
                List.of(new RunResult.ComponentResult("filterBuffer", "sram", 2e6, 3.5)),
                new RunResult.Host(0.01, options.threads()),
                new LinkedHashMap<>(Map.of("fake", "1.2.3")));
    }

    @Override
    public void release(Workload workload) {
        alive.remove(workload);
    }
}
