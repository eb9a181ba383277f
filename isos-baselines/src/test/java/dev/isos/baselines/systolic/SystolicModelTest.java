package dev.isos.baselines.systolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.EnergyReport.Category;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.testkit.Bench;
import dev.isos.testkit.HardwareModelContract;
import dev.isos.testkit.RandomWorkloads;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SystolicModelTest extends HardwareModelContract {
    private static final SystolicModel MODEL = SystolicHarness.model(
            "rows=5",
            "columns=3",
            "inputBuffer=100 B",
            "filterBuffer=60 B",
            "outputBuffer=64 B",
            "dram.bandwidth=3 GB/s");

    @Override
    protected HardwareModel model() {
        return MODEL;
    }

    @Override
    protected List<Scenario> scenarios() {
        List<Scenario> scenarios = new ArrayList<>();
        for (Stationarity stationarity : Stationarity.values()) {
            for (String corner : List.of("chain", "pooling", "concatenation", "residual")) {
                scenarios.add(
                        scenario(stationarity, corner, RandomWorkloads.corners().get(corner)));
            }
            scenarios.add(scenario(stationarity, "network", RandomWorkloads.network(3)));
            WorkloadBuilder compute = new WorkloadBuilder("compute", 1, new FeatureMapShape(1, 12, 12), false, 1);
            compute.convolution(Layer.NETWORK_INPUT, 2, 1, Window.square(5, 1, 2), 1);
            scenarios.add(scenario(stationarity, "bound by compute", compute.build()));
        }
        return scenarios;
    }

    private static Scenario scenario(Stationarity stationarity, String name, Workload workload) {
        Bench outcome = SystolicHarness.run(workload, stationarity, MODEL);
        return outcome.scenario(stationarity.dataflow() + ", " + name);
    }

    @Test
    void defaultsHoldAsManyMacsAsTheOtherAccelerators() {
        SystolicModel model = SystolicHarness.model();
        assertEquals(4096, model.peakMacsPerCycle());
        assertEquals(128, model.offChipBytesPerCycle());
        assertEquals(1e9, model.clockHz());
    }

    @Test
    void theEnergyTableKnowsEverything() {
        SystolicModel model = SystolicHarness.model();
        Workload workload = RandomWorkloads.corners().get("residual");
        Bench outcome = SystolicHarness.run(workload, Stationarity.WEIGHT, model);
        var report = TableEnergyModel.builtIn().get(0).estimate(model.components(), outcome.activity());
        long macs = workload.network().denseMacs();
        assertEquals(0.3 * macs, report.energyPj(Category.MAC), 1e-6 * macs);
        assertEquals(8 * 3.9 * outcome.report().offChipBytes(), report.energyPj(Category.DRAM), 1e-3);
        assertTrue(report.energyPj(Category.SRAM) > 0 && report.energyPj(Category.OTHER) > 0);
    }
}
