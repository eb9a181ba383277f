package dev.isos.workloads.builtin;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadTotals;
import dev.isos.workloads.sparsity.SparsityTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * One built-in workload.
 *
 * @param family the network and where its numbers come from
 * @param budget column of the family's sparsity table
 */
record BuiltIn(String id, Family family, String budget) {
    /**
     * What the workloads of one network share.
     *
     * @param network its graph
     * @param title its name, as people write it
     * @param sparsity table of weights, beside {@link SparsityTable}
     * @param densities profile of activations, beside {@link dev.isos.workloads.calibration.DensityProfile}
     * @param preprocessing how pixels become inputs unless a request says otherwise
     * @param realDeviation see {@link dev.isos.workloads.calibration.Calibrator#calibrate}
     * @param source where the numbers come from, in a sentence
     */
    record Family(
            Supplier<Network> network,
            String title,
            String sparsity,
            String densities,
            Preprocessing preprocessing,
            double realDeviation,
            String source) {}

    private static final Family RESNET50 = new Family(
            ResNet50::network,
            "ResNet-50",
            "str_resnet50.csv",
            "resnet50.csv",
            Preprocessing.IMAGENET,
            1,
            "graph of ResNet-50 v1.5; seeded weights with the per-layer budgets of STR"
                    + " (Kusupati et al., ICML 2020); computed activations calibrated to a density profile that is"
                    + " measured where known (Sparseloop, MICRO 2022) and assumed elsewhere");

    private static final Family MOBILENETV1 = new Family(
            MobileNetV1::network,
            "MobileNetV1 1.0",
            "str_mobilenetv1.csv",
            "mobilenetv1.csv",
            Preprocessing.IMAGENET,
            1,
            "graph of MobileNetV1 1.0 224; seeded weights that meet the totals of weights and multiply-accumulates of STR"
                    + " (Kusupati et al., ICML 2020), spread over the layers by a rule of our own; computed activations"
                    + " calibrated to densities measured on the trained MobileNetV1 of google-coral");

    private static final Family VGG16 = new Family(
            Vgg16::network,
            "VGG-16",
            "han_vgg16.csv",
            "vgg16.csv",
            Preprocessing.CAFFE,
            1,
            "graph of VGG-16; seeded weights with the per-layer densities of Han et al. (NIPS 2015), for 90 % those of the"
                    + " convolutions times a common factor; computed activations calibrated to the densities of the same"
                    + " table");

    private static final Family GOOGLENET = new Family(
            GoogLeNet::network,
            "GoogLeNet",
            "skimcaffe_googlenet.csv",
            "googlenet.csv",
            Preprocessing.CAFFE,
            // Assumed: without batch normalisation, values keep the magnitude of the pixels.
            100,
            "graph of BVLC GoogLeNet; seeded weights with the per-layer sparsity that SkimCaffe logs (Park et al., ICLR"
                    + " 2017); computed activations calibrated to an assumed density profile");

    /** All of them, in the order of the list. */
    static List<BuiltIn> all() {
        return List.of(
                new BuiltIn("resnet50-81", RESNET50, "81.27"),
                new BuiltIn("resnet50-90", RESNET50, "90.23"),
                new BuiltIn("resnet50-95", RESNET50, "95.15"),
                new BuiltIn("resnet50-96", RESNET50, "96.11"),
                new BuiltIn("resnet50-98", RESNET50, "98.05"),
                new BuiltIn("resnet50-99", RESNET50, "98.98"),
                new BuiltIn("mobilenetv1-75", MOBILENETV1, "75.28"),
                new BuiltIn("mobilenetv1-89", MOBILENETV1, "89.01"),
                new BuiltIn("vgg16-68", VGG16, "68"),
                new BuiltIn("vgg16-90", VGG16, "90"),
                new BuiltIn("googlenet-58", GOOGLENET, "58"));
    }

    /**
     * What is known without building it.
     *
     * @param computed cells of a table of what building it gave: id, effectual MACs, activation density
     */
    WorkloadDescriptor descriptor(Optional<List<String>> computed) {
        Network network = family.network().get();
        SparsityTable table = SparsityTable.read(family.sparsity());
        long nonZeros = 0;
        for (Layer layer : network.layers()) {
            if (layer.convolution().isPresent()) {
                nonZeros += table.nonZeros(layer.name(), budget);
            }
        }
        WorkloadTotals totals = new WorkloadTotals(
                network.size(),
                network.parameters(),
                nonZeros,
                network.denseMacs(),
                computed.map(c -> OptionalLong.of(Long.parseLong(c.get(1)))).orElse(OptionalLong.empty()),
                computed.map(c -> OptionalDouble.of(Double.parseDouble(c.get(2))))
                        .orElse(OptionalDouble.empty()));
        double sparsity = 1 - nonZeros / (double) network.parameters();
        return new WorkloadDescriptor(
                id,
                network.name(),
                sparsity,
                String.format(
                        Locale.ROOT,
                        "%s, %dx%d, %.2f %% of the weights zero",
                        family.title(),
                        network.input().height(),
                        network.input().width(),
                        100 * sparsity),
                family.source(),
                Optional.of(totals));
    }
}
