package dev.isos.hw.isosceles;

import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.testkit.HardwareModelContract;
import java.util.List;
import org.junit.jupiter.api.Nested;

class IsoscelesContractTest extends HardwareModelContract {
    private static final HardwareModel MACHINE = HandMade.machine();

    @Override
    protected HardwareModel model() {
        return MACHINE;
    }

    @Override
    protected List<Scenario> scenarios() {
        return List.of(
                scenario("balanced", RandomStreams.pipeline(1, 1, 1)),
                scenario("memory-bound", RandomStreams.pipeline(2, 40, 1)),
                scenario("compute-bound", RandomStreams.pipeline(3, 1, 40)));
    }

    private static Scenario scenario(String name, HandMade stream) {
        return new Scenario(name, stream.request(SimulationListener.NONE), IsOsSchema.SCHEMA, stream::feed);
    }

    /** The same with places for partial results. */
    @Nested
    class WithPlaces extends HardwareModelContract {
        private final HardwareModel machine = HandMade.machine("partialFormat=places");

        @Override
        protected HardwareModel model() {
            return machine;
        }

        @Override
        protected List<Scenario> scenarios() {
            HandMade stream = RandomStreams.pipeline(4, 1, 1).withPlaces();
            return List.of(new Scenario(
                    "places", stream.request(SimulationListener.NONE), IsOsSchema.WITH_PLACES, stream::feed));
        }
    }
}
