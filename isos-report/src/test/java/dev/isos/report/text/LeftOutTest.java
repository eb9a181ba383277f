package dev.isos.report.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.AcceleratorSummary;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LeftOutTest {
    private static RunResult run(String accelerator, String... leftOut) {
        RunResult run = mock();
        when(run.leftOut()).thenReturn(List.of(leftOut));
        when(run.accelerator())
                .thenReturn(new AcceleratorSummary(
                        accelerator, "df", "hw", "block", "event", "energy", accelerator + ":x=1", Map.of()));
        return run;
    }

    @Test
    void nothingIsSaidOfTotalsThatCountEverything() {
        assertEquals("", LeftOut.sentence(List.of(run("a"), run("b"))));
    }

    @Test
    void machinesAreNamedWhereOthersCountEverything() {
        assertEquals(
                "Totals of a leave out the time and bytes of pool, which run by themselves.",
                LeftOut.sentence(List.of(run("a", "pool"), run("a", "pool"), run("b"))));
        assertEquals(
                "Totals leave out the time and bytes of p1, p2, p3 and 1 more, which run by themselves.",
                LeftOut.sentence(List.of(run("a", "p1", "p2"), run("b", "p3", "p4"))));
    }
}
