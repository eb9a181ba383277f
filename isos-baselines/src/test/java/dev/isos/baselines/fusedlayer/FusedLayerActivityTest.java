package dev.isos.baselines.fusedlayer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.workload.Workload;
import dev.isos.baselines.HandCounted;
import dev.isos.testkit.Bench;
import org.junit.jupiter.api.Test;

class FusedLayerActivityTest {
    private static String activity(Workload workload) {
        return HandCounted.activity(
                Bench.run(workload, new FusedLayerDataflow(), Bench.model(new FusedLayerFactory())));
    }

    @Test
    void ofAConvolution() {
        // 6 weights and 8 inputs come, are read once for the array and 12 outputs leave; each output's sum of 4 bytes
        // is updated once
        assertEquals("""
                macs multiply-accumulate 24
                vectorUnit add 0
                postOps operation 12
                onChipBuffer read 26
                onChipBuffer write 26
                accumulators read 48
                accumulators write 48
                dram read 14
                dram write 12
                """, activity(HandCounted.convolution()));
    }

    @Test
    void ofAPooling() {
        // 8 inputs come and are read for the vector unit, 2 outputs leave
        assertEquals("""
                macs multiply-accumulate 0
                vectorUnit add 8
                postOps operation 2
                onChipBuffer read 10
                onChipBuffer write 10
                accumulators read 0
                accumulators write 0
                dram read 8
                dram write 2
                """, activity(HandCounted.pooling()));
    }
}
