package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.Fidelity;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.network.Window;
import dev.isos.api.result.RunResult;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import dev.isos.core.wavefront.mapping.OffChipFormat;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.testkit.RandomWorkloads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The options of {@code isosceles-next}, each alone, and the machine that has them all. */
class IsoscelesNextTest {
    private static final Platform ISOS = IsosPlatform.load(Optional.empty());

    private static RunResult run(Workload workload, String accelerator, Fidelity fidelity, String... overrides) {
        List<String> parameters = new ArrayList<>(List.of(overrides));
        parameters.add("poolings=counted");
        AcceleratorRequest request = new AcceleratorRequest(
                accelerator, Optional.empty(), parameters, Optional.empty(), fidelity, Optional.empty());
        return ISOS.run(workload, ISOS.accelerator(request), RunOptions.defaults());
    }

    /**
     * The datapath of the stepped machine moves the same bytes, does the same work and makes the reference's outputs. Each corner has
     * one option, the options take turns; the random cases of {@code isos validate} combine them.
     */
    @TestFactory
    Stream<DynamicTest> everyOptionAloneAgreesWithTheSteppedMachine() {
        List<String> options = List.of("activationFormat=shorter", "partialFormat=places", "streamElements=2");
        Map<String, Workload> corners = RandomWorkloads.corners();
        List<String> names = List.copyOf(corners.keySet());
        return IntStream.range(0, names.size()).mapToObj(n -> {
            String option = options.get(n % options.size());
            return DynamicTest.dynamicTest(option + " " + names.get(n), () -> {
                Workload workload = corners.get(names.get(n));
                RunResult stepped = run(workload, "isosceles", Fidelity.STEPPED, "lanes=5", option);
                RunResult event = run(workload, "isosceles", Fidelity.EVENT, "lanes=5", option);
                ISOS.release(workload);
                assertTrue(stepped.verified());
                assertEquals(event.traffic(), stepped.traffic());
                assertEquals(event.components(), stepped.components());
                assertEquals(event.cycles(), stepped.cycles(), Math.max(30, 0.02 * stepped.cycles()));
            });
        });
    }

    /** 100 fibers of 16 channels, all non-zero: 18 bytes with a mask, 32 with coordinates. */
    @Test
    void aMaskTakesABitForEachChannel() {
        OffChipFormat published = new OffChipFormat(0);
        OffChipFormat shorter = new OffChipFormat(8);
        assertEquals(32, published.bytes(16, 16));
        assertEquals(18, shorter.bytes(16, 16));
        assertEquals(2, shorter.bytes(1, 16));
        assertEquals(4, shorter.bytes(2, 16));
        assertEquals(5, shorter.bytes(3, 16));
        assertEquals(0, shorter.bytes(0, 16));
        assertEquals(1 + 1, shorter.bytes(1, 1));
        WorkloadBuilder b = new WorkloadBuilder("dense", 3, new FeatureMapShape(16, 10, 10), false, 1);
        b.convolution(-1, 16, 1, Window.square(1, 1, 0), 1);
        Workload workload = b.build();
        long coordinates = run(workload, "isosceles", Fidelity.EVENT).traffic().inputs();
        long masks = run(workload, "isosceles", Fidelity.EVENT, "activationFormat=shorter")
                .traffic()
                .inputs();
        ISOS.release(workload);
        int[] nonZeros = new int[100];
        for (int fiber = 0; fiber < 100; fiber++) {
            nonZeros[fiber] = workload.input(-1).nonZeros(16 * fiber, 16 * fiber + 16);
        }
        assertEquals(2L * Arrays.stream(nonZeros).sum(), coordinates);
        assertEquals(Arrays.stream(nonZeros).map(n -> Math.min(2 * n, n + 2)).sum(), masks);
        assertTrue(masks < coordinates);
    }

    /** 64 lanes with one processing element for the single weight of each activation: a stream of one element is the bottleneck. */
    @Test
    void twoElementsPerStreamHalveTheTimeOfAStreamThatIsTheBottleneck() {
        WorkloadBuilder b = new WorkloadBuilder("thin", 3, new FeatureMapShape(256, 4, 64), false, 1);
        b.convolution(-1, 4, 1, Window.square(1, 1, 0), 1);
        Workload workload = b.build();
        String[] fast = {"lanes=4", "dram.bandwidth=100000 GB/s", "dram.latency=0 ns", "mergers=4096"};
        String[] two =
                Stream.concat(Stream.of(fast), Stream.of("streamElements=2")).toArray(String[]::new);
        for (Fidelity fidelity : List.of(Fidelity.EVENT, Fidelity.STEPPED, Fidelity.ANALYTICAL)) {
            double one = run(workload, "isosceles", fidelity, fast).cycles();
            double half = run(workload, "isosceles", fidelity, two).cycles();
            assertEquals(2, one / half, 0.05, fidelity.toString());
        }
        ISOS.release(workload);
    }

    /**
     * Seven kernel rows reach all of 448 output channels, 64 in each lane: each of 40 columns reads 448 places of a lane, 32 per cycle,
     * whereas the post-op units need 4 cycles for its outputs and the mergers work on two columns only, for the partial results of two activations.
     */
    @Test
    void everyPlaceIsReadThoughFewHoldAnything() {
        WorkloadBuilder b = new WorkloadBuilder("tall", 3, new FeatureMapShape(1, 7, 40), false, 0.004);
        b.convolution(-1, 448, 1, new Window(7, 1, 1, 1, 0, 0, 0, 0, 1, 1), 1);
        Workload workload = b.build();
        assertEquals(2, workload.input(-1).nonZeros(0, 7 * 40));
        String[] coordinates = {"lanes=7", "contextArray=64 KiB", "dram.bandwidth=100000 GB/s", "dram.latency=0 ns"};
        String[] places = Stream.concat(Stream.of(coordinates), Stream.of("partialFormat=places"))
                .toArray(String[]::new);
        for (Fidelity fidelity : List.of(Fidelity.EVENT, Fidelity.STEPPED, Fidelity.ANALYTICAL)) {
            assertEquals(
                    40 * 4, run(workload, "isosceles", fidelity, coordinates).cycles(), 20, fidelity.toString());
            assertEquals(40 * 14, run(workload, "isosceles", fidelity, places).cycles(), 20, fidelity.toString());
        }
        ISOS.release(workload);
    }

    @Test
    void areaAndBandwidthAreThoseOfThePublishedMachineWithinTwoPercent() {
        HardwareModel published = ISOS.accelerator(request("isosceles")).hardware();
        HardwareModel next = ISOS.accelerator(request("isosceles-next")).hardware();
        double area = area(published);
        assertEquals(area, area(next), 0.02 * area);
        assertEquals(published.offChipBytesPerCycle(), next.offChipBytesPerCycle());
        assertTrue(next.peakMacsPerCycle() <= published.peakMacsPerCycle());
    }

    private static AcceleratorRequest request(String id) {
        return new AcceleratorRequest(
                id, Optional.empty(), List.of(), Optional.empty(), Fidelity.EVENT, Optional.empty());
    }

    private static double area(HardwareModel model) {
        return TableEnergyModel.builtIn().stream()
                .filter(table -> table.id().equals(model.spec().text("energyTable")))
                .findFirst()
                .orElseThrow()
                .estimate(model.components(), List.of())
                .areaMm2();
    }

    /** Every option pays for what it needs. */
    @Test
    void everyOptionTakesArea() {
        double published = area(HandMade.machine());
        for (String option :
                List.of("activationFormat=shorter", "partialFormat=places", "streamElements=2", "queues=9 KiB")) {
            assertTrue(area(HandMade.machine(option)) > published, option);
        }
        // half as many contexts of two elements each need as many fetchers
        assertEquals(published, area(HandMade.machine("streamElements=2", "contexts=8")), 1e-9);
    }

    @Test
    void oneConfigurationForWhateverRuns() throws Exception {
        assertEquals(
                List.of("isosceles-next"),
                ISOS.accelerators().keySet().stream()
                        .filter(id -> id.startsWith("isosceles-next"))
                        .toList());
        String text = Files.readString(
                        Path.of("src", "main", "java", "dev", "isos", "hw", "isosceles", "IsoscelesNext.java"))
                .toLowerCase(Locale.ROOT);
        for (String name : List.of("resnet", "mobilenet", "vgg", "googlenet", "inception")) {
            assertFalse(text.contains(name), name);
        }
        Map<String, String> changes = IsoscelesNext.CHANGES;
        HardwareModel model = ISOS.accelerator(request("isosceles-next")).hardware();
        assertEquals(Long.parseLong(changes.get("lanes")), model.geometry().get("lanes"));
    }
}
