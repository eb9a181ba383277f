package dev.isos.workloads.onnx;

import dev.isos.api.tensor.FeatureMapShape;

/**
 * A tensor between layers that an operator reads, laid out as the operator wants it.
 *
 * @param tensor its name in the float graph
 * @param rank dimensions that it has in the model file: 4 for [N, C, H, W], 3 for [N, C, W], 2 for [N, C]
 */
record Operand(String tensor, FeatureMapShape shape, int rank) {
    /** Something else of the same number of dimensions. */
    Operand withShape(FeatureMapShape other) {
        return new Operand(tensor, other, rank);
    }
}
