package dev.isos.workloads.synthetic;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.Requantisation;
import dev.isos.workloads.sparsity.RandomStream;
import dev.isos.workloads.sparsity.SparseWeights;
import java.util.Arrays;

/** Draws weights and activations of exact density, and scales that keep their products within 8 bits. */
public final class SyntheticNumbers {
    /** Standard deviations of the accumulator that fill the largest output. */
    private static final double FULL_SCALE_DEVIATIONS = 4;

    private SyntheticNumbers() {}

    /** Filters with {@code round(density * elements)} non-zero weights; see {@link SparseWeights}. */
    public static FilterTensor filters(FilterShape shape, double density, RandomStream stream) {
        return SparseWeights.draw(shape, (int) Math.rint(density * shape.elements()), stream);
    }

    /**
     * Activations with {@code round(density * elements)} non-zeros at uniformly drawn places, of uniformly drawn values:
     * 1..255 when unsigned, else -127..127 without 0.
     */
    public static ActivationTensor activations(
            FeatureMapShape shape, boolean signed, double density, RandomStream stream) {
        byte[] values = new byte[shape.elements()];
        int left = (int) Math.rint(density * values.length);
        for (int i = 0; i < values.length; i++) {
            if (stream.nextInt(values.length - i) < left) {
                left--;
                int value = stream.nextInt(signed ? 254 : 255) + 1;
                values[i] = (byte) (signed && value > 127 ? 127 - value : value);
            }
        }
        return new ActivationTensor(shape, signed, values);
    }

    /**
     * Post-operations of a convolution of which the outputs are not known yet: no bias, ReLU or none, and the factor for
     * which {@value #FULL_SCALE_DEVIATIONS} standard deviations of the sum of as many independent products as a filter has
     * non-zeros reach the largest output.
     */
    public static Requantisation requantisation(FilterTensor filters, ActivationTensor input, boolean relu) {
        double productsPerOutput = filters.nonZeros() / (double) filters.shape().outputChannels();
        double deviation = StrictMath.sqrt(
                Math.max(1, productsPerOutput * meanSquare(filters.payloads(), true) * meanSquare(input)));
        int high = relu ? 255 : 127;
        float multiplier = (float) (high / (FULL_SCALE_DEVIATIONS * deviation));
        float[] multipliers = new float[filters.shape().outputChannels()];
        Arrays.fill(multipliers, multiplier);
        return new Requantisation(
                new int[multipliers.length], multipliers, 1f, 0f, relu ? 0 : -127, high, 1 / multiplier);
    }

    private static double meanSquare(ActivationTensor tensor) {
        return meanSquare(tensor.values(), tensor.signed());
    }

    private static double meanSquare(byte[] values, boolean signed) {
        long sum = 0;
        for (byte stored : values) {
            int value = ActivationTensor.decode(stored, signed);
            sum += (long) value * value;
        }
        return sum / (double) Math.max(1, values.length);
    }
}
