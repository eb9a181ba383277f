package dev.isos.report.output;

import dev.isos.api.error.IsosException;
import dev.isos.core.file.IoReason;
import dev.isos.core.file.Unfinished;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears complete or not at all: it is written under a hidden name beside its own and moved at the end.
 * Opening one proves that it can be written, and that no other process is writing it; closing it without {@link #commit()}
 * leaves nothing. A device or pipe is written as it is.
 */
public final class OutputFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final String called;
    private final Unfinished unfinished;
    private final FileChannel channel;
    private final OutputStream out;
    private long bytes;

    /** @param unfinished null when the file is written in place */
    private OutputFile(Path file, String called, Unfinished unfinished, FileChannel channel) {
        this.file = file;
        this.called = called;
        this.unfinished = unfinished;
        this.channel = channel;
        this.out = new BufferedOutputStream(counted(Channels.newOutputStream(channel)), BUFFER_BYTES);
    }

    private OutputStream counted(OutputStream inner) {
        return new FilterOutputStream(inner) {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                out.write(from, offset, length);
                bytes += length;
            }
        };
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
        Unfinished unfinished = null;
        FileChannel channel = null;
        try {
            // Of a link, what it leads to is written.
            Path absolute = Files.exists(file)
                    ? file.toRealPath()
                    : file.toAbsolutePath().normalize();
            if (Files.isDirectory(absolute)) {
                throw refused(called, "it is a folder");
            }
            if (Files.exists(absolute) && !Files.isRegularFile(absolute)) {
                channel = FileChannel.open(absolute, StandardOpenOption.WRITE);
                return new OutputFile(absolute, called, null, channel);
            }
            Path folder = absolute.getParent();
            if (!Files.isDirectory(folder)) {
                throw refused(called, Files.exists(folder) ? folder + " is a file" : "no such folder");
            }
            folder = folder.toRealPath();
            Path target = folder.resolve(absolute.getFileName());
            unfinished = Unfinished.of(folder, String.valueOf(target.getFileName()));
            channel = FileChannel.open(
                    unfinished.path(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
            return new OutputFile(target, called, unfinished, channel);
        } catch (IOException e) {
            throw refused(called, IoReason.of(e));
        } finally {
            if (channel == null && unfinished != null) {
                unfinished.close();
            }
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
            throw refused(called, IoReason.of(e));
        }
    }

    /** Completes the file, moves it to its place and gives its size in bytes. */
    public long commit() {
        try {
            out.flush();
            if (unfinished == null) {
                channel.close();
                return bytes;
            }
            // A disk may tell only now that it is full; and a name must not lead to bytes that a power failure takes.
            channel.force(true);
            channel.close();
            Unfinished.unlessEnding(() -> Files.move(
                    unfinished.path(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
            return bytes;
        } catch (IOException e) {
            throw refused(called, IoReason.of(e));
        }
    }

    @Override
    public void close() {
        try {
            // Not through the buffer: the file is complete or given up.
            channel.close();
        } catch (IOException e) {
            // It is given up anyway.
        }
        if (unfinished != null) {
            unfinished.close();
        }
    }
}
