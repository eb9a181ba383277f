package dev.isos.api.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.hardware.Activity.Term;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActivityTest {
    private static final Map<String, Long> COUNTS = Map.of("products", 7L, "load-inputs.bytes", 3L);

    @Test
    void aFormulaIsASumOfCountsWithFactors() {
        Activity activity = new Activity("buffer", "read", "1.5 * products + load-inputs.bytes + 2 * products");
        assertEquals(
                List.of(new Term(1.5, "products"), new Term(1, "load-inputs.bytes"), new Term(2, "products")),
                activity.terms());
        // 10.5 + 3 + 14 = 27.5, rounded up
        assertEquals(new ActivityCount("buffer", "read", 28), activity.evaluate(COUNTS));
    }

    @Test
    void whatNobodyCountsIsNamed() {
        Activity activity = new Activity("buffer", "read", "products + reads");
        assertEquals(
                "'read' of 'buffer' is products + reads, but nobody counts 'reads'",
                assertThrows(IllegalArgumentException.class, () -> activity.evaluate(COUNTS))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2 *",
                "* products",
                "2 products",
                "products - reads",
                "products +",
                "-1 * products",
                "a + + b"
            })
    void whatIsNoSumIsRefused(String formula) {
        assertThrows(IllegalArgumentException.class, () -> new Activity("buffer", "read", formula));
    }

    @Test
    void offChipMemoryMovesAllBytes() {
        Map<String, Long> bytes = Map.of(Activity.READ, 5L, Activity.WRITTEN, 2L);
        assertEquals(
                List.of(new ActivityCount("dram", "read", 5), new ActivityCount("dram", "write", 2)),
                Activity.offChip("dram").stream()
                        .map(activity -> activity.evaluate(bytes))
                        .toList());
    }
}
