package dev.isos.study.bench;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The convolutions and fully connected layers of a network, dense, on the host. They are the work: the other layers, which
 * would only slow the host down, are left out. Every layer works on the same drawn numbers, since how long it takes does not
 * depend on them. For one caller at a time.
 */
public final class DenseNetwork implements AutoCloseable {
    private final List<DenseConvolution> layers;
    private final float[] inputs;
    private final float[] weights;
    private final float[] outputs;
    private final int threads;

    /** The threads beside the caller's. */
    private final ExecutorService helpers;

    /** @param threads how many compute, that of the caller among them; at least 1 */
    public DenseNetwork(Network network, int threads) {
        this.threads = threads;
        layers = network.layers().stream()
                .filter(layer -> layer.op() instanceof Convolution)
                .map((Layer layer) -> new DenseConvolution(layer))
                .toList();
        inputs = drawn(layers.stream().mapToInt(DenseConvolution::inputs).max().orElse(0), 1);
        weights =
                drawn(layers.stream().mapToInt(DenseConvolution::weights).max().orElse(0), 2);
        outputs = new float
                [layers.stream().mapToInt(DenseConvolution::outputs).max().orElse(0)];
        helpers = threads == 1
                ? null
                : Executors.newFixedThreadPool(threads - 1, task -> {
                    Thread thread = new Thread(task, "dense network part");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    private static float[] drawn(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextInt(-127, 128);
        }
        return values;
    }

    /** Runs it once; gives a number that depends on outputs of every layer, so that none of them is left out. */
    public double run() {
        double sum = 0;
        for (DenseConvolution layer : layers) {
            run(layer);
            sum += outputs[0] + outputs[layer.outputs() - 1];
        }
        return sum;
    }

    private void run(DenseConvolution layer) {
        List<Future<?>> parts = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            int part = i;
            parts.add(helpers.submit(() -> layer.run(inputs, weights, outputs, part, threads)));
        }
        layer.run(inputs, weights, outputs, 0, threads);
        for (Future<?> part : parts) {
            try {
                part.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a part of the dense network failed", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the dense network ran", e);
            }
        }
    }

    @Override
    public void close() {
        if (helpers != null) {
            helpers.shutdownNow();
        }
    }
}
