package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.baselines.sparten.SparTenHarness.Outcome;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which layers SparTen handles well: effectual products over MAC cycles, memory aside. Prints the table of docs/sparten.md. */
class LayerTypesTest {
    private record Shape(int channels, int size, int outputs, int groups, Window window) {}

    private static final Map<String, Shape> SHAPES = new LinkedHashMap<>();

    static {
        SHAPES.put("3x3", new Shape(256, 16, 256, 1, Window.square(3, 1, 1)));
        SHAPES.put("3x3, stride 2", new Shape(256, 32, 256, 1, Window.square(3, 2, 1)));
        SHAPES.put("1x1", new Shape(256, 16, 256, 1, Window.square(1, 1, 0)));
        SHAPES.put("1x1, stride 2", new Shape(256, 32, 256, 1, Window.square(1, 2, 0)));
        SHAPES.put("3x3 of 3 channels", new Shape(3, 32, 64, 1, Window.square(3, 1, 1)));
        SHAPES.put("3x3, 4 groups of 64 channels", new Shape(256, 16, 256, 4, Window.square(3, 1, 1)));
        SHAPES.put("3x3, 32 groups of 8 channels", new Shape(256, 16, 256, 32, Window.square(3, 1, 1)));
        SHAPES.put("3x3, depthwise", new Shape(256, 16, 256, 256, Window.square(3, 1, 1)));
        SHAPES.put("fully connected, 1024 to 1024", new Shape(1024, 1, 1024, 1, Window.square(1, 1, 0)));
    }

    private static double use(Shape shape, double inputDensity, double weightDensity) {
        WorkloadBuilder builder = new WorkloadBuilder(
                "layer", 1, new FeatureMapShape(shape.channels(), shape.size(), shape.size()), false, inputDensity);
        builder.convolution(Layer.NETWORK_INPUT, shape.outputs(), shape.groups(), shape.window(), weightDensity);
        Workload workload = builder.build();
        SparTenModel model = SparTenHarness.model("dram.bandwidth=100000 GB/s", "dram.latency=0 ns");
        Outcome outcome = SparTenHarness.run(workload, model);
        LayerTiming timing = outcome.report().layers().get(0);
        return (double) outcome.products(0) / model.peakMacsPerCycle() / (timing.endCycle() - timing.startCycle());
    }

    @Test
    void zerosAreSkippedWhereChunksAreFull() {
        Map<String, double[]> uses = new LinkedHashMap<>();
        SHAPES.forEach((name, shape) -> {
            double[] use = {use(shape, 1, 1), use(shape, 0.5, 0.2), use(shape, 0.4, 0.05)};
            uses.put(name, use);
            System.out.println(String.format(
                    Locale.ROOT, "| %s | %.0f%% | %.0f%% | %.0f%% |", name, 100 * use[0], 100 * use[1], 100 * use[2]));
        });
        double[] full = uses.get("1x1");
        assertTrue(full[0] > 0.99, "dense 1x1 layers fill the units: " + full[0]);
        assertTrue(uses.get("1x1, stride 2")[1] > 0.95 * full[1], "a stride costs nothing");
        for (String thin : new String[] {"3x3 of 3 channels", "3x3, 32 groups of 8 channels", "3x3, depthwise"}) {
            assertTrue(uses.get(thin)[2] < 0.5 * full[2], thin + " has chunks that are all but empty");
        }
        // without zeros a depthwise layer fills the units, apart from edges; each zero then costs as much as a product
        double[] depthwise = uses.get("3x3, depthwise");
        assertEquals(depthwise[0] * 0.5 * 0.2, depthwise[1], 0.01);
        // 8 groups of pairs on 64 clusters
        assertTrue(uses.get("fully connected, 1024 to 1024")[0] <= 16 / 64.0, "one position for each group");
    }
}
