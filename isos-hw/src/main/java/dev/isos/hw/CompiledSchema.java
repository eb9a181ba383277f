package dev.isos.hw;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.List;

/**
 * The positions of phases and counts in {@link IsOsSchema} as they were when this module was compiled: javac copies them into
 * the classes that use them. With another isos-core they may name something else, and every number would be wrong unseen.
 */
final class CompiledSchema {
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
            new Position(IsOsSchema.FILTER_BUFFER_BYTES, "filterBufferBytes"));

    private CompiledSchema() {}

    /** Refuses a schema that has something else at one of the positions. */
    static void require(WorkSchema present) {
        PHASES.forEach(phase -> require("phase", phase, present.phase(phase.id())));
        COUNTS.forEach(count -> require("count", count, present.offset(count.id())));
    }

    private static void require(String what, Position compiled, int present) {
        if (present != compiled.at()) {
            throw new IsosException(
                    ErrorCode.PLUGIN_FAILURE,
                    "isos-hw was compiled with another isos-core: " + what + " '" + compiled.id()
                            + "' of the dataflow is-os was at "
                            + compiled.at() + " and is " + (present < 0 ? "gone" : "at " + present)
                            + "; take both from one isos-bom");
        }
    }
}
