package dev.isos.api.result;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.result.RunResult.Prediction;
import dev.isos.api.result.RunResult.Traffic;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunResultTest {
    private static RunResult result(double seconds, Traffic traffic) {
        return result(seconds, traffic, Map.of());
    }

    private static RunResult result(double seconds, Traffic traffic, Map<String, String> changes) {
        return new RunResult(
                RunResult.SCHEMA_VERSION,
                new RunResult.WorkloadSummary("w", "n", 1, 0.5, "by hand"),
                new RunResult.AcceleratorSummary("a", "d", "h", "m", "f", "e", "a", changes),
                100,
                seconds,
                new RunResult.MacCounts(3, 2, 1),
                0.5,
                traffic,
                new RunResult.Energy(1, 2, 3, 4, 10),
                5,
                new RunResult.Bound(0.5, 0.25, 0.25),
                true,
                "digest",
                List.of(),
                List.of(),
                List.of(),
                null, // as in results from before there were any
                List.of(),
                List.of(),
                new RunResult.Host(1, 1),
                Map.of());
    }

    @Test
    void trafficAddsUp() {
        assertEquals(15, new Traffic(1, 2, 4, 8).total());
    }

    /** 4 s against 1 s and 40 bytes against 5. */
    @Test
    void factorsOverAnotherRun() {
        RunResult slow = result(4, new Traffic(10, 10, 10, 10));
        RunResult fast = result(1, new Traffic(1, 1, 1, 2));
        assertEquals(4, fast.speedupOver(slow));
        assertEquals(0.25, slow.speedupOver(fast));
        assertEquals(8, fast.trafficReductionOver(slow));
        assertEquals(0.125, slow.trafficReductionOver(fast));
    }

    /** A batch of four in 8 s, with 20 bytes and 10 pJ, against one image in 4 s, with 40 bytes and 10 pJ. */
    @Test
    void factorsAreByImage() {
        RunResult one = result(4, new Traffic(10, 10, 10, 10));
        RunResult four = result(8, new Traffic(5, 5, 5, 5), Map.of("batch", "4"));
        assertEquals(2, four.secondsPerImage());
        assertEquals(2, four.speedupOver(one));
        assertEquals(8, four.trafficReductionOver(one));
        assertEquals(4, four.energyReductionOver(one));
        assertEquals(0.25, one.energyReductionOver(four));
    }

    @Test
    void predictionsChangeNothingElse() {
        RunResult result = result(4, new Traffic(1, 2, 4, 8));
        List<Prediction> predicted = List.of(new Prediction(7, "seven", 0.5));
        RunResult with = result.withPrediction(predicted);
        assertEquals(predicted, with.prediction());
        assertEquals(result, with.withPrediction(List.of()));
        assertEquals(List.of(), result.layouts());
    }
}
