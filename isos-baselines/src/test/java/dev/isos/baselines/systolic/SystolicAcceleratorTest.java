package dev.isos.baselines.systolic;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.core.plan.SinglePolicy;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.testkit.AcceleratorContract;
import dev.isos.testkit.Bench;

class SystolicAcceleratorTest extends AcceleratorContract {
    @Override
    protected Dataflow dataflow() {
        return new SystolicDataflow(Stationarity.OUTPUT);
    }

    @Override
    protected HardwareModel hardware() {
        return Bench.model(new SystolicFactory());
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
