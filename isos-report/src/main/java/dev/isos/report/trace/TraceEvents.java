package dev.isos.report.trace;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.result.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trace events as JSON, one a line: metadata (M), complete slices (X), counters (C) and instants (i). Processes and threads are
 * numbered in the order in which a viewer is to show them: segments, units that compute, ports, memories.
 */
final class TraceEvents {
    private final JsonGenerator json;
    private final Network network;
    private final List<Track> tracks;
    private final Map<String, Integer> processes = new LinkedHashMap<>();
    private final int[] threads;
    private int nextProcess;

    TraceEvents(JsonGenerator json, Network network, List<Track> tracks) {
        this.json = json;
        this.network = network;
        this.tracks = tracks;
        this.threads = new int[tracks.size()];
    }

    /** The segments as slices of a track of their own, each end as a mark over all tracks. */
    void segments(int process, RunResult result, List<Long> ends) throws IOException {
        metadata(
                "process_name",
                process,
                -1,
                result.workload().id() + " on " + result.accelerator().id());
        sortIndex("process_sort_index", process, -1, process);
        metadata("thread_name", process, 1, "segments");
        sortIndex("thread_sort_index", process, 1, 1);
        long start = 0;
        for (int s = 0; s < ends.size(); s++) {
            List<String> layers = result.segments().get(s).layers();
            String last = layers.size() > 1 ? " to " + layers.get(layers.size() - 1) : "";
            begin("segment " + s + ": " + layers.get(0) + last, "X", process, 1, start);
            json.writeStringField("cat", "segment");
            json.writeNumberField("dur", ends.get(s) - start);
            json.writeObjectFieldStart("args");
            json.writeStringField("layers", String.join(", ", layers));
            json.writeStringField("limitedBy", result.segments().get(s).limitedBy());
            json.writeEndObject();
            json.writeEndObject();
            start = ends.get(s);
            begin("end of segment " + s, "i", process, 1, start);
            json.writeStringField("s", "g");
            json.writeEndObject();
        }
    }

    /** Names processes and threads of all tracks. */
    void names(int firstProcess) throws IOException {
        nextProcess = firstProcess;
        for (boolean port : new boolean[] {false, true}) {
            Map<String, Integer> unnumbered = new LinkedHashMap<>();
            for (Track track : tracks) {
                if (track.port == port) {
                    int process = process(track.process);
                    // threads of units by their numbers, others in the order in which they came
                    int thread =
                            track.member >= 0 ? track.member + 1 : unnumbered.merge(track.process, 1, Integer::sum);
                    threads[track.id] = thread;
                    metadata("thread_name", process, thread, track.thread);
                    sortIndex("thread_sort_index", process, thread, thread);
                }
            }
        }
    }

    private int process(String name) throws IOException {
        Integer known = processes.get(name);
        if (known != null) {
            return known;
        }
        int process = nextProcess++;
        processes.put(name, process);
        metadata("process_name", process, -1, name);
        sortIndex("process_sort_index", process, -1, process);
        return process;
    }

    void slice(SliceSample slices, int i) throws IOException {
        Track track = slices.track(i);
        int layer = slices.layer(i);
        String name =
                layer >= 0 && layer < network.size() ? network.layer(layer).name() : slices.phase(i);
        begin(name, "X", processes.get(track.process), threads[track.id], slices.start(i));
        json.writeStringField("cat", slices.phase(i));
        json.writeNumberField("dur", slices.end(i) - slices.start(i));
        json.writeObjectFieldStart("args");
        json.writeNumberField("layer", layer);
        if (slices.count(i) > 1) {
            json.writeNumberField("slices", slices.count(i));
        }
        if (track.port) {
            json.writeNumberField("bytes", slices.bytes(i));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    void counter(CounterSample sample, CounterSample.Counter counter) throws IOException {
        int process = process(counter.memory + ", bytes");
        String name = counter.tensor == Layer.NONE
                ? counter.memory
                : "queue of " + TraceWriter.tensorName(network, counter.tensor);
        try {
            sample.values(counter, (cycle, bytes) -> value(name, process, cycle, bytes));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void value(String name, int process, long cycle, long bytes) {
        try {
            begin(name, "C", process, 0, cycle);
            json.writeObjectFieldStart("args");
            json.writeNumberField("bytes", bytes);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What each track did in all, and what of it is in the trace. */
    void totals(SliceSample slices) throws IOException {
        long[] written = new long[tracks.size()];
        long[] cycles = new long[tracks.size()];
        for (int i = 0; i < slices.size(); i++) {
            int id = slices.track(i).id;
            written[id]++;
            cycles[id] += slices.end(i) - slices.start(i);
        }
        json.writeArrayFieldStart("tracks");
        for (Track track : tracks) {
            json.writeRaw('\n');
            json.writeStartObject();
            json.writeStringField("name", track.name);
            json.writeNumberField("pid", processes.get(track.process));
            json.writeNumberField("tid", threads[track.id]);
            json.writeNumberField("slices", track.slices);
            json.writeNumberField("busyCycles", track.busyCycles);
            if (track.port) {
                json.writeNumberField("bytes", track.bytes);
            }
            json.writeNumberField("writtenSlices", written[track.id]);
            json.writeNumberField("writtenCycles", cycles[track.id]);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void begin(String name, String type, int process, int thread, long cycle) throws IOException {
        json.writeRaw('\n');
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeStringField("ph", type);
        json.writeNumberField("pid", process);
        json.writeNumberField("tid", thread);
        json.writeNumberField("ts", cycle);
    }

    private void metadata(String what, int process, int thread, String name) throws IOException {
        beginMetadata(what, process, thread);
        json.writeStringField("name", name);
        json.writeEndObject();
        json.writeEndObject();
    }

    private void sortIndex(String what, int process, int thread, int index) throws IOException {
        beginMetadata(what, process, thread);
        json.writeNumberField("sort_index", index);
        json.writeEndObject();
        json.writeEndObject();
    }

    private void beginMetadata(String what, int process, int thread) throws IOException {
        json.writeRaw('\n');
        json.writeStartObject();
        json.writeStringField("name", what);
        json.writeStringField("ph", "M");
        json.writeNumberField("pid", process);
        if (thread >= 0) {
            json.writeNumberField("tid", thread);
        }
        json.writeObjectFieldStart("args");
    }
}
