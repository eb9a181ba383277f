package dev.isos.core.wavefront.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.core.wavefront.execution.LayerEngine;
import dev.isos.core.wavefront.work.IntermediateRing;
import dev.isos.core.wavefront.work.WavefrontObserver;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class FilterFootprintTest {
    /** Where every activation is other than zero and no products cancel out, the bound is what the engine really holds. */
    @Test
    void largeDenseMapsReachTheBoundAndNoMapExceedsIt(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        for (long seed = first; seed < first + 150; seed++) {
            SplitMix random = new SplitMix(seed);
            Window window = new Window(
                    random.between(1, 4),
                    random.between(1, 5),
                    random.between(1, 3),
                    random.between(1, 4),
                    random.between(0, 2),
                    random.between(0, 2),
                    random.between(0, 2),
                    random.between(0, 2),
                    random.between(1, 3),
                    random.between(1, 3));
            // all phases of the strides, away from the edges
            int rows = 2 * (window.rows() * window.dilationRows() + window.strideRows()) + random.between(0, 3);
            int columns = 2 * (window.columns() * window.dilationColumns() + window.strideColumns());
            boolean depthwise = random.chance(0.2);
            check(seed, random, window, new FeatureMapShape(3, rows, columns), depthwise, true);
            FeatureMapShape small = new FeatureMapShape(3, random.between(1, rows), random.between(1, columns));
            if (window.outputHeight(small.height()) > 0 && window.outputWidth(small.width()) > 0) {
                check(seed, random, window, small, depthwise, false);
            }
        }
    }

    private static void check(
            long seed, SplitMix random, Window window, FeatureMapShape in, boolean depthwise, boolean reached) {
        int outputs = depthwise ? 3 : random.between(2, 7);
        Layer layer = new Layer(
                0,
                "layer",
                new Convolution(outputs, depthwise ? 3 : 1, window),
                List.of(Layer.NETWORK_INPUT),
                Layer.NONE,
                in,
                new FeatureMapShape(outputs, window.outputHeight(in.height()), window.outputWidth(in.width())));
        byte[] dense = new byte[layer.filterShape().elements()];
        double density = random.oneOf(0.02, 0.1, 0.3, 1);
        for (int i = 0; i < dense.length; i++) {
            dense[i] = (byte) (random.chance(density) ? 1 : 0);
        }
        FilterTensor filters = FilterTensor.fromDense(layer.filterShape(), dense);
        byte[] ones = new byte[in.elements()];
        Arrays.fill(ones, (byte) 1);
        int tiles = random.between(1, Math.min(3, outputs));
        int[] bounds = ChannelSplit.bounds(0, outputs, tiles);
        Fullest fullest = new Fullest(layer, bounds);
        List<Pass> passes = SegmentPasses.of(
                        new SegmentTensors(new Network("one", in, List.of(layer), List.of()), List.of(0)),
                        new LayerFactors(tiles, 1, 1, 1, 0))
                .ofLayer(0);
        new LayerEngine(1, fullest)
                .execute(
                        layer,
                        new LayerParameters(filters, Requantisation.identity(outputs, false, 1f)),
                        new LayerFactors(tiles, 1, 1, 1, 0),
                        passes,
                        new ActivationTensor[] {new ActivationTensor(in, false, ones)},
                        null);
        FilterFootprint footprint = new FilterFootprint(filters, window);
        for (int tile = 0; tile < tiles; tile++) {
            long bound = footprint.partials(bounds[tile], bounds[tile + 1]);
            long weights = 0;
            for (char k : filters.coordinates()) {
                weights += k >= bounds[tile] && k < bounds[tile + 1] ? 1 : 0;
            }
            assertEquals(2 * weights, footprint.bytes(bounds[tile], bounds[tile + 1]), "seed " + seed);
            String where = "seed " + seed + ", " + window + " on " + in + ", tile " + tile + " of " + tiles;
            assertTrue(fullest.most[tile] <= bound, where + ": " + fullest.most[tile] + " of " + bound);
            if (reached) {
                assertEquals(bound, fullest.most[tile], where);
            }
            // the paper's bound for dense weights
            long whole = (long) window.rows()
                    * (bounds[tile + 1] - bounds[tile])
                    * KernelAxis.liveOutputs(window.columns(), window.dilationColumns(), window.strideColumns());
            assertTrue(bound <= whole, where);
        }
    }

    /** Most non-zero partial results of an input row, by pass. */
    private static final class Fullest implements WavefrontObserver {
        private final Layer layer;
        private final int[] bounds;
        private final long[] most;

        Fullest(Layer layer, int[] bounds) {
            this.layer = layer;
            this.bounds = bounds;
            this.most = new long[bounds.length - 1];
        }

        @Override
        public void wavefrontRead(int pass, int w, IntermediateRing partials) {
            int length = bounds[pass + 1] - bounds[pass];
            for (int h = 0; h < layer.inputShape().height(); h++) {
                long nonZeros = 0;
                for (int q = partials.firstLive(); q <= partials.lastLive(); q++) {
                    int from = partials.start(q, h);
                    for (int i = 0; i < layer.filterShape().rows() * length; i++) {
                        nonZeros += partials.values()[from + i] != 0 ? 1 : 0;
                    }
                }
                most[pass] = Math.max(most[pass], nonZeros);
            }
        }
    }

    /** 2 kernel rows, 3 columns, one output; weights at (r 0, s 1) and (r 1, s 0). */
    @Test
    void aPartialResultIsLiveFromItsFirstWeightOn() {
        Window window = Window.square(3, 1, 1);
        Layer layer = new Layer(
                0,
                "layer",
                new Convolution(1, 1, window),
                List.of(Layer.NETWORK_INPUT),
                Layer.NONE,
                new FeatureMapShape(1, 9, 9),
                new FeatureMapShape(1, 9, 9));
        byte[] weights = {0, 1, 0, 1, 0, 0, 0, 0, 0};
        FilterTensor filters = FilterTensor.fromDense(layer.filterShape(), weights);
        // three live columns: row 1 is there in all of them, row 0 in those that have met column 1
        assertEquals(3 + 2, new FilterFootprint(filters, window).partials(0, 1));
        // a stride of two in the rows keeps rows 0 and 1 apart
        assertEquals(3, new FilterFootprint(filters, new Window(3, 3, 2, 1, 1, 1, 1, 1, 1, 1)).partials(0, 1));
        // and of two in the columns leaves two columns live, at distances 0 and 2, or one at distance 1
        assertEquals(2 + 1, new FilterFootprint(filters, new Window(3, 3, 1, 2, 1, 1, 1, 1, 1, 1)).partials(0, 1));
        assertEquals(0, new FilterFootprint(filters, window).partials(1, 1));
        // a place is there in all columns, of the rows that have a weight
        assertEquals(2 * 3, new FilterFootprint(filters, window).places(0, 1));
        assertEquals(3, new FilterFootprint(filters, new Window(3, 3, 2, 1, 1, 1, 1, 1, 1, 1)).places(0, 1));
        assertEquals(2 * 2, new FilterFootprint(filters, new Window(3, 3, 1, 2, 1, 1, 1, 1, 1, 1)).places(0, 1));
        assertEquals(0, new FilterFootprint(filters, window).places(1, 1));
        // a column has one for each of these rows
        assertEquals(1, new FilterFootprint(filters, window).reached(0, 0, 1));
        assertEquals(1, new FilterFootprint(filters, window).reached(1, 0, 1));
        assertEquals(0, new FilterFootprint(filters, window).reached(2, 0, 1));
        assertEquals(0, new FilterFootprint(filters, window).reached(0, 1, 1));
    }
}
