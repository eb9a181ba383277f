package dev.isos.core.simulate;

import static dev.isos.testkit.PlainDataflow.LOAD_INPUTS;
import static dev.isos.testkit.PlainDataflow.LOAD_WEIGHTS;
import static dev.isos.testkit.PlainDataflow.MULTIPLY;
import static dev.isos.testkit.PlainDataflow.STORE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.TestingPlugin;
import dev.isos.testkit.Cheats;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Cheats that come as plug-ins are refused by name when they run. */
class CheatsInSimulationsTest {
    private record Cheating(UnaryOperator<WorkItem> cheat) implements IsosPlugin {
        @Override
        public String id() {
            return "cheating";
        }

        @Override
        public ApiVersion builtAgainst() {
            return ApiVersion.CURRENT;
        }

        @Override
        public void contribute(Registrar registrar) {
            registrar.dataflow(Cheats.cheating(cheat));
            registrar.hardware(new TestingPlugin.IdealFactory());
            registrar.energyModel(new TestingPlugin.UnitEnergy());
            registrar.accelerator(new Accelerator("cheat", "for tests", "plain", "ideal", "block"));
        }
    }

    private static void run(UnaryOperator<WorkItem> cheat) {
        WorkloadBuilder b = new WorkloadBuilder("two", 1, new FeatureMapShape(4, 6, 6), false, 0.6);
        int first = b.convolution(Layer.NETWORK_INPUT, 4, 1, Window.square(3, 1, 1), 0.6);
        b.convolution(first, 5, 1, Window.square(3, 1, 1), 0.6);
        Workload workload = b.build();
        Platform isos = IsosPlatform.load(Optional.empty(), List.of(new Cheating(cheat)));
        assertEquals(List.of(), isos.pluginProblems());
        isos.run(workload, isos.accelerator(AcceleratorRequest.of("cheat")), RunOptions.defaults());
    }

    private static void refused(String name, UnaryOperator<WorkItem> cheat) {
        IsosException e = assertThrows(IsosException.class, () -> run(cheat));
        assertTrue(e.getMessage().contains(name), e.getMessage());
    }

    @Test
    void eachIsRefusedByName() {
        run(item -> item);
        refused(
                "writes 1 bytes of the output of conv",
                item -> item.phase() == STORE ? item.moves(TensorRole.OUTPUTS, item.tensor(), 1) : item);
        refused("computes conv0 without waiting for its weights", Cheats.notWaitingFor(MULTIPLY, LOAD_WEIGHTS));
        refused("computes conv0 without waiting for its input", Cheats.notWaitingFor(MULTIPLY, LOAD_INPUTS));
        refused("without waiting for its computation", Cheats.notWaitingFor(STORE, MULTIPLY));
    }
}
