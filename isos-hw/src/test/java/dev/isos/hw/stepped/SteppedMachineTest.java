package dev.isos.hw.stepped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.core.Isos;
import dev.isos.core.IsosPlatform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import dev.isos.core.validate.Validation;
import dev.isos.core.validate.ValidationCase;
import dev.isos.core.validate.ValidationResult;
import dev.isos.testkit.RandomWorkloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/** The whole machine, through the platform: its datapath's outputs are compared with the reference in every run. */
class SteppedMachineTest {
    private static final Isos ISOS = IsosPlatform.load(Optional.empty());

    private static RunResult run(Workload workload, String accelerator, String... overrides) {
        AcceleratorRequest request = new AcceleratorRequest(
                accelerator, Optional.empty(), List.of(overrides), Optional.empty(), Optional.empty());
        return ISOS.run(workload, ISOS.accelerator(request), RunOptions.defaults());
    }

    /** Far inside the bounds of the validation: what remains is the start of long items, which is not gone through. */
    private static double tolerance(long cycles) {
        return Math.max(5, 0.01 * cycles);
    }

    @TestFactory
    Stream<DynamicTest> cornersGiveTheReferencesOutputs() {
        return RandomWorkloads.corners().entrySet().stream()
                .map(corner -> DynamicTest.dynamicTest(corner.getKey(), () -> {
                    RunResult stepped = run(corner.getValue(), "isosceles-stepped", "lanes=5");
                    RunResult eventDriven = run(corner.getValue(), "isosceles", "lanes=5");
                    ISOS.release(corner.getValue());
                    assertTrue(stepped.verified());
                    assertEquals(eventDriven.outputSha256(), stepped.outputSha256());
                    assertEquals(eventDriven.traffic(), stepped.traffic());
                    assertEquals(eventDriven.macs(), stepped.macs());
                    assertEquals(eventDriven.cycles(), stepped.cycles(), tolerance(stepped.cycles()));
                }));
    }

    @Test
    void randomCasesAgree(TestReporter reporter) {
        long seed = Long.getLong("isos.seed", 20261123);
        reporter.publishEntry("seed", Long.toString(seed));
        List<Integer> progress = new ArrayList<>();
        ValidationResult result = new Validation(ISOS).run(60, seed, progress::add);
        assertEquals(60, progress.size());
        assertTrue(
                result.cases().stream().allMatch(c -> c.outputsEqual()),
                () -> result.broken().toString());
        assertTrue(!result.large().isEmpty() && !result.small().isEmpty(), "cases of both sizes");
        assertTrue(result.passed(), () -> result.broken().toString());
        for (ValidationCase c : result.cases()) {
            assertEquals(c.referenceCycles(), c.subjectCycles(), tolerance(c.referenceCycles()), c::toString);
        }
        Map<String, Long> kinds = result.cases().stream()
                .flatMap(c ->
                        c.layers().stream().map(layer -> layer.split(" ")[0]).distinct())
                .collect(Collectors.groupingBy(kind -> kind, TreeMap::new, Collectors.counting()));
        reporter.publishEntry("kinds", kinds.toString());
        // every kind has a corner case above; here each is drawn with others before and behind it
        assertTrue(kinds.size() >= 5 && kinds.containsKey("convolution"), kinds::toString);
        assertEquals(
                result.cases().subList(0, 3),
                new Validation(ISOS).run(3, seed, n -> {}).cases());
    }

    @Test
    void fewerResourcesCostCycles() {
        Workload workload = RandomWorkloads.corners().get("chain");
        long base = run(workload, "isosceles-stepped", "lanes=4").cycles();
        for (String less : List.of(
                "lanes=1",
                "slotsPerLane=1",
                "mergeWidth=1",
                "postOpWidth=1",
                "dram.bandwidth=1 GB/s",
                "dram.latency=2000 ns",
                "accumulatorBanks=1")) {
            long cycles = run(workload, "isosceles-stepped", "lanes=4", less).cycles();
            assertTrue(cycles > base, less + ": " + cycles + " against " + base);
        }
        ISOS.release(workload);
    }
}
