package dev.isos.workloads.builtin;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.List;

/**
 * GoogLeNet (Szegedy et al., CVPR 2015) for 224x224 images, as Caffe's model zoo has it (BVLC GoogLeNet), without the
 * auxiliary classifiers, which only training uses. Layers have the names of that model. ReLU is a post-operation; poolings
 * that halve the map round its size up; the branches of an inception module are concatenated along the channels.
 */
final class GoogLeNet {
    /** Name of the network. */
    static final String NAME = "googlenet";

    private static final int CLASSES = 1000;
    private static final LocalResponseNormalisation NORMALISATION = new LocalResponseNormalisation(5, 1e-4f, 0.75f, 1f);

    /** Channels of an inception module: 1x1; 3x3 reduced and out; 5x5 reduced and out; projection of the pooling. */
    private record Module(String name, int one, int reduce3, int three, int reduce5, int five, int projection) {}

    private static final List<List<Module>> STAGES = List.of(
            List.of(new Module("3a", 64, 96, 128, 16, 32, 32), new Module("3b", 128, 128, 192, 32, 96, 64)),
            List.of(
                    new Module("4a", 192, 96, 208, 16, 48, 64),
                    new Module("4b", 160, 112, 224, 24, 64, 64),
                    new Module("4c", 128, 128, 256, 24, 64, 64),
                    new Module("4d", 112, 144, 288, 32, 64, 64),
                    new Module("4e", 256, 160, 320, 32, 128, 128)),
            List.of(new Module("5a", 256, 160, 320, 32, 128, 128), new Module("5b", 384, 192, 384, 48, 128, 128)));

    private GoogLeNet() {}

    /** The graph: 57 convolutions, 14 poolings, nine concatenations, two normalisations, the classifier. */
    static Network network() {
        NetworkBuilder b = new NetworkBuilder(NAME, new FeatureMapShape(3, 224, 224));
        int at = b.convolution("conv1/7x7_s2", Layer.NETWORK_INPUT, 64, 7, 2, 3);
        at = b.maxPoolingRoundedUp("pool1/3x3_s2", at, 3, 2);
        at = b.add("pool1/norm1", NORMALISATION, List.of(at), Layer.NONE);
        at = b.convolution("conv2/3x3_reduce", at, 64, 1, 1, 0);
        at = b.convolution("conv2/3x3", at, 192, 3, 1, 1);
        at = b.add("conv2/norm2", NORMALISATION, List.of(at), Layer.NONE);
        at = b.maxPoolingRoundedUp("pool2/3x3_s2", at, 3, 2);
        for (int stage = 0; stage < STAGES.size(); stage++) {
            if (stage > 0) {
                at = b.maxPoolingRoundedUp("pool" + (stage + 2) + "/3x3_s2", at, 3, 2);
            }
            for (Module module : STAGES.get(stage)) {
                at = inception(b, module, at);
            }
        }
        at = b.globalAveragePooling("pool5/7x7_s1", at);
        b.convolution("loss3/classifier", at, CLASSES, 1, 1, 0);
        return b.build();
    }

    private static int inception(NetworkBuilder b, Module m, int from) {
        String prefix = "inception_" + m.name() + "/";
        int one = b.convolution(prefix + "1x1", from, m.one(), 1, 1, 0);
        int reduce3 = b.convolution(prefix + "3x3_reduce", from, m.reduce3(), 1, 1, 0);
        int three = b.convolution(prefix + "3x3", reduce3, m.three(), 3, 1, 1);
        int reduce5 = b.convolution(prefix + "5x5_reduce", from, m.reduce5(), 1, 1, 0);
        int five = b.convolution(prefix + "5x5", reduce5, m.five(), 5, 1, 2);
        int pool = b.maxPooling(prefix + "pool", from, 3, 1, 1);
        int projection = b.convolution(prefix + "pool_proj", pool, m.projection(), 1, 1, 0);
        return b.concatenation(prefix + "output", List.of(one, three, five, projection));
    }
}
