package dev.isos.api.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkloadBuilderTest {
    private static final Window POINTWISE = Window.square(1, 1, 0);

    private static WorkloadBuilder builder(long seed, boolean signed) {
        return new WorkloadBuilder("n", seed, new FeatureMapShape(6, 4, 3), signed, 0.5);
    }

    /** A network of every operation. */
    private static WorkloadBuilder everyOperation(long seed) {
        WorkloadBuilder b = builder(seed, true);
        int second = b.furtherInput(new FeatureMapShape(6, 1, 1), false, 1);
        assertEquals(0, b.convolution(Layer.NETWORK_INPUT, 12, 2, Window.square(3, 1, 1), 0.5));
        assertEquals(1, b.convolution(0, 0, 12, 1, POINTWISE, 0.5, false));
        assertEquals(2, b.pooling(1, PoolingKind.AVERAGE, Window.wholeMap(b.shapeOf(1)), false));
        assertEquals(3, b.elementwiseAdd(0, 1, true));
        assertEquals(4, b.concatenation(1, Layer.NETWORK_INPUT));
        assertEquals(5, b.localResponseNormalisation(4, 3));
        assertEquals(6, b.layerNormalisation(3));
        assertEquals(7, b.softmax(6, 3));
        assertEquals(8, b.channelSelection(7, 5, 5, 0));
        assertEquals(9, b.positionSelection(8, 1, 2, 11, -1));
        assertEquals(10, b.transposition(7, 4, 3));
        assertEquals(11, b.matrixProduct(0, 1, 3, true, false));
        assertEquals(12, b.channelScaling(Layer.NETWORK_INPUT, second, Layer.NETWORK_INPUT, true));
        return b;
    }

    @Test
    void shapesAndSignsFollowFromTheOperations() {
        WorkloadBuilder b = everyOperation(1);
        List<String> shapes = IntStream.range(0, 13)
                .mapToObj(layer -> b.shapeOf(layer) + (b.signed(layer) ? " int8" : ""))
                .toList();
        assertEquals(
                List.of(
                        "12x4x3",
                        "12x4x3 int8",
                        "12x1x1 int8",
                        "12x4x3",
                        "18x4x3 int8",
                        "18x4x3 int8",
                        "12x4x3 int8",
                        "12x4x3",
                        "3x4x3",
                        "3x1x2",
                        "12x4x3",
                        "36x4x3 int8",
                        "6x4x3"),
                shapes);
        Workload built = b.build();
        assertEquals(List.of(new FeatureMapShape(6, 1, 1)), built.network().furtherInputs());
        assertTrue(b.signed(Layer.NETWORK_INPUT));
        assertFalse(b.signed(Layer.networkInput(1)));
        assertEquals("conv1", built.network().layer(1).name());
    }

    @Test
    void aSeedDecidesTheNumbers() {
        assertEquals(numbers(everyOperation(5)), numbers(everyOperation(5)));
        assertFalse(numbers(everyOperation(5)).equals(numbers(everyOperation(6))));
    }

    private static List<List<Integer>> numbers(WorkloadBuilder builder) {
        Workload built = builder.build();
        List<List<Integer>> numbers = new ArrayList<>();
        numbers.add(list(built.input().values()));
        for (LayerParameters layer : built.parameters()) {
            layer.filters().map(FilterTensor::toDense).ifPresent(dense -> numbers.add(list(dense)));
            numbers.add(IntStream.of(layer.requantisation().bias()).boxed().toList());
        }
        return numbers;
    }

    private static List<Integer> list(byte[] bytes) {
        return IntStream.range(0, bytes.length).mapToObj(i -> (int) bytes[i]).toList();
    }

    @Test
    void densitiesAreAimedAt() {
        for (double density : new double[] {0, 0.3, 1}) {
            WorkloadBuilder b = new WorkloadBuilder("n", 1, new FeatureMapShape(64, 8, 8), false, density);
            b.convolution(Layer.NETWORK_INPUT, 64, 1, POINTWISE, density);
            Workload built = b.build();
            assertEquals(density, built.input().density(), 0.02);
            assertEquals(
                    density, built.parameters().get(0).filters().orElseThrow().density(), 0.02);
        }
    }

    @Test
    void biasesKeepToTheirRange() {
        WorkloadBuilder b = builder(1, false);
        b.convolution(Layer.NETWORK_INPUT, 500, 1, POINTWISE, 0.5);
        b.setLargestBias(2);
        b.convolution(Layer.NETWORK_INPUT, 500, 1, POINTWISE, 0.5);
        b.setLargestBias(0);
        b.convolution(Layer.NETWORK_INPUT, 500, 1, POINTWISE, 0.5);
        List<LayerParameters> layers = b.build().parameters();
        int[] largest = layers.stream()
                .mapToInt(layer -> IntStream.of(layer.requantisation().bias())
                        .map(Math::abs)
                        .max()
                        .orElseThrow())
                .toArray();
        assertTrue(largest[0] > 2900 && largest[0] <= 3000, "largest " + largest[0]);
        assertArrayEquals(new int[] {2, 0}, new int[] {largest[1], largest[2]});
    }

    @Test
    void aLookupTableIsOfTheLayerAddedLast() {
        WorkloadBuilder b = builder(1, false);
        b.convolution(Layer.NETWORK_INPUT, 3, 1, POINTWISE, 0.5);
        assertEquals(1, b.convolution(0, 3, 1, POINTWISE, 0.5));
        assertEquals(1, b.lookup(true, true));
        assertFalse(b.signed(0));
        assertTrue(b.signed(1));
        LookupTable table =
                b.build().parameters().get(1).requantisation().lookup().orElseThrow();
        assertTrue(table.keepsZero());
        b.lookup(false, false);
        assertFalse(b.build()
                .parameters()
                .get(1)
                .requantisation()
                .lookup()
                .orElseThrow()
                .keepsZero());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Exception wrong = assertThrows(
                IllegalArgumentException.class,
                () -> builder(1, false).convolution(Layer.NETWORK_INPUT, 4, 1, Window.square(5, 1, 0), 0.5));
        assertTrue(wrong.getMessage().contains("conv0"), wrong.getMessage());
        assertThrows(IllegalArgumentException.class, () -> builder(1, false).shapeOf(0));
        assertThrows(IndexOutOfBoundsException.class, () -> builder(1, false).signed(0));
        assertThrows(IndexOutOfBoundsException.class, () -> builder(1, false).lookup(true, true));
        assertThrows(IllegalArgumentException.class, () -> builder(1, false).build());
    }
}
