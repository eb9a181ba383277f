package dev.isos.study.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.AcceleratorSummary;
import dev.isos.api.result.RunResult.Bound;
import dev.isos.api.result.RunResult.Energy;
import dev.isos.api.result.RunResult.Host;
import dev.isos.api.result.RunResult.MacCounts;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.api.result.RunResult.WorkloadSummary;
import dev.isos.study.compare.Crossings.Cost;
import dev.isos.study.compare.Crossings.Curve;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CrossingsTest {
    private static RunResult run(String accelerator, double density, long cycles, double energy, long bytes) {
        return new RunResult(
                1,
                new WorkloadSummary("net", "net", 1, density, "by hand"),
                new AcceleratorSummary("x", "df", "hw", "greedy", "event", "table", accelerator, Map.of()),
                cycles,
                cycles / 1e9,
                new MacCounts(8, 4, 4),
                0.5,
                new Traffic(bytes, 0, 0, 0),
                new Energy(energy, 0, 0, 0, energy),
                2,
                new Bound(1, 0, 0),
                true,
                "abc",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                new Host(1, 1),
                Map.of());
    }

    /** At 0, 50 and 90 % zeros the other takes 1/2, 2 and 8 times the cycles: equal in the middle of the first two. */
    @Test
    void alongZeroWeightsWhateverTheOrderOfWorkloads() {
        List<RunResult> runs = new ArrayList<>();
        for (int i : new int[] {2, 0, 1}) {
            double density = new double[] {1, 0.5, 0.1}[i];
            runs.add(run("a", density, 100, 10, 7));
            runs.add(run("b", density, new long[] {50, 200, 800}[i], new double[] {5, 5, 10}[i], 8));
        }
        List<Crossings> all = Crossings.of(runs, 2, 0);
        assertEquals(1, all.size());
        assertEquals(Crossings.SPARSITY, all.get(0).axis());
        assertEquals("a", all.get(0).baseline());
        Curve curve = all.get(0).curves().get(0);
        assertEquals("b", curve.accelerator());
        assertEquals(25, curve.crossings(Cost.CYCLES).get(0), 1e-9);
        assertFalse(curve.beginsAbove(Cost.CYCLES));
        assertEquals(List.of(90.0), curve.crossings(Cost.ENERGY), "equal at a point");
        assertEquals(List.of(), curve.crossings(Cost.BYTES));
        assertTrue(curve.beginsAbove(Cost.BYTES));
        assertEquals(2, curve.points().get(0).baseline(), "the second workload is the dense one");
    }

    /** Ratios 1/2 at 16 and 2 at 64: equal at 32, in the middle of their logarithms. */
    @Test
    void alongAParameter() {
        List<RunResult> runs = new ArrayList<>();
        long[] cycles = {50, 200, 400};
        for (String machine : List.of("a", "b:other=1", "c")) {
            for (int i = 0; i < 3; i++) {
                String name = machine + ":bw="
                        + List.of("16GB/s", "64GB/s", "128GB/s").get(i);
                if (!machine.equals("c") || i < 2) {
                    runs.add(run(name, 0.5, machine.equals("a") ? 100 : cycles[i], 1, 1));
                }
            }
        }
        List<Crossings> all = Crossings.of(runs, runs.size(), 0);
        assertEquals(1, all.size());
        assertEquals("bw", all.get(0).axis());
        assertEquals("GB/s", all.get(0).unit());
        assertEquals("a", all.get(0).baseline());
        assertEquals(1, all.get(0).curves().size(), "c has other values");
        Curve curve = all.get(0).curves().get(0);
        assertEquals("b:other=1", curve.accelerator());
        assertEquals(32, curve.crossings(Cost.CYCLES).get(0), 1e-9);
    }

    @Test
    void nothingWhereRunsMakeNoCurves() {
        assertEquals(List.of(), Crossings.of(List.of(run("a", 1, 1, 1, 1), run("b", 1, 2, 2, 2)), 2, 0));
        List<RunResult> twice = new ArrayList<>();
        for (double density : new double[] {1, 0.5, 0.5}) {
            twice.add(run("a", density, 1, 1, 1));
            twice.add(run("b", density, 2, 2, 2));
        }
        assertEquals(List.of(), Crossings.of(twice, 2, 0), "two workloads of one density");
    }
}
