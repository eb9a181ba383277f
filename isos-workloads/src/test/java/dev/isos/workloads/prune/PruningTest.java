package dev.isos.workloads.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.FilterShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PruningTest {
    @TempDir
    private Path folder;

    private static PrunableLayer layer(String name, FilterShape shape, float... weights) {
        return new PrunableLayer(name, shape, weights);
    }

    private static FilterShape row(int n) {
        return new FilterShape(1, n, 1, 1, 1);
    }

    private static float[] prune(String spec, FilterShape shape, float... weights) {
        return Pruning.parse(spec)
                .apply("m", List.of(layer("a", shape, weights)))
                .get(0);
    }

    private static long nonZeros(float[] values) {
        return IntStream.range(0, values.length).filter(i -> values[i] != 0f).count();
    }

    @Test
    void magnitudeKeepsTheLargestAndOfEqualOnesTheFirst() {
        assertArrayEquals(
                new float[] {0, -3, 2, 0, 0, 0}, prune("magnitude:0.667", row(6), 1f, -3f, 2f, -1f, 0.5f, 0f));
        assertArrayEquals(new float[] {1, -1, 0, 0}, prune("magnitude:0.5", row(4), 1f, -1f, 1f, -1f));
        assertArrayEquals(new float[] {1, 2}, prune("magnitude:0", row(2), 1f, 2f));
        assertArrayEquals(new float[] {0, 0}, prune("magnitude:1", row(2), 1f, 2f));
    }

    /** Against sorting, over magnitudes of all orders and many ties. */
    @Test
    void countsAndThresholdsAreExact() {
        for (long seed = 1; seed <= 200; seed++) {
            SplitMix random = new SplitMix(seed);
            float[] weights = new float[random.between(1, 300)];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = random.between(0, 3) == 0
                        ? random.between(-2, 2)
                        : (float) ((random.nextDouble() - 0.5) * Math.pow(10, random.between(-30, 30)));
            }
            double sparsity = random.between(0, 100) / 100.0;
            float[] pruned = prune("magnitude:" + sparsity, row(weights.length), weights);
            int gone = (int) Math.round(sparsity * weights.length);
            float[] sorted = new float[weights.length];
            for (int i = 0; i < sorted.length; i++) {
                sorted[i] = Math.abs(weights[i]);
            }
            Arrays.sort(sorted);
            long zeroBefore = weights.length - nonZeros(weights);
            assertEquals(weights.length - Math.max(gone, zeroBefore), nonZeros(pruned), "seed " + seed);
            for (int i = 0; i < weights.length; i++) {
                boolean kept = pruned[i] != 0f;
                assertTrue(!kept || pruned[i] == weights[i], "seed " + seed);
                assertTrue(!kept || gone == 0 || Math.abs(weights[i]) >= sorted[gone - 1], "seed " + seed);
                assertTrue(
                        kept || gone > 0 && Math.abs(weights[i]) <= sorted[gone - 1] || weights[i] == 0,
                        "seed " + seed);
            }
        }
    }

    @Test
    void globalPruningComparesLayers() {
        List<float[]> pruned = Pruning.parse("global:0.5")
                .apply("m", List.of(layer("a", row(2), 5f, 4f), layer("b", row(4), 3f, 0.1f, -6f, 0.2f)));
        assertArrayEquals(new float[] {5, 4}, pruned.get(0));
        assertArrayEquals(new float[] {0, 0, -6, 0}, pruned.get(1));
    }

    @Test
    void nOfMKeepsTheLargestOfNeighbouringChannels() {
        assertArrayEquals(
                new float[] {0, -4, 3, 0, 7, -1, 0},
                prune("nm:2:4", row(7), 1f, -4f, 3f, 2f, 7f, -1f, 1f),
                "of equal, first");
        // Channels are the middle rank: here two positions, of which each has its own groups.
        assertArrayEquals(new float[] {0, 8, 3, 0}, prune("nm:1:2", new FilterShape(1, 2, 1, 2, 1), 1f, 8f, 3f, 4f));
        assertArrayEquals(new float[] {1, 2}, prune("nm:1:4", new FilterShape(2, 1, 1, 1, 2), 1f, 2f), "depthwise");
    }

    @ParameterizedTest
    @CsvSource({"sparsity, 0.75", "density, 0.25", "nonzeros, 1"})
    void budgetsPerLayer(String measure, String value) throws IOException {
        Path file = Files.writeString(
                folder.resolve("b.csv"), "# a table\nlayer,comment," + measure + "\n\nconv,x," + value + "\n");
        List<float[]> pruned = Pruning.parse("budget:" + file)
                .apply("m", List.of(layer("conv", row(4), 1f, 4f, 2f, 3f), layer("other", row(2), 1f, 1f)));
        assertArrayEquals(new float[] {0, 4, 0, 0}, pruned.get(0));
        assertArrayEquals(new float[] {1, 1}, pruned.get(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name,sparsity~a,0.5 | line 1: expected a header with the columns layer and one of sparsity, density, nonzeros",
                "layer,sparsity~a,1.5 | line 2: sparsity of layer a is '1.5', expected a number from 0 to 1",
                "layer,nonzeros~a,1.5 | line 2: nonzeros of layer a is '1.5', expected a number of weights",
                "layer,nonzeros~a,9 | line 2: layer a has 4 weights, fewer than 9",
                "layer,sparsity~a,0.5f | line 2: sparsity of layer a: expected a number, got '0.5f': 'f' is too much",
                "layer,sparsity~a,NaN | line 2: sparsity of layer a: expected a number, got 'NaN'",
                "layer,sparsity~a,0,5 | line 2: has 3 cells, more than the header's 2; a number has no comma",
                "layer,nonzeros~a,1,000 | line 2: has 3 cells, more than the header's 2; a number has no comma",
                "layer,sparsity~a,0~a,1 | line 3: layer a is named twice",
                "layer,sparsity~a | line 2: has 1 cells, fewer than the header",
                "layer,sparsity~z,0.5 | line 2: the network has no layer 'z' with weights, expected one of a"
            })
    void budgetFilesAreChecked(String content, String complaint) throws IOException {
        Path file = Files.writeString(folder.resolve("b.csv"), content.replace('~', '\n'));
        IsosException e = assertThrows(
                IsosException.class,
                () -> Pruning.parse("budget:" + file).apply("m", List.of(layer("a", row(4), 1f, 2f, 3f, 4f))));
        assertEquals(file + ", " + complaint, e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "half",
                "none:1",
                "magnitude",
                "magnitude:",
                "magnitude:1.1",
                "magnitude:NaN",
                "magnitude:0,9",
                "magnitude:0_9",
                "magnitude:00.9",
                "magnitude:0.9f",
                "magnitude:0x1p-1",
                "magnitude:1e999999999",
                "nm:2_0:40",
                "nm:02:4",
                "global:x",
                "budget",
                "budget:",
                "budget:/no/such/file",
                "nm:2",
                "nm:0:4",
                "nm:5:4",
                "nm:2:4:8",
                "nm:2:5000",
                "Magnitude:0.5"
            })
    void refusesOtherSpecifications(String spec) {
        IsosException e = assertThrows(IsosException.class, () -> Pruning.parse(spec));
        assertTrue(
                e.getMessage().startsWith("pruning '" + spec + "'")
                        || e.getMessage().startsWith("budget file"),
                e.getMessage());
    }

    @Test
    void noNumbersAreRefused() {
        IsosException e = assertThrows(IsosException.class, () -> prune("magnitude:0.5", row(2), Float.NaN, 1f));
        assertEquals("m: layer a has weights that are no numbers and cannot be pruned", e.getMessage());
    }
}
