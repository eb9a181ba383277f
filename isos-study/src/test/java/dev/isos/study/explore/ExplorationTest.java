package dev.isos.study.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.result.RunResult;
import dev.isos.core.IsosPlatform;
import dev.isos.core.validate.Validation;
import dev.isos.study.Isos;
import dev.isos.study.TestCache;
import dev.isos.study.result.ResultField;
import dev.isos.study.sweep.Objective;
import dev.isos.study.sweep.Refinement;
import dev.isos.study.sweep.Summary;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepResult.Row;
import dev.isos.study.sweep.SweepSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches and refinements on a real machine, against all points of the same space. */
class ExplorationTest {
    private static final Path EXAMPLE = Path.of("..", "docs", "examples", "sweep.yaml");
    private static final Path NETWORK = Path.of("..", "docs", "examples", "network.yaml");

    /** 10 * 10 * 5 * 10 * 4 points. */
    private static final String SPACE = """
            workloads: %s
            accelerators: isosceles
            fidelity: analytical
            parameters:
              lanes: 8..80..8
              processingElements: [1, 2, 3, 4, 6, 8, 10, 12, 14, 16]
              filterBuffer: 64 KiB..1 MiB
              dram.bandwidth: 8 GB/s..80 GB/s..8 GB/s
              contextArray: 4 KiB..32 KiB
            objectives: [cycles, areaMm2]
            """.formatted(NETWORK);

    @TempDir
    private Path folder;

    private SweepResult sweep(int threads, String text) throws IOException {
        Path file = Files.writeString(folder.resolve("sweep.yaml"), text);
        return Isos.builder()
                .workloads(TestCache.request())
                .threads(threads)
                .build()
                .sweep(SweepSpec.read(file));
    }

    private static List<double[]> front(SweepResult result) {
        List<Objective> objectives = result.spec().objectives();
        return result.rows().stream()
                .filter(Row::pareto)
                .map(row -> row.costs(objectives))
                .toList();
    }

    /** Area between a front of two costs and its worst corner. */
    private static double hypervolume(List<double[]> front, double[] corner) {
        List<double[]> sorted = new ArrayList<>(front);
        sorted.sort(Comparator.comparingDouble(point -> point[0]));
        double area = 0;
        double ceiling = corner[1];
        for (double[] point : sorted) {
            if (point[0] < corner[0] && point[1] < ceiling) {
                area += (corner[0] - point[0]) * (ceiling - point[1]);
                ceiling = point[1];
            }
        }
        return area;
    }

    @Test
    void evolutionFindsTheFrontWithOneEvaluationInTwenty() throws IOException {
        SweepResult all = sweep(2, SPACE + "budget: {points: 20000}\n");
        assertEquals(20_000, all.points().size());
        List<double[]> exact = front(all);
        double[] corner = {
            exact.stream().mapToDouble(point -> point[0]).max().orElseThrow() * 1.1,
            exact.stream().mapToDouble(point -> point[1]).max().orElseThrow() * 1.1
        };
        SweepResult found = sweep(2, SPACE + "search: {method: evolutionary}\nbudget: {points: 1000}\n");
        assertTrue(found.points().size() <= 1000, found.points().size() + " points");
        double share = hypervolume(front(found), corner) / hypervolume(exact, corner);
        assertTrue(share >= 0.95 && share <= 1, "covers " + share);
    }

    @ParameterizedTest
    @ValueSource(strings = {"random", "latin-hypercube", "evolutionary"})
    void theNumberOfWorkersDoesNotMatter(String method) throws IOException {
        String search = SPACE + "search: {method: " + method + ", seed: 7}\nbudget: {points: 150}\n";
        List<String> alone = names(sweep(1, search));
        assertEquals(150, alone.size());
        assertEquals(150, new HashSet<>(alone).size());
        assertEquals(alone, names(sweep(3, search)));
        assertTrue(!alone.equals(names(sweep(1, search.replace("seed: 7", "seed: 8")))));
    }

    private static List<String> names(SweepResult result) {
        return result.points().stream().map(point -> point.configuration()).toList();
    }

    @Test
    void whatIsSimulatedHoldsTheFrontOfAllSimulations() throws IOException {
        String space = """
                workloads: %s
                accelerators: isosceles
                parameters: {lanes: 8..64, processingElements: [2, 4, 8], dram.bandwidth: [16 GB/s, 64 GB/s]}
                objectives: [cycles, areaMm2]
                """.formatted(NETWORK);
        SweepResult all = sweep(2, space);
        SweepResult refined = sweep(2, space + "fidelity: [analytical, event]\n");
        Refinement refinement = refined.refinement().orElseThrow();
        assertEquals(24, refinement.estimated());
        assertEquals(refined.points().size(), refinement.simulated());
        assertTrue(refinement.simulated() < 24, refinement.toString());
        Set<String> exact = best(all);
        Set<String> found = best(refined);
        assertTrue(!exact.isEmpty());
        Set<String> missed = new HashSet<>(exact);
        missed.removeAll(found);
        assertTrue(missed.isEmpty() || refinement.misled() > 0, missed + " are missed; " + refinement);
        assertTrue(refined.rows().stream().allMatch(row -> row.run().verified()));
        // few points are no fair sample: what a key does to all is known from the estimates alone
        assertEquals(
                sweep(2, space + "fidelity: analytical\n").summaries().get(0).sensitivity(),
                refined.summaries().get(0).sensitivity());
    }

    /** What a refinement counts on, on points that no estimate has chosen: some of the example's, on each of its networks. */
    @Test
    void estimatesAreOffByNoMoreThanRefinementAllowsFor() throws IOException {
        String example = Files.readString(EXAMPLE).replaceAll("(?m)^(fidelity|budget):.*$", "");
        SweepResult estimated =
                sweep(2, example + "fidelity: analytical\nsearch: {method: random, seed: 5}\nbudget: {points: 24}\n");
        List<String> machines = names(estimated).stream()
                .distinct()
                .map(name -> '"' + name.replace("fidelity=analytical:", "") + '"')
                .toList();
        SweepResult simulated = sweep(
                2,
                example.replaceAll("(?ms)^accelerators:.*^objectives", "accelerators: " + machines + "\nobjectives"));
        EstimateErrors errors = new EstimateErrors(new Validation(IsosPlatform.load(Optional.empty())));
        List<Row> rows = estimated.rows();
        assertEquals(24, rows.size());
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            RunResult exact = simulated.rows().get(i).run();
            ResultField.paths().stream().filter(path -> errors.of(path) < 1).forEach(path -> {
                double is = ResultField.number(path, exact);
                assertEquals(is, ResultField.number(path, row.run()), errors.of(path) * is, path + " of " + row);
            });
        }
    }

    private static Set<String> best(SweepResult result) {
        return result.rows().stream()
                .filter(Row::pareto)
                .map(Row::configuration)
                .collect(Collectors.toSet());
    }

    @Test
    void pointsThatCannotRunAreCountedBySeed() throws IOException {
        SweepResult result = sweep(2, """
                workloads: %s
                accelerators: isosceles:hardware=../docs/examples/hardware.yaml
                seeds: 3..4..1
                parameters: {queues: [64 B, 8 KiB]}
                """.formatted(NETWORK));
        assertEquals(
                Set.of(NETWORK + ", seed 3", NETWORK + ", seed 4"),
                result.groups().keySet());
        result.groups()
                .forEach((group, rows) -> assertEquals(List.of(1, 1), List.of(rows.size(), result.failed(group))));
        assertEquals(2, result.infeasible().size());
    }

    @Test
    void summariesNameKneeBestAndSensitivity() throws IOException {
        SweepResult result = sweep(2, """
                workloads: %s
                accelerators: isosceles
                fidelity: analytical
                parameters: {lanes: [8, 16, 32], clock: [1 GHz], processingElements: [2, 8]}
                objectives: [cycles, areaMm2]
                """.formatted(NETWORK));
        Summary summary = result.summaries().get(0);
        Row fastest = result.rows().stream()
                .min(Comparator.comparingLong(row -> row.run().cycles()))
                .orElseThrow();
        assertEquals(fastest.configuration(), summary.best().get("cycles"));
        assertEquals(
                Set.of("lanes", "processingElements"), summary.sensitivity().keySet());
        assertTrue(summary.sensitivity().get("lanes").get("cycles").ratio() > 1.2, summary.toString());
        assertTrue(summary.sensitivity().get("lanes").get("areaMm2").share() > 0.5, summary.toString());
        assertTrue(best(result).contains(summary.knee()), summary.toString());
    }
}
