package dev.isos.study.bench;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Network;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The convolutions and fully connected layers of a network, dense, on the host. They are the work: the other layers, which
 * would only slow the host down, are left out. Every layer works on the same drawn numbers, since how long it takes does not
 * depend on them.
 */
public final class DenseNetwork {
    private final List<DenseConvolution> layers;
    private final float[] inputs;
    private final float[] weights;
    private final float[] outputs;

    public DenseNetwork(Network network) {
        layers = network.layers().stream()
                .filter(layer -> layer.op() instanceof Convolution)
                .map((Layer layer) -> new DenseConvolution(layer))
                .toList();
        inputs = drawn(layers.stream().mapToInt(DenseConvolution::inputs).max().orElse(0), 1);
        weights =
                drawn(layers.stream().mapToInt(DenseConvolution::weights).max().orElse(0), 2);
        outputs = new float
                [layers.stream().mapToInt(DenseConvolution::outputs).max().orElse(0)];
    }

    private static float[] drawn(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextInt(-127, 128);
        }
        return values;
    }

    /** Runs it once; gives a number that depends on all outputs, so that none of them is left out. */
    public double run() {
        double sum = 0;
        for (DenseConvolution layer : layers) {
            layer.run(inputs, weights, outputs);
            sum += outputs[0] + outputs[layer.outputs() - 1];
        }
        return sum;
    }
}
