package dev.isos.baselines.fusedlayer;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.testkit.AcceleratorContract;
import dev.isos.testkit.Bench;

class FusedLayerAcceleratorTest extends AcceleratorContract {
    @Override
    protected Dataflow dataflow() {
        return new FusedLayerDataflow();
    }

    @Override
    protected HardwareModel hardware() {
        return Bench.model(new FusedLayerFactory());
    }

    @Override
    protected MappingPolicy mappingPolicy() {
        return new FusedLayerPolicy();
    }

    @Override
    protected EnergyModel energyModel() {
        return TableEnergyModel.builtIn().get(0);
    }
}
