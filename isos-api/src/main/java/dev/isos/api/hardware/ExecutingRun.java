package dev.isos.api.hardware;

import dev.isos.api.tensor.ActivationTensor;

/** A {@link MachineRun} whose machine computes the outputs. */
public interface ExecutingRun extends MachineRun {
    /** Output of a layer of the plan, as the machine's datapath made it; after {@link #finish}. */
    ActivationTensor output(int layer);
}
