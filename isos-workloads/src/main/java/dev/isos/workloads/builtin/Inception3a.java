package dev.isos.workloads.builtin;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.List;

/**
 * The first inception module of GoogLeNet (Szegedy et al., CVPR 2015), 3a, by itself, as torchvision has it: its third branch
 * has a 3x3 window, not a 5x5 one, and batch normalisation stands where BVLC's model normalises responses. Layers have
 * torchvision's names.
 */
final class Inception3a {
    private static final FeatureMapShape INPUT = new FeatureMapShape(192, 28, 28);

    private Inception3a() {}

    /** What stands before the module: three convolutions and two poolings that make its input of an image. */
    static Network stem() {
        NetworkBuilder b = new NetworkBuilder("googlenet-stem", new FeatureMapShape(3, 224, 224));
        int at = b.convolution("conv1", Layer.NETWORK_INPUT, 64, 7, 2, 3);
        at = b.maxPoolingRoundedUp("maxpool1", at, 3, 2);
        at = b.convolution("conv2", at, 64, 1, 1, 0);
        at = b.convolution("conv3", at, INPUT.channels(), 3, 1, 1);
        b.maxPoolingRoundedUp("maxpool2", at, 3, 2);
        return b.build();
    }

    /** The module: six convolutions, a pooling and the concatenation of four branches. */
    static Network module() {
        NetworkBuilder b = new NetworkBuilder("googlenet-inception3a", INPUT);
        int from = Layer.NETWORK_INPUT;
        int one = b.convolution("inception3a.branch1", from, 64, 1, 1, 0);
        int two = b.convolution("inception3a.branch2.0", from, 96, 1, 1, 0);
        two = b.convolution("inception3a.branch2.1", two, 128, 3, 1, 1);
        int three = b.convolution("inception3a.branch3.0", from, 16, 1, 1, 0);
        three = b.convolution("inception3a.branch3.1", three, 32, 3, 1, 1);
        int four = b.maxPooling("inception3a.branch4.0", from, 3, 1, 1);
        four = b.convolution("inception3a.branch4.1", four, 32, 1, 1, 0);
        b.concatenation("inception3a", List.of(one, two, three, four));
        return b.build();
    }
}
