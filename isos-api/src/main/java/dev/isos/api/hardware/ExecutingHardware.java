package dev.isos.api.hardware;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.workload.Workload;

/**
 * A hardware model that computes the outputs itself: besides the work items it is given the operands (filters,
 * post-operation arithmetic and the network's input), and every layer's output comes out of its own datapath. A
 * simulation compares these outputs with the dataflow's, which are compared with the reference. This is the exception to
 * the rule that hardware models do not look into tensors; it exists for slow, detailed machines that faster ones are
 * checked against.
 */
public interface ExecutingHardware extends HardwareModel {
    /** Starts a simulation of one plan on real operands. */
    ExecutingRun begin(RunRequest request, WorkSchema schema, Workload operands);

    /** Not supported: there is nothing to execute. */
    @Override
    default MachineRun begin(RunRequest request, WorkSchema schema) {
        throw new UnsupportedOperationException("the hardware " + spec().model() + " needs operands to execute");
    }
}
