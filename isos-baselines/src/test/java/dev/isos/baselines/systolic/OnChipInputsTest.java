package dev.isos.baselines.systolic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes that come on chip, of maps with 4 columns of which 3 rows are read: 3 bytes for a column of a channel. */
class OnChipInputsTest {
    /** 2 and 3 channels side by side. */
    private static Network network() {
        NetworkBuilder builder = new NetworkBuilder("n", new FeatureMapShape(1, 5, 4));
        int first = builder.convolution("first", Layer.NETWORK_INPUT, 2, 1, 1, 0);
        int second = builder.convolution("second", Layer.NETWORK_INPUT, 3, 1, 1, 0);
        builder.concatenation("both", List.of(first, second));
        return builder.build();
    }

    private static OnChipInputs inputs(int channelsAtOnce, long bufferBytes) {
        return new OnChipInputs(network(), 2, 3, new boolean[] {true, true, false, true}, channelsAtOnce, bufferBytes);
    }

    private static void loads(OnChipInputs inputs, long first, long second) {
        assertEquals(first, inputs.bytes(0));
        assertEquals(second, inputs.bytes(1));
    }

    /** All 5 channels of 3 columns of 3 rows: 45 bytes. */
    @Test
    void whatFitsIsLoadedOnce() {
        OnChipInputs inputs = inputs(5, 45);
        assertEquals(2, inputs.parts());
        assertEquals(0, inputs.tensor(0));
        assertEquals(1, inputs.tensor(1));
        inputs.need(1, 3, 0, 2, 5);
        loads(inputs, 1 * 2 * 3, 1 * 2 * 3);
        inputs.need(0, 5, 1, 4, 5);
        // of column 3 everything, of column 1 what has not been there
        loads(inputs, (2 + 1) * 3, (3 + 2) * 3);
        inputs.need(0, 5, 0, 4, 5);
        loads(inputs, 3, 2 * 3);
        inputs.need(0, 5, 0, 4, 5);
        loads(inputs, 0, 0);
    }

    /** One byte less: columns of a window stay while they are needed, if all their 5 channels fit half of the buffer. */
    @Test
    void windowsKeepTheirColumns() {
        OnChipInputs inputs = inputs(5, 44);
        inputs.need(0, 3, 0, 1, 5);
        loads(inputs, 2 * 3, 1 * 3);
        inputs.need(0, 5, 0, 1, 5);
        loads(inputs, 0, 2 * 3);
        inputs.need(0, 5, 1, 2, 5);
        loads(inputs, 2 * 3, 3 * 3);
        inputs.need(0, 5, 0, 1, 5);
        loads(inputs, 2 * 3, 3 * 3);
        inputs.need(0, 5, 3, 4, 5);
        inputs.need(0, 5, 1, 2, 5);
        loads(inputs, 2 * 3, 3 * 3);
    }

    /** Two columns of 5 channels are 30 bytes, more than half of 44, and exactly half of 60. */
    @Test
    void windowsThatDoNotFitKeepNothing() {
        OnChipInputs inputs = inputs(7, 44);
        inputs.need(0, 5, 0, 2, 5);
        loads(inputs, 2 * 2 * 3, 3 * 2 * 3);
        inputs.need(0, 5, 0, 2, 5);
        loads(inputs, 2 * 2 * 3, 3 * 2 * 3);
        OnChipInputs larger = inputs(7, 60);
        larger.need(0, 5, 0, 2, 5);
        larger.need(0, 5, 0, 2, 5);
        loads(larger, 0, 0);
        larger.need(0, 5, 1, 4, 3);
        // column 1 stays, 2 is not read, 3 comes
        loads(larger, 2 * 3, 3 * 3);
    }
}
