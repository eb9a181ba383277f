package dev.isos.workloads.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Keeps a cache folder small: what has not been used for longest goes first. Only files with the name of a cache entry are
 * deleted; what another process deletes or holds meanwhile is left to it.
 */
final class CacheCleaner {
    private static final Pattern ENTRY = Pattern.compile(
            ".+-[0-9a-f]{" + WorkloadCache.KEY_DIGITS_IN_NAME + "}" + Pattern.quote(WorkloadFile.EXTENSION));

    private record Entry(Path file, long bytes, long usedMillis) {}

    private CacheCleaner() {}

    /** Deletes entries until at most {@code limitBytes} are left; never the one to keep. */
    static void clean(Path folder, long limitBytes, Path keep) {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (ENTRY.matcher(name).matches()) {
                    try {
                        BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
                        entries.add(
                                new Entry(file, a.size(), a.lastModifiedTime().toMillis()));
                    } catch (NoSuchFileException e) {
                        // Another process was faster.
                    }
                }
            }
            long total = entries.stream().mapToLong(Entry::bytes).sum();
            entries.sort(Comparator.comparingLong(Entry::usedMillis).thenComparing(Entry::file));
            for (Entry entry : entries) {
                if (total <= limitBytes) {
                    return;
                }
                if (!entry.file().equals(keep)) {
                    Files.deleteIfExists(entry.file());
                    total -= entry.bytes();
                }
            }
        } catch (IOException | SecurityException e) {
            // A cache that cannot be tidied is still a cache.
        }
    }
}
