package dev.isos.cli.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.Energy;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.api.workload.Workload;
import dev.isos.cli.TestCache;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.RunOptions;
import dev.isos.study.configuration.Configurations;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The energy of layers and segments is the run's, divided. */
class EnergyByLayerTest {
    private static final String WORKLOAD = "googlenet-58-inception3a";

    private final Platform isos = IsosPlatform.load(Optional.empty());

    @Test
    void onEveryAccelerator() {
        Workload workload = isos.workload(WORKLOAD, TestCache.request());
        for (String accelerator : isos.accelerators().keySet()) {
            RunResult run = run(workload, accelerator);
            adds(accelerator, run, Energy::mac);
            adds(accelerator, run, Energy::sram);
            adds(accelerator, run, Energy::dram);
            adds(accelerator, run, Energy::other);
            adds(accelerator, run, Energy::total);
            for (LayerResult layer : run.layers()) {
                // a concatenation takes nothing where its inputs lie beside each other
                boolean takes = layer.macs().performed() > 0 || layer.traffic().total() > 0;
                assertTrue(!takes || layer.energyPj().total() > 0, accelerator + ": " + layer.name());
                if (run.leftOut().contains(layer.name())) {
                    assertEquals(0, layer.energyPj().total(), accelerator + ": " + layer.name());
                }
                // every byte off chip takes the same energy
                double perByte = run.energyPj().dram() / run.traffic().total();
                assertEquals(
                        layer.traffic().total() * perByte,
                        layer.energyPj().dram(),
                        1e-9 * run.energyPj().dram(),
                        layer.name());
            }
        }
    }

    private static void adds(String accelerator, RunResult run, ToDoubleFunction<Energy> part) {
        double whole = part.applyAsDouble(run.energyPj());
        double layers = run.layers().stream()
                .map(LayerResult::energyPj)
                .mapToDouble(part)
                .sum();
        double segments = run.segments().stream()
                .map(SegmentResult::energyPj)
                .mapToDouble(part)
                .sum();
        // counts are whole numbers in each part
        assertEquals(whole, layers, 1e-6 * run.energyPj().total(), accelerator);
        assertEquals(whole, segments, 1e-6 * run.energyPj().total(), accelerator);
    }

    @Test
    void anEstimateKnowsSegmentsAlone() {
        Workload workload = isos.workload(WORKLOAD, TestCache.request());
        RunResult run = run(workload, "isosceles:fidelity=analytical");
        run.layers().forEach(layer -> assertNull(layer.energyPj()));
        assertTrue(run.segments().size() > 1);
        assertEquals(
                run.energyPj().total(),
                run.segments().stream().mapToDouble(s -> s.energyPj().total()).sum(),
                1e-6 * run.energyPj().total());
    }

    private RunResult run(Workload workload, String configuration) {
        return isos.run(
                workload,
                isos.accelerator(Configurations.request(configuration, "the test")),
                new RunOptions(false, SimulationListener.NONE, 1, 0));
    }
}
