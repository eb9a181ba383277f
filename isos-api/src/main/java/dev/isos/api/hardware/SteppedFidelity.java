package dev.isos.api.hardware;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.workload.Workload;

/**
 * A machine that computes the outputs itself: besides the work items it is given the operands (filters, post-operation
 * arithmetic and the network's input), and every layer's output comes out of its own datapath. A simulation compares these
 * outputs with the dataflow's, which are compared with the reference. It is slow, and what the faster fidelities of the same
 * machine are held to.
 */
@FunctionalInterface
public interface SteppedFidelity {
    /** Starts a simulation of one plan on real operands. */
    ExecutingRun begin(RunRequest request, WorkSchema schema, Workload operands);
}
