package dev.isos.study.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.study.batch.Progress;
import dev.isos.study.configuration.Configurations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a bench of a tiny network holds; never how long it took. */
class BenchTest {
    private static final String NETWORK = """
            name: tiny
            input: {shape: [3, 16, 16], signed: true}
            layers:
              - {name: stem, op: convolution, filters: 8, kernel: 3, stride: 2, pad: 1, density: 0.6}
              - {name: project, op: convolution, filters: 8, kernel: 1, weightDensity: 0.3, residual: stem, density: 0.4}
              - {name: mean, op: global-average-pooling}
              - {name: classes, op: fully-connected, filters: 10, relu: false, weightDensity: 0.3}
            """;

    @TempDir
    private Path folder;

    private final Platform isos = IsosPlatform.load(Optional.empty());

    private BenchResult run(Bench.Options options, String... accelerators) throws IOException {
        Path file = Files.writeString(folder.resolve("tiny.yaml"), NETWORK);
        List<ConfiguredAccelerator> machines = new Configurations(isos)
                .expand(List.of(accelerators), "-a", List.of()).stream()
                        .map(isos::accelerator)
                        .toList();
        return new Bench(isos, WorkloadRequest.defaults(), options, Progress.NONE)
                .run(List.of(file.toString()), machines);
    }

    @Test
    void holdsPairsStagesAndMemoryOfEachAcceleratorAndFidelity() throws IOException {
        BenchResult result =
                run(new Bench.Options(3, 2, false, false), "isosceles", "isosceles:fidelity=analytical", "sparten");
        WorkloadTimes workload = result.workloads().get(0);
        assertEquals(3, workload.simulations().size());
        assertTrue(workload.denseMacs() > 0);
        assertNull(result.growth());
        assertNull(result.onnxRuntimeVersion());
        for (SimulationTimes times : workload.simulations()) {
            boolean event = times.fidelity().equals(Fidelity.EVENT.id());
            assertEquals(event, times.workItems() > 0, times.accelerator());
            assertEquals(event, times.memory().outputBytes() > 0, times.accelerator());
            assertTrue(times.memory().allocatedBytes() > times.memory().outputBytes(), times.accelerator());
            assertTrue(times.memory().peakHeapBytes() > 0, times.accelerator());
            assertTrue(times.cycles() > 0, times.accelerator());
            Spread ratio = times.pairs().timesHost();
            assertTrue(ratio.least() <= ratio.median() && ratio.median() <= ratio.most(), ratio.toString());
            assertNull(times.pairs().onnxRuntimeSeconds());
            assertNull(times.pairs().timesOnnxRuntime());
        }
    }

    @Test
    void growthHasFourSizesAndTheMacsGrow() throws IOException {
        Growth growth = run(new Bench.Options(1, 1, false, true), "isosceles").growth();
        assertNotNull(growth);
        assertEquals(
                List.of(4, 8, 16, 32),
                growth.bySize().stream().map(Growth.Point::inputHeight).toList());
        Growth.Point before = null;
        for (Growth.Point point : growth.bySize()) {
            assertEquals(before == null, point.relativeToBefore() == null);
            assertTrue(before == null || point.effectualMacs() > before.effectualMacs());
            before = point;
        }
        assertEquals(List.of(), growth.byDensity(), "no built-in workload is of this network");
    }

    @Test
    void relativeIsTheRatioOfSecondsPerEffectualMac() {
        Growth.Point before = new Growth.Point("a", 8, 8, 0.5, 1000, 100L, new Spread(2, 1, 3), null);
        assertEquals(1.5, Growth.relative(before, 200L, 6));
        assertNull(Growth.relative(null, 200L, 6));
        assertNull(Growth.relative(before, null, 6));
    }

    /** The tests of this module have ONNX Runtime only where its tests are compiled with it. */
    @Test
    void onnxRuntimeTakesTurnsWhereItIsThereAndIsASentenceWhereNot() throws IOException {
        Bench.Options options = new Bench.Options(2, 2, true, false);
        boolean there = getClass().getClassLoader().getResource("ai/onnxruntime/OrtEnvironment.class") != null;
        if (!there) {
            IsosException e = assertThrows(IsosException.class, () -> run(options, "isosceles"));
            assertTrue(e.getMessage().contains("com.microsoft.onnxruntime:onnxruntime"), e.getMessage());
            Assumptions.abort("ONNX Runtime is not on the class path");
        }
        BenchResult result = run(options, "isosceles");
        assertNotNull(result.onnxRuntimeVersion());
        for (SimulationTimes times : result.workloads().get(0).simulations()) {
            assertNotNull(times.pairs().onnxRuntimeSeconds());
            assertNotNull(times.pairs().timesOnnxRuntime());
        }
    }
}
