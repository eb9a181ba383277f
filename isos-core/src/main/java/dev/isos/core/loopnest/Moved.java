package dev.isos.core.loopnest;

/**
 * Elements that cross a border.
 *
 * @param inputs read, residual operands included
 * @param weights read
 * @param outputs complete outputs written, partial results written and read back
 */
public record Moved(long inputs, long weights, long outputs) {
    static final Moved NOTHING = new Moved(0, 0, 0);

    Moved plus(Moved other) {
        return new Moved(inputs + other.inputs, weights + other.weights, outputs + other.outputs);
    }
}
