package dev.isos.api.hardware;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.workload.Workload;
import java.util.List;

/**
 * A machine that computes the outputs itself: besides the work items it is given the operands (filters, post-operation
 * arithmetic and the network's input), and every layer's output comes out of its own datapath. A simulation compares these
 * outputs with the dataflow's, which are compared with the reference. It is slow, and what the faster fidelities of the same
 * machine are held to.
 */
@FunctionalInterface
public interface SteppedFidelity {
    /**
     * Starts a simulation of one plan on real operands.
     *
     * @param request network and plan
     * @param schema phases and counts of the items that will be fed
     * @param operands for each image the workload as it is laid out; its tensors are not to be modified
     * @return a run that has taken no time yet, for one thread
     */
    ExecutingRun begin(RunRequest request, WorkSchema schema, List<Workload> operands);
}
