package dev.isos.cli.output;

import dev.isos.api.error.IsosException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears complete or not at all: it is written under a hidden name beside its own and moved at the end.
 * Opening one proves that it can be written; closing it without {@link #commit()} leaves nothing.
 */
public final class OutputFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final String called;
    private final Path unfinished;
    private final OutputStream out;

    private OutputFile(Path file, String called, Path unfinished, OutputStream out) {
        this.file = file;
        this.called = called;
        this.unfinished = unfinished;
        this.out = out;
    }

    /**
     * Makes ready to write.
     *
     * @throws IsosException when the file cannot be written
     */
    public static OutputFile open(Path file) {
        return open(file, file.toString());
    }

    /** The same, with what messages call the file, for example the option that names it. */
    public static OutputFile open(Path file, String called) {
        Path absolute = file.toAbsolutePath().normalize();
        if (Files.isDirectory(absolute)) {
            throw refused(called, "it is a folder");
        }
        Path unfinished = absolute.resolveSibling(Leftovers.temporaryName(String.valueOf(absolute.getFileName())));
        Leftovers.add(unfinished);
        try {
            OutputStream out =
                    Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new OutputFile(absolute, called, unfinished, new BufferedOutputStream(out, BUFFER_BYTES));
        } catch (IOException e) {
            Leftovers.forget(unfinished);
            throw refused(called, Leftovers.reason(e));
        }
    }

    private static IsosException refused(String called, String reason) {
        return IsosException.badInput("cannot write " + called + ": " + reason);
    }

    /** What fills a file. */
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes the content. */
    public void write(Content content) {
        try {
            content.writeTo(out);
        } catch (IOException e) {
            throw refused(called, Leftovers.reason(e));
        }
    }

    /** Completes the file, moves it to its place and gives its size in bytes. */
    public long commit() {
        try {
            out.close();
            long bytes = Files.size(unfinished);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Leftovers.forget(unfinished);
            return bytes;
        } catch (IOException e) {
            throw refused(called, Leftovers.reason(e));
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            // The file is given up anyway.
        }
        if (Files.exists(unfinished)) {
            Leftovers.remove(unfinished);
        }
    }
}
