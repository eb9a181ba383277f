package dev.isos.baselines.scnn;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.hardware.RunRequest;
import dev.isos.support.machine.OrderedRun;

/**
 * Timing of SCNN: each processing element works through its own items, for products as long as its banks say; draining a group's
 * sums overlaps with the products of the next.
 */
final class ScnnRun extends OrderedRun {
    private final ScnnModel model;

    ScnnRun(ScnnModel model, RunRequest request) {
        super("scnn", model, request, model.elements() + 1);
        this.model = model;
    }

    @Override
    protected long compute(WorkItem item, long ready) {
        int[] counts = item.counts();
        return switch (item.phase()) {
            case ScnnWork.CARTESIAN -> occupy(item.place(), item, ready, counts[ScnnWork.BANK_TIME]);
            case ScnnWork.REDUCE -> occupy(item.place(), item, ready, inPpu(counts[ScnnWork.OPERANDS]));
            case ScnnWork.DRAIN -> occupyBeside(model.elements(), item, ready, inPpu(counts[ScnnWork.DRAINED_SUMS]));
            default -> ready; // a barrier
        };
    }

    @Override
    protected String track(WorkItem item) {
        return item.phase() == ScnnWork.DRAIN ? "post-processing" : "element " + item.place();
    }

    private long inPpu(long elements) {
        return (elements + model.ppuWidth() - 1) / model.ppuWidth();
    }
}
