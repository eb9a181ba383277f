package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Isos;
import dev.isos.core.IsosPlatform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The analytical model of ISOSceles against the event-driven machine, and best cuts against block-wise ones, on built-in
 * networks: all of them with {@code -Disos.all}, else the cheapest.
 */
class AnalyticalModelTest {
    private static final double TOLERANCE = 0.1;

    /** What rounding and chance may cost best cuts. */
    private static final double LOSS = 0.01;

    private static Isos isos;

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
        Workload workload = isos.workload(id, WorkloadRequest.defaults());
        long block = 0;
        for (String mapping : List.of("block", "optimal")) {
            RunResult simulated = run(workload, "isosceles", mapping);
            RunResult estimated = run(workload, "isosceles-analytical", mapping);
            double error = estimated.cycles() / (double) simulated.cycles() - 1;
            reporter.publishEntry(id + " " + mapping, simulated.cycles() + " cycles, estimate off by " + error);
            assertEquals(0, error, TOLERANCE, id + ", " + mapping);
            if (mapping.equals("block")) {
                block = simulated.cycles();
            } else {
                assertTrue(simulated.cycles() <= (1 + LOSS) * block, id + ": best cuts lose");
            }
        }
        isos.release(workload);
    }

    private static RunResult run(Workload workload, String accelerator, String mapping) {
        return isos.run(
                workload,
                isos.accelerator(new AcceleratorRequest(
                        accelerator, Optional.empty(), List.of(), Optional.of(mapping), Optional.empty())),
                new RunOptions(false, SimulationListener.NONE, 1, 0));
    }
}
