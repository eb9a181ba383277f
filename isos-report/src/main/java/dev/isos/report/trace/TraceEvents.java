package dev.isos.report.trace;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.result.RunResult;
import dev.isos.report.trace.TraceEvent.ArrowEnd;
import dev.isos.report.trace.TraceEvent.ArrowKind;
import dev.isos.report.trace.TraceEvent.ArrowStart;
import dev.isos.report.trace.TraceEvent.BindingPoint;
import dev.isos.report.trace.TraceEvent.Counter;
import dev.isos.report.trace.TraceEvent.Held;
import dev.isos.report.trace.TraceEvent.Instant;
import dev.isos.report.trace.TraceEvent.Label;
import dev.isos.report.trace.TraceEvent.Metadata;
import dev.isos.report.trace.TraceEvent.Moved;
import dev.isos.report.trace.TraceEvent.NameLabel;
import dev.isos.report.trace.TraceEvent.Reach;
import dev.isos.report.trace.TraceEvent.SegmentDetail;
import dev.isos.report.trace.TraceEvent.Slice;
import dev.isos.report.trace.TraceEvent.SortIndexLabel;
import dev.isos.report.trace.TraceEvent.Subject;
import dev.isos.report.trace.TraceEvent.TaskDetail;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of a trace, one after the other. Processes and threads are numbered in the order in which a viewer is to show them:
 * segments, units that compute, ports, memories.
 */
final class TraceEvents {
    private static final double HUNDREDTHS = 100;

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
                    "segment " + (s + 1) + ": " + layers.get(0) + last,
                    process,
                    1,
                    start,
                    "segment",
                    ends.get(s) - start,
                    new SegmentDetail(
                            String.join(", ", layers), result.segments().get(s).limitedBy())));
            start = ends.get(s);
            out.accept(new Instant("end of segment " + (s + 1), process, 1, start, Reach.ALL_TRACKS));
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

    /**
     * For each operand of a layer, an arrow to the first thing done for the layer, from what was last begun before it for the layer
     * that makes the operand; none where one of both is not in the trace.
     */
    void flows(SliceSample slices) {
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
                    id++;
                    Track start = slices.track(maker.get());
                    out.accept(new ArrowStart(
                            name, processes.get(start.process), threads[start.id], from, ArrowKind.OPERAND, id));
                    Track end = slices.track(first.get());
                    out.accept(new ArrowEnd(
                            name,
                            processes.get(end.process),
                            threads[end.id],
                            begin,
                            ArrowKind.OPERAND,
                            id,
                            BindingPoint.ENCLOSING_SLICE));
                }
            }
        }
    }

    /** Bytes per cycle of a port, a value where it changes. */
    void bandwidth(String port, BinnedBytes moved) {
        int process = process("bandwidth, bytes per cycle");
        long[] bytes = moved.bytes();
        double last = -1;
        for (int bin = 0; bin <= bytes.length; bin++) {
            double now = bin < bytes.length ? Math.rint(HUNDREDTHS * bytes[bin] / moved.binCycles()) / HUNDREDTHS : 0;
            if (now != last) {
                out.accept(new Counter(port, process, 0, bin * moved.binCycles(), new Moved(now)));
                last = now;
            }
        }
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
