package dev.isos.baselines.systolic;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.hardware.RunRequest;
import dev.isos.support.machine.OrderedRun;

/** Timing of a systolic array: one fold after the other as soon as its operands have arrived, see {@link ArrayTiming}. */
final class SystolicRun extends OrderedRun {
    private final SystolicModel model;

    SystolicRun(SystolicModel model, RunRequest request) {
        super("systolic", model, request, 1);
        this.model = model;
    }

    @Override
    protected long compute(WorkItem item, long ready) {
        int[] counts = item.counts();
        long cycles = item.phase() == SystolicWork.FOLD
                ? model.timing().fold(counts[SystolicWork.PRELOADED_ROWS], counts[SystolicWork.STREAMED])
                : (counts[SystolicWork.OPERANDS] + model.vectorWidth() - 1L) / model.vectorWidth();
        return occupy(0, item, ready, cycles);
    }

    @Override
    protected String track(WorkItem item) {
        return item.phase() == SystolicWork.FOLD ? "array" : "vector unit";
    }
}
