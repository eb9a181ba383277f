package dev.isos.report.output;

import dev.isos.api.error.IsosException;
import dev.isos.core.file.IoReason;
import dev.isos.core.file.Unfinished;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder for the files of one command. Files are written into a hidden folder beside (or, if the folder exists, in) it
 * and moved at the end, so that the folder never shows half a result. Opening one proves that it can be written, and that no
 * other process is writing it; closing it without {@link #commit()} leaves nothing.
 */
public final class OutputDirectory implements AutoCloseable {
    /** Names of the files that every command writes. */
    public static final List<String> RESULTS = List.of("results.json", "results.csv", "report.html");

    private final Path directory;
    private final Unfinished unfinished;
    private final List<String> names = new ArrayList<>();

    private OutputDirectory(Path directory, Unfinished unfinished) {
        this.directory = directory;
        this.unfinished = unfinished;
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
        Unfinished unfinished = null;
        boolean made = false;
        try {
            Path folder = place.toRealPath();
            if (exists && folder.getParent() != null) {
                // Where the folder was written when it did not exist yet.
                Unfinished.sweep(folder.getParent());
            }
            String name = exists ? "results" : place.relativize(absolute).toString();
            unfinished = Unfinished.of(folder, name);
            Files.createDirectory(unfinished.path());
            made = true;
        } catch (IOException e) {
            throw refused(directory, IoReason.of(e));
        } finally {
            if (!made && unfinished != null) {
                unfinished.close();
            }
        }
        return new OutputDirectory(absolute, unfinished);
    }

    private static IsosException refused(Path directory, String reason) {
        return IsosException.badInput("cannot write to --out " + directory + ": " + reason);
    }

    /**
     * Writes one file; it appears with {@link #commit()}.
     *
     * @param name may stand in a folder: {@code folder/file}
     */
    public void write(String name, String content) {
        try {
            Unfinished.unlessEnding(() -> {
                Path file = unfinished.path().resolve(name);
                Files.createDirectories(file.getParent());
                try (FileChannel channel =
                        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    OutputStream out = Channels.newOutputStream(channel);
                    out.write(content.getBytes(StandardCharsets.UTF_8));
                    // A disk may tell only now that it is full.
                    channel.force(true);
                }
            });
            names.add(name);
        } catch (IOException e) {
            throw refused(directory, IoReason.of(e));
        }
    }

    /** Moves everything that was written to its place. */
    public void commit() {
        try {
            Unfinished.unlessEnding(() -> {
                if (!Files.exists(directory)) {
                    Files.createDirectories(directory.getParent());
                    Files.move(unfinished.path(), directory, StandardCopyOption.ATOMIC_MOVE);
                    return;
                }
                for (String name : names) {
                    Files.createDirectories(directory.resolve(name).getParent());
                    Files.move(
                            unfinished.path().resolve(name),
                            directory.resolve(name),
                            StandardCopyOption.ATOMIC_MOVE,
                            StandardCopyOption.REPLACE_EXISTING);
                }
            });
        } catch (IOException e) {
            throw refused(directory, IoReason.of(e));
        }
    }

    @Override
    public void close() {
        unfinished.close();
    }
}
