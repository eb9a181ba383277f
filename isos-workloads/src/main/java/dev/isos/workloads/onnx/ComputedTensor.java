package dev.isos.workloads.onnx;

import dev.isos.api.tensor.FeatureMapShape;

/** A tensor between layers; rank 2 is [1, C], rank 4 is [1, C, H, W]. */
record ComputedTensor(FeatureMapShape shape, int rank) {
    int[] dims() {
        return rank == 2
                ? new int[] {1, shape.channels()}
                : new int[] {1, shape.channels(), shape.height(), shape.width()};
    }
}
