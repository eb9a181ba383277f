package dev.isos.baselines.sparten;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.core.plan.SinglePolicy;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.testkit.AcceleratorContract;
import dev.isos.testkit.Bench;

class SparTenAcceleratorTest extends AcceleratorContract {
    @Override
    protected Dataflow dataflow() {
        return new SparTenDataflow();
    }

    @Override
    protected HardwareModel hardware() {
        return Bench.model(new SparTenFactory());
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
