package dev.isos.workloads.quantise;

import dev.isos.api.error.IsosException;

/**
 * Which range of an activation the 8 bits cover.
 *
 * @param percentile share, in per cent, of the non-zero magnitudes on the calibration inputs that lie within the range;
 *     100 is min-max
 */
public record ActivationCalibration(double percentile) {
    /** The extremes of each activation on the calibration inputs. */
    public static final ActivationCalibration MIN_MAX = new ActivationCalibration(100);

    private static final String PREFIX = "percentile:";

    /**
     * {@code minmax} or {@code percentile:P} with P above 50 and up to 100.
     *
     * @throws IsosException with one sentence that says what was expected
     */
    public static ActivationCalibration parse(String text) {
        if (text.equals("minmax")) {
            return MIN_MAX;
        }
        double value = Double.NaN;
        if (text.startsWith(PREFIX)) {
            try {
                value = Double.parseDouble(text.substring(PREFIX.length()));
            } catch (NumberFormatException e) {
                // Told below.
            }
        }
        if (!(value > 50 && value <= 100)) {
            throw IsosException.badInput(
                    "calibration '" + text
                            + "' is unknown, expected minmax or percentile:P with P above 50 and up to 100, such as percentile:99.9");
        }
        return new ActivationCalibration(value);
    }

    boolean minMax() {
        return percentile == 100;
    }

    /** Its name as half a sentence. */
    public String describe() {
        return minMax() ? "min-max" : "the " + percentile + "th percentile of non-zero magnitudes";
    }
}
