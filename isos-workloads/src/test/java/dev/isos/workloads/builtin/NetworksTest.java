package dev.isos.workloads.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import dev.isos.workloads.sparsity.SparsityTable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The graphs beside ResNet-50, against published totals and shapes. */
class NetworksTest {
    private static final Network MOBILENET = MobileNetV1.network();
    private static final Network VGG = Vgg16.network();
    private static final Network GOOGLENET = GoogLeNet.network();

    @Test
    void totalsAreThePublishedOnes() {
        // 4.21 M and 569 M (Kusupati et al.); their 4.2 M hold for 1000 classes, TensorFlow's have one more.
        assertEquals(4_209_088, MOBILENET.parameters());
        assertEquals(568_740_352, MOBILENET.denseMacs());
        // The published 138,357,544 count 13,416 biases as well.
        assertEquals(138_357_544, VGG.parameters() + biases(VGG));
        assertEquals(15_470_264_320L, VGG.denseMacs());
        // BVLC's model has 6,998,552 parameters with biases.
        assertEquals(6_990_272, GOOGLENET.parameters());
        assertEquals(6_998_552, GOOGLENET.parameters() + biases(GOOGLENET));
        assertEquals(1_582_671_872, GOOGLENET.denseMacs());
    }

    private static long biases(Network network) {
        return network.layers().stream()
                .filter(l -> l.convolution().isPresent())
                .mapToLong(l -> l.outputShape().channels())
                .sum();
    }

    @Test
    void everyConvolutionHasTheSizeInItsTable() {
        check(MOBILENET, "str_mobilenetv1.csv");
        check(VGG, "han_vgg16.csv");
        check(GOOGLENET, "skimcaffe_googlenet.csv");
    }

    private static void check(Network network, String table) {
        Map<String, SparsityTable.Row> rows = new HashMap<>();
        SparsityTable.read(table).rows().forEach(row -> rows.put(row.layer(), row));
        for (Layer layer : network.layers()) {
            if (layer.convolution().isPresent()) {
                SparsityTable.Row row = rows.remove(layer.name());
                assertEquals(row.parameters(), layer.filterShape().elements(), layer.name());
                assertEquals(row.macs(), layer.denseMacs(), layer.name());
            }
        }
        assertEquals(Map.of(), rows);
    }

    @Test
    void theModuleAloneHasThePublishedWeightsAndReadsWhatItsStemMakes() {
        Network module = Inception3a.module();
        Network stem = Inception3a.stem();
        assertEquals(155_136, module.parameters());
        assertEquals(121_626_624, module.denseMacs());
        assertEquals(module.input(), stem.output().outputShape());
        assertEquals(new FeatureMapShape(256, 28, 28), module.output().outputShape());
        Map<String, SparsityTable.Row> rows = new HashMap<>();
        SparsityTable.read("inception3a.csv").rows().forEach(row -> rows.put(row.layer(), row));
        for (Network network : List.of(stem, module)) {
            for (Layer layer : network.layers()) {
                if (layer.convolution().isPresent()) {
                    SparsityTable.Row row = rows.remove(layer.name());
                    assertEquals(row.parameters(), layer.filterShape().elements(), layer.name());
                    assertEquals(row.macs(), layer.denseMacs(), layer.name());
                }
            }
        }
        assertEquals(Map.of(), rows);
        // The same shapes as in the whole network, but for the window of the third branch.
        for (String names : List.of(
                "1x1 branch1",
                "3x3_reduce branch2.0",
                "3x3 branch2.1",
                "5x5_reduce branch3.0",
                "pool_proj branch4.1")) {
            String[] pair = names.split(" ");
            Layer whole = layer(GOOGLENET, "inception_3a/" + pair[0]);
            assertEquals(
                    whole.filterShape(), layer(module, "inception3a." + pair[1]).filterShape(), names);
        }
        assertEquals(3, layer(module, "inception3a.branch3.1").filterShape().rows());
    }

    @Test
    @SharedData
    void mobileNetHasTheShapesOfTheTrainedNetwork() throws IOException {
        int compared = 0;
        for (String line : Files.readAllLines(SharedDataFolder.path("measured_density.csv"))) {
            String[] cells = line.split(",");
            if (cells[0].equals("mobilenet_v1_1.0_224") && cells[15].equals("cat")) {
                Layer layer = layer(MOBILENET, cells[1]);
                assertEquals(shape(cells, 3, 4, 5), layer.inputShape(), layer.name());
                FeatureMapShape out = shape(cells, 6, 11, 12);
                if (!layer.equals(MOBILENET.output())) {
                    assertEquals(out, layer.outputShape(), layer.name());
                }
                assertEquals(Integer.parseInt(cells[7]), layer.filterShape().rows(), layer.name());
                assertEquals(Integer.parseInt(cells[9]), strideOf(layer), layer.name());
                compared++;
            }
        }
        assertEquals(28, compared);
        assertEquals(29, MOBILENET.size());
        assertTrue(layer(MOBILENET, "Conv2d_7_depthwise").filterShape().depthwise());
    }

    private static int strideOf(Layer layer) {
        return layer.convolution().orElseThrow().window().strideRows();
    }

    private static FeatureMapShape shape(String[] cells, int channels, int height, int width) {
        return new FeatureMapShape(
                Integer.parseInt(cells[channels]), Integer.parseInt(cells[height]), Integer.parseInt(cells[width]));
    }

    @Test
    void vggEndsInFullyConnectedLayersOnTheWholeMap() {
        assertEquals(21, VGG.size());
        Layer fc6 = layer(VGG, "fc6");
        assertEquals(new FeatureMapShape(512, 7, 7), fc6.inputShape());
        assertEquals(new FeatureMapShape(4096, 1, 1), fc6.outputShape());
        assertEquals(102_760_448, fc6.filterShape().elements());
        assertEquals(new FeatureMapShape(1000, 1, 1), VGG.output().outputShape());
        assertEquals(List.of(layer(VGG, "conv1_2").index()), layer(VGG, "pool1").inputs());
    }

    @Test
    void inceptionModulesJoinFourBranchesOfOneInput() {
        int[] channels = {256, 480, 512, 512, 512, 528, 832, 832, 1024};
        int[] size = {28, 28, 14, 14, 14, 14, 14, 7, 7};
        List<Layer> modules = GOOGLENET.layers().stream()
                .filter(l -> l.op() instanceof Concatenation)
                .toList();
        assertEquals(9, modules.size());
        for (int i = 0; i < modules.size(); i++) {
            Layer output = modules.get(i);
            assertEquals(new FeatureMapShape(channels[i], size[i], size[i]), output.outputShape());
            String prefix = output.name().substring(0, output.name().length() - "output".length());
            List<String> parts = output.inputs().stream()
                    .map(part -> GOOGLENET.layer(part).name())
                    .toList();
            assertEquals(List.of(prefix + "1x1", prefix + "3x3", prefix + "5x5", prefix + "pool_proj"), parts);
            List<Integer> from = layer(GOOGLENET, prefix + "1x1").inputs();
            assertEquals(from, layer(GOOGLENET, prefix + "3x3_reduce").inputs());
            assertEquals(from, layer(GOOGLENET, prefix + "5x5_reduce").inputs());
            assertEquals(from, layer(GOOGLENET, prefix + "pool").inputs());
            assertEquals(
                    List.of(layer(GOOGLENET, prefix + "pool").index()),
                    layer(GOOGLENET, prefix + "pool_proj").inputs());
        }
        assertEquals(83, GOOGLENET.size());
    }

    @Test
    void googLeNetNormalisesTwiceAndRoundsPoolingsUp() {
        List<String> normalisations = GOOGLENET.layers().stream()
                .filter(l -> l.op() instanceof LocalResponseNormalisation)
                .map(Layer::name)
                .toList();
        assertEquals(List.of("pool1/norm1", "conv2/norm2"), normalisations);
        assertEquals(
                new LocalResponseNormalisation(5, 1e-4f, 0.75f, 1f),
                layer(GOOGLENET, "pool1/norm1").op());
        assertEquals(
                List.of(layer(GOOGLENET, "conv2/norm2").index()),
                layer(GOOGLENET, "pool2/3x3_s2").inputs());
        int halving = 0;
        for (Layer layer : GOOGLENET.layers()) {
            if (layer.op() instanceof Pooling p
                    && p.kind() == PoolingKind.MAX
                    && layer.name().startsWith("pool")) {
                // 112, 56, 28 and 14 rows; rounded down it would be one less.
                assertEquals(
                        layer.inputShape().height() / 2, layer.outputShape().height());
                assertEquals(0, p.window().padTop());
                assertEquals(1, p.window().padBottom());
                halving++;
            }
        }
        assertEquals(4, halving);
    }

    private static Layer layer(Network network, String name) {
        return network.layers().stream()
                .filter(l -> l.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
