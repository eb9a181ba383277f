package dev.isos.core.loopnest;

/**
 * Multiply-accumulates per element that crosses a border; elements and products are counted whether they are zero or not.
 * Where nothing crosses, or nothing is multiplied, the value is 0.
 *
 * @param input per input element that comes in, residual operands included
 * @param filter per weight that comes in
 * @param output per output element or partial result that goes out, and per partial result that comes back
 */
public record Reuse(double input, double filter, double output) {
    static Reuse of(long macs, BoundaryTraffic moved) {
        return new Reuse(ratio(macs, moved.inputs()), ratio(macs, moved.weights()), ratio(macs, moved.outputs()));
    }

    private static double ratio(long macs, long elements) {
        return elements == 0 ? 0 : macs / (double) elements;
    }
}
