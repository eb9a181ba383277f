package dev.isos.core.validate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Layer;
import dev.isos.api.workload.Workload;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomNetworkTest {
    @Test
    void everyOperationIsDrawn() {
        Set<String> drawn = new HashSet<>();
        Set<Integer> sizes = new HashSet<>();
        for (long seed = 0; seed < 300; seed++) {
            Workload workload = RandomNetwork.of(seed);
            sizes.add(workload.network().size());
            workload.network().layers().forEach(layer -> drawn.add(kind(layer)));
        }
        // a channel scaling may bring a pooling along, beyond the four
        assertEquals(Set.of(1, 2, 3, 4, 5), sizes);
        assertEquals(
                Set.of(
                        "convolution",
                        "convolution with residual",
                        "grouped-convolution",
                        "max-pooling",
                        "average-pooling",
                        "add",
                        "concatenation",
                        "local-response-normalisation",
                        "layer-normalisation",
                        "softmax",
                        "channel-selection",
                        "position-selection",
                        "transposition",
                        "matrix-product",
                        "channel-scaling"),
                drawn);
    }

    private static String kind(Layer layer) {
        return layer.op().label() + (layer.hasResidual() ? " with residual" : "");
    }
}
