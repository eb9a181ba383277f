package dev.isos.core.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.isos.api.dataflow.MapLayout;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.testkit.PlainReference;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelayoutTest {
    private static final long SEED = 20_261_126;

    /** Layers that work position by position, then one with a window as large as the map. */
    private static Workload products(long seed, int channels, int height, int width) {
        WorkloadBuilder b =
                new WorkloadBuilder("products", seed, new FeatureMapShape(channels, height, width), true, 0.7);
        int first = b.convolution(Layer.NETWORK_INPUT, 5, 1, Window.square(1, 1, 0), 0.6);
        int second = b.convolution(first, 5, 1, Window.square(1, 1, 0), 0.6);
        int sum = b.elementwiseAdd(first, second, true);
        int both = b.concatenation(sum, b.localResponseNormalisation(first, 3));
        b.convolution(both, 7, 1, new Window(height, width, 1, 1, 0, 0, 0, 0, 1, 1), 0.5);
        b.pooling(both, PoolingKind.MAX, new Window(height, width, 1, 1, 0, 0, 0, 0, 1, 1), false);
        return b.build();
    }

    /** Windows along the columns of a map of one row. */
    private static Workload signal(long seed, int length) {
        WorkloadBuilder b = new WorkloadBuilder("signal", seed, new FeatureMapShape(3, 1, length), false, 0.7);
        int first = b.convolution(Layer.NETWORK_INPUT, 6, 1, new Window(1, 5, 1, 2, 0, 2, 0, 1, 1, 1), 0.6);
        int second = b.convolution(first, 6, 6, new Window(1, 3, 1, 1, 0, 2, 0, 2, 1, 2), 0.8);
        int square = b.convolution(second, 6, 1, Window.square(3, 1, 1), 0.6);
        int third = b.convolution(b.elementwiseAdd(first, square, true), 4, 2, Window.square(1, 1, 0), 0.6);
        b.pooling(third, PoolingKind.AVERAGE, new Window(1, 2, 1, 2, 0, 1, 0, 0, 1, 1), false);
        return b.build();
    }

    /** Executed as laid out, every layer gives the model's output. */
    private static void assertSameOutputs(Workload model, MapLayout layout, String what) {
        Workload laid = Relayout.of(model, layout);
        List<String> digests = new ArrayList<>();
        List<LayerReference> counts = ReferenceExecutor.execute(
                laid,
                (layer, output) -> digests.add(Relayout.reshaped(
                                output, model.network().layer(layer.index()).outputShape())
                        .sha256()));
        List<LayerReference> expected = PlainReference.withReference(model).reference();
        for (int i = 0; i < digests.size(); i++) {
            assertEquals(expected.get(i).outputSha256(), digests.get(i), what + ", layer " + i);
            assertEquals(expected.get(i).effectualMacs(), counts.get(i).effectualMacs(), what + ", layer " + i);
        }
    }

    @Test
    void outputsAreTheModels() {
        SplitMix random = new SplitMix(SEED);
        for (int i = 0; i < 60; i++) {
            int height = random.between(1, 12);
            int width = random.between(1, 12);
            int length = random.between(6, 45);
            long seed = random.nextLong();
            for (MapLayout layout : MapLayout.values()) {
                String what = "seed " + SEED + ", case " + i + ", " + layout;
                assertSameOutputs(products(seed, 4, height, width), layout, what + ", " + height + "x" + width);
                assertSameOutputs(signal(seed, length), layout, what + ", signal of " + length);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1024,1,32,32", "1,1024,32,32", "24,1,6,4", "6,4,6,4", "4,6,6,4", "13,1,13,1", "1,13,13,1"})
    void aProductIsLaidOutTheSameHoweverItCame(int height, int width, int rows, int columns) {
        Workload laid = Relayout.of(products(1, 4, height, width), MapLayout.SQUARE);
        assertEquals(new FeatureMapShape(4, rows, columns), laid.network().input());
        assertEquals(new FeatureMapShape(10, rows, columns), laid.network().shapeOf(4));
        assertEquals(new FeatureMapShape(7, 1, 1), laid.network().shapeOf(5));
        assertEquals(
                rows,
                laid.network().layer(5).convolution().orElseThrow().window().rows());
        Workload row = Relayout.of(products(1, 4, height, width), MapLayout.ROW);
        assertEquals(new FeatureMapShape(4, 1, height * width), row.network().input());
    }

    @Test
    void oneRowIsTransposedWithItsFilters() {
        Workload model = signal(1, 20);
        Workload laid = Relayout.of(model, MapLayout.SQUARE);
        assertNotSame(model, laid);
        assertEquals(new FeatureMapShape(3, 20, 1), laid.network().input());
        assertEquals(
                new Window(5, 1, 2, 1, 2, 0, 1, 0, 1, 1),
                laid.network().layer(0).convolution().orElseThrow().window());
        for (int c = 0; c < 3; c++) {
            for (int s = 0; s < 5; s++) {
                int from = model.filters(0).fiber(c, 0, s);
                int to = laid.filters(0).fiber(c, s, 0);
                assertEquals(weights(model, from), weights(laid, to), "channel " + c + ", position " + s);
            }
        }
        assertSame(model, Relayout.of(model, MapLayout.ROW));
        // and its choices are named
        assertEquals(
                List.of("3x1x20", "3x20x1"),
                List.of(
                        Relayout.choices(model.network(), laid.network()).get(0).model(),
                        Relayout.choices(model.network(), laid.network()).get(0).input()));
    }

    private static List<String> weights(Workload workload, int fiber) {
        var filters = workload.filters(0);
        return IntStream.range(filters.starts()[fiber], filters.starts()[fiber + 1])
                .mapToObj(i -> (int) filters.coordinates()[i] + ":" + filters.payloads()[i])
                .toList();
    }

    @Test
    void aMapWithWindowsStays() {
        WorkloadBuilder b = new WorkloadBuilder("map", 1, new FeatureMapShape(3, 4, 9), false, 0.7);
        int first = b.convolution(Layer.NETWORK_INPUT, 6, 1, Window.square(3, 1, 1), 0.6);
        b.convolution(first, 6, 1, Window.square(1, 1, 0), 0.6);
        Workload model = b.build();
        assertSame(model, Relayout.of(model, MapLayout.SQUARE));
        assertSame(model, Relayout.of(model, MapLayout.ROW));
    }
}
