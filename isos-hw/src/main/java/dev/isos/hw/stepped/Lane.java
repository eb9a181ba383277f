package dev.isos.hw.stepped;

import dev.isos.hw.isosceles.SchedulingPolicy;

/** One lane: front end with its accumulator banks, merger and post-op unit, each with the tasks that wait for it. */
final class Lane {
    final AccumulatorBanks banks;
    final FrontEnd frontEnd;
    final Merger merger;
    final PostOpUnit postOps;
    final LaneScheduler frontTasks;
    final LaneScheduler mergeTasks;
    final LaneScheduler postTasks;

    /** Busy cycles in the segment of front end, merger and post-op unit. */
    final long[] busy = new long[3];

    Lane(SteppedModel model, SchedulingPolicy policy, FilterBuffer filterBuffer) {
        banks = new AccumulatorBanks(model.accumulatorBanks, model.bankQueue);
        frontEnd = new FrontEnd(model.slots, model.weightsPerSlot, filterBuffer, banks);
        merger = new Merger(model.mergeWidth);
        postOps = new PostOpUnit(model.postOpWidth);
        frontTasks = new LaneScheduler(policy, filterBuffer, true);
        mergeTasks = new LaneScheduler(policy, filterBuffer, false);
        postTasks = new LaneScheduler(policy, filterBuffer, false);
    }
}
