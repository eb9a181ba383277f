package dev.isos.core.loopnest;

/**
 * Elements that cross a border.
 *
 * @param inputs read, residual operands included
 * @param weights read
 * @param outputs complete outputs written, partial results written and read back
 */
public record BoundaryTraffic(long inputs, long weights, long outputs) {
    static final BoundaryTraffic NOTHING = new BoundaryTraffic(0, 0, 0);

    BoundaryTraffic plus(BoundaryTraffic other) {
        return new BoundaryTraffic(inputs + other.inputs, weights + other.weights, outputs + other.outputs);
    }
}
