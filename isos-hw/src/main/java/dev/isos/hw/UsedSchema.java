package dev.isos.hw;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.List;

/**
 * What this module uses of {@link IsOsSchema}, by the names that it knows. Positions are those of the isos-core at hand, which may
 * be another one than this module was compiled with; but something else may be there by now, or nothing.
 */
final class UsedSchema {
    private record Position(int at, String id) {}

    private static final List<Position> PHASES = List.of(
            new Position(IsOsSchema.LOAD_WEIGHTS, "load-weights"),
            new Position(IsOsSchema.LOAD_INPUT, "load-input"),
            new Position(IsOsSchema.FRONTEND, "frontend"),
            new Position(IsOsSchema.BACKEND, "backend"),
            new Position(IsOsSchema.STORE_OUTPUT, "store-output"));

    private static final List<Position> COUNTS = List.of(
            new Position(IsOsSchema.PRODUCTS, "products"),
            new Position(IsOsSchema.ELEMENTS, "elements"),
            new Position(IsOsSchema.VECTORS, "vectors"),
            new Position(IsOsSchema.MERGES, "merges"),
            new Position(IsOsSchema.OUTPUTS, "outputs"),
            new Position(IsOsSchema.FILTER_BUFFER_BYTES, "filterBufferBytes"),
            new Position(IsOsSchema.PLACES, "places"));

    private UsedSchema() {}

    /** Refuses a schema in which something else, or nothing, is at one of the positions. */
    static void require(WorkSchema present) {
        PHASES.forEach(phase -> require("phase", phase, present.phase(phase.id())));
        COUNTS.forEach(count -> require("count", count, present.offset(count.id())));
    }

    private static void require(String what, Position used, int present) {
        if (present < 0 || present != used.at()) {
            throw new IsosException(
                    ErrorCode.PLUGIN_FAILURE,
                    "isos-hw was compiled with another isos-core: " + what + " '" + used.id()
                            + "' of the dataflow is-os is "
                            + (present < 0 ? "gone" : "not what it was")
                            + "; take both from one isos-bom");
        }
    }
}
