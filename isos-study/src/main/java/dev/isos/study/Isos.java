package dev.isos.study;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.plugin.PluginLoader;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.study.batch.Batch;
import dev.isos.study.batch.Progress;
import dev.isos.study.compare.Comparison;
import dev.isos.study.configuration.Configurations;
import dev.isos.study.execute.LocalExecutor;
import dev.isos.study.execute.PointExecutor;
import dev.isos.study.explore.Exploration;
import dev.isos.study.explore.ExplorationListener;
import dev.isos.study.store.SweepStore;
import dev.isos.study.sweep.Sweep;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Isos as a library: what the commands {@code run}, {@code compare} and {@code sweep} do, without files and terminal. Workloads are
 * ids of built-in ones ({@code resnet50-96}) or files that an importer understands; accelerators are ids, which may be followed by
 * settings ({@code isosceles:lanes=32:mapping=optimal}).
 *
 * <p>Safe for use by many threads. Every method throws {@link IsosException} with one sentence that names what is wrong and what
 * was expected; no argument may be null.
 */
public final class Isos {
    private final Platform platform;
    private final WorkloadRequest request;
    private final int threads;

    private Isos(Builder builder) {
        platform = IsosPlatform.load(Optional.ofNullable(builder.folder), builder.plugins);
        platform.pluginProblems().stream()
                .filter(problem -> problem.origin().equals(PluginLoader.GIVEN))
                .findFirst()
                .ifPresent(problem -> {
                    throw IsosException.badInput(problem.sentence());
                });
        request = builder.request;
        threads = builder.threads;
    }

    /** Begins with the plug-ins of the class path, workloads as of {@link WorkloadRequest#defaults()}, and one thread. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects what a platform consists of. For one thread. */
    public static final class Builder {
        private final List<IsosPlugin> plugins = new ArrayList<>();
        private Path folder;
        private WorkloadRequest request = WorkloadRequest.defaults();
        private int threads = 1;

        private Builder() {}

        /** Adds a plug-in. */
        public Builder plugin(IsosPlugin plugin) {
            plugins.add(Objects.requireNonNull(plugin, "plugin"));
            return this;
        }

        /** Adds the plug-ins of a folder, each with a class loader of its own. */
        public Builder pluginFolder(Path plugins) {
            folder = Objects.requireNonNull(plugins, "plugins");
            return this;
        }

        /** Says with which images, seed, pruning and calibration workloads are made, and where they are cached. */
        public Builder workloads(WorkloadRequest wanted) {
            request = Objects.requireNonNull(wanted, "wanted");
            return this;
        }

        /** Processors to use, at least 1, for several simulations at a time or for one; results do not depend on it. */
        public Builder threads(int number) {
            if (number < 1) {
                throw IsosException.badInput("threads: expected 1 or more, got " + number);
            }
            threads = number;
            return this;
        }

        /**
         * Assembles the platform. A plug-in of a folder that cannot be used is left out: see {@link Platform#pluginProblems()}.
         *
         * @throws IsosException if one that was given cannot be used, or a contribution of it
         */
        public Isos build() {
            return new Isos(this);
        }
    }

    /** Everything else that the platform offers: its contributions, plans, their explanations. */
    public Platform platform() {
        return platform;
    }

    /** Reads or builds a workload, with weights, inputs and reference. */
    public Workload workload(String idOrFile) {
        return platform.workload(idOrFile, request);
    }

    /** Simulates and verifies a workload on an accelerator. */
    public RunResult run(String workload, String accelerator) {
        return run(workload(workload), accelerator);
    }

    /** Simulates and verifies a workload that is at hand. Runs on the same object share what they compute alike. */
    public RunResult run(Workload workload, String accelerator) {
        List<ConfiguredAccelerator> machines = machines(List.of(accelerator));
        if (machines.size() != 1) {
            throw IsosException.badInput("accelerator " + accelerator + ": expected one, got " + machines.size());
        }
        return platform.run(workload, machines.get(0), RunOptions.defaults());
    }

    /**
     * Simulates every workload on every accelerator and compares all with the first one.
     *
     * @param workloads one or more, each once
     * @param accelerators one or more, each once
     */
    public Comparison compare(List<String> workloads, List<String> accelerators) {
        SweepSpec.requireEachOnce("workloads", workloads);
        SweepSpec.requireEachOnce("accelerators", accelerators);
        List<ConfiguredAccelerator> machines = machines(accelerators);
        RunOptions options = new RunOptions(true, SimulationListener.NONE, threads, 0);
        List<RunResult> runs = new Batch(platform, options, Progress.NONE).run(workloads, machines, request);
        return Comparison.of(runs, List.of(machines.get(0).name()));
    }

    /** Simulates every combination of parameters; what cannot be is a point with a reason. Nothing is kept on disk. */
    public SweepResult sweep(SweepSpec spec) {
        return sweep(spec, SweepStore.none());
    }

    /**
     * Simulates every combination of parameters and keeps every point in a store as soon as it is known. What is in the store
     * already is not simulated again.
     *
     * @param store open; stays open
     */
    public SweepResult sweep(SweepSpec spec, SweepStore store) {
        Exploration exploration = new Exploration(platform, spec, request.seed());
        try (PointExecutor executor = new LocalExecutor(platform, request, threads, Progress.NONE)) {
            return exploration.run(
                    new Sweep(platform, request, store, executor, Progress.NONE), ExplorationListener.NONE);
        }
    }

    private List<ConfiguredAccelerator> machines(List<String> accelerators) {
        return new Configurations(platform)
                .expand(accelerators, "accelerators", List.of()).stream()
                        .map(platform::accelerator)
                        .toList();
    }
}
