package dev.isos.report.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadTotals;
import dev.isos.report.console.Console;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WorkloadListReportTest {
    private static final WorkloadListReport REPORT = new WorkloadListReport(List.of(
            new WorkloadDescriptor(
                    "big-90",
                    "big",
                    0.9,
                    "A big one",
                    "a paper",
                    Optional.of(new WorkloadTotals(
                            21,
                            138_344_128,
                            13_834_413,
                            15_470_264_320L,
                            OptionalLong.of(951_972_044),
                            OptionalDouble.of(0.61)))),
            new WorkloadDescriptor("plain", "small", 0.5, "A plain one", "a paper")));

    @Test
    void jsonAndCsvHaveTheExactNumbersAndNothingForUnknownOnes() {
        ListReport.Document document = (ListReport.Document) REPORT.json();
        Map<String, Object> big = document.entries().get(0);
        assertEquals(138_344_128L, big.get("parameters"));
        assertEquals(951_972_044L, big.get("effectualMacs"));
        assertEquals(0.61, big.get("activationDensity"));
        assertFalse(document.entries().get(1).containsKey("parameters"));
        assertEquals("a paper", document.entries().get(1).get("source"));
        List<String> lines = REPORT.csv().lines().toList();
        assertEquals(
                "id,description,network,weightSparsity,layers,parameters,nonZeros,denseMacs,effectualMacs,activationDensity,source",
                lines.get(0));
        assertEquals("plain,A plain one,small,0.5,,,,,,,a paper", lines.get(2));
    }

    @Test
    void theTableShowsMillionsAndEachSourceOnce() {
        List<String> lines = REPORT.table(new Console(System.out, System.err, Map.of(), false, false))
                .lines()
                .toList();
        assertTrue(
                lines.get(2).matches("big-90 +90\\.0% +21 +138\\.344 +13\\.834 +15,470\\.3 +952\\.0 +61\\.0%"),
                lines.get(2));
        assertTrue(lines.get(3).matches("plain +50\\.0%( +-){6}"), lines.get(3));
        assertEquals(List.of("big-90, plain:", "  a paper"), lines.subList(5, 7));
        assertEquals(7, lines.size());
    }
}
