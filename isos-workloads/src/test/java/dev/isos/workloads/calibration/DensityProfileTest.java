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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DensityProfileTest {
    private static final DensityProfile PROFILE = DensityProfile.resNet50();

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
}
