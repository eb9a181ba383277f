package dev.isos.baselines.fusedlayer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.baselines.fusedlayer.FusedLayerHarness.Chain;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every item of small groups of layers: its layer, tile and chunk, the bytes it moves, two for an element, and what it waits for. */
class TileStreamTest {
    /** Windows of three rows that keep the map. */
    private static final Window ROWS = new Window(3, 1, 1, 1, 1, 0, 1, 0, 1, 1);

    private static final Window POINT = Window.square(1, 1, 0);

    private final List<String> items = new ArrayList<>();

    private List<String> items(Network network, int from, int to, int tileRows, int tileColumns, int weightChunkBytes) {
        FusedGroup group =
                new FusedGroup(network, IntStream.range(from, to).boxed().toList());
        GroupPlan plan = new GroupPlan(Pyramid.of(group, tileRows, tileColumns, false), weightChunkBytes, 0);
        new TileStream(group, plan, FusedLayerHarness.model("elementBytes=2").geometry(), item -> {
                    items.add(text(item));
                    return items.size() - 1;
                })
                .emit();
        return items;
    }

    private static String text(WorkItem item) {
        String text = FusedLayerWork.PHASES.get(item.phase()).id() + " " + item.layer() + "." + item.step() + "."
                + item.row();
        text += item.offChipBytes() > 0 ? ": " + item.offChipBytes() + " B of " + item.tensor() : "";
        for (int i = 0; i < item.waitCount(); i++) {
            text += (i == 0 ? " after " : " ") + item.waitsFor()[i];
        }
        return text;
    }

    /**
     * Two layers of one channel on eight rows, in four tiles of two rows of output: the first layer computes 3, 2, 2 and 1 rows, of the input come
     * 4, 2, 2 and none. There is room for one tile of the first layer's output and two of the input and of the second's.
     */
    @Test
    void twoLayersInTiles() {
        Network network = new Chain(1, 8, 1)
                .convolution(1, 1, ROWS)
                .convolution(1, 1, ROWS)
                .network();
        assertEquals(
                List.of(
                        "load-weights 0.0.0: 6 B of 0",
                        "load-input 0.0.0: 8 B of -1",
                        "load-weights 1.0.0: 6 B of 1",
                        "load-input 0.1.0: 4 B of -1", // 3
                        "array 0.0.0 after 0 1", // 4
                        "array 1.0.0 after 2 4", // 5
                        "store-output 1.0.0: 4 B of 1 after 5", // 6
                        "load-input 0.2.0: 4 B of -1 after 4", // 7: where tile 0 was
                        "array 0.1.0 after 0 4 3 5", // 8
                        "array 1.1.0 after 2 5 8", // 9
                        "store-output 1.1.0: 4 B of 1 after 9", // 10
                        "array 0.2.0 after 0 8 7 9", // 11
                        "array 1.2.0 after 2 9 11 6", // 12: where the outputs of tile 0 were
                        "store-output 1.2.0: 4 B of 1 after 12",
                        "array 0.3.0 after 0 11 7 12", // 14
                        "array 1.3.0 after 2 12 14 10", // 15
                        "store-output 1.3.0: 4 B of 1 after 15"),
                items(network, 0, 2, 2, 1, 0));
    }

    /** Five rows in tiles of three, four columns in tiles of three. */
    @Test
    void tilesOfRowsAndColumns() {
        Network network = new Chain(1, 5, 4).convolution(1, 1, POINT).network();
        List<String> transfers = items(network, 0, 1, 3, 3, 0).stream()
                .filter(item -> item.startsWith("load-input") || item.startsWith("store"))
                .toList();
        assertEquals(
                List.of(
                        "load-input 0.0.0: 18 B of -1",
                        "load-input 0.1.0: 6 B of -1",
                        "store-output 0.0.0: 18 B of 0 after 3",
                        "load-input 0.2.0: 12 B of -1 after 3",
                        "store-output 0.1.0: 6 B of 0 after 6",
                        "load-input 0.3.0: 4 B of -1 after 6",
                        "store-output 0.2.0: 12 B of 0 after 9",
                        "store-output 0.3.0: 4 B of 0 after 11"),
                transfers);
    }

    /** Six weights in chunks of at most four bytes: two of three, for each of two tiles again. A chunk comes while the one before is worked on. */
    @Test
    void streamedFilters() {
        Network network = new Chain(3, 2, 1).convolution(2, 1, POINT).network();
        assertEquals(
                List.of(
                        "load-input 0.0.0: 6 B of -1",
                        "load-input 0.1.0: 6 B of -1",
                        "load-weights 0.0.0: 6 B of 0", // 2
                        "array 0.0.0 after 2 0", // 3
                        "load-weights 0.0.1: 6 B of 0", // 4
                        "array 0.0.1 after 4 3 0", // 5
                        "store-output 0.0.0: 4 B of 0 after 5",
                        "load-weights 0.1.0: 6 B of 0 after 3", // 7
                        "array 0.1.0 after 7 5 1", // 8
                        "load-weights 0.1.1: 6 B of 0 after 5", // 9
                        "array 0.1.1 after 9 8 1", // 10
                        "store-output 0.1.0: 4 B of 0 after 10"),
                items(network, 0, 1, 1, 1, 4));
    }

    /** The residual operand is a tensor from outside that is added and nothing else; a pooling works in the vector unit. */
    @Test
    void residualOperandsAndTheVectorUnit() {
        WorkloadBuilder b = new WorkloadBuilder("residual", 1, new FeatureMapShape(1, 2, 1), false, 0.5);
        int first = b.convolution(Layer.NETWORK_INPUT, 1, 1, POINT, 1);
        int second = b.convolution(Layer.NETWORK_INPUT, first, 1, 1, POINT, 1, true);
        b.elementwiseAdd(second, Layer.NETWORK_INPUT, true);
        assertEquals(
                List.of(
                        "load-weights 1.0.0: 2 B of 1",
                        "load-input 1.0.0: 4 B of -1",
                        "load-residual 1.0.0: 4 B of 0",
                        "array 1.0.0 after 0 1 2",
                        "vector 2.0.0 after 3 1",
                        "store-output 2.0.0: 4 B of 2 after 4"),
                items(b.build().network(), 1, 3, 2, 1, 0));
    }
}
