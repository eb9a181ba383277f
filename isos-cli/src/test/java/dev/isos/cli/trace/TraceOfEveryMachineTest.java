package dev.isos.cli.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.api.network.Network;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.workload.Workload;
import dev.isos.cli.command.Schemas;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.report.trace.TraceWriter;
import dev.isos.study.configuration.Configurations;
import dev.isos.testkit.RandomWorkloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Traces of all machines that simulate, held to the trace-event format and to the results of the same runs. */
class TraceOfEveryMachineTest {
    private static final List<String> ACCELERATORS = List.of(
            "isosceles",
            "isosceles-single",
            "isosceles:fidelity=stepped",
            "sparten",
            "fused-layer",
            "scnn",
            "structured",
            "systolic-os",
            "systolic-ws",
            "systolic-is");
    private static final List<String> CORNERS =
            List.of("chain", "residual-projected", "depthwise-strided", "pooling", "independent-layers");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static Platform isos;

    @TempDir
    private Path folder;

    /** A trace with the result of the run. */
    private record Traced(JsonNode trace, RunResult result, Network network, String sentence, byte[] bytes) {
        List<JsonNode> events(String type) {
            List<JsonNode> events = new ArrayList<>();
            trace.get("traceEvents").forEach(event -> {
                if (event.get("ph").asText().equals(type)) {
                    events.add(event);
                }
            });
            return events;
        }

        /** Complete slices by the name that the machine gave their track. */
        Map<String, List<JsonNode>> slices() {
            Map<String, String> names = new TreeMap<>();
            Map<String, List<JsonNode>> slices = new TreeMap<>();
            for (JsonNode track : trace.at("/otherData/tracks")) {
                assertEquals(
                        null,
                        names.put(
                                track.get("pid") + "/" + track.get("tid"),
                                track.get("name").asText()));
                slices.put(track.get("name").asText(), new ArrayList<>());
            }
            for (JsonNode event : events("X")) {
                if (!event.get("cat").asText().equals("segment")) {
                    slices.get(names.get(event.get("pid") + "/" + event.get("tid")))
                            .add(event);
                }
            }
            return slices;
        }

        JsonNode track(String name) {
            for (JsonNode track : trace.at("/otherData/tracks")) {
                if (track.get("name").asText().equals(name)) {
                    return track;
                }
            }
            throw new AssertionError(name);
        }
    }

    @BeforeAll
    static void load() {
        isos = IsosPlatform.load(Optional.empty());
    }

    /** With poolings counted, so that every layer has something to be seen. */
    private Traced trace(Workload workload, String accelerator, int limit) throws IOException {
        ConfiguredAccelerator machine =
                isos.accelerator(Configurations.request(accelerator + ":poolings=counted", "the test"));
        Path file = folder.resolve("trace.json");
        try (TraceWriter writer = TraceWriter.open(file, limit)) {
            RunResult result = isos.run(workload, machine, new RunOptions(false, writer, 1, 0));
            String sentence =
                    writer.commit(workload.network(), machine.hardware().clockHz(), result);
            byte[] bytes = Files.readAllBytes(file);
            return new Traced(MAPPER.readTree(bytes), result, workload.network(), sentence, bytes);
        } finally {
            isos.release(workload);
        }
    }

    @TestFactory
    Stream<DynamicTest> everyMachine() {
        Map<String, Workload> corners = RandomWorkloads.corners();
        return ACCELERATORS.stream()
                .flatMap(accelerator -> CORNERS.stream()
                        .map(corner -> DynamicTest.dynamicTest(accelerator + ", " + corner, () -> {
                            Traced traced = trace(corners.get(corner), accelerator, TraceWriter.DEFAULT_EVENTS);
                            if (corner.equals("chain")) {
                                Schemas.check("trace", traced.trace().toString());
                            }
                            check(traced);
                        })));
    }

    /** Everything that holds for a trace from which nothing was left out. */
    private static void check(Traced traced) {
        RunResult result = traced.result();
        assertTrue(traced.trace().at("/otherData/complete").asBoolean());
        assertEquals(0, traced.trace().at("/otherData/leftOut").size());
        Map<String, List<JsonNode>> slices = traced.slices();
        checkTracks(traced, slices);
        checkSegments(traced);
        checkLayers(traced, slices);
        checkMemory(traced, slices);
        checkFlows(traced);
        checkBandwidth(traced);
        checkCounters(traced);
    }

    /** On a track nothing overlaps, and its time is what the totals say. */
    private static void checkTracks(Traced traced, Map<String, List<JsonNode>> slices) {
        slices.forEach((name, ofTrack) -> {
            long end = 0;
            long busy = 0;
            long bytes = 0;
            for (JsonNode slice : ofTrack) {
                assertTrue(slice.get("ts").asLong() >= end, name + " overlaps: " + slice);
                end = slice.get("ts").asLong() + slice.get("dur").asLong();
                busy += slice.get("dur").asLong();
                bytes += slice.at("/args/bytes").asLong();
            }
            JsonNode totals = traced.track(name);
            assertTrue(end <= traced.result().cycles(), name + " ends in cycle " + end);
            // a burst is one slice
            long transfers = ofTrack.stream()
                    .mapToLong(slice -> slice.at("/args").path("slices").asLong(1))
                    .sum();
            assertEquals(transfers, totals.get("slices").asLong());
            assertTrue(totals.has("bytes") || transfers == ofTrack.size(), name);
            assertEquals(ofTrack.size(), totals.get("writtenSlices").asLong());
            assertEquals(busy, totals.get("busyCycles").asLong());
            assertEquals(busy, totals.get("writtenCycles").asLong());
            assertEquals(bytes, totals.path("bytes").asLong());
        });
    }

    private static void checkSegments(Traced traced) {
        RunResult result = traced.result();
        List<JsonNode> segments = traced.events("X").stream()
                .filter(event -> event.get("cat").asText().equals("segment"))
                .toList();
        List<JsonNode> ends = traced.events("i");
        assertEquals(result.segments().size(), segments.size());
        assertEquals(result.segments().size(), ends.size());
        long at = 0;
        for (int s = 0; s < segments.size(); s++) {
            assertEquals(at, segments.get(s).get("ts").asLong());
            assertTrue(segments.get(s).get("name").asText().startsWith("segment " + (s + 1) + ": "));
            assertEquals("end of segment " + (s + 1), ends.get(s).get("name").asText());
            assertEquals(
                    result.segments().get(s).cycles(),
                    segments.get(s).get("dur").asLong());
            at += result.segments().get(s).cycles();
            assertEquals(at, ends.get(s).get("ts").asLong());
        }
        assertEquals(result.cycles(), at);
    }

    /** An arrow begins and ends within a slice of the layers that it names, and goes forward in time. */
    private static void checkFlows(Traced traced) {
        Map<Integer, JsonNode> starts = new TreeMap<>();
        traced.events("s")
                .forEach(event -> assertNull(starts.put(event.get("id").asInt(), event)));
        List<JsonNode> ends = traced.events("f");
        assertEquals(starts.size(), ends.size());
        for (JsonNode end : ends) {
            JsonNode start = starts.get(end.get("id").asInt());
            assertEquals(start.get("name"), end.get("name"));
            assertTrue(start.get("ts").asLong() < end.get("ts").asLong(), end.toString());
            String[] layers = end.get("name").asText().split(" to ");
            within(traced, start, layers[0]);
            within(traced, end, layers[1]);
        }
        long edges = traced.network().layers().stream()
                .filter(layer -> !traced.result().leftOut().contains(layer.name()))
                .flatMap(layer -> layer.operands().stream())
                .filter(operand -> operand >= 0)
                .count();
        assertTrue(ends.size() <= edges, ends.size() + " arrows for " + edges + " operands");
        boolean computes = traced.network().layers().stream()
                .anyMatch(layer -> layer.convolution().isPresent()
                        && layer.operands().stream()
                                .anyMatch(operand -> operand >= 0
                                        && traced.network()
                                                .layer(operand)
                                                .convolution()
                                                .isPresent()));
        assertTrue(!computes || !ends.isEmpty(), "no arrow between convolutions");
    }

    private static void within(Traced traced, JsonNode event, String layer) {
        long cycle = event.get("ts").asLong();
        assertTrue(
                traced.events("X").stream()
                        .anyMatch(slice -> slice.get("pid").equals(event.get("pid"))
                                && slice.get("tid").equals(event.get("tid"))
                                && slice.get("ts").asLong() <= cycle
                                && cycle
                                        < slice.get("ts").asLong()
                                                + slice.get("dur").asLong()
                                && slice.get("name").asText().equals(layer)),
                event.toString());
    }

    /** The area under the counter of a port is what it moves. */
    private static void checkBandwidth(Traced traced) {
        for (String port : List.of("dram/read", "dram/write")) {
            List<JsonNode> values = traced.events("C").stream()
                    .filter(event -> event.get("name").asText().equals(port))
                    .toList();
            if (values.isEmpty()) {
                continue;
            }
            double bytes = 0;
            for (int i = 0; i + 1 < values.size(); i++) {
                long cycles = values.get(i + 1).get("ts").asLong()
                        - values.get(i).get("ts").asLong();
                bytes += cycles * values.get(i).at("/args/bytesPerCycle").asDouble();
            }
            assertEquals(
                    0, values.get(values.size() - 1).at("/args/bytesPerCycle").asDouble());
            double rounding = 0.005 * traced.result().cycles() + 1e-6;
            assertEquals(traced.track(port).get("bytes").asLong(), bytes, rounding, port);
        }
    }

    /** Tracks of units whose busy cycles the result counts: not ports, and not what drains a group's sums. */
    private static boolean counts(Traced traced, String track) {
        return !traced.track(track).has("bytes") && !track.equals("post-processing");
    }

    /** The busy cycles of a layer are those of the unit that worked longest for it. */
    private static void checkLayers(Traced traced, Map<String, List<JsonNode>> slices) {
        String accelerator = traced.result().accelerator().id();
        for (int layer = 0; layer < traced.network().size(); layer++) {
            long longest = 0;
            long sum = 0;
            for (Map.Entry<String, List<JsonNode>> track : slices.entrySet()) {
                if (counts(traced, track.getKey())) {
                    long busy = busy(track.getValue(), layer, 0, Long.MAX_VALUE);
                    longest = Math.max(longest, busy);
                    sum += busy;
                }
            }
            LayerResult expected = traced.result().layers().get(layer);
            // array and vector unit of a systolic machine never work at the same time
            long busy = accelerator.startsWith("systolic") ? sum : longest;
            if (accelerator.equals("sparten")) {
                // a cluster works as long as any of its units, of which the result counts the busiest
                assertTrue(expected.cycles() <= busy, expected + " in " + busy);
                assertTrue(busy <= expected.endCycle() - expected.startCycle(), expected + " in " + busy);
            } else {
                assertEquals(expected.cycles(), busy, expected.name());
            }
        }
    }

    private static long busy(List<JsonNode> slices, int layer, long from, long to) {
        long busy = 0;
        for (JsonNode slice : slices) {
            if (layer < 0 || slice.at("/args/layer").asInt() == layer) {
                long start = slice.get("ts").asLong();
                long end = start + slice.get("dur").asLong();
                busy += Math.max(0, Math.min(end, to) - Math.max(start, from));
            }
        }
        return busy;
    }

    /** Bytes are those of the result, and the DRAM is busy as long as the result says where it is the bottleneck. */
    private static void checkMemory(Traced traced, Map<String, List<JsonNode>> slices) {
        RunResult result = traced.result();
        long written = slices.containsKey("dram/write")
                ? traced.track("dram/write").get("bytes").asLong()
                : 0;
        assertEquals(result.traffic().outputs(), written);
        assertEquals(
                result.traffic().total() - result.traffic().outputs(),
                traced.track("dram/read").get("bytes").asLong());
        boolean single = !result.accelerator().id().equals("sparten");
        long start = 0;
        long compute = 0;
        long memory = 0;
        for (int s = 0; s < result.segments().size() && single; s++) {
            long end = start + result.segments().get(s).cycles();
            long longest = 0;
            long sum = 0;
            for (Map.Entry<String, List<JsonNode>> track : slices.entrySet()) {
                if (counts(traced, track.getKey())) {
                    long busy = busy(track.getValue(), -1, start, end);
                    longest = Math.max(longest, busy);
                    sum += busy;
                }
            }
            long unit = result.accelerator().id().startsWith("systolic") ? sum : longest;
            long dram = busy(slices.get("dram/read"), -1, start, end)
                    + busy(slices.getOrDefault("dram/write", List.of()), -1, start, end);
            if (dram >= unit) {
                memory += dram;
            } else {
                compute += unit;
            }
            start = end;
        }
        if (single) {
            assertEquals(result.bound().memory(), memory / (double) result.cycles(), 1e-9);
            assertEquals(result.bound().compute(), compute / (double) result.cycles(), 1e-9);
        }
    }

    /** Memories are empty at the end, and the queues of all tensors hold what all queues hold. */
    private static void checkCounters(Traced traced) {
        Map<String, Long> held = new TreeMap<>();
        Map<String, Long> cycles = new TreeMap<>();
        traced.events("C").forEach(event -> {
            String name = event.get("name").asText();
            assertTrue(event.get("ts").asLong() > cycles.getOrDefault(name, -1L), event::toString);
            cycles.put(name, event.get("ts").asLong());
            held.put(name, event.at("/args/bytes").asLong());
        });
        held.forEach((name, bytes) -> assertEquals(0, bytes, name));
        if (traced.result().accelerator().id().startsWith("isosceles")) {
            assertTrue(held.keySet().containsAll(List.of("queues", "queue of input")));
        }
    }

    @Test
    void queuesAddUp() throws IOException {
        for (String accelerator : List.of("isosceles", "isosceles:fidelity=stepped")) {
            Traced traced = trace(RandomWorkloads.corners().get("residual-projected"), accelerator, 600_000);
            Map<Long, Map<String, Long>> changes = new TreeMap<>();
            traced.events("C")
                    .forEach(event -> changes.computeIfAbsent(event.get("ts").asLong(), ts -> new TreeMap<>())
                            .put(
                                    event.get("name").asText(),
                                    event.at("/args/bytes").asLong()));
            Map<String, Long> held = new TreeMap<>();
            long most = 0;
            for (Map<String, Long> ofCycle : changes.values()) {
                held.putAll(ofCycle);
                long sum = held.entrySet().stream()
                        .filter(e -> e.getKey().startsWith("queue of "))
                        .mapToLong(Map.Entry::getValue)
                        .sum();
                assertEquals(sum, held.getOrDefault("queues", 0L));
                most = Math.max(most, sum);
            }
            assertTrue(most > 0);
        }
    }

    @TestFactory
    Stream<DynamicTest> boundedTraces() {
        return ACCELERATORS.stream()
                .map(accelerator -> DynamicTest.dynamicTest(accelerator, () -> {
                    Workload workload = RandomWorkloads.corners().get("stem");
                    Traced whole = trace(workload, accelerator, TraceWriter.DEFAULT_EVENTS);
                    int limit = 100;
                    Traced part = trace(workload, accelerator, limit);
                    int events = part.events("C").size();
                    Map<String, List<JsonNode>> slices = part.slices();
                    events += slices.values().stream().mapToInt(List::size).sum();
                    assertTrue(events <= limit, events + " events");
                    Schemas.check("trace", part.trace().toString());
                    boolean complete = part.trace().at("/otherData/complete").asBoolean();
                    assertEquals(complete, part.trace().at("/otherData/leftOut").isEmpty());
                    assertEquals(complete, !part.sentence().contains(": "), part.sentence());
                    int all = whole.slices().values().stream()
                            .mapToInt(List::size)
                            .sum();
                    assertFalse(complete && all > limit);
                    for (JsonNode track : whole.trace().at("/otherData/tracks")) {
                        JsonNode same = part.track(track.get("name").asText());
                        for (String total : List.of("slices", "busyCycles", "bytes")) {
                            assertEquals(track.path(total), same.path(total), "sums are those of the whole run");
                        }
                        List<JsonNode> written = slices.get(track.get("name").asText());
                        long cycles = busy(written, -1, 0, Long.MAX_VALUE);
                        assertEquals(cycles, same.get("writtenCycles").asLong());
                        assertEquals(written.size(), same.get("writtenSlices").asLong());
                        assertTrue(cycles <= track.get("busyCycles").asLong());
                    }
                    assertArrayEquals(
                            part.bytes(), trace(workload, accelerator, limit).bytes(), "the same every time");
                }));
    }
}
