package dev.isos.workloads.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.workloads.sparsity.SparsityTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResNet50Test {
    private static final Network NETWORK = ResNet50.network();

    @Test
    void totalsAreThePublishedOnes() {
        assertEquals(25_502_912, NETWORK.parameters());
        // The published total counts the 2048 x 7 x 7 additions of the global average pooling as well.
        assertEquals(4_089_284_608L, NETWORK.denseMacs() + 2048 * 7 * 7);
    }

    @Test
    void everyLayerHasThePublishedSize() {
        Map<String, Layer> layers = new HashMap<>();
        NETWORK.layers().forEach(layer -> layers.put(layer.name(), layer));
        List<SparsityTable.Row> rows = SparsityTable.strResNet50().rows();
        assertEquals(54, rows.size());
        for (SparsityTable.Row row : rows) {
            Layer layer = layers.get(row.layer());
            assertEquals(row.parameters(), layer.filterShape().elements(), row.layer());
            assertEquals(row.macs(), layer.denseMacs(), row.layer());
        }
        assertEquals(56, NETWORK.size());
    }

    @Test
    void blocksAreContiguousWithTheShortcutBeforeItsAddition() {
        List<String> names = NETWORK.layers().stream().map(Layer::name).toList();
        assertEquals(
                List.of(
                        "conv1",
                        "maxpool",
                        "layer1.0.conv1",
                        "layer1.0.conv2",
                        "layer1.0.downsample.0",
                        "layer1.0.conv3",
                        "layer1.1.conv1"),
                names.subList(0, 7));
        assertEquals(List.of("layer4.2.conv3", "avgpool", "fc"), names.subList(53, 56));
        int additions = 0;
        for (Layer layer : NETWORK.layers()) {
            if (layer.hasResidual()) {
                additions++;
                assertTrue(layer.name().endsWith("conv3"));
                Layer shortcut = NETWORK.layer(layer.residual());
                String block = layer.name().substring(0, layer.name().length() - "conv3".length());
                Layer first = NETWORK.layer(names.indexOf(block + "conv1"));
                if (block.endsWith("0.")) {
                    assertEquals(block + "downsample.0", shortcut.name());
                    assertEquals(first.inputs(), shortcut.inputs());
                } else {
                    assertEquals(first.inputs(), List.of(layer.residual()));
                }
            }
        }
        assertEquals(16, additions);
    }

    @Test
    void halvesTheMapInTheThreeByThreeConvolutions() {
        Layer conv1 = layer("layer2.0.conv1");
        Layer conv2 = layer("layer2.0.conv2");
        assertEquals(new FeatureMapShape(128, 56, 56), conv1.outputShape());
        assertEquals(new FeatureMapShape(128, 28, 28), conv2.outputShape());
        assertEquals(new FeatureMapShape(2048, 7, 7), layer("layer4.2.conv3").outputShape());
        assertEquals(new FeatureMapShape(64, 56, 56), layer("maxpool").outputShape());
        assertTrue(layer("avgpool").op() instanceof Pooling);
        assertEquals(new FeatureMapShape(1000, 1, 1), NETWORK.output().outputShape());
    }

    private static Layer layer(String name) {
        return NETWORK.layers().stream()
                .filter(l -> l.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
