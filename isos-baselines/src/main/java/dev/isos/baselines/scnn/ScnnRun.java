package dev.isos.baselines.scnn;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.RunRequest;
import dev.isos.support.machine.OrderedRun;
import java.util.List;

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

    @Override
    protected List<ActivityCount> activity() {
        long products = totals[ScnnWork.PRODUCTS];
        long postOps = totals[ScnnWork.POST_OPS];
        long halo = ScnnModel.ACCUMULATOR_BYTES * totals[ScnnWork.HALO_SUMS];
        long drained = ScnnModel.ACCUMULATOR_BYTES * (postOps + totals[ScnnWork.HALO_SUMS]);
        // every element gets a copy of the weights
        long weightBytes = moved[ScnnWork.LOAD_WEIGHTS] * model.elements();
        return List.of(
                new ActivityCount(ScnnModel.MACS, "multiply-accumulate", products),
                new ActivityCount(ScnnModel.CROSSBARS, "operation", ScnnModel.CROSSBAR_BYTES * products),
                new ActivityCount(ScnnModel.ACCUMULATORS, "read", ScnnModel.ACCUMULATOR_BYTES * products + drained),
                new ActivityCount(ScnnModel.ACCUMULATORS, "write", ScnnModel.ACCUMULATOR_BYTES * products + halo),
                new ActivityCount(
                        ScnnModel.ACTIVATION_RAMS,
                        "read",
                        model.entryBytes(totals[ScnnWork.ACTIVATIONS_READ])
                                + totals[ScnnWork.OPERANDS]
                                + moved[ScnnWork.STORE_OUTPUTS]),
                new ActivityCount(
                        ScnnModel.ACTIVATION_RAMS,
                        "write",
                        moved[ScnnWork.LOAD_INPUTS] + moved[ScnnWork.LOAD_RESIDUAL] + postOps),
                new ActivityCount(ScnnModel.WEIGHT_FIFOS, "write", weightBytes),
                new ActivityCount(ScnnModel.WEIGHT_FIFOS, "read", model.entryBytes(totals[ScnnWork.WEIGHTS_READ])),
                new ActivityCount(ScnnModel.POST_OPS, "operation", postOps + totals[ScnnWork.OPERANDS]),
                new ActivityCount(ScnnModel.HALO_LINKS, "operation", halo));
    }
}
