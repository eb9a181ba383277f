package dev.isos.core.simulate;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.tensor.FeatureMapShape;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each law of a machine's report, broken once. */
class ResultChecksTest {
    private static final long BYTES = 1000;
    private static final long MACS = 500;

    /** 10 bytes and 4 MACs per cycle. */
    private static final HardwareModel HARDWARE = (HardwareModel) Proxy.newProxyInstance(
            ResultChecksTest.class.getClassLoader(),
            new Class<?>[] {HardwareModel.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "offChipCycles" -> (long) arguments[0] / 10;
                case "peakMacsPerCycle" -> 4L;
                default -> throw new UnsupportedOperationException(method.getName());
            });

    private static void check(long cycles, long bytes, SegmentTiming... segments) {
        MachineReport report = new MachineReport(cycles, List.of(segments), List.of(), bytes, Map.of());
        new ResultChecks("w on a").machine(report, HARDWARE, BYTES, MACS, 2);
    }

    private static void broken(String what, long cycles, long bytes, SegmentTiming... segments) {
        IsosException e = assertThrows(IsosException.class, () -> check(cycles, bytes, segments));
        assertEquals(ErrorCode.SIMULATION_FAILED, e.code());
        assertTrue(e.getMessage().startsWith("w on a ") && e.getMessage().contains(what), e.getMessage());
    }

    private static SegmentTiming segment(long cycles, long computeBusy, long memoryBusy) {
        return new SegmentTiming(cycles, computeBusy, memoryBusy);
    }

    @Test
    void aLawfulReportPasses() {
        assertDoesNotThrow(() -> check(150, BYTES, segment(100, 100, 60), segment(50, 0, 40)));
    }

    @Test
    void everyLawCanBeBroken() {
        SegmentTiming first = segment(100, 100, 60);
        SegmentTiming second = segment(50, 0, 40);
        broken("asked for were 1000", 150, BYTES - 1, first, second);
        broken("fewer than its 1000 off-chip bytes need", 99, BYTES, segment(50, 1, 1), segment(49, 1, 1));
        broken("not 2", 150, BYTES, segment(150, 1, 1));
        broken("segments add up to 151", 150, BYTES, segment(101, 1, 1), second);
        broken("busy for longer than the run", 150, BYTES, segment(100, 151, 60), second);
        broken("busy for longer than the run", 150, BYTES, segment(100, 100, 151), second);
        broken("negative length", 150, BYTES, segment(151, 1, 1), segment(-1, 0, 0));
    }

    @Test
    void noLayerWorksOutsideOfTheRun() {
        for (LayerTiming wrong :
                List.of(new LayerTiming(0, 100, 151), new LayerTiming(0, 151, 1), new LayerTiming(9, 8, 1))) {
            MachineReport report = new MachineReport(
                    150,
                    List.of(segment(100, 100, 60), segment(50, 0, 40)),
                    List.of(new LayerTiming(0, 150, 150), wrong),
                    BYTES,
                    Map.of());
            assertThrows(
                    IsosException.class,
                    () -> new ResultChecks("w on a").machine(report, HARDWARE, BYTES, MACS, 2),
                    wrong.toString());
        }
    }

    @Test
    void noSegmentKeepsMoreThanThereIs() {
        ResultChecks checks = new ResultChecks("w on a");
        assertDoesNotThrow(() -> checks.storage(List.of(segment(64))));
        IsosException e = assertThrows(IsosException.class, () -> checks.storage(List.of(segment(64), segment(65))));
        assertEquals("w on a keeps 65 bytes in segment 2 in the queues, which has 64", e.getMessage());
    }

    private static Segment segment(long demandBytes) {
        return new Segment(
                List.of(0),
                List.of(new LayerMapping(0, Map.of())),
                List.of(new StorageDemand("queues", demandBytes, 64, 1)),
                List.of());
    }

    @Test
    void productsAreTheEffectualOnesOrMoreWhereTheyAreRecomputed() {
        Layer layer = new Layer(
                0,
                "conv",
                new Convolution(1, 1, Window.square(1, 1, 0)),
                List.of(Layer.NETWORK_INPUT),
                Layer.NONE,
                new FeatureMapShape(1, 4, 4),
                new FeatureMapShape(1, 4, 4));
        long effectual = 7;
        ResultChecks checks = new ResultChecks("w on a");
        assertDoesNotThrow(() -> checks.products(true, layer, 7, effectual));
        assertDoesNotThrow(() -> checks.products(false, layer, 7, effectual));
        assertDoesNotThrow(() -> checks.products(false, layer, 8, effectual));
        for (long[] wrong : new long[][] {{1, 6}, {1, 8}, {0, 6}}) {
            IsosException e =
                    assertThrows(IsosException.class, () -> checks.products(wrong[0] == 1, layer, wrong[1], effectual));
            assertEquals("w on a performed " + wrong[1] + " MACs in layer conv, effectual are 7", e.getMessage());
        }
    }

    @Test
    void noRunIsFasterThanItsMacs() {
        MachineReport report =
                new MachineReport(120, List.of(segment(100, 1, 1), segment(20, 1, 1)), List.of(), BYTES, Map.of());
        IsosException e = assertThrows(
                IsosException.class, () -> new ResultChecks("w on a").machine(report, HARDWARE, BYTES, 484, 2));
        assertTrue(e.getMessage().contains("fewer than its 484 MACs need"), e.getMessage());
    }
}
