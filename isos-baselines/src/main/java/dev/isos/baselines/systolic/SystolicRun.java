package dev.isos.baselines.systolic;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.RunRequest;
import dev.isos.support.machine.OrderedRun;
import java.util.List;

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

    @Override
    protected List<ActivityCount> activity() {
        long products = totals[SystolicWork.PRODUCTS];
        long postOps = totals[SystolicWork.POST_OPS];
        long sum = SystolicWork.SUM_BYTES;
        return List.of(
                new ActivityCount(SystolicModel.MACS, "multiply-accumulate", products),
                // a processing element reads its operands and its sum and passes them on
                new ActivityCount(SystolicModel.REGISTERS, "read", SystolicModel.REGISTER_BYTES * products),
                new ActivityCount(SystolicModel.REGISTERS, "write", SystolicModel.REGISTER_BYTES * products),
                new ActivityCount(SystolicModel.INPUT_BUFFER, "write", moved[SystolicWork.LOAD_INPUTS]),
                new ActivityCount(SystolicModel.INPUT_BUFFER, "read", totals[SystolicWork.INPUT_BYTES]),
                new ActivityCount(SystolicModel.FILTER_BUFFER, "write", moved[SystolicWork.LOAD_FILTERS]),
                new ActivityCount(SystolicModel.FILTER_BUFFER, "read", totals[SystolicWork.FILTER_BYTES]),
                new ActivityCount(
                        SystolicModel.OUTPUT_BUFFER,
                        "write",
                        sum * totals[SystolicWork.SUMS_WRITTEN]
                                + moved[SystolicWork.LOAD_RESIDUAL]
                                + moved[SystolicWork.LOAD_PARTIALS]
                                + postOps),
                new ActivityCount(
                        SystolicModel.OUTPUT_BUFFER,
                        "read",
                        sum * (totals[SystolicWork.SUMS_READ] + postOps)
                                + moved[SystolicWork.LOAD_RESIDUAL]
                                + moved[SystolicWork.STORE_PARTIALS]
                                + postOps),
                new ActivityCount(SystolicModel.VECTOR_UNIT, "add", totals[SystolicWork.OPERANDS]),
                new ActivityCount(SystolicModel.POST_OPS, "operation", postOps));
    }
}
