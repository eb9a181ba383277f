package dev.isos.core.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that only one process holds: by a lock of the operating system, which ends with the process, however it ends. The
 * file goes when its owner is done; one that a killed process left blocks nobody.
 */
final class Lock implements AutoCloseable {
    private static final int MOST_TRIES = 100;
    private static final Object NONE = new Object();

    /** Files held by this process: to open one of them again and close it would end its lock, as POSIX has it. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private Lock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Somebody else has it. */
    static final class TakenException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Takes a file, which is made where it is missing.
     *
     * @param file absolute
     * @throws TakenException when this process or another one has it
     */
    static Lock take(Path file) throws IOException {
        for (int i = 0; i < MOST_TRIES; i++) {
            Lock lock = attempt(file, StandardOpenOption.CREATE);
            if (lock != null) {
                return lock;
            }
        }
        throw new TakenException();
    }

    /** Takes a file that is there; null when it is gone. */
    static Lock takeExisting(Path file) throws IOException {
        try {
            return attempt(file, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Null when the file that was locked is not (or no longer) the one under this name. */
    private static Lock attempt(Path file, StandardOpenOption how) throws IOException {
        if (!HELD.add(file)) {
            throw new TakenException();
        }
        FileChannel channel = null;
        boolean taken = false;
        try {
            Object before = key(file);
            channel = FileChannel.open(file, StandardOpenOption.WRITE, how);
            if (!lock(channel, how == StandardOpenOption.CREATE)) {
                throw new TakenException();
            }
            // While the channel is open no other file can get its key.
            Object after = key(file);
            taken = after != NONE && (before == NONE || Objects.equals(before, after));
            return taken ? new Lock(file, channel) : null;
        } finally {
            if (!taken) {
                HELD.remove(file);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    /** What tells files apart that follow each other under one name. */
    private static Object key(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return NONE;
        }
    }

    /** @param lenient whether a file system without locks is as good as one where nobody has the file */
    private static boolean lock(FileChannel channel, boolean lenient) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            if (lenient) {
                return true;
            }
            throw e;
        }
        return lock != null;
    }

    /** Gives the file up and deletes it. */
    @Override
    public void close() {
        try (channel) {
            // First this, while nobody else can have taken it.
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // An empty hidden file stays, which the next one to write here deletes.
        } finally {
            HELD.remove(file);
        }
    }
}
