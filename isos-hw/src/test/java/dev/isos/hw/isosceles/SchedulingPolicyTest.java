package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.core.dataflow.isos.IsOsDataflow;
import dev.isos.core.plan.BlockPolicy;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.core.simulate.Simulator;
import dev.isos.core.spec.HardwareSpecReader;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.hw.stepped.SteppedFactory;
import dev.isos.testkit.RandomWorkloads;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Contract of scheduling policies, the built-in ones and one that a plug-in would bring, in both machines. */
class SchedulingPolicyTest {
    /** The opposite of deepest first. */
    private static final SchedulingPolicy SHALLOWEST = new SchedulingPolicy() {
        @Override
        public String id() {
            return "shallowest-first";
        }

        @Override
        public long rank(int depth, int step, int row) {
            return ((long) depth << 48) | ((long) step << 20) | row;
        }
    };

    private static final IsoscelesFactory FACTORY = new IsoscelesFactory("mine", List.of(SHALLOWEST));

    @TestFactory
    Stream<DynamicTest> everyPolicyEndsWithTheReferencesOutputsInBothMachines() {
        return Stream.concat(Stream.of(Scheduling.values()).map(Scheduling::id), Stream.of("shallowest-first"))
                .flatMap(policy -> RandomWorkloads.corners().entrySet().stream()
                        .filter(corner -> List.of("chain", "residual", "inception", "depthwise").stream()
                                .anyMatch(corner.getKey()::contains))
                        .map(corner -> DynamicTest.dynamicTest(policy + ", " + corner.getKey(), () -> {
                            RunResult eventDriven = run(FACTORY, corner.getValue(), policy);
                            RunResult stepped =
                                    run(new SteppedFactory("mine-stepped", FACTORY), corner.getValue(), policy);
                            assertTrue(eventDriven.verified() && stepped.verified());
                            assertEquals(eventDriven.outputSha256(), stepped.outputSha256());
                            assertEquals(eventDriven.traffic(), stepped.traffic());
                            assertEquals(stepped.cycles(), eventDriven.cycles(), 0.05 * stepped.cycles() + 20);
                        })));
    }

    private static RunResult run(HardwareModelFactory factory, Workload workload, String policy) {
        HardwareModel model = factory.create(new HardwareSpecReader(Map.of(factory.id(), factory))
                .defaults(factory.id(), List.of("lanes=3", "scheduling=" + policy)));
        return new Simulator(Map.of())
                .run(
                        workload,
                        new ConfiguredAccelerator(
                                new Accelerator("test", "test", "is-os", factory.id(), "block"),
                                new IsOsDataflow(),
                                model,
                                new BlockPolicy(),
                                TableEnergyModel.builtIn().get(0)),
                        RunOptions.defaults());
    }

    @Test
    void policiesDiffer() {
        Workload workload = RandomWorkloads.corners().get("chain");
        long distinct = Stream.of("deepest-first", "oldest-wavefront", "round-robin", "shallowest-first")
                .map(policy -> run(FACTORY, workload, policy).cycles())
                .distinct()
                .count();
        assertTrue(distinct > 1, distinct + " different numbers of cycles");
    }

    @Test
    void withoutTimeMultiplexingEveryLayerIsASegment() {
        Workload workload = RandomWorkloads.corners().get("chain");
        HardwareModel one = HandMade.machine("contexts=1");
        RunResult result = new Simulator(Map.of())
                .run(
                        workload,
                        new ConfiguredAccelerator(
                                new Accelerator("test", "test", "is-os", "isosceles", "block"),
                                new IsOsDataflow(),
                                one,
                                new BlockPolicy(),
                                TableEnergyModel.builtIn().get(0)),
                        RunOptions.defaults());
        assertTrue(result.segments().size() > 1);
        result.segments().forEach(segment -> assertEquals(1, segment.layers().size(), segment.toString()));
    }

    @Test
    void aSecondPolicyOfAnIdIsRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> new IsoscelesFactory("mine", List.of(Scheduling.ROUND_ROBIN)));
    }
}
