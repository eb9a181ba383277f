package dev.isos.workloads.calibration;

import dev.isos.workloads.sparsity.CsvResource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Activation density that each convolution's output is calibrated to, with where each number comes from. An entry of a max
 * pooling says how dense its output is, beside that of the convolution that it reads.
 */
public final class DensityProfile {
    private final Map<String, Entry> entries;

    /** How the number of an {@link Entry} was obtained. */
    public enum Kind {
        /** Measured by the source that the table names. */
        MEASURED,
        /** Inferred from numbers of the source that the table names. */
        INFERRED,
        /** An assumption that the table states. */
        ASSUMED,
        /** The layer has no ReLU; its density is calibrated only where the table states one. */
        LINEAR
    }

    /**
     * One layer.
     *
     * @param density non-zero share of the output after all post-operations, 0..1; may be empty for {@link Kind#LINEAR}
     * @param after a max pooling of this output: the density is that of the pooling's output; empty: of the layer's own
     */
    public record Entry(String layer, OptionalDouble density, Kind kind, Optional<String> after) {}

    private DensityProfile(Map<String, Entry> entries) {
        this.entries = entries;
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
            OptionalDouble density = kind == Kind.LINEAR && line.get(1).isEmpty()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Double.parseDouble(line.get(1)));
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

    /** The same with all densities times a factor, at most 1. */
    public DensityProfile times(double factor) {
        Map<String, Entry> scaled = new LinkedHashMap<>();
        for (Entry e : entries.values()) {
            OptionalDouble density = e.density().isEmpty()
                    ? e.density()
                    : OptionalDouble.of(Math.min(1, factor * e.density().getAsDouble()));
            scaled.put(e.layer(), new Entry(e.layer(), density, e.kind(), e.after()));
        }
        return new DensityProfile(scaled);
    }

    /** The entry of a layer, if it has one. */
    public Optional<Entry> find(String layer) {
        return Optional.ofNullable(entries.get(layer));
    }

    /** The entry of a convolution. */
    public Entry entry(String layer) {
        return find(layer).orElseThrow(() -> new IllegalArgumentException("the density profile has no layer " + layer));
    }
}
