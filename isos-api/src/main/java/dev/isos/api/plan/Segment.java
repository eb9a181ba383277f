package dev.isos.api.plan;

import java.util.List;

/**
 * Layers that run together, with how they are mapped. Segments of a plan run one after another.
 *
 * @param layers layer indices, ascending; consecutive in a topological order, which need not be the network's own
 * @param mappings one per layer, in the same order
 * @param storage demand on every storage that limits the segment
 * @param buffers on-chip space per tensor; empty when the dataflow's items hold nothing
 */
public record Segment(
        List<Integer> layers, List<LayerMapping> mappings, List<StorageDemand> storage, List<TensorBuffer> buffers)
        implements MappingOutcome {
    /**
     * Copies the lists.
     *
     * @param layers at least one
     * @param mappings as many as layers
     * @param storage empty where nothing limits the segment
     * @param buffers empty where items hold nothing
     * @throws IllegalArgumentException when there is no layer, or not one mapping for each
     */
    public Segment {
        layers = List.copyOf(layers);
        mappings = List.copyOf(mappings);
        storage = List.copyOf(storage);
        buffers = List.copyOf(buffers);
        if (layers.isEmpty() || layers.size() != mappings.size()) {
            throw new IllegalArgumentException("a segment needs layers and one mapping for each");
        }
    }

    /**
     * Whether a layer runs in this segment.
     *
     * @param layer index of the layer; an input of the network is in no segment
     * @return whether {@link #layers()} has it
     */
    public boolean contains(int layer) {
        return layers.contains(layer);
    }

    /**
     * Mapping of a layer of this segment.
     *
     * @param layer index of the layer
     * @return its factors
     * @throws IndexOutOfBoundsException when the layer is not of this segment
     */
    public LayerMapping mapping(int layer) {
        return mappings.get(layers.indexOf(layer));
    }

    /** {@return bytes on chip over all places and storages} */
    public long onChipBytes() {
        return storage.stream().mapToLong(s -> s.demandBytes() * s.places()).sum();
    }
}
