package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.workload.Workload;
import dev.isos.baselines.HandCounted;
import dev.isos.testkit.Bench;
import org.junit.jupiter.api.Test;

class SparTenActivityTest {
    private static String activity(Workload workload) {
        return HandCounted.activity(Bench.run(workload, new SparTenDataflow(), Bench.model(new SparTenFactory())));
    }

    @Test
    void ofAConvolution() {
        // 12 pairs of a position and a filter: masks of 16 bytes each, 48 operations of their join; values of 1 byte;
        // sums of 4.
        // A position is 1 byte of mask and 2 values, broadcast to the 3 units with a filter; a filter likewise is 3
        // bytes.
        assertEquals("""
                macs multiply-accumulate 24
                accumulators read 96
                accumulators write 96
                joinLogic operation 600
                unitBuffers write 36
                unitBuffers read 432
                onChipBuffer write 21
                onChipBuffer read 12
                postOps operation 12
                dram read 21
                dram write 10
                """, activity(HandCounted.convolution()));
    }

    @Test
    void ofAPooling() {
        // 4 positions of 3 bytes, each to the one unit that takes the maximum of its 2 operands; sums of 4 bytes
        assertEquals("""
                macs multiply-accumulate 0
                accumulators read 32
                accumulators write 32
                joinLogic operation 8
                unitBuffers write 12
                unitBuffers read 8
                onChipBuffer write 12
                onChipBuffer read 12
                postOps operation 2
                dram read 12
                dram write 3
                """, activity(HandCounted.pooling()));
    }
}
