package dev.isos.core.validate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Layer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomNetworkTest {
    @Test
    void everyOperationIsDrawn() {
        Set<String> drawn = new HashSet<>();
        for (long seed = 0; seed < 300; seed++) {
            RandomNetwork.of(seed).network().layers().forEach(layer -> drawn.add(kind(layer)));
        }
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
