package dev.isos.baselines.structured;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.core.plan.SinglePolicy;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.testkit.AcceleratorContract;
import dev.isos.testkit.Bench;
import dev.isos.testkit.DataflowContract;
import dev.isos.testkit.HardwareModelContract;
import dev.isos.testkit.RandomWorkloads;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StructuredTest {
    /** Small enough that layers need several blocks and folds, and read inputs and filters again. */
    private static final HardwareModel SMALL =
            Bench.model(StructuredMachine.KIND, "filters=3", "positions=5", "inputBuffer=100 B", "filterBuffer=100 B");

    @Nested
    class TheDataflow extends DataflowContract {
        @Override
        protected Dataflow dataflow() {
            return new StructuredDataflow();
        }

        @Override
        protected Geometry geometry() {
            return SMALL.geometry();
        }
    }

    @Nested
    class TheMachine extends HardwareModelContract {
        @Override
        protected HardwareModel model() {
            return SMALL;
        }

        @Override
        protected List<Scenario> scenarios() {
            return List.of("dense", "residual", "concatenation", "chain", "pooling").stream()
                    .map(c -> Bench.run(RandomWorkloads.corners().get(c), new StructuredDataflow(), SMALL)
                            .scenario(c))
                    .toList();
        }
    }

    @Nested
    class TheAccelerator extends AcceleratorContract {
        @Override
        protected Dataflow dataflow() {
            return new StructuredDataflow();
        }

        @Override
        protected HardwareModel hardware() {
            return Bench.model(StructuredMachine.KIND);
        }

        @Override
        protected MappingPolicy mappingPolicy() {
            return new SinglePolicy();
        }

        @Override
        protected EnergyModel energyModel() {
            return TableEnergyModel.builtIn().get(0);
        }
    }

    /**
     * Six channels are two cells. The first filter has 2 and 1 weights there, the second 3 and 0, the third 0 and 2: the first alone, and
     * with the third, take 2 steps, 2 cells of 2 weights of 10 bits; with the second three steps, of which those of the first cell have 4
     * weights of 8 bits.
     */
    @Test
    void threeOfFourWeightsTakeASecondStep() {
        byte[] weights = {
            1, 0, 0, 1, 1, 0, //
            1, 1, 1, 0, 0, 0, //
            0, 0, 0, 0, 1, 1
        };
        FilterBlocks blocks = new FilterBlocks(FilterTensor.fromDense(new FilterShape(3, 6, 1, 1, 1), weights), 4, 2);
        assertEquals(new FilterBlocks.Block(2, 5, 3, 6), blocks.block(0, 1));
        assertEquals(new FilterBlocks.Block(3, (2 * (32 + 20) + 7) / 8, 6, 6), blocks.block(0, 2));
        assertEquals(new FilterBlocks.Block(2, 5, 2, 6), blocks.block(2, 3));
    }
}
