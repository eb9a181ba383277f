package dev.isos.baselines.scnn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.workload.Workload;
import dev.isos.baselines.HandCounted;
import dev.isos.testkit.Bench;
import org.junit.jupiter.api.Test;

class ScnnActivityTest {
    private static String activity(Workload workload) {
        return HandCounted.activity(Bench.run(workload, new ScnnDataflow(), Bench.model(new ScnnFactory())));
    }

    @Test
    void ofAConvolution() {
        // 3 bytes of a product through the crossbar, sums of 4 bytes that are added to, then drained to 12 outputs; 8
        // activations
        // and, in each of 4 elements for each of 2 channels, 3 weights are read, 12 bits each; 9 bytes of weights go to
        // 64 elements
        assertEquals("""
                macs multiply-accumulate 24
                crossbars operation 72
                accumulators read 144
                accumulators write 96
                activationRams read 22
                activationRams write 28
                weightFifos write 576
                weightFifos read 36
                postOps operation 12
                haloLinks operation 0
                dram read 25
                dram write 10
                """, activity(HandCounted.convolution()));
    }

    @Test
    void ofAPooling() {
        // 8 operands of a byte and 2 outputs, whose sums of 4 bytes are drained; 16 bytes of inputs, 3 of outputs
        assertEquals("""
                macs multiply-accumulate 0
                crossbars operation 0
                accumulators read 8
                accumulators write 0
                activationRams read 11
                activationRams write 18
                weightFifos write 0
                weightFifos read 0
                postOps operation 10
                haloLinks operation 0
                dram read 16
                dram write 3
                """, activity(HandCounted.pooling()));
    }
}
