package dev.isos.baselines.systolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class FoldPlanTest {
    /** A row of the cross-check; SCALE-Sim pads nothing and lets the last window hang over the edge. */
    record Row(String[] cells) {
        int number(int column) {
            return Integer.parseInt(cells[column]);
        }

        int output(int size, int filter) {
            return (number(size) - number(filter) + number(7) - 1) / number(7) + 1;
        }

        FoldPlan plan() {
            Stationarity stationarity = Stream.of(Stationarity.values())
                    .filter(s -> s.dataflow().endsWith("-" + cells[10].toLowerCase(Locale.ROOT)))
                    .findAny()
                    .orElseThrow();
            return new FoldPlan(
                    stationarity,
                    number(8),
                    number(9),
                    output(1, 3) * output(2, 4),
                    number(6),
                    number(3) * number(4) * number(5),
                    1);
        }
    }

    static List<Row> crossCheck() throws IOException {
        List<Row> rows = Files.readAllLines(SharedDataFolder.path("scalesim_crosscheck.csv")).stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> new Row(line.split(",")))
                .toList();
        assertTrue(rows.size() >= 30, "rows of the cross-check");
        return rows;
    }

    @SharedData
    @TestFactory
    Stream<DynamicTest> cyclesAreThoseOfScaleSim() throws IOException {
        return crossCheck().stream()
                .map(row -> DynamicTest.dynamicTest(String.join(" ", row.cells()), () -> {
                    FoldPlan plan = row.plan();
                    long lastCycle = Long.parseLong(row.cells()[11]);
                    ArrayTiming timing = new ArrayTiming(plan.rows(), plan.columns());
                    assertEquals(lastCycle + 1, timing.layer(plan));
                    assertEquals(Double.parseDouble(row.cells()[14]), 100 * plan.mappingEfficiency(), 1e-9);
                    // it divides by the index of the last cycle
                    double itsUtilization = 100 * timing.utilization(plan) * timing.layer(plan) / lastCycle;
                    assertEquals(Double.parseDouble(row.cells()[13]), itsUtilization, 1e-9);
                }));
    }

    @Test
    void handComputed() {
        // 10 positions, 3 filters, windows of 7 elements on 4 x 2: 3 x 2 folds of 7 + 4 + 2 - 2
        assertEquals(6 * 11, new ArrayTiming(4, 2).layer(new FoldPlan(Stationarity.OUTPUT, 4, 2, 10, 3, 7, 1)));
        // 2 x 2 folds of 4 + 10 + 4 + 2 - 2
        assertEquals(4 * 18, new ArrayTiming(4, 2).layer(new FoldPlan(Stationarity.WEIGHT, 4, 2, 10, 3, 7, 1)));
        // 2 x 5 folds of 4 + 3 + 4 + 2 - 2
        assertEquals(10 * 11, new ArrayTiming(4, 2).layer(new FoldPlan(Stationarity.INPUT, 4, 2, 10, 3, 7, 1)));
    }

    @Test
    void groupsRunOneAfterAnother() {
        // depthwise: a single filter of 9 elements uses 9 of 64 x 64 weights
        FoldPlan depthwise = new FoldPlan(Stationarity.WEIGHT, 64, 64, 196, 1, 9, 32);
        assertEquals(32 * (64 + 196 + 126), new ArrayTiming(64, 64).layer(depthwise));
        assertEquals(9 / 4096.0, depthwise.mappingEfficiency(), 1e-15);
        assertEquals(32L * 196 * 9, depthwise.macs());
    }

    @Test
    void oneElementOnOneProcessingElement() {
        assertEquals(1, new ArrayTiming(1, 1).layer(new FoldPlan(Stationarity.OUTPUT, 1, 1, 1, 1, 1, 1)));
        assertEquals(1, new ArrayTiming(1, 1).utilization(new FoldPlan(Stationarity.OUTPUT, 1, 1, 1, 1, 1, 1)));
    }
}
