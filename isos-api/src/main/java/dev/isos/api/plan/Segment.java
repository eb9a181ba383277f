package dev.isos.api.plan;

import java.util.List;

/**
 * Layers that run together, with how they are mapped. Segments of a plan run one after another.
 *
 * @param layers layer indices, ascending, consecutive in the network's topological order
 * @param mappings one per layer, in the same order
 * @param storage demand on every storage that limits the segment
 * @param buffers on-chip space per tensor; empty when the dataflow's items hold nothing
 */
public record Segment(
        List<Integer> layers, List<LayerMapping> mappings, List<StorageDemand> storage, List<TensorBuffer> buffers)
        implements MappingOutcome {
    public Segment {
        layers = List.copyOf(layers);
        mappings = List.copyOf(mappings);
        storage = List.copyOf(storage);
        buffers = List.copyOf(buffers);
        if (layers.isEmpty() || layers.size() != mappings.size()) {
            throw new IllegalArgumentException("a segment needs layers and one mapping for each");
        }
    }

    public boolean contains(int layer) {
        return layers.contains(layer);
    }

    /** Mapping of a layer of this segment. */
    public LayerMapping mapping(int layer) {
        return mappings.get(layers.indexOf(layer));
    }

    /** Bytes on chip over all places and storages. */
    public long onChipBytes() {
        return storage.stream().mapToLong(s -> s.demandBytes() * s.places()).sum();
    }
}
