package com.example.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.result.RunResult;
import dev.isos.study.Isos;
import org.junit.jupiter.api.Test;

class BacklogTest {
    @Test
    void sharesAreOneMoreThanWhatWaits() {
        long[] shares = {1, 1, 1};
        new Backlog().divide(new long[] {50, 0, 7}, new long[] {0, 9, 3}, shares);
        assertArrayEquals(new long[] {1, 10, 4}, shares);
    }

    @Test
    void computesTheSameInOtherCycles() {
        Isos isos = Isos.builder().plugin(new SchedulerPlugin()).build();
        RunResult published = isos.run("googlenet-58-inception3a", "isosceles");
        RunResult backlog = isos.run("googlenet-58-inception3a", "isosceles:scheduling=backlog");
        System.out.printf("cycles: proportional %,d, backlog %,d%n", published.cycles(), backlog.cycles());
        assertEquals(published.outputSha256(), backlog.outputSha256());
        assertEquals(published.macs(), backlog.macs());
    }
}
