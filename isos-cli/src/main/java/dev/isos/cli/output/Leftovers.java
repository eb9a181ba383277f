package dev.isos.cli.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Unfinished files and folders; what is still here when the process is told to end (Ctrl-C) is deleted. */
final class Leftovers {
    private static final Set<Path> UNFINISHED = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> UNFINISHED.forEach(Leftovers::delete), "leftovers"));
    }

    private Leftovers() {}

    static void add(Path path) {
        UNFINISHED.add(path);
    }

    /** The path has been moved to its place. */
    static void forget(Path path) {
        UNFINISHED.remove(path);
    }

    static void remove(Path path) {
        delete(path);
        forget(path);
    }

    private static void delete(Path path) {
        try (Stream<Path> tree = Files.walk(path)) {
            List<Path> leavesFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path each : leavesFirst) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            // Nothing better can be done with a file that cannot be deleted; it has a name that shows what it is.
        }
    }

    /** A name for something unfinished, hidden and unlikely to exist. */
    static String temporaryName(String finalName) {
        return "." + finalName + ".isos-" + Long.toHexString(System.nanoTime()) + "-"
                + ProcessHandle.current().pid();
    }

    /** The reason in an I/O exception, without the path that it repeats. */
    static String reason(IOException e) {
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof java.nio.file.NoSuchFileException) {
            return "no such folder";
        }
        if (e instanceof java.nio.file.NotDirectoryException || e instanceof java.nio.file.FileAlreadyExistsException) {
            return "a file is in the way";
        }
        if (e instanceof java.nio.file.FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return String.valueOf(e.getMessage());
    }
}
