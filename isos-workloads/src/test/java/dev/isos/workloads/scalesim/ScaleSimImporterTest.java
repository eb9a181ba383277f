package dev.isos.workloads.scalesim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.testkit.PlainReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScaleSimImporterTest {
    private static final String HEADER =
            "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n";

    private final ScaleSimImporter importer = new ScaleSimImporter();

    @TempDir
    private Path folder;

    private Workload load(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("net.csv"), text);
        assertTrue(importer.declines(file).isEmpty());
        return importer.load(file, WorkloadRequest.defaults());
    }

    @Test
    void layersAreIndependentAndReadInputsOfTheirOwn() throws IOException {
        Workload workload = load(HEADER + "a,8,7,3,3,4,6,1,\n\n# note\nb,5,5,1,1,2,3,1\nc, 6, 6, 3, 2, 1, 2, 2, 1,\n");
        assertEquals(3, workload.network().size());
        assertEquals("4x8x7", workload.input().shape().toString());
        assertEquals(List.of(Layer.networkInput(1)), workload.network().layer(1).inputs());
        assertEquals("2x5x5", workload.furtherInputs().get(0).shape().toString());
        assertEquals("6x6x5", workload.network().layer(0).outputShape().toString());
        // rows: ceil((6 - 3) / 2) + 1 = 3, columns: 6 - 2 + 1 = 5
        assertEquals("2x3x5", workload.network().layer(2).outputShape().toString());
        assertEquals(1.0, workload.weightDensity());
        assertEquals(1.0, workload.furtherInputs().get(1).density());
        assertEquals(PlainReference.withReference(workload).reference(), workload.reference());
        assertTrue(workload.reference().stream().allMatch(r -> r.outputNonZeros() > 0));
    }

    @Test
    void theLastWindowMayLookBeyondTheMapAsInScaleSim() throws IOException {
        Workload workload = load(HEADER + "Conv1,224,224,7,7,3,64,2,\n");
        assertEquals("64x110x110", workload.network().layer(0).outputShape().toString());
        assertEquals(110L * 110 * 64 * 147, workload.network().denseMacs());
    }

    @Test
    void matrixProductsArePointwiseConvolutions() throws IOException {
        Workload workload = load("Layer, M, N, K,\nG,16,32,64,\n");
        assertEquals("64x16x1", workload.input().shape().toString());
        assertEquals("32x16x1", workload.network().output().outputShape().toString());
        assertEquals(16L * 32 * 64, workload.network().denseMacs());
    }

    @Test
    void aNameInQuotesMayHoldCommasAndQuotes() throws IOException {
        Workload workload = load(HEADER + "\"block 1, conv\",8,8,3,3,1,2,1,\n \"5\"\" stem\" ,4,4,1,1,1,1,1\n");
        assertEquals("block 1, conv", workload.network().layer(0).name());
        assertEquals("2x6x6", workload.network().layer(0).outputShape().toString());
        assertEquals(648, workload.network().layer(0).denseMacs());
        assertEquals("5\" stem", workload.network().layer(1).name());
    }

    @Test
    void aSparsityColumnIsNamedInTheSource() throws IOException {
        assertTrue(load(HEADER + "a,8,7,3,3,4,6,1,2:4,\n").info().source().contains("sparsity column is not applied"));
        assertFalse(load(HEADER + "a,8,7,3,3,4,6,1,\n").info().source().contains("sparsity"));
    }

    @Test
    void weightsArePruned() throws IOException {
        Path file = Files.writeString(folder.resolve("net.csv"), HEADER + "a,8,7,3,3,4,6,1,\nb,4,4,1,1,8,8,1,\n");
        WorkloadRequest request = new WorkloadRequest(
                1, java.util.List.of(), java.util.Optional.empty(), "nm:2:4", java.util.Optional.empty());
        var workload = importer.load(file, request);
        assertEquals(6 * 4 * 9 / 2, workload.filters(0).nonZeros());
        assertEquals(8 * 8 / 2, workload.filters(1).nonZeros());
        assertTrue(workload.info().source().contains("pruned to 2 of 4 weights along the input channels"));
    }

    @Test
    void theSeedDecidesTheNumbers() throws IOException {
        Path file = Files.writeString(folder.resolve("net.csv"), HEADER + "a,8,7,3,3,4,6,1,\n");
        WorkloadRequest one = WorkloadRequest.defaults();
        WorkloadRequest two =
                new WorkloadRequest(2, one.images(), one.preprocessing(), one.prune(), one.cacheDirectory());
        assertEquals(
                importer.load(file, one).reference(), importer.load(file, one).reference());
        assertFalse(importer.load(file, one)
                .reference()
                .equals(importer.load(file, two).reference()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,8,7,3,3,4,x,1, | line 2: column 7 (filters): expected a whole number, got 'x'",
                "a,8,7,3,3,4,0,1, | line 2: column 7 (filters): expected a whole number of 1 to 999999999, got '0'",
                "a,8,7,3,3,4,1_0,1, | line 2: column 7 (filters): expected a whole number, got '1_0': a number has no underscore",
                "a,8,7,3,3,4,1,000,1, | line 2: column 8 (stride): expected a whole number, got '000': a number has no leading zero",
                "a,8,7,3,3,4,\u0665,1, | line 2: column 7 (filters): expected a whole number, got '\u0665': digits are 0 to 9",
                "a,8,7,9,3,4,6,1, | line 2: layer a has a filter of 9x3, larger than its input of 8x7",
                "a,8,7,3,3,4, | line 2: has 6 columns, expected 8 or 9",
                ",8,7,3,3,4,6,1 | line 2: expected a name of 1 to 200 characters in the first column",
                "a,8,7,3,3,4,70000,1, | line 2: output channels 70000 exceed the limit of 65536",
                "a,99999,9999,3,3,4,6,1, | line 2: shape 4x99999x9999 has more elements than an array can hold",
                "a,9999,9999,3,3,4,6,1, | line 2: the layers up to here have",
            })
    void whatIsWrongIsNamedWithItsLine(String row, String message) {
        IsosException e = assertThrows(IsosException.class, () -> load(HEADER + row + "\n"));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void aFirstLineWithABadNumberIsNoHeader() {
        IsosException e = assertThrows(IsosException.class, () -> load("a,1_0,7,3,3,4,6,1,\nb,8,7,3,3,4,6,1,\n"));
        assertTrue(e.getMessage().contains("line 1: column 2 (input height)"), e.getMessage());
    }

    @Test
    void anEmptyListIsRefused() {
        assertTrue(assertThrows(IsosException.class, () -> load(HEADER))
                .getMessage()
                .endsWith("has no layers"));
    }

    @ParameterizedTest
    @CsvSource({"none, 64, 32", "magnitude:0.75, 16, 8", "nm:1:4, 16, 8", "budget, 5, 32", "global:1, 0, 0"})
    void everyFormOfPruning(String prune, int first, int second) throws IOException {
        Path file = Files.writeString(
                folder.resolve("p.csv"),
                "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n"
                        + "a, 4, 4, 1, 1, 8, 8, 1,\nb, 4, 4, 1, 1, 8, 4, 1,\n");
        String budget = "budget:" + Files.writeString(folder.resolve("b.csv"), "layer,nonzeros\na,5\n");
        WorkloadRequest one = WorkloadRequest.defaults();
        Workload workload = new ScaleSimImporter()
                .load(
                        file,
                        new WorkloadRequest(
                                1,
                                one.images(),
                                one.preprocessing(),
                                prune.equals("budget") ? budget : prune,
                                one.cacheDirectory()));
        assertEquals(first, workload.filters(0).nonZeros());
        assertEquals(second, workload.filters(1).nonZeros());
    }
}
