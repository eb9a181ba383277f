package dev.isos.study.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.AcceleratorSummary;
import dev.isos.api.result.RunResult.Bound;
import dev.isos.api.result.RunResult.Energy;
import dev.isos.api.result.RunResult.Host;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.result.RunResult.MacCounts;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.api.result.RunResult.WorkloadSummary;
import dev.isos.study.diff.ResultDiff.Growth;
import dev.isos.study.diff.RunDiff.Block;
import dev.isos.study.diff.RunDiff.Change;
import dev.isos.study.diff.RunDiff.LayerDiff;
import dev.isos.study.diff.RunDiff.Side;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResultDiffTest {
    private static SegmentResult segment(long cycles, String... layers) {
        return new SegmentResult(
                List.of(layers),
                cycles,
                new Traffic(cycles, 0, 1, 0),
                new Energy(cycles, 0, 0, 0, cycles),
                64,
                "the network ends here");
    }

    private static LayerResult layer(String name, String shape, long cycles) {
        return new LayerResult(
                name,
                "convolution",
                shape,
                shape,
                null,
                List.of(-1),
                null,
                0.5,
                0.5,
                new MacCounts(8, 4, 4),
                cycles,
                0.5,
                0,
                cycles,
                new Traffic(cycles, 0, 1, 0),
                null);
    }

    private static RunResult run(String accelerator, Map<String, String> changes, SegmentResult... segments) {
        long cycles = Stream.of(segments).mapToLong(SegmentResult::cycles).sum();
        return new RunResult(
                1,
                new WorkloadSummary("net", "net", 1, 0.5, "by hand"),
                new AcceleratorSummary(accelerator, "df", "hw", "greedy", "event", "table", accelerator, changes),
                cycles,
                cycles / 1e9,
                new MacCounts(8, 4, 4),
                0.5,
                new Traffic(cycles, 0, segments.length, 0),
                new Energy(cycles, 0, 0, 0, cycles),
                2,
                new Bound(1, 0, 0),
                true,
                "abc",
                List.of(),
                List.of(segments),
                List.of(),
                List.of(),
                Stream.of(segments)
                        .flatMap(s -> s.layers().stream().map(name -> layer(name, "1x1x1", s.cycles())))
                        .toList(),
                List.of(),
                new Host(1, 1),
                Map.of("core", "1"));
    }

    @Test
    void whatDiffersOfTheConfigurationIsThere() {
        RunDiff diff = RunDiff.of(
                run("x", Map.of("lanes", "32", "same", "1"), segment(5, "a")),
                run("y", Map.of("same", "1", "clock", "2"), segment(5, "a")));
        assertEquals(
                List.of(
                        new Change("accelerator.id", "x", "y"),
                        new Change("accelerator.changes.lanes", "32", null),
                        new Change("accelerator.changes.clock", null, "2")),
                diff.configuration());
    }

    /** Cuts of A after a, c and e; of B after b, c, d and e: common are those after c and e. */
    @Test
    void segmentsAreTakenTogetherUpToCommonCuts() {
        RunDiff diff = RunDiff.of(
                run("x", Map.of(), segment(10, "a"), segment(20, "b", "c"), segment(30, "d", "e")),
                run("x", Map.of(), segment(5, "a", "b"), segment(6, "c"), segment(7, "d"), segment(8, "e")));
        assertEquals(
                List.of("a-c 2 2 -19", "d-e 1 2 -15"),
                diff.blocks().stream()
                        .map(b -> b.firstLayer() + "-" + b.lastLayer() + " " + b.segmentsA() + " " + b.segmentsB() + " "
                                + b.cost().cycles().difference())
                        .toList());
        assertEquals(-34, diff.total().cycles().difference());
        assertEquals(-34 / 60.0, diff.total().cycles().change());
        assertEquals(-19.0, diff.blocks().get(0).cost().energyPj().total().difference());
    }

    @Test
    void differencesOfSegmentsAddUpWhateverTheCuts() {
        List<List<SegmentResult>> plans = List.of(
                List.of(segment(3, "a"), segment(4, "b"), segment(5, "c"), segment(6, "d")),
                List.of(segment(1, "a", "b", "c", "d")),
                List.of(segment(2, "a", "b"), segment(9, "d")),
                List.of(segment(2, "b"), segment(9, "other")),
                List.of(segment(7, "nothing", "in"), segment(8, "common")),
                List.of(segment(2, "pool"), segment(2, "a"), segment(2, "tail"), segment(2, "end")));
        for (List<SegmentResult> a : plans) {
            for (List<SegmentResult> b : plans) {
                RunDiff diff = RunDiff.of(
                        run("x", Map.of(), a.toArray(SegmentResult[]::new)),
                        run("x", Map.of(), b.toArray(SegmentResult[]::new)));
                assertEquals(
                        diff.total().cycles().difference(),
                        diff.blocks().stream()
                                .mapToLong(block -> block.cost().cycles().difference())
                                .sum(),
                        a + " and " + b);
                assertEquals(
                        a.size(),
                        diff.blocks().stream().mapToInt(Block::segmentsA).sum());
                assertEquals(
                        b.size(),
                        diff.blocks().stream().mapToInt(Block::segmentsB).sum());
                assertEquals(
                        diff.total().traffic().total().difference(),
                        diff.blocks().stream()
                                .mapToLong(
                                        block -> block.cost().traffic().total().difference())
                                .sum());
            }
        }
    }

    @Test
    void layersAreAlignedByName() {
        RunResult a = run("x", Map.of(), segment(10, "a", "b"));
        RunResult b = run("x", Map.of(), segment(20, "b", "c"));
        RunDiff diff = RunDiff.of(a, b);
        assertEquals(
                List.of("a true false -10", "b true true 10", "c false true 20"),
                diff.layers().stream()
                        .map(l -> l.name() + " " + l.inA() + " " + l.inB() + " "
                                + l.cost().cycles().difference())
                        .toList());
        LayerDiff gone = diff.layers().get(0);
        assertNull(gone.cost().cycles().b());
        assertNull(gone.cost().cycles().change());
        assertNull(gone.cost().energyPj().total().a(), "these layers know no energy");
    }

    @Test
    void runsOfSeveralAreFoundByWorkloadAndConfiguration() {
        RunResult x = run("x", Map.of(), segment(10, "a"));
        RunResult y = run("y", Map.of(), segment(10, "a"));
        RunResult z = run("z", Map.of(), segment(10, "a"));
        ResultDiff diff = ResultDiff.of(List.of(x, y), List.of(z, x));
        assertEquals(
                List.of(new Side("net", "x")),
                diff.runs().stream().map(RunDiff::a).toList());
        assertEquals(List.of(new Side("net", "y")), diff.onlyA());
        assertEquals(List.of(new Side("net", "z")), diff.onlyB());
        assertEquals(1, ResultDiff.of(List.of(x), List.of(z)).runs().size());
        IsosException e = assertThrows(IsosException.class, () -> ResultDiff.of(List.of(x, y), List.of(z)));
        assertTrue(e.getMessage().contains("in common"), e.getMessage());
    }

    @Test
    void growthIsWhatIsAboveTheShare() {
        RunResult a = run("x", Map.of(), segment(1000, "a"));
        ResultDiff grown = ResultDiff.of(List.of(a), List.of(run("x", Map.of(), segment(1010, "a"))));
        assertEquals(
                List.of("cycles", "bytes off chip", "energy"),
                grown.above(0).stream().map(Growth::cost).toList());
        // 1 % of cycles and energy is not above 1 %; of 1001 bytes, 10 are less
        assertEquals(List.of(), grown.above(0.01));
        assertEquals(
                2,
                grown.above(0.00999).stream()
                        .filter(g -> !g.cost().startsWith("bytes"))
                        .count());
        ResultDiff shrunk = ResultDiff.of(List.of(a), List.of(run("x", Map.of(), segment(1, "a"))));
        assertEquals(List.of(), shrunk.above(0));
    }

    @Test
    void energyThatOneOfTheTwoDoesNotKnowIsNoDifference() {
        SegmentResult known = segment(10, "a");
        SegmentResult unknown = new SegmentResult(known.layers(), 10, known.traffic(), null, 64, known.limitedBy());
        RunDiff diff = RunDiff.of(run("x", Map.of(), known), run("x", Map.of(), unknown));
        assertEquals(
                Arrays.asList(10.0, null, null),
                Arrays.asList(
                        diff.blocks().get(0).cost().energyPj().total().a(),
                        diff.blocks().get(0).cost().energyPj().total().b(),
                        diff.blocks().get(0).cost().energyPj().total().difference()));
    }
}
