package dev.isos.hw.stepped;

import dev.isos.hw.isosceles.SchedulingPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * The ready tasks of one unit of one lane, of all layers that the lane is multiplexed over. Contract: {@link #take} gives the
 * task of the smallest rank by the policy, equal ranks in the order of the dataflow; where the policy joins multicasts, tasks
 * whose filters are being multicast go before all others; where it takes layers in turn, those of the next layer do.
 */
final class LaneScheduler {
    private final SchedulingPolicy policy;
    private final FilterBuffer filterBuffer;
    private final boolean joins;
    private final List<BackEndJob> jobs = new ArrayList<>();
    private final List<Task> tasks = new ArrayList<>();
    private int depths = 1;
    private int lastDepth = -1;

    /** @param fetchesFilters true for a front end, whose tasks may join a multicast */
    LaneScheduler(SchedulingPolicy policy, FilterBuffer filterBuffer, boolean fetchesFilters) {
        this.policy = policy;
        this.filterBuffer = filterBuffer;
        this.joins = fetchesFilters && policy.joinsMulticasts();
    }

    /** A task is ready; a back-end task comes with its job. */
    void add(Task task, BackEndJob job) {
        tasks.add(task);
        jobs.add(job);
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** Position of the task that goes first. */
    int best(long cycle) {
        int best = 0;
        for (int i = 1; i < tasks.size(); i++) {
            if (before(tasks.get(i), tasks.get(best), cycle)) {
                best = i;
            }
        }
        return best;
    }

    /** A segment of so many layers begins: the first of them is the first in turn. */
    void begin(int layers) {
        depths = layers;
        lastDepth = -1;
    }

    private int turnsUntil(Task task) {
        return Math.floorMod(task.depth - lastDepth - 1, depths);
    }

    private boolean before(Task a, Task b, long cycle) {
        if (policy.takesLayersInTurn() && turnsUntil(a) != turnsUntil(b)) {
            return turnsUntil(a) < turnsUntil(b);
        }
        if (joins) {
            boolean aJoins = filterBuffer.multicasts(a.depth, a.step, cycle);
            boolean bJoins = filterBuffer.multicasts(b.depth, b.step, cycle);
            if (aJoins != bJoins) {
                return aJoins;
            }
        }
        long rankA = policy.rank(a.depth, a.step, a.row);
        long rankB = policy.rank(b.depth, b.step, b.row);
        return rankA < rankB || rankA == rankB && a.number < b.number;
    }

    Task task(int position) {
        return tasks.get(position);
    }

    /** Takes the task at a position away and returns its job. */
    BackEndJob take(int position) {
        lastDepth = tasks.remove(position).depth;
        return jobs.remove(position);
    }
}
