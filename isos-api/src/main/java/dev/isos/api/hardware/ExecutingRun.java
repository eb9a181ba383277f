package dev.isos.api.hardware;

import dev.isos.api.tensor.ActivationTensor;

/** A {@link MachineRun} whose machine computes the outputs. */
public interface ExecutingRun extends MachineRun {
    /**
     * Output of a layer of the plan, as the machine's datapath made it; after {@link #finish}.
     *
     * @param image of the batch, from 0
     * @param layer index of the layer
     * @return in the layer's shape; not to be modified
     */
    ActivationTensor output(int image, int layer);
}
