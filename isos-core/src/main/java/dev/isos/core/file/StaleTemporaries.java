package dev.isos.core.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Unfinished files and folders; what is still here when the process is told to end (Ctrl-C) is deleted. */
final class StaleTemporaries {
    private static final Set<Path> UNFINISHED = ConcurrentHashMap.newKeySet();

    private static boolean ending;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(StaleTemporaries::end, "leftovers"));
    }

    private StaleTemporaries() {}

    static void add(Path path) {
        UNFINISHED.add(path);
    }

    /** The path has been moved to its place, or is gone. */
    static void forget(Path path) {
        UNFINISHED.remove(path);
    }

    private static synchronized void end() {
        ending = true;
        UNFINISHED.forEach(StaleTemporaries::delete);
    }

    /** Does something to files that must not be under way, nor begin, while the process ends: then it waits for the end. */
    static synchronized void unlessEnding(Unfinished.Action action) throws IOException {
        while (ending) {
            try {
                StaleTemporaries.class.wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        action.run();
    }

    /** Deletes a file or a folder with all that is in it, if it is there; links in it are deleted, not followed. */
    static void delete(Path path) {
        try (Stream<Path> tree = Files.walk(path)) {
            List<Path> leavesFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path each : leavesFirst) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            // Nothing better can be done with a file that cannot be deleted; it has a name that shows what it is.
        }
    }
}
