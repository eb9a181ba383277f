package dev.isos.api.workload;

/**
 * How close the 8-bit output of a layer is to the float model's, on the workload's own input.
 *
 * @param sqnrDb signal-to-quantisation-noise ratio in dB: ten times the logarithm of the summed squares of the float values
 *     over those of the differences, which hold all noise up to this layer; infinite where nothing differs
 * @param floatDensity share of the float model's outputs of this layer that are not zero, 0..1
 */
public record FloatComparison(double sqnrDb, double floatDensity) {
    /**
     * Checks the numbers.
     *
     * @param sqnrDb any number, also an infinite one
     * @param floatDensity 0..1
     * @throws IllegalArgumentException if the ratio is not a number, or the density is not one
     */
    public FloatComparison {
        if (Double.isNaN(sqnrDb) || !(floatDensity >= 0 && floatDensity <= 1)) {
            throw new IllegalArgumentException("a ratio of " + sqnrDb + " dB, a density of " + floatDensity);
        }
    }
}
