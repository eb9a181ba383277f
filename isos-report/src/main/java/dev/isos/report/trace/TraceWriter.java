package dev.isos.report.trace;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.result.RunResult;
import dev.isos.report.output.OutputFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes what a machine did as a trace-event file (JSON): a track per resource with a slice per task or burst, arrows from layers
 * to those that read them, what memories hold and ports move as counters, and the segments. One cycle is one microsecond of the trace, so that times are whole numbers, which viewers keep
 * exactly. At most a given number of slices and counter values is kept, see {@link SliceSample} and {@link CounterSample}.
 * The file appears when it is complete.
 */
public final class TraceWriter implements SimulationListener, AutoCloseable {
    /** Most slices and counter values, unless told otherwise; makes a file of some 60 MB. */
    public static final int DEFAULT_EVENTS = 600_000;

    /** Fewer are refused: no machine would be recognisable. */
    public static final int LEAST_EVENTS = 1000;

    private static final int SEGMENTS_PROCESS = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
            .build();
    private static final ObjectWriter EVENTS = MAPPER.writerFor(TraceEvent.class);

    /** Of the counter of a port's bytes per cycle. */
    private static final int MOST_BINS = 4096;

    private final OutputFile out;
    private final int limit;
    private final SliceSample slices;
    private final CounterSample counters;
    private final Map<String, BinnedBytes> bandwidth = new LinkedHashMap<>();
    private final List<Long> segmentEnds = new ArrayList<>();

    private TraceWriter(OutputFile out, int limit) {
        this.out = out;
        this.limit = limit;
        this.counters = new CounterSample(limit / 8);
        this.slices = new SliceSample(limit - limit / 4);
    }

    /**
     * Makes ready to write.
     *
     * @param limit most slices and counter values together
     * @throws IsosException when the file cannot be written
     */
    public static TraceWriter open(Path file, int limit) {
        return new TraceWriter(OutputFile.open(file, "--trace " + file), limit);
    }

    @Override
    public boolean wantsSlices() {
        return true;
    }

    @Override
    public void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {
        slices.add(track, false, layer, phase, startCycle, endCycle, 0);
    }

    @Override
    public void onTransfer(String track, int layer, String phase, long startCycle, long endCycle, long bytes) {
        slices.add(track, true, layer, phase, startCycle, endCycle, bytes);
        bandwidth
                .computeIfAbsent(track, port -> new BinnedBytes(Math.max(1, Math.min(MOST_BINS, limit / 64))))
                .move(startCycle, endCycle, bytes);
    }

    @Override
    public void onOccupancy(String memory, int tensor, long cycle, long bytes) {
        counters.add(memory, tensor, cycle, bytes);
    }

    @Override
    public void onSegmentEnd(int segment, long cycle) {
        segmentEnds.add(cycle);
    }

    /**
     * Completes the file and moves it to its place.
     *
     * @return a sentence that says what is in it, and what was left out
     */
    public String commit(Network network, double clockHz, RunResult result) {
        out.write(stream -> write(stream, network, clockHz, result));
        out.commit();
        long all = slices.tracks().stream().mapToLong(track -> track.slices).sum();
        if (all == 0) {
            return result.accelerator().id() + " tells nothing of what it does, so the trace has only the segments";
        }
        String written = String.format(
                Locale.ROOT, "%,d slices on %,d tracks", all, slices.tracks().size());
        String part = slices.complete() ? "" : String.format(Locale.ROOT, ", of which %,d are written", slices.size());
        return written + part + (leftOut().isEmpty() ? "" : ": " + String.join("; ", leftOut()));
    }

    @Override
    public void close() {
        out.close();
    }

    private List<String> leftOut() {
        List<String> phrases = new ArrayList<>(slices.leftOut());
        if (counters.windowCycles() > 1) {
            phrases.add(
                    String.format(Locale.ROOT, "counters show the most of every %,d cycles", counters.windowCycles()));
        }
        return phrases;
    }

    /** As {@link Trace} has it, but event by event, one a line: a trace need not fit into memory. */
    private void write(OutputStream stream, Network network, double clockHz, RunResult result) throws IOException {
        try (JsonGenerator json =
                EVENTS.getFactory().createGenerator(stream).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            TraceEvents events = new TraceEvents(event -> write(json, event), network, slices.tracks());
            json.writeStartObject();
            json.writeFieldName("displayTimeUnit");
            MAPPER.writeValue(json, Trace.TimeUnit.NANOSECONDS);
            json.writeArrayFieldStart("traceEvents");
            events.segments(SEGMENTS_PROCESS, result, segmentEnds);
            events.names(SEGMENTS_PROCESS + 1);
            for (int i : slices.byTrack()) {
                events.slice(slices, i);
            }
            events.flows(slices);
            for (Map.Entry<String, BinnedBytes> port : bandwidth.entrySet()) {
                events.bandwidth(port.getKey(), port.getValue());
            }
            for (CounterSample.Counter counter : counters.counters()) {
                events.counter(counters, counter);
            }
            json.writeEndArray();
            json.writeFieldName("otherData");
            MAPPER.writeValue(json, contents(events, clockHz, result));
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void write(JsonGenerator json, TraceEvent event) {
        try {
            json.writeRaw('\n');
            EVENTS.writeValue(json, event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Trace.Contents contents(TraceEvents events, double clockHz, RunResult result) {
        return new Trace.Contents(
                result.workload().id(),
                result.accelerator().id(),
                result.workload().seed(),
                clockHz,
                result.cycles(),
                "1 microsecond of this trace is 1 cycle",
                limit,
                leftOut().isEmpty(),
                leftOut(),
                events.totals(slices));
    }

    /** Name of a tensor: that of the layer whose output it is. */
    static String tensorName(Network network, int tensor) {
        if (Layer.isNetworkInput(tensor)) {
            return Layer.inputNumber(tensor) == 0 ? "input" : "input " + Layer.inputNumber(tensor);
        }
        return tensor >= 0 && tensor < network.size() ? network.layer(tensor).name() : "tensor " + tensor;
    }
}
