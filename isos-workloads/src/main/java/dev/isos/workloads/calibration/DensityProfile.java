package dev.isos.workloads.calibration;

import dev.isos.workloads.sparsity.CsvResource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
     */
    public record Entry(String layer, OptionalDouble density, Kind kind) {}

    private DensityProfile(Map<String, Entry> entries) {
        this.entries = entries;
    }

    /** The profile of ResNet-50; its table beside this class states the sources. */
    public static DensityProfile resNet50() {
        Map<String, Entry> entries = new LinkedHashMap<>();
        List<List<String>> lines = CsvResource.read(DensityProfile.class, "resnet50.csv");
        for (List<String> line : lines.subList(1, lines.size())) {
            Kind kind = Kind.valueOf(line.get(2).toUpperCase(java.util.Locale.ROOT));
            OptionalDouble density =
                    kind == Kind.LINEAR ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(line.get(1)));
            entries.put(line.get(0), new Entry(line.get(0), density, kind));
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
