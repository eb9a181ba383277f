package dev.isos.api.dataflow;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.Segment;
import dev.isos.api.workload.Workload;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An order of computation: turns a segment of a workload into work items with exact counts and, on the way, into the
 * real outputs. It never speaks of time or energy. Stateless; one instance serves all threads.
 */
public interface Dataflow {
    /** {@return short name, for example {@code is-os}; unique among dataflows} */
    String id();

    /** {@return one sentence for lists} */
    String description();

    /**
     * Phases and metrics of its work items on a hardware of the given geometry.
     *
     * @param geometry of the hardware; has every key of {@link #requiredGeometry()}
     * @return the same for equal geometries; what its items are filled by
     */
    WorkSchema schema(Geometry geometry);

    /** {@return keys of {@link Geometry} that the dataflow needs to count; hardware that lacks one is refused} */
    Set<String> requiredGeometry();

    /**
     * Operations that it executes, as their types or sealed interfaces of them; by default all. A network with a layer of another
     * one is refused with a sentence that names the layer, before anything is mapped. Products of two computed tensors, selections
     * of positions and transpositions never reach a dataflow: it gets convolutions and selections of channels in their place.
     *
     * @return an operation is executed when it is an instance of one of these
     */
    default Set<Class<? extends LayerOp>> operations() {
        return Set.of(LayerOp.class);
    }

    /**
     * Whether {@link #operations} names the operation of a layer.
     *
     * @param layer of any network
     * @return false where its network is refused
     */
    default boolean executes(Layer layer) {
        return operations().stream().anyMatch(type -> type.isInstance(layer.op()));
    }

    /** {@return type of the unit model that the dataflow drives; empty when its counts say all} */
    default Optional<Class<? extends UnitModel>> requiredUnitModel() {
        return Optional.empty();
    }

    /**
     * {@return whether the dataflow performs exactly the effectual products; the count is then checked against the
     * reference}
     */
    boolean effectualOnly();

    /**
     * {@return how it wants maps laid out that have no layout of their own; the simulator lays them out before
     * planning}
     */
    default MapLayout layout() {
        return MapLayout.SQUARE;
    }

    /**
     * Whether layers of a segment perform some products more than once, because parts of it overlap; then a layer performs at
     * least its effectual products.
     *
     * @param segment as {@link #map} gave it
     * @return false where every product is performed once
     */
    default boolean recomputes(Segment segment) {
        return false;
    }

    /**
     * Maps layers that are consecutive in some topological order as one segment. Cheap, free of side effects.
     *
     * @param workload as laid out; its tensors may be read, to count exactly
     * @param layers indices of the layers, ascending; at least one
     * @param geometry of the hardware; has every key of {@link #requiredGeometry()}
     * @return the segment with its mapping factors and storage demand, or the reason why the layers do not fit
     */
    MappingOutcome map(Workload workload, List<Integer> layers, Geometry geometry);

    /**
     * Off-chip bytes of the weights that a segment loads before or while it runs, so that a machine can prefetch them; 0 when
     * the dataflow does not know them in advance.
     *
     * @param workload as {@link #map} was given it
     * @param segment as {@link #map} gave it
     * @param geometry as {@link #map} was given it
     * @return bytes, 0 or more
     */
    default long weightBytes(Workload workload, Segment segment, Geometry geometry) {
        return 0;
    }

    /**
     * Whether all weights of a segment are on chip once the segment has run, so that the next image of a batch finds them there. Its
     * items that load weights then move nothing; what they hold and count for the machine's time stays. A run is refused whose machine
     * has fewer bytes of storage, as attribute {@code bytes} of its components, than the segment has non-zero weights; whether the
     * storage meant for weights has room for them beside all else is for the dataflow to say.
     *
     * @param workload as {@link #map} was given it
     * @param segment as {@link #map} gave it
     * @param geometry as {@link #map} was given it
     * @return false where every image loads the weights anew
     */
    default boolean keepsWeights(Workload workload, Segment segment, Geometry geometry) {
        return false;
    }

    /**
     * Executes one mapped segment: gives every layer's output and all work items, in a deterministic order. Of a batch it
     * is called once for each image.
     *
     * @param context of one segment, for the time of the call
     */
    void execute(ExecutionContext context);
}
