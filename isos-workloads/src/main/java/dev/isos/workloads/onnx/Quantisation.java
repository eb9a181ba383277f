package dev.isos.workloads.onnx;

import dev.isos.workloads.graph.TensorFormat;
import java.util.Optional;

/**
 * How a model file says that a tensor is held in 8 bits: {@code real = (stored - zeroPoint) * scale}.
 *
 * @param signed int8 rather than uint8
 */
record Quantisation(float scale, long zeroPoint, boolean signed) {
    /**
     * The same with zero point 0, where the 8-bit values stay what they are up to a constant offset: zero points 0, and
     * those that shift uint8 to int8 (128) or int8 to uint8 (-128).
     */
    Optional<TensorFormat> withoutZeroPoint() {
        if (zeroPoint == 0) {
            return Optional.of(new TensorFormat(scale, signed));
        }
        return zeroPoint == (signed ? -128 : 128) ? Optional.of(new TensorFormat(scale, !signed)) : Optional.empty();
    }

    /** Smallest real value. */
    float low() {
        return ((signed ? -128 : 0) - zeroPoint) * scale;
    }

    /** Largest real value. */
    float high() {
        return ((signed ? 127 : 255) - zeroPoint) * scale;
    }
}
