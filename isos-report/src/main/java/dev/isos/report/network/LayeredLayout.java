package dev.isos.report.network;

import dev.isos.report.network.NetworkGraph.Edge;
import dev.isos.report.network.NetworkGraph.Link;
import dev.isos.report.network.NetworkGraph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.eclipse.elk.alg.layered.LayeredLayoutProvider;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.WrappingStrategy;
import org.eclipse.elk.core.data.LayoutMetaDataService;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkBendPoint;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/** Places layers from left to right, in rows like lines of a text, and finds ways for edges around them. */
final class LayeredLayout {
    /** Of the drawing, width to height: that of the place on a page. */
    private static final double ASPECT = 2;

    private static final double BESIDE = 22;
    private static final double BELOW = 30;
    private static final double PADDING = 14;

    private LayeredLayout() {}

    /** @param nodes layers and inputs, each once */
    static NetworkGraph of(List<Integer> nodes, List<Link> links, IntFunction<String> name) {
        LayoutMetaDataService.getInstance(); // registers the properties' types
        ElkNode root = ElkGraphUtil.createGraph();
        root.setProperty(LayeredOptions.DIRECTION, Direction.RIGHT);
        root.setProperty(LayeredOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
        root.setProperty(LayeredOptions.WRAPPING_STRATEGY, WrappingStrategy.MULTI_EDGE);
        root.setProperty(LayeredOptions.ASPECT_RATIO, ASPECT);
        root.setProperty(LayeredOptions.RANDOM_SEED, 1);
        root.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, BESIDE);
        root.setProperty(LayeredOptions.SPACING_NODE_NODE, BELOW);
        // names are below their nodes
        root.setProperty(LayeredOptions.SPACING_EDGE_NODE, BELOW / 2 + NetworkGraph.NAME_HEIGHT);
        root.setProperty(LayeredOptions.PADDING, new ElkPadding(PADDING));
        Map<Integer, ElkNode> placed = new HashMap<>();
        for (int node : nodes) {
            ElkNode box = ElkGraphUtil.createNode(root);
            box.setDimensions(NetworkGraph.CELL_WIDTH, NetworkGraph.CELL_HEIGHT);
            placed.put(node, box);
        }
        List<ElkEdge> drawn = new ArrayList<>();
        for (Link link : links) {
            drawn.add(ElkGraphUtil.createSimpleEdge(placed.get(link.from()), placed.get(link.to())));
        }
        new LayeredLayoutProvider().layout(root, new BasicProgressMonitor());
        List<Node> places = nodes.stream()
                .map(node -> new Node(node, name.apply(node), x(placed.get(node)), y(placed.get(node))))
                .toList();
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < links.size(); i++) {
            Link link = links.get(i);
            ElkNode from = placed.get(link.from());
            ElkNode to = placed.get(link.to());
            List<Double> points = new ArrayList<>(List.of(x(from), y(from)));
            for (ElkEdgeSection section : drawn.get(i).getSections()) {
                add(points, x(from), section.getStartY());
                add(points, section.getStartX(), section.getStartY());
                for (ElkBendPoint bend : section.getBendPoints()) {
                    add(points, bend.getX(), bend.getY());
                }
                add(points, section.getEndX(), section.getEndY());
                add(points, x(to), section.getEndY());
            }
            points.addAll(List.of(x(to), y(to)));
            edges.add(new Edge(link.from(), link.to(), link.residual(), points));
        }
        return new NetworkGraph(places, edges, root.getWidth(), root.getHeight() + NetworkGraph.NAME_HEIGHT);
    }

    private static void add(List<Double> points, double x, double y) {
        points.add(tenths(x));
        points.add(tenths(y));
    }

    private static double x(ElkNode node) {
        return tenths(node.getX() + node.getWidth() / 2);
    }

    private static double y(ElkNode node) {
        return tenths(node.getY() + node.getHeight() / 2);
    }

    private static double tenths(double pixels) {
        return Math.rint(pixels * 10) / 10;
    }
}
