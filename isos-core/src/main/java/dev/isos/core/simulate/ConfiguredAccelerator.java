package dev.isos.core.simulate;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.plan.MappingPolicy;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * An accelerator with everything that it names resolved, configured and found to work together.
 *
 * @param name tells configurations of one accelerator apart; that of {@link AcceleratorRequest#name()}
 * @param changes hardware parameters whose values are not the defaults, as a hardware file would have them
 */
public record ConfiguredAccelerator(
        Accelerator accelerator,
        Dataflow dataflow,
        HardwareModel hardware,
        MappingPolicy mapping,
        Fidelity fidelity,
        EnergyModel energy,
        String name,
        Map<String, String> changes) {
    public ConfiguredAccelerator {
        changes = Collections.unmodifiableMap(new TreeMap<>(changes));
    }

    /** An accelerator as contributed. */
    public ConfiguredAccelerator(
            Accelerator accelerator,
            Dataflow dataflow,
            HardwareModel hardware,
            MappingPolicy mapping,
            EnergyModel energy) {
        this(accelerator, dataflow, hardware, mapping, Fidelity.EVENT, energy, accelerator.id(), Map.of());
    }
}
