package dev.isos.workloads.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import dev.isos.workloads.calibration.DensityProfile.Entry;
import dev.isos.workloads.calibration.DensityProfile.Kind;
import dev.isos.workloads.sparsity.SparsityTable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DensityProfileTest {
    private static final DensityProfile PROFILE = DensityProfile.read("resnet50_measured.csv");

    @Test
    void hasEveryConvolutionOnce() {
        List<String> layers = SparsityTable.strResNet50().rows().stream()
                .map(SparsityTable.Row::layer)
                .toList();
        assertEquals(layers, PROFILE.entries().stream().map(Entry::layer).toList());
        assertThrows(IllegalArgumentException.class, () -> PROFILE.entry("conv2"));
    }

    @Test
    void onlyLayersWithoutReluAreNotCalibrated() {
        for (Entry entry : PROFILE.entries()) {
            boolean linear = entry.layer().equals("fc") || entry.layer().contains("downsample");
            assertEquals(linear, entry.kind() == Kind.LINEAR, entry.layer());
            assertEquals(linear, entry.density().isEmpty(), entry.layer());
            entry.density().ifPresent(d -> assertTrue(d > 0 && d < 1, entry.layer()));
        }
    }

    @Test
    void thePublishedProfileHasOneNumberPerKindOfLayerAndStage() {
        DensityProfile published = DensityProfile.read("resnet50_published.csv");
        List<String> layers =
                new ArrayList<>(PROFILE.entries().stream().map(Entry::layer).toList());
        layers.add(1, "maxpool");
        assertEquals(layers, published.entries().stream().map(Entry::layer).toList());
        double[] inner = {0.46, 0.49, 0.46, 0.31};
        for (Entry entry : published.entries()) {
            String layer = entry.layer();
            assertEquals(
                    PROFILE.find(layer).filter(e -> e.kind() == Kind.LINEAR).isPresent(),
                    entry.kind() == Kind.LINEAR,
                    layer);
            if (layer.contains("downsample")) {
                assertEquals(0.88, entry.density().orElseThrow(), layer);
            } else if (layer.startsWith("layer") && !layer.endsWith("conv3")) {
                assertEquals(inner[layer.charAt(5) - '1'], entry.density().orElseThrow(), layer);
            }
        }
        assertTrue(published.entry("fc").density().isEmpty());
    }

    @Test
    @SharedData
    void thePublishedProfileIsTheInferredOne() throws IOException {
        DensityProfile published = DensityProfile.read("resnet50_published.csv");
        List<String> lines = Files.readAllLines(SharedDataFolder.path("published/resnet50_activation_densities.csv"));
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",(?=[0-9.]+$)");
            String tensor =
                    cells[0].replace("\"", "").replaceAll(" \\(.*", ".conv3").replace("sample", "sample.0");
            assertEquals(
                    Double.parseDouble(cells[1]),
                    published.entry(tensor).density().orElseThrow(),
                    tensor);
        }
        assertEquals(published.entries().size() - 1, lines.size() - 1);
    }

    @Test
    void aFactorScalesWhatIsStated() {
        DensityProfile twice = DensityProfile.read("resnet50_published.csv").times(1.25);
        assertEquals(0.575, twice.entry("layer1.0.conv1").density().orElseThrow(), 1e-12);
        assertEquals(1, twice.entry("layer1.2.conv3").density().orElseThrow());
        assertEquals(Kind.LINEAR, twice.entry("layer1.0.downsample.0").kind());
        assertTrue(twice.entry("fc").density().isEmpty());
    }

    @Test
    void blockOutputsLieOnTheLineThroughTheMeasuredOnes() {
        List<Double> blocks = PROFILE.entries().stream()
                .filter(e -> e.layer().endsWith("conv3"))
                .map(e -> e.density().orElseThrow())
                .toList();
        assertEquals(16, blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            double position = Math.max(0, Math.min(1, (i - 2) / 10.0));
            assertEquals(blocks.get(2) + (blocks.get(12) - blocks.get(2)) * position, blocks.get(i), 0.0001);
        }
    }

    @Test
    @SharedData
    void measuredEntriesAreThePublishedInputDensities() throws IOException {
        // Which output feeds the layer that was measured as a product M x K x N.
        Map<String, List<String>> producers = Map.of(
                "512,256,1024", List.of("layer1.2.conv3"),
                "512,128,1024", List.of("layer2.0.conv2", "layer2.1.conv2", "layer2.2.conv2", "layer2.3.conv2"),
                "128,1152,1024", List.of("layer2.0.conv1", "layer2.1.conv1", "layer2.2.conv1", "layer2.3.conv1"),
                "512,1024,256", List.of("layer3.5.conv3"));
        int measured = 0;
        List<String> lines =
                Files.readAllLines(SharedDataFolder.path("sparsity/sparseloop_resnet50_selected_layers.csv"));
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",");
            for (String layer : producers.get(cells[0] + "," + cells[1] + "," + cells[2])) {
                Entry entry = PROFILE.entry(layer);
                assertEquals(Kind.MEASURED, entry.kind(), layer);
                assertEquals(Double.parseDouble(cells[3]), entry.density().orElseThrow(), 0.00005, layer);
                measured++;
            }
        }
        assertEquals(
                measured,
                PROFILE.entries().stream()
                        .filter(e -> e.kind() == Kind.MEASURED)
                        .count());
    }

    @ParameterizedTest
    @CsvSource({
        "mobilenetv1.csv, str_mobilenetv1.csv, MEASURED",
        "vgg16.csv, han_vgg16.csv, MEASURED",
        "googlenet.csv, skimcaffe_googlenet.csv, ASSUMED"
    })
    void theOthersHaveEveryConvolutionTooAndOnlyTheClassifierIsLinear(String name, String table, Kind kind) {
        List<Entry> entries = DensityProfile.read(name).entries();
        assertEquals(
                SparsityTable.read(table).rows().stream()
                        .map(SparsityTable.Row::layer)
                        .toList(),
                entries.stream().map(Entry::layer).toList());
        for (int i = 0; i < entries.size(); i++) {
            assertEquals(
                    i == entries.size() - 1 ? Kind.LINEAR : kind, entries.get(i).kind());
        }
    }

    @Test
    @SharedData
    void vggHasThePublishedDensitiesOfWhatEntersTheNextLayer() throws IOException {
        DensityProfile profile = DensityProfile.read("vgg16.csv");
        int found = 0;
        for (String line : Files.readAllLines(SharedDataFolder.path("sparsity/han2015_alexnet_vgg16_lenet5.csv"))) {
            String[] cells = line.split(",");
            if (cells[0].equals("vgg16") && !cells[1].equals("fc8")) {
                Entry entry = profile.entry(cells[1]);
                assertEquals(Integer.parseInt(cells[2]) / 100.0, entry.density().orElseThrow(), cells[1]);
                found++;
            }
        }
        assertEquals(15, found);
        assertEquals(
                List.of("pool1", "pool2", "pool3", "pool4", "pool5"),
                profile.entries().stream().flatMap(e -> e.after().stream()).toList());
    }

    @Test
    @SharedData
    void mobileNetHasTheMeanOverPhotosOfWhatEntersTheNextLayer() throws IOException {
        DensityProfile profile = DensityProfile.read("mobilenetv1.csv");
        Map<String, Double> sums = new LinkedHashMap<>();
        for (String line : Files.readAllLines(SharedDataFolder.path("measured_density.csv"))) {
            String[] cells = line.split(",");
            if (cells[0].equals("mobilenet_v1_1.0_224")) {
                sums.merge(cells[1], Double.parseDouble(cells[17]), Double::sum);
            }
        }
        List<String> layers = List.copyOf(sums.keySet());
        // The last convolution is read by a pooling, behind which the table goes on.
        for (int i = 0; i < layers.size() - 2; i++) {
            assertEquals(
                    sums.get(layers.get(i + 1)) / 4,
                    profile.entry(layers.get(i)).density().orElseThrow(),
                    0.00006,
                    layers.get(i));
        }
        assertEquals(28, layers.size());
    }
}
