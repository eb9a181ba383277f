package dev.isos.core.wavefront;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import java.util.List;

/** Small networks with combinations that random ones seldom have. */
public final class WeakSpots {
    private static final Window POINTWISE = Window.square(1, 1, 0);
    private static final Window THREE = Window.square(3, 1, 1);

    private WeakSpots() {}

    /** All of them. */
    public static List<Workload> all() {
        return List.of(
                concatenatedResidual(),
                streamedConcatenation(),
                padded(1, 1, 0.9),
                padded(2, 1, 0.4),
                skips(),
                windowsInPadding(),
                leavingInside(),
                normalised(),
                twoInputs(),
                oneColumn(),
                oneRow(),
                shrinking());
    }

    /** A residual operand of two parts, one of them twice. */
    private static Workload concatenatedResidual() {
        WorkloadBuilder b = new WorkloadBuilder("concatenated-residual", 1, new FeatureMapShape(4, 9, 6), false, 0.6);
        int first = b.convolution(Layer.NETWORK_INPUT, 3, 1, POINTWISE, 0.7);
        int second = b.convolution(Layer.NETWORK_INPUT, 2, 1, THREE, 0.7);
        int skip = b.concatenation(first, second, first);
        int branch = b.convolution(Layer.NETWORK_INPUT, 4, 1, THREE, 0.7);
        b.convolution(branch, skip, 8, 1, THREE, 0.7, true);
        return b.build();
    }

    /** Weights stream by an input of two parts, one of them twice, and a residual operand. */
    private static Workload streamedConcatenation() {
        WorkloadBuilder b = new WorkloadBuilder("streamed-concatenation", 2, new FeatureMapShape(4, 3, 2), false, 0.7);
        int first = b.convolution(Layer.NETWORK_INPUT, 3, 1, POINTWISE, 0.7);
        int second = b.convolution(Layer.NETWORK_INPUT, 2, 1, THREE, 0.7);
        int both = b.concatenation(first, second, first);
        Window full = new Window(3, 2, 1, 1, 0, 0, 0, 0, 1, 1);
        int skip = b.convolution(both, 9, 1, full, 0.7);
        b.convolution(both, skip, 9, 1, full, 0.7, true);
        return b.build();
    }

    /** One output position, most of whose window lies in the padding. */
    private static Workload padded(int size, int pad, double density) {
        WorkloadBuilder b = new WorkloadBuilder("padded-" + size, 3, new FeatureMapShape(6, size, size), false, 0.8);
        Window window = new Window(size + 2, size + 2, 3, 3, pad, pad, pad, pad, 1, 1);
        int at = b.convolution(Layer.NETWORK_INPUT, 40, 1, window, density);
        b.convolution(at, at, 40, 1, Window.square(3, 1, 1), density, true);
        return b.build();
    }

    /** Strided windows that do not reach the last rows and columns, below and above layers that do. */
    private static Workload skips() {
        WorkloadBuilder b = new WorkloadBuilder("skips", 4, new FeatureMapShape(3, 12, 11), false, 0.7);
        int at = b.convolution(Layer.NETWORK_INPUT, 4, 1, THREE, 0.6);
        at = b.convolution(at, 5, 1, new Window(2, 2, 5, 4, 0, 0, 0, 0, 1, 1), 0.6);
        b.convolution(at, 4, 1, POINTWISE, 0.6);
        return b.build();
    }

    /** Windows that see nothing of the map, on all sides. */
    private static Workload windowsInPadding() {
        WorkloadBuilder b = new WorkloadBuilder("windows-in-padding", 5, new FeatureMapShape(3, 5, 4), false, 0.7);
        int at = b.convolution(Layer.NETWORK_INPUT, 4, 1, new Window(2, 2, 1, 1, 4, 3, 3, 4, 1, 1), 0.6);
        at = b.convolution(at, at, 4, 1, THREE, 0.6, true);
        at = b.convolution(at, 3, 1, new Window(1, 1, 1, 1, 3, 2, 1, 3, 1, 1), 0.6);
        b.pooling(at, PoolingKind.AVERAGE, new Window(2, 2, 1, 1, 3, 3, 3, 3, 1, 1), false);
        return b.build();
    }

    /** Tensors that leave a pipeline and are read inside it, through a window and aligned. */
    private static Workload leavingInside() {
        WorkloadBuilder b = new WorkloadBuilder("leaving-inside", 6, new FeatureMapShape(3, 11, 7), false, 0.7);
        int stem = b.convolution(Layer.NETWORK_INPUT, 4, 1, THREE, 0.6);
        int branch = b.convolution(stem, 4, 1, Window.square(5, 1, 2), 0.6);
        int sum = b.elementwiseAdd(branch, stem, true);
        int deep = b.convolution(sum, stem, 4, 1, THREE, 0.6, true);
        b.concatenation(stem, deep, branch);
        return b.build();
    }

    /** Normalisations and selections between convolutions. */
    private static Workload normalised() {
        WorkloadBuilder b = new WorkloadBuilder("normalised", 7, new FeatureMapShape(3, 10, 6), false, 0.8);
        int at = b.convolution(Layer.NETWORK_INPUT, 7, 1, THREE, 0.6);
        at = b.localResponseNormalisation(at, 3);
        at = b.channelSelection(at, 6, 1, 1, 0, 3, 5);
        at = b.convolution(at, 5, 1, Window.square(3, 2, 1), 0.6);
        b.channelSelection(at, 4, 0);
        return b.build();
    }

    /** A further input that is read aligned, after a window over the first one. */
    private static Workload twoInputs() {
        WorkloadBuilder b = new WorkloadBuilder("two-inputs", 8, new FeatureMapShape(3, 9, 8), false, 0.7);
        int second = b.furtherInput(new FeatureMapShape(5, 9, 8), false, 0.5);
        int both = b.concatenation(Layer.NETWORK_INPUT, second);
        int at = b.convolution(both, second, 5, 1, THREE, 0.6, true);
        at = b.convolution(at, second, 5, 1, THREE, 0.6, true);
        b.elementwiseAdd(at, second, true);
        return b.build();
    }

    private static Workload oneColumn() {
        WorkloadBuilder b = new WorkloadBuilder("one-column", 9, new FeatureMapShape(5, 13, 1), false, 0.7);
        int at = b.convolution(Layer.NETWORK_INPUT, 6, 1, THREE, 0.6);
        b.convolution(at, at, 6, 1, Window.square(5, 1, 2), 0.6, true);
        return b.build();
    }

    private static Workload oneRow() {
        WorkloadBuilder b = new WorkloadBuilder("one-row", 10, new FeatureMapShape(5, 1, 13), false, 0.7);
        int at = b.convolution(Layer.NETWORK_INPUT, 6, 1, THREE, 0.6);
        b.convolution(at, at, 6, 1, Window.square(5, 1, 2), 0.6, true);
        return b.build();
    }

    /** Maps of ever fewer rows, fewer than there are tiles. */
    private static Workload shrinking() {
        WorkloadBuilder b = new WorkloadBuilder("shrinking", 11, new FeatureMapShape(4, 16, 9), false, 0.7);
        int at = b.convolution(Layer.NETWORK_INPUT, 6, 1, THREE, 0.6);
        at = b.convolution(at, 6, 1, Window.square(3, 4, 1), 0.6);
        b.convolution(at, 6, 1, Window.square(3, 2, 1), 0.6);
        return b.build();
    }
}
