package dev.isos.workloads.onnx;

import dev.isos.workloads.onnx.NetBuilder.Act;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The topologies that people bring: families of torchvision and timm with their own blocks in their own order, on images of
 * 32 or 64 pixels and with narrower layers, so that each runs in seconds. All numbers are drawn from a seed.
 */
final class Topologies {
    private static final long SEED = 20261126;

    private Topologies() {}

    private static NetBuilder net(int size) {
        return new NetBuilder(17, SEED, 1, 3, size, size);
    }

    private static NetBuilder net(int opset, int size) {
        return new NetBuilder(opset, SEED, 1, 3, size, size);
    }

    static Map<String, Supplier<TestModel>> all() {
        Map<String, Supplier<TestModel>> all = new LinkedHashMap<>();
        all.put("alexnet", Topologies::alexnet);
        all.put("vgg11", () -> vgg(new int[] {1, 1, 2, 2, 2}));
        all.put("vgg16", () -> vgg(new int[] {2, 2, 3, 3, 3}));
        all.put("squeezenet1_0", () -> squeezenet(false));
        all.put("squeezenet1_1", () -> squeezenet(true));
        all.put("resnet18", () -> resnet(new int[] {2, 2, 2, 2}, false, 16, 1, 1, 0, false));
        all.put("resnet34", () -> resnet(new int[] {3, 4, 6, 3}, false, 16, 1, 1, 0, false));
        all.put("resnet50", () -> resnet(new int[] {3, 4, 6, 3}, true, 8, 1, 1, 0, false));
        all.put("wide_resnet50_2", () -> resnet(new int[] {3, 4, 6, 3}, true, 8, 1, 2, 0, false));
        all.put("resnext50_32x4d", () -> resnet(new int[] {3, 4, 6, 3}, true, 16, 8, 1, 0, false));
        all.put("seresnet50", () -> resnet(new int[] {3, 4, 6, 3}, true, 8, 1, 1, 4, false));
        all.put("resnet50d", () -> resnet(new int[] {3, 4, 6, 3}, true, 8, 1, 1, 0, true));
        all.put("resnetv2_50", Topologies::resnetV2);
        all.put("nf_resnet50", Topologies::nfResnet);
        all.put("ecaresnet", Topologies::ecaResnet);
        all.put("res2net50", Topologies::res2net);
        all.put("densenet121", Topologies::densenet);
        all.put("dpn68", Topologies::dpn);
        all.put("googlenet", Topologies::googlenet);
        all.put("inception_v3", Topologies::inceptionV3);
        all.put("inception_resnet_v2", Topologies::inceptionResnet);
        all.put("xception", Topologies::xception);
        all.put("mobilenet_v1", Topologies::mobilenetV1);
        all.put("mobilenet_v2", () -> inverted(MOBILENET_V2, Act.RELU6, 0, false, 8, 64));
        all.put("mobilenet_v3_small", () -> mobilenetV3(V3_SMALL));
        all.put("mobilenet_v3_large", () -> mobilenetV3(V3_LARGE));
        all.put("mnasnet1_0", () -> inverted(MNASNET, Act.RELU, 0, false, 8, 64));
        all.put("proxylessnas", () -> inverted(PROXYLESS, Act.RELU6, 0, false, 8, 64));
        all.put("fbnet_c", () -> inverted(FBNET, Act.RELU, 0, false, 8, 64));
        all.put("efficientnet_lite0", () -> inverted(EFFICIENTNET, Act.RELU6, 0, false, 8, 64));
        all.put("efficientnet_b0", () -> inverted(EFFICIENTNET, Act.SILU, 4, false, 8, 64));
        all.put("efficientnet_v2_s", () -> inverted(EFFICIENTNET_V2, Act.SILU, 4, true, 8, 64));
        all.put("regnetx_400mf", () -> regnet(0));
        all.put("regnety_400mf", () -> regnet(4));
        all.put("shufflenet_v1", Topologies::shufflenetV1);
        all.put("shufflenet_v2_x1_0", Topologies::shufflenetV2);
        all.put("ghostnet", Topologies::ghostnet);
        all.put("repvgg_a0", Topologies::repvgg);
        all.put("vovnet39", Topologies::vovnet);
        all.put("dla34", Topologies::dla);
        all.put("darknet53", Topologies::darknet);
        all.put("cspdarknet53", Topologies::cspDarknet);
        all.put("tresnet", Topologies::tresnet);
        all.put("yolov3", Topologies::yolov3);
        all.put("yolov5", Topologies::yolov5);
        all.put("hrnet_w18", Topologies::hrnet);
        all.put("unet", Topologies::unet);
        all.put("deeplabv3", Topologies::deeplab);
        all.put("convnext_tiny", Topologies::convnext);
        all.put("convmixer", Topologies::convmixer);
        all.put("vit_tiny", Topologies::vit);
        all.put("mixer", Topologies::mixer);
        all.put("transformer_layer", Topologies::transformerLayer);
        all.put("mlp", Topologies::mlp);
        all.put("keras_mobilenet", Topologies::kerasMobilenet);
        return all;
    }

    private static TestModel alexnet() {
        NetBuilder n = net(64);
        String x = n.maxPool(n.conv("x", 16, 11, 4, 2, 1, Act.RELU), 3, 2, 0);
        x = n.maxPool(n.conv(x, 48, 5, 1, Act.RELU), 3, 2, 0);
        x = n.conv(n.conv(n.conv(x, 96, 3, 1, Act.RELU), 64, 3, 1, Act.RELU), 64, 3, 1, Act.RELU);
        x = n.op("Flatten", x);
        x = n.op("Relu", n.fc(x, 64 * 3 * 3, 128));
        n.output(n.fc(n.op("Relu", n.fc(x, 128, 128)), 128, 100));
        return n.model;
    }

    private static TestModel vgg(int[] repeats) {
        NetBuilder n = net(32);
        String x = "x";
        int[] widths = {8, 16, 32, 64, 64};
        for (int stage = 0; stage < 5; stage++) {
            for (int i = 0; i < repeats[stage]; i++) {
                x = n.conv(x, widths[stage], 3, 1, Act.RELU);
            }
            x = n.maxPool(x, 2, 2, 0);
        }
        x = n.op("Relu", n.fc(n.op("Flatten", x), 64, 128));
        n.output(n.fc(n.op("Relu", n.fc(x, 128, 128)), 128, 100));
        return n.model;
    }

    private static String fire(NetBuilder n, String x, int squeeze, int expand) {
        String s = n.conv(x, squeeze, 1, 1, Act.RELU);
        return n.concat(n.conv(s, expand, 1, 1, Act.RELU), n.conv(s, expand, 3, 1, Act.RELU));
    }

    private static TestModel squeezenet(boolean second) {
        NetBuilder n = net(64);
        String x = second ? n.conv("x", 16, 3, 2, 0, 1, Act.RELU) : n.conv("x", 24, 7, 2, 0, 1, Act.RELU);
        int[] squeeze = {4, 4, 8, 8, 12, 12, 16, 16};
        x = n.maxPoolCeil(x, 3, 2, 0);
        for (int i = 0; i < 8; i++) {
            x = fire(n, x, squeeze[i], 4 * squeeze[i]);
            if (second ? i == 1 || i == 3 : i == 2 || i == 6) {
                x = n.maxPoolCeil(x, 3, 2, 0);
            }
        }
        x = n.conv(x, 100, 1, 1, Act.RELU);
        n.output(n.op("Flatten", n.global(x)));
        return n.model;
    }

    private static TestModel resnet(
            int[] blocks, boolean bottleneck, int width, int groups, int widening, int se, boolean d) {
        NetBuilder n = net(64);
        String x;
        if (d) {
            x = n.conv(n.conv(n.conv("x", width, 3, 2, Act.RELU), width, 3, 1, Act.RELU), 2 * width, 3, 1, Act.RELU);
        } else {
            x = n.conv("x", 2 * width, 7, 2, Act.RELU);
        }
        x = n.maxPool(x, 3, 2, 1);
        for (int stage = 0; stage < 4; stage++) {
            int own = width << stage;
            for (int i = 0; i < blocks[stage]; i++) {
                int stride = i == 0 && stage > 0 ? 2 : 1;
                int out = bottleneck ? 4 * own : own;
                String y;
                if (bottleneck) {
                    y = n.conv(x, own * widening, 1, 1, Act.RELU);
                    y = n.conv(y, own * widening, 3, stride, 1, groups, Act.RELU);
                    y = n.conv(y, out, 1, 1, Act.NONE);
                } else {
                    y = n.conv(n.conv(x, own, 3, stride, Act.RELU), own, 3, 1, Act.NONE);
                }
                if (se > 0) {
                    y = n.se(y, out / 16 + 4, Act.RELU, false);
                }
                String shortcut = x;
                if (stride > 1 || n.channels(x) != out) {
                    shortcut = d && stride > 1
                            ? n.conv(n.avgPool(x, 2, 2, 0), out, 1, 1, Act.NONE)
                            : n.conv(x, out, 1, stride, Act.NONE);
                }
                x = n.op("Relu", n.add(y, shortcut));
            }
        }
        n.classify(x, 100);
        return n.model;
    }

    private static TestModel resnetV2() {
        NetBuilder n = net(64);
        String x = n.maxPool(n.conv("x", 16, 7, 2, Act.NONE), 3, 2, 1);
        int[] blocks = {3, 4, 6, 3};
        for (int stage = 0; stage < 4; stage++) {
            int own = 8 << stage;
            for (int i = 0; i < blocks[stage]; i++) {
                int stride = i == 0 && stage > 0 ? 2 : 1;
                String before = n.op("Relu", n.bn(x));
                String shortcut = i == 0 ? n.conv(before, 4 * own, 1, stride, Act.NONE) : x;
                String y = n.conv(n.conv(before, own, 1, 1, Act.RELU), own, 3, stride, Act.RELU);
                x = n.add(n.conv(y, 4 * own, 1, 1, Act.NONE), shortcut);
            }
        }
        n.classify(n.op("Relu", n.bn(x)), 100);
        return n.model;
    }

    /** Weights standardised in the graph, as exporters leave them. */
    private static String standardised(NetBuilder n, String x, int out, int kernel, int stride) {
        int in = n.channels(x);
        String w = n.uniform(-1, 1, out, in, kernel, kernel);
        Map<String, Object> axes = Map.of("axes", new long[] {1, 2, 3}, "keepdims", 1);
        String centred = n.op("Sub", w, n.op("ReduceMean", 0, axes, w));
        String variance = n.op("ReduceMean", 0, axes, n.op("Mul", centred, centred));
        String scaled = n.op("Div", centred, n.op("Sqrt", n.op("Add", variance, n.scalar(1e-6f))));
        scaled = n.op("Mul", scaled, n.scalar((float) Math.sqrt(1.0 / (in * kernel * kernel))));
        int pad = kernel / 2;
        return n.op(
                "Conv",
                out,
                Map.of(
                        "kernel_shape",
                        new long[] {kernel, kernel},
                        "pads",
                        new long[] {pad, pad, pad, pad},
                        "strides",
                        new long[] {stride, stride}),
                x,
                scaled,
                n.uniform(-0.1, 0.1, out));
    }

    private static TestModel nfResnet() {
        NetBuilder n = net(64);
        String x = n.maxPool(standardised(n, "x", 16, 7, 2), 3, 2, 1);
        int[] blocks = {3, 4, 6, 3};
        for (int stage = 0; stage < 4; stage++) {
            int own = 8 << stage;
            for (int i = 0; i < blocks[stage]; i++) {
                int stride = i == 0 && stage > 0 ? 2 : 1;
                String before = n.op("Mul", n.op("Relu", x), n.scalar(1.7f));
                String shortcut =
                        i == 0 ? standardised(n, stride > 1 ? n.avgPool(before, 2, 2, 0) : before, 4 * own, 1, 1) : x;
                String y = n.op("Mul", n.op("Relu", standardised(n, before, own, 1, 1)), n.scalar(1.7f));
                y = n.op("Mul", n.op("Relu", standardised(n, y, own, 3, stride)), n.scalar(1.7f));
                y = standardised(n, y, 4 * own, 1, 1);
                x = n.add(n.op("Mul", y, n.scalar(0.2f)), shortcut);
            }
        }
        n.classify(n.op("Relu", x), 100);
        return n.model;
    }

    /** Channel attention by a convolution along the channels. */
    private static TestModel ecaResnet() {
        NetBuilder n = net(64);
        String x = n.maxPool(n.conv("x", 16, 7, 2, Act.RELU), 3, 2, 1);
        for (int stage = 0; stage < 4; stage++) {
            int own = 16 << stage;
            for (int i = 0; i < 2; i++) {
                int stride = i == 0 && stage > 0 ? 2 : 1;
                String y = n.conv(n.conv(x, own, 3, stride, Act.RELU), own, 3, 1, Act.NONE);
                String gate = n.reshape(n.global(y), 1, 1, own);
                gate = n.op(
                        "Conv",
                        1,
                        Map.of("kernel_shape", new long[] {3}, "pads", new long[] {1, 1}),
                        gate,
                        n.weights(1, 1, 1, 3));
                gate = n.op("Sigmoid", n.reshape(gate, 1, own, 1, 1));
                y = n.op("Mul", y, n.op("Expand", gate, n.op("Shape", y)));
                String shortcut = stride > 1 || n.channels(x) != own ? n.conv(x, own, 1, stride, Act.NONE) : x;
                x = n.op("Relu", n.add(y, shortcut));
            }
        }
        n.classify(x, 100);
        return n.model;
    }

    private static TestModel res2net() {
        NetBuilder n = net(64);
        String x = n.maxPool(n.conv("x", 16, 7, 2, Act.RELU), 3, 2, 1);
        int[] blocks = {3, 4, 6, 3};
        for (int stage = 0; stage < 4; stage++) {
            int own = 4 << stage;
            for (int i = 0; i < blocks[stage]; i++) {
                int stride = i == 0 && stage > 0 ? 2 : 1;
                String y = n.conv(x, 4 * own, 1, 1, Act.RELU);
                List<String> parts = new ArrayList<>();
                String before = null;
                for (int s = 0; s < 3; s++) {
                    String part = n.channels(y, s * own, (s + 1) * own);
                    before = before == null || i == 0 ? part : n.add(before, part);
                    before = n.conv(before, own, 3, stride, Act.RELU);
                    parts.add(before);
                }
                String last = n.channels(y, 3 * own, 4 * own);
                parts.add(i == 0 && stride > 1 ? n.avgPool(last, 3, stride, 1) : last);
                y = n.conv(n.concat(parts.toArray(String[]::new)), 8 * own, 1, 1, Act.NONE);
                String shortcut = i == 0 ? n.conv(x, 8 * own, 1, stride, Act.NONE) : x;
                x = n.op("Relu", n.add(y, shortcut));
            }
        }
        n.classify(x, 100);
        return n.model;
    }

    private static TestModel densenet() {
        NetBuilder n = net(32);
        int growth = 4;
        String x = n.maxPool(n.conv("x", 8, 7, 2, Act.RELU), 3, 2, 1);
        int[] blocks = {6, 12, 24, 16};
        for (int stage = 0; stage < 4; stage++) {
            for (int i = 0; i < blocks[stage]; i++) {
                String y = n.conv(n.op("Relu", n.bn(x)), 4 * growth, 1, 1, Act.RELU);
                x = n.concat(x, n.conv(y, growth, 3, 1, Act.NONE));
            }
            if (stage < 3) {
                x = n.conv(n.op("Relu", n.bn(x)), n.channels(x) / 2, 1, 1, Act.NONE);
                x = stage < 2 ? n.avgPool(x, 2, 2, 0) : x;
            }
        }
        n.classify(n.op("Relu", n.bn(x)), 100);
        return n.model;
    }

    private static TestModel dpn() {
        NetBuilder n = net(64);
        String x = n.maxPool(n.conv("x", 8, 3, 2, Act.RELU), 3, 2, 1);
        int[] blocks = {3, 4, 12, 3};
        String dense = null;
        for (int stage = 0; stage < 4; stage++) {
            int own = 16 << stage;
            int growth = 4;
            for (int i = 0; i < blocks[stage]; i++) {
                int stride = i == 0 && stage > 0 ? 2 : 1;
                String in = n.op("Relu", n.bn(dense == null ? x : n.concat(x, dense)));
                if (i == 0) {
                    String projected = n.conv(in, own + 2 * growth, 1, stride, Act.NONE);
                    x = n.channels(projected, 0, own);
                    dense = n.channels(projected, own, own + 2 * growth);
                }
                String y = n.conv(n.conv(in, own / 2, 1, 1, Act.RELU), own / 2, 3, stride, 1, 4, Act.RELU);
                y = n.conv(y, own + growth, 1, 1, Act.NONE);
                x = n.add(x, n.channels(y, 0, own));
                dense = n.concat(dense, n.channels(y, own, own + growth));
            }
        }
        n.classify(n.op("Relu", n.bn(n.concat(x, dense))), 100);
        return n.model;
    }

    private static String inception(NetBuilder n, String x, int a, int b, int c, int d) {
        return n.concat(
                n.conv(x, a, 1, 1, Act.RELU),
                n.conv(n.conv(x, b / 2, 1, 1, Act.RELU), b, 3, 1, Act.RELU),
                n.conv(n.conv(x, c / 2, 1, 1, Act.RELU), c, 3, 1, Act.RELU),
                n.conv(n.maxPoolCeil(x, 3, 1, 1), d, 1, 1, Act.RELU));
    }

    private static TestModel googlenet() {
        NetBuilder n = net(64);
        String x = n.maxPoolCeil(n.conv("x", 16, 7, 2, Act.RELU), 3, 2, 0);
        x = n.maxPoolCeil(n.conv(n.conv(x, 16, 1, 1, Act.RELU), 48, 3, 1, Act.RELU), 3, 2, 0);
        x = n.maxPoolCeil(inception(n, inception(n, x, 16, 32, 8, 8), 32, 48, 24, 16), 3, 2, 0);
        for (int i = 0; i < 5; i++) {
            x = inception(n, x, 32, 48, 16, 16);
        }
        x = n.maxPoolCeil(x, 2, 2, 0);
        n.classify(inception(n, inception(n, x, 64, 80, 32, 32), 96, 96, 32, 32), 100);
        return n.model;
    }

    private static String rectangle(NetBuilder n, String x, int out, int rows, int columns) {
        return n.conv(x, out, rows, columns, 1, rows / 2, columns / 2, 1, 1, Act.RELU);
    }

    private static TestModel inceptionV3() {
        NetBuilder n = net(75);
        String x = n.conv(n.conv("x", 8, 3, 2, 0, 1, Act.RELU), 8, 3, 1, 0, 1, Act.RELU);
        x = n.maxPool(n.conv(x, 16, 3, 1, Act.RELU), 3, 2, 0);
        x = n.maxPool(n.conv(n.conv(x, 20, 1, 1, Act.RELU), 48, 3, 1, 0, 1, Act.RELU), 3, 2, 0);
        for (int i = 0; i < 3; i++) {
            x = n.concat(
                    n.conv(x, 16, 1, 1, Act.RELU),
                    n.conv(n.conv(x, 12, 1, 1, Act.RELU), 16, 5, 1, Act.RELU),
                    n.conv(n.conv(n.conv(x, 16, 1, 1, Act.RELU), 24, 3, 1, Act.RELU), 24, 3, 1, Act.RELU),
                    n.conv(n.avgPool(x, 3, 1, 1), 8, 1, 1, Act.RELU));
        }
        x = n.concat(
                n.conv(x, 64, 3, 2, 0, 1, Act.RELU),
                n.conv(n.conv(n.conv(x, 16, 1, 1, Act.RELU), 24, 3, 1, Act.RELU), 24, 3, 2, 0, 1, Act.RELU),
                n.maxPool(x, 3, 2, 0));
        for (int i = 0; i < 4; i++) {
            String b = rectangle(n, rectangle(n, n.conv(x, 32, 1, 1, Act.RELU), 32, 1, 7), 48, 7, 1);
            String c = rectangle(n, rectangle(n, n.conv(x, 32, 1, 1, Act.RELU), 32, 7, 1), 32, 1, 7);
            c = rectangle(n, rectangle(n, c, 32, 7, 1), 48, 1, 7);
            x = n.concat(n.conv(x, 48, 1, 1, Act.RELU), b, c, n.conv(n.avgPool(x, 3, 1, 1), 48, 1, 1, Act.RELU));
        }
        for (int i = 0; i < 2; i++) {
            String b = n.conv(x, 48, 1, 1, Act.RELU);
            x = n.concat(
                    n.conv(x, 40, 1, 1, Act.RELU),
                    rectangle(n, b, 48, 1, 3),
                    rectangle(n, b, 48, 3, 1),
                    n.conv(n.avgPool(x, 3, 1, 1), 24, 1, 1, Act.RELU));
        }
        n.classify(x, 100);
        return n.model;
    }

    private static TestModel inceptionResnet() {
        NetBuilder n = net(64);
        String x = n.maxPool(n.conv("x", 32, 3, 2, Act.RELU), 3, 2, 0);
        for (int i = 0; i < 5; i++) {
            String y = n.concat(
                    n.conv(x, 8, 1, 1, Act.RELU),
                    n.conv(n.conv(x, 8, 1, 1, Act.RELU), 8, 3, 1, Act.RELU),
                    n.conv(n.conv(n.conv(x, 8, 1, 1, Act.RELU), 12, 3, 1, Act.RELU), 16, 3, 1, Act.RELU));
            y = n.op("Mul", n.conv(y, 32, 1, 1, Act.NONE), n.scalar(0.17f));
            x = n.op("Relu", n.add(y, x));
        }
        x = n.concat(n.conv(x, 32, 3, 2, 0, 1, Act.RELU), n.maxPool(x, 3, 2, 0));
        for (int i = 0; i < 5; i++) {
            String y = rectangle(n, rectangle(n, n.conv(x, 16, 1, 1, Act.RELU), 20, 1, 7), 24, 7, 1);
            y = n.conv(n.concat(n.conv(x, 24, 1, 1, Act.RELU), y), 64, 1, 1, Act.NONE);
            x = n.op("Relu", n.add(n.op("Mul", y, n.scalar(0.1f)), x));
        }
        n.classify(x, 100);
        return n.model;
    }

    private static String separable(NetBuilder n, String x, int out, int stride) {
        return n.conv(n.depthwise(x, 3, stride, Act.NONE), out, 1, 1, Act.NONE);
    }

    private static TestModel xception() {
        NetBuilder n = net(64);
        String x = n.conv(n.conv("x", 8, 3, 2, Act.RELU), 16, 3, 1, Act.RELU);
        int[] widths = {32, 48, 96};
        for (int stage = 0; stage < 3; stage++) {
            String y = separable(n, stage == 0 ? x : n.op("Relu", x), widths[stage], 1);
            y = n.maxPool(separable(n, n.op("Relu", y), widths[stage], 1), 3, 2, 1);
            x = n.add(y, n.conv(x, widths[stage], 1, 2, Act.NONE));
        }
        for (int i = 0; i < 8; i++) {
            String y = x;
            for (int j = 0; j < 3; j++) {
                y = separable(n, n.op("Relu", y), 96, 1);
            }
            x = n.add(y, x);
        }
        n.classify(n.op("Relu", separable(n, x, 128, 1)), 100);
        return n.model;
    }

    private static TestModel mobilenetV1() {
        NetBuilder n = net(64);
        String x = n.conv("x", 8, 3, 2, Act.RELU);
        int[] widths = {16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256, 256};
        int[] strides = {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1};
        for (int i = 0; i < 13; i++) {
            x = n.conv(n.depthwise(x, 3, strides[i], Act.RELU), widths[i], 1, 1, Act.RELU);
        }
        n.classify(x, 100);
        return n.model;
    }

    /** Expansion, output channels, blocks, stride, kernel. */
    private static final int[][] MOBILENET_V2 = {
        {1, 8, 1, 1, 3},
        {6, 8, 2, 2, 3},
        {6, 12, 3, 2, 3},
        {6, 16, 4, 2, 3},
        {6, 24, 3, 1, 3},
        {6, 40, 3, 2, 3},
        {6, 80, 1, 1, 3}
    };

    private static final int[][] MNASNET = {
        {1, 8, 1, 1, 3},
        {3, 8, 3, 2, 3},
        {3, 12, 3, 2, 5},
        {6, 20, 3, 2, 5},
        {6, 24, 2, 1, 3},
        {6, 48, 4, 2, 5},
        {6, 80, 1, 1, 3}
    };

    private static final int[][] PROXYLESS = {
        {1, 8, 1, 1, 3},
        {3, 8, 2, 2, 5},
        {3, 12, 4, 2, 7},
        {6, 20, 4, 2, 7},
        {6, 24, 4, 1, 5},
        {6, 48, 4, 2, 7},
        {6, 80, 1, 1, 7}
    };

    private static final int[][] FBNET = {
        {1, 8, 1, 1, 3},
        {6, 8, 3, 2, 3},
        {6, 12, 4, 2, 5},
        {6, 16, 4, 2, 5},
        {6, 28, 4, 1, 5},
        {6, 46, 4, 2, 5},
        {6, 88, 1, 1, 3}
    };

    private static final int[][] EFFICIENTNET = {
        {1, 8, 1, 1, 3},
        {6, 8, 2, 2, 3},
        {6, 12, 2, 2, 5},
        {6, 20, 3, 2, 3},
        {6, 28, 3, 1, 5},
        {6, 48, 4, 2, 5},
        {6, 80, 1, 1, 3}
    };

    private static final int[][] EFFICIENTNET_V2 = {
        {1, 8, 2, 1, 3}, {4, 12, 4, 2, 3}, {4, 16, 4, 2, 3}, {4, 32, 6, 2, 3}, {6, 40, 9, 1, 3}, {6, 64, 6, 2, 3}
    };

    /** Inverted residuals; of the fused kind in the first three stages where asked. */
    private static TestModel inverted(int[][] stages, Act act, int se, boolean fused, int stem, int size) {
        NetBuilder n = net(size);
        String x = n.conv("x", stem, 3, 2, act);
        for (int s = 0; s < stages.length; s++) {
            int[] stage = stages[s];
            for (int i = 0; i < stage[2]; i++) {
                int stride = i == 0 ? stage[3] : 1;
                int hidden = n.channels(x) * stage[0];
                String y = x;
                if (fused && s < 3) {
                    y = n.conv(x, stage[0] == 1 ? stage[1] : hidden, stage[4], stride, act);
                    y = stage[0] == 1 ? y : n.conv(y, stage[1], 1, 1, Act.NONE);
                } else {
                    y = stage[0] == 1 ? x : n.conv(x, hidden, 1, 1, act);
                    y = n.depthwise(y, stage[4], stride, act);
                    if (se > 0) {
                        y = n.se(y, Math.max(2, n.channels(x) / se), act, false);
                    }
                    y = n.conv(y, stage[1], 1, 1, Act.NONE);
                }
                x = stride == 1 && n.channels(x) == stage[1] ? n.add(x, y) : y;
            }
        }
        n.classify(n.conv(x, 160, 1, 1, act), 100);
        return n.model;
    }

    /** Kernel, hidden channels, output channels, squeeze (0 or 1), hard swish (0 or 1), stride. */
    private static final int[][] V3_SMALL = {
        {3, 8, 8, 1, 0, 2}, {3, 24, 12, 0, 0, 2}, {3, 28, 12, 0, 0, 1}, {5, 32, 16, 1, 1, 2}, {5, 64, 16, 1, 1, 1},
        {5, 64, 16, 1, 1, 1}, {5, 40, 20, 1, 1, 1}, {5, 48, 20, 1, 1, 1}, {5, 96, 32, 1, 1, 2}, {5, 96, 32, 1, 1, 1},
        {5, 96, 32, 1, 1, 1}
    };

    private static final int[][] V3_LARGE = {
        {3, 8, 8, 0, 0, 1}, {3, 24, 12, 0, 0, 2}, {3, 28, 12, 0, 0, 1}, {5, 28, 16, 1, 0, 2}, {5, 40, 16, 1, 0, 1},
        {5, 40, 16, 1, 0, 1}, {3, 64, 24, 0, 1, 2}, {3, 64, 24, 0, 1, 1}, {3, 56, 24, 0, 1, 1}, {3, 56, 24, 0, 1, 1},
        {3, 96, 32, 1, 1, 1}, {3, 128, 32, 1, 1, 1}, {5, 128, 48, 1, 1, 2}, {5, 160, 48, 1, 1, 1}, {5, 160, 48, 1, 1, 1}
    };

    private static TestModel mobilenetV3(int[][] blocks) {
        NetBuilder n = net(64);
        String x = n.conv("x", 8, 3, 2, Act.HARD_SWISH);
        for (int[] b : blocks) {
            Act act = b[4] == 1 ? Act.HARD_SWISH : Act.RELU;
            String y = b[1] == n.channels(x) ? x : n.conv(x, b[1], 1, 1, act);
            y = n.depthwise(y, b[0], b[5], act);
            if (b[3] == 1) {
                y = n.se(y, Math.max(4, b[1] / 4), Act.RELU, true);
            }
            y = n.conv(y, b[2], 1, 1, Act.NONE);
            x = b[5] == 1 && n.channels(x) == b[2] ? n.add(x, y) : y;
        }
        x = n.conv(x, 96, 1, 1, Act.HARD_SWISH);
        x = n.op("HardSwish", n.fc(n.op("Flatten", n.global(x)), 96, 128));
        n.output(n.fc(x, 128, 100));
        return n.model;
    }

    private static TestModel regnet(int se) {
        NetBuilder n = net(64);
        String x = n.conv("x", 16, 3, 2, Act.RELU);
        int[] widths = {16, 32, 64, 128};
        int[] blocks = {1, 2, 7, 6};
        for (int stage = 0; stage < 4; stage++) {
            for (int i = 0; i < blocks[stage]; i++) {
                int w = widths[stage];
                int stride = i == 0 ? 2 : 1;
                String y = n.conv(n.conv(x, w, 1, 1, Act.RELU), w, 3, stride, 1, w / 8, Act.RELU);
                y = se > 0 ? n.se(y, n.channels(x) / se, Act.RELU, false) : y;
                y = n.conv(y, w, 1, 1, Act.NONE);
                x = n.op("Relu", n.add(i == 0 ? n.conv(x, w, 1, stride, Act.NONE) : x, y));
            }
        }
        n.classify(x, 100);
        return n.model;
    }

    private static String shuffle(NetBuilder n, String x, int groups, int size) {
        int c = n.channels(x);
        String y = n.reshape(x, 1, groups, c / groups, size, size);
        return n.reshape(n.transpose(y, 0, 2, 1, 3, 4), 1, -1, size, size);
    }

    private static TestModel shufflenetV1() {
        NetBuilder n = net(64);
        String x = n.maxPool(n.conv("x", 12, 3, 2, Act.RELU), 3, 2, 1);
        int size = 16;
        int[] widths = {24, 48, 96};
        int[] blocks = {4, 8, 4};
        for (int stage = 0; stage < 3; stage++) {
            for (int i = 0; i < blocks[stage]; i++) {
                int stride = i == 0 ? 2 : 1;
                int out = widths[stage] - (i == 0 ? n.channels(x) : 0);
                String y = n.conv(x, 12, 1, 1, 0, 3, Act.RELU);
                y = n.depthwise(shuffle(n, y, 3, size), 3, stride, Act.NONE);
                y = n.conv(y, out, 1, 1, 0, 3, Act.NONE);
                size /= stride;
                x = n.op("Relu", i == 0 ? n.concat(n.avgPool(x, 3, 2, 1), y) : n.add(x, y));
            }
        }
        n.classify(x, 100);
        return n.model;
    }

    private static TestModel shufflenetV2() {
        NetBuilder n = net(64);
        String x = n.maxPool(n.conv("x", 8, 3, 2, Act.RELU), 3, 2, 1);
        int size = 16;
        int[] widths = {16, 32, 64};
        int[] blocks = {4, 8, 4};
        for (int stage = 0; stage < 3; stage++) {
            int half = widths[stage] / 2;
            for (int i = 0; i < blocks[stage]; i++) {
                String left = x;
                String right = x;
                int stride = i == 0 ? 2 : 1;
                if (i == 0) {
                    left = n.conv(n.depthwise(x, 3, 2, Act.NONE), half, 1, 1, Act.RELU);
                } else {
                    left = n.channels(x, 0, half);
                    right = n.channels(x, half, 2 * half);
                }
                right = n.conv(right, half, 1, 1, Act.RELU);
                right = n.conv(n.depthwise(right, 3, stride, Act.NONE), half, 1, 1, Act.RELU);
                size /= stride;
                x = shuffle(n, n.concat(left, right), 2, size);
            }
        }
        n.classify(n.conv(x, 128, 1, 1, Act.RELU), 100);
        return n.model;
    }

    private static String ghost(NetBuilder n, String x, int out, Act act) {
        String primary = n.conv(x, out / 2, 1, 1, act);
        return n.concat(primary, n.depthwise(primary, 3, 1, act));
    }

    private static TestModel ghostnet() {
        NetBuilder n = net(64);
        String x = n.conv("x", 8, 3, 2, Act.RELU);
        int[][] blocks = {
            {8, 8, 0, 1},
            {24, 12, 0, 2},
            {36, 12, 0, 1},
            {36, 20, 1, 2},
            {60, 20, 1, 1},
            {120, 40, 0, 2},
            {100, 40, 0, 1},
            {92, 40, 0, 1},
            {240, 56, 1, 1},
            {336, 80, 1, 2},
            {480, 80, 1, 1}
        };
        for (int[] b : blocks) {
            String y = ghost(n, x, b[0], Act.RELU);
            y = b[3] > 1 ? n.depthwise(y, 3, 2, Act.NONE) : y;
            y = b[2] == 1 ? n.se(y, b[0] / 4, Act.RELU, true) : y;
            y = ghost(n, y, b[1], Act.NONE);
            String shortcut = b[3] > 1 || n.channels(x) != b[1]
                    ? n.conv(n.depthwise(x, 3, b[3], Act.NONE), b[1], 1, 1, Act.NONE)
                    : x;
            x = n.add(y, shortcut);
        }
        n.classify(n.conv(x, 160, 1, 1, Act.RELU), 100);
        return n.model;
    }

    /** In training form: 3x3, 1x1 and identity branches with normalisation. */
    private static TestModel repvgg() {
        NetBuilder n = net(64);
        String x = "x";
        int[] widths = {8, 8, 16, 32, 64};
        int[] blocks = {1, 2, 4, 6, 1};
        for (int stage = 0; stage < 5; stage++) {
            for (int i = 0; i < blocks[stage]; i++) {
                int stride = i == 0 ? 2 : 1;
                String y = n.add(
                        n.conv(x, widths[stage], 3, stride, Act.NONE), n.conv(x, widths[stage], 1, stride, Act.NONE));
                y = stride == 1 && n.channels(x) == widths[stage] ? n.add(y, n.bn(x)) : y;
                x = n.op("Relu", y);
            }
        }
        n.classify(x, 100);
        return n.model;
    }

    private static TestModel vovnet() {
        NetBuilder n = net(64);
        String x = n.conv(n.conv(n.conv("x", 8, 3, 2, Act.RELU), 8, 3, 1, Act.RELU), 16, 3, 2, Act.RELU);
        int[] blocks = {1, 1, 2, 2};
        for (int stage = 0; stage < 4; stage++) {
            x = stage > 0 ? n.maxPoolCeil(x, 3, 2, 0) : x;
            for (int b = 0; b < blocks[stage]; b++) {
                List<String> parts = new ArrayList<>(List.of(x));
                String y = x;
                for (int i = 0; i < 5; i++) {
                    y = n.conv(y, 12 + 4 * stage, 3, 1, Act.RELU);
                    parts.add(y);
                }
                y = n.conv(n.concat(parts.toArray(String[]::new)), 32 << stage, 1, 1, Act.RELU);
                x = b > 0 ? n.add(y, x) : y;
            }
        }
        n.classify(x, 100);
        return n.model;
    }

    private static String basic(NetBuilder n, String x, int out, int stride, String residual) {
        String y = n.conv(n.conv(x, out, 3, stride, Act.RELU), out, 3, 1, Act.NONE);
        return n.op("Relu", n.add(y, residual));
    }

    private static TestModel dla() {
        NetBuilder n = net(64);
        String x = n.conv(n.conv(n.conv("x", 8, 7, 1, Act.RELU), 8, 3, 1, Act.RELU), 16, 3, 2, Act.RELU);
        for (int stage = 0; stage < 4; stage++) {
            int own = 16 << stage;
            String bottom = n.maxPool(x, 2, 2, 0);
            String projected = n.channels(bottom) == own ? bottom : n.conv(bottom, own, 1, 1, Act.NONE);
            String first = basic(n, x, own, 2, projected);
            String second = basic(n, first, own, 1, first);
            String root = n.conv(n.concat(second, first), own, 1, 1, Act.NONE);
            root = n.op("Relu", n.add(root, second));
            String third = basic(n, root, own, 1, root);
            x = n.op("Relu", n.conv(n.concat(third, root, bottom), own, 1, 1, Act.NONE));
        }
        n.classify(x, 100);
        return n.model;
    }

    private static TestModel darknet() {
        NetBuilder n = net(64);
        n.classify(darknet(n, new ArrayList<>()), 100);
        return n.model;
    }

    private static String darknet(NetBuilder n, List<String> levels) {
        String x = n.conv("x", 8, 3, 1, Act.LEAKY);
        int[] blocks = {1, 2, 8, 8, 4};
        int[] widths = {8, 16, 32, 48, 64};
        for (int stage = 0; stage < 5; stage++) {
            x = n.conv(x, widths[stage], 3, 2, Act.LEAKY);
            for (int i = 0; i < blocks[stage]; i++) {
                String y = n.conv(x, widths[stage] / 2, 1, 1, Act.LEAKY);
                x = n.add(x, n.conv(y, widths[stage], 3, 1, Act.LEAKY));
            }
            levels.add(x);
        }
        return x;
    }

    private static String csp(NetBuilder n, String x, int out, int blocks, boolean shortcut, Act act) {
        String left = n.conv(x, out / 2, 1, 1, act);
        for (int i = 0; i < blocks; i++) {
            String y = n.conv(n.conv(left, out / 2, 1, 1, act), out / 2, 3, 1, act);
            left = shortcut ? n.add(left, y) : y;
        }
        return n.conv(n.concat(left, n.conv(x, out / 2, 1, 1, act)), out, 1, 1, act);
    }

    private static TestModel cspDarknet() {
        NetBuilder n = net(64);
        String x = n.conv("x", 8, 3, 1, Act.LEAKY);
        int[] blocks = {1, 2, 8, 8, 4};
        int[] widths = {8, 16, 32, 48, 64};
        for (int stage = 0; stage < 5; stage++) {
            x = csp(n, n.conv(x, widths[stage], 3, 2, Act.LEAKY), widths[stage], blocks[stage], true, Act.LEAKY);
        }
        n.classify(x, 100);
        return n.model;
    }

    private static TestModel tresnet() {
        NetBuilder n = net(64);
        String x = n.op("SpaceToDepth", 48, Map.of("blocksize", 4), "x");
        x = n.conv(x, 16, 3, 1, Act.LEAKY);
        for (int stage = 0; stage < 4; stage++) {
            int own = 16 << stage;
            for (int i = 0; i < 2; i++) {
                int stride = i == 0 && stage > 0 ? 2 : 1;
                String y = n.conv(n.conv(x, own, 3, stride, Act.LEAKY), own, 3, 1, Act.NONE);
                y = stage < 3 ? n.se(y, own / 4, Act.RELU, false) : y;
                String shortcut = x;
                if (stride > 1) {
                    shortcut = n.conv(n.avgPool(x, 2, 2, 0), own, 1, 1, Act.NONE);
                }
                x = n.op("Relu", n.add(y, shortcut));
            }
        }
        n.classify(x, 100);
        return n.model;
    }

    private static TestModel yolov3() {
        NetBuilder n = net(64);
        List<String> levels = new ArrayList<>();
        String x = darknet(n, levels);
        for (int level = 0; level < 3; level++) {
            int own = 48 >> level;
            if (level > 0) {
                x = n.upsample(n.conv(x, own, 1, 1, Act.LEAKY), 2, "nearest");
                x = n.concat(x, levels.get(4 - level));
            }
            for (int i = 0; i < 2; i++) {
                x = n.conv(n.conv(x, own, 1, 1, Act.LEAKY), 2 * own, 3, 1, Act.LEAKY);
            }
            x = n.conv(x, own, 1, 1, Act.LEAKY);
            String head = n.conv(n.conv(x, 2 * own, 3, 1, Act.LEAKY), 3 * 10, 1, 1, Act.NONE);
            if (level == 0) {
                n.output(head);
            } else {
                n.further(head);
            }
        }
        return n.model;
    }

    private static TestModel yolov5() {
        NetBuilder n = net(64);
        String[] focus = new String[4];
        for (int i = 0; i < 4; i++) {
            focus[i] = n.every(n.every("x", 2, i % 2), 3, i / 2);
        }
        String x = n.conv(n.concat(focus), 8, 3, 1, Act.SILU);
        List<String> levels = new ArrayList<>();
        int[] widths = {16, 32, 48, 64};
        int[] blocks = {1, 2, 3, 1};
        for (int stage = 0; stage < 4; stage++) {
            x = csp(n, n.conv(x, widths[stage], 3, 2, Act.SILU), widths[stage], blocks[stage], true, Act.SILU);
            levels.add(x);
        }
        // Spatial pyramid pooling, fast.
        String s = n.conv(x, 32, 1, 1, Act.SILU);
        String a = n.maxPool(s, 5, 1, 2);
        String b = n.maxPool(a, 5, 1, 2);
        x = n.conv(n.concat(s, a, b, n.maxPool(b, 5, 1, 2)), 64, 1, 1, Act.SILU);
        String top = n.conv(x, 48, 1, 1, Act.SILU);
        x = csp(n, n.concat(n.upsample(top, 2, "nearest"), levels.get(2)), 48, 1, false, Act.SILU);
        String middle = n.conv(x, 32, 1, 1, Act.SILU);
        x = csp(n, n.concat(n.upsample(middle, 2, "nearest"), levels.get(1)), 32, 1, false, Act.SILU);
        n.output(n.conv(x, 30, 1, 1, Act.NONE));
        x = csp(n, n.concat(n.conv(x, 32, 3, 2, Act.SILU), middle), 48, 1, false, Act.SILU);
        n.further(n.conv(x, 30, 1, 1, Act.NONE));
        x = csp(n, n.concat(n.conv(x, 48, 3, 2, Act.SILU), top), 64, 1, false, Act.SILU);
        n.further(n.conv(x, 30, 1, 1, Act.NONE));
        return n.model;
    }

    private static TestModel hrnet() {
        NetBuilder n = net(64);
        String x = n.conv(n.conv("x", 16, 3, 2, Act.RELU), 16, 3, 2, Act.RELU);
        List<String> branches = new ArrayList<>(List.of(n.conv(x, 8, 3, 1, Act.RELU)));
        for (int stage = 1; stage <= 3; stage++) {
            String last = branches.get(branches.size() - 1);
            branches.add(n.conv(last, 8 << stage, 3, 2, Act.RELU));
            for (int i = 0; i < branches.size(); i++) {
                String y = branches.get(i);
                y = basic(n, y, 8 << i, 1, y);
                branches.set(i, basic(n, y, 8 << i, 1, y));
            }
            List<String> fused = new ArrayList<>();
            for (int i = 0; i < branches.size(); i++) {
                String sum = null;
                for (int j = 0; j < branches.size(); j++) {
                    String y = branches.get(j);
                    if (j > i) {
                        y = n.upsample(n.conv(y, 8 << i, 1, 1, Act.NONE), 1 << (j - i), "nearest");
                    }
                    for (int k = j; k < i; k++) {
                        y = n.conv(y, k == i - 1 ? 8 << i : 8 << j, 3, 2, k == i - 1 ? Act.NONE : Act.RELU);
                    }
                    sum = sum == null ? y : n.add(sum, y);
                }
                fused.add(n.op("Relu", sum));
            }
            branches = fused;
        }
        List<String> same = new ArrayList<>(List.of(branches.get(0)));
        for (int i = 1; i < branches.size(); i++) {
            same.add(n.upsample(branches.get(i), 1 << i, "linear"));
        }
        x = n.conv(n.concat(same.toArray(String[]::new)), 48, 1, 1, Act.RELU);
        n.output(n.conv(x, 19, 1, 1, Act.NONE));
        return n.model;
    }

    private static TestModel unet() {
        NetBuilder n = net(32);
        List<String> levels = new ArrayList<>();
        String x = "x";
        for (int level = 0; level < 5; level++) {
            x = level > 0 ? n.maxPool(x, 2, 2, 0) : x;
            x = n.conv(n.conv(x, 4 << level, 3, 1, Act.RELU), 4 << level, 3, 1, Act.RELU);
            levels.add(x);
        }
        for (int level = 3; level >= 0; level--) {
            x = n.concat(levels.get(level), n.transposedConv(x, 4 << level, 2, 2, 0));
            x = n.conv(n.conv(x, 4 << level, 3, 1, Act.RELU), 4 << level, 3, 1, Act.RELU);
        }
        n.output(n.conv(x, 5, 1, 1, Act.NONE));
        return n.model;
    }

    private static TestModel deeplab() {
        NetBuilder n = net(64);
        String x = n.maxPool(n.conv("x", 16, 7, 2, Act.RELU), 3, 2, 1);
        int[] blocks = {3, 4, 6, 3};
        for (int stage = 0; stage < 4; stage++) {
            int own = 8 << stage;
            int dilation = stage < 2 ? 1 : stage == 2 ? 2 : 4;
            for (int i = 0; i < blocks[stage]; i++) {
                int stride = i == 0 && stage == 1 ? 2 : 1;
                String y = n.conv(x, own, 1, 1, Act.RELU);
                y = n.conv(y, own, 3, 3, stride, dilation, dilation, 1, dilation, Act.RELU);
                y = n.conv(y, 4 * own, 1, 1, Act.NONE);
                x = n.op("Relu", n.add(y, i == 0 ? n.conv(x, 4 * own, 1, stride, Act.NONE) : x));
            }
        }
        List<String> pyramid = new ArrayList<>(List.of(n.conv(x, 32, 1, 1, Act.RELU)));
        for (int rate : new int[] {2, 4, 6}) {
            pyramid.add(n.conv(x, 32, 3, 3, 1, rate, rate, 1, rate, Act.RELU));
        }
        pyramid.add(n.upsample(n.conv(n.global(x), 32, 1, 1, Act.RELU), 8, "linear"));
        x = n.conv(n.concat(pyramid.toArray(String[]::new)), 32, 1, 1, Act.RELU);
        x = n.conv(n.conv(x, 32, 3, 1, Act.RELU), 21, 1, 1, Act.NONE);
        n.output(n.upsample(x, 8, "linear"));
        return n.model;
    }

    private static TestModel convnext() {
        NetBuilder n = net(64);
        String x = n.conv("x", 16, 4, 4, 0, 1, Act.NONE);
        x = n.transpose(n.layerNorm(n.transpose(x, 0, 2, 3, 1), 16), 0, 3, 1, 2);
        int[] blocks = {3, 3, 9, 3};
        for (int stage = 0; stage < 4; stage++) {
            int own = 16 << stage;
            if (stage > 0) {
                x = n.transpose(n.layerNorm(n.transpose(x, 0, 2, 3, 1), own / 2), 0, 3, 1, 2);
                x = n.conv(x, own, 2, 2, 0, 1, Act.NONE);
            }
            for (int i = 0; i < blocks[stage]; i++) {
                String y = n.transpose(n.depthwise(x, 7, 1, Act.NONE), 0, 2, 3, 1);
                y = n.mlp(n.layerNorm(y, own), own, 4 * own);
                y = n.transpose(n.op("Mul", y, n.uniform(0.2, 0.4, own)), 0, 3, 1, 2);
                x = n.add(x, y);
            }
        }
        x = n.op("ReduceMean", 128, Map.of("axes", new long[] {2, 3}, "keepdims", 0), x);
        n.output(n.fc(n.layerNorm(x, 128), 128, 100));
        return n.model;
    }

    private static TestModel convmixer() {
        NetBuilder n = net(64);
        String x = n.bn(n.act(n.conv("x", 48, 4, 4, 0, 1, Act.NONE), Act.GELU));
        for (int i = 0; i < 8; i++) {
            x = n.add(n.bn(n.act(n.depthwise(x, 7, 1, Act.NONE), Act.GELU)), x);
            x = n.bn(n.act(n.conv(x, 48, 1, 1, Act.NONE), Act.GELU));
        }
        n.classify(x, 100);
        return n.model;
    }

    /** Tokens [1, T, D] of patches. */
    private static String patches(NetBuilder n, int patch, int width, int tokens) {
        String x = n.conv("x", width, patch, patch, 0, 1, Act.NONE);
        return n.transpose(n.reshape(x, 1, width, tokens), 0, 2, 1);
    }

    private static TestModel vit() {
        NetBuilder n = net(14, 32);
        int width = 48;
        String x = n.concatTokens(n.uniform(-1, 1, 1, 1, width), patches(n, 4, width, 64));
        x = n.op("Add", x, n.uniform(-0.5, 0.5, 1, 65, width));
        for (int i = 0; i < 6; i++) {
            x = n.add(x, n.attention(n.layerNormByParts(x, width), 65, width, 3));
            x = n.add(x, n.mlp(n.layerNormByParts(x, width), width, 4 * width));
        }
        x = n.layerNormByParts(x, width);
        x = n.op("Gather", width, Map.of("axis", 1), x, n.index(0));
        n.output(n.fc(x, width, 100));
        return n.model;
    }

    /** Attention and feed-forward part over 16 tokens, each added to its input. */
    private static TestModel transformerLayer() {
        NetBuilder n = net(32);
        int width = 48;
        String x = patches(n, 8, width, 16);
        x = n.add(x, n.attention(n.layerNorm(x, width), 16, width, 3));
        n.output(n.add(x, n.mlp(n.layerNorm(x, width), width, 4 * width)));
        return n.model;
    }

    private static TestModel mlp() {
        NetBuilder n = new NetBuilder(17, SEED, 1, 64);
        String x = n.op("Relu", n.fc("x", 64, 128));
        x = n.op("Relu", n.fc(x, 128, 64));
        n.output(n.fc(x, 64, 10));
        return n.model;
    }

    private static TestModel mixer() {
        NetBuilder n = net(32);
        int width = 48;
        String x = patches(n, 4, width, 64);
        for (int i = 0; i < 6; i++) {
            String y = n.transpose(n.layerNorm(x, width), 0, 2, 1);
            x = n.add(x, n.transpose(n.mlp(y, 64, 32), 0, 2, 1));
            x = n.add(x, n.mlp(n.layerNorm(x, width), width, 4 * width));
        }
        x = n.op("ReduceMean", width, Map.of("axes", new long[] {1}, "keepdims", 0), n.layerNorm(x, width));
        n.output(n.fc(x, width, 100));
        return n.model;
    }

    /** As tf2onnx writes Keras's: the image channel-last, convolutions between transpositions, ReLU6 by Min and Relu. */
    private static TestModel kerasMobilenet() {
        NetBuilder n = new NetBuilder(13, SEED, 1, 64, 64, 3);
        String x = n.op("Transpose", 3, Map.of("perm", new long[] {0, 3, 1, 2}), "x");
        x = n.keras6(n.conv(x, 8, 3, 2, Act.NONE));
        int[] widths = {16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256, 256};
        int[] strides = {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1};
        for (int i = 0; i < 13; i++) {
            x = n.keras6(n.depthwise(x, 3, strides[i], Act.NONE));
            x = n.keras6(n.conv(x, widths[i], 1, 1, Act.NONE));
        }
        x = n.op("ReduceMean", 256, Map.of("axes", new long[] {1, 2}, "keepdims", 0), n.transpose(x, 0, 2, 3, 1));
        double bound = Math.sqrt(3.0 / 256);
        x = n.op("MatMul", 100, Map.of(), x, n.uniform(-bound, bound, 256, 100));
        n.output(n.op("Add", x, n.uniform(-0.1, 0.1, 100)));
        return n.model;
    }
}
