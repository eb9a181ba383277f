package dev.isos.study.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.WorkloadBuilder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The convolution of the host against its definition. */
class DenseConvolutionTest {
    @ParameterizedTest(name = "{0} channels {1}x{2}, {3} outputs in {4} groups, kernel {5}, stride {6}, pad {7}")
    @CsvSource({
        "3, 13, 11, 5, 1, 3, 1, 1",
        "3, 13, 11, 5, 1, 3, 2, 1",
        "20, 16, 17, 6, 1, 3, 1, 1",
        "70, 9, 9, 7, 1, 1, 1, 0",
        "8, 9, 10, 8, 8, 3, 1, 1",
        "8, 9, 10, 12, 4, 3, 2, 0",
        "75, 1, 1, 11, 1, 1, 1, 0",
        "9, 3, 3, 10, 1, 3, 1, 1",
        "9, 4, 4, 10, 1, 4, 1, 0",
        "12, 24, 20, 6, 3, 3, 1, 1"
    })
    void isTheSumOfItsDefinition(
            int channels, int height, int width, int outputs, int groups, int kernel, int stride, int pad) {
        WorkloadBuilder builder = new WorkloadBuilder("one", 1, new FeatureMapShape(channels, height, width), false, 1);
        builder.convolution(Layer.NETWORK_INPUT, outputs, groups, Window.square(kernel, stride, pad), 1);
        Layer layer = builder.build().network().layer(0);
        DenseConvolution convolution = new DenseConvolution(layer);
        SplittableRandom random = new SplittableRandom(7);
        float[] input = drawn(convolution.inputs(), random);
        float[] weights = drawn(convolution.weights(), random);
        float[] output = new float[convolution.outputs()];
        convolution.run(input, weights, output);
        assertArrayEquals(expected(layer, convolution, input, weights), output);
        for (int parts = 2; parts <= 5; parts++) {
            float[] shared = new float[output.length];
            Arrays.fill(shared, Float.NaN);
            for (int part = 0; part < parts; part++) {
                convolution.run(input, weights, shared, part, parts);
            }
            assertArrayEquals(output, shared, parts + " parts");
        }
    }

    /** Small whole numbers: every sum is exact in any order. */
    private static float[] drawn(int length, SplittableRandom random) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextInt(-9, 10);
        }
        return values;
    }

    private static float[] expected(Layer layer, DenseConvolution convolution, float[] input, float[] weights) {
        FeatureMapShape in = layer.inputShape();
        FeatureMapShape out = layer.outputShape();
        Convolution op = (Convolution) layer.op();
        Window window = op.window();
        int perGroup = in.channels() / op.groups();
        float[] output = new float[convolution.outputs()];
        int at = 0;
        for (int k = 0; k < out.channels(); k++) {
            int first = k / (out.channels() / op.groups()) * perGroup;
            for (int p = 0; p < out.height(); p++) {
                for (int q = 0; q < out.width(); q++, at++) {
                    for (int c = 0; c < perGroup; c++) {
                        for (int r = 0; r < window.rows(); r++) {
                            for (int s = 0; s < window.columns(); s++) {
                                int h = window.inputRow(p, r);
                                int w = window.inputColumn(q, s);
                                if (h >= 0 && h < in.height() && w >= 0 && w < in.width()) {
                                    output[at] += input[((first + c) * in.height() + h) * in.width() + w]
                                            * weights[convolution.weightIndex(k, c, r, s)];
                                }
                            }
                        }
                    }
                }
            }
        }
        return output;
    }
}
