package dev.isos.workloads.builtin;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.api.workload.WorkloadSource;
import dev.isos.workloads.calibration.Calibrator;
import dev.isos.workloads.calibration.DensityProfile;
import dev.isos.workloads.file.WorkloadCache;
import dev.isos.workloads.image.GeneratedImage;
import dev.isos.workloads.image.ImagePreprocessor;
import dev.isos.workloads.image.ImageReader;
import dev.isos.workloads.image.PreprocessingPresets;
import dev.isos.workloads.image.RgbImage;
import dev.isos.workloads.sparsity.CsvResource;
import dev.isos.workloads.sparsity.RandomStream;
import dev.isos.workloads.sparsity.SparseWeights;
import dev.isos.workloads.sparsity.SparsityTable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * ResNet-50 at the six sparsities of STR. Graph, layer shapes and the number of non-zero weights of each layer are the
 * published ones; weights are drawn ({@link SparseWeights}), activations are computed and calibrated ({@link Calibrator}).
 *
 * <p>The input is the first image of the request, or a generated one; {@link PreprocessingPresets#IMAGENET} unless the
 * request says otherwise. Results are cached in the request's folder under a hash of everything they depend on.
 */
public final class BuiltInWorkloads implements WorkloadSource {
    /** Part of every cache key: to be changed whenever the same request would give another workload. */
    private static final String GENERATOR_VERSION = "1";

    private static final String SOURCE = "graph of ResNet-50 v1.5; seeded weights with the per-layer budgets of STR"
            + " (Kusupati et al., ICML 2020); computed activations calibrated to a density profile that is measured where"
            + " known (Sparseloop, MICRO 2022) and assumed elsewhere";

    private final Map<String, String> budgets = new LinkedHashMap<>();

    public BuiltInWorkloads() {
        budgets.put("resnet50-81", "81.27");
        budgets.put("resnet50-90", "90.23");
        budgets.put("resnet50-95", "95.15");
        budgets.put("resnet50-96", "96.11");
        budgets.put("resnet50-98", "98.05");
        budgets.put("resnet50-99", "98.98");
    }

    @Override
    public List<WorkloadDescriptor> workloads() {
        return budgets.entrySet().stream()
                .map(e -> new WorkloadDescriptor(
                        e.getKey(),
                        ResNet50.NAME,
                        new BigDecimal(e.getValue()).movePointLeft(2).doubleValue(),
                        "ResNet-50, 224x224, " + e.getValue() + " % of the weights zero",
                        SOURCE))
                .toList();
    }

    @Override
    public Workload create(String id, WorkloadRequest request) {
        String budget = budgets.get(id);
        if (budget == null) {
            throw IsosException.badInput("built-in workload '" + id + "' is unknown, expected one of "
                    + String.join(", ", budgets.keySet()));
        }
        if (!request.prune().equals("none")) {
            throw IsosException.badInput("built-in workload " + id + " has its own sparsity and cannot be pruned by '"
                    + request.prune() + "'");
        }
        if (request.images().size() > 1) {
            throw IsosException.badInput("built-in workload " + id + " takes one image, "
                    + request.images().size() + " are given");
        }
        Preprocessing preprocessing = request.preprocessing().orElse(PreprocessingPresets.IMAGENET);
        Optional<byte[]> photo = request.images().stream().findFirst().map(ImageReader::readBytes);
        byte[][] content = {
            bytes(GENERATOR_VERSION),
            bytes(id),
            bytes(Long.toString(request.seed())),
            bytes(CsvResource.text(SparsityTable.class, "str_resnet50.csv")),
            bytes(CsvResource.text(DensityProfile.class, "resnet50.csv")),
            bytes(preprocessing.toString()),
            bytes(photo.isPresent() ? "photo" : "generated"),
            photo.orElse(new byte[0])
        };
        return WorkloadCache.get(request.cacheDirectory(), id, content, () -> {
            FeatureMapShape shape = ResNet50.network().input();
            RgbImage image = photo.isPresent()
                    ? ImageReader.decode(request.images().get(0).toString(), photo.get())
                    : GeneratedImage.create(request.seed(), shape.height(), shape.width());
            return build(
                    id,
                    budget,
                    request.seed(),
                    ImagePreprocessor.prepare(image, preprocessing, shape.height(), shape.width()));
        });
    }

    private static Workload build(String id, String budget, long seed, float[] image) {
        Network network = ResNet50.network();
        SparsityTable table = SparsityTable.strResNet50();
        List<FilterTensor> filters = new ArrayList<>();
        for (Layer layer : network.layers()) {
            filters.add(
                    layer.convolution().isPresent()
                            ? SparseWeights.draw(
                                    layer.filterShape(),
                                    table.nonZeros(layer.name(), budget),
                                    new RandomStream(seed, network.name(), layer.name() + "/weights"))
                            : null);
        }
        float largest = 0;
        for (float value : image) {
            largest = Math.max(largest, Math.abs(value));
        }
        float scale = largest > 0 ? largest / 127 : 1;
        WorkloadInfo info = new WorkloadInfo(id, network.name(), seed, SOURCE, scale);
        return Calibrator.calibrate(
                info, network, filters, quantise(image, network.input(), scale), DensityProfile.resNet50());
    }

    /** Symmetric int8; from rank order [C, H, W] to [W, H, C]. */
    private static ActivationTensor quantise(float[] image, FeatureMapShape shape, float scale) {
        byte[] values = new byte[shape.elements()];
        int at = 0;
        for (int w = 0; w < shape.width(); w++) {
            for (int h = 0; h < shape.height(); h++) {
                for (int c = 0; c < shape.channels(); c++) {
                    float value = image[(c * shape.height() + h) * shape.width() + w];
                    values[at++] = (byte) Math.max(-127, Math.min(127, (int) Math.rint(value / scale)));
                }
            }
        }
        return new ActivationTensor(shape, true, values);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
