package dev.isos.study.sweep;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult;
import dev.isos.core.bound.Bounds;
import dev.isos.core.file.IoReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Keeps what was finished, so that a sweep that was stopped goes on where it was: one line of JSON per run, written when it
 * ends. Each line ends in a checksum of what stands before it, so that a changed digit is not taken for a result; lines
 * without one, as earlier versions wrote them, are read too. A line that was cut short when the process was killed is not
 * read. One process at a time writes a journal. Safe for use by many threads.
 */
public final class Journal implements AutoCloseable {
    /** Keeps nothing. */
    public static final Journal NONE = new Journal(null, null, Map.of());

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    /** What follows the last field of a line; eight hexadecimal digits and the end of it come after. */
    private static final String CHECKSUM = ",\"crc32\":\"";

    private static final String BEGINNING = "{\"key\":\"";
    private static final String END = "\"}";
    private static final int DIGITS = 8;
    private static final int TAIL = CHECKSUM.length() + DIGITS + END.length();

    private final Path file;
    private final FileChannel channel;
    private final Map<String, RunResult> finished;

    private Journal(Path file, FileChannel channel, Map<String, RunResult> finished) {
        this.file = file;
        this.channel = channel;
        this.finished = finished;
    }

    /** A line. */
    private record Entry(String key, RunResult run) {}

    /**
     * Reads what is there and makes ready to write more.
     *
     * @throws IsosException when the file is something else, is damaged, cannot be written, or another process writes it
     */
    public static Journal open(Path file) {
        FileChannel channel = null;
        Journal opened = null;
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw refused(file, "it is no regular file");
            }
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            lock(file, channel);
            Map<String, RunResult> finished = new LinkedHashMap<>();
            long end = read(file, channel, finished);
            // Without the line that was cut short.
            channel.truncate(end);
            channel.position(end);
            opened = new Journal(file, channel, finished);
            return opened;
        } catch (IOException e) {
            throw refused(file, IoReason.of(e));
        } finally {
            if (opened == null) {
                close(channel);
            }
        }
    }

    /** The lock ends with the process, however it ends. */
    private static void lock(Path file, FileChannel channel) {
        boolean taken;
        try {
            FileLock lock = channel.tryLock();
            taken = lock == null;
        } catch (OverlappingFileLockException e) {
            taken = true;
        } catch (IOException e) {
            // A file system without locks: nobody can be kept out.
            taken = false;
        }
        if (taken) {
            throw refused(file, "another process of Isos is writing it");
        }
    }

    /** Takes all whole lines, and gives the position behind the last one. */
    private static long read(Path file, FileChannel channel, Map<String, RunResult> finished) throws IOException {
        // Not closed: that would close the channel. Not by name: to close a second channel would end the lock.
        if (channel.size() > Bounds.JOURNAL_BYTES) {
            throw IsosException.badInput("journal " + file + " has " + channel.size() + " bytes, at most "
                    + Bounds.JOURNAL_BYTES + " are read");
        }
        byte[] bytes = Channels.newInputStream(channel).readAllBytes();
        int start = 0;
        int line = 1;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                Entry entry = entry(file, line++, Arrays.copyOfRange(bytes, start, i));
                finished.put(entry.key(), entry.run());
                start = i + 1;
            }
        }
        boolean ours = true;
        for (int i = start; i < bytes.length && i - start < BEGINNING.length(); i++) {
            ours &= bytes[i] == BEGINNING.charAt(i - start);
        }
        if (!ours) {
            throw foreign(file, line);
        }
        return start;
    }

    private static IsosException foreign(Path file, int line) {
        return IsosException.badInput(
                "journal " + file + " line " + line + " was not written by a sweep, or is damaged");
    }

    private static Entry entry(Path file, int line, byte[] bytes) {
        String place = "journal " + file + " line " + line;
        byte[] json = bytes;
        int body = bytes.length - TAIL;
        if (body > 0 && text(bytes, body, body + CHECKSUM.length()).equals(CHECKSUM)) {
            if (!text(bytes, body, bytes.length).equals(tail(bytes, body))) {
                throw IsosException.badInput(
                        place + " is damaged: its checksum does not fit; without that line its run is" + " done again");
            }
            json = Arrays.copyOf(bytes, body + 1);
            json[body] = '}';
        }
        try {
            Entry entry = MAPPER.readValue(json, Entry.class);
            if (entry != null && entry.key() != null && entry.run() != null) {
                return entry;
            }
        } catch (IOException | IllegalArgumentException e) {
            // Told below.
        }
        if (json == bytes) {
            throw foreign(file, line);
        }
        throw IsosException.badInput(
                place + " was written by another version of Isos; another file, or none, starts anew");
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static String tail(byte[] bytes, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, length);
        return CHECKSUM + String.format("%08x", sum.getValue()) + END;
    }

    private static IsosException refused(Path file, String reason) {
        return IsosException.badInput("cannot write journal " + file + ": " + reason);
    }

    /** Number of runs that are kept. */
    public int size() {
        return finished.size();
    }

    /** A run that was finished. */
    public Optional<RunResult> get(String key) {
        return Optional.ofNullable(finished.get(key));
    }

    /**
     * Keeps a run: it is in the file when the method returns.
     *
     * @throws IsosException when it cannot be written; the file then ends with the run before
     */
    public synchronized void put(String key, RunResult run) {
        if (channel == null) {
            return;
        }
        long end = -1;
        try {
            byte[] json = MAPPER.writeValueAsBytes(new Entry(key, run));
            int body = json.length - 1;
            byte[] tail = (tail(json, body) + "\n").getBytes(StandardCharsets.US_ASCII);
            ByteBuffer line = ByteBuffer.allocate(body + tail.length)
                    .put(json, 0, body)
                    .put(tail)
                    .flip();
            end = channel.position();
            while (line.hasRemaining()) {
                channel.write(line);
            }
        } catch (IOException e) {
            cut(end);
            throw refused(
                    file, IoReason.of(e) + "; what was finished before is kept, and the same sweep goes on from there");
        }
    }

    private void cut(long end) {
        try {
            if (end >= 0) {
                channel.truncate(end);
            }
        } catch (IOException e) {
            // The piece of a line that stays is not read.
        }
    }

    @Override
    public synchronized void close() {
        close(channel);
    }

    private static void close(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // Every line is written already.
        }
    }
}
