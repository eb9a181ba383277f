package dev.isos.workloads.builtin;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.tensor.FeatureMapShape;

/**
 * MobileNetV1 1.0 for 224x224 images (Howard et al., arXiv 1704.04861), as STR prunes it: 1000 classes, a padding of 1 on all
 * sides, ReLU. Layers have the names of TensorFlow's slim library. Batch normalisation and ReLU are post-operations.
 */
final class MobileNetV1 {
    /** Name of the network. */
    static final String NAME = "mobilenetv1";

    private static final int STEM = 32;
    private static final int[] CHANNELS = {64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024};
    private static final int CLASSES = 1000;

    private MobileNetV1() {}

    /** The graph: a convolution, 13 pairs of depthwise and pointwise ones, a pooling, the classifier. */
    static Network network() {
        NetworkBuilder b = new NetworkBuilder(NAME, new FeatureMapShape(3, 224, 224));
        int at = b.convolution("Conv2d_0", Layer.NETWORK_INPUT, STEM, 3, 2, 1);
        int before = CHANNELS[0];
        for (int i = 0; i < CHANNELS.length; i++) {
            // The map is halved wherever the number of channels doubles, but for the first pair.
            int stride = CHANNELS[i] > before ? 2 : 1;
            before = CHANNELS[i];
            at = b.depthwise("Conv2d_" + (i + 1) + "_depthwise", at, stride);
            at = b.convolution("Conv2d_" + (i + 1) + "_pointwise", at, CHANNELS[i], 1, 1, 0);
        }
        at = b.globalAveragePooling("AvgPool_1a", at);
        b.convolution("Conv2d_1c_1x1", at, CLASSES, 1, 1, 0);
        return b.build();
    }
}
