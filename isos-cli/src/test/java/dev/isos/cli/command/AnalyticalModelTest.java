package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.Fidelity;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.cli.TestCache;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The analytical fidelity of ISOSceles against the event-driven one, and best cuts against greedy ones, on built-in networks: all
 * of them with {@code -Disos.all}, else the cheapest.
 */
class AnalyticalModelTest {
    private static final double CYCLES = 0.1;
    private static final double BYTES = 0.01;
    private static final double PRODUCTS = 0.03;

    /** What is known not to hold, and why. An entry has to go when its bound holds. */
    private static final Map<String, String> OPEN = Map.of(
            "googlenet-58-inception3a, optimal",
            "one pipeline, bound by computation alone, whose rows differ in density so that lanes wait");

    private static Platform isos;

    @BeforeAll
    static void load() {
        isos = IsosPlatform.load(Optional.empty());
    }

    static Stream<String> networks() {
        return System.getProperty("isos.all") == null
                ? Stream.of("mobilenetv1-89")
                : isos.workloads().stream().map(workload -> workload.id());
    }

    @ParameterizedTest
    @MethodSource("networks")
    void isNearTheEventDrivenMachine(String id, TestReporter reporter) {
        Workload workload = isos.workload(id, TestCache.request());
        Map<String, Long> simulatedCycles = new HashMap<>();
        for (String mapping : List.of("single", "block", "greedy", "optimal")) {
            RunResult simulated = run(workload, Fidelity.EVENT, mapping);
            RunResult estimated = run(workload, Fidelity.ANALYTICAL, mapping);
            double error = estimated.cycles() / (double) simulated.cycles() - 1;
            reporter.publishEntry(id + " " + mapping, simulated.cycles() + " cycles, estimate off by " + error);
            String where = id + ", " + mapping;
            assertEquals(OPEN.containsKey(where), Math.abs(error) > CYCLES, where + ": off by " + error);
            near(simulated.traffic().total(), estimated.traffic().total(), BYTES, where);
            near(simulated.macs().performed(), estimated.macs().performed(), PRODUCTS, where);
            simulatedCycles.put(mapping, simulated.cycles());
        }
        // best cuts are best by the estimate; none loses against greedy ones by more than the estimate may be wrong
        assertTrue(
                simulatedCycles.get("optimal") <= (1 + CYCLES) * simulatedCycles.get("greedy"),
                id + ": best cuts lose");
        isos.release(workload);
    }

    private static void near(double simulated, double estimated, double tolerance, String where) {
        assertEquals(simulated, estimated, tolerance * simulated, where);
    }

    private static RunResult run(Workload workload, Fidelity fidelity, String mapping) {
        return isos.run(
                workload,
                isos.accelerator(new AcceleratorRequest(
                        "isosceles", Optional.empty(), List.of(), Optional.of(mapping), fidelity, Optional.empty())),
                new RunOptions(false, SimulationListener.NONE, 1, 0));
    }
}
