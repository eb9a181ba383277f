package dev.isos.report.trace;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.result.RunResult;
import dev.isos.report.trace.TraceEvent.Counter;
import dev.isos.report.trace.TraceEvent.Held;
import dev.isos.report.trace.TraceEvent.Instant;
import dev.isos.report.trace.TraceEvent.Label;
import dev.isos.report.trace.TraceEvent.Metadata;
import dev.isos.report.trace.TraceEvent.NameLabel;
import dev.isos.report.trace.TraceEvent.Reach;
import dev.isos.report.trace.TraceEvent.SegmentDetail;
import dev.isos.report.trace.TraceEvent.Slice;
import dev.isos.report.trace.TraceEvent.SortIndexLabel;
import dev.isos.report.trace.TraceEvent.Subject;
import dev.isos.report.trace.TraceEvent.TaskDetail;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of a trace, one after the other. Processes and threads are numbered in the order in which a viewer is to show them:
 * segments, units that compute, ports, memories.
 */
final class TraceEvents {
    private final Consumer<TraceEvent> out;
    private final Network network;
    private final List<Track> tracks;
    private final Map<String, Integer> processes = new LinkedHashMap<>();
    private final int[] threads;
    private int nextProcess;

    TraceEvents(Consumer<TraceEvent> out, Network network, List<Track> tracks) {
        this.out = out;
        this.network = network;
        this.tracks = tracks;
        this.threads = new int[tracks.size()];
    }

    /** The segments as slices of a track of their own, each end as a mark over all tracks. */
    void segments(int process, RunResult result, List<Long> ends) {
        name(process, result.workload().id() + " on " + result.accelerator().id());
        name(process, 1, "segments");
        long start = 0;
        for (int s = 0; s < ends.size(); s++) {
            List<String> layers = result.segments().get(s).layers();
            String last = layers.size() > 1 ? " to " + layers.get(layers.size() - 1) : "";
            out.accept(new Slice(
                    "segment " + s + ": " + layers.get(0) + last,
                    process,
                    1,
                    start,
                    "segment",
                    ends.get(s) - start,
                    new SegmentDetail(
                            String.join(", ", layers), result.segments().get(s).limitedBy())));
            start = ends.get(s);
            out.accept(new Instant("end of segment " + s, process, 1, start, Reach.ALL_TRACKS));
        }
    }

    /** Names processes and threads of all tracks. */
    void names(int firstProcess) {
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
                    name(process, thread, track.thread);
                }
            }
        }
    }

    private int process(String name) {
        Integer known = processes.get(name);
        if (known != null) {
            return known;
        }
        int process = nextProcess++;
        processes.put(name, process);
        name(process, name);
        return process;
    }

    void slice(SliceSample slices, int i) {
        Track track = slices.track(i);
        int layer = slices.layer(i);
        String name =
                layer >= 0 && layer < network.size() ? network.layer(layer).name() : slices.phase(i);
        out.accept(new Slice(
                name,
                processes.get(track.process),
                threads[track.id],
                slices.start(i),
                slices.phase(i),
                slices.end(i) - slices.start(i),
                new TaskDetail(
                        layer, slices.count(i) > 1 ? slices.count(i) : null, track.port ? slices.bytes(i) : null)));
    }

    void counter(CounterSample sample, CounterSample.Counter counter) {
        int process = process(counter.memory + ", bytes");
        String name = counter.tensor == Layer.NONE
                ? counter.memory
                : "queue of " + TraceWriter.tensorName(network, counter.tensor);
        sample.values(counter, (cycle, bytes) -> out.accept(new Counter(name, process, 0, cycle, new Held(bytes))));
    }

    /** What each track did in all, and what of it is in the trace. */
    List<Trace.TrackTotal> totals(SliceSample slices) {
        long[] written = new long[tracks.size()];
        long[] cycles = new long[tracks.size()];
        for (int i = 0; i < slices.size(); i++) {
            int id = slices.track(i).id;
            written[id]++;
            cycles[id] += slices.end(i) - slices.start(i);
        }
        List<Trace.TrackTotal> totals = new ArrayList<>();
        for (Track track : tracks) {
            totals.add(new Trace.TrackTotal(
                    track.name,
                    processes.get(track.process),
                    threads[track.id],
                    track.slices,
                    track.busyCycles,
                    track.port ? track.bytes : null,
                    written[track.id],
                    cycles[track.id]));
        }
        return totals;
    }

    private void name(int process, String name) {
        tell(Subject.PROCESS_NAME, process, null, new NameLabel(name));
        tell(Subject.PROCESS_SORT_INDEX, process, null, new SortIndexLabel(process));
    }

    private void name(int process, int thread, String name) {
        tell(Subject.THREAD_NAME, process, thread, new NameLabel(name));
        tell(Subject.THREAD_SORT_INDEX, process, thread, new SortIndexLabel(thread));
    }

    private void tell(Subject subject, int process, @Nullable Integer thread, Label label) {
        out.accept(new Metadata(subject, process, thread, label));
    }
}
