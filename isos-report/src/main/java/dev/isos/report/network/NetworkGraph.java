package dev.isos.report.network;

import dev.isos.api.network.Layer;
import dev.isos.api.result.RunResult.LayerResult;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The layers of a network and what they read, with their places in a drawing; it depends on the network alone, so that runs of one
 * network can be shown in one drawing.
 *
 * @param nodes layers in the order of the network, then its inputs
 * @param width of the drawing, pixels
 * @param height of the drawing, pixels
 */
record NetworkGraph(List<Node> nodes, List<Edge> edges, double width, double height) {
    /** Room for a node and the name below it, pixels. */
    static final int CELL_WIDTH = 92;

    static final int CELL_HEIGHT = 46;

    /** Room for the name below a node, pixels. */
    static final int NAME_HEIGHT = 16;

    private static final int MOST_LETTERS = 14;

    NetworkGraph {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
    }

    /**
     * A layer, or an input of the network.
     *
     * @param layer position of the layer; negative for an input of the network
     * @param x of the centre
     * @param y of the centre
     */
    record Node(int layer, String name, double x, double y) {
        /** The end of a name tells layers apart better than its beginning. */
        String label() {
            int letters = name.codePointCount(0, name.length());
            return letters <= MOST_LETTERS
                    ? name
                    : "…" + name.substring(name.offsetByCodePoints(0, letters - MOST_LETTERS + 1));
        }
    }

    /**
     * What a layer reads.
     *
     * @param from layer whose output it is; negative for an input of the network
     * @param to layer that reads it
     * @param residual whether it is added rather than the layer's main input
     * @param points from centre to centre: x and y in turn
     */
    record Edge(int from, int to, boolean residual, List<Double> points) {
        Edge {
            points = List.copyOf(points);
        }
    }

    /** An edge without a way. */
    record Link(int from, int to, boolean residual) {}

    /** The drawing of a network whose layers these are. */
    static NetworkGraph of(List<LayerResult> layers) {
        List<Link> links = new ArrayList<>();
        TreeSet<Integer> inputs = new TreeSet<>();
        for (int i = 0; i < layers.size(); i++) {
            for (int from : layers.get(i).inputLayers()) {
                links.add(new Link(from, i, false));
            }
            if (layers.get(i).residualLayer() != null) {
                links.add(new Link(layers.get(i).residualLayer(), i, true));
            }
        }
        links.forEach(link -> inputs.add(link.from()));
        List<Integer> nodes = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            nodes.add(i);
        }
        inputs.headSet(0, false).descendingSet().forEach(nodes::add);
        return LayeredLayout.of(
                nodes, links, node -> node >= 0 ? layers.get(node).name() : inputName(node));
    }

    private static String inputName(int node) {
        int number = Layer.inputNumber(node);
        return number == 0 ? "input" : "input " + (number + 1);
    }
}
