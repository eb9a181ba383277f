package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.unit.Quantity;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every parameter of every hardware at both ends of its range, alone and, with {@code -Disos.all}, in pairs: a result or one
 * sentence, in ten seconds of processor time.
 */
final class HardwareExtremesTest {
    private static final List<String> ACCELERATORS = List.of(
            "isosceles", "sparten-ideal", "scnn", "fused-layer-ideal", "systolic-os", "systolic-is", "structured");

    @TempDir
    private Path folder;

    @Test
    void everyValueInItsRangeRunsOrIsRefused() throws IOException {
        Platform isos = IsosPlatform.load(Optional.empty());
        String network = Files.writeString(folder.resolve("net.yaml"), """
                        input: {shape: [3, 12, 12], density: 0.8}
                        layers:
                          - {name: a, op: convolution, filters: 8, kernel: 3, pad: 1, weightDensity: 0.4}
                          - {name: b, op: convolution, filters: 8, kernel: 3, stride: 2, weightDensity: 0.4}
                          - {name: c, op: fully-connected, filters: 10}
                        """).toString();
        String stored = folder.resolve("net.isos").toString();
        assertEquals(0, Invocation.of(isos, "import", network, "-o", stored).exitCode());
        List<String> finds = new ArrayList<>();
        for (String accelerator : ACCELERATORS) {
            List<String> ends = ends(isos.hardware()
                    .get(isos.accelerators().get(accelerator).hardware())
                    .parameters());
            for (int i = 0; i < ends.size(); i++) {
                check(isos, stored, accelerator + ":" + ends.get(i), finds);
                for (int j = i + 1; j < ends.size() && System.getProperty("isos.all") != null; j++) {
                    if (!ends.get(i).split("=")[0].equals(ends.get(j).split("=")[0])) {
                        check(isos, stored, accelerator + ":" + ends.get(i) + ":" + ends.get(j), finds);
                    }
                }
            }
        }
        assertEquals(List.of(), finds, String.join("\n", finds));
    }

    private static List<String> ends(List<HardwareParameter> parameters) {
        List<String> ends = new ArrayList<>();
        for (HardwareParameter parameter : parameters) {
            if (parameter.quantity() != Quantity.TEXT) {
                ends.add(parameter.key() + "=" + written(parameter.quantity(), parameter.minimum()));
                ends.add(parameter.key() + "=" + written(parameter.quantity(), parameter.maximum()));
            } else {
                parameter.choices().forEach(choice -> ends.add(parameter.key() + "=" + choice));
            }
        }
        return ends;
    }

    private static String written(Quantity quantity, double value) {
        String number = new BigDecimal(value).toPlainString();
        return switch (quantity) {
            case BYTES -> number + " B";
            case BYTES_PER_SECOND -> number + " B/s";
            case HERTZ -> number + " Hz";
            case SECONDS -> new BigDecimal(Math.rint(value * 1e9)).toPlainString() + " ns";
            default -> number;
        };
    }

    private static void check(Platform isos, String network, String accelerator, List<String> finds) {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long begin = system.getProcessCpuTime();
        Invocation result = Invocation.of(
                isos, "run", "-w", network, "-a", accelerator, "--no-cache", "--threads", "1", "-q", "--format", "csv");
        double seconds = (system.getProcessCpuTime() - begin) / 1e9;
        boolean one = result.exitCode() == 0
                || result.exitCode() == 2 && result.errLines().size() == 1;
        if (!one || seconds > 10) {
            finds.add(accelerator + ": exit code " + result.exitCode() + " after " + seconds + " s: " + result.err());
        }
    }

    @Test
    void tablesOfAMachineAreComputedBeforeTheyAreAllocated() throws IOException {
        String network = Files.writeString(
                        folder.resolve("net.yaml"),
                        "input: {shape: [1, 4, 4]}\nlayers:\n  - {name: a, op: convolution, filters: 2, kernel: 3}\n")
                .toString();
        Invocation result = Invocation.of(
                IsosPlatform.load(Optional.empty()),
                "run",
                "-w",
                network,
                "-a",
                "scnn:banks=16384:bankEntries=65536",
                "-q");
        assertEquals(2, result.exitCode());
        assertTrue(
                result.err().contains("'banks' of 'bankEntries'")
                        && result.err().contains("16,384 MiB"),
                result.err());
    }
}
