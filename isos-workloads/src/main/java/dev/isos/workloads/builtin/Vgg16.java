package dev.isos.workloads.builtin;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.tensor.FeatureMapShape;

/**
 * VGG-16, configuration D of Simonyan and Zisserman (ICLR 2015), for 224x224 images. ReLU is a post-operation; the first
 * fully connected layer is a convolution with a 7x7 window on a 7x7 map, so that no tensor is reshaped.
 */
final class Vgg16 {
    /** Name of the network. */
    static final String NAME = "vgg16";

    private static final int[] CONVOLUTIONS = {2, 2, 3, 3, 3};
    private static final int[] CHANNELS = {64, 128, 256, 512, 512};
    private static final int HIDDEN = 4096;
    private static final int CLASSES = 1000;

    private Vgg16() {}

    /** The graph: 13 convolutions, five poolings, three fully connected layers. */
    static Network network() {
        NetworkBuilder b = new NetworkBuilder(NAME, new FeatureMapShape(3, 224, 224));
        int at = Layer.NETWORK_INPUT;
        for (int stage = 0; stage < CHANNELS.length; stage++) {
            for (int i = 0; i < CONVOLUTIONS[stage]; i++) {
                at = b.convolution("conv" + (stage + 1) + "_" + (i + 1), at, CHANNELS[stage], 3, 1, 1);
            }
            at = b.maxPooling("pool" + (stage + 1), at, 2, 2, 0);
        }
        at = b.fullyConnected("fc6", at, HIDDEN);
        at = b.fullyConnected("fc7", at, HIDDEN);
        b.fullyConnected("fc8", at, CLASSES);
        return b.build();
    }
}
