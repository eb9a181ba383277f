package dev.isos.core.dataflow.isos;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.workload.WorkloadDensities;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The analytical counterpart of executing IS-OS: counts of work items and bytes as they are expected from densities. Keeps
 * what it has found for a layer, which does not depend on the segment. Used by one thread.
 */
public final class IsOsExpectation {
    private final WorkloadDensities densities;
    private final Geometry geometry;
    private final Map<Key, ExpectedLayer> layers = new HashMap<>();

    private record Key(int layer, LayerFactors factors) {}

    public IsOsExpectation(WorkloadDensities densities, Geometry geometry) {
        this.densities = densities;
        this.geometry = geometry;
    }

    /** Expectations of a segment that {@link IsOsDataflow#map} has made. */
    public ExpectedSegment of(Segment segment) {
        SegmentTensors tensors = new SegmentTensors(densities.network(), segment.layers());
        List<ExpectedLayer> expected = new ArrayList<>();
        for (Layer layer : tensors.layers()) {
            LayerMapping mapping = segment.mapping(layer.index());
            expected.add(layers.computeIfAbsent(
                    new Key(layer.index(), LayerFactors.of(mapping)),
                    key -> new ExpectedLayer(densities, layer, mapping, geometry)));
        }
        return new ExpectedSegment(densities, tensors, segment, expected, geometry);
    }
}
