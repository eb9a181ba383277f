package dev.isos.core.bound;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Work of layers by hand: what is left of the bound is taken by a layer of exactly so many products. */
class WorkBoundTest {
    private static final FeatureMapShape POINT = new FeatureMapShape(1, 1, 1);

    /** Elements and positions of a point that goes in and one that goes out. */
    private static final long OF_POINTS = 2 * (256 + 12_288);

    private static String refused(Runnable run) {
        return assertThrows(IsosException.class, run::run).getMessage();
    }

    /** A layer of so much work and no more than fits. */
    private static void holds(WorkBound bound, double products) {
        bound.add("rest", products, 0, POINT, POINT);
    }

    @Test
    void aLayerMayTakeEightBillionProducts() {
        long most = (1L << 33) - OF_POINTS;
        assertDoesNotThrow(() -> holds(new WorkBound("f", 0), most));
        assertEquals(
                "f, layer rest: its 1x1x1 inputs and 1x1x1 outputs ask for the work of 8,589,934,593 products, at most"
                        + " 8,589,934,592 are allowed; ISOS_JAVA_OPTS=-Disos.bounds=2 allows more",
                refused(() -> holds(new WorkBound("f", 0), most + 1)));
    }

    /** 80 products for an operand, 256 for an element, 12,288 for a position. */
    @Test
    void operandsElementsAndPositionsAreProducts() {
        FeatureMapShape in = new FeatureMapShape(3, 2, 2);
        FeatureMapShape out = new FeatureMapShape(5, 1, 1);
        long rest = 80 * 7 + 256 * (12 + 5) + 12_288 * (4 + 1);
        long most = (1L << 33) - rest;
        assertDoesNotThrow(() -> new WorkBound("f", 0).add("a", most, 7, in, out));
        refused(() -> new WorkBound("f", 0).add("a", most + 1, 7, in, out));
    }

    @Test
    void allLayersMayTakeEightTimesAsMuch() {
        WorkBound bound = new WorkBound("f", 0);
        long most = (1L << 33) - OF_POINTS;
        for (int i = 0; i < 8; i++) {
            holds(bound, most);
        }
        assertEquals(
                "f, layer rest: the layers up to here ask for the work of 68,719,501,824 products, at most"
                        + " 68,719,476,736 are allowed; ISOS_JAVA_OPTS=-Disos.bounds=2 allows more",
                refused(() -> holds(bound, 0)));
    }

    /** Eight layers that read and write 2^23 elements each have the 2^27 that there may be. */
    @Test
    void allTensorsMayHaveManyElements() {
        FeatureMapShape large = new FeatureMapShape(1 << 13, 1 << 5, 1 << 5);
        WorkBound bound = new WorkBound("f", 0);
        for (int i = 0; i < 8; i++) {
            bound.add("a", 0, 0, large, large);
        }
        assertEquals(
                "f, layer b: the layers up to here read and write 134,217,730 elements, at most 134,217,728 are allowed;"
                        + " ISOS_JAVA_OPTS=-Disos.bounds=2 allows more",
                refused(() -> bound.add("b", 0, 0, POINT, POINT)));
    }

    @Test
    void boundsGrowWithFilesBeyondAMebibyte() {
        long most = (1L << 33) - OF_POINTS;
        refused(() -> holds(new WorkBound("f", 1 << 20), most + 1));
        assertDoesNotThrow(() -> holds(new WorkBound("f", 3 << 19), 1.5 * (1L << 33) - OF_POINTS));
        refused(() -> holds(new WorkBound("f", 3 << 19), 1.5 * (1L << 33) - OF_POINTS + 1));
    }

    @Test
    void thePropertyMultipliesThem() {
        System.setProperty(Bounds.FACTOR, "2");
        try {
            assertDoesNotThrow(() -> holds(new WorkBound("f", 0), 2.0 * (1L << 33) - OF_POINTS));
            assertEquals(
                    "f, layer rest: its 1x1x1 inputs and 1x1x1 outputs ask for the work of 25,769,803,776 products, at"
                            + " most 17,179,869,184 are allowed; ISOS_JAVA_OPTS=-Disos.bounds=3 allows more",
                    refused(() -> holds(new WorkBound("f", 0), 3.0 * (1L << 33) - OF_POINTS)));
            System.setProperty(Bounds.FACTOR, "1000000");
            assertDoesNotThrow(() -> new WorkBound("f", 0));
            for (String wrong : new String[] {"0.5", "1000001", "many"}) {
                System.setProperty(Bounds.FACTOR, wrong);
                assertEquals(
                        "the property isos.bounds is '" + wrong + "', expected a number from 1 to 1000000",
                        refused(() -> new WorkBound("f", 0)));
            }
        } finally {
            System.clearProperty(Bounds.FACTOR);
        }
    }

    /** What is left after one layer of a network: by products, found by another layer that takes exactly the rest. */
    private static void takes(long work, Network network, double weights) {
        long left = (1L << 36) - work;
        WorkBound bound = new WorkBound("f", 0);
        bound.require(network, layer -> weights);
        long step = 1L << 32;
        for (; left > step; left -= step) {
            holds(bound, step - OF_POINTS);
        }
        holds(bound, left - OF_POINTS);
        String over = refused(() -> bound.add("over", 1, 0, POINT, POINT));
        assertEquals(
                String.format(
                        java.util.Locale.ROOT,
                        "f, layer over: the layers up to here ask for the work of %,d products, at most 68,719,476,736 are"
                                + " allowed; ISOS_JAVA_OPTS=-Disos.bounds=2 allows more",
                        (1L << 36) + 1 + OF_POINTS),
                over);
    }

    private static Network one(LayerOp op, FeatureMapShape image) {
        NetworkBuilder builder = new NetworkBuilder("one", image);
        builder.add("layer", op, List.of(Layer.NETWORK_INPUT), Layer.NONE);
        return builder.build();
    }

    private static long ofMaps(FeatureMapShape in, FeatureMapShape out) {
        return 256L * (in.elements() + out.elements()) + 12_288L * (in.fibers() + out.fibers());
    }

    /** 10 weights at 3x4 positions; 2 channels through a window of 3x2 are 6 operands at each of them. */
    @Test
    void aConvolutionTakesItsWeightsAtEveryPosition() {
        FeatureMapShape image = new FeatureMapShape(2, 5, 5);
        Network network = one(new LayerOp.Convolution(7, 1, new Window(3, 2, 1, 1, 0, 0, 0, 0, 1, 1)), image);
        FeatureMapShape out = new FeatureMapShape(7, 3, 4);
        takes(10 * 12 + 80 * (2 * 3 * 2 * 12) + ofMaps(image, out), network, 10);
    }

    /** A window of 5x3 over 2x9 rows and columns: only 2 rows of it are there. */
    @Test
    void aPoolingTakesWhatLiesOnTheMap() {
        FeatureMapShape image = new FeatureMapShape(3, 2, 9);
        Pooling pooling = new Pooling(PoolingKind.MAX, new Window(5, 3, 1, 1, 2, 1, 2, 1, 1, 1), false);
        takes(2 * 3 * 54 + ofMaps(image, image), one(pooling, image), 0);
        FeatureMapShape narrow = new FeatureMapShape(3, 9, 2);
        Pooling other = new Pooling(PoolingKind.MAX, new Window(3, 5, 1, 1, 1, 2, 1, 2, 1, 1), false);
        takes(3 * 2 * 54 + ofMaps(narrow, narrow), one(other, narrow), 0);
    }

    @Test
    void aNormalisationTakesItsWindow() {
        FeatureMapShape image = new FeatureMapShape(4, 2, 3);
        takes(3 * 24 + ofMaps(image, image), one(new LayerOp.LocalResponseNormalisation(3, 1, 1, 1), image), 0);
        takes(4 * 24 + ofMaps(image, image), one(new LayerOp.LocalResponseNormalisation(9, 1, 1, 1), image), 0);
    }

    @Test
    void allElseTakesItsOutputs() {
        FeatureMapShape image = new FeatureMapShape(4, 2, 3);
        takes(24 + ofMaps(image, image), one(new LayerOp.Softmax(2, 1), image), 0);
    }

    /** A product of 6 positions with 6 rows of 4: 4 * 6 products at each of 6 positions. */
    @Test
    void aMatrixProductTakesItsProducts() {
        FeatureMapShape image = new FeatureMapShape(4, 2, 3);
        NetworkBuilder builder = new NetworkBuilder("one", image);
        builder.add(
                "layer",
                new LayerOp.MatrixProduct(1, true),
                List.of(Layer.NETWORK_INPUT, Layer.NETWORK_INPUT),
                Layer.NONE);
        takes(4 * 6 * 6 + ofMaps(image, new FeatureMapShape(6, 2, 3)), builder.build(), 0);
    }

    @Test
    void aConcatenationTakesNothing() {
        NetworkBuilder builder = new NetworkBuilder("one", POINT);
        builder.concatenation("layer", List.of(Layer.NETWORK_INPUT, Layer.NETWORK_INPUT));
        takes(0, builder.build(), 0);
    }
}
