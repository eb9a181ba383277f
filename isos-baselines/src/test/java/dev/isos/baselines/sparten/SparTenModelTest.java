package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.EnergyReport.Category;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.testkit.Bench;
import dev.isos.testkit.HardwareModelContract;
import dev.isos.testkit.PlainReference;
import dev.isos.testkit.RandomWorkloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SparTenModelTest extends HardwareModelContract {
    private static final SparTenModel MODEL = SparTenHarness.model("clusters=3", "units=4");

    @Override
    protected HardwareModel model() {
        return MODEL;
    }

    @Override
    protected List<Scenario> scenarios() {
        List<Scenario> scenarios = new ArrayList<>();
        for (Map.Entry<String, Workload> corner : RandomWorkloads.corners().entrySet()) {
            scenarios.add(scenario(corner.getKey(), corner.getValue()));
        }
        WorkloadBuilder compute = new WorkloadBuilder("compute", 1, new FeatureMapShape(64, 8, 8), false, 1);
        compute.convolution(Layer.NETWORK_INPUT, 32, 1, Window.square(3, 1, 1), 1);
        scenarios.add(scenario("bound by compute", compute.build()));
        WorkloadBuilder memory = new WorkloadBuilder("memory", 2, new FeatureMapShape(600, 1, 1), false, 0.01);
        memory.convolution(Layer.NETWORK_INPUT, 400, 1, Window.square(1, 1, 0), 0.9);
        scenarios.add(scenario("bound by memory", memory.build()));
        return scenarios;
    }

    private static Scenario scenario(String name, Workload workload) {
        RunRequest request = SparTenHarness.request(workload, MODEL, SimulationListener.NONE);
        List<ActivationTensor> outputs = PlainReference.outputs(workload);
        return new Scenario(
                name,
                request,
                new SparTenDataflow().schema(MODEL.geometry()),
                (segment, sink) -> SparTenHarness.feed(
                        workload, MODEL, outputs, request.plan().segments().get(segment), sink));
    }

    @Test
    void defaultsHoldAsManyMacsAsTheOtherAccelerators() {
        SparTenModel model = SparTenHarness.model();
        assertEquals(4096, model.peakMacsPerCycle());
        assertEquals(128, model.offChipBytesPerCycle());
        assertEquals(1e9, model.clockHz());
        assertEquals(
                Map.of(
                        SparTenWork.CLUSTERS, 64L,
                        SparTenWork.UNITS, 64L,
                        SparTenWork.CHUNK, 128L,
                        SparTenWork.BALANCING, (long) Balancing.SOFTWARE.ordinal(),
                        SparTenWork.FORMAT, (long) Format.BITMASK.ordinal(),
                        SparTenWork.WINDOW_FETCHES, 0L,
                        SparTenWork.ON_CHIP_BUFFER_BYTES, 1L << 20),
                model.geometry().values());
    }

    @Test
    void theEnergyTableKnowsEverything() {
        SparTenModel model = SparTenHarness.model();
        Bench bench = Bench.run(RandomWorkloads.corners().get("residual"), new SparTenDataflow(), model);
        var report = TableEnergyModel.builtIn().get(0).estimate(model.components(), bench.activity());
        long products = bench.total(SparTenWork.PRODUCTS);
        assertEquals(0.3 * products, report.energyPj(Category.MAC), 1e-6 * products);
        assertEquals(8 * 3.9 * bench.report().offChipBytes(), report.energyPj(Category.DRAM), 1e-3);
        assertTrue(report.energyPj(Category.SRAM) > 0 && report.energyPj(Category.OTHER) > 0);
        assertTrue(report.areaMm2() > 0);
    }
}
