package dev.isos.cli.output;

import dev.isos.api.error.IsosException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder for the files of one command. Files are written into a hidden folder beside (or, if the folder exists, in) it
 * and moved at the end, so that the folder never shows half a result. Opening one proves that it can be written; closing it
 * without {@link #commit()} leaves nothing.
 */
public final class OutputDirectory implements AutoCloseable {
    private final Path directory;
    private final Path unfinished;
    private final boolean exists;
    private final List<String> names = new ArrayList<>();

    private OutputDirectory(Path directory, Path unfinished, boolean exists) {
        this.directory = directory;
        this.unfinished = unfinished;
        this.exists = exists;
    }

    /** Makes ready to write files, none in a folder of its own. */
    public static OutputDirectory open(Path directory, List<String> files) {
        return open(directory, files, List.of());
    }

    /**
     * Makes ready to write.
     *
     * @param files names of the files that will be written
     * @param folders names of the folders in which files will be written
     * @throws IsosException when the folder cannot be made or written
     */
    public static OutputDirectory open(Path directory, List<String> files, List<String> folders) {
        Path absolute = directory.toAbsolutePath().normalize();
        if (Files.exists(absolute) && !Files.isDirectory(absolute)) {
            throw refused(directory, "it is a file");
        }
        boolean exists = Files.isDirectory(absolute);
        if (exists) {
            for (String file : files) {
                if (Files.isDirectory(absolute.resolve(file))) {
                    throw refused(directory, "its " + file + " is a folder");
                }
            }
            for (String folder : folders) {
                if (Files.isRegularFile(absolute.resolve(folder))) {
                    throw refused(directory, "its " + folder + " is a file");
                }
            }
        }
        Path place = absolute;
        while (place != null && !Files.exists(place)) {
            place = place.getParent();
        }
        if (place == null || !Files.isDirectory(place)) {
            throw refused(directory, place + " is a file");
        }
        // The name of the last folder is gone only for a root, which exists.
        Path unfinished = place.resolve(Leftovers.temporaryName(exists ? "results" : absolute.getFileName() + ""));
        Leftovers.add(unfinished);
        try {
            Files.createDirectory(unfinished);
        } catch (IOException e) {
            Leftovers.forget(unfinished);
            throw refused(directory, Leftovers.reason(e));
        }
        return new OutputDirectory(absolute, unfinished, exists);
    }

    private static IsosException refused(Path directory, String reason) {
        return IsosException.badInput("cannot write to --out " + directory + ": " + reason + "");
    }

    /**
     * Writes one file; it appears with {@link #commit()}.
     *
     * @param name may stand in a folder: {@code folder/file}
     */
    public void write(String name, String content) {
        try {
            Files.createDirectories(unfinished.resolve(name).getParent());
            Files.write(unfinished.resolve(name), content.getBytes(StandardCharsets.UTF_8));
            names.add(name);
        } catch (IOException e) {
            throw refused(directory, Leftovers.reason(e));
        }
    }

    /** Moves everything that was written to its place. */
    public void commit() {
        try {
            if (exists) {
                for (String name : names) {
                    Files.createDirectories(directory.resolve(name).getParent());
                    Files.move(
                            unfinished.resolve(name),
                            directory.resolve(name),
                            StandardCopyOption.ATOMIC_MOVE,
                            StandardCopyOption.REPLACE_EXISTING);
                }
            } else {
                Files.createDirectories(directory.getParent());
                Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
                Leftovers.forget(unfinished);
            }
        } catch (IOException e) {
            throw refused(directory, Leftovers.reason(e));
        }
    }

    @Override
    public void close() {
        if (Files.exists(unfinished)) {
            Leftovers.remove(unfinished);
        }
    }
}
