package dev.isos.workloads.onnx;

/**
 * A constant that the model file holds in integers: {@code real = (stored - zeroPoint) * scale}.
 *
 * @param scale one value, or one per index along {@code axis}
 * @param zeroPoint as many; null: all 0
 */
record QuantisedConstant(ConstantTensor stored, ConstantTensor scale, ConstantTensor zeroPoint, int axis) {
    float scaleAt(int step) {
        return scale.floatAt(scale.elements() == 1 ? 0 : step);
    }

    long zeroPointAt(int step) {
        return zeroPoint == null ? 0 : zeroPoint.integerAt(zeroPoint.elements() == 1 ? 0 : step);
    }

    /** Whether scales differ only along the given axis, if at all. */
    boolean perAxis(int expected, int steps) {
        boolean whole = scale.elements() == 1 && (zeroPoint == null || zeroPoint.elements() == 1);
        boolean each = axis == expected
                && (scale.elements() == 1 || scale.elements() == steps)
                && (zeroPoint == null || zeroPoint.elements() == 1 || zeroPoint.elements() == steps);
        return whole || each;
    }
}
