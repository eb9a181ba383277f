package dev.isos.support.arithmetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Requantisation;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputBlockTest {
    /** Blocks written a run of channels at a time equal outputs written one by one. */
    @ParameterizedTest(name = "{0} channels, residual {1}, seed {2}")
    @CsvSource({"1,none,1", "7,unsigned,2", "8,signed,3", "19,signed,4", "32,none,5", "33,unsigned,6"})
    void equalsOutputsOneByOne(int channels, String kind, long seed) {
        Random random = new Random(seed);
        FeatureMapShape shape = new FeatureMapShape(channels, 13, 17); // 221 positions: a block, and a part of one
        int[] bias = random.ints(channels, -500, 500).toArray();
        float[] multiplier = new float[channels];
        for (int k = 0; k < channels; k++) {
            multiplier[k] = random.nextFloat() / 16;
        }
        Requantisation requantisation = new Requantisation(bias, multiplier, 0.75f, 0.5f, 0, 255, 1f);
        ActivationTensor residual = null;
        if (!kind.equals("none")) {
            residual = new ActivationTensor(shape, kind.equals("signed"), new byte[shape.elements()]);
            random.nextBytes(residual.values());
        }
        ActivationTensor output = new ActivationTensor(shape, false, new byte[shape.elements()]);
        byte[] expected = new byte[shape.elements()];
        OutputBlock block = new OutputBlock(requantisation, residual, output);
        for (int first = 0; first < shape.fibers(); first += BlockedConvolution.BLOCK) {
            int count = Math.min(BlockedConvolution.BLOCK, shape.fibers() - first);
            for (int k = 0; k < channels; k++) {
                int[] sums = random.ints(BlockedConvolution.BLOCK, -9000, 9000).toArray();
                for (int i = 0; i < count; i++) {
                    int at = (first + i) * channels + k;
                    expected[at] = (byte)
                            (residual == null
                                    ? requantisation.apply(sums[i], k)
                                    : requantisation.apply(
                                            sums[i],
                                            k,
                                            ActivationTensor.decode(residual.values()[at], residual.signed())));
                }
                block.complete(k, first, count, sums);
            }
        }
        assertArrayEquals(expected, output.values(), "seed " + seed);
    }
}
