package dev.isos.workloads.description;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.api.workload.WorkloadRequest.Part;
import dev.isos.core.bound.Bounds;
import dev.isos.core.bound.WorkBound;
import dev.isos.core.document.DocumentSchema;
import dev.isos.workloads.npz.NpyArray;
import dev.isos.workloads.npz.NpzReader;
import dev.isos.workloads.prune.Pruning;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Imports networks that a YAML or JSON text describes: shapes, operations, densities, and where weights are, if they are
 * not to be drawn.
 */
public final class DescriptionImporter implements NetworkImporter {
    private static final List<String> EXTENSIONS = List.of(".yaml", ".yml", ".json");

    @Override
    public String id() {
        return "description";
    }

    @Override
    public String description() {
        return "Networks described in YAML or JSON (.yaml, .yml, .json): shapes, densities, optional weights from .npz.";
    }

    @Override
    public Optional<String> declines(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return EXTENSIONS.stream().anyMatch(name::endsWith)
                ? Optional.empty()
                : Optional.of("it is not named .yaml, .yml or .json");
    }

    @Override
    public Optional<String> schema() {
        return Optional.of(DocumentSchema.read("network", 1, "Network description of Isos", NetworkDescription.class)
                .toString());
    }

    @Override
    public Set<Part> uses(WorkloadRequest request) {
        return EnumSet.of(Part.SEED, Part.PRUNING);
    }

    @Override
    public Workload load(Path file, WorkloadRequest request) {
        if (!request.images().isEmpty()) {
            throw IsosException.badInput(
                    "description " + file + ": images were given, but its inputs are drawn with the density it states");
        }
        Pruning pruning = Pruning.parse(request.prune());
        String stem = stem(file);
        String name = "description " + file;
        try {
            Description description = Description.parse(name, Bounds.text(name, file, Bounds.DESCRIPTION_BYTES), stem);
            requireBounded(name, description);
            String source = "description " + file.getFileName() + ": "
                    + (description.weightsFile().isPresent()
                            ? "weights of " + description.weightsFile().get() + " where a layer names an array, else "
                            : "")
                    + "seeded weights of the stated density; seeded inputs; "
                    + (pruning.isNone() ? "" : "weights " + pruning.describe() + "; ")
                    + "activations calibrated to the stated densities";
            return new RequantisationFitter(name, description, arrays(file, description), request.seed(), pruning)
                    .workload(new WorkloadInfo(stem, description.name(), request.seed(), source, 1f));
        } catch (OutOfMemoryError e) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT, "description " + file + " needs more memory than Java was given", e);
        }
    }

    private static void requireBounded(String where, Description description) {
        new WorkBound(where, 0).require(description.network(), layer -> {
            Description.Entry entry = description.entries().get(layer.index());
            return layer.filterShape().elements() * (entry.weights().isPresent() ? 1 : entry.weightDensity());
        });
    }

    private static Map<String, NpyArray> arrays(Path file, Description description) {
        Map<String, Integer> wanted = new HashMap<>();
        for (Layer layer : description.network().layers()) {
            Description.Entry entry = description.entries().get(layer.index());
            entry.weights().ifPresent(name -> {
                if (description.weightsFile().isEmpty()) {
                    throw entry.mistake("layer " + layer.name() + " names weights, but the network names no archive");
                }
                wanted.merge(name, layer.filterShape().elements(), Math::max);
            });
        }
        if (wanted.isEmpty()) {
            return Map.of();
        }
        try {
            return NpzReader.read(
                    file.toAbsolutePath()
                            .resolveSibling(description.weightsFile().get()),
                    wanted);
        } catch (InvalidPathException e) {
            throw IsosException.badInput("description " + file + ": key 'weights': expected the name of a file");
        }
    }

    private static String stem(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
