package dev.isos.api.workload;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    private static final FeatureMapShape SHAPE = new FeatureMapShape(3, 2, 2);
    private static final LocalResponseNormalisation NORMALISATION = new LocalResponseNormalisation(3, 1f, 0.75f, 1f);

    private static Network network(LayerOp op, int outputChannels) {
        Layer layer = new Layer(
                0, "a", op, List.of(Layer.NETWORK_INPUT), Layer.NONE, SHAPE, new FeatureMapShape(outputChannels, 2, 2));
        return new Network("n", SHAPE, List.of(layer));
    }

    private static void workload(LayerOp op, Requantisation requantisation) {
        new Workload(
                new WorkloadInfo("w", "n", 1, "test", 1f),
                network(op, 3),
                List.of(new LayerParameters(requantisation)),
                new ActivationTensor(SHAPE, false, new byte[SHAPE.elements()]),
                List.of());
    }

    private static String refused(Runnable build) {
        return assertThrows(IllegalArgumentException.class, build::run).getMessage();
    }

    @Test
    void selectedChannelsAreThoseOfTheInput() {
        assertDoesNotThrow(() -> network(new ChannelSelection(List.of(2, 0, 2, 1)), 4));
        assertEquals(
                "layer a of n selects channel 3 of 3", refused(() -> network(new ChannelSelection(List.of(0, 3)), 2)));
        assertEquals(
                "layer a of n selects channel -1 of 3", refused(() -> network(new ChannelSelection(List.of(-1)), 1)));
        refused(() -> network(new ChannelSelection(List.of(0, 1)), 3));
        refused(() -> new ChannelSelection(List.of()));
        assertEquals(List.of(2, 3, 4), ChannelSelection.range(2, 5).channels());
    }

    @Test
    void channelsThatASliceOfOutputsNeeds() {
        Layer selection = network(new ChannelSelection(List.of(2, 0, 1)), 3).layer(0);
        assertEquals(0, selection.firstInputChannel(0, 2));
        assertEquals(3, selection.endInputChannel(0, 2));
        assertEquals(1, selection.firstInputChannel(2, 3));
        assertEquals(2, selection.endInputChannel(2, 3));
        Layer normalisation = network(NORMALISATION, 3).layer(0);
        assertEquals(0, normalisation.firstInputChannel(1, 2));
        assertEquals(3, normalisation.endInputChannel(1, 2));
        assertEquals(1, normalisation.firstInputChannel(2, 3));
        assertEquals(2, normalisation.endInputChannel(0, 1));
    }

    @Test
    void aNormalisationKeepsItsShapeAndHasOneMultiplier() {
        refused(() -> network(NORMALISATION, 2));
        assertDoesNotThrow(() -> workload(NORMALISATION, Requantisation.identity(3, false, 1f)));
        refused(() -> workload(
                NORMALISATION, new Requantisation(new int[] {0, 1, 0}, new float[] {1, 1, 1}, 1f, 0f, 0, 255, 1f)));
        refused(() ->
                workload(NORMALISATION, new Requantisation(new int[3], new float[] {1, 1, 2}, 1f, 0f, 0, 255, 1f)));
    }

    @Test
    void lookupTablesAreForLayersThatRequantise() {
        LookupTable table = new LookupTable(new byte[LookupTable.ENTRIES], false);
        Requantisation lookup = Requantisation.identity(3, false, 1f).withLookup(table, 1f);
        assertDoesNotThrow(() -> workload(ChannelSelection.range(0, 3), lookup));
        assertEquals(
                "layer a is a concatenation, which takes no lookup table",
                refused(() -> workload(new Concatenation(), lookup)));
        refused(() -> workload(NORMALISATION, lookup));
    }
}
