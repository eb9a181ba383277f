package dev.isos.cli.output;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Network;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes what a machine did as a trace-event file (JSON) that chrome://tracing and Perfetto open: one track per resource,
 * one slice per task, times in simulated microseconds. Slices go straight to a hidden file beside the final one, so memory
 * does not grow with the trace; the file appears under its name when it is complete.
 */
public final class TraceWriter implements SimulationListener, AutoCloseable {
    private static final double PICOSECONDS_PER_SECOND = 1e12;
    private static final int PICOSECONDS_PER_MICROSECOND = 1_000_000;

    private final OutputFile out;
    private final StringBuilder event = new StringBuilder();
    private final Map<String, Integer> tracks = new LinkedHashMap<>();
    private Network network;
    private double picosecondsPerCycle;
    private IsosException failure;

    private TraceWriter(OutputFile out) {
        this.out = out;
    }

    /**
     * Makes ready to write.
     *
     * @throws IsosException when the file cannot be written
     */
    public static TraceWriter open(Path file) {
        return new TraceWriter(OutputFile.open(file, "--trace " + file));
    }

    /** Names the layers of slices and gives the clock; before the first slice. */
    public void begin(Network traced, double clockHz, String title) {
        network = traced;
        picosecondsPerCycle = PICOSECONDS_PER_SECOND / clockHz;
        event.append("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
        event.append("{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,\"args\":{\"name\":");
        quote(title).append("}}");
        flushEvent();
    }

    @Override
    public boolean wantsSlices() {
        return true;
    }

    @Override
    public void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {
        Integer known = tracks.get(track);
        int id = known == null ? addTrack(track) : known;
        long start = Math.round(startCycle * picosecondsPerCycle);
        long duration = Math.round(endCycle * picosecondsPerCycle) - start;
        event.append(",\n{\"name\":");
        quote(layer >= 0 && layer < network.size() ? network.layer(layer).name() : phase);
        event.append(",\"cat\":");
        quote(phase);
        event.append(",\"ph\":\"X\",\"pid\":1,\"tid\":").append(id).append(",\"ts\":");
        microseconds(start);
        event.append(",\"dur\":");
        microseconds(duration);
        event.append(",\"args\":{\"cycles\":").append(endCycle - startCycle).append("}}");
        flushEvent();
    }

    @Override
    public void onSegmentEnd(int segment, long cycle) {
        event.append(",\n{\"name\":\"end of segment ").append(segment).append("\",\"ph\":\"i\",\"s\":\"g\",\"pid\":1,");
        event.append("\"tid\":0,\"ts\":");
        microseconds(Math.round(cycle * picosecondsPerCycle));
        event.append('}');
        flushEvent();
    }

    private int addTrack(String track) {
        int id = tracks.size() + 1;
        tracks.put(track, id);
        event.append(",\n{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":")
                .append(id)
                .append(",\"args\":{\"name\":");
        quote(track).append("}},\n{\"name\":\"thread_sort_index\",\"ph\":\"M\",\"pid\":1,\"tid\":");
        event.append(id).append(",\"args\":{\"sort_index\":").append(id).append("}}");
        return id;
    }

    private void microseconds(long picoseconds) {
        event.append(picoseconds / PICOSECONDS_PER_MICROSECOND);
        long rest = picoseconds % PICOSECONDS_PER_MICROSECOND;
        if (rest != 0) {
            String digits = Long.toString(PICOSECONDS_PER_MICROSECOND + rest);
            int end = digits.length();
            while (digits.charAt(end - 1) == '0') {
                end--;
            }
            event.append('.').append(digits, 1, end);
        }
    }

    private StringBuilder quote(String text) {
        event.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                event.append('\\').append(c);
            } else if (c < ' ') {
                event.append(String.format("\\u%04x", (int) c));
            } else {
                event.append(c);
            }
        }
        return event.append('"');
    }

    private void flushEvent() {
        // After a failure the simulation goes on; commit() tells.
        if (failure == null) {
            try {
                out.write(to -> to.write(event.toString().getBytes(StandardCharsets.UTF_8)));
            } catch (IsosException e) {
                failure = e;
            }
        }
        event.setLength(0);
    }

    /** Completes the file and moves it to its place. */
    public void commit() {
        event.append("\n]}\n");
        flushEvent();
        if (failure != null) {
            throw failure;
        }
        out.commit();
    }

    @Override
    public void close() {
        out.close();
    }
}
