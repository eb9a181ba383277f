package dev.isos.workloads.sparsity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class SparsityTest {
    private static final SparsityTable TABLE = SparsityTable.strResNet50();

    @Test
    void layersSumToThePublishedSparsity() {
        assertEquals(List.of("81.27", "90.23", "95.15", "96.11", "98.05", "98.98"), TABLE.budgets());
        long parameters =
                TABLE.rows().stream().mapToLong(SparsityTable.Row::parameters).sum();
        for (String budget : TABLE.budgets()) {
            long nonZeros = TABLE.rows().stream()
                    .mapToLong(row -> TABLE.nonZeros(row.layer(), budget))
                    .sum();
            BigDecimal percent = BigDecimal.valueOf(100 * (parameters - nonZeros))
                    .divide(BigDecimal.valueOf(parameters), 2, RoundingMode.HALF_EVEN);
            assertEquals(new BigDecimal(budget), percent);
        }
    }

    @Test
    void countsAreExactRoundings() {
        // 9408 * (1 - 0.5140) = 4572.288
        assertEquals(4572, TABLE.nonZeros("conv1", "81.27"));
        assertThrows(IllegalArgumentException.class, () -> TABLE.nonZeros("conv1", "50"));
        assertThrows(IllegalArgumentException.class, () -> TABLE.nonZeros("conv2", "81.27"));
    }

    @Test
    @SharedData
    void theTableIsThePublishedOne() throws IOException {
        List<String> lines = Files.readAllLines(SharedDataFolder.path("sparsity/str_resnet50_budgets.csv"));
        List<String> header = List.of(lines.get(0).split(","));
        // Two lines of totals come first.
        assertEquals(lines.size() - 3, TABLE.rows().size());
        for (int i = 0; i < TABLE.rows().size(); i++) {
            SparsityTable.Row row = TABLE.rows().get(i);
            List<String> cells = List.of(lines.get(i + 3).split(","));
            assertEquals(cells.get(1), row.layer());
            assertEquals(Integer.parseInt(cells.get(2)), row.parameters());
            assertEquals(Long.parseLong(cells.get(3)), row.macs());
            for (int b = 0; b < TABLE.budgets().size(); b++) {
                String percent = cells.get(
                        header.indexOf("sparsity_pct_at_" + TABLE.budgets().get(b)));
                assertEquals(
                        0,
                        new BigDecimal(percent).compareTo(row.sparsityPercent().get(b)),
                        row.layer());
            }
        }
    }

    @Test
    void mobileNetMeetsBothPublishedTotals() {
        SparsityTable table = SparsityTable.read("str_mobilenetv1.csv");
        // Weights left are exact; the source rounds the multiply-accumulates left to millions.
        assertEquals(1_040_487, nonZeros(table, "75.28", row -> true)); // 4,209,088 * (1 - 0.7528)
        assertEquals(462_579, nonZeros(table, "89.01", row -> true)); // 4,209,088 * (1 - 0.8901)
        assertEquals(101e6, macs(table, "75.28"), 0.01e6);
        assertEquals(42e6, macs(table, "89.01"), 0.01e6);
        for (String budget : table.budgets()) {
            double pointwise = nonZeros(table, budget, row -> row.layer().endsWith("pointwise")) / 3_139_584.0;
            double overall = 1 - Double.parseDouble(budget) / 100;
            for (SparsityTable.Row row : table.rows()) {
                int left = table.nonZeros(row.layer(), budget);
                if (row.layer().equals("Conv2d_0") || row.layer().endsWith("depthwise")) {
                    assertEquals(StrictMath.sqrt(overall) * row.parameters(), left, 0.5, row.layer());
                } else if (row.layer().endsWith("pointwise")) {
                    assertEquals(pointwise * row.parameters(), left, 1, row.layer());
                }
            }
        }
    }

    @Test
    void theInceptionModuleHasOneDensity() {
        SparsityTable table = SparsityTable.read("inception3a.csv");
        // 155,136 * 0.42 = 65,157.1; rounded layer by layer one less.
        assertEquals(65_156, nonZeros(table, "58", row -> row.layer().startsWith("inception3a")));
        for (SparsityTable.Row row : table.rows()) {
            assertEquals(0.42 * row.parameters(), table.nonZeros(row.layer(), "58"), 0.5, row.layer());
        }
    }

    @Test
    @SharedData
    void vggHasThePublishedDensitiesAndScalesThemForNinetyPercent() throws IOException {
        SparsityTable table = SparsityTable.read("han_vgg16.csv");
        Map<String, BigDecimal> published = published("sparsity/han2015_alexnet_vgg16_lenet5.csv", "vgg16", 1, 3);
        assertEquals(16, table.rows().size());
        double convolutions = 14_710_464;
        double factor = 0.1
                * convolutions
                / table.rows().stream()
                        .filter(row -> row.layer().startsWith("conv"))
                        .mapToDouble(row ->
                                row.parameters() * published.get(row.layer()).doubleValue() / 100)
                        .sum();
        assertEquals(0.305907, factor, 5e-7);
        for (SparsityTable.Row row : table.rows()) {
            if (row.layer().startsWith("conv")) {
                double density = published.get(row.layer()).doubleValue() / 100;
                assertEquals(density * row.parameters(), table.nonZeros(row.layer(), "68"), 0.501, row.layer());
                assertEquals(
                        density * factor * row.parameters(), table.nonZeros(row.layer(), "90"), 0.501, row.layer());
            }
        }
        assertEquals(0.6731, 1 - nonZeros(table, "68", row -> row.layer().startsWith("conv")) / convolutions, 5e-5);
        assertEquals(0.9, 1 - nonZeros(table, "90", row -> row.layer().startsWith("conv")) / convolutions, 1e-6);
    }

    @Test
    void vggHasThePublishedTotalsAndOneDensityInFullyConnectedLayers() {
        SparsityTable table = SparsityTable.read("han_vgg16.csv");
        Map<String, Long> totals = Map.of("68", 35_700_000L, "90", 11_400_000L);
        totals.forEach((budget, total) -> {
            assertEquals(total, nonZeros(table, budget, row -> true));
            double density = nonZeros(table, budget, row -> row.layer().startsWith("fc")) / 123_633_664.0;
            for (SparsityTable.Row row : table.rows()) {
                if (row.layer().startsWith("fc")) {
                    assertEquals(density * row.parameters(), table.nonZeros(row.layer(), budget), 1, row.layer());
                }
            }
        });
    }

    @Test
    @SharedData
    void googLeNetHasTheLoggedSparsity() throws IOException {
        SparsityTable table = SparsityTable.read("skimcaffe_googlenet.csv");
        Map<String, BigDecimal> published =
                published("sparsity/skimcaffe_pruned_googlenet_resnet50_caffenet.csv", "googlenet", 2, 3);
        // All layers of the log but the three of each auxiliary classifier.
        assertEquals(published.size() - 6, table.rows().size());
        for (SparsityTable.Row row : table.rows()) {
            assertEquals(
                    0,
                    published.get(row.layer()).compareTo(row.sparsityPercent().get(0)),
                    row.layer());
        }
        // The 58 % are those of the convolutions.
        assertEquals(0.5815, 1 - nonZeros(table, "58", row -> !row.layer().endsWith("classifier")) / 5_966_272.0, 5e-5);
        assertEquals(0.6291, 1 - nonZeros(table, "58", row -> true) / 6_990_272.0, 5e-5);
    }

    private static long nonZeros(SparsityTable table, String budget, Predicate<SparsityTable.Row> which) {
        return table.rows().stream()
                .filter(which)
                .mapToLong(row -> table.nonZeros(row.layer(), budget))
                .sum();
    }

    /** Multiply-accumulates with non-zero weights. */
    private static double macs(SparsityTable table, String budget) {
        return table.rows().stream()
                .mapToDouble(row -> row.macs() / row.parameters() * (double) table.nonZeros(row.layer(), budget))
                .sum();
    }

    private static Map<String, BigDecimal> published(String file, String network, int layer, int value)
            throws IOException {
        Map<String, BigDecimal> values = new HashMap<>();
        for (String line : Files.readAllLines(SharedDataFolder.path(file))) {
            String[] cells = line.split(",");
            if (cells[0].equals(network)) {
                values.put(cells[layer], new BigDecimal(cells[value]));
            }
        }
        return values;
    }

    @Test
    void weightsHaveExactlyTheCountAndNoZero() {
        for (FilterShape shape : List.of(
                new FilterShape(64, 16, 3, 3, 1), new FilterShape(12, 1, 3, 3, 12), new FilterShape(8, 5, 1, 1, 2))) {
            for (int count : new int[] {0, 1, shape.elements() / 7, shape.elements() - 1, shape.elements()}) {
                FilterTensor filters = SparseWeights.draw(shape, count, new RandomStream(7, "test", "layer"));
                assertEquals(count, filters.nonZeros());
                byte[] dense = filters.toDense();
                int nonZeros = 0;
                for (byte weight : dense) {
                    nonZeros += weight != 0 ? 1 : 0;
                }
                assertEquals(count, nonZeros);
                FilterTensor again = FilterTensor.fromDense(shape, dense);
                assertArrayEquals(filters.starts(), again.starts());
                assertArrayEquals(filters.coordinates(), again.coordinates());
                assertArrayEquals(filters.payloads(), again.payloads());
            }
        }
        FilterShape shape = new FilterShape(4, 4, 1, 1, 1);
        assertThrows(
                IllegalArgumentException.class,
                () -> SparseWeights.draw(shape, 17, new RandomStream(1, "test", "layer")));
    }

    @Test
    void masksAreUniform() {
        // Each of 48 positions is chosen with probability 1/4: 1000 of 4000 draws, deviation 27.4.
        FilterShape shape = new FilterShape(8, 6, 1, 1, 1);
        int[] chosen = new int[shape.elements()];
        int negative = 0;
        for (int seed = 0; seed < 4000; seed++) {
            byte[] dense = SparseWeights.draw(shape, 12, new RandomStream(seed, "test", "layer"))
                    .toDense();
            for (int i = 0; i < dense.length; i++) {
                chosen[i] += dense[i] != 0 ? 1 : 0;
                negative += dense[i] < 0 ? 1 : 0;
            }
        }
        double chiSquare = 0;
        for (int count : chosen) {
            assertEquals(1000, count, 5 * 27.4);
            chiSquare += (count - 1000.0) * (count - 1000) / 1000 / 0.75;
        }
        // 47 degrees of freedom (up to the fixed sum): 99.9 % lie below 82.7.
        assertTrue(chiSquare < 82.7, "chi square " + chiSquare);
        // Half of 48000, deviation 109.5.
        assertEquals(24_000, negative, 5 * 109.5);
    }

    @Test
    void magnitudesAreThoseOfAPrunedGaussian() {
        // Of a half kept Gaussian the threshold is 0.6745 deviations and the median magnitude 1.1503.
        byte[] half = SparseWeights.magnitudes(0.5);
        assertEquals(127, half[0]);
        double unit = 127 / -GaussianQuantile.of(0.25 * 0.5 / 4096);
        assertEquals(0.6745 * unit, half[4095], 0.6);
        assertEquals(1.1503 * unit, half[2048], 0.6);
        for (double density : new double[] {1e-5, 0.01, 0.3, 1}) {
            for (byte magnitude : SparseWeights.magnitudes(density)) {
                assertTrue(magnitude >= 1);
            }
        }
    }

    @Test
    void quantilesAreThoseOfTheNormalDistribution() {
        assertEquals(0, GaussianQuantile.of(0.5), 1e-9);
        assertEquals(1.959963984540054, GaussianQuantile.of(0.975), 1e-8);
        assertEquals(-3.090232306167813, GaussianQuantile.of(0.001), 1e-8);
        assertEquals(1.2815515655446004, GaussianQuantile.of(0.9), 1e-8);
        assertThrows(IllegalArgumentException.class, () -> GaussianQuantile.of(1));
    }

    @Test
    void streamsAreSeparateAndRepeatable() {
        assertEquals(new RandomStream(1, "a", "b").nextLong(), new RandomStream(1, "a", "b").nextLong());
        assertNotEquals(new RandomStream(1, "a", "b").nextLong(), new RandomStream(2, "a", "b").nextLong());
        assertNotEquals(new RandomStream(1, "a", "b").nextLong(), new RandomStream(1, "b", "a").nextLong());
        RandomStream stream = new RandomStream(3, "test", "moments");
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 100_000; i++) {
            double x = stream.nextGaussian();
            sum += x;
            squares += x * x;
        }
        assertEquals(0, sum / 100_000, 5 / StrictMath.sqrt(100_000));
        assertEquals(1, squares / 100_000, 5 * StrictMath.sqrt(2.0 / 100_000));
        boolean[] seen = new boolean[3];
        for (int i = 0; i < 100; i++) {
            seen[stream.nextInt(3)] = true;
        }
        assertArrayEquals(new boolean[] {true, true, true}, seen);
    }
}
