package dev.isos.core;

import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Stage;
import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.api.workload.WorkloadSource;
import dev.isos.core.plan.PlanFile;
import dev.isos.core.plan.SegmentExplanation;
import dev.isos.core.plugin.ContributionKind;
import dev.isos.core.plugin.Contributions;
import dev.isos.core.plugin.Contributions.OfferedWorkload;
import dev.isos.core.plugin.PluginBlame;
import dev.isos.core.plugin.PluginInfo;
import dev.isos.core.plugin.PluginLoader;
import dev.isos.core.plugin.PluginProblem;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.core.simulate.Simulator;
import dev.isos.core.spec.CompleteHardware;
import dev.isos.core.spec.HardwareSpecReader;
import dev.isos.core.spec.ParameterValue;
import dev.isos.core.text.Nearest;
import dev.isos.support.reference.ReferenceExecutor;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The assembled platform. */
public final class IsosPlatform implements Platform {
    private final Contributions contributions;
    private final Map<String, Dataflow> dataflows;
    private final Map<String, EnergyModel> energyModels;
    private final Map<String, MappingPolicy> mappingPolicies;
    private final Map<String, Accelerator> accelerators;
    private final Map<String, NetworkImporter> importers;
    private final Map<String, WorkloadExporter> exporters;
    private final HardwareSpecReader specReader;
    private final Simulator simulator;
    /** Where workloads came from that carry a reference, by object, until they are released. */
    private final Map<Workload, Path> fileOf = Collections.synchronizedMap(new IdentityHashMap<>());

    @Inject
    IsosPlatform(Contributions contributions, HardwareSpecReader specReader, Simulator simulator) {
        this.contributions = contributions;
        this.specReader = specReader;
        this.simulator = simulator;
        dataflows = byId(Dataflow.class);
        energyModels = byId(EnergyModel.class);
        mappingPolicies = byId(MappingPolicy.class);
        accelerators = byId(Accelerator.class);
        importers = byId(NetworkImporter.class);
        exporters = byId(WorkloadExporter.class);
    }

    private <T> Map<String, T> byId(Class<T> type) {
        return Collections.unmodifiableMap(contributions.of(type));
    }

    /**
     * Finds all plug-ins and assembles the platform.
     *
     * @param pluginFolder folder with further plug-ins, see {@link PluginLoader#load}
     */
    public static Platform load(Optional<Path> pluginFolder) {
        return assemble(PluginLoader.load(pluginFolder));
    }

    /**
     * Finds all plug-ins and assembles the platform.
     *
     * @param pluginFolder folder with further plug-ins, see {@link PluginLoader#load}
     * @param limit how long each plug-in may take to register, see {@link PluginLoader#load(Optional, Duration)}
     */
    public static Platform load(Optional<Path> pluginFolder, Duration limit) {
        return assemble(PluginLoader.load(pluginFolder, limit));
    }

    /**
     * Finds all plug-ins and assembles the platform from them and others.
     *
     * @param pluginFolder folder with further plug-ins, see {@link PluginLoader#load}
     * @param given plug-ins at hand; they come last
     */
    public static Platform load(Optional<Path> pluginFolder, List<IsosPlugin> given) {
        return assemble(PluginLoader.load(pluginFolder, given));
    }

    /** Assembles the platform from contributions; for tests. */
    static Platform assemble(Contributions contributions) {
        return Guice.createInjector(Stage.DEVELOPMENT, new PlatformModule(contributions))
                .getInstance(Platform.class);
    }

    @Override
    public List<PluginInfo> plugins() {
        return contributions.plugins();
    }

    @Override
    public List<PluginProblem> pluginProblems() {
        return contributions.problems();
    }

    @Override
    public Map<String, Accelerator> accelerators() {
        return accelerators;
    }

    @Override
    public Map<String, Dataflow> dataflows() {
        return dataflows;
    }

    @Override
    public Map<String, HardwareModelFactory> hardware() {
        return specReader.models();
    }

    @Override
    public Map<String, EnergyModel> energyModels() {
        return energyModels;
    }

    @Override
    public Map<String, MappingPolicy> mappingPolicies() {
        return mappingPolicies;
    }

    @Override
    public Map<String, NetworkImporter> importers() {
        return importers;
    }

    @Override
    public Map<String, WorkloadExporter> exporters() {
        return exporters;
    }

    @Override
    public List<WorkloadDescriptor> workloads() {
        return contributions.workloads().values().stream()
                .map(OfferedWorkload::descriptor)
                .toList();
    }

    @Override
    public Workload workload(String idOrFile, WorkloadRequest request) {
        OfferedWorkload offered = contributions.workloads().get(WorkloadSource.withoutVariant(idOrFile));
        if (offered != null) {
            return guarded(() -> given(offered.source().create(idOrFile, request), "workload"), () -> List.of(offered));
        }
        Path file = asFile(idOrFile);
        List<String> reasons = new ArrayList<>();
        for (NetworkImporter importer : importers.values()) {
            Optional<String> reason = importer.declines(file);
            if (reason.isEmpty()) {
                Workload loaded =
                        guarded(() -> given(importer.load(file, request), "workload"), () -> List.of(importer));
                if (loaded.hasReference()) {
                    fileOf.put(loaded, file);
                }
                return loaded;
            }
            reasons.add(importer.id() + ": " + reason.get());
        }
        throw IsosException.badInput("no importer understands " + file + " (" + String.join("; ", reasons) + ")");
    }

    @Override
    public Set<WorkloadRequest.Part> uses(String idOrFile, WorkloadRequest request) {
        OfferedWorkload offered = contributions.workloads().get(WorkloadSource.withoutVariant(idOrFile));
        if (offered != null) {
            return guarded(() -> given(offered.source().uses(), "answer"), () -> List.of(offered));
        }
        try {
            Path file = Path.of(idOrFile);
            if (Files.isRegularFile(file) && Files.isReadable(file)) {
                for (NetworkImporter importer : importers.values()) {
                    if (importer.declines(file).isEmpty()) {
                        return guarded(() -> given(importer.uses(request), "answer"), () -> List.of(importer));
                    }
                }
            }
        } catch (InvalidPathException e) {
            // not a path on this machine: workload() tells
        }
        return EnumSet.allOf(WorkloadRequest.Part.class);
    }

    private Path asFile(String idOrFile) {
        try {
            Path file = Path.of(idOrFile);
            if (Files.isRegularFile(file)) {
                if (!Files.isReadable(file)) {
                    throw IsosException.badInput("model file " + file + " cannot be read");
                }
                return file;
            }
        } catch (InvalidPathException e) {
            // Not a path on this machine, so it can only have been meant as an id.
        }
        requireNotRefused(ContributionKind.WORKLOAD, WorkloadSource.withoutVariant(idOrFile));
        throw IsosException.badInput("unknown workload '" + idOrFile + "': neither a built-in workload nor a file"
                + Nearest.hint(
                        WorkloadSource.withoutVariant(idOrFile),
                        contributions.workloads().keySet()));
    }

    @Override
    public ConfiguredAccelerator accelerator(AcceleratorRequest request) {
        Accelerator accelerator = find(ContributionKind.ACCELERATOR, request.id(), accelerators);
        return guarded(
                () -> configured(accelerator, request),
                () -> Arrays.asList(
                        accelerator,
                        dataflows.get(accelerator.dataflow()),
                        hardware().get(accelerator.hardware()),
                        mappingPolicies.get(request.mapping().orElse(accelerator.mapping()))));
    }

    private ConfiguredAccelerator configured(Accelerator accelerator, AcceleratorRequest request) {
        Dataflow dataflow = find(ContributionKind.DATAFLOW, accelerator.dataflow(), dataflows);
        HardwareSpec spec = request.hardwareFile()
                .map(file -> specReader.read(file, request.overrides()))
                .orElseGet(() -> specReader.defaults(accelerator.hardware(), request.overrides()));
        HardwareModelFactory factory = find(ContributionKind.HARDWARE, spec.model(), hardware());
        HardwareModel model = given(factory.create(spec), "hardware model");
        MappingPolicy mapping = mapping(request.mapping().orElse(accelerator.mapping()));
        String energyModel = request.energyModel().orElseGet(() -> spec.text(CompleteHardware.ENERGY_TABLE));
        EnergyModel energy = find(ContributionKind.ENERGY_MODEL, energyModel, energyModels);
        ConfiguredAccelerator configured = new ConfiguredAccelerator(
                accelerator,
                dataflow,
                model,
                mapping,
                request.fidelity(),
                energy,
                request.name(),
                ParameterValue.changes(factory, spec));
        Set<String> makers = new LinkedHashSet<>();
        makers.add(maker(ContributionKind.DATAFLOW, accelerator.dataflow()));
        makers.add(maker(ContributionKind.HARDWARE, spec.model()));
        return Simulator.pair(configured, makers);
    }

    private String maker(ContributionKind kind, String id) {
        return contributions.plugins().stream()
                .filter(plugin ->
                        plugin.contributions().getOrDefault(kind, List.of()).contains(id))
                .map(plugin -> "plug-in " + plugin.id() + " " + plugin.version())
                .findFirst()
                .orElseThrow();
    }

    /**
     * Runs code of plug-ins. Whatever it throws becomes one sentence that names the plug-in; a failure in which none from a
     * folder has a part stays as it is, as do sentences and an exhausted heap.
     *
     * @param parties contributions at work, asked for only if the stack does not say whose code failed
     */
    private <T> T guarded(Supplier<T> code, Supplier<List<?>> parties) {
        try {
            return code.get();
        } catch (IsosException | OutOfMemoryError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw named(e, parties);
        }
    }

    private RuntimeException named(Throwable failure, Supplier<List<?>> parties) {
        Optional<String> sentence = PluginBlame.of(failure)
                .or(() -> contributions
                        .strangers(parties.get())
                        .map(names -> names + " gave something that Isos cannot use: " + PluginBlame.reason(failure)));
        if (sentence.isPresent()) {
            return new IsosException(ErrorCode.PLUGIN_FAILURE, sentence.get(), failure);
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return (RuntimeException) failure;
    }

    private static <T> T given(T value, String what) {
        if (value == null) {
            throw new IllegalArgumentException("it gave null instead of a " + what);
        }
        return value;
    }

    private List<Object> parties(ConfiguredAccelerator a) {
        return Arrays.asList(
                a.accelerator(), a.dataflow(), hardware().get(a.accelerator().hardware()), a.mapping(), a.energy());
    }

    /** A policy by id, or the plan of a file. */
    private MappingPolicy mapping(String idOrFile) {
        MappingPolicy policy = mappingPolicies.get(idOrFile);
        if (policy != null) {
            return policy;
        }
        try {
            Path file = Path.of(idOrFile);
            if (Files.exists(file)) {
                return PlanFile.read(file);
            }
        } catch (InvalidPathException e) {
            // not a path on this machine, so it can only have been meant as an id
        }
        requireNotRefused(ContributionKind.MAPPING, idOrFile);
        throw IsosException.badInput("unknown mapping '" + idOrFile + "': neither a policy nor a plan file"
                + ParameterValue.several("mapping", idOrFile, mappingPolicies::containsKey)
                + Nearest.hint(idOrFile, mappingPolicies.keySet()));
    }

    private <T> T find(ContributionKind kind, String id, Map<String, T> known) {
        T value = known.get(id);
        if (value == null) {
            requireNotRefused(kind, id);
            throw IsosException.badInput(
                    "unknown " + kind.label() + " '" + id + "'" + Nearest.hint(id, known.keySet()));
        }
        return value;
    }

    /** Says why a contribution that a plug-in has offered is not in use. */
    private void requireNotRefused(ContributionKind kind, String id) {
        contributions.refusal(kind, id).ifPresent(reason -> {
            throw new IsosException(ErrorCode.PLUGIN_FAILURE, kind.label() + " '" + id + "' cannot be used: " + reason);
        });
    }

    @Override
    public ExecutionPlan plan(Workload workload, ConfiguredAccelerator accelerator) {
        return guarded(() -> simulator.plan(workload, accelerator), () -> parties(accelerator));
    }

    @Override
    public List<SegmentExplanation> explain(Workload workload, ConfiguredAccelerator accelerator, ExecutionPlan plan) {
        return guarded(() -> simulator.explain(workload, accelerator, plan), () -> parties(accelerator));
    }

    @Override
    public RunResult run(Workload workload, ConfiguredAccelerator accelerator, RunOptions options) {
        try {
            return guarded(() -> simulator.run(workload, accelerator, options), () -> parties(accelerator));
        } catch (IsosException e) {
            Path file = fileOf.get(workload);
            if (file != null && e.code().exitCode() == ErrorCode.SIMULATION_FAILED.exitCode()) {
                requireTrueReference(workload, file);
            }
            throw e;
        }
    }

    /** Refuses a file whose own reference is wrong: then the simulation that differs from it is not to blame. */
    private static void requireTrueReference(Workload workload, Path file) {
        List<LayerReference> computed = ReferenceExecutor.execute(workload);
        for (Layer layer : workload.network().layers()) {
            if (!computed.get(layer.index())
                    .equals(workload.reference().get(layer.index()).withoutComparison())) {
                throw IsosException.badInput("the reference that " + file + " carries for layer " + layer.name()
                        + " is not what the numbers of the file give; expected a file as 'isos import' or 'isos export'"
                        + " writes it");
            }
        }
    }

    @Override
    public void release(Workload workload) {
        fileOf.remove(workload);
        simulator.release(workload);
    }
}
