package dev.isos.baselines.scnn;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.testkit.AcceleratorContract;
import dev.isos.testkit.Bench;

class ScnnAcceleratorTest extends AcceleratorContract {
    @Override
    protected Dataflow dataflow() {
        return new ScnnDataflow();
    }

    @Override
    protected HardwareModel hardware() {
        return Bench.model(new ScnnFactory());
    }

    @Override
    protected MappingPolicy mappingPolicy() {
        return new ScnnPolicy();
    }

    @Override
    protected EnergyModel energyModel() {
        return TableEnergyModel.builtIn().get(0);
    }
}
