package dev.isos.hw.isosceles;

import dev.isos.core.dataflow.isos.ExpectedSegment;

/**
 * How far lanes are apart when they start the same wavefront of a layer, on average over a run:
 *
 * <ul>
 *   <li>a lane that has less work than the busiest is ahead of it, until its queues are full or, where a window spans several
 *       rows, until it waits for the rows beside it;
 *   <li>equal loads differ by chance, and differences add up from wavefront to wavefront like the steps of a random walk;
 *   <li>a lane comes to a layer earlier in its turn when it has nothing to do for the layers before, and to one row after another.
 * </ul>
 */
final class LaneDrift {
    /** Width of a uniform distribution whose standard deviation is 1. */
    private static final double EVENLY = StrictMath.sqrt(12);

    private final IsoscelesModel model;
    private final ExpectedSegment expected;
    private final LayerCycles[] layers;
    private final LaneLoads fronts;
    private final double cycles;
    private final double streamCycles;
    private final double walk;

    /**
     * @param fronts loads of the front ends
     * @param cycles what the segment takes
     * @param streamCycles what its inputs and outputs take at the DRAM, for which all lanes wait alike
     */
    LaneDrift(
            IsoscelesModel model,
            ExpectedSegment expected,
            LayerCycles[] layers,
            LaneLoads fronts,
            double cycles,
            double streamCycles) {
        this.model = model;
        this.expected = expected;
        this.layers = layers;
        this.fronts = fronts;
        this.cycles = cycles;
        this.streamCycles = streamCycles;
        double variance = 0;
        for (int i = 0; i < layers.length; i++) {
            LayerCycles layer = layers[i];
            if (layer.tasks > 0) {
                int lanes = Math.min(expected.binding(i).count(), layer.tasks);
                variance += layer.variance * layer.tasks * layer.steps / lanes;
            }
        }
        // the mean over the run of a deviation that grows with the root of time
        walk = EVENLY * StrictMath.sqrt(variance) * 2 / 3;
    }

    /** What the front ends of layer i ask of the filter port. */
    FilterContention.Requests requests(int i) {
        LayerCycles layer = layers[i];
        double step = cycles / layer.steps;
        double queued = expected.reach(i) * layer.steps / layer.layer.kTiles();
        double columns =
                layer.layer.layer().filterShape().rows() > 1 ? Math.min(queued, model.partialColumnSlack + 1) : queued;
        double own = fronts.most(i) / layer.steps * (1 - 1.0 / layer.rowsOfLane);
        double turn = EVENLY * StrictMath.sqrt(unequal(i)) / layer.steps;
        double chance = Math.min(walk, queued * step);
        double spread = StrictMath.sqrt(chance * chance + turn * turn + own * own);
        return new FilterContention(model).requests(layer, ahead(i, columns * step), spread);
    }

    /** Variance, over the lanes that take part in layer i, of what they do for one layer after another. */
    private double unequal(int i) {
        double sum = 0;
        for (int j = 0; j < layers.length; j++) {
            double mean = 0;
            double square = 0;
            int lanes = 0;
            for (int lane = 0; lane < model.lanes; lane++) {
                if (fronts.of(i)[lane] > 0) {
                    double load = fronts.of(j)[lane];
                    mean += load;
                    square += load * load;
                    lanes++;
                }
            }
            mean /= lanes;
            sum += Math.max(0, square / lanes - mean * mean);
        }
        return sum;
    }

    /** Cycles by which each lane that takes part in layer i is ahead of the busiest one. */
    private double[] ahead(int i, double furthest) {
        double[] loads = fronts.total();
        double most = 0;
        int lanes = 0;
        for (int lane = 0; lane < loads.length; lane++) {
            if (fronts.of(i)[lane] > 0) {
                lanes++;
                most = Math.max(most, loads[lane]);
            }
        }
        double[] ahead = new double[lanes];
        int n = 0;
        for (int lane = 0; lane < loads.length; lane++) {
            if (fronts.of(i)[lane] > 0) {
                // together at the first column, furthest apart at the last
                double drift = Math.max(0, most - Math.max(loads[lane], streamCycles)) / 2;
                ahead[n++] = Math.min(drift, furthest);
            }
        }
        return ahead;
    }
}
