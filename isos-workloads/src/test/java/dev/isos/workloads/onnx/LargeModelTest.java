package dev.isos.workloads.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** How long the import of a large file takes; only with {@code -Disos.large=1}. */
class LargeModelTest {
    private static final double NANOS_PER_SECOND = 1e9;

    @TempDir
    private Path folder;

    /** A network of the size and shapes of ResNet-50's later stages: 26 million weights, with batch normalisation. */
    @Test
    @EnabledIfSystemProperty(named = "isos.large", matches = ".+")
    void hundredMegabytes() throws IOException {
        TestModel model = new TestModel(13, 5, 1, 3, 224, 224);
        String last = "x";
        int channels = 3;
        int[][] layers = {{64, 7, 4}, {256, 3, 2}, {512, 3, 2}, {512, 3, 1}, {1024, 3, 2}, {1024, 1, 1}, {1024, 3, 1}};
        for (int[] layer : layers) {
            String name = "n" + channels + "_" + layer[0] + last;
            double bound = 1 / Math.sqrt(channels * layer[1] * layer[1]);
            int pad = layer[1] / 2;
            model.uniform(name + "w", -bound, bound, layer[0], channels, layer[1], layer[1])
                    .uniform(name + "g", 0.5, 2, layer[0])
                    .weights(name + "s", layer[0])
                    .weights(name + "m", layer[0])
                    .uniform(name + "v", 0.1, 2, layer[0])
                    .node(
                            "Conv",
                            name + "c",
                            List.of(last, name + "w"),
                            Map.of("pads", new long[] {pad, pad, pad, pad}, "strides", new long[] {layer[2], layer[2]}))
                    .node("BatchNormalization", name + "n", name + "c", name + "g", name + "s", name + "m", name + "v")
                    .node("Relu", name + "r", name + "n");
            last = name + "r";
            channels = layer[0];
        }
        model.node("GlobalAveragePool", "gap", last)
                .node("Flatten", "f", "gap")
                .weights("fc", 6000, channels)
                .node("Gemm", "y", List.of("f", "fc"), Map.of("transB", 1));
        Path file = Files.write(folder.resolve("large.onnx"), model.bytes());
        assertTrue(Files.size(file) > 100_000_000, "file has " + Files.size(file) + " bytes");
        WorkloadRequest request =
                new WorkloadRequest(1, List.of(), Optional.empty(), "none", Optional.of(folder.resolve("cache")));
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long processor = system.getProcessCpuTime();
        long start = System.nanoTime();
        Workload first = new OnnxImporter().load(file, request);
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        double busy = (system.getProcessCpuTime() - processor) / NANOS_PER_SECOND;
        start = System.nanoTime();
        Workload second = new OnnxImporter().load(file, request);
        double again = (System.nanoTime() - start) / NANOS_PER_SECOND;
        System.out.printf(
                "%d bytes, %d weights, %d MACs: imported in %.2f s (%.2f s of processor time), from the cache in %.2f s, heap of at most %d MiB%n",
                Files.size(file),
                first.network().parameters(),
                first.network().denseMacs(),
                seconds,
                busy,
                again,
                Runtime.getRuntime().maxMemory() >> 20);
        assertEquals(first.reference(), second.reference());
        // not the time on the wall, which is that of everything else on the machine too
        assertTrue(busy < 10, "imported in " + seconds + " s, with " + busy + " s of processor time");
    }
}
