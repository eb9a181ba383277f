package dev.isos.workloads.file;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.Workload;
import dev.isos.core.file.IoReason;
import dev.isos.core.file.Unfinished;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Keeps workloads that are costly to build in a folder, as workload files named after a hash of everything that they
 * depend on. An entry that is damaged, incomplete, of another version or filed under another key is never used: it is
 * built anew and replaced. Entries appear at once or not at all, so that processes may share a folder. A folder that
 * cannot be written only costs the time to build, and a warning to the logger {@code dev.isos.cache}. Entries beyond {@value #MAX_BYTES} bytes are deleted when a new one is
 * written, those first that have not been used for longest.
 */
public final class WorkloadCache {
    static final int KEY_DIGITS_IN_NAME = 24;

    /** Some thirty entries of the largest networks; beyond it the entry that was not used for longest is deleted. */
    static final long MAX_BYTES = 2L << 30;

    /** Name of the logger that is told what could not be kept. */
    private static final String NOTICES = "dev.isos.cache";

    private static final long HOUR_MILLIS = 3_600_000;

    private WorkloadCache() {}

    /**
     * The workload of the cache or, where there is none, of {@code build}, which is then kept.
     *
     * @param folder folder of the cache, created when it is missing; empty: no cache
     * @param id id of the workload
     * @param content everything that the workload depends on
     */
    public static Workload get(Optional<Path> folder, String id, byte[][] content, Supplier<Workload> build) {
        if (folder.isEmpty()) {
            return build.get();
        }
        String key = key(content);
        Path file = file(folder.get(), id, key);
        Unfinished.sweep(folder.get());
        Optional<Workload> kept = read(file, id, key);
        if (kept.isPresent()) {
            used(file);
            return kept.get();
        }
        Workload built = build.get();
        try {
            Files.createDirectories(folder.get());
            WorkloadFile.write(file, built, key);
            CacheCleaner.clean(folder.get(), MAX_BYTES, file);
        } catch (IOException e) {
            if (Unfinished.isTaken(e)) {
                return built; // another process keeps it
            }
            System.getLogger(NOTICES)
                    .log(
                            System.Logger.Level.WARNING,
                            id + " cannot be kept in the cache folder " + folder.get() + " (" + IoReason.of(e)
                                    + "), so the next run builds it again");
        } catch (UnsupportedOperationException | SecurityException e) {
            // Not kept either.
            return built;
        }
        return built;
    }

    private static Optional<Workload> read(Path file, String id, String key) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            WorkloadFile.Entry entry = WorkloadFile.readEntry(file);
            boolean ours = entry.contentKey().equals(key)
                    && entry.workload().info().id().equals(id)
                    && entry.workload().hasReference();
            return ours ? Optional.of(entry.workload()) : Optional.empty();
        } catch (IsosException e) {
            return Optional.empty();
        }
    }

    /** Marks an entry as used now, to the hour, so that it is among the last to be deleted. */
    private static void used(Path file) {
        try {
            long now = System.currentTimeMillis();
            if (now - Files.getLastModifiedTime(file).toMillis() > HOUR_MILLIS) {
                Files.setLastModifiedTime(file, FileTime.fromMillis(now));
            }
        } catch (IOException | SecurityException e) {
            // Of a folder that can only be read: nothing is deleted there either.
        }
    }

    static Path file(Path folder, String id, String key) {
        return folder.resolve(id + "-" + key.substring(0, KEY_DIGITS_IN_NAME) + WorkloadFile.EXTENSION);
    }

    /** SHA-256, in hex, of the format's version and all parts, each preceded by its length. */
    static String key(byte[][] content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(Integer.BYTES)
                    .putInt(WorkloadFile.VERSION)
                    .array());
            for (byte[] part : content) {
                digest.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
