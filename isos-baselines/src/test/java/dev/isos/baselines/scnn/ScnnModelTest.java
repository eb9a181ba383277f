package dev.isos.baselines.scnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.EnergyReport.Category;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.baselines.scnn.ScnnHarness.Outcome;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.support.machine.MachineModel;
import dev.isos.testkit.Bench;
import dev.isos.testkit.HardwareModelContract;
import dev.isos.testkit.RandomWorkloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScnnModelTest extends HardwareModelContract {
    private static final ScnnModel MODEL = ScnnHarness.model(ScnnHarness.SMALL);

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
        WorkloadBuilder compute = new WorkloadBuilder("compute", 1, new FeatureMapShape(8, 8, 8), false, 1);
        compute.convolution(Layer.NETWORK_INPUT, 16, 1, Window.square(3, 1, 1), 1);
        scenarios.add(scenario("bound by compute", compute.build()));
        WorkloadBuilder memory = new WorkloadBuilder("memory", 2, new FeatureMapShape(600, 1, 1), false, 0.01);
        memory.convolution(Layer.NETWORK_INPUT, 400, 1, Window.square(1, 1, 0), 0.9);
        scenarios.add(scenario("bound by memory", memory.build()));
        return scenarios;
    }

    private static Scenario scenario(String name, Workload workload) {
        Outcome outcome = ScnnHarness.run(workload, MODEL);
        return new Scenario(
                name,
                outcome.request(),
                ScnnWork.SCHEMA,
                (segment, sink) -> ScnnHarness.feed(outcome.items().get(segment), sink));
    }

    @Test
    void defaultsHoldAsManyMacsAsTheOtherAccelerators() {
        ScnnModel model = ScnnHarness.model();
        assertEquals(4096, model.peakMacsPerCycle());
        assertEquals(128, model.offChipBytesPerCycle());
        assertEquals(1e9, model.clockHz());
    }

    @Test
    void banksAreAPowerOfTwo() {
        IsosException refused = assertThrows(IsosException.class, () -> ScnnHarness.model("banks=48"));
        assertTrue(refused.getMessage().contains("'banks' is 48, expected a power of two"), refused.getMessage());
    }

    /** A machine with all geometry, phases and metrics but without banks: refused with the one thing that is missing. */
    @Test
    void aMachineWithoutBanksIsRefused() {
        ScnnModel model = ScnnHarness.model();
        MachineModel bankless =
                new MachineModel(model.spec(), model.schema(), model.geometry().values()) {
                    @Override
                    public long peakMacsPerCycle() {
                        return 1;
                    }

                    @Override
                    public List<Component> components() {
                        return List.of();
                    }

                    @Override
                    protected Set<String> timedBy() {
                        return Set.of();
                    }

                    @Override
                    protected List<Activity> onChipActivities() {
                        return List.of();
                    }

                    @Override
                    public MachineRun begin(RunRequest request, WorkSchema schema) {
                        throw new AssertionError("a refused machine runs");
                    }
                };
        IsosException refused = assertThrows(IsosException.class, () -> ScnnHarness.configured(bankless));
        assertTrue(
                refused.getMessage().endsWith("missing is the unit model 'BankModel' from the hardware"),
                refused.getMessage());
    }

    @Test
    void theEnergyTableKnowsEverything() {
        ScnnModel model = ScnnHarness.model();
        Bench bench = Bench.run(RandomWorkloads.corners().get("residual"), new ScnnDataflow(), model);
        var report = TableEnergyModel.builtIn().get(0).estimate(model.components(), bench.activity());
        long products = bench.total(ScnnWork.PRODUCTS);
        assertEquals(0.3 * products, report.energyPj(Category.MAC), 1e-6 * products);
        assertEquals(8 * 3.9 * bench.report().offChipBytes(), report.energyPj(Category.DRAM), 1e-3);
        assertTrue(report.energyPj(Category.SRAM) > 0 && report.energyPj(Category.OTHER) > 0);
    }
}
