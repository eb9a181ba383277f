package dev.isos.hw;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.error.IsosException;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A newer isos-core whose positions are not those of its names, as this module would see it. */
class UsedSchemaTest {
    private final List<Phase> phases = new ArrayList<>(IsOsSchema.WITH_PLACES.phases());
    private final List<WorkMetric> counts = new ArrayList<>(IsOsSchema.WITH_PLACES.metrics());

    @Test
    void acceptsTheSchemaAtHandAndFurtherEntriesBehind() {
        assertDoesNotThrow(this::require);
        counts.add(new WorkMetric("more", "things", "something new", 1));
        assertDoesNotThrow(this::require);
    }

    @Test
    void refusesPhasesThatAreSomethingElse() {
        Collections.swap(phases, IsOsSchema.FRONTEND, IsOsSchema.BACKEND);
        assertEquals(
                "isos-hw was compiled with another isos-core: phase 'frontend' of the dataflow is-os is not what it was;"
                        + " take both from one isos-bom",
                assertThrows(IsosException.class, this::require).getMessage());
    }

    @Test
    void refusesEveryCountThatIsSomethingElseOrGone() {
        for (int i = 0; i + 1 < counts.size(); i++) {
            Collections.swap(counts, i, i + 1);
            assertThrows(IsosException.class, this::require, counts.get(i).id());
            Collections.swap(counts, i, i + 1);
        }
        counts.remove(IsOsSchema.FILTER_BUFFER_BYTES);
        assertEquals(
                "isos-hw was compiled with another isos-core: count 'filterBufferBytes' of the dataflow is-os is gone; take"
                        + " both from one isos-bom",
                assertThrows(IsosException.class, this::require).getMessage());
    }

    private void require() {
        UsedSchema.require(new WorkSchema(phases, counts));
    }
}
