package dev.isos.study.sweep;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.study.batch.Heap;
import dev.isos.study.batch.Progress;
import dev.isos.study.batch.Workers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs every configuration on every workload. Workloads come one after another, since their configurations share what is
 * computed once per workload; the configurations of one are spread over threads. The points do not depend on the number of
 * threads.
 */
public final class Sweep {
    private final Platform isos;
    private final WorkloadRequest request;
    private final int threads;
    private final Journal journal;
    private final Progress progress;

    public Sweep(Platform isos, WorkloadRequest request, int threads, Journal journal, Progress progress) {
        this.isos = isos;
        this.request = request;
        this.threads = threads;
        this.journal = journal;
        this.progress = progress;
    }

    /** All points: workload by workload, each with the configurations in the order given. */
    public List<SweepPoint> run(List<String> workloads, List<AcceleratorRequest> configurations) {
        Map<AcceleratorRequest, ConfiguredAccelerator> machines = new LinkedHashMap<>();
        Map<AcceleratorRequest, String> refused = new LinkedHashMap<>();
        for (AcceleratorRequest configuration : configurations) {
            try {
                machines.put(configuration, isos.accelerator(configuration));
            } catch (IsosException e) {
                refused.put(configuration, infeasible(e));
            }
        }
        List<SweepPoint> points = new ArrayList<>();
        for (String id : workloads) {
            points.addAll(points(id, configurations, machines, refused));
        }
        return points;
    }

    /** The message of an exception that speaks of the configuration; others are thrown on. */
    private static String infeasible(IsosException e) {
        if (e.code() == ErrorCode.INFEASIBLE || e.code() == ErrorCode.BAD_INPUT) {
            return e.getMessage();
        }
        throw e;
    }

    private List<SweepPoint> points(
            String id,
            List<AcceleratorRequest> configurations,
            Map<AcceleratorRequest, ConfiguredAccelerator> machines,
            Map<AcceleratorRequest, String> refused) {
        Map<AcceleratorRequest, RunResult> kept = new LinkedHashMap<>();
        Map<AcceleratorRequest, String> keys = new LinkedHashMap<>();
        machines.forEach((configuration, machine) -> {
            String key = RunKey.of(id, request, machine);
            keys.put(configuration, key);
            journal.get(key).ifPresent(run -> kept.put(configuration, run));
        });
        boolean needed = machines.size() > kept.size();
        progress.preparing(id);
        Workload workload = needed ? isos.workload(id, request) : null;
        try {
            List<Workers.Task<SweepPoint>> tasks = new ArrayList<>();
            for (AcceleratorRequest configuration : configurations) {
                tasks.add(processors -> {
                    if (refused.containsKey(configuration)) {
                        progress.skipped(configuration.name());
                        return SweepPoint.infeasible(id, configuration.name(), refused.get(configuration));
                    }
                    RunResult run = kept.get(configuration);
                    if (run != null) {
                        progress.skipped(configuration.name());
                        return SweepPoint.of(id, run);
                    }
                    return simulate(
                            id, workload, machines.get(configuration), keys.get(configuration), processors.getAsInt());
                });
            }
            return Workers.run(tasks, threads);
        } finally {
            if (workload != null) {
                isos.release(workload);
            }
        }
    }

    private SweepPoint simulate(
            String id, Workload workload, ConfiguredAccelerator machine, String key, int processors) {
        RunResult run;
        try {
            run = summary(isos.run(
                    workload, machine, new RunOptions(false, SimulationListener.NONE, threads, 0).on(processors)));
        } catch (IsosException e) {
            String reason = infeasible(e);
            progress.skipped(machine.name());
            return SweepPoint.infeasible(id, machine.name(), reason);
        }
        // Not within: a journal that cannot be written says nothing of the configuration.
        journal.put(key, run);
        progress.finished(run);
        if (Heap.isTight()) {
            isos.release(workload);
        }
        return SweepPoint.of(id, run);
    }

    /** A run without its parts: a sweep has many of them. */
    private static RunResult summary(RunResult run) {
        return new RunResult(
                run.schemaVersion(),
                run.workload(),
                run.accelerator(),
                run.cycles(),
                run.seconds(),
                run.macs(),
                run.macUtilization(),
                run.traffic(),
                run.energyPj(),
                run.areaMm2(),
                run.bound(),
                run.verified(),
                run.outputSha256(),
                List.of(),
                List.of(),
                run.leftOut(),
                run.layouts(),
                List.of(),
                List.of(),
                run.host(),
                run.versions());
    }
}
