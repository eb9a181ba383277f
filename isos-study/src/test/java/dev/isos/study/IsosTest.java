package dev.isos.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.baselines.BaselinesPlugin;
import dev.isos.study.compare.Comparison;
import dev.isos.study.compare.ComparisonRow;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Isos as a program calls it. */
class IsosTest {
    private static final String NETWORK = "googlenet-58-inception3a";

    private final Isos isos = Isos.builder().workloads(TestCache.request()).build();

    @Test
    void aComparisonHoldsTheRunsThatRunGives() {
        List<String> accelerators = List.of("sparten", "isosceles:lanes=32");
        Comparison comparison = isos.compare(List.of(NETWORK), accelerators);
        assertEquals(accelerators, comparison.accelerators());
        List<RunResult> alone =
                accelerators.stream().map(each -> isos.run(NETWORK, each)).toList();
        for (int i = 0; i < accelerators.size(); i++) {
            ComparisonRow row = comparison.rows().get(i);
            assertTrue(row.run().verified());
            assertEquals(alone.get(i).cycles(), row.run().cycles());
            assertEquals(alone.get(i).traffic(), row.run().traffic());
            assertEquals(
                    alone.get(0).seconds() / alone.get(i).seconds(),
                    row.over().get("sparten").speedup(),
                    1e-12);
        }
    }

    @Test
    void aSweepHoldsTheRunsThatRunGivesForAnyNumberOfThreads() {
        Map<String, List<String>> parameters =
                Map.of("lanes", List.of("32..64"), "mapping", List.of("greedy", "single"));
        SweepSpec spec = SweepSpec.of("lanes", List.of(NETWORK), List.of("isosceles"), parameters);
        Workload workload = isos.workload(NETWORK);
        List<Long> expected = new ArrayList<>();
        for (String lanes : List.of("32", "64")) {
            for (String mapping : List.of("greedy", "single")) {
                expected.add(isos.run(workload, "isosceles:lanes=" + lanes + ":mapping=" + mapping)
                        .cycles());
            }
        }
        for (int threads : List.of(1, 3)) {
            SweepResult sweep = Isos.builder()
                    .workloads(TestCache.request())
                    .threads(threads)
                    .build()
                    .sweep(spec);
            assertEquals(
                    expected, sweep.points().stream().map(p -> p.run().cycles()).toList(), threads + " threads");
        }
    }

    @Test
    void whatIsWrongIsOneSentence() {
        refused("accelerators: expected one or more, got none", () -> isos.compare(List.of(NETWORK), List.of()));
        refused("workloads: expected one or more, got none", () -> isos.compare(List.of(), List.of("isosceles")));
        refused(
                "workloads: '" + NETWORK + "' is there twice",
                () -> isos.compare(List.of(NETWORK, NETWORK), List.of("isosceles")));
        refused(
                "accelerators: ' sparten' is there twice",
                () -> isos.compare(List.of(NETWORK), List.of("sparten", " sparten")));
        refused("accelerators: expected a value, got nothing", () -> isos.compare(List.of(NETWORK), List.of(" ")));
        refused("unknown accelerator 'isosceless'; did you mean 'isosceles'?", () -> isos.run(NETWORK, "isosceless"));
        refused("threads: expected 1 or more, got 0", () -> Isos.builder().threads(0));
        refused(
                "plug-in folder /no/folder is not a folder",
                () -> Isos.builder().pluginFolder(Path.of("/no/folder")).build());
    }

    @Test
    void whatIsWrongWithASweepIsOneSentence() {
        List<String> networks = List.of(NETWORK);
        List<String> machines = List.of("isosceles");
        refused("s: workloads: expected one or more, got none", () -> SweepSpec.of("s", List.of(), machines, Map.of()));
        refused(
                "s: accelerators: expected one or more, got none",
                () -> SweepSpec.of("s", networks, List.of(), Map.of()));
        refused(
                "s: key 'lanes': expected one or more, got none",
                () -> SweepSpec.of("s", networks, machines, Map.of("lanes", List.of())));
        refused(
                "s: key 'lanez': no accelerator has the key 'lanez'; did you mean 'lanes'?",
                () -> isos.sweep(SweepSpec.of("s", networks, machines, Map.of("lanez", List.of("1")))));
        for (String name : List.of("", " ", "a/b", "/", "a\0b")) {
            refused(
                    "sweep '" + name + "': expected a name without slashes",
                    () -> SweepSpec.of(name, networks, machines, Map.of()));
        }
    }

    @Test
    void aGivenPluginThatCannotBeUsedIsRefused() {
        IsosPlugin broken = new IsosPlugin() {
            @Override
            public String id() {
                return "broken";
            }

            @Override
            public ApiVersion builtAgainst() {
                return new ApiVersion(0, 1);
            }

            @Override
            public void contribute(Registrar registrar) {
                throw new IllegalStateException("no licence");
            }
        };
        IsosException e = assertThrows(
                IsosException.class, () -> Isos.builder().plugin(broken).build());
        assertTrue(e.getMessage().contains("broken") && e.getMessage().contains("no licence"), e.getMessage());
    }

    @Test
    void aGivenPluginOfTheClassPathIsTakenOnce() {
        Isos given = Isos.builder().plugin(new BaselinesPlugin()).build();
        assertEquals(
                isos.run(NETWORK, "sparten").cycles(),
                given.run(NETWORK, "sparten").cycles());
    }

    @Test
    void nullIsRefusedWhereItIsGiven() {
        assertThrows(NullPointerException.class, () -> Isos.builder().plugin(null));
        assertThrows(NullPointerException.class, () -> Isos.builder().pluginFolder(null));
        assertThrows(NullPointerException.class, () -> Isos.builder().workloads(null));
    }

    private static void refused(String sentence, Executable call) {
        assertEquals(sentence, assertThrows(IsosException.class, call).getMessage());
    }
}
