package dev.isos.hw.isosceles;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.core.plan.GreedyPolicy;
import dev.isos.core.wavefront.IsOsDataflow;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.testkit.AcceleratorContract;

class IsoscelesAcceleratorTest extends AcceleratorContract {
    @Override
    protected Dataflow dataflow() {
        return new IsOsDataflow();
    }

    @Override
    protected HardwareModel hardware() {
        return HandMade.machine();
    }

    @Override
    protected MappingPolicy mappingPolicy() {
        return GreedyPolicy.block();
    }

    @Override
    protected EnergyModel energyModel() {
        return TableEnergyModel.builtIn().get(0);
    }
}
