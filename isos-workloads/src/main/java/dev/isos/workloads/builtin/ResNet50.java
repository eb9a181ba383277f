package dev.isos.workloads.builtin;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.tensor.FeatureMapShape;

/**
 * ResNet-50 (He et al., CVPR 2016) for 224x224 images, in the variant called v1.5: a block that halves the map does so in
 * its 3x3 convolution. Layers have the names of torchvision. Batch normalisation and ReLU are post-operations; a block's
 * last convolution adds the shortcut as its residual operand; the classifier is a 1x1 convolution on a 1x1 map. The
 * layers of a block stand together, the convolution of the shortcut before the one that adds it.
 */
public final class ResNet50 {
    /** Name of the network. */
    public static final String NAME = "resnet50";

    private static final int[] BLOCKS = {3, 4, 6, 3};
    private static final int EXPANSION = 4;
    private static final int CLASSES = 1000;

    private ResNet50() {}

    /** The graph: 54 convolutions and two poolings. */
    public static Network network() {
        NetworkBuilder b = new NetworkBuilder(NAME, new FeatureMapShape(3, 224, 224));
        int at = b.convolution("conv1", Layer.NETWORK_INPUT, 64, 7, 2, 3);
        at = b.maxPooling("maxpool", at, 3, 2, 1);
        int width = 64;
        for (int stage = 0; stage < BLOCKS.length; stage++, width *= 2) {
            for (int block = 0; block < BLOCKS[stage]; block++) {
                String prefix = "layer" + (stage + 1) + "." + block + ".";
                int stride = stage > 0 && block == 0 ? 2 : 1;
                int conv1 = b.convolution(prefix + "conv1", at, width, 1, 1, 0);
                int conv2 = b.convolution(prefix + "conv2", conv1, width, 3, stride, 1);
                int shortcut =
                        block == 0 ? b.convolution(prefix + "downsample.0", at, width * EXPANSION, 1, stride, 0) : at;
                at = b.pointwiseWithResidual(prefix + "conv3", conv2, width * EXPANSION, shortcut);
            }
        }
        at = b.globalAveragePooling("avgpool", at);
        b.convolution("fc", at, CLASSES, 1, 1, 0);
        return b.build();
    }
}
