package dev.isos.core.wavefront.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.wavefront.IsOsDataflow;
import dev.isos.core.wavefront.TestGeometry;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.testkit.RecordedItem;
import dev.isos.testkit.TestingExecutionContext;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The places that back ends read where partial results have places. */
class PlacesByHandTest {
    /**
     * Three kernel rows on three rows, padded. The middle output meets three kernel rows, the others two; every
     * kernel row reaches all of 4 output channels, which two lanes halve. Whether anything lies in a place does not matter: the input
     * is all zeros.
     */
    @Test
    void everyPlaceOfTheRowsInTheMap() {
        WorkloadBuilder builder = new WorkloadBuilder("tiny", 1, new FeatureMapShape(2, 3, 2), false, 0);
        builder.convolution(Layer.NETWORK_INPUT, 4, 1, new Window(3, 1, 1, 1, 1, 0, 1, 0, 1, 1), 1);
        LayerMapping mapping = new LayerMapping(
                0,
                Map.of(
                        IsOsSchema.K_TILES, 1,
                        IsOsSchema.ROW_TILES, 1,
                        IsOsSchema.ROW_LANES, 2,
                        IsOsSchema.OUTPUT_LANES, 2,
                        IsOsSchema.STREAM_STEPS, 0));
        Geometry geometry = TestGeometry.with(6, Map.of(IsOsSchema.PARTIAL_PLACES, 8L));
        List<RecordedItem> items = new TestingExecutionContext(builder.build(), geometry)
                .execute(new IsOsDataflow(), new Segment(List.of(0), List.of(mapping), List.of(), List.of()));
        List<RecordedItem> backEnds = items.stream()
                .filter(item -> item.phase() == IsOsSchema.BACKEND)
                .toList();
        // two columns of three rows of two lanes
        assertEquals(
                List.of(4, 4, 6, 6, 4, 4, 4, 4, 6, 6, 4, 4),
                backEnds.stream()
                        .map(item -> item.counts().get(IsOsSchema.PLACES))
                        .toList());
        assertEquals(
                0,
                backEnds.stream()
                        .mapToInt(item -> item.counts().get(IsOsSchema.MERGES))
                        .sum());
    }
}
