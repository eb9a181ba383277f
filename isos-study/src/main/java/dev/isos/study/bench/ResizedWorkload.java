package dev.isos.study.bench;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.Normalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A workload at another size of its input, with the same weights and post-operations: the input's nearest values, so that densities stay
 * about what they were. Poolings over the whole map stay such.
 */
final class ResizedWorkload {
    private ResizedWorkload() {}

    /** The workload with an input of the given size; empty where a layer's weights, or the layer itself, are for one size only. */
    static Optional<Workload> of(Workload workload, int height, int width) {
        Network network = workload.network();
        if (!network.furtherInputs().isEmpty()) {
            return Optional.empty();
        }
        FeatureMapShape input = new FeatureMapShape(network.input().channels(), height, width);
        List<Layer> layers = new ArrayList<>();
        for (Layer layer : network.layers()) {
            int operand = layer.inputs().get(0);
            FeatureMapShape first = operand < 0 ? input : layers.get(operand).outputShape();
            FeatureMapShape in = new FeatureMapShape(layer.inputShape().channels(), first.height(), first.width());
            Optional<LayerOp> op = resized(layer, in);
            if (op.isEmpty() || !layer.gathered().isEmpty()) {
                return Optional.empty();
            }
            int rows = in.height();
            int columns = in.width();
            Window window = window(op.get());
            if (window != null) {
                rows = window.outputHeight(rows);
                columns = window.outputWidth(columns);
            }
            int residual = layer.residual();
            boolean sameSize = residual < 0
                    || layers.get(residual).outputShape().height() == rows
                            && layers.get(residual).outputShape().width() == columns;
            if (rows < 1
                    || columns < 1
                    || !sameSize
                    || layer.inputs().stream().anyMatch(i -> !fits(i, layers, first))) {
                return Optional.empty();
            }
            layers.add(new Layer(
                    layer.index(),
                    layer.name(),
                    op.get(),
                    layer.inputs(),
                    layer.residual(),
                    in,
                    new FeatureMapShape(layer.outputShape().channels(), rows, columns)));
        }
        WorkloadInfo info = workload.info();
        return Optional.of(new Workload(
                new WorkloadInfo(
                        info.id() + " at " + height + "x" + width,
                        info.network(),
                        info.seed(),
                        info.source(),
                        info.inputScale()),
                new Network(network.name(), input, layers),
                workload.parameters(),
                resampled(workload.input(Layer.NETWORK_INPUT), input),
                List.of()));
    }

    private static boolean fits(int operand, List<Layer> layers, FeatureMapShape first) {
        return operand < 0
                || layers.get(operand).outputShape().height() == first.height()
                        && layers.get(operand).outputShape().width() == first.width();
    }

    private static Window window(LayerOp op) {
        if (op instanceof Convolution convolution) {
            return convolution.window();
        }
        return op instanceof Pooling pooling ? pooling.window() : null;
    }

    private static Optional<LayerOp> resized(Layer layer, FeatureMapShape in) {
        LayerOp op = layer.op();
        Window window = window(op);
        boolean whole = window != null
                && window.rows() == layer.inputShape().height()
                && window.columns() == layer.inputShape().width();
        if (op instanceof Pooling pooling) {
            Window all = new Window(in.height(), in.width(), 1, 1, 0, 0, 0, 0, 1, 1);
            return Optional.of(whole ? new Pooling(pooling.kind(), all, pooling.countPadding()) : op);
        }
        boolean fits = op instanceof Convolution && (!whole || window.rows() * window.columns() == 1)
                || op instanceof ElementwiseAdd
                || op instanceof Concatenation
                || op instanceof ChannelSelection
                || op instanceof Normalisation;
        return fits ? Optional.of(op) : Optional.empty();
    }

    private static ActivationTensor resampled(ActivationTensor from, FeatureMapShape to) {
        byte[] values = new byte[to.elements()];
        int channels = to.channels();
        int at = 0;
        for (int w = 0; w < to.width(); w++) {
            for (int h = 0; h < to.height(); h++, at += channels) {
                int start = from.fiberStart(
                        w * from.shape().width() / to.width(), h * from.shape().height() / to.height());
                System.arraycopy(from.values(), start, values, at, channels);
            }
        }
        return new ActivationTensor(to, from.signed(), values);
    }
}
