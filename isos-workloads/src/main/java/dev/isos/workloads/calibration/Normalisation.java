package dev.isos.workloads.calibration;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Requantisation;
import dev.isos.workloads.sparsity.RandomStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** What turns the 32-bit sums of a channel into a real value: {@code (sum - mean[k]) / deviation[k] + offset[k]}. */
final class Normalisation {
    /** Stands in for the deviation of a constant channel: large, so that its offset survives rounding to an integer. */
    private static final double CONSTANT_DEVIATION = 1 << 16;

    /** Deviations by which a channel is lowered to be off: farther than the values of an image reach. */
    private static final double OFF = 32;

    private final double[] mean;
    private final double[] deviation;
    private final double[] offset;

    private Normalisation(double[] mean, double[] deviation, double[] offset) {
        this.mean = mean;
        this.deviation = deviation;
        this.offset = offset;
    }

    /**
     * Each channel on its own, over all positions.
     *
     * @param sums rank order [Q, P, K]
     * @param channels K
     * @param stream source of the offsets
     * @param offsetDeviation deviation of the offsets
     * @param minDeviation smallest deviation of a channel, in units of the sums
     */
    static Normalisation overPositions(
            int[] sums, int channels, RandomStream stream, double offsetDeviation, double minDeviation) {
        long[] totals = new long[channels];
        for (int base = 0; base < sums.length; base += channels) {
            for (int k = 0; k < channels; k++) {
                totals[k] += sums[base + k];
            }
        }
        double positions = sums.length / channels;
        double[] mean = new double[channels];
        for (int k = 0; k < channels; k++) {
            mean[k] = totals[k] / positions;
        }
        double[] squares = new double[channels];
        for (int base = 0; base < sums.length; base += channels) {
            for (int k = 0; k < channels; k++) {
                double d = sums[base + k] - mean[k];
                squares[k] += d * d;
            }
        }
        double[] deviation = new double[channels];
        double[] offset = new double[channels];
        for (int k = 0; k < channels; k++) {
            deviation[k] = squares[k] == 0
                    ? CONSTANT_DEVIATION
                    : Math.max(minDeviation, StrictMath.sqrt(squares[k] / positions));
            offset[k] = offsetDeviation * stream.nextGaussian();
        }
        return new Normalisation(mean, deviation, offset);
    }

    /** One factor for all channels, no mean and no offset; for a layer with a single position. */
    static Normalisation overChannels(int[] sums) {
        double squares = 0;
        for (int sum : sums) {
            squares += (double) sum * sum;
        }
        double[] deviation = new double[sums.length];
        Arrays.fill(deviation, Math.max(1, StrictMath.sqrt(squares / sums.length)));
        return new Normalisation(new double[sums.length], deviation, new double[sums.length]);
    }

    /**
     * The same with the channels of the smallest offsets so low that they are zero everywhere after ReLU.
     *
     * @param count how many channels; of a fraction, the next channel is lowered by that share
     */
    Normalisation withChannelsOff(double count) {
        int[] bySize = IntStream.range(0, offset.length)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> offset[k]))
                .mapToInt(k -> k)
                .toArray();
        double[] lowered = offset.clone();
        for (int i = 0; i < bySize.length && i < count; i++) {
            lowered[bySize[i]] -= OFF * Math.min(1, count - i);
        }
        return new Normalisation(mean, deviation, lowered);
    }

    /** Distribution of the real values, plus those of a residual operand unless that is null. */
    ValueHistogram histogram(int[] sums, ActivationTensor residual, double residualScale) {
        int channels = mean.length;
        double[] factor = new double[channels];
        double[] shift = new double[channels];
        for (int k = 0; k < channels; k++) {
            factor[k] = 1 / deviation[k];
            shift[k] = offset[k] - mean[k] * factor[k];
        }
        ValueHistogram histogram = new ValueHistogram();
        for (int base = 0; base < sums.length; base += channels) {
            for (int k = 0; k < channels; k++) {
                double value = sums[base + k] * factor[k] + shift[k];
                if (residual != null) {
                    value += ActivationTensor.decode(residual.values()[base + k], residual.signed()) * residualScale;
                }
                histogram.add(value);
            }
        }
        return histogram;
    }

    /**
     * The same in integers: bias and multiplier that give {@code (value + shift) / scale}.
     *
     * @param scale real value of one unit of the layer's own result
     * @param outputScale real value of one unit of the output
     */
    Requantisation requantisation(
            double shift,
            double scale,
            int low,
            int high,
            float sumMultiplier,
            float residualMultiplier,
            float outputScale) {
        int[] bias = new int[mean.length];
        float[] multiplier = new float[mean.length];
        for (int k = 0; k < mean.length; k++) {
            bias[k] = Math.toIntExact((long) Math.rint((offset[k] + shift) * deviation[k] - mean[k]));
            multiplier[k] = (float) (1 / (deviation[k] * scale));
        }
        return new Requantisation(bias, multiplier, sumMultiplier, residualMultiplier, low, high, outputScale);
    }
}
