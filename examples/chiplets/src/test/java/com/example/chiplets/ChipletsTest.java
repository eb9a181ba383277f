package com.example.chiplets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.part.LaneLink;
import dev.isos.api.result.RunResult;
import dev.isos.study.Isos;
import org.junit.jupiter.api.Test;

class ChipletsTest {
    /** 8 bytes at 4 a cycle leave until cycle 12 and arrive 5 cycles later; the next ones queue behind them. */
    @Test
    void bytesQueueInEachDirection() {
        LaneLink.Run link = new ChipletLink(32, 4, 5).begin();
        assertEquals(17, link.arrival(10, 31, 32, 8));
        assertEquals(19, link.arrival(10, 30, 63, 8));
        assertEquals(17, link.arrival(10, 32, 31, 8));
        assertEquals(11, link.arrival(11, 3, 30, 8));
        assertEquals(20, link.arrival(20, 31, 32, 0));
    }

    @Test
    void aSlowerLinkTakesLongerAndComputesTheSame() {
        Isos isos = Isos.builder().plugin(new ChipletsPlugin()).build();
        String network = "googlenet-58-inception3a";
        RunResult oneChip = isos.run(network, "isosceles");
        String chiplets = "isosceles:link=two-chiplets:chiplets.bandwidth=";
        RunResult fast = isos.run(network, chiplets + "1000GB/s");
        RunResult slow = isos.run(network, chiplets + "1GB/s");
        System.out.printf("cycles: one chip %,d, 1000 GB/s %,d, 1 GB/s %,d%n", oneChip.cycles(), fast.cycles(), slow.cycles());
        assertTrue(oneChip.cycles() <= fast.cycles() && fast.cycles() < slow.cycles());
        assertEquals(oneChip.outputSha256(), slow.outputSha256());
        assertEquals(oneChip.traffic(), slow.traffic());
    }
}
