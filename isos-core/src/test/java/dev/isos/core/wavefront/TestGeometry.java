package dev.isos.core.wavefront;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.Segment;
import dev.isos.api.workload.Workload;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Geometries of small machines. */
public final class TestGeometry {
    private static final long AMPLE = 1 << 24;

    private TestGeometry() {}

    /** Ample memories. */
    public static Geometry lanes(int lanes) {
        return with(lanes, Map.of());
    }

    /** Ample memories, but for what is given. */
    public static Geometry with(int lanes, Map<String, Long> others) {
        Map<String, Long> values = new HashMap<>();
        values.put(IsOsSchema.LANES, (long) lanes);
        values.put(IsOsSchema.VECTOR_WIDTH, 4L);
        values.put(IsOsSchema.FILTER_BUFFER, AMPLE);
        values.put(IsOsSchema.CONTEXT_ARRAY, AMPLE);
        values.put(IsOsSchema.QUEUES, AMPLE);
        values.put(IsOsSchema.PARTIAL_BYTES, 4L);
        values.put(IsOsSchema.CONTEXTS, 16L);
        values.put(IsOsSchema.COLUMN_SLACK, 1L);
        values.putAll(others);
        return new Geometry(values);
    }

    /** The least of each memory in turn with which every layer of a workload still fits alone. */
    public static Geometry tight(Workload workload, int lanes, Map<String, Long> others, String... memories) {
        Map<String, Long> values = new HashMap<>(others);
        for (String memory : memories) {
            long tooLittle = 0;
            long enough = values.getOrDefault(memory, AMPLE);
            while (enough - tooLittle > 1) {
                long middle = (tooLittle + enough) / 2;
                values.put(memory, middle);
                if (fits(workload, with(lanes, values))) {
                    enough = middle;
                } else {
                    tooLittle = middle;
                }
            }
            values.put(memory, enough);
        }
        return with(lanes, values);
    }

    private static boolean fits(Workload workload, Geometry geometry) {
        IsOsDataflow dataflow = new IsOsDataflow();
        for (Layer layer : workload.network().layers()) {
            if (!(dataflow.map(workload, List.of(layer.index()), geometry) instanceof Segment)) {
                return false;
            }
        }
        return true;
    }
}
