package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The simulator against the published evaluation, within the bounds that stand here and in the report. */
class AgreementTest {
    private static final double MEANS_WITHIN = 0.07;
    private static final double MAXIMA_WITHIN = 0.20;

    /**
     * What is known not to hold, and why. An entry has to go when its bound holds.
     *
     * <p>No rule for SparTen's output bytes is known: the published ones are about 1.2 bytes per output element on every network, ours two
     * per non-zero.
     */
    private static final Map<String, String> OPEN =
            Map.of("sparten output bytes", "unexplained, see docs/reproduction.md");

    private static JsonNode document;

    /** Mean and largest error factor that are allowed. */
    private record Bounds(double mean, double largest) {}

    @BeforeAll
    static void run() throws IOException {
        document = WholeEvaluation.get().results();
    }

    private static Iterable<JsonNode> rows(int table) {
        return document.at("/figures/agreement/tables/" + table + "/rows");
    }

    @Test
    void areasAreThoseOfThePublishedProcess() {
        int compared = 0;
        for (JsonNode row : document.at("/figures/area/tables/0/rows")) {
            if (row.get("areaMm2").isNumber()) {
                assertEquals(0, row.get("differencePercent").asDouble(), 5, row.toString());
                compared++;
            }
        }
        assertTrue(compared >= 9, compared + " parts");
    }

    private static Bounds bounds(String accelerator, String quantity) {
        return switch (quantity) {
            case "cycles", "all bytes" -> new Bounds(1.08, 1.25);
            case "cycles by pipeline" -> accelerator.equals("sparten") ? new Bounds(1.08, 1.2) : new Bounds(1.05, 1.15);
            default -> new Bounds(1.15, 1.5);
        };
    }

    @Test
    void errorFactorsAreWithinTheirBounds() {
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, String> broken = new LinkedHashMap<>();
        for (JsonNode row : rows(0)) {
            String accelerator = row.get("accelerator").asText();
            String quantity = row.get("quantity").asText();
            Bounds bounds = bounds(accelerator, quantity);
            assertEquals(bounds.mean(), row.get("meanBound").asDouble(), "as the report says");
            assertEquals(bounds.largest(), row.get("largestBound").asDouble(), "as the report says");
            counts.merge(
                    accelerator + (quantity.equals("cycles by pipeline") ? " by pipeline" : ""),
                    row.get("count").asInt(),
                    Integer::sum);
            boolean holds = row.get("mean").asDouble() <= bounds.mean()
                    && row.get("largest").asDouble() <= bounds.largest();
            assertEquals(holds ? "yes" : "NO", row.get("holds").asText());
            if (!holds) {
                broken.put(accelerator + " " + quantity, row.toString());
            }
        }
        assertEquals(OPEN.keySet(), broken.keySet(), broken.toString());
        // five quantities of seven networks
        assertEquals(
                Map.of(
                        "isosceles", 35,
                        "sparten", 35,
                        "fused-layer", 35,
                        "isosceles by pipeline", 13,
                        "isosceles-single by pipeline", 13,
                        "sparten by pipeline", 8),
                counts);
    }

    @Test
    void sharesOfBandwidthAndMacsAreNearOnNineOfTen() {
        int within = 0;
        int all = 0;
        for (JsonNode row : rows(1)) {
            within += row.get("within").asInt();
            all += row.get("count").asInt();
        }
        assertEquals(3 * 2 * 7, all);
        assertTrue(within >= 0.9 * all, within + " of " + all);
    }

    @Test
    void printedNumbersAreMet() {
        Map<String, String> broken = new LinkedHashMap<>();
        for (JsonNode entry : document.get("paper")) {
            boolean maximum = entry.get("metric").asText().endsWith(", max");
            if (Math.abs(entry.get("difference").asDouble()) > (maximum ? MAXIMA_WITHIN : MEANS_WITHIN)) {
                broken.put(entry.get("metric").asText(), entry.toString());
            }
        }
        assertEquals(Map.of(), broken);
        assertEquals(8 + 9, document.get("paper").size());
    }
}
