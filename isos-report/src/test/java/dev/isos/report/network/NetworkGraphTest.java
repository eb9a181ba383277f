package dev.isos.report.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.result.RunResult.MacCounts;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.report.network.NetworkGraph.Edge;
import dev.isos.report.network.NetworkGraph.Node;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NetworkGraphTest {
    private static LayerResult layer(int number, List<Integer> inputs, Integer residual) {
        return new LayerResult(
                "layer" + number,
                "convolution",
                "1x1x1",
                "1x1x1",
                "1x1x1x1",
                inputs,
                residual,
                1,
                1,
                new MacCounts(1, 1, 1),
                1,
                1,
                0,
                1,
                new Traffic(1, 1, 1, 0),
                null);
    }

    /** A chain, of which every third layer also adds the output of the third before it. */
    private static List<LayerResult> residualNetwork(int layers) {
        return IntStream.range(0, layers)
                .mapToObj(i -> layer(i, List.of(i - 1), i > 0 && i % 3 == 0 ? i - 3 : null))
                .toList();
    }

    @Test
    void everyLayerHasAPlaceOfItsOwn() {
        NetworkGraph graph = NetworkGraph.of(residualNetwork(40));
        assertEquals(41, graph.nodes().size());
        assertEquals(-1, graph.nodes().get(40).layer());
        assertEquals("input", graph.nodes().get(40).name());
        for (Node node : graph.nodes()) {
            assertTrue(node.x() > 0 && node.x() < graph.width(), node.toString());
            assertTrue(node.y() > 0 && node.y() < graph.height(), node.toString());
            for (Node other : graph.nodes()) {
                boolean apart = Math.abs(node.x() - other.x()) >= NetworkGraph.CELL_WIDTH
                        || Math.abs(node.y() - other.y()) >= NetworkGraph.CELL_HEIGHT + NetworkGraph.NAME_HEIGHT;
                assertTrue(node == other || apart, node + " and " + other);
            }
        }
    }

    @Test
    void aLongNetworkIsBrokenIntoLines() {
        NetworkGraph graph = NetworkGraph.of(residualNetwork(60));
        assertTrue(graph.width() < 20 * NetworkGraph.CELL_WIDTH, "width " + graph.width());
        assertTrue(graph.height() < graph.width() * 1.5, "height " + graph.height());
    }

    @Test
    void edgesLeadFromCentreToCentre() {
        NetworkGraph graph = NetworkGraph.of(residualNetwork(10));
        assertEquals(10 + 3, graph.edges().size());
        assertEquals(
                List.of(0, 3, 6),
                graph.edges().stream().filter(Edge::residual).map(Edge::from).toList());
        for (Edge edge : graph.edges()) {
            Node from = node(graph, edge.from());
            Node to = node(graph, edge.to());
            List<Double> points = edge.points();
            assertEquals(List.of(from.x(), from.y()), points.subList(0, 2));
            assertEquals(List.of(to.x(), to.y()), points.subList(points.size() - 2, points.size()));
        }
    }

    private static Node node(NetworkGraph graph, int layer) {
        return graph.nodes().stream()
                .filter(n -> n.layer() == layer)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theSameNetworkGivesTheSameDrawing() {
        assertEquals(NetworkGraph.of(residualNetwork(50)), NetworkGraph.of(residualNetwork(50)));
    }

    @Test
    void furtherInputsHaveNumbers() {
        NetworkGraph graph = NetworkGraph.of(List.of(layer(0, List.of(-1, -3), null), layer(1, List.of(0), -4)));
        assertEquals(
                List.of("layer0", "layer1", "input", "input 2", "input 3"),
                graph.nodes().stream().map(Node::name).toList());
    }

    @Test
    void theEndOfALongNameIsShown() {
        assertEquals("layer4.0.conv1", new Node(0, "layer4.0.conv1", 0, 0).label());
        assertEquals("….downsample.0", new Node(0, "layer2.0.downsample.0", 0, 0).label());
        String emoji = "\ud83d\ude00".repeat(20);
        assertFalse(Character.isLowSurrogate(new Node(0, emoji, 0, 0).label().charAt(1)));
    }

    @Test
    void waysHaveRoundCorners() {
        assertEquals(
                "M0.0 0.0L13.0 0.0Q20.0 0.0 20.0 7.0L20.0 30.0", NetworkPath.of(List.of(0., 0., 20., 0., 20., 30.)));
        assertEquals("M0.0 0.0L5.0 5.0", NetworkPath.of(List.of(0., 0., 5., 5.)));
    }
}
