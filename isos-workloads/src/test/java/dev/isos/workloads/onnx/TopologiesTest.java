package dev.isos.workloads.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import dev.isos.support.reference.ReferenceExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.opentest4j.MultipleFailuresError;

/**
 * The topologies that people bring import, run verified on ISOSceles and SparTen, and give ONNX Runtime's outputs: a few of
 * them, or all and a table with {@code -Disos.all=1}; {@code -Disos.topologies=vit_tiny,unet} names some.
 */
class TopologiesTest {
    /** What the 8-bit outputs must keep of the float ones. */
    private static final double LEAST_DB = 25;

    private static final List<String> QUICK =
            List.of("mobilenet_v3_small", "shufflenet_v2_x1_0", "unet", "transformer_layer", "mlp");
    private static final String CALIBRATION = System.getProperty(
            "isos.calibration", dev.isos.api.workload.WorkloadRequest.defaults().calibration());

    @Test
    void theyImportAndRunVerified() {
        Map<String, Supplier<TestModel>> all = Topologies.all();
        assertEquals(55, all.size());
        boolean every = System.getProperty("isos.all") != null;
        String named = System.getProperty("isos.topologies");
        List<String> names = named != null ? List.of(named.split(",")) : every ? List.copyOf(all.keySet()) : QUICK;
        Platform isos = IsosPlatform.load(Optional.empty());
        List<AssertionError> failures = new ArrayList<>();
        for (String name : names) {
            long start = System.nanoTime();
            try {
                String row = check(isos, all.get(name).get());
                System.out.printf("%-22s %s %6.1f s%n", name, row, (System.nanoTime() - start) / 1e9);
                if (row.contains("below")) {
                    failures.add(new AssertionError(name + ": " + row));
                }
            } catch (IsosException | AssertionError | IllegalArgumentException e) {
                System.out.printf("%-22s refused: %s%n", name, e.getMessage());
                failures.add(new AssertionError(name + ": " + e.getMessage(), e));
            }
        }
        System.out.printf("%d of %d pass%n", names.size() - failures.size(), names.size());
        int allowed = names.size() == all.size() ? 8 : 0;
        if (failures.size() > allowed) {
            throw new MultipleFailuresError(names.size() + " networks", failures);
        }
    }

    private static String check(Platform isos, TestModel model) {
        if (System.getProperty("isos.floatonly") != null) {
            return String.format("float %5.1f dB", new ImportedNetwork(model.bytes(), "").floatSqnr());
        }
        ImportedNetwork imported = new ImportedNetwork(model.bytes(), CALIBRATION);
        double exact = imported.floatSqnr();
        double db = imported.sqnr();
        Workload workload = imported.workload.withReference(ReferenceExecutor.execute(imported.workload));
        StringBuilder row = new StringBuilder();
        row.append(String.format(
                "%4d layers %9d MACs  float %5.1f dB  8 bits %5.1f dB%s",
                workload.network().size(), macs(workload), exact, db, db < LEAST_DB || exact < 80 ? " below" : ""));
        if (System.getProperty("isos.importonly") == null) {
            for (String machine : List.of("isosceles", "sparten")) {
                RunResult result = isos.run(
                        workload,
                        isos.accelerator(new AcceleratorRequest(
                                machine, Optional.empty(), List.of(), Optional.empty(), Optional.empty())),
                        RunOptions.defaults());
                assertTrue(result.verified(), machine);
                row.append(String.format("  %s %8d cycles", machine, result.cycles()));
            }
            isos.release(workload);
        }
        return row.toString();
    }

    private static long macs(Workload workload) {
        return workload.network().layers().stream()
                .mapToLong(l -> l.denseMacs())
                .sum();
    }
}
