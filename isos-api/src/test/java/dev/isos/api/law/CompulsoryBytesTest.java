package dev.isos.api.law;

import static dev.isos.api.law.Hand.broken;
import static dev.isos.api.law.Hand.filled;
import static dev.isos.api.law.Hand.ones;
import static dev.isos.api.law.Hand.segment;
import static dev.isos.api.law.Hand.tensor;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.network.Window;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Bytes of small tensors, counted by hand. */
class CompulsoryBytesTest {
    private static final int IMAGE = Layer.NETWORK_INPUT;

    private static long needed(Network network, Map<Integer, byte[]> weights, int tensor, ActivationTensor values) {
        return new CompulsoryBytes(Hand.workload(network, weights), segment(network.size() - 1)).needed(tensor, values);
    }

    /** One layer on an image. */
    private static Network one(LayerOp op, FeatureMapShape image) {
        NetworkBuilder builder = new NetworkBuilder("one", image);
        builder.add("layer", op, List.of(IMAGE), Layer.NONE);
        return builder.build();
    }

    @Test
    void weightsAreTheNonZerosOfAConvolution() {
        NetworkBuilder builder = new NetworkBuilder("n", new FeatureMapShape(1, 4, 4));
        int convolution = builder.convolution("c", IMAGE, 3, 1, 1, 0);
        int pooling = builder.maxPooling("p", convolution, 2, 2, 0);
        Workload workload = Hand.workload(builder.build(), Map.of(convolution, new byte[] {5, 0, -1}));
        CompulsoryBytes bytes = new CompulsoryBytes(workload, segment(convolution, pooling));
        assertEquals(2, bytes.weights(convolution));
        assertEquals(0, bytes.weights(pooling));
    }

    /** Three convolutions on the image, the first two side by side; the last one adds the third to what it makes of both. */
    private static Network branches() {
        NetworkBuilder builder = new NetworkBuilder("branches", new FeatureMapShape(2, 2, 2));
        int first = builder.convolution("first", IMAGE, 2, 1, 1, 0);
        int second = builder.convolution("second", IMAGE, 2, 1, 1, 0);
        int third = builder.convolution("third", first, 2, 1, 1, 0);
        int both = builder.concatenation("both", List.of(first, second));
        builder.pointwiseWithResidual("last", both, 2, third);
        return builder.build();
    }

    private static CompulsoryBytes ofBranches(int... layers) {
        Network network = branches();
        Map<Integer, byte[]> weights = Map.of(0, ones(4), 1, ones(4), 2, ones(4), 4, ones(8));
        return new CompulsoryBytes(Hand.workload(network, weights), segment(layers));
    }

    @Test
    void whatEntersASegment() {
        assertEquals(List.of(IMAGE), ofBranches(0).entering());
        assertEquals(List.of(IMAGE, 0), ofBranches(1, 2).entering());
        assertEquals(List.of(0, 1, 2), ofBranches(3, 4).entering(), "the parts of a concatenation, and a residual");
        assertEquals(List.of(0, 1), ofBranches(2, 3, 4).entering());
        assertEquals(List.of(IMAGE), ofBranches(0, 1, 2, 3, 4).entering());
    }

    @Test
    void whatLeavesASegment() {
        assertTrue(ofBranches(0, 1).leaves(0));
        assertTrue(ofBranches(0, 1, 2).leaves(0), "the concatenation's reader needs it");
        assertTrue(ofBranches(1, 2, 3).leaves(2));
        assertFalse(ofBranches(0, 1, 2, 3, 4).leaves(0));
        assertFalse(ofBranches(2, 3, 4).leaves(2));
        assertFalse(ofBranches(2, 3).leaves(3), "a concatenation has no output of its own");
        assertTrue(ofBranches(4).leaves(4), "the output of the network");
    }

    @Test
    void partsOfAnOutputThatIsAConcatenationLeave() {
        NetworkBuilder builder = new NetworkBuilder("parts", new FeatureMapShape(1, 1, 1));
        int first = builder.convolution("first", IMAGE, 1, 1, 1, 0);
        int second = builder.convolution("second", first, 1, 1, 1, 0);
        int both = builder.concatenation("both", List.of(first, second));
        CompulsoryBytes bytes = new CompulsoryBytes(
                Hand.workload(builder.build(), Map.of(0, ones(1), 1, ones(1))), segment(first, second, both));
        assertTrue(bytes.leaves(first));
        assertTrue(bytes.leaves(second));
    }

    @Test
    void whatNobodyReadsLeaves() {
        NetworkBuilder builder = new NetworkBuilder("ends", new FeatureMapShape(1, 1, 1));
        builder.convolution("unread", IMAGE, 1, 1, 1, 0);
        builder.convolution("output", IMAGE, 1, 1, 1, 0);
        CompulsoryBytes bytes =
                new CompulsoryBytes(Hand.workload(builder.build(), Map.of(0, ones(1), 1, ones(1))), segment(0, 1));
        assertTrue(bytes.leaves(0));
    }

    /** Of 3 rows and 5 columns a stride of 2 reads rows 0, 2 and columns 0, 2, 4. */
    @Test
    void stridesSkipPositions() {
        FeatureMapShape image = new FeatureMapShape(1, 3, 5);
        Network network = one(new Convolution(1, 1, Window.square(1, 2, 0)), image);
        assertEquals(6, needed(network, Map.of(0, ones(1)), IMAGE, filled(image, 1)));
        // columns of three rows; the two zeros at positions that are read count for nothing
        ActivationTensor sparse = tensor(image, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1);
        assertEquals(4, needed(network, Map.of(0, ones(1)), IMAGE, sparse));
        assertEquals(0, needed(network, Map.of(0, ones(1)), IMAGE, filled(image, 0)));
    }

    /**
     * A 2x3 window on 3 rows and 5 columns makes 2x3 outputs. Its weight at row 1, column 0 meets rows 1, 2 and columns 0..2; with
     * that at row 0, column 2 come rows 0, 1 and columns 2..4: 6 + 6 positions, of which row 1, column 2 is one of both.
     */
    @Test
    void zeroWeightsReadNothing() {
        FeatureMapShape image = new FeatureMapShape(1, 3, 5);
        Network network = one(new Convolution(1, 1, new Window(2, 3, 1, 1, 0, 0, 0, 0, 1, 1)), image);
        assertEquals(6, needed(network, Map.of(0, new byte[] {0, 0, 0, 1, 0, 0}), IMAGE, filled(image, 1)));
        assertEquals(11, needed(network, Map.of(0, new byte[] {0, 0, 1, 1, 0, 0}), IMAGE, filled(image, 1)));
        assertEquals(15, needed(network, Map.of(0, ones(6)), IMAGE, filled(image, 1)));
        assertEquals(0, needed(network, Map.of(0, new byte[6]), IMAGE, filled(image, 1)));
    }

    /** Channel 1 has no weights; channel 0 has one in the corner of a padded 3x3 window, which never meets the last row or column. */
    @Test
    void channelsAreNeededForThemselves() {
        FeatureMapShape image = new FeatureMapShape(2, 4, 3);
        Network network = one(new Convolution(1, 1, Window.square(3, 1, 1)), image);
        byte[] weights = new byte[18];
        weights[0] = 1;
        assertEquals(3 * 2, needed(network, Map.of(0, weights), IMAGE, filled(image, 1)));
        weights[17] = 1; // channel 1, opposite corner: neither the first row nor the first column
        assertEquals(3 * 2 + 3 * 2, needed(network, Map.of(0, weights), IMAGE, filled(image, 1)));
        // only channel 1 has values at all; rows 1..3 of columns 1, 2 are needed
        byte[] values = new byte[24];
        for (int i = 1; i < 24; i += 2) {
            values[i] = 1;
        }
        assertEquals(6, needed(network, Map.of(0, weights), IMAGE, new ActivationTensor(image, false, values)));
    }

    /** Of 5 rows and 3 columns windows of 2x2 cover 4 rows and 2 columns. */
    @Test
    void poolingsReadTheirWindows() {
        FeatureMapShape image = new FeatureMapShape(3, 5, 3);
        Network network = one(new Pooling(PoolingKind.MAX, Window.square(2, 2, 0), false), image);
        assertEquals(3 * 4 * 2, needed(network, Map.of(), IMAGE, filled(image, 1)));
    }

    @Test
    void selectionsReadTheirChannels() {
        FeatureMapShape image = new FeatureMapShape(4, 2, 3);
        Network network = one(new ChannelSelection(List.of(3, 1, 3)), image);
        assertEquals(2 * 6, needed(network, Map.of(), IMAGE, filled(image, 1)));
        byte[] values = new byte[24];
        values[3] = 1;
        values[4] = 1; // channel 0 of the next position
        values[21] = 1; // channel 1 of the last one
        assertEquals(2, needed(network, Map.of(), IMAGE, new ActivationTensor(image, false, values)));
    }

    @Test
    void whatHasNoWindowReadsEverything() {
        FeatureMapShape image = new FeatureMapShape(3, 2, 4);
        assertEquals(24, needed(one(new LayerOp.Softmax(1, 1f), image), Map.of(), IMAGE, filled(image, 1)));
        NetworkBuilder builder = new NetworkBuilder("sum", image);
        int more = builder.furtherInput(image);
        builder.add("sum", new ElementwiseAdd(), List.of(IMAGE, more), Layer.NONE);
        Network network = builder.build();
        assertEquals(24, needed(network, Map.of(), IMAGE, filled(image, 1)));
        assertEquals(24, needed(network, Map.of(), more, filled(image, 1)));
    }

    @Test
    void residualsAreNeededWhole() {
        // the stride leaves 1 of 2x2 positions as input; as the residual of the second layer all 4 are needed
        FeatureMapShape image = new FeatureMapShape(1, 2, 2);
        NetworkBuilder builder = new NetworkBuilder("residual", image);
        int more = builder.furtherInput(image);
        int strided = builder.convolution("strided", IMAGE, 1, 1, 2, 0);
        int added = builder.pointwiseWithResidual("added", more, 1, IMAGE);
        Network network = builder.build();
        Workload workload = Hand.workload(network, Map.of(strided, ones(1), added, ones(1)));
        assertEquals(1, new CompulsoryBytes(workload, segment(strided)).needed(IMAGE, filled(image, 1)));
        assertEquals(4, new CompulsoryBytes(workload, segment(strided, added)).needed(IMAGE, filled(image, 1)));
        assertEquals(0, new CompulsoryBytes(workload, segment(strided)).needed(more, filled(image, 1)));
        assertEquals(4, new CompulsoryBytes(workload, segment(added)).needed(more, filled(image, 1)));
    }

    /** Channels of a second part come after those of the first one: of its two the filters have weights for the second alone. */
    @Test
    void partsHaveTheirOwnChannelsOfTheFilters() {
        FeatureMapShape image = new FeatureMapShape(3, 1, 2);
        NetworkBuilder builder = new NetworkBuilder("parts", image);
        int first = builder.convolution("first", IMAGE, 3, 1, 1, 0);
        int second = builder.convolution("second", IMAGE, 2, 1, 1, 0);
        int both = builder.concatenation("both", List.of(first, second));
        int last = builder.convolution("last", both, 1, 1, 1, 0);
        Workload workload = Hand.workload(
                builder.build(), Map.of(first, ones(9), second, ones(6), last, new byte[] {1, 1, 0, 0, 1}));
        CompulsoryBytes bytes = new CompulsoryBytes(workload, segment(both, last));
        assertEquals(2 * 2, bytes.needed(first, filled(new FeatureMapShape(3, 1, 2), 1)));
        assertEquals(2, bytes.needed(second, filled(new FeatureMapShape(2, 1, 2), 1)));
        // a concatenation alone needs nothing, it moves nothing
        assertEquals(
                0, new CompulsoryBytes(workload, segment(both)).needed(first, filled(new FeatureMapShape(3, 1, 2), 1)));
    }

    private static CompulsoryBytes.MovedBytes moved(long weights, long read, long written) {
        return new CompulsoryBytes.MovedBytes() {
            @Override
            public long weights(int layer) {
                return weights;
            }

            @Override
            public long read(int tensor) {
                return read;
            }

            @Override
            public long written(int layer) {
                return written;
            }
        };
    }

    /** Two weights; 4 of 9 positions are read; an output with 3 non-zeros. */
    @Test
    void segmentsAreHeldToTheirBytes() {
        FeatureMapShape image = new FeatureMapShape(1, 3, 3);
        Network network = one(new Convolution(2, 1, Window.square(1, 2, 0)), image);
        Workload workload = Hand.workload(network, Map.of(0, ones(2)));
        ActivationTensor input = filled(image, 1);
        ActivationTensor output = tensor(new FeatureMapShape(2, 2, 2), 1, 0, 0, 0, 2, 0, 0, 3);
        Segment all = segment(0);
        CompulsoryBytes bytes = new CompulsoryBytes(workload, all);
        assertDoesNotThrow(() -> bytes.check("here", moved(2, 4, 3), t -> t == IMAGE ? input : output));
        assertDoesNotThrow(() -> bytes.check("here", moved(2, 9, 3), t -> t == IMAGE ? input : output));
        broken(
                "here loads 1 bytes of the weights of layer, which has 2 non-zeros to move",
                () -> bytes.check("here", moved(1, 4, 3), t -> t == IMAGE ? input : output));
        broken(
                "here reads 3 bytes of the network's input, which has 4 non-zeros to move",
                () -> bytes.check("here", moved(2, 3, 3), t -> t == IMAGE ? input : output));
        broken(
                "here writes 2 bytes of the output of layer, which has 3 non-zeros to move",
                () -> bytes.check("here", moved(2, 4, 2), t -> t == IMAGE ? input : output));
    }

    @Test
    void whatStaysOnChipIsNotHeldToBytes() {
        FeatureMapShape image = new FeatureMapShape(1, 1, 1);
        NetworkBuilder builder = new NetworkBuilder("chain", image);
        builder.convolution("first", IMAGE, 1, 1, 1, 0);
        builder.convolution("second", 0, 1, 1, 1, 0);
        Workload workload = Hand.workload(builder.build(), Map.of(0, ones(1), 1, ones(1)));
        CompulsoryBytes.MovedBytes moved = new CompulsoryBytes.MovedBytes() {
            @Override
            public long weights(int layer) {
                return 1;
            }

            @Override
            public long read(int tensor) {
                return tensor == IMAGE ? 1 : 0;
            }

            @Override
            public long written(int layer) {
                return layer == 1 ? 1 : 0;
            }
        };
        assertDoesNotThrow(
                () -> new CompulsoryBytes(workload, segment(0, 1)).check("here", moved, tensor -> filled(image, 1)));
        broken(
                "here writes 0 bytes of the output of first, which has 1 non-zeros to move",
                () -> new CompulsoryBytes(workload, segment(0)).check("here", moved, tensor -> filled(image, 1)));
        broken(
                "here reads 0 bytes of first, which has 1 non-zeros to move",
                () -> new CompulsoryBytes(workload, segment(1)).check("here", moved, tensor -> filled(image, 1)));
    }
}
