package dev.isos.hw.stepped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.result.RunResult;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import dev.isos.core.validate.Validation;
import dev.isos.core.validate.ValidationResult;
import dev.isos.testkit.RandomWorkloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole machine, through the platform: its datapath's outputs are compared with the reference in every run. */
class SteppedMachineTest {
    private static final Platform ISOS = IsosPlatform.load(Optional.empty());

    private static RunResult run(Workload workload, Fidelity fidelity, String... overrides) {
        List<String> parameters = new ArrayList<>(List.of(overrides));
        if (parameters.stream().noneMatch(p -> p.startsWith("poolings="))) {
            parameters.add("poolings=counted");
        }
        AcceleratorRequest request = new AcceleratorRequest(
                "isosceles", Optional.empty(), parameters, Optional.empty(), fidelity, Optional.empty());
        return ISOS.run(workload, ISOS.accelerator(request), RunOptions.defaults());
    }

    @TestFactory
    Stream<DynamicTest> cornersGiveTheReferencesOutputs() {
        return Stream.of(RandomWorkloads.corners(), RandomWorkloads.wholeOperands())
                .flatMap(workloads -> workloads.entrySet().stream())
                .map(corner -> DynamicTest.dynamicTest(corner.getKey(), () -> {
                    RunResult stepped = run(corner.getValue(), Fidelity.STEPPED, "lanes=5");
                    RunResult event = run(corner.getValue(), Fidelity.EVENT, "lanes=5");
                    ISOS.release(corner.getValue());
                    assertTrue(stepped.verified());
                    assertEquals(event.outputSha256(), stepped.outputSha256());
                    assertEquals(event.traffic(), stepped.traffic());
                    assertEquals(event.components(), stepped.components());
                    assertEquals(event.cycles(), stepped.cycles(), Math.max(30, 0.02 * stepped.cycles()));
                }));
    }

    /** Some items wait for the one post-op unit, and what it needs first takes the mergers more than a cycle. */
    @Test
    void postOpUnitsDoNotWaitForTheMergersOfTheirItem() {
        WorkloadBuilder builder = new WorkloadBuilder("post-ops", 3, new FeatureMapShape(12, 20, 20), false, 0.6);
        builder.localResponseNormalisation(Layer.NETWORK_INPUT, 5);
        Workload workload = builder.build();
        String[] narrow = {"lanes=6", "mergers=2", "postOpUnits=1"};
        RunResult stepped = run(workload, Fidelity.STEPPED, narrow);
        RunResult event = run(workload, Fidelity.EVENT, narrow);
        assertEquals(event.cycles(), stepped.cycles(), 0.01 * event.cycles());
        assertTrue(event.cycles() > 1400, event.cycles() + " cycles");
    }

    @Test
    void randomCasesAgree(TestReporter reporter) {
        long seed = Long.getLong("isos.seed", 20261126);
        reporter.publishEntry("seed", Long.toString(seed));
        Validation validation = new Validation(ISOS);
        assertEquals(List.of("isosceles", "isosceles-next"), validation.subjects());
        List<Integer> progress = new ArrayList<>();
        ValidationResult result = validation.run("isosceles", 120, seed, progress::add);
        assertEquals(120, progress.size());
        assertTrue(result.passed(), () -> result.broken().toString());
        assertTrue(!result.large().isEmpty() && !result.small().isEmpty(), "cases of both sizes");
        reporter.publishEntry("kinds", result.kinds().toString());
        assertEquals(
                Set.of("kTiles", "outputLanes", "pipeline", "rowLanes", "rowTiles", "streamSteps"),
                result.kinds().keySet());
        assertEquals(
                result.cases().subList(0, 3),
                validation.run("isosceles", 3, seed, n -> {}).cases());
    }

    /** Convolutions of 3x3 and 1x1 with a skip connection. */
    private static Workload block() {
        WorkloadBuilder b = new WorkloadBuilder("block", 3, new FeatureMapShape(8, 12, 12), false, 0.8);
        int at = b.convolution(-1, 16, 1, Window.square(3, 1, 1), 0.5);
        int inner = b.convolution(at, 16, 1, Window.square(3, 1, 1), 0.5);
        b.convolution(inner, at, 16, 1, Window.square(1, 1, 0), 0.5, true);
        return b.build();
    }

    @Test
    void fewerResourcesCostCycles() {
        Workload workload = block();
        long base = run(workload, Fidelity.STEPPED, "lanes=12").cycles();
        for (String less : List.of(
                "lanes=1",
                "processingElements=1",
                "vectorWidth=1",
                "mergers=1",
                "postOpUnits=1",
                "dram.bandwidth=1 GB/s",
                "dram.latency=2000 ns",
                "scheduling=static")) {
            String[] changed = less.startsWith("lanes=") ? new String[] {less} : new String[] {"lanes=12", less};
            long cycles = run(workload, Fidelity.STEPPED, changed).cycles();
            assertTrue(cycles > base, less + ": " + cycles + " against " + base);
        }
        ISOS.release(workload);
    }

    /** Several images: the stepped machine computes each of them, and weights that stay are moved and written once. */
    @TestFactory
    Stream<DynamicTest> batchesAgree() {
        return RandomWorkloads.corners().entrySet().stream()
                .map(corner -> DynamicTest.dynamicTest(corner.getKey(), () -> {
                    RunResult stepped = run(corner.getValue(), Fidelity.STEPPED, "lanes=5", "batch=3");
                    RunResult event = run(corner.getValue(), Fidelity.EVENT, "lanes=5", "batch=3");
                    ISOS.release(corner.getValue());
                    assertTrue(stepped.verified());
                    assertEquals(event.traffic(), stepped.traffic());
                    assertEquals(event.components(), stepped.components());
                    assertEquals(event.cycles(), stepped.cycles(), Math.max(30, 0.02 * stepped.cycles()));
                }));
    }

    /** The inputs of the second image would take the queues from the first one, so that two took longer than twice one. */
    @ParameterizedTest
    @EnumSource(names = {"EVENT", "STEPPED"})
    void anImageLoadedAheadSavesTime(Fidelity fidelity) {
        WorkloadBuilder b = new WorkloadBuilder("images", 1, new FeatureMapShape(38, 18, 18), false, 0.2);
        int at = b.convolution(Layer.NETWORK_INPUT, 36, 1, Window.square(1, 2, 0), 0.2);
        b.convolution(at, 49, 1, Window.square(3, 1, 1), 0.5);
        Workload workload = b.build();
        List<Long> cycles = Stream.of("batch=1", "batch=2")
                .map(batch -> run(
                                workload,
                                fidelity,
                                batch,
                                "lanes=3",
                                "queues=640 B",
                                "mergers=4",
                                "processingElements=16",
                                "vectorWidth=4",
                                "dram.bandwidth=32 GB/s",
                                "dram.burst=1 KiB")
                        .cycles())
                .toList();
        ISOS.release(workload);
        assertTrue(cycles.get(1) < 1.85 * cycles.get(0), cycles + " cycles for one image and for two");
    }

    @Test
    void weightsOfABatchAreLoadedOnceWhereTheyFit() {
        Workload workload = block();
        RunResult one = run(workload, Fidelity.EVENT, "lanes=12");
        RunResult four = run(workload, Fidelity.EVENT, "lanes=12", "batch=4");
        assertEquals(4, four.batch());
        assertEquals(one.traffic().weights(), four.traffic().weights());
        assertEquals(4 * one.macs().dense(), four.macs().dense());
        assertTrue(four.traffic().inputs() > 3 * one.traffic().inputs());
        assertTrue(four.secondsPerImage() < one.secondsPerImage());
        assertEquals(one.outputSha256(), four.outputSha256());
        // of the last layer alone they fit
        RunResult tiled = run(workload, Fidelity.EVENT, "lanes=12", "filterBuffer=1 KiB");
        RunResult again = run(workload, Fidelity.EVENT, "lanes=12", "filterBuffer=1 KiB", "batch=4");
        long last = tiled.layers().get(2).traffic().weights();
        assertEquals(
                4 * (tiled.traffic().weights() - last) + last, again.traffic().weights());
        ISOS.release(workload);
    }

    @Test
    void aLayerThatIsLeftOutCannotBeStepped() {
        WorkloadBuilder b = new WorkloadBuilder("pooled", 5, new FeatureMapShape(3, 8, 8), true, 1);
        int at = b.convolution(-1, 4, 1, Window.square(3, 1, 1), 0.5);
        b.pooling(at, PoolingKind.MAX, Window.square(2, 2, 0), false);
        IsosException e =
                assertThrows(IsosException.class, () -> run(b.build(), Fidelity.STEPPED, "poolings=left-out"));
        assertEquals(ErrorCode.INFEASIBLE, e.code());
        assertTrue(
                e.getMessage().endsWith("is left out of the plan; ask for it with poolings=counted"), e.getMessage());
    }
}
