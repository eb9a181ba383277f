package dev.isos.cli.sweep;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult;
import dev.isos.core.bound.Bounds;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps what was finished, so that a sweep that was stopped goes on where it was: one line of JSON per run, written when it
 * ends. A line that was cut short when the process was killed is not read. Safe for use by many threads.
 */
public final class Journal implements AutoCloseable {
    /** Keeps nothing. */
    public static final Journal NONE = new Journal(null, null, Map.of());

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private final Path file;
    private final BufferedWriter writer;
    private final Map<String, RunResult> finished;

    private Journal(Path file, BufferedWriter writer, Map<String, RunResult> finished) {
        this.file = file;
        this.writer = writer;
        this.finished = finished;
    }

    /** A line. */
    private record Entry(String key, RunResult run) {}

    /**
     * Reads what is there and makes ready to write more.
     *
     * @throws IsosException when the file is something else or cannot be written
     */
    public static Journal open(Path file) {
        Map<String, RunResult> finished = new LinkedHashMap<>();
        boolean torn = false;
        try {
            if (Files.exists(file)) {
                String text = Bounds.text("--journal " + file, file, Bounds.JOURNAL_BYTES);
                torn = !text.isEmpty() && !text.endsWith("\n");
                List<String> lines = text.lines().toList();
                for (int i = 0; i < lines.size() - (torn ? 1 : 0); i++) {
                    Entry entry = entry(file, i + 1, lines.get(i));
                    finished.put(entry.key(), entry.run());
                }
            }
            BufferedWriter writer = Files.newBufferedWriter(
                    file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (torn) {
                writer.close();
                return rewritten(file, finished);
            }
            return new Journal(file, writer, finished);
        } catch (IOException e) {
            throw refused(file);
        }
    }

    private static Entry entry(Path file, int line, String text) {
        try {
            return MAPPER.readValue(text, Entry.class);
        } catch (IOException | IllegalArgumentException e) {
            throw IsosException.badInput("--journal " + file + " line " + line + " was not written by 'isos sweep'");
        }
    }

    /** Without the line that was cut short. */
    private static Journal rewritten(Path file, Map<String, RunResult> finished) throws IOException {
        BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
        Journal journal = new Journal(file, writer, new LinkedHashMap<>());
        finished.forEach(journal::write);
        journal.finished.putAll(finished);
        return journal;
    }

    private static IsosException refused(Path file) {
        return IsosException.badInput("--journal " + file + " cannot be read and written");
    }

    /** Number of runs that are kept. */
    public int size() {
        return finished.size();
    }

    /** A run that was finished. */
    public Optional<RunResult> get(String key) {
        return Optional.ofNullable(finished.get(key));
    }

    /** Keeps a run: it is in the file when the method returns. */
    public void put(String key, RunResult run) {
        if (writer != null) {
            write(key, run);
        }
    }

    private synchronized void write(String key, RunResult run) {
        try {
            writer.write(MAPPER.writeValueAsString(new Entry(key, run)));
            writer.write('\n');
            writer.flush();
        } catch (IOException e) {
            throw refused(file);
        }
    }

    @Override
    public synchronized void close() {
        if (writer != null) {
            try {
                writer.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
