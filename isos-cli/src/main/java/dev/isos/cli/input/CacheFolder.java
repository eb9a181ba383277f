package dev.isos.cli.input;

import dev.isos.core.file.IoReason;
import dev.isos.core.file.Unfinished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Where calibrated workloads are kept between runs. */
public final class CacheFolder {
    private static final int PROBE_BYTES = 1 << 16;
    private static final Notices NOTICES = new Notices();

    private CacheFolder() {}

    /** Passes on what the cache tells its logger while a workload is built. */
    private static final class Notices extends Handler {
        /** Held here, since the JDK holds loggers weakly. */
        private final Logger logger = Logger.getLogger("dev.isos.cache");

        private volatile Consumer<String> warning = text -> {};

        void tell(Consumer<String> to) {
            warning = to;
            logger.setUseParentHandlers(false);
            logger.removeHandler(this);
            logger.addHandler(this);
        }

        @Override
        public void publish(LogRecord notice) {
            warning.accept(notice.getMessage());
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing to close.
        }
    }

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
            try (Unfinished probe =
                    Unfinished.of(folder, "probe-" + ProcessHandle.current().pid())) {
                // Not empty: a full disk takes empty files.
                Files.write(probe.path(), new byte[PROBE_BYTES]);
            }
            NOTICES.tell(warning);
            return Optional.of(folder);
        } catch (IOException e) {
            warning.accept(
                    "the cache folder " + folder + " cannot be written (" + IoReason.of(e) + "), so nothing is cached");
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
