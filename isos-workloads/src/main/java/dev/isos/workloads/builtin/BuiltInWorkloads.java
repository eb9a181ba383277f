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
import dev.isos.api.workload.WorkloadRequest.Part;
import dev.isos.api.workload.WorkloadSource;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.workloads.builtin.BuiltIn.Profile;
import dev.isos.workloads.calibration.Calibrator;
import dev.isos.workloads.calibration.DensityProfile;
import dev.isos.workloads.file.WorkloadCache;
import dev.isos.workloads.image.GeneratedImage;
import dev.isos.workloads.image.ImagePreprocessor;
import dev.isos.workloads.image.ImageReader;
import dev.isos.workloads.image.RgbImage;
import dev.isos.workloads.sparsity.CsvResource;
import dev.isos.workloads.sparsity.RandomStream;
import dev.isos.workloads.sparsity.SparseWeights;
import dev.isos.workloads.sparsity.SparsityTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The built-in workloads: pruned networks with their true graphs and layer shapes and the number of non-zero weights of each
 * layer that is published, or spread by a stated rule where only totals are. Weights are drawn ({@link SparseWeights}),
 * activations are computed and calibrated ({@link Calibrator}).
 *
 * <p>An id may be followed by {@code @} and the name of a profile of activation densities; without, a workload has its family's
 * first one.
 *
 * <p>The input is the first image of the request, or a generated one, preprocessed as the network's family was trained
 * unless the request says otherwise. Results are cached in the request's folder under a hash of everything they depend on.
 */
public final class BuiltInWorkloads implements WorkloadSource {
    /**
     * Sums over the workload of seed 1 with the generated image, which are not known without building it, and digests of it
     * all. The table is part of every cache key: whoever changes what is built has to change it, and old entries with it.
     */
    private static final String COMPUTED_TOTALS = "totals.csv";

    private final Map<String, BuiltIn> all = new LinkedHashMap<>();

    public BuiltInWorkloads() {
        BuiltIn.all().forEach(b -> all.put(b.id(), b));
    }

    @Override
    public List<WorkloadDescriptor> workloads() {
        Map<String, List<String>> computed = new HashMap<>();
        CsvResource.read(BuiltInWorkloads.class, COMPUTED_TOTALS).forEach(line -> computed.put(line.get(0), line));
        // once for each family: every start of the program asks
        Map<BuiltIn.Family, Network> networks = new IdentityHashMap<>();
        Map<BuiltIn.Family, SparsityTable> tables = new IdentityHashMap<>();
        List<WorkloadDescriptor> descriptors = new ArrayList<>();
        for (BuiltIn each : all.values()) {
            descriptors.add(each.descriptor(
                    networks.computeIfAbsent(
                            each.family(), family -> family.network().get()),
                    tables.computeIfAbsent(each.family(), family -> SparsityTable.read(family.sparsity())),
                    Optional.ofNullable(computed.get(each.id()))));
        }
        return descriptors;
    }

    @Override
    public Set<Part> uses() {
        return EnumSet.of(Part.SEED, Part.IMAGES, Part.PREPROCESSING);
    }

    @Override
    public Workload create(String id, WorkloadRequest request) {
        String name = WorkloadSource.withoutVariant(id);
        BuiltIn workload = all.get(name);
        if (workload == null) {
            throw IsosException.badInput(
                    "built-in workload '" + name + "' is unknown, expected one of " + String.join(", ", all.keySet()));
        }
        Profile profile = workload.profile(WorkloadSource.variant(id))
                .orElseThrow(() -> IsosException.badInput("workload '" + id
                        + "' names an unknown profile of activations; known are "
                        + workload.family().profiles().stream()
                                .map(p -> "'" + p.name() + "'")
                                .collect(Collectors.joining(" and "))));
        if (!request.prune().equals("none")) {
            throw IsosException.badInput("built-in workload " + id + " has its own sparsity and cannot be pruned by '"
                    + request.prune() + "'");
        }
        if (request.images().size() > 1) {
            throw IsosException.badInput("built-in workload " + id + " takes one image, "
                    + request.images().size() + " are given");
        }
        BuiltIn.Family family = workload.family();
        Preprocessing preprocessing = request.preprocessing().orElse(family.preprocessing());
        Optional<byte[]> photo = request.images().stream().findFirst().map(ImageReader::readBytes);
        byte[][] content = {
            bytes(CsvResource.text(BuiltInWorkloads.class, COMPUTED_TOTALS)),
            bytes(workload.source(profile)),
            bytes(id),
            bytes(Long.toString(request.seed())),
            bytes(CsvResource.text(SparsityTable.class, family.sparsity())),
            bytes(CsvResource.text(DensityProfile.class, profile.table())),
            bytes(Double.toString(workload.scale())),
            bytes(preprocessing.toString()),
            bytes(photo.isPresent() ? "photo" : "generated"),
            photo.orElse(new byte[0])
        };
        return WorkloadCache.get(request.cacheDirectory(), id, content, () -> {
            Network network = family.network().get();
            Network first = family.stem().map(Supplier::get).orElse(network);
            FeatureMapShape shape = first.input();
            RgbImage image = photo.isPresent()
                    ? ImageReader.decode(request.images().get(0).toString(), photo.get())
                    : GeneratedImage.create(request.seed(), shape.height(), shape.width());
            Builder builder = new Builder(workload, id, profile, request.seed());
            Workload built =
                    builder.of(first, ImagePreprocessor.prepare(image, preprocessing, shape.height(), shape.width()));
            return family.stem().isEmpty() ? built : builder.behind(built, network);
        });
    }

    /** Builds one workload, and the one before it where it has one. */
    private record Builder(BuiltIn workload, String id, Profile profile, long seed) {
        Workload of(Network network, float[] image) {
            float largest = 0;
            for (float value : image) {
                largest = Math.max(largest, Math.abs(value));
            }
            float scale = largest > 0 ? largest / 127 : 1;
            return of(network, quantise(image, network.input(), scale), scale);
        }

        /** A network whose input is the output of another. */
        Workload behind(Workload stem, Network network) {
            int last = stem.network().output().index();
            ActivationTensor[] output = new ActivationTensor[1];
            ReferenceExecutor.execute(stem, (layer, tensor) -> output[0] = tensor);
            return of(network, output[0], stem.requantisation(last).outputScale());
        }

        private Workload of(Network network, ActivationTensor input, float inputScale) {
            SparsityTable table = SparsityTable.read(workload.family().sparsity());
            List<FilterTensor> filters = new ArrayList<>();
            for (Layer layer : network.layers()) {
                filters.add(
                        layer.convolution().isPresent()
                                ? SparseWeights.draw(
                                        layer.filterShape(),
                                        table.nonZeros(layer.name(), workload.budget()),
                                        new RandomStream(seed, network.name(), layer.name() + "/weights"))
                                : null);
            }
            return Calibrator.calibrate(
                    new WorkloadInfo(id, network.name(), seed, workload.source(profile), inputScale),
                    network,
                    filters,
                    input,
                    workload.densities(profile),
                    workload.family().realDeviation());
        }
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
