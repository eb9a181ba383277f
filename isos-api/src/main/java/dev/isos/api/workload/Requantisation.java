package dev.isos.api.workload;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The post-operation arithmetic of a layer, from 32-bit accumulator to 8-bit output. It is the definition that every
 * dataflow and the reference share (ONNX QLinearConv and QLinearAdd with zero points 0):
 *
 * <pre>
 *   y   = float(accumulator + bias[k]) * multiplier[k]                        // all in float32
 *   out = clamp(round_half_even(y), low, high)                                // without residual operand
 *   out = clamp(round_half_even(clamp(round_half_even(y), -128, 127) * sumMultiplier
 *                               + residual * residualMultiplier), low, high)  // with residual operand
 *   out = lookup[out]                                                         // with a lookup table
 * </pre>
 *
 * <p>ReLU is {@code low = 0}, ReLU6 is a smaller {@code high}. An average pooling divides {@code y} by the number of
 * positions that its window counts, before rounding. Of a max pooling and a channel selection the accumulator is the 8-bit
 * value. A concatenation applies nothing of this. Of a local response normalisation see {@link ResponseNormaliser}.
 *
 * <p>Arrays are shared, not copied, and must not be modified; then any number of threads may use it.
 *
 * @param bias per output channel, in units of the accumulator; length K
 * @param multiplier per output channel; length K
 * @param sumMultiplier factor of the layer's own 8-bit result in the residual addition; 1 without residual
 * @param residualMultiplier factor of the residual operand; 0 without residual
 * @param low smallest output before the lookup, -128..0; it is int8 when negative, else uint8
 * @param high largest output before the lookup; at most 127 for int8 and 255 for uint8
 * @param outputScale real value of one unit of the output
 * @param lookup activation function that is applied last; empty: none
 */
public record Requantisation(
        int[] bias,
        float[] multiplier,
        float sumMultiplier,
        float residualMultiplier,
        int low,
        int high,
        float outputScale,
        Optional<LookupTable> lookup) {
    /** From this number less 2^22 to this number plus 2^22, floats are one apart. */
    private static final float UNIT_STEPS = 0x1.8p23f;

    private static final int UNIT_STEPS_BITS = Float.floatToRawIntBits(UNIT_STEPS);

    // multipliers with which neither a sum whose output is not clamped nor its product leaves the range of UNIT_STEPS
    private static final float LEAST_FACTOR = 0x1p-13f;
    private static final float MOST_FACTOR = 0x1p20f;
    private static final float MOST_OF_ADDITION = 0x1p12f;

    /**
     * Without a lookup table.
     *
     * @param bias per output channel, in units of the accumulator
     * @param multiplier per output channel
     * @param sumMultiplier factor of the layer's own 8-bit result in the residual addition
     * @param residualMultiplier factor of the residual operand
     * @param low smallest output
     * @param high largest output
     * @param outputScale real value of one unit of the output
     */
    public Requantisation(
            int[] bias,
            float[] multiplier,
            float sumMultiplier,
            float residualMultiplier,
            int low,
            int high,
            float outputScale) {
        this(bias, multiplier, sumMultiplier, residualMultiplier, low, high, outputScale, Optional.empty());
    }

    /**
     * Checks lengths and range; keeps the arrays.
     *
     * @param bias length K
     * @param multiplier length K
     * @param sumMultiplier 1 without residual
     * @param residualMultiplier 0 without residual
     * @param low -128..0
     * @param high at least {@code low}, at most 127 or 255
     * @param outputScale real value of one unit of the output
     * @param lookup empty: none
     * @throws IllegalArgumentException when lengths differ or the range does not fit 8 bits
     */
    public Requantisation {
        if (bias.length != multiplier.length) {
            throw new IllegalArgumentException("bias and multiplier differ in length");
        }
        if (low < -128 || low > 0 || high < low || high > (low < 0 ? 127 : 255)) {
            throw new IllegalArgumentException("output range " + low + ".." + high + " does not fit 8 bits");
        }
    }

    /**
     * Passes 8-bit values through: no bias, factor 1. Used by max pooling and concatenation.
     *
     * @param channels K
     * @param signed whether the values are int8 rather than uint8
     * @param scale real value of one unit
     * @return with the whole range of the 8 bits
     */
    public static Requantisation identity(int channels, boolean signed, float scale) {
        float[] ones = new float[channels];
        java.util.Arrays.fill(ones, 1f);
        return new Requantisation(new int[channels], ones, 1f, 0f, signed ? -128 : 0, signed ? 127 : 255, scale);
    }

    /**
     * The same with a lookup table.
     *
     * @param table what is applied last
     * @param scale real value of one unit of the table's results
     * @return a copy that shares the arrays
     */
    public Requantisation withLookup(LookupTable table, float scale) {
        return new Requantisation(
                bias, multiplier, sumMultiplier, residualMultiplier, low, high, scale, Optional.of(table));
    }

    /** {@return true when the output tensor is int8, false when it is uint8} */
    public boolean signedOutput() {
        return lookup.isPresent() ? lookup.get().signed() : low < 0;
    }

    /**
     * Output of channel k without residual operand.
     *
     * @param accumulator 32-bit sum of products, without bias
     * @param k output channel
     * @return -128..127 or 0..255
     */
    public int apply(int accumulator, int k) {
        return finish(round(real(accumulator + bias[k]) * multiplier[k]));
    }

    /**
     * Output of channel k with a residual operand.
     *
     * @param accumulator 32-bit sum of products, without bias
     * @param k output channel
     * @param residual 8-bit value of the residual operand
     * @return -128..127 or 0..255
     */
    public int apply(int accumulator, int k, int residual) {
        int own = clamp(round(real(accumulator + bias[k]) * multiplier[k]), -128, 127);
        return add(own, residual);
    }

    /**
     * Outputs of channel k at several positions: the same as {@link #apply(int, int)} or {@link #apply(int, int, int)} of each, in less
     * time.
     *
     * @param k output channel
     * @param count positions
     * @param values the accumulators, 32-bit sums of products without bias; become the outputs
     * @param residuals 8-bit values of the residual operand at the same positions, or null if there is none
     */
    public void applyAll(int k, int count, int[] values, int @Nullable [] residuals) {
        int least = residuals == null ? low : -128;
        int most = residuals == null ? high : 127;
        float factor = multiplier[k];
        if (factor >= LEAST_FACTOR && factor <= MOST_FACTOR) {
            // sums beyond these give the same as these, which are small enough for every step
            int below = (int) Math.floor((least - 2) / (double) factor);
            int above = (int) Math.ceil((most + 2) / (double) factor);
            addWithin(values, count, bias[k], below, above);
            scaleSmall(values, count, factor);
            clampSmall(values, count, least, most);
        } else {
            for (int i = 0; i < count; i++) {
                values[i] = clamp(round(real(values[i] + bias[k]) * factor), least, most);
            }
        }
        if (residuals != null) {
            if (Math.abs(sumMultiplier) <= MOST_OF_ADDITION && Math.abs(residualMultiplier) <= MOST_OF_ADDITION) {
                addSmall(values, residuals, count, sumMultiplier, residualMultiplier);
                clampSmall(values, count, low, high);
            } else {
                for (int i = 0; i < count; i++) {
                    float sum = real(values[i]) * sumMultiplier + real(residuals[i]) * residualMultiplier;
                    values[i] = clamp(round(sum), low, high);
                }
            }
        }
        if (lookup.isPresent()) {
            LookupTable table = lookup.get();
            for (int i = 0; i < count; i++) {
                values[i] = table.apply(values[i]);
            }
        }
    }

    /**
     * Output of an element-wise addition of two 8-bit operands.
     *
     * @param own 8-bit value of the first operand, which {@link #sumMultiplier()} applies to
     * @param residual 8-bit value of the second operand, which {@link #residualMultiplier()} applies to
     * @return -128..127 or 0..255
     */
    public int add(int own, int residual) {
        return finish(round(real(own) * sumMultiplier + real(residual) * residualMultiplier));
    }

    /**
     * Output of an average pooling over {@code count} positions of channel k.
     *
     * @param sum of the 8-bit values in the window
     * @param count positions that the sum is divided by, at least 1
     * @param k output channel
     * @return -128..127 or 0..255
     */
    public int average(int sum, int count, int k) {
        return finish(round(real(sum + bias[k]) * multiplier[k] / count));
    }

    /** A value in units of the output, rounded and clamped; without lookup. */
    int clamped(double value) {
        return clamp((int) Math.rint(value), low, high);
    }

    private int finish(int value) {
        int clamped = clamp(value, low, high);
        return lookup.isPresent() ? lookup.get().apply(clamped) : clamped;
    }

    // One simple step over whole arrays each. The compiler makes vector code of bounds by masks, not of Math.max.

    /** Adds, and bounds the sums: what lies out of bounds becomes the bound, or one beyond it. */
    private static void addWithin(int[] values, int count, int more, int low, int high) {
        for (int i = 0; i < count; i++) {
            int sum = values[i] + more;
            int under = (sum >> 1) - (low >> 1) >> 31; // halves, whose difference does not overflow
            sum ^= (sum ^ low) & under;
            int over = (high >> 1) - (sum >> 1) >> 31;
            values[i] = sum ^ (sum ^ high) & over;
        }
    }

    private static void clampSmall(int[] values, int count, int low, int high) {
        for (int i = 0; i < count; i++) {
            int above = values[i] - low;
            int below = high - low - (above & ~(above >> 31));
            values[i] = high - (below & ~(below >> 31));
        }
    }

    private static void scaleSmall(int[] values, int count, float factor) {
        for (int i = 0; i < count; i++) {
            values[i] = roundSmall(realOfSmall(values[i]) * factor);
        }
    }

    private static void addSmall(int[] values, int[] more, int count, float factor, float factorOfMore) {
        for (int i = 0; i < count; i++) {
            values[i] = roundSmall(realOfSmall(values[i]) * factor + realOfSmall(more[i]) * factorOfMore);
        }
    }

    /** Half to even; {@code Math.rint} takes two to three times as long as what small values need. */
    private static int round(float value) {
        return Math.abs(value) < 0x1p22f ? roundSmall(value) : (int) Math.rint(value);
    }

    /** The value as a float. The processor's conversion, of large ones alone, waits for what its register held before. */
    private static float real(int value) {
        return value >= -1 << 22 && value < 1 << 22 ? realOfSmall(value) : value;
    }

    /** Half to even, of less than 2^22: the float addition rounds. */
    private static int roundSmall(float value) {
        return Float.floatToRawIntBits(value + UNIT_STEPS) - UNIT_STEPS_BITS;
    }

    /** Of less than 2^22. */
    private static float realOfSmall(int value) {
        return Float.intBitsToFloat(value + UNIT_STEPS_BITS) - UNIT_STEPS;
    }

    private static int clamp(int value, int low, int high) {
        return Math.max(low, Math.min(high, value));
    }
}
