package dev.isos.baselines.systolic;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;

/**
 * Gives the items of one layer step by step, as a double-buffered machine asks for transfers: while a step is computed the
 * operands of the next one arrive and its own outputs leave. Outputs of two steps have room.
 */
abstract class StepStream {
    protected final Network network;
    protected final Layer layer;
    protected final WorkItem item = new WorkItem(SystolicWork.SCHEMA);
    private final WorkSink sink;

    // numbers of the loads of a step, by step modulo 3
    private final int[] firstLoad = new int[3];
    private final int[] endLoad = new int[3];

    // item numbers; -1: none yet
    private int last = -1;
    private int compute = -1;
    private int store = -1;
    private int storeBefore = -1;
    private int partialsRead = -1;
    private int partialsWritten = -1;

    StepStream(Network network, Layer layer, WorkSink sink) {
        this.network = network;
        this.layer = layer;
        this.sink = sink;
    }

    /** Number of steps. */
    abstract int steps();

    /** Gives the loads of a step with {@link #load}; called once per step, in order, before the step is computed. */
    abstract void loads(int step);

    /** Computes a step and gives its items with {@link #compute}. */
    abstract void computes(int step);

    /** Outputs that a step finishes. */
    abstract long outputs(int step);

    /** Bytes of partial sums that a step finds off chip. */
    long partialBytesRead(int step) {
        return 0;
    }

    /** Bytes of partial sums that a step leaves off chip. */
    long partialBytesWritten(int step) {
        return 0;
    }

    final void run() {
        issue(0);
        issue(1);
        for (int step = 0; step < steps(); step++) {
            int before = compute;
            computes(step);
            partials(step, before);
            issue(step + 2);
            store(step);
        }
    }

    private void issue(int step) {
        firstLoad[step % 3] = last + 1;
        if (step < steps()) {
            loads(step);
        }
        endLoad[step % 3] = last + 1;
    }

    /** Partial sums come and go while the step that needs them is computed; the next step waits for them. */
    private void partials(int step, int computeBefore) {
        partialsRead = -1;
        if (partialBytesRead(step) > 0) {
            begin(SystolicWork.LOAD_PARTIALS, step);
            item.moves(TensorRole.INPUTS, layer.index(), partialBytesRead(step));
            waitFor(computeBefore);
            partialsRead = give();
        }
        partialsWritten = -1;
        if (partialBytesWritten(step) > 0) {
            begin(SystolicWork.STORE_PARTIALS, step);
            item.moves(TensorRole.OUTPUTS, layer.index(), partialBytesWritten(step));
            waitFor(computeBefore);
            partialsWritten = give();
        }
    }

    private void store(int step) {
        if (outputs(step) > 0) {
            begin(SystolicWork.STORE_OUTPUTS, step);
            item.moves(TensorRole.OUTPUTS, layer.index(), outputs(step))
                    .count(SystolicWork.POST_OPS, Math.toIntExact(outputs(step)));
            waitFor(compute);
            // the last step's outputs also wait for sums that went off chip
            waitFor(partialsRead);
            storeBefore = store;
            store = give();
        }
    }

    protected final void begin(int phase, int step) {
        item.begin(phase, layer.index(), step, 0, 0);
    }

    /** Gives a transfer for a step to come; it takes the buffer that the step just computed has left. */
    protected final void load(int phase, int step, TensorRole role, int tensor, long bytes) {
        if (bytes > 0) {
            begin(phase, step);
            item.moves(role, tensor, bytes);
            waitFor(compute);
            give();
        }
    }

    /** Gives the item of a step that the caller has begun and counted; the first one waits for the operands. */
    protected final void compute(int step, boolean first) {
        if (first) {
            for (int i = firstLoad[step % 3]; i < endLoad[step % 3]; i++) {
                item.waitFor(i);
            }
            waitFor(partialsRead);
            waitFor(partialsWritten);
            waitFor(storeBefore);
        }
        waitFor(compute);
        compute = give();
    }

    private void waitFor(int number) {
        if (number >= 0) {
            item.waitFor(number);
        }
    }

    private int give() {
        last = sink.accept(item);
        return last;
    }
}
