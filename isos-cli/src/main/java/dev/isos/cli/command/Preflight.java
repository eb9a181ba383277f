package dev.isos.cli.command;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.simulate.ConfiguredAccelerator;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Finds what is wrong before anything takes long, and what went wrong before anything is believed. */
final class Preflight {
    private Preflight() {}

    /** Refuses a list where one value belongs and several cannot be told from one. */
    static void one(String option, String value) {
        if (value.contains(",") && !isFile(value)) {
            throw IsosException.badInput(
                    option + " " + value + ": one is simulated here, 'isos compare' takes several");
        }
    }

    private static boolean isFile(String text) {
        try {
            return Files.exists(Path.of(text));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Refuses workloads that are neither built in nor taken by an importer, and options that do not apply to them. */
    static void workloads(Platform isos, List<String> workloads, WorkloadRequest request, SourceOptions source) {
        workloads(isos, workloads, request, source, Map.of());
    }

    /** The same, where places say by workload where some are written. */
    static void workloads(
            Platform isos,
            List<String> workloads,
            WorkloadRequest request,
            SourceOptions source,
            Map<String, String> places) {
        source.requireUsed(isos, workloads, request);
        List<String> builtIn =
                isos.workloads().stream().map(WorkloadDescriptor::id).toList();
        for (String workload : workloads) {
            if (!builtIn.contains(workload) && !importable(isos, workload)) {
                // The platform knows best what to say. Should it take the workload after all, so much the better.
                try {
                    isos.release(isos.workload(workload, request));
                } catch (IsosException e) {
                    throw places.containsKey(workload) ? e.at(places.get(workload)) : e;
                }
            }
        }
    }

    private static boolean importable(Platform isos, String workload) {
        try {
            Path file = Path.of(workload);
            return Files.isRegularFile(file)
                    && Files.isReadable(file)
                    && isos.importers().values().stream()
                            .anyMatch(i -> i.declines(file).isEmpty());
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Refuses machines that compute no outputs, where these are to be compared. */
    static void verifiable(boolean verify, List<ConfiguredAccelerator> machines) {
        for (ConfiguredAccelerator machine : machines) {
            if (verify && machine.fidelity() == Fidelity.ANALYTICAL) {
                throw IsosException.badInput(
                        "--verify compares outputs, but " + machine.name() + " only estimates and computes none");
            }
        }
    }

    /** Refuses results of which one was not verified. */
    static void verified(List<RunResult> runs) {
        for (RunResult run : runs) {
            if (!run.verified()) {
                throw new IsosException(
                        ErrorCode.VERIFICATION_FAILED,
                        run.workload().id() + " on " + run.accelerator().id()
                                + " was not verified: its outputs were not compared with the reference");
            }
        }
    }
}
