package dev.isos.study.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.api.error.IsosException;
import dev.isos.core.bound.Bounds;
import dev.isos.core.file.IoReason;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder with the outcomes of a sweep, so that one that was stopped goes on where it was. An outcome is in the file when
 * {@link #put} returns, so that it survives the end of the process, and on the disk as soon as the disk can, so that a failure of
 * the power takes the last ones at most. One process at a time writes a store, while any number read it. Rows that were cut short
 * or damaged are left out, and so their points done again. Safe for use by many threads.
 *
 * <p>{@code store.json} names format and version, {@code points.jsonl} has a row per line in the order of completion, and
 * {@code lock} is locked by who writes. Of rows with the same id the last one counts.
 */
public final class SweepStore implements AutoCloseable {
    /** Version of the format. */
    public static final int VERSION = 1;

    private static final String FORMAT = "isos-sweep";
    private static final String HEADER = "store.json";
    private static final String POINTS = "points.jsonl";
    private static final String LOCK = "lock";
    private static final String JOURNAL_BEGINNING = "{\"key\":\"";
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private final Path folder;
    private final FileChannel lock;
    private final RandomAccessFile file;
    private final Map<String, Place> places = new HashMap<>();
    private final Thread disk = new Thread(this::keepOnDisk, "store");
    private int damaged;
    private long written;
    private long onDisk;
    private boolean closing;
    private IOException failure;

    /** Where the last row of a point is. */
    private record Place(String basis, long start, int length) {}

    /** What there is to know of the header. */
    private record Header(String format, int version) {}

    private SweepStore(Path folder, FileChannel lock) throws IOException {
        this.folder = folder;
        this.lock = lock;
        // not a channel, which an interrupted thread would close
        this.file = new RandomAccessFile(points(folder).toFile(), "rw");
    }

    /** A store that keeps nothing. */
    public static SweepStore none() {
        return new SweepStore();
    }

    /** Where the rows are; a device would be read without end. */
    private static Path points(Path folder) {
        Path points = folder.resolve(POINTS);
        if (Files.exists(points) && !Files.isDirectory(points) && !Files.isRegularFile(points)) {
            throw IsosException.badInput(points + " is a pipe or device, expected a regular file");
        }
        return points;
    }

    private SweepStore() {
        this.folder = null;
        this.lock = null;
        this.file = null;
    }

    /**
     * Refuses a store that is a folder of something else, too.
     *
     * @param other null for none
     * @param name how messages call it
     */
    public static void requireOther(Path folder, @Nullable Path other, String name) {
        if (other != null
                && folder.toAbsolutePath()
                        .normalize()
                        .equals(other.toAbsolutePath().normalize())) {
            throw IsosException.badInput(name + " " + other + " is the store of the sweep; expected another folder");
        }
    }

    /**
     * Opens a store, which is made where there is none, to read and to write.
     *
     * @throws IsosException when the folder is something else, or a store of another version, cannot be written, or another process
     *     writes it
     */
    public static SweepStore open(Path folder) {
        FileChannel lock = null;
        SweepStore store = null;
        boolean ready = false;
        try {
            if (Files.exists(folder)) {
                requireStoreOrEmpty(folder);
            }
            Files.createDirectories(folder);
            lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock(folder, lock);
            // again, now that nobody else can make it one
            if (!hasHeader(folder)) {
                makeHeader(folder);
            }
            store = new SweepStore(folder, lock);
            store.load();
            sync(folder);
            ready = true;
            return store;
        } catch (IOException e) {
            throw refused(folder, IoReason.of(e));
        } finally {
            if (ready) {
                store.disk.setDaemon(true);
                store.disk.start();
            } else {
                close(store == null ? null : store.file);
                close(lock);
            }
        }
    }

    /** Whether there is a header, which is that of a store of this version. */
    private static boolean hasHeader(Path folder) {
        Path file = folder.resolve(HEADER);
        if (Files.notExists(file)) {
            return false;
        }
        Header header = null;
        try {
            JsonNode root = MAPPER.readTree(Bounds.text(file.toString(), file, Bounds.SETTINGS_BYTES));
            header = new Header(
                    root.path("format").asText(""), root.path("version").asInt());
        } catch (IOException e) {
            // told below
        }
        if (header == null || !header.format().equals(FORMAT)) {
            throw IsosException.badInput(file + " is damaged, or not that of a store of a sweep");
        }
        if (header.version() != VERSION) {
            throw IsosException.badInput("store " + folder + " has version " + header.version()
                    + " of the format, but only " + VERSION + " is read; in another folder the sweep starts anew");
        }
        return true;
    }

    /** Refuses what is there and no store: a store is made where nothing is in the way. */
    private static void requireStoreOrEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw IsosException.badInput(
                    isJournal(folder)
                            ? "store " + folder
                                    + " is a journal of an earlier version of Isos, which is no longer read; in"
                                    + " another folder the sweep starts anew"
                            : "store " + folder + " is no folder");
        }
        if (hasHeader(folder)) {
            return;
        }
        try (Stream<Path> all = Files.list(folder)) {
            // what a process leaves that is killed while it makes a store
            boolean other = all.map(path -> String.valueOf(path.getFileName()))
                    .anyMatch(name -> !name.equals(LOCK) && !name.equals(HEADER + ".new"));
            if (other && !hasHeader(folder)) { // which another process may have made meanwhile
                throw IsosException.badInput("folder " + folder + " is no store of a sweep, and is not empty");
            }
        }
    }

    private static boolean isJournal(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(JOURNAL_BEGINNING.length()), StandardCharsets.ISO_8859_1)
                    .equals(JOURNAL_BEGINNING);
        }
    }

    /** The lock ends with the process, however it ends. */
    private static void lock(Path folder, FileChannel channel) {
        boolean taken;
        try {
            FileLock got = channel.tryLock();
            taken = got == null;
        } catch (OverlappingFileLockException e) {
            taken = true;
        } catch (IOException e) {
            throw refused(folder, "its file system has no locks, which keep a second process from writing it");
        }
        if (taken) {
            throw refused(folder, "another process of Isos, or this one, is writing it");
        }
    }

    /** The header appears whole, and before any row. */
    private static void makeHeader(Path folder) throws IOException {
        Path unfinished = folder.resolve(HEADER + ".new");
        try (RandomAccessFile header = new RandomAccessFile(unfinished.toFile(), "rw")) {
            header.setLength(0);
            header.write(MAPPER.writeValueAsBytes(new Header(FORMAT, VERSION)));
            header.getFD().sync();
        }
        Files.move(unfinished, folder.resolve(HEADER), StandardCopyOption.ATOMIC_MOVE);
    }

    /** New names in a folder survive a failure of the power once the folder is on the disk. */
    private static void sync(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // not every system can do that to a folder
        }
    }

    /** Finds the rows, and cuts off one that was cut short. */
    private void load() throws IOException {
        try (InputStream in = new FileInputStream(folder.resolve(POINTS).toFile())) {
            long end = RowFormat.read(in, (start, row, length) -> {
                if (row == null) {
                    damaged++;
                } else {
                    PointKey key = RowFormat.key(row, length);
                    places.put(key.id(), new Place(key.basis(), start, length));
                }
            });
            file.setLength(end);
            written = end;
            onDisk = end;
        }
    }

    private static IsosException refused(Path folder, String reason) {
        return IsosException.badInput("cannot write store " + folder + ": " + reason);
    }

    /** Lines that were damaged when the store was opened; their points count as not done. */
    public int damaged() {
        return damaged;
    }

    /** The row of a point that is up to date. */
    public synchronized Optional<Row> get(PointKey key) {
        Place place = places.get(key.id());
        if (place == null || !place.basis().equals(key.basis())) {
            return Optional.empty();
        }
        try {
            return Optional.of(RowFormat.row(file, place.start(), place.length()));
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    /**
     * Keeps a row: it is in the file when the method returns.
     *
     * @throws IsosException when it cannot be written; the file then ends with the row before
     */
    public synchronized void put(PointKey key, Row row) {
        if (file == null) {
            return;
        }
        requireSound();
        try {
            byte[] line = RowFormat.line(row);
            file.seek(written);
            file.write(line);
            places.put(key.id(), new Place(key.basis(), written, RowFormat.jsonLength(line.length)));
            written += line.length;
            notifyAll();
        } catch (IOException e) {
            failure = e;
            cut();
            requireSound();
        }
    }

    private void requireSound() {
        if (failure != null) {
            throw refused(
                    folder,
                    IoReason.of(failure) + "; what was finished before is kept, and the same sweep goes on from there");
        }
    }

    private void cut() {
        try {
            file.setLength(written);
        } catch (IOException e) {
            // the piece of a row that stays is not read
        }
    }

    /** Has the disk write what was written, again and again, while the sweep goes on. */
    private void keepOnDisk() {
        while (true) {
            long end;
            synchronized (this) {
                while (written == onDisk && !closing) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        return;
                    }
                }
                if (written == onDisk) {
                    return;
                }
                end = written;
            }
            IOException failed = null;
            try {
                file.getFD().sync();
            } catch (IOException e) {
                failed = e;
            }
            synchronized (this) {
                onDisk = end;
                failure = failure == null ? failed : failure;
            }
        }
    }

    /**
     * Ends with all rows on the disk.
     *
     * @throws IsosException when they could not be written there
     */
    @Override
    public void close() {
        if (file == null) {
            return;
        }
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (disk.isAlive()) {
            try {
                disk.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        close(file);
        close(lock);
        requireSound();
    }

    private static void close(AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (Exception e) {
            // all that matters is on the disk already
        }
    }

    /**
     * Reads a store, which may be written at the same time.
     *
     * @param rows gets the row of each point, in the order of their ids
     * @throws IsosException when there is none, or one of another version
     */
    public static void read(Path folder, Consumer<Row> rows) {
        try (Snapshot snapshot = Snapshot.of(folder)) {
            snapshot.rows(rows);
        }
    }

    /** The rows that a store had at one moment, one per point, in the order of the ids. For one thread. */
    static final class Snapshot implements AutoCloseable {
        private final Path folder;
        private final RandomAccessFile file;
        private final Map<String, Place> places;
        private final int damaged;

        private Snapshot(Path folder, RandomAccessFile file, Map<String, Place> places, int damaged) {
            this.damaged = damaged;
            this.folder = folder;
            this.file = file;
            this.places = places;
        }

        static Snapshot of(Path folder) {
            RandomAccessFile file = null;
            boolean ready = false;
            try {
                if (Files.exists(folder)) {
                    requireStoreOrEmpty(folder);
                }
                Path points = points(folder);
                if (!hasHeader(folder) || Files.notExists(points)) {
                    throw IsosException.badInput("there is no store of a sweep in " + folder);
                }
                Map<String, Place> places = new TreeMap<>();
                int[] damaged = new int[1];
                try (InputStream in = Files.newInputStream(points)) {
                    RowFormat.read(in, (start, row, length) -> {
                        if (row != null) {
                            PointKey key = RowFormat.key(row, length);
                            places.put(key.id(), new Place("", start, length));
                        } else {
                            damaged[0]++;
                        }
                    });
                }
                file = new RandomAccessFile(points.toFile(), "r");
                ready = true;
                return new Snapshot(folder, file, places, damaged[0]);
            } catch (IOException e) {
                throw unreadable(folder, e);
            } finally {
                if (!ready) {
                    SweepStore.close(file);
                }
            }
        }

        /** Lines that are damaged, and left out. */
        int damaged() {
            return damaged;
        }

        void rows(Consumer<Row> rows) {
            try {
                for (Place place : places.values()) {
                    rows.accept(RowFormat.row(file, place.start(), place.length()));
                }
            } catch (IOException e) {
                throw unreadable(folder, e);
            }
        }

        void parameters(Consumer<Map<String, Object>> parameters) {
            try {
                for (Place place : places.values()) {
                    parameters.accept(RowFormat.parameters(file, place.start(), place.length()));
                }
            } catch (IOException e) {
                throw unreadable(folder, e);
            }
        }

        @Override
        public void close() {
            SweepStore.close(file);
        }
    }

    private static IsosException unreadable(Path folder, IOException e) {
        return IsosException.badInput("cannot read store " + folder + ": " + IoReason.of(e));
    }
}
