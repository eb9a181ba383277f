package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader of a file refuses, its JSON Schema refuses too, and neither refuses what is right. */
class DocumentSchemasTest {
    private static final Path EXAMPLES = Path.of("..", "docs", "examples");
    private static final String LAYER = """
            input: {shape: [4, 6, 6]}
            layers:
              - {name: first, op: convolution, filters: 2, kernel: 3, pad: 1}
              - %s
            """;

    private static Platform isos;

    /** Schemas, by kind. */
    private static final Map<String, String> PRINTED = new HashMap<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() {
        isos = IsosPlatform.load(Optional.empty());
    }

    private static List<String> problems(String kind, String yaml) {
        return Schemas.problemsOfYaml(PRINTED.computeIfAbsent(kind, DocumentSchemasTest::print), yaml);
    }

    private static String print(String kind) {
        Invocation schema = Invocation.of(isos, "schema", kind);
        assertEquals(0, schema.exitCode(), schema.err());
        return schema.out();
    }

    private Invocation read(String kind, String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("file.yaml"), yaml);
        return kind.equals("network")
                ? Invocation.of(isos, "map", "-q", "-w", file.toString(), "-a", "isosceles")
                : Invocation.of(isos, "sweep", "-q", file.toString());
    }

    private void bothTake(String kind, String yaml) throws IOException {
        assertEquals(List.of(), problems(kind, yaml));
        Invocation read = read(kind, yaml);
        assertEquals(0, read.exitCode(), read.err());
    }

    private void bothRefuse(String kind, String yaml) throws IOException {
        assertFalse(problems(kind, yaml).isEmpty(), "the schema takes " + yaml);
        Invocation read = read(kind, yaml);
        assertEquals(2, read.exitCode(), yaml);
        assertTrue(read.err().startsWith("isos: ") && read.err().lines().count() == 1, read.err());
    }

    @Test
    void theExamplesAreRight() throws IOException {
        assertEquals(List.of(), problems("network", Files.readString(EXAMPLES.resolve("network.yaml"))));
        assertEquals(List.of(), problems("sweep-spec", Files.readString(EXAMPLES.resolve("sweep.yaml"))));
        assertEquals(List.of(), problems("hardware", Files.readString(EXAMPLES.resolve("hardware.yaml"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{name: a, op: convolution, filters: 4, groups: 2, kernel: [3, 1], stride: [2, 1], dilation: 1, pad: [1, 1, 0, 0],"
                        + " relu: true, weightDensity: 0, density: 0.5}",
                "{name: a, op: fully-connected, filters: 4, relu: false, weightDensity: 1}",
                "{name: a, op: max-pooling, kernel: 2, stride: 2}",
                "{name: a, op: average-pooling, kernel: 3, pad: 1, countPadding: true}",
                "{name: a, op: global-average-pooling, from: input}",
                "{name: a, op: add, from: [first, first], relu: false}",
                "{name: a, op: concatenation, from: [first, input]}",
                "{name: a, op: local-response-normalisation, size: 3, alpha: 1, beta: 0.5, k: 2}",
                "{name: a, op: channel-selection, channels: [1, 0]}",
                "{name: a, op: position-selection, size: [1, 2], positions: [-1, 35]}",
                "{name: a, op: transposition, size: [1, 2]}",
                "{name: a, op: layer-normalisation, epsilon: 0.5}",
                "{name: a, op: softmax, groups: 2, scale: 0.1}",
            })
    void everyOperationIsTaken(String layer) throws IOException {
        bothTake("network", LAYER.formatted(layer));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{op: add}",
                "{name: a}",
                "{name: '', op: add}",
                "{name: ' ', op: add}",
                "{name: \"a\\tb\", op: add}",
                "{name: a, op: addition}",
                "{name: a, op: [add]}",
                "{name: a, op: add, filters: 3}",
                "{name: a, op: add, from: []}",
                "{name: a, op: add, from: {b: c}}",
                "{name: a, op: add, residual: [first]}",
                "{name: a, op: add, relu: maybe}",
                "{name: a, op: convolution}",
                "{name: a, op: convolution, filters: 0}",
                "{name: a, op: convolution, filters: 65537}",
                "{name: a, op: convolution, filters: 1.5}",
                "{name: a, op: convolution, filters: many}",
                "{name: a, op: convolution, filters: [2]}",
                "{name: a, op: convolution, filters: 2, kernal: 3}",
                "{name: a, op: convolution, filters: 2, groups: 0}",
                "{name: a, op: convolution, filters: 2, kernel: 0}",
                "{name: a, op: convolution, filters: 2, kernel: 16385}",
                "{name: a, op: convolution, filters: 2, kernel: [1]}",
                "{name: a, op: convolution, filters: 2, kernel: [1, 1, 1]}",
                "{name: a, op: convolution, filters: 2, stride: [1, 0]}",
                "{name: a, op: convolution, filters: 2, dilation: -1}",
                "{name: a, op: convolution, filters: 2, pad: -1}",
                "{name: a, op: convolution, filters: 2, pad: [1, 1]}",
                "{name: a, op: convolution, filters: 2, pad: [1, 1, 1, 16385]}",
                "{name: a, op: convolution, filters: 2, weightDensity: 1.1}",
                "{name: a, op: convolution, filters: 2, density: -0.1}",
                "{name: a, op: convolution, filters: 2, weights: [w]}",
                "{name: a, op: max-pooling, countPadding: true}",
                "{name: a, op: average-pooling, countPadding: 1}",
                "{name: a, op: local-response-normalisation}",
                "{name: a, op: local-response-normalisation, size: 3, alpha: -1}",
                "{name: a, op: local-response-normalisation, size: 3, beta: 11}",
                "{name: a, op: local-response-normalisation, size: 3, k: -1}",
                "{name: a, op: channel-selection}",
                "{name: a, op: channel-selection, channels: []}",
                "{name: a, op: channel-selection, channels: [-1]}",
                "{name: a, op: position-selection, size: 1, positions: [-2]}",
                "{name: a, op: position-selection, size: 1}",
                "{name: a, op: layer-normalisation, epsilon: -1}",
                "{name: a, op: softmax, scale: 0}",
                "{name: a, op: matrix-product, transposed: 2}",
                "a",
                "[a]",
            })
    void aWrongLayerIsRefusedByBoth(String layer) throws IOException {
        bothRefuse("network", LAYER.formatted(layer));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{layers: [{name: a, op: convolution, filters: 2}]}",
                "{input: {shape: [1, 2, 2]}}",
                "{input: {shape: [1, 2, 2]}, layers: []}",
                "{input: {shape: [1, 2, 2]}, layers: {a: b}}",
                "{input: {shape: [1, 2]}, layers: [{name: a, op: convolution, filters: 2}]}",
                "{input: {shape: [1, 2, 0]}, layers: [{name: a, op: convolution, filters: 2}]}",
                "{input: {shape: [1, 2, 65537]}, layers: [{name: a, op: convolution, filters: 2}]}",
                "{input: {shape: [1, 2, 2], density: 2}, layers: [{name: a, op: convolution, filters: 2}]}",
                "{input: {shape: [1, 2, 2], signed: no!}, layers: [{name: a, op: convolution, filters: 2}]}",
                "{input: {shape: [1, 2, 2], name: x}, layers: [{name: a, op: convolution, filters: 2}]}",
                "{input: {}, layers: [{name: a, op: convolution, filters: 2}]}",
                "{input: {shape: [1, 2, 2]}, furtherInputs: [{shape: [1, 2, 2]}], layers: [{name: a, op: convolution, filters: 2}]}",
                "{input: {shape: [1, 2, 2]}, furtherInputs: [{name: b}], layers: [{name: a, op: convolution, filters: 2}]}",
                "{input: {shape: [1, 2, 2]}, furtherInputs: {name: b}, layers: [{name: a, op: convolution, filters: 2}]}",
                "{input: {shape: [1, 2, 2]}, layers: [{name: a, op: convolution, filters: 2}], layer: 1}",
                "{name: [a], input: {shape: [1, 2, 2]}, layers: [{name: a, op: convolution, filters: 2}]}",
                "{weights: {a: b}, input: {shape: [1, 2, 2]}, layers: [{name: a, op: convolution, filters: 2}]}",
                "[]",
            })
    void aWrongNetworkIsRefusedByBoth(String yaml) throws IOException {
        bothRefuse("network", yaml);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workloads: [resnet50-96]  | workloads: []",
                "workloads: [resnet50-96]  | workloads: ''",
                "workloads: [resnet50-96]  | workloads: [' ']",
                "workloads: [resnet50-96]  | workloads: {a: b}",
                "workloads: [resnet50-96]  | workload: resnet50-96",
                "workloads: [resnet50-96]  | objectives: cycles",
                "accelerators: [isosceles] | accelerators: [[isosceles]]",
                "accelerators: [isosceles] | accelerators: []",
                "lanes: 16                 | lanes: []",
                "lanes: 16                 | lanes: [[16]]",
                "parameters: {lanes: 16}   | parameters: [lanes]",
                "objectives: [cycles]      | objectives: []",
                "objectives: [cycles]      | objectives: [min]",
                "objectives: [cycles]      | objectives: least cycles",
                "points: 50                | points: 0",
                "points: 50                | points: many",
                "points: 50                | points: [50]",
                "points: 50                | runs: 50",
                "time: 60 s                | time: soon",
                "time: 60 s                | time: 60",
                "seeds: [1, 2]             | seeds: []",
                "seeds: [1, 2]             | seeds: [one]",
                "seeds: [1, 2]             | seeds: [1.5]",
                "seeds: [1, 2]             | seeds: 1...4",
                "fidelity: analytical      | fidelity: exact",
                "constraints: lanes > 0    | constraints: []",
                "constraints: lanes > 0    | constraints: ''",
                "zip: [{queues: [64 B]}]   | zip: []",
                "zip: [{queues: [64 B]}]   | zip: {queues: [64 B]}",
            })
    void aWrongSweepIsRefusedByBoth(String right, String wrong) throws IOException {
        String spec = """
                workloads: [resnet50-96]
                accelerators: [isosceles]
                parameters: {lanes: 16}
                zip: [{queues: [64 B]}]
                objectives: [cycles]
                fidelity: analytical
                seeds: [1, 2]
                constraints: lanes > 0
                budget: {points: 50, time: 60 s}
                """;
        assertTrue(spec.contains(right), right);
        assertEquals(List.of(), problems("sweep-spec", spec));
        bothRefuse("sweep-spec", spec.replace(right, wrong));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "displayTimeUnit: ns                 | displayTimeUnit: s",
                "ph: M, name: process_name           | ph: M, name: process",
                "ph: M, name: process_name           | ph: N, name: process_name",
                "args: {name: machine}               | args: {}",
                "args: {name: machine}               | args: {sort_index: one}",
                "ph: X, name: conv                   | ph: X, name: ''",
                "ph: X, name: conv                   | ph: X",
                "cat: mac, dur: 5                    | cat: mac, dur: -5",
                "cat: mac, dur: 5                    | cat: '', dur: 5",
                "cat: mac, dur: 5                    | dur: 5",
                "slices: 2                           | slices: 1",
                "args: {layer: 0                     | args: {part: 0",
                "args: {bytes: 3}                    | args: {bytes: -3}",
                "args: {bytes: 3}                    | args: {}",
                "s: g                                | s: all",
                "ts: 9                               | ts: 9.5",
                "clockHz: 1e9                        | clockHz: 0",
                "mostEvents: 4                       | mostEvents: 0",
                "leftOut: []                         | leftOut: none",
                "busyCycles: 5                       | busy: 5",
                "complete: true                      | complete: 1",
            })
    void aWrongTraceIsRefused(String right, String wrong) {
        String trace = """
                displayTimeUnit: ns
                traceEvents:
                - {ph: M, name: process_name, pid: 1, args: {name: machine}}
                - {ph: X, name: conv, pid: 1, tid: 1, ts: 4, cat: mac, dur: 5, args: {layer: 0, slices: 2}}
                - {ph: C, name: memory, pid: 2, tid: 0, ts: 4, args: {bytes: 3}}
                - {ph: i, name: end, pid: 1, tid: 1, ts: 9, s: g}
                otherData: {workload: w, accelerator: a, seed: -1, clockHz: 1e9, cycles: 9, time: t, mostEvents: 4, complete: true,
                  leftOut: [], tracks: [{name: array, pid: 1, tid: 1, slices: 2, busyCycles: 5, writtenSlices: 1, writtenCycles: 5}]}
                """;
        assertTrue(trace.contains(right), right);
        assertEquals(List.of(), problems("trace", trace));
        assertFalse(problems("trace", trace.replace(right, wrong)).isEmpty());
    }

    @Test
    void theSchemaOfNetworksIsThatOfTheirImporter() {
        assertEquals(
                Invocation.of(isos, "schema", "network").out(),
                Invocation.of(isos, "schema", "network", "description").out());
        assertEquals(2, Invocation.of(isos, "schema", "network", "onnx").exitCode());
        assertEquals(2, Invocation.of(isos, "schema", "run", "description").exitCode());
    }
}
