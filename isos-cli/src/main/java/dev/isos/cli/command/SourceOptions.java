package dev.isos.cli.command;

import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.cli.console.Console;
import dev.isos.cli.input.CacheFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the numbers of a workload come from. */
final class SourceOptions {
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
        Optional<Path> folder = noCache
                ? Optional.empty()
                : CacheFolder.usable(
                        Optional.ofNullable(cache), console.environment(), text -> common.warning(console, text));
        return new WorkloadRequest(seed, images, preprocessing, prune, folder, calibration);
    }
}
