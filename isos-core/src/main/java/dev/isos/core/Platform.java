package dev.isos.core;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.plan.SegmentExplanation;
import dev.isos.core.plugin.PluginInfo;
import dev.isos.core.plugin.PluginProblem;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The platform, assembled from plug-ins: the one thing that the command line, a test or an embedding program talks to.
 * Safe for use by many threads. Every method throws {@link dev.isos.api.error.IsosException} for what is wrong with its
 * arguments, naming the nearest valid one, and for plug-ins that fail, naming the plug-in; for these with code
 * {@link dev.isos.api.error.ErrorCode#PLUGIN_FAILURE} and the failure as its cause.
 */
public interface Platform {
    /** Plug-ins that are in use, in the order in which they were found. */
    List<PluginInfo> plugins();

    /** Each plug-in, or contribution of one, that is not used, and why. */
    List<PluginProblem> pluginProblems();

    /** Accelerators by id, in order of id; so are the following. */
    Map<String, Accelerator> accelerators();

    Map<String, Dataflow> dataflows();

    Map<String, HardwareModelFactory> hardware();

    Map<String, EnergyModel> energyModels();

    Map<String, MappingPolicy> mappingPolicies();

    Map<String, NetworkImporter> importers();

    Map<String, WorkloadExporter> exporters();

    /** Built-in workloads, in the order in which their sources list them. */
    List<WorkloadDescriptor> workloads();

    /** A built-in workload by id, or else a file that some importer understands. */
    Workload workload(String idOrFile, WorkloadRequest request);

    /**
     * Which parts of a request decide what {@link #workload} gives for an id or file; all for what is neither, since
     * {@link #workload} knows best what to say about it.
     */
    default Set<WorkloadRequest.Part> uses(String idOrFile, WorkloadRequest request) {
        return EnumSet.allOf(WorkloadRequest.Part.class);
    }

    /** Resolves and configures an accelerator. */
    ConfiguredAccelerator accelerator(AcceleratorRequest request);

    /** Cuts a workload into segments as the accelerator's mapping policy wants it. */
    ExecutionPlan plan(Workload workload, ConfiguredAccelerator accelerator);

    /** Explains each segment of a plan that {@link #plan} has made: what it is expected to take, what one layer more lacks. */
    default List<SegmentExplanation> explain(Workload workload, ConfiguredAccelerator accelerator, ExecutionPlan plan) {
        SegmentExplanation nothing = new SegmentExplanation(Optional.empty(), Optional.empty(), Optional.empty());
        return plan.segments().stream().map(segment -> nothing).toList();
    }

    /** Simulates. Runs on the same {@link Workload} object share functional executions. */
    RunResult run(Workload workload, ConfiguredAccelerator accelerator, RunOptions options);

    /** Forgets what runs on a workload have shared, to free its memory. */
    void release(Workload workload);
}
