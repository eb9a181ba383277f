package dev.isos.baselines.systolic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.workload.Workload;
import dev.isos.baselines.HandCounted;
import dev.isos.testkit.Bench;
import org.junit.jupiter.api.Test;

class SystolicActivityTest {
    private static String activity(Workload workload) {
        return HandCounted.activity(
                Bench.run(workload, new SystolicDataflow(Stationarity.WEIGHT), Bench.model(new SystolicFactory())));
    }

    @Test
    void ofAConvolution() {
        // 6 bytes of registers a product; 12 sums of 4 bytes are written, then read to be requantised, and 12 outputs
        // written and stored
        assertEquals("""
                macs multiply-accumulate 24
                registers read 144
                registers write 144
                inputBuffer write 8
                inputBuffer read 8
                filterBuffer write 6
                filterBuffer read 6
                outputBuffer write 60
                outputBuffer read 60
                vectorUnit add 0
                postOps operation 12
                dram read 14
                dram write 12
                """, activity(HandCounted.convolution()));
    }

    @Test
    void ofAPooling() {
        // 8 operands for the vector unit; 2 outputs, whose sums of 4 bytes are read to be requantised, written and
        // stored
        assertEquals("""
                macs multiply-accumulate 0
                registers read 0
                registers write 0
                inputBuffer write 8
                inputBuffer read 8
                filterBuffer write 0
                filterBuffer read 0
                outputBuffer write 2
                outputBuffer read 10
                vectorUnit add 8
                postOps operation 2
                dram read 8
                dram write 2
                """, activity(HandCounted.pooling()));
    }
}
