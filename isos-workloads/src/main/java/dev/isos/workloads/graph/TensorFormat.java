package dev.isos.workloads.graph;

/**
 * The 8-bit format that a quantised model file prescribes for a tensor; the zero point is 0.
 *
 * @param scale real value of one unit
 * @param signed int8 rather than uint8
 */
public record TensorFormat(float scale, boolean signed) {
    /** Smallest real value. */
    public float low() {
        return signed ? -128 * scale : 0f;
    }

    /** Largest real value. */
    public float high() {
        return (signed ? 127 : 255) * scale;
    }
}
