package dev.isos.hw.isosceles;

import dev.isos.core.dataflow.isos.LaneBinding;

/** Cycles that one unit of each lane works for each layer of a segment. */
final class LaneLoads {
    private final double[][] ofLayer;
    private final double[] total;

    LaneLoads(int layers, int lanes) {
        ofLayer = new double[layers][lanes];
        total = new double[lanes];
    }

    /**
     * Adds the work of a layer.
     *
     * @param rows cycles of a K-slice of each row
     * @param split K-slices of a row, at consecutive places
     * @param binding of its places to lanes
     */
    void add(int layer, double[] rows, int split, LaneBinding binding) {
        double[] lanes = ofLayer[layer];
        for (int row = 0; row < rows.length; row++) {
            for (int slice = 0; slice < split; slice++) {
                int lane = binding.lane(row * split + slice);
                lanes[lane] += rows[row];
                total[lane] += rows[row];
            }
        }
    }

    /** Work of each lane for a layer. */
    double[] of(int layer) {
        return ofLayer[layer];
    }

    /** Work of each lane for all layers. */
    double[] total() {
        return total;
    }

    /** Work of the busiest lane for a layer. */
    double most(int layer) {
        return most(ofLayer[layer]);
    }

    /** Work of the busiest lane. */
    double most() {
        return most(total);
    }

    /** Work of the busiest lane that is left when layer {@code i} begins, of those before it only a part. */
    double rest(int i, double part) {
        double most = 0;
        for (int lane = 0; lane < total.length; lane++) {
            double left = 0;
            for (int j = 0; j < ofLayer.length; j++) {
                left += j < i ? part * ofLayer[j][lane] : ofLayer[j][lane];
            }
            most = Math.max(most, left);
        }
        return most;
    }

    private static double most(double[] values) {
        double most = 0;
        for (double value : values) {
            most = Math.max(most, value);
        }
        return most;
    }
}
