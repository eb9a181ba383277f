package dev.isos.core.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A hidden name for something that is being written, and the lock that keeps it from other processes: {@code
 * .NAME.isos-DIGITS.tmp} and {@code .lock}. The lock is taken before the first byte and given up after the last one, so that a
 * lock that can be taken shows that its process is gone, and what it has left can be deleted.
 */
public final class Unfinished implements AutoCloseable {
    private static final Pattern LOCK = Pattern.compile("(\\..*\\.isos-[0-9a-f]{8})\\.lock");
    private static final int LONGEST_NAME = 40;

    private final Path path;
    private final Path lockFile;
    private final Lock lock;

    private Unfinished(Path path, Path lockFile, Lock lock) {
        this.path = path;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Takes the right to write something, and deletes what killed processes have left in the folder.
     *
     * @param folder where the unfinished thing will stand; exists
     * @param name final name, or path from the folder
     * @throws IOException when it cannot be written; {@link IoReason} has words for it, also for another process that is writing
     *     the same
     */
    public static Unfinished of(Path folder, String name) throws IOException {
        sweep(folder);
        CRC32 digits = new CRC32();
        digits.update(name.getBytes(StandardCharsets.UTF_8));
        String last = String.valueOf(Path.of(name).getFileName());
        String shown = last.substring(
                0, last.offsetByCodePoints(0, Math.min(LONGEST_NAME, last.codePointCount(0, last.length()))));
        String stem = String.format(".%s.isos-%08x", shown, digits.getValue());
        Path path = folder.resolve(stem + ".tmp");
        Path lockFile = folder.resolve(stem + ".lock");
        Lock lock = Lock.take(lockFile);
        // Of a process that was killed after the sweep, or where files cannot be locked.
        StaleTemporaries.delete(path);
        StaleTemporaries.add(lockFile);
        StaleTemporaries.add(path);
        return new Unfinished(path, lockFile, lock);
    }

    /** Deletes what processes that are gone have left. */
    public static void sweep(Path folder) {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(folder, ".*.isos-*.lock")) {
            for (Path file : locks) {
                Matcher name = LOCK.matcher(String.valueOf(file.getFileName()));
                if (name.matches() && Files.isRegularFile(file)) {
                    sweep(file, folder.resolve(name.group(1) + ".tmp"));
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            // A folder that cannot be tidied can perhaps be written.
        }
    }

    private static void sweep(Path lockFile, Path left) {
        try (Lock lock = Lock.takeExisting(lockFile)) {
            if (lock != null) {
                StaleTemporaries.delete(left);
            }
        } catch (IOException e) {
            // Its process lives, or it is not ours to delete.
        }
    }

    /** Whether {@link #of} failed since the same is being written already. */
    public static boolean isTaken(IOException e) {
        return e instanceof Lock.TakenException;
    }

    /** Where to write. */
    public Path path() {
        return path;
    }

    /** Moves files, or writes into an unfinished folder; not while the process ends (Ctrl-C). */
    public static void unlessEnding(Action action) throws IOException {
        StaleTemporaries.unlessEnding(action);
    }

    /** What changes files. */
    public interface Action {
        void run() throws IOException;
    }

    @Override
    public void close() {
        StaleTemporaries.delete(path);
        StaleTemporaries.forget(path);
        lock.close();
        StaleTemporaries.forget(lockFile);
    }
}
