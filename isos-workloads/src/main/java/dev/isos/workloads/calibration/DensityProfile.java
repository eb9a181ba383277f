package dev.isos.workloads.calibration;

import dev.isos.workloads.sparsity.CsvResource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Activation density that each convolution's output is calibrated to, with where each number comes from. */
public final class DensityProfile {
    private final Map<String, Entry> entries;

    /** How the number of an {@link Entry} was obtained. */
    public enum Kind {
        /** Measured by the source that the table names. */
        MEASURED,
        /** An assumption that the table states. */
        ASSUMED,
        /** The layer has no ReLU, its density is not calibrated. */
        LINEAR
    }

    /**
     * One layer.
     *
     * @param density non-zero share of the output after all post-operations, 0..1; empty for {@link Kind#LINEAR}
     * @param after a max pooling of this output: the density is that of the pooling's output; empty: of the layer's own
     */
    public record Entry(String layer, OptionalDouble density, Kind kind, Optional<String> after) {}

    private DensityProfile(Map<String, Entry> entries) {
        this.entries = entries;
    }

    /** The profile of ResNet-50. */
    public static DensityProfile resNet50() {
        return read("resnet50.csv");
    }

    /** A profile beside this class; the table itself states the sources. */
    public static DensityProfile read(String resource) {
        return parse(CsvResource.read(DensityProfile.class, resource));
    }

    /** A profile from the cells of its lines, header first. */
    static DensityProfile parse(List<List<String>> lines) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (List<String> line : lines.subList(1, lines.size())) {
            Kind kind = Kind.valueOf(line.get(2).toUpperCase(java.util.Locale.ROOT));
            OptionalDouble density =
                    kind == Kind.LINEAR ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(line.get(1)));
            Optional<String> after =
                    line.size() > 3 && !line.get(3).isEmpty() ? Optional.of(line.get(3)) : Optional.empty();
            entries.put(line.get(0), new Entry(line.get(0), density, kind, after));
        }
        return new DensityProfile(entries);
    }

    /** All layers in the network's order. */
    public List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** The entry of a convolution. */
    public Entry entry(String layer) {
        Entry entry = entries.get(layer);
        if (entry == null) {
            throw new IllegalArgumentException("the density profile has no layer " + layer);
        }
        return entry;
    }
}
