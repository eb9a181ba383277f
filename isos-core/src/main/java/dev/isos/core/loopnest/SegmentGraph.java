package dev.isos.core.loopnest;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Layers that run together and the tensors between them, concatenations looked through. */
final class SegmentGraph {
    private final Network network;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Integer> external;
    private final Set<Integer> written = new TreeSet<>();

    /**
     * A layer that computes.
     *
     * @param inputs tensors that its window slides over
     * @param residuals tensors that it reads where it writes
     */
    record Node(Layer layer, LayerShape shape, List<Integer> inputs, List<Integer> residuals) {
        int index() {
            return layer.index();
        }
    }

    SegmentGraph(Network network, List<Integer> layers) {
        this.network = network;
        Set<Integer> outside = new TreeSet<>();
        for (int index : layers) {
            Layer layer = network.layer(index);
            if (layer.op() instanceof LayerOp.Concatenation) {
                continue;
            }
            boolean adds = layer.op() instanceof LayerOp.ElementwiseAdd;
            List<Integer> inputs = parts(adds ? layer.inputs().subList(0, 1) : layer.inputs());
            List<Integer> residuals = new ArrayList<>(
                    adds ? parts(layer.inputs().subList(1, layer.inputs().size())) : List.of());
            if (layer.hasResidual()) {
                residuals.addAll(network.materialisedParts(layer.residual()));
            }
            nodes.add(new Node(layer, LayerShape.of(layer), inputs, List.copyOf(residuals)));
            outside.addAll(inputs);
            outside.addAll(residuals);
        }
        nodes.forEach(node -> outside.remove(node.index()));
        external = List.copyOf(outside);
        Set<Integer> inside = new TreeSet<>();
        Set<Integer> read =
                new TreeSet<>(network.materialisedParts(network.output().index()));
        for (Layer layer : network.layers()) {
            if (!(layer.op() instanceof LayerOp.Concatenation)) {
                Set<Integer> readers = layers.contains(layer.index()) ? inside : read;
                layer.operands().forEach(operand -> readers.addAll(network.materialisedParts(operand)));
            }
        }
        nodes.stream()
                .map(Node::index)
                .filter(tensor -> read.contains(tensor) || !inside.contains(tensor))
                .forEach(written::add);
    }

    private List<Integer> parts(List<Integer> tensors) {
        return tensors.stream()
                .flatMap(tensor -> network.materialisedParts(tensor).stream())
                .toList();
    }

    /** In topological order. */
    List<Node> nodes() {
        return nodes;
    }

    /** Tensors that the segment reads and does not make, ascending. */
    List<Integer> external() {
        return external;
    }

    boolean isExternal(int tensor) {
        return external.contains(tensor);
    }

    /** Whether something outside the segment reads the output of one of its layers. */
    boolean isWritten(int tensor) {
        return written.contains(tensor);
    }

    /** Whether a layer of the segment reads a tensor. */
    boolean isRead(int tensor) {
        return nodes.stream()
                .anyMatch(n -> n.inputs().contains(tensor) || n.residuals().contains(tensor));
    }

    int extent(int tensor, Axis axis) {
        return axis == Axis.ROWS
                ? network.shapeOf(tensor).height()
                : network.shapeOf(tensor).width();
    }

    int channels(int tensor) {
        return network.shapeOf(tensor).channels();
    }
}
