package dev.isos.core.simulate;

import dev.isos.api.dataflow.MapLayout;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.result.RunResult.LayoutChoice;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays out the maps that have no layout of their own as the dataflow wants them: those of products (layers that work position by
 * position, and windows as large as the map) take any height and width with the same number of positions, those with
 * windows along one axis may be transposed with their filters. Tensors that layers tie together change together. Positions keep
 * their order in memory, so only shapes change, and the order of filter elements.
 */
final class Relayout {
    private final Network network;
    private final MapLayout layout;
    private final int[] parent;
    private final boolean[] windowed;
    private final boolean[] pinned;
    private final boolean[] row;
    private final boolean[] column;

    private Relayout(Network network, MapLayout layout) {
        this.network = network;
        this.layout = layout;
        int tensors = network.tensors();
        this.parent = new int[tensors];
        this.windowed = new boolean[tensors];
        this.pinned = new boolean[tensors];
        this.row = new boolean[tensors];
        this.column = new boolean[tensors];
        for (int i = 0; i < tensors; i++) {
            parent[i] = i;
        }
    }

    /** The workload with its maps laid out; the same object when all are as the dataflow wants them or must stay. */
    static Workload of(Workload workload, MapLayout layout) {
        Relayout relayout = new Relayout(workload.network(), layout);
        relayout.tie();
        return relayout.apply(workload);
    }

    /** Each layer whose output has another layout than in the model. */
    static List<LayoutChoice> choices(Network model, Network chosen) {
        List<LayoutChoice> choices = new ArrayList<>();
        for (Layer layer : model.layers()) {
            Layer other = chosen.layer(layer.index());
            if (!layer.inputShape().equals(other.inputShape())
                    || !layer.outputShape().equals(other.outputShape())) {
                choices.add(new LayoutChoice(
                        layer.name(),
                        layer.inputShape().toString(),
                        other.inputShape().toString(),
                        other.outputShape().toString()));
            }
        }
        return choices;
    }

    private static Window window(Layer layer) {
        return layer.op() instanceof Convolution c ? c.window() : layer.op() instanceof Pooling p ? p.window() : null;
    }

    private static boolean positionwise(Layer layer) {
        Window window = window(layer);
        return window != null
                ? window.pointwise()
                : layer.op() instanceof LayerOp.ElementwiseAdd
                        || layer.op() instanceof LayerOp.Concatenation
                        || layer.op() instanceof LayerOp.LocalResponseNormalisation
                        || layer.op() instanceof LayerOp.ChannelSelection;
    }

    private static boolean wholeMap(Layer layer) {
        Window w = window(layer);
        return w != null
                && w.rows() == layer.inputShape().height()
                && w.columns() == layer.inputShape().width()
                && w.padTop() + w.padBottom() + w.padLeft() + w.padRight() == 0
                && w.dilationRows() == 1
                && w.dilationColumns() == 1;
    }

    private int find(int slot) {
        int at = slot;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }

    private void join(int a, int b) {
        parent[find(network.slot(a))] = find(network.slot(b));
    }

    private void tie() {
        for (Layer layer : network.layers()) {
            int first = layer.inputs().get(0);
            layer.inputs().forEach(input -> join(input, first));
            if (layer.hasResidual()) {
                join(layer.residual(), layer.index());
            }
            if (positionwise(layer) || !wholeMap(layer)) {
                join(layer.index(), first);
            }
        }
        for (int slot = 0; slot < parent.length; slot++) {
            FeatureMapShape shape = network.shapeOf(network.tensorAt(slot));
            row[find(slot)] |= shape.width() > 1;
            column[find(slot)] |= shape.height() > 1;
        }
        for (Layer layer : network.layers()) {
            if (!positionwise(layer) && !wholeMap(layer)) {
                int group = find(network.slot(layer.index()));
                windowed[group] = true;
                pinned[group] |= window(layer) == null;
            }
        }
    }

    /** Whether a map with windows lies across the axis that the dataflow wants, and may be transposed. */
    private boolean transposed(int tensor) {
        int group = find(network.slot(tensor));
        return windowed[group]
                && !pinned[group]
                && (layout == MapLayout.ROW ? column[group] && !row[group] : row[group] && !column[group]);
    }

    private FeatureMapShape shape(int tensor) {
        FeatureMapShape model = network.shapeOf(tensor);
        if (windowed[find(network.slot(tensor))]) {
            return transposed(tensor) ? new FeatureMapShape(model.channels(), model.width(), model.height()) : model;
        }
        int positions = model.fibers();
        int height = layout == MapLayout.ROW ? 1 : tallerSide(positions);
        return new FeatureMapShape(model.channels(), height, positions / height);
    }

    /** The larger of the two divisors of a number that are nearest to its root. */
    static int tallerSide(int positions) {
        int width = (int) Math.sqrt(positions);
        while (positions % width != 0) {
            width--;
        }
        return positions / width;
    }

    private Workload apply(Workload workload) {
        List<Layer> layers = new ArrayList<>();
        List<LayerParameters> parameters = new ArrayList<>();
        for (Layer layer : network.layers()) {
            FeatureMapShape map = shape(layer.inputs().get(0));
            FeatureMapShape input = new FeatureMapShape(layer.inputShape().channels(), map.height(), map.width());
            FeatureMapShape output = shape(layer.index());
            Layer laid = new Layer(
                    layer.index(),
                    layer.name(),
                    op(layer, input),
                    layer.inputs(),
                    layer.residual(),
                    input,
                    output,
                    layer.gathered());
            layers.add(laid);
            LayerParameters own = workload.parameters().get(layer.index());
            parameters.add(
                    own.filters().isEmpty()
                                    || !transposed(layer.index()) && laid.op().equals(layer.op())
                            ? own
                            : new LayerParameters(
                                    filters(own.filters().get(), laid.filterShape(), !wholeMap(layer)),
                                    own.requantisation()));
        }
        if (layers.equals(network.layers())) {
            return workload;
        }
        Network laid = new Network(
                network.name(),
                shape(Layer.NETWORK_INPUT),
                layers,
                java.util.stream.IntStream.rangeClosed(
                                1, network.furtherInputs().size())
                        .mapToObj(n -> shape(Layer.networkInput(n)))
                        .toList());
        return new Workload(
                workload.info(),
                laid,
                parameters,
                reshaped(workload.input(), laid.input()),
                workload.reference(),
                java.util.stream.IntStream.range(0, laid.furtherInputs().size())
                        .mapToObj(n -> reshaped(
                                workload.furtherInputs().get(n),
                                laid.furtherInputs().get(n)))
                        .toList());
    }

    /** The same values, in the same order, over another map. */
    static ActivationTensor reshaped(ActivationTensor tensor, FeatureMapShape shape) {
        return shape.equals(tensor.shape()) ? tensor : new ActivationTensor(shape, tensor.signed(), tensor.values());
    }

    private LayerOp op(Layer layer, FeatureMapShape input) {
        Window w = window(layer);
        Window laid = w;
        if (w == null || positionwise(layer)) {
            return layer.op();
        }
        if (wholeMap(layer)) {
            if (input.height() == w.rows()) {
                return layer.op();
            }
            laid = Window.wholeMap(input);
        } else if (transposed(layer.index())) {
            laid = new Window(
                    w.columns(),
                    w.rows(),
                    w.strideColumns(),
                    w.strideRows(),
                    w.padLeft(),
                    w.padTop(),
                    w.padRight(),
                    w.padBottom(),
                    w.dilationColumns(),
                    w.dilationRows());
        }
        return layer.op() instanceof Convolution c
                ? new Convolution(c.outputChannels(), c.groups(), laid)
                : new Pooling(((Pooling) layer.op()).kind(), laid, ((Pooling) layer.op()).countPadding());
    }

    /** Filters transposed, or those of a window as large as the map in the order of its positions: (r, s) is s * R + r. */
    private static FilterTensor filters(FilterTensor model, FilterShape shape, boolean transposes) {
        FilterShape from = model.shape();
        int kernel = shape.rows() * shape.columns();
        int[] starts = new int[shape.fibers() + 1];
        char[] coordinates = new char[model.nonZeros()];
        byte[] payloads = new byte[model.nonZeros()];
        int next = 0;
        for (int fiber = 0; fiber < shape.fibers(); fiber++) {
            int r = fiber % kernel / shape.columns();
            int s = fiber % shape.columns();
            int position = s * shape.rows() + r;
            int source = transposes
                    ? model.fiber(fiber / kernel, s, r)
                    : model.fiber(fiber / kernel, position % from.rows(), position / from.rows());
            int count = model.starts()[source + 1] - model.starts()[source];
            System.arraycopy(model.coordinates(), model.starts()[source], coordinates, next, count);
            System.arraycopy(model.payloads(), model.starts()[source], payloads, next, count);
            next += count;
            starts[fiber + 1] = next;
        }
        return new FilterTensor(shape, starts, coordinates, payloads);
    }
}
