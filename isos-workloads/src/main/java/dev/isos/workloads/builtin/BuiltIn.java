package dev.isos.workloads.builtin;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadTotals;
import dev.isos.workloads.calibration.DensityProfile;
import dev.isos.workloads.sparsity.SparsityTable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * One built-in workload.
 *
 * @param family the network and where its numbers come from
 * @param budget column of the family's sparsity table
 * @param scale factor on the densities of the family's first profile
 */
record BuiltIn(String id, Family family, String budget, double scale) {
    /**
     * What the workloads of one network share.
     *
     * @param network its graph
     * @param stem the network whose output, computed of the image, is the input; empty: the image itself is
     * @param title its name, as people write it
     * @param sparsity table of weights, beside {@link SparsityTable}
     * @param preprocessing how pixels become inputs unless a request says otherwise
     * @param realDeviation see {@link dev.isos.workloads.calibration.Calibrator#calibrate}
     * @param source where graph and weights come from, in half a sentence
     * @param profiles what activations may be calibrated to; the first is the default
     */
    record Family(
            Supplier<Network> network,
            Optional<Supplier<Network>> stem,
            String title,
            String sparsity,
            Preprocessing preprocessing,
            double realDeviation,
            String source,
            List<Profile> profiles) {}

    /**
     * Densities of activations.
     *
     * @param name what stands behind the {@code @} of an id that asks for it
     * @param table table of densities, beside {@link DensityProfile}
     * @param source where they come from, in half a sentence
     */
    record Profile(String name, String table, String source) {}

    private static final String PAPER = "(Yang et al., HPCA 2023, doi 10.1109/HPCA56546.2023.10071080)";

    private static final Family RESNET50 = new Family(
            ResNet50::network,
            Optional.empty(),
            "ResNet-50",
            "str_resnet50.csv",
            Preprocessing.IMAGENET,
            1,
            "graph of ResNet-50 v1.5; seeded weights with the per-layer budgets of STR (Kusupati et al., ICML 2020)",
            List.of(
                    new Profile(
                            "published",
                            "resnet50_published.csv",
                            "inferred, by us, from the off-chip bytes in the figures of the ISOSceles paper " + PAPER),
                    new Profile(
                            "measured",
                            "resnet50_measured.csv",
                            "measured where known (Sparseloop, MICRO 2022) and assumed elsewhere")));

    private static final Family MOBILENETV1 = new Family(
            MobileNetV1::network,
            Optional.empty(),
            "MobileNetV1 1.0",
            "str_mobilenetv1.csv",
            Preprocessing.IMAGENET,
            1,
            "graph of MobileNetV1 1.0 224; seeded weights that meet the totals of weights and multiply-accumulates of STR"
                    + " (Kusupati et al., ICML 2020), spread over the layers by a rule of our own",
            List.of(new Profile("measured", "mobilenetv1.csv", "measured on the trained MobileNetV1 of google-coral")));

    private static final Family VGG16 = new Family(
            Vgg16::network,
            Optional.empty(),
            "VGG-16",
            "han_vgg16.csv",
            Preprocessing.CAFFE,
            1,
            "graph of VGG-16; seeded weights, those of the convolutions with the per-layer densities of Han et al. (NIPS"
                    + " 2015), for 90 % times a common factor, those of the fully connected layers with one density that"
                    + " gives the totals in the figures of the ISOSceles paper " + PAPER,
            List.of(
                    new Profile(
                            "published",
                            "vgg16.csv",
                            "the densities of Han et al. times the factor that gives the effectual MACs in those figures"),
                    new Profile("measured", "vgg16.csv", "the densities of Han et al.")));

    private static final Family GOOGLENET = new Family(
            GoogLeNet::network,
            Optional.empty(),
            "GoogLeNet",
            "skimcaffe_googlenet.csv",
            Preprocessing.CAFFE,
            // Assumed: without batch normalisation, values keep the magnitude of the pixels.
            100,
            "graph of BVLC GoogLeNet; seeded weights with the per-layer sparsity that SkimCaffe logs (Park et al., ICLR"
                    + " 2017)",
            List.of(new Profile("assumed", "googlenet.csv", "numbers of our own, by the size of the map")));

    private static final Family INCEPTION_3A = new Family(
            Inception3a::module,
            Optional.of(Inception3a::stem),
            "GoogLeNet's module 3a, its third branch 3x3",
            "inception3a.csv",
            Preprocessing.IMAGENET,
            1,
            "graph of torchvision's GoogLeNet; seeded weights, the same share of every layer; the input is what the layers"
                    + " before the module make of the image",
            List.of(new Profile(
                    "published",
                    "inception3a.csv",
                    "inferred, by us, from the off-chip bytes in the figures of the ISOSceles paper " + PAPER)));

    /** All of them, in the order of the list. */
    static List<BuiltIn> all() {
        return List.of(
                // The factors up to 96 % are inferred as the profile is. Those of 98 and 99 % are ours, that of 96 %:
                // the inputs
                // that the paper's SparTen reads at 99 %, 29.9 MB, would need 1.03.
                new BuiltIn("resnet50-81", RESNET50, "81.27", 0.9),
                new BuiltIn("resnet50-90", RESNET50, "90.23", 0.935),
                new BuiltIn("resnet50-95", RESNET50, "95.15", 0.96),
                new BuiltIn("resnet50-96", RESNET50, "96.11", 1),
                new BuiltIn("resnet50-98", RESNET50, "98.05", 1),
                new BuiltIn("resnet50-99", RESNET50, "98.98", 1),
                new BuiltIn("mobilenetv1-75", MOBILENETV1, "75.28", 1),
                new BuiltIn("mobilenetv1-89", MOBILENETV1, "89.01", 1),
                // The paper's figures show 2,403 M effectual MACs; at 90 % 0.89 times those of the other profile.
                new BuiltIn("vgg16-68", VGG16, "68", 0.768),
                new BuiltIn("vgg16-90", VGG16, "90", 0.888),
                new BuiltIn("googlenet-58", GOOGLENET, "58", 1),
                new BuiltIn("googlenet-58-inception3a", INCEPTION_3A, "58", 1));
    }

    /** The profile of a name; empty: the default. */
    Optional<Profile> profile(Optional<String> name) {
        return family.profiles().stream()
                .filter(p -> p.name().equals(name.orElse(p.name())))
                .findFirst();
    }

    /** What a profile holds for this workload. */
    DensityProfile densities(Profile profile) {
        DensityProfile table = DensityProfile.read(profile.table());
        return profile.equals(family.profiles().get(0)) ? table.times(scale) : table;
    }

    /** Where the numbers come from, in a sentence. */
    String source(Profile profile) {
        return family.source() + "; computed activations calibrated to the profile '" + profile.name() + "': "
                + profile.source();
    }

    /** The same, with what else there is. */
    private String sources() {
        StringBuilder text = new StringBuilder(source(family.profiles().get(0)));
        for (Profile other : family.profiles().subList(1, family.profiles().size())) {
            text.append("; with @" + other.name() + " behind the id: " + other.source());
        }
        return text.toString();
    }

    /**
     * What is known without building it.
     *
     * @param network that of the family
     * @param table sparsity of the family
     * @param computed cells of a table of what building it gave: id, effectual MACs, activation density
     */
    WorkloadDescriptor descriptor(Network network, SparsityTable table, Optional<List<String>> computed) {
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
                family.title() + ", " + network.input().height() + "x"
                        + network.input().width() + ", "
                        + new BigDecimal(100 * sparsity).setScale(2, RoundingMode.HALF_UP) + " % of the weights zero",
                sources(),
                Optional.of(totals));
    }
}
