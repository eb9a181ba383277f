package dev.isos.core.dataflow.isos;

import dev.isos.api.dataflow.Geometry;
import java.util.HashMap;
import java.util.Map;

/** Geometries of small machines. */
final class TestGeometry {
    private TestGeometry() {}

    static Geometry of(int lanes, long filterBufferBytes, long contextBytesPerLane) {
        return with(lanes, filterBufferBytes, contextBytesPerLane, Map.of());
    }

    static Geometry with(int lanes, long filterBufferBytes, long contextBytesPerLane, Map<String, Long> others) {
        Map<String, Long> values = new HashMap<>();
        values.put(IsOsWork.LANES, (long) lanes);
        values.put(IsOsWork.SLOTS, 16L);
        values.put(IsOsWork.ACCUMULATOR_QUEUE, 16L);
        values.put(IsOsWork.WEIGHTS_PER_SLOT, 4L);
        values.put(IsOsWork.ACCUMULATOR_BANKS, 8L);
        values.put(IsOsWork.ACCUMULATOR_BYTES, 4L);
        values.put(IsOsWork.PARTIAL_COLUMN_SLACK, 1L);
        values.put(IsOsWork.FILTER_BUFFER_BYTES_KEY, filterBufferBytes);
        values.put(IsOsWork.CONTEXT_BYTES_PER_LANE, contextBytesPerLane);
        values.put(IsOsWork.CONTEXTS, 16L);
        values.put(IsOsWork.OFF_CHIP_BITMASK, 1L);
        values.putAll(others);
        return new Geometry(values);
    }
}
