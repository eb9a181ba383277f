package dev.isos.cli.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.RunOptions;
import dev.isos.study.configuration.Configurations;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The same work takes the same energy in every component, whichever fidelity counts it. */
class FidelityEnergyTest {
    private final Platform isos = IsosPlatform.load(Optional.empty());

    /** Stepping counts real operands; the energies of a component's actions differ, so equal sums mean equal counts. */
    @Test
    void steppedIsEventDrivenOnEveryCorner() {
        RandomWorkloads.corners().forEach((name, workload) -> {
            RunResult event = run(workload, "isosceles:poolings=counted");
            RunResult stepped = run(workload, "isosceles:poolings=counted:fidelity=stepped");
            assertEquals(event.components(), stepped.components(), name);
            isos.release(workload);
        });
    }

    /**
     * Tiny models: one whose weights are all zero, and a signal of one row. The estimate knows densities only; it was within 0.02 %
     * for every component.
     */
    @Test
    @SharedData
    void tinyModelsTakeTheSameEnergy() {
        for (String file : new String[] {"zero-weights", "signal-row"}) {
            Workload workload = isos.workload(
                    SharedDataFolder.path("cases/" + file + ".onnx").toString(), WorkloadRequest.defaults());
            RunResult event = run(workload, "isosceles");
            assertEquals(
                    event.components(),
                    run(workload, "isosceles:fidelity=stepped").components(),
                    file);
            RunResult estimate = run(workload, "isosceles:fidelity=analytical");
            for (int i = 0; i < event.components().size(); i++) {
                double energy = event.components().get(i).energyPj();
                assertEquals(
                        energy, estimate.components().get(i).energyPj(), 0.001 * energy, file + ", component " + i);
            }
            // without the latency of the reads it would be 100 cycles less
            assertEquals(event.cycles(), estimate.cycles(), 50, file);
            isos.release(workload);
        }
    }

    private RunResult run(Workload workload, String configuration) {
        return isos.run(
                workload,
                isos.accelerator(Configurations.request(configuration, "the test")),
                new RunOptions(false, SimulationListener.NONE, 1, 0));
    }
}
