package dev.isos.hw.isosceles;

import dev.isos.core.dataflow.isos.Expectations;
import dev.isos.core.dataflow.isos.ExpectedLayer;

/** Cycles and filter bytes that one layer is expected to take from each unit, whatever segment it is in. */
final class LayerCycles {
    /** The units of a lane. */
    enum Unit {
        FRONT,
        MERGE,
        POST
    }

    /**
     * Wavefronts that are alike, as far as the filter port is concerned.
     *
     * @param count how many, over all K-tiles
     * @param distinctBytes filter bytes that all tasks of one ask for together, each counted once
     * @param askedBytes filter bytes that all tasks of one ask for, summed up
     * @param work mean cycles of a task
     */
    record Wavefronts(long count, double distinctBytes, double askedBytes, double work) {}

    final ExpectedLayer layer;

    /** Front-end tasks of a wavefront. */
    final int tasks;

    /** Front-end tasks of a wavefront that the lane with most of them has, at least 1. */
    final int rowsOfLane;

    /** Wavefronts over all K-tiles. */
    final double steps;

    /** Cycles of a K-slice of each row over all columns, without waiting for filters. */
    final double[] front;

    final double[] merge;
    final double[] post;

    /** Cycles of one column on the lanes that have most of it. */
    final double frontColumn;

    final double backColumn;

    /** Mean variance of the cycles of a front-end task. */
    final double variance;

    final Wavefronts[] wavefronts;
    private final double[] itemWork;

    /** @param lanes that the layer has */
    LayerCycles(ExpectedLayer layer, int lanes, IsoscelesModel model) {
        this.layer = layer;
        int height = layer.layer().inputShape().height();
        tasks = layer.frontends().isEmpty() ? 0 : height * layer.kSplit();
        rowsOfLane = Math.max(1, roundsOf(tasks, lanes));
        steps = (double) layer.layer().inputShape().width() * layer.kTiles();
        front = new double[height];
        itemWork = new double[layer.frontends().size()];
        double[] asked = new double[layer.wavefronts().size()];
        double[] work = new double[asked.length];
        double spread = 0;
        double column = 0;
        int n = 0;
        for (ExpectedLayer.Frontends items : layer.frontends()) {
            double dispatch = Expectations.ceiling(items.chunks(), items.chunkVariance(), model.slotsPerLane);
            double chance = items.chunkVariance() / ((double) model.slotsPerLane * model.slotsPerLane);
            double cycles = Math.max(
                    1,
                    Expectations.maximum(
                            dispatch + items.conflicts(), chance, items.busiestBank(), items.bankVariance()));
            itemWork[n++] = cycles;
            front[items.row()] += items.items() * cycles;
            asked[items.columns()] += items.filterBytes() * layer.kSplit();
            work[items.columns()] += cycles / height;
            spread += items.items() * chance;
            column += items.items() * cycles;
        }
        variance = spread / (steps * height);
        wavefronts = new Wavefronts[asked.length];
        for (int c = 0; c < asked.length; c++) {
            ExpectedLayer.Wavefronts alike = layer.wavefronts().get(c);
            wavefronts[c] = new Wavefronts(alike.count(), alike.distinctFilterBytes(), asked[c], work[c]);
        }
        frontColumn = column / (steps * height) * roundsOf(tasks, lanes);
        int rows = layer.layer().outputShape().height();
        merge = new double[rows];
        post = new double[rows];
        double back = 0;
        for (ExpectedLayer.Backends items : layer.backends()) {
            merge[items.row()] +=
                    items.items() * Expectations.ceiling(items.merges(), items.mergeVariance(), model.mergeWidth);
            post[items.row()] += items.items() * StrictMath.ceil(items.postOps() / model.postOpWidth);
            back += (merge[items.row()] + post[items.row()]) / items.items();
        }
        backColumn = back / rows * roundsOf(rows * layer.outputSplit(), lanes);
    }

    private double[] rows(Unit unit) {
        return unit == Unit.FRONT ? front : unit == Unit.MERGE ? merge : post;
    }

    /** Cycles of all tasks for a unit. */
    double work(Unit unit) {
        double sum = 0;
        for (double row : rows(unit)) {
            sum += row;
        }
        return sum * (unit == Unit.FRONT ? layer.kSplit() : layer.outputSplit());
    }

    /** Mean cycles of a task for a unit. */
    double task(Unit unit) {
        double columns = (double) layer.layer().outputShape().width() * layer.kTiles();
        double count = unit == Unit.FRONT ? tasks * steps : merge.length * layer.outputSplit() * columns;
        return count == 0 ? 0 : work(unit) / count;
    }

    private static int roundsOf(int items, int lanes) {
        return (items + lanes - 1) / lanes;
    }

    /**
     * Cycles of a K-slice of each row over all columns when each task also waits for its filters.
     *
     * @param delivery cycles in which the filters of a task are delivered, by number of its {@link Wavefronts}
     */
    double[] frontWith(double[] delivery) {
        double[] cycles = new double[front.length];
        int n = 0;
        for (ExpectedLayer.Frontends items : layer.frontends()) {
            cycles[items.row()] += items.items() * Math.max(itemWork[n++], delivery[items.columns()]);
        }
        return cycles;
    }
}
