package dev.isos.hw.isosceles;

import dev.isos.core.dataflow.isos.ExpectedSegment;
import dev.isos.core.dataflow.isos.LaneBinding;

/**
 * Cycles that the queues of a segment allow at least. A column takes space from the time when its producer begins it until its
 * last reader has ended; meanwhile it passes the layers in between, and no more columns can be on that way than the queue has
 * space for.
 */
final class QueueLoops {
    /** A unit is not taken to be busier than this by one segment's average, so that waiting times stay finite. */
    private static final double MOST_BUSY = 0.95;

    private final IsoscelesModel model;
    private final ExpectedSegment expected;
    private final double[] front;
    private final double[] back;

    /** Time from the end of one layer's back end to that of another one that needs it, on the longest way; 0 for none. */
    private final double[][] way;

    /**
     * @param fronts loads of the front ends, followed by those of the other units
     * @param cycles what the segment takes
     */
    QueueLoops(
            IsoscelesModel model,
            ExpectedSegment expected,
            LayerCycles[] layers,
            LaneLoads fronts,
            LaneLoads merges,
            LaneLoads posts,
            double cycles) {
        this.model = model;
        this.expected = expected;
        int count = layers.length;
        front = new double[count];
        back = new double[count];
        way = new double[count][count];
        double frontWait = waiting(layers, LayerCycles.Unit.FRONT, fronts.most() / cycles);
        double mergeWait = waiting(layers, LayerCycles.Unit.MERGE, merges.most() / cycles);
        double postWait = waiting(layers, LayerCycles.Unit.POST, posts.most() / cycles);
        for (int i = 0; i < count; i++) {
            double columns = (double) layers[i].layer.layer().outputShape().width() * layers[i].layer.kTiles();
            front[i] = layers[i].tasks == 0
                    ? 0
                    : layers[i].frontColumn + Math.min(frontWait, others(fronts, i) / layers[i].steps);
            back[i] = layers[i].backColumn
                    + Math.min(mergeWait, others(merges, i) / columns)
                    + Math.min(postWait, others(posts, i) / columns);
        }
        for (int from = 0; from < count; from++) {
            for (int to = from + 1; to < count; to++) {
                for (int by = from; by < to; by++) {
                    if (expected.reads(to, by) && (by == from || way[from][by] > 0)) {
                        way[from][to] = Math.max(way[from][to], way[from][by] + front[to] + back[to]);
                    }
                }
            }
        }
    }

    /** Mean time that a task waits for those of other layers at its unit, which come at any time. */
    private static double waiting(LayerCycles[] layers, LayerCycles.Unit unit, double busy) {
        double cycles = 0;
        double weighted = 0;
        for (LayerCycles layer : layers) {
            cycles += layer.work(unit);
            weighted += layer.work(unit) * layer.task(unit);
        }
        double bounded = Math.min(MOST_BUSY, busy);
        return cycles == 0 || layers.length == 1 ? 0 : bounded / (1 - bounded) * weighted / cycles / 2;
    }

    /** What the busiest lane does for other layers: a task waits for no more of them than come between two of its own layer. */
    private double others(LaneLoads loads, int i) {
        double most = 0;
        LaneBinding binding = expected.binding(i);
        for (int place = 0; place < binding.count(); place++) {
            int lane = binding.lane(place);
            most = Math.max(most, loads.total()[lane] - loads.of(i)[lane]);
        }
        return most;
    }

    /** Cycles of the slowest queue. */
    double longest() {
        double longest = 0;
        for (ExpectedSegment.Hold hold : expected.holds()) {
            longest = Math.max(longest, hold.columns() * held(hold) / hold.underWay());
        }
        return longest;
    }

    /** Time for which a column is held, beside the time for which its reader lags behind. */
    private double held(ExpectedSegment.Hold hold) {
        int reader = hold.reader();
        if (hold.producer() >= 0) {
            double passing = hold.atOutput() ? way[hold.producer()][reader] : front[reader];
            return back[hold.producer()] + passing;
        }
        double passing = hold.atOutput() ? front[reader] + back[reader] : front[reader];
        if (hold.atOutput()) {
            // a residual operand is loaded as early as the inputs of the branch that it is added to
            for (ExpectedSegment.Hold other : expected.holds()) {
                int first = other.reader();
                if (other.producer() < 0 && first < reader && !other.atOutput()) {
                    passing = Math.max(passing, front[first] + back[first] + way[first][reader]);
                }
            }
        }
        return model.dramLatencyCycles + passing;
    }
}
