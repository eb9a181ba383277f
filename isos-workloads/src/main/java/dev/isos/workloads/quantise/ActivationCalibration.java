package dev.isos.workloads.quantise;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.unit.Quantity;

/**
 * Which range of an activation the 8 bits cover.
 *
 * @param percent {@link Kind#PERCENTILE}: how many of the non-zero magnitudes on the calibration inputs lie within the range;
 *     {@link Kind#DENSITY} and {@link Kind#SQNR}: how many elements of what a convolution reads may round to zero; else 100
 */
public record ActivationCalibration(Kind kind, double percent) {
    /** What sets the range. */
    public enum Kind {
        /** The extremes on the calibration inputs. */
        MIN_MAX,
        /** What is left when the largest magnitudes are cut off. */
        PERCENTILE,
        /** The extremes, narrowed where small values would be lost, see {@link DensityPreservation}. */
        DENSITY,
        /** As {@link #DENSITY}, but never so far that the noise of a tensor grows: the default. */
        SQNR
    }

    /** The extremes of each activation on the calibration inputs. */
    public static final ActivationCalibration MIN_MAX = new ActivationCalibration(Kind.MIN_MAX, 100);

    /** As {@code density:2}, bounded by the noise of every tensor instead of by how many values saturate. */
    public static final ActivationCalibration SQNR = new ActivationCalibration(Kind.SQNR, 2);

    private static final String PERCENTILE = "percentile:";
    private static final String DENSITY = "density:";

    /**
     * {@code sqnr}, {@code minmax}, {@code percentile:P} with P above 50 and up to 100, or {@code density:P} with P above 0 and up to 50.
     *
     * @throws IsosException with one sentence that says what was expected
     */
    public static ActivationCalibration parse(String text) {
        if (text.equals("sqnr")) {
            return SQNR;
        }
        if (text.equals("minmax")) {
            return MIN_MAX;
        }
        double percentile = number(text, PERCENTILE);
        if (percentile > 50 && percentile <= 100) {
            return percentile == 100 ? MIN_MAX : new ActivationCalibration(Kind.PERCENTILE, percentile);
        }
        double lost = number(text, DENSITY);
        if (lost > 0 && lost <= 50) {
            return new ActivationCalibration(Kind.DENSITY, lost);
        }
        throw IsosException.badInput("calibration '" + text
                + "' is unknown, expected sqnr, minmax, percentile:P with P above 50 and up to 100, such as percentile:99.9, or"
                + " density:P with P above 0 and up to 50, such as density:2");
    }

    /** Whether {@link DensityPreservation} narrows the ranges. */
    boolean keepsDensities() {
        return kind == Kind.DENSITY || kind == Kind.SQNR;
    }

    /** The number behind the name of a rule; not a number where the text names another rule. */
    private static double number(String text, String rule) {
        if (!text.startsWith(rule)) {
            return Double.NaN;
        }
        try {
            return Quantity.REAL.parse(text.substring(rule.length()));
        } catch (IllegalArgumentException e) {
            throw new IsosException(ErrorCode.BAD_INPUT, "calibration " + rule + " " + e.getMessage(), e);
        }
    }

    /** Its name as half a sentence. */
    public String describe() {
        return switch (kind) {
            case MIN_MAX -> "min-max";
            case PERCENTILE -> "the " + percent + "th percentile of non-zero magnitudes";
            case SQNR ->
                "min-max narrowed where more than " + percent
                        + " % of a layer's inputs would round to zero and the noise does not grow";
            case DENSITY ->
                "min-max narrowed where more than " + percent + " % of a layer's inputs would round to zero";
        };
    }
}
