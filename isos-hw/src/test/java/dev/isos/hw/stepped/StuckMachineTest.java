package dev.isos.hw.stepped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.TensorBuffer;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.core.dataflow.isos.IsOsDataflow;
import dev.isos.core.plan.BlockPolicy;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.core.simulate.Simulator;
import dev.isos.core.spec.HardwareSpecReader;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.hw.isosceles.IsoscelesFactory;
import dev.isos.testkit.WorkloadBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A plan that is not legal, since its queues are too small for its windows, ends with who waits for what. */
class StuckMachineTest {
    /** IS-OS, but queues hold a single fiber. */
    private static final class TooSmallQueues implements Dataflow {
        private final IsOsDataflow legal = new IsOsDataflow();

        @Override
        public MappingOutcome map(Workload workload, List<Integer> layers, Geometry geometry) {
            return legal.map(workload, layers, geometry) instanceof Segment segment
                    ? new Segment(
                            segment.layers(),
                            segment.mappings(),
                            segment.storage(),
                            segment.buffers().stream()
                                    .map(buffer -> new TensorBuffer(buffer.tensor(), 1))
                                    .toList())
                    : legal.map(workload, layers, geometry);
        }

        @Override
        public String id() {
            return legal.id();
        }

        @Override
        public String description() {
            return legal.description();
        }

        @Override
        public WorkSchema schema(Geometry geometry) {
            return legal.schema(geometry);
        }

        @Override
        public Set<String> requiredGeometry() {
            return legal.requiredGeometry();
        }

        @Override
        public boolean effectualOnly() {
            return legal.effectualOnly();
        }

        @Override
        public long weightBytes(Workload workload, Segment segment, Geometry geometry) {
            return legal.weightBytes(workload, segment, geometry);
        }

        @Override
        public void execute(ExecutionContext context) {
            legal.execute(context);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"oldest-wavefront", "static"})
    void bothMachinesSayWhoWaitsForWhat(String scheduling) {
        WorkloadBuilder builder = new WorkloadBuilder("two", 1, new FeatureMapShape(8, 6, 6), false, 0.9);
        int first = builder.convolution(Layer.NETWORK_INPUT, 8, 1, Window.square(1, 1, 0), 1);
        builder.convolution(first, 8, 1, Window.square(3, 1, 1), 1);
        Workload workload = builder.build();
        IsoscelesFactory factory = new IsoscelesFactory();
        String eventDriven = stuck(workload, factory, scheduling);
        String stepped = stuck(workload, new SteppedFactory(), scheduling);
        String sentence =
                " is stuck in cycle \\d+ of segment 0 with \\d+ work items left: layer \\w+, phase [\\w-]+, step"
                        + " \\d+, row \\d+ waits for \\d+ bytes in the queue of tensor -?\\d+ in lane \\d+, of which \\d+ of 1 are"
                        + " taken, first by layer \\w+, phase [\\w-]+, step \\d+, row \\d+";
        assertTrue(eventDriven.matches("isosceles" + sentence), eventDriven);
        assertTrue(stepped.matches("isosceles-stepped" + sentence), stepped);
        assertEquals(cause(eventDriven), cause(stepped), "both blame the same");
    }

    private static String cause(String sentence) {
        return sentence.substring(sentence.indexOf("work items left"));
    }

    private static String stuck(Workload workload, HardwareModelFactory factory, String scheduling) {
        ConfiguredAccelerator accelerator = new ConfiguredAccelerator(
                new Accelerator("test", "test", "is-os", factory.id(), "block"),
                new TooSmallQueues(),
                factory.create(new HardwareSpecReader(Map.of(factory.id(), factory))
                        .defaults(factory.id(), List.of("lanes=2", "scheduling=" + scheduling))),
                new BlockPolicy(),
                TableEnergyModel.builtIn().get(0));
        IsosException e = assertThrows(
                IsosException.class, () -> new Simulator(Map.of()).run(workload, accelerator, RunOptions.defaults()));
        assertEquals(ErrorCode.SIMULATION_FAILED, e.code(), e.getMessage());
        return e.getMessage();
    }
}
