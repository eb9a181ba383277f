package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.api.workload.WorkloadRequest.Part;
import dev.isos.cli.input.CacheFolder;
import dev.isos.core.Platform;
import dev.isos.report.console.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where the numbers of a workload come from. */
final class SourceOptions {
    private static final Map<String, Part> PARTS = Map.of(
            "--seed", Part.SEED,
            "--image", Part.IMAGES,
            "--preprocess", Part.PREPROCESSING,
            "--input-mean", Part.PREPROCESSING,
            "--input-scale", Part.PREPROCESSING,
            "--channel-order", Part.PREPROCESSING,
            "--prune", Part.PRUNING,
            "--calibration", Part.CALIBRATION);

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of everything random in a workload (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "Folder for calibrated workloads (default: $ISOS_CACHE, else $XDG_CACHE_HOME/isos, else"
                    + " ~/.cache/isos).")
    private Path cache;

    @Option(names = "--no-cache", description = "Neither read nor write calibrated workloads.")
    private boolean noCache;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * Refuses options that say nothing about a workload.
     *
     * @param request what the options have become
     */
    void requireUsed(Platform isos, List<String> workloads, WorkloadRequest request) {
        for (String workload : workloads) {
            Set<Part> used = isos.uses(workload, request);
            for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
                Part part = PARTS.get(option.longestName());
                if (part != null
                        && !used.contains(part)
                        && !(part == Part.PRUNING && request.prune().equals("none"))) {
                    throw IsosException.badInput(option.longestName() + " does not apply to " + workload
                            + ", whose numbers do not depend on it");
                }
            }
        }
    }

    /** A request with a generated image. */
    WorkloadRequest request(CommonOptions common, Console console) {
        return request(common, console, List.of(), Optional.empty(), "none", WorkloadRequest.DEFAULT_CALIBRATION);
    }

    WorkloadRequest request(
            CommonOptions common,
            Console console,
            List<Path> images,
            Optional<Preprocessing> preprocessing,
            String prune,
            String calibration) {
        if (noCache && cache != null) {
            throw IsosException.badInput("--cache " + cache + " and --no-cache contradict each other");
        }
        Optional<Path> folder = noCache
                ? Optional.empty()
                : CacheFolder.usable(
                        Optional.ofNullable(cache), console.environment(), text -> common.warning(console, text));
        return new WorkloadRequest(seed, images, preprocessing, prune, folder, calibration);
    }
}
