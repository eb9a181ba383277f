package dev.isos.api.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.Network;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers that need a whole operand: what is gathered, by hand. */
class GatheredOperandsTest {
    private static Layer layer(LayerOp op, FeatureMapShape in, FeatureMapShape out, Integer... inputs) {
        return new Layer(0, "layer", op, List.of(inputs), Layer.NONE, in, out);
    }

    private static ActivationTensor tensor(int channels, int height, int width, int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new ActivationTensor(new FeatureMapShape(channels, height, width), false, bytes);
    }

    @Test
    void positionsAreTakenFiberByFiber() {
        // columns of a 2 x 2 map of two channels: (1, 2) over (3, 4), then (5, 6) over (7, 8)
        ActivationTensor in = tensor(2, 2, 2, 1, 2, 3, 4, 5, 6, 7, 8);
        LayerOp op = new LayerOp.PositionSelection(1, 3, List.of(3, -1, 2));
        Layer layer = layer(op, in.shape(), new FeatureMapShape(2, 1, 3), -1);
        // position 3 is row 1, column 1; position 2 is row 1, column 0
        assertArrayEquals(
                new byte[] {7, 8, 0, 0, 3, 4},
                GatheredOperands.rearranged(layer, in).values());
    }

    @Test
    void channelsBecomePositions() {
        // one row of three positions with two channels each
        ActivationTensor in = tensor(2, 1, 3, 1, 2, 3, 4, 5, 6);
        Layer layer = layer(new LayerOp.Transposition(2, 1), in.shape(), new FeatureMapShape(3, 2, 1), -1);
        assertArrayEquals(
                new byte[] {1, 3, 5, 2, 4, 6},
                GatheredOperands.rearranged(layer, in).values());
    }

    @Test
    void aSecondOperandBecomesFiltersWithItsZeros() {
        // two tokens with two heads of one channel; 200 counts as 127
        ActivationTensor second = tensor(2, 2, 1, 1, 0, 200, 4);
        FeatureMapShape in = new FeatureMapShape(2, 3, 1);
        Layer scores = layer(new LayerOp.MatrixProduct(2, true), in, new FeatureMapShape(4, 3, 1), -1, -1);
        FilterTensor filters = GatheredOperands.filters(scores, second);
        // head 0 meets tokens 0 and 1 in channel 0, head 1 in channel 1
        assertArrayEquals(new byte[] {1, 127, 0, 4}, filters.payloads());
        assertArrayEquals(new int[] {0, 2, 4}, filters.starts());
        assertEquals(4, filters.nonZeros());
        assertEquals(3 * 4, scores.denseMacs());

        // two positions added up in each of two heads of one channel
        FeatureMapShape weights = new FeatureMapShape(4, 3, 1);
        Layer mixed = layer(new LayerOp.MatrixProduct(2, false), weights, new FeatureMapShape(2, 3, 1), -1, -1);
        FilterTensor values = GatheredOperands.filters(mixed, second);
        assertArrayEquals(new byte[] {1, 127, 0, 4}, values.payloads());
        assertArrayEquals(new int[] {0, 1, 2, 3, 4}, values.starts());
        assertEquals(3 * 4, mixed.denseMacs());

        Layer scaled = layer(new LayerOp.ChannelScaling(), in, in, -1, -1);
        assertArrayEquals(
                new byte[] {9, 0},
                GatheredOperands.filters(scaled, tensor(2, 1, 1, 9, 0)).payloads());
        assertEquals(3 * 2, scaled.denseMacs());
    }

    @Test
    void whatIsGatheredBelongsToAnEarlierSegment() {
        FeatureMapShape shape = new FeatureMapShape(2, 2, 1);
        Layer first = layer(LayerOp.ChannelSelection.range(0, 2), shape, shape, -1);
        Layer second = new Layer(1, "turned", new LayerOp.Transposition(2, 1), List.of(0), Layer.NONE, shape, shape);
        Requantisation identity = Requantisation.identity(2, false, 1f);
        Workload workload = new Workload(
                new WorkloadInfo("x", "x", 0, "by hand", 1f),
                new Network("x", shape, List.of(first, second)),
                List.of(new LayerParameters(identity), new LayerParameters(identity)),
                tensor(2, 2, 1, 1, 2, 3, 4),
                List.of());
        Workload gathered = GatheredOperands.gather(workload, i -> tensor(2, 2, 1, 1, 2, 3, 4));
        assertArrayEquals(
                new byte[] {1, 3, 2, 4}, gathered.furtherInputs().get(0).values());
        assertEquals(List.of(0), gathered.network().layer(1).gathered());
        assertEquals(
                "layer turned reads the whole output of layer before it begins",
                PlanRejection.ofGathering(gathered.network(), List.of(0, 1))
                        .orElseThrow()
                        .reason());
        assertTrue(PlanRejection.ofGathering(gathered.network(), List.of(1)).isEmpty());
    }

    @Test
    void refusesOperandsThatDoNotFit() {
        FeatureMapShape in = new FeatureMapShape(6, 2, 2);
        LayerOp product = new LayerOp.MatrixProduct(4, true);
        assertThrows(IllegalArgumentException.class, () -> Network.outputOfWhole("x", product, in, in));
        LayerOp outside = new LayerOp.PositionSelection(1, 1, List.of(4));
        assertThrows(IllegalArgumentException.class, () -> Network.outputOfWhole("x", outside, in, null));
        LayerOp turned = new LayerOp.Transposition(2, 2);
        assertThrows(IllegalArgumentException.class, () -> Network.outputOfWhole("x", turned, in, null));
        assertThrows(
                IllegalArgumentException.class, () -> Network.outputOfWhole("x", new LayerOp.ChannelScaling(), in, in));
    }

    @Test
    void normalisationsByHand() {
        float[] multiplier = {10, 10, 10, 20};
        // mean 2, variance 5: -3, -1, 1, 3 over the root of 5 are -1.342, -0.447, 0.447 and 1.342
        Requantisation layer = new Requantisation(new int[] {0, 65_536, 0, 0}, multiplier, 1, 0, -128, 127, 1);
        byte[] out = new byte[4];
        ChannelNormaliser.of(new LayerOp.LayerNormalisation(0), layer)
                .fiber(new byte[] {-1, 1, 3, 5}, 0, true, out, 0, 4);
        assertArrayEquals(new byte[] {-13, -3, 4, 27}, out);
        // two groups; e^0 and e^-1 over their sum are 0.731 and 0.269, equal values 0.5
        Requantisation softmax = new Requantisation(new int[4], new float[] {100, 100, 100, 100}, 1, 0, 0, 255, 0.01f);
        ChannelNormaliser.of(new LayerOp.Softmax(2, 0.5f), softmax)
                .fiber(new byte[] {7, 5, -9, -9}, 0, true, out, 0, 4);
        assertArrayEquals(new byte[] {73, 27, 50, 50}, out);
    }
}
