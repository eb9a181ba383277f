package dev.isos.workloads.description;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Network;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.testkit.PlainReference;
import dev.isos.workloads.npz.NpzFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DescriptionImporterTest {
    private static final Path EXAMPLE = Path.of("..", "docs", "examples", "network.yaml");

    private final DescriptionImporter importer = new DescriptionImporter();

    @TempDir
    private Path folder;

    private Workload load(String text) throws IOException {
        return importer.load(Files.writeString(folder.resolve("net.yaml"), text), WorkloadRequest.defaults());
    }

    @Test
    void theExampleHasTheStatedShapesAndDensities() {
        Workload workload = importer.load(EXAMPLE, WorkloadRequest.defaults());
        Network network = workload.network();
        assertEquals("example", network.name());
        assertEquals(8, network.size());
        assertEquals("64x16x16", network.layer(5).outputShape().toString());
        assertEquals("10x1x1", network.output().outputShape().toString());
        assertEquals(0, network.layer(3).residual());
        assertEquals(0.2, workload.filters(1).density(), 0.001);
        assertEquals(0.1, workload.filters(3).density(), 0.001);
        assertEquals(0.6, density(workload, 0), 0.01);
        assertEquals(0.45, density(workload, 1), 0.01);
        assertEquals(0.35, density(workload, 3), 0.01);
        assertTrue(workload.signed(7));
        assertEquals(PlainReference.withReference(workload).reference(), workload.reference());
    }

    private static double density(Workload workload, int layer) {
        return workload.reference().get(layer).outputNonZeros()
                / (double) workload.network().layer(layer).outputShape().elements();
    }

    @Test
    void everyOperationAndFurtherInputs() throws IOException {
        Workload workload = load("""
                input: {shape: [4, 6, 6], density: 0.5}
                furtherInputs:
                  - {name: other, shape: [4, 6, 6], density: 0.25}
                layers:
                  - {name: a, op: add, from: [input, other]}
                  - {name: n, op: local-response-normalisation, size: 3, alpha: 0.001}
                  - {name: s, op: channel-selection, channels: [3, 0, 3]}
                  - {name: p, op: average-pooling, kernel: [2, 3], stride: 2, pad: [0, 1, 0, 1], countPadding: true}
                  - {name: f, op: fully-connected, filters: 5, density: 0.4}
                """);
        assertEquals(0.25, workload.furtherInputs().get(0).density(), 0.005);
        assertEquals("3x3x3", workload.network().layer(3).outputShape().toString());
        assertEquals(PlainReference.withReference(workload).reference(), workload.reference());
    }

    @Test
    void jsonIsReadToo() throws IOException {
        Path file = Files.writeString(
                folder.resolve("net.json"),
                "{\"input\": {\"shape\": [1, 2, 2]}, \"layers\": [{\"name\": \"c\", \"op\": \"convolution\", \"filters\": 1}]}");
        assertEquals(
                "net", importer.load(file, WorkloadRequest.defaults()).network().name());
    }

    @Test
    void weightsComeFromAnArchive() throws IOException {
        Files.write(
                folder.resolve("w.npz"),
                NpzFiles.archive(Map.of(
                        "whole",
                        NpzFiles.array("|i1", false, "(2, 2, 1, 1)", new byte[] {1, 0, -3, 4}),
                        "real",
                        NpzFiles.array("<f4", false, "(1, 2)", NpzFiles.floats(0.5f, -2f)))));
        String text = """
                input: {shape: [2, 3, 3]}
                weights: w.npz
                layers:
                  - {name: a, op: convolution, filters: 2, weights: whole}
                  - {name: b, op: convolution, filters: 1, weights: real}
                """;
        Workload workload = load(text);
        assertArrayEquals(new byte[] {1, 0, -3, 4}, workload.filters(0).toDense());
        assertArrayEquals(new byte[] {32, -127}, workload.filters(1).toDense());
        IsosException e = assertThrows(IsosException.class, () -> load(text.replace("filters: 2", "filters: 4")));
        assertTrue(
                e.getMessage()
                        .endsWith(
                                "line 4: layer a needs weights of shape [4, 2, 1, 1], array 'whole' has [2, 2, 1, 1]"),
                e.getMessage());
        e = assertThrows(IsosException.class, () -> load(text.replace("weights: real", "weights: none")));
        assertTrue(e.getMessage().contains("line 5: layer b names the array 'none'"), e.getMessage());
    }

    /** Drawn weights, an int8 array and a float32 array: 64, 32 and 16 weights. */
    @ParameterizedTest
    @CsvSource({
        "none, 64, 32, 16",
        "magnitude:0.75, 16, 8, 4",
        "nm:1:4, 16, 8, 4",
        "budget, 5, 32, 4",
    })
    void weightsArePrunedWhereverTheyComeFrom(String prune, int drawn, int integer, int real) throws IOException {
        Workload workload = loadWith(prune);
        assertEquals(drawn, workload.filters(0).nonZeros());
        assertEquals(integer, workload.filters(1).nonZeros());
        assertEquals(real, workload.filters(2).nonZeros());
        // densities are met on the pruned network
        assertEquals(0.5, density(workload, 1), 0.05);
        assertEquals(PlainReference.withReference(workload).reference(), workload.reference());
        assertEquals(!prune.equals("none"), workload.info().source().contains("without training on"));
    }

    @Test
    void pruningOverAllLayersComparesIntegersAndRealValues() throws IOException {
        // the float32 array has 0.1 to 1.6 and loses to integers of 1 and more, but for its largest
        Workload workload = loadWith("global:0.5");
        assertEquals(
                56,
                workload.filters(0).nonZeros()
                        + workload.filters(1).nonZeros()
                        + workload.filters(2).nonZeros());
        assertTrue(
                workload.filters(2).nonZeros() < 8,
                "of the small ones " + workload.filters(2).nonZeros() + " stay");
        // what stays of the array's 1 to 32 are the largest
        byte[] dense = workload.filters(1).toDense();
        int kept = workload.filters(1).nonZeros();
        for (int i = 0; i < dense.length; i++) {
            int value = i * 7 % 32 + 1;
            assertEquals(value > 32 - kept ? value : 0, dense[i]);
        }
    }

    @Test
    void aBudgetThatDoesNotFitIsNamed() throws IOException {
        Path budget = Files.writeString(folder.resolve("b.csv"), "layer,density\nnone,0.5\n");
        IsosException e = assertThrows(IsosException.class, () -> loadWith("budget:" + budget));
        assertTrue(e.getMessage().contains("line 2: the network has no layer 'none' with weights"), e.getMessage());
        e = assertThrows(IsosException.class, () -> loadWith("magnitude:2"));
        assertTrue(e.getMessage().startsWith("pruning 'magnitude:2' expects"), e.getMessage());
    }

    private Workload loadPruned(String text, String prune) throws IOException {
        Path file = Files.writeString(folder.resolve("pruned.yaml"), text);
        WorkloadRequest one = WorkloadRequest.defaults();
        return importer.load(
                file, new WorkloadRequest(1, one.images(), one.preprocessing(), prune, one.cacheDirectory()));
    }

    private Workload loadWith(String prune) throws IOException {
        byte[] whole = new byte[32];
        float[] real = new float[16];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = (byte) (i * 7 % 32 + 1);
            real[i / 2] = (i / 2 + 1) / 10f;
        }
        Files.write(
                folder.resolve("p.npz"),
                NpzFiles.archive(Map.of(
                        "whole", NpzFiles.array("|i1", false, "(4, 8, 1, 1)", whole),
                        "real", NpzFiles.array("<f4", false, "(4, 4)", NpzFiles.floats(real)))));
        String budget = "budget:" + Files.writeString(folder.resolve("budget.csv"), "layer,nonzeros\na,5\nc,4\n");
        return loadPruned("""
                input: {shape: [8, 4, 4]}
                weights: p.npz
                layers:
                  - {name: a, op: convolution, filters: 8}
                  - {name: b, op: convolution, filters: 4, weights: whole, density: 0.5}
                  - {name: c, op: convolution, filters: 4, weights: real}
                """, prune.equals("budget") ? budget : prune);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: c, op: convolution} | line 3: a layer has no key 'filters'",
                "{name: c, op: convolutoin} | line 3: key 'op': unknown value 'convolutoin'; did you mean 'convolution'?",
                "{name: c, op: convolution, filters: 0} | line 3: key 'filters': expected a whole number of 1 to 65536, got '0'",
                "{name: c, op: convolution, filters: 2, kernal: 3} | line 3: a layer has the unknown key 'kernal'; did you mean 'kernel'?",
                "{name: c, op: convolution, filters: 2, kernel: 9} | line 3: layer c has a window of 9x9 that does not fit",
                "{name: c, op: convolution, filters: 2, from: d} | line 3: 'd' is no input and no layer before this one",
                "{name: input, op: convolution, filters: 2} | line 3: the name 'input' is taken already",
                "{name: c, op: convolution, filters: 2, density: 0.5, relu: false} | line 3: layer c has a density but no ReLU",
                "{name: c, op: convolution, filters: 2, filters: 3} | line 3: ",
                "{name: c, op: convolution, filters: 2, stride: [1, 2, 3]} | line 3: key 'stride' has 3 values, expected 2",
                "{name: c, op: [a], filters: 2} | line 3: key 'op': expected one value, got a list",
                "{name: c, op: add, from: [input, input], residual: input} | line 3: layer c is no convolution",
                "{name: c, op: convolution, filters: 2, weights: w} | line 3: layer c names weights, but the network names no archive",
                "{name: c, op: convolution, filters: 1_0} | line 3: key 'filters': expected a whole number, got '1_0': a number has no underscore",
                "{name: c, op: convolution, filters: 012} | a number has no leading zero",
                "{name: c, op: convolution, filters: 1:30} | ':30' is too much",
                "{name: c, op: convolution, filters: [5, 6]} | line 3: key 'filters': expected one value, got a list",
                "{name: c, op: convolution, filters: 5,6} | line 3: ",
                "{name: c, op: convolution, filters: '5,6'} | a number has no comma",
                "{name: c, op: convolution, filters: 2, density: 0x1p-1} | a number is decimal",
                "{name: c, op: convolution, filters: 2, density: .5f} | 'f' is too much",
                "{name: c, op: convolution, filters: 2, density: .nan} | expected a number, got '.nan'",
                "{name: c, op: convolution, filters: 2, relu: yes} | expected true or false, got 'yes'",
                "{name: c, op: convolution | ",
            })
    void whatIsWrongIsNamedWithItsLine(String layer, String message) {
        IsosException e = assertThrows(
                IsosException.class, () -> load("input: {shape: [2, 4, 4]}\nlayers:\n  - " + layer + "\n"));
        assertTrue(e.getMessage().contains(message == null ? "expected YAML or JSON" : message), e.getMessage());
    }
}
