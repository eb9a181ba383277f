package dev.isos.cli.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.ComponentResult;
import dev.isos.api.result.RunResult.Energy;
import dev.isos.api.workload.Workload;
import dev.isos.cli.TestCache;
import dev.isos.cli.command.WholeEvaluation;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import dev.isos.study.evaluation.Published;
import dev.isos.study.evaluation.Published.AreaPart;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Energy and area of the published machine, part by part. */
class PublishedEnergyTest {
    private static final double ENERGY_WITHIN = 0.08;
    private static final double AREA_WITHIN = 0.05;
    private static final double PJ_PER_MJ = 1e9;

    private final Published published = Published.builtIn();

    @Test
    void energyByPart(TestReporter reporter) throws IOException {
        Map<String, String> broken = new TreeMap<>();
        WholeEvaluation evaluation = WholeEvaluation.get();
        published.energy().values().forEach((network, parts) -> {
            Energy ours = energy(evaluation, network);
            check(reporter, broken, network + " DRAM", ours.dram(), parts.dram());
            check(reporter, broken, network + " compute", ours.mac() + ours.other(), parts.compute());
            check(reporter, broken, network + " SRAM", ours.sram(), parts.sram());
            check(reporter, broken, network + " all", ours.total(), parts.total());
        });
        published
                .energy()
                .totals()
                .forEach((network, total) -> check(
                        reporter,
                        broken,
                        network + " all",
                        energy(evaluation, network).total(),
                        total));
        assertEquals(Map.of(), broken);
    }

    private static Energy energy(WholeEvaluation evaluation, String network) {
        JsonNode run = evaluation.published(network, "isosceles");
        assertEquals("published-14nm", run.at("/accelerator/energyModel").asText());
        return new ObjectMapper().convertValue(run.get("energyPj"), Energy.class);
    }

    private static void check(
            TestReporter reporter, Map<String, String> broken, String what, double pj, double published) {
        double off = pj / PJ_PER_MJ / published - 1;
        reporter.publishEntry(
                what, String.format("%.3f mJ, published %.3f, %+.1f %%", pj / PJ_PER_MJ, published, 100 * off));
        if (Math.abs(off) > ENERGY_WITHIN) {
            broken.put(what, off + "");
        }
    }

    @Test
    void areaByPart() {
        Map<String, Double> areas = new LinkedHashMap<>();
        Platform isos = IsosPlatform.load(Optional.empty());
        Workload workload = isos.workload("googlenet-58-inception3a", TestCache.request());
        RunResult run = isos.run(
                workload,
                isos.accelerator(AcceleratorRequest.of("isosceles")),
                new RunOptions(false, SimulationListener.NONE, 1, 0));
        for (ComponentResult component : run.components()) {
            areas.put(component.name(), component.areaMm2());
        }
        for (AreaPart part : published.area().values()) {
            double ours = part.ours().stream().mapToDouble(areas::get).sum()
                    / (part.of().equals("lane") ? published.area().lanes() : 1);
            assertEquals(part.squareMillimetres(), ours, AREA_WITHIN * part.squareMillimetres(), part.component());
        }
    }
}
