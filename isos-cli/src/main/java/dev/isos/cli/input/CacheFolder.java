package dev.isos.cli.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Where calibrated workloads are kept between runs. */
public final class CacheFolder {
    private CacheFolder() {}

    /**
     * The folder if it can be written; else a warning and none, since a cache only saves time.
     *
     * @param wanted folder that the user asked for
     */
    public static Optional<Path> usable(
            Optional<Path> wanted, Map<String, String> environment, Consumer<String> warning) {
        Path folder;
        try {
            folder = wanted.orElseGet(() -> standard(environment)).toAbsolutePath();
        } catch (InvalidPathException e) {
            warning.accept("no cache is used: '" + e.getInput() + "' is not a path");
            return Optional.empty();
        }
        try {
            Files.createDirectories(folder);
            Path probe = Files.createTempFile(folder, "probe", null);
            Files.delete(probe);
            return Optional.of(folder);
        } catch (IOException e) {
            warning.accept("the cache folder " + folder + " cannot be written, so nothing is cached");
            return Optional.empty();
        }
    }

    private static Path standard(Map<String, String> environment) {
        String own = environment.getOrDefault("ISOS_CACHE", "");
        if (!own.isBlank()) {
            return Path.of(own);
        }
        String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
        return caches.isBlank() ? Path.of(System.getProperty("user.home"), ".cache", "isos") : Path.of(caches, "isos");
    }
}
