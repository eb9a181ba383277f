package dev.isos.core.simulate;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.plan.MappingPolicy;

/** An accelerator with everything that it names resolved, configured and found to work together. */
public record ConfiguredAccelerator(
        Accelerator accelerator,
        Dataflow dataflow,
        HardwareModel hardware,
        MappingPolicy mapping,
        EnergyModel energy) {}
