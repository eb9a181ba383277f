package dev.isos.report.trace;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.result.RunResult;
import dev.isos.report.timeline.BinnedBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trace events as JSON, one a line: metadata (M), complete slices (X), arrows between them (s, f), counters (C) and instants (i). Processes and threads are
 * numbered in the order in which a viewer is to show them: segments, units that compute, ports, memories.
 */
final class TraceEvents {
    private static final double HUNDREDTHS = 100;

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
            begin("segment " + (s + 1) + ": " + layers.get(0) + last, "X", process, 1, start);
            json.writeStringField("cat", "segment");
            json.writeNumberField("dur", ends.get(s) - start);
            json.writeObjectFieldStart("args");
            json.writeStringField("layers", String.join(", ", layers));
            json.writeStringField("limitedBy", result.segments().get(s).limitedBy());
            json.writeEndObject();
            json.writeEndObject();
            start = ends.get(s);
            begin("end of segment " + (s + 1), "i", process, 1, start);
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

    /**
     * For each operand of a layer, an arrow to the first thing done for the layer, from what was last begun before it for the layer
     * that makes the operand; none where one of both is not in the trace.
     */
    void flows(SliceSample slices) throws IOException {
        Map<Integer, List<Integer>> byLayer = new HashMap<>();
        for (int i = 0; i < slices.size(); i++) {
            if (!slices.track(i).port && slices.layer(i) >= 0) {
                byLayer.computeIfAbsent(slices.layer(i), layer -> new ArrayList<>())
                        .add(i);
            }
        }
        int id = 0;
        for (Layer layer : network.layers()) {
            Optional<Integer> first = byLayer.getOrDefault(layer.index(), List.of()).stream()
                    .min(Comparator.comparingLong(slices::start));
            for (int operand : first.isPresent() ? layer.operands() : List.<Integer>of()) {
                long begin = slices.start(first.get());
                Optional<Integer> maker = byLayer.getOrDefault(operand, List.of()).stream()
                        .filter(i -> slices.start(i) < begin)
                        .max(Comparator.comparingLong(slices::start));
                if (maker.isPresent()) {
                    String name = network.layer(operand).name() + " to " + layer.name();
                    long from = Math.max(slices.start(maker.get()), Math.min(begin, slices.end(maker.get())) - 1);
                    flow(name, "s", ++id, slices.track(maker.get()), from);
                    flow(name, "f", id, slices.track(first.get()), begin);
                }
            }
        }
    }

    private void flow(String name, String type, int id, Track track, long cycle) throws IOException {
        begin(name, type, processes.get(track.process), threads[track.id], cycle);
        json.writeStringField("cat", "operand");
        json.writeNumberField("id", id);
        if (type.equals("f")) {
            json.writeStringField("bp", "e");
        }
        json.writeEndObject();
    }

    /** Bytes per cycle of a port, a value where it changes. */
    void bandwidth(String port, BinnedBytes moved) throws IOException {
        int process = process("bandwidth, bytes per cycle");
        long[] bytes = moved.bytes();
        double last = -1;
        for (int bin = 0; bin <= bytes.length; bin++) {
            double now = bin < bytes.length ? Math.rint(HUNDREDTHS * bytes[bin] / moved.binCycles()) / HUNDREDTHS : 0;
            if (now != last) {
                begin(port, "C", process, 0, bin * moved.binCycles());
                json.writeObjectFieldStart("args");
                json.writeNumberField("bytesPerCycle", now);
                json.writeEndObject();
                json.writeEndObject();
                last = now;
            }
        }
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
