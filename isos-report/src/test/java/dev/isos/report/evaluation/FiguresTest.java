package dev.isos.report.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureReport;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.html.Html;
import dev.isos.report.page.Opening;
import dev.isos.report.page.Opening.KeyNumber;
import dev.isos.study.evaluation.Agreement;
import dev.isos.study.evaluation.ComparedRuns;
import dev.isos.study.evaluation.Evaluation;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.FigureId;
import dev.isos.study.evaluation.NetworkNumbers;
import dev.isos.study.evaluation.PaperComparison;
import dev.isos.study.evaluation.Published;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The figures of an evaluation whose numbers can be followed by hand. */
class FiguresTest {
    private static final EvaluationData DATA = TinyEvaluation.data();

    private static List<Object> column(FigureTable table, String path) {
        for (int i = 0; i < table.columns().size(); i++) {
            if (table.columns().get(i).path().equals(path)) {
                List<Object> cells = new ArrayList<>();
                for (FigureRow row : table.rows()) {
                    cells.add(row.cells().get(i));
                }
                return cells;
            }
        }
        throw new AssertionError(table.id() + " has no column " + path);
    }

    private static List<Double> values(Chart chart, int series) {
        List<Double> values = new ArrayList<>();
        for (JsonNode value : chart.option().at("/series/" + series + "/data")) {
            values.add(value.asDouble());
        }
        return values;
    }

    @Test
    void speedIsThatOfTheRunsBesideThePublished() {
        Figure figure = SpeedupFigure.of(DATA);
        FigureTable table = figure.tables().get(0);
        assertEquals(List.of(2.0, 1.0, 1.0, 8.0, 1.0, 1.0, 4.0, 1.0, 1.0), column(table, "speedup.other"));
        assertEquals(List.of(0), table.rows().get(0).runs());
        assertEquals(List.of(0, 5), table.rows().get(6).runs());
        assertEquals(1_000.0, column(table, "cycles").get(0));
        assertEquals(
                Arrays.asList(1_100.0, "n/a", 2_000.0, "n/a", "n/a", "n/a", null, null, null),
                column(table, "paperCycles"));
        assertEquals(-100 / 11.0, (double) column(table, "differencePercent").get(0), 1e-12);
        List<Object> published = column(table, "paperSpeedup.other");
        assertEquals(20 / 11.0, (double) published.get(0), 1e-12);
        assertEquals(Arrays.asList("n/a", null), published.subList(1, 3));
        assertEquals(4.2, published.get(6));
        // pipelined, on both workloads and their mean, with a mark on the small one and on the mean
        assertEquals(List.of(2.0, 8.0, 4.0), values(figure.charts().get(0), 0));
        JsonNode marks = figure.charts().get(0).option().at("/series/0/markPoint/data");
        assertEquals(2, marks.size());
        assertEquals(0, marks.at("/0/coord/0").asInt());
        assertEquals(20 / 11.0, marks.at("/0/coord/1").asDouble(), 1e-12);
        assertEquals("[2,4.2]", marks.at("/1/coord").toString());
        assertTrue(figure.charts().get(0).option().at("/series/1/markPoint").isMissingNode());
    }

    @Test
    void theOpeningHasTheNumbersOfTheRunsBesideThePublished() {
        Opening opening = EvaluationOpening.of(DATA, Optional.empty()).orElseThrow();
        assertTrue(opening.sentence().startsWith("Pipelined machine runs several layers"), opening.sentence());
        assertTrue(opening.sentence().contains("Other machine on 2 pruned networks"), opening.sentence());
        KeyNumber speed = opening.numbers().get(0);
        assertEquals(
                List.of("4.00×", "4.20×", "−5 %", "as fast as Other machine"),
                List.of(speed.ours(), speed.paper(), speed.difference(), speed.what()));
        assertEquals(List.of(0, 5, 2, 7), speed.runs());
        // Of the small network, whose bytes are published: 30,000 of 50,000, published 34 of 54.
        KeyNumber activations = opening.numbers().get(2);
        assertEquals(
                List.of("60 %", "63 %", "−3 points"),
                List.of(activations.ours(), activations.paper(), activations.difference()));
        assertEquals("agreement", opening.evidence());
        List<String> panels = opening.panels().stream().map(Opening.Panel::id).toList();
        assertEquals(List.of("activations", "machines"), panels, "no picture of what was not computed");
        String machines = Html.text(opening.panels().get(1).html());
        assertTrue(machines.contains("4.00×") && machines.contains("paper 4.20"), machines);
    }

    @Test
    void trafficIsSharedOutByRoleBesideThePublished() {
        Figure figure = TrafficFigure.of(DATA);
        FigureTable table = figure.tables().get(0);
        // 15,000 bytes of inputs and 1,000 of residuals; 14,000 of outputs
        assertEquals(0.016, column(table, "inputsMegabytes").get(0));
        assertEquals(0.014, column(table, "outputsMegabytes").get(0));
        assertEquals(0.03, column(table, "paperInputsMegabytes").get(0));
        assertEquals(250.0, (double) column(table, "outputsDifferencePercent").get(0), 1e-9);
        assertEquals("n/a", column(table, "paperTotalMegabytes").get(1));
        // of the one network the sparser workload, single and pipelined
        assertEquals(List.of(12.5, 50.0), values(figure.charts().get(0), 0));
        assertTrue(figure.remarks().get(0).contains("88 % of the off-chip bytes of single"), figure.remarks() + "");
    }

    @Test
    void usesArePercentOfThePeakBesideThePublished() {
        FigureTable table = UtilizationFigure.of(DATA).tables().get(0);
        // 50,000 bytes in a microsecond, of 100 GB/s
        assertEquals(50.0, (double) column(table, "bandwidthPercent").get(0), 1e-9);
        assertEquals(50.0, column(table, "macPercent").get(0));
        // the figure reads 1.25 times too high
        assertEquals(40.0, column(table, "macPaperPercent").get(0));
        assertEquals("n/a", column(table, "macPaperPercent").get(1));
        assertEquals(75.0, (double) column(table, "bandwidthPercent").get(6), 1e-9);
    }

    @Test
    void pipelinesAreSumsOfTheirSegments() {
        Figure figure = PipelinesFigure.of(DATA).orElseThrow();
        FigureTable table = figure.tables().get(0);
        assertEquals(Arrays.asList(900.0, null), column(table, "cycles.pipelined"));
        assertEquals(Arrays.asList(2_000.0, null), column(table, "cycles.single"));
        assertEquals(List.of(800.0, "n/a"), column(table, "paperCycles.pipelined"));
        assertEquals(12.5, (double) column(table, "differencePercent.pipelined").get(0), 1e-9);
        assertEquals(List.of(10, 1), table.rows().get(0).runs());
        assertEquals(List.of("conv"), column(figure.tables().get(1), "from"));
        assertTrue(
                figure.remarks().get(0).contains("takes 1,000 cycles"),
                figure.remarks().get(0));
        assertTrue(
                figure.remarks().get(0).contains("900 cycles"), figure.remarks().get(0));
    }

    @Test
    void errorFactorsAreTheLargerRatio() {
        List<Agreement.Errors> errors = Agreement.errors(DATA);
        Agreement.Errors cycles = errors.get(0);
        assertEquals(1.1, cycles.mean(), 1e-12);
        assertEquals(1.1, cycles.largest(), 1e-12);
        assertEquals("small", cycles.where());
        assertFalse(cycles.holds(), "1.1 is more than 1.08");
        Agreement.Errors outputs = errors.get(4);
        assertEquals("output bytes", outputs.quantity());
        assertEquals(3.5, outputs.largest(), 1e-9);
        Agreement.Errors pipelines = errors.get(5);
        assertEquals("cycles by pipeline", pipelines.quantity());
        assertEquals(1.125, pipelines.mean(), 1e-12);
        // a pipeline that no run has apart
        assertEquals(Double.POSITIVE_INFINITY, errors.get(6).largest());
        assertTrue(errors.get(7).holds(), "the other machine's cycles are those published");
        List<Agreement.Shares> shares = Agreement.shares(DATA);
        assertEquals(
                List.of("MACs used", "bandwidth used"),
                shares.subList(0, 2).stream().map(Agreement.Shares::quantity).toList());
        assertEquals(0.1, shares.get(0).largest(), 1e-12);
        assertEquals(1, shares.get(0).within());
        assertEquals(0.2, shares.get(1).largest(), 1e-12);
        assertEquals(0, shares.get(1).within());
        assertFalse(shares.get(1).holds());
    }

    @Test
    void publishedEnergyAndAreaStandBesideOurs() {
        FigureTable energy = EnergyFigure.of(DATA).tables().get(0);
        assertEquals(List.of(0.002, "n/a"), column(energy, "dramPaperMillijoules"));
        assertEquals(List.of(0.004, 0.004), column(energy, "dramMillijoules"));
        assertEquals(List.of(0.002, 0.002), column(energy, "computeMillijoules"));
        assertEquals(List.of(0.008, 0.016), column(energy, "allPaperMillijoules"));
        FigureTable area = AreaFigure.of(DATA).tables().get(0);
        assertEquals(Arrays.asList(15.0, 2.5, null), column(area, "areaMm2"));
        assertEquals(Arrays.asList(50.0, -50.0, null), column(area, "differencePercent"));
    }

    @Test
    void beyondThePaperMachinesAreComparedByTimeAndBytes() {
        FigureTable table = BeyondFigure.of(DATA).tables().get(0);
        assertEquals(List.of(2.0, 1.0, 8.0, 1.0, 4.0, 1.0), column(table, "speedup.other"));
        assertEquals(4.0, column(table, "trafficReduction.other").get(4));
        assertEquals(List.of(3), table.rows().get(0).runs());
        assertEquals(List.of(3, 8), table.rows().get(4).runs());
    }

    @Test
    void reuseIsOperationsOverBytes() {
        Figure figure = ReuseFigure.of(DATA);
        FigureTable networks = figure.tables().get(0);
        assertEquals(List.of(50.0, 50.0), column(networks, "denseLayerByLayer"));
        assertEquals(List.of(400.0, 400.0), column(networks, "denseFused"));
        assertEquals(List.of(10.0, 5.0), column(networks, "sparseLayerByLayer"));
        assertEquals(List.of(40.0, 20.0), column(networks, "sparseFused"));
        assertEquals(List.of(20.0, 20.0), column(networks, "balance"));
        FigureTable accelerators = figure.tables().get(1);
        assertEquals(20.0, column(accelerators, "operationsPerByte").get(0));
        assertEquals(1_000.0, column(accelerators, "gigaoperationsPerSecond").get(0));
        assertEquals(
                2_000.0, column(accelerators, "limitGigaoperationsPerSecond").get(0));
        assertEquals(50.0, column(accelerators, "percentOfLimit").get(0));
        assertEquals(2.0, column(accelerators, "timesLeastTraffic").get(0));
        // large on other: 400,000 bytes for a million effectual operations, four million performed
        assertEquals(2.5, column(accelerators, "operationsPerByte").get(3));
        assertEquals(10.0, column(accelerators, "performedOperationsPerByte").get(3));
        assertTrue(
                figure.remarks().get(2).contains("2 of 2 networks below"),
                figure.remarks().get(2));
    }

    @Test
    void printedNumbersAreSummedUpAsThePaperDoes() {
        List<PaperComparison.Entry> entries = PaperComparison.entries(DATA);
        assertEquals(5, entries.size());
        assertEquals("pipelined over other, speed, gmean", entries.get(0).metric());
        assertEquals(4, entries.get(0).ours(), 1e-12);
        assertEquals("", entries.get(0).reason(), "less than 7 %");
        assertEquals(8, entries.get(1).ours(), 1e-12);
        assertEquals(1, entries.get(1).difference(), 1e-12);
        assertEquals("small", entries.get(1).at());
        assertEquals("ours on large; on small 2.00", entries.get(1).reason());
        // means of bytes divided by those of other: (1 + 1) / (50 / 200 + 100 / 400)
        assertEquals(4, entries.get(2).ours(), 1e-12);
        assertEquals(50, entries.get(3).ours(), 1e-12);
        assertEquals(
                "on 1 known networks 50.00, paper 40.00; pipelined 1.25x",
                entries.get(3).reason());
        assertEquals("single over other, speed, small", entries.get(4).metric());
        assertEquals(1, entries.get(4).ours(), 1e-12);
        assertEquals("A paper, Fig. 4, doi 10.1000/182", entries.get(4).source());
    }

    @Test
    void ofSomeNetworksThePapersNumbersAreThoseOfItsBars() {
        ComparedRuns paper = DATA.paper();
        EvaluationData small = new EvaluationData(
                DATA.evaluation(),
                DATA.published(),
                DATA.runs(),
                new ComparedRuns(paper.field(), List.of("small"), paper.machines(), DATA.runs(), 0, 5),
                DATA.beyond(),
                DATA.cuts(),
                DATA.sizes(),
                DATA.dataflows(),
                DATA.sensitivity());
        List<PaperComparison.Entry> entries = PaperComparison.entries(small);
        assertEquals(20 / 11.0, entries.get(0).paper(), 1e-12);
        assertEquals(2, entries.get(0).ours(), 1e-12);
        assertEquals(
                "A paper, Fig. 1 (of these networks), doi 10.1000/182",
                entries.get(0).source());
        assertTrue(PaperFigure.of(small).summary().startsWith("Of the networks that were run"));
    }

    /** Every value of the file, added up: no digit of it changes unnoticed. */
    @Test
    void publishedNumbersShipWithTheProduct() {
        Published published = Published.builtIn();
        assertEquals(8, published.headline().size());
        assertEquals(9, published.further().size());
        assertEquals(
                List.of(4.3, 6.7, 7.5, 1.7, 4.7, 3.6, 35.0, 87.0),
                published.headline().stream().map(Published.Printed::value).toList());
        assertEquals(7, published.networks().values().size());
        double cycles = 0;
        double megabytes = 0;
        double roles = 0;
        double uses = 0;
        for (var network : published.networks().values().values()) {
            assertEquals(3, network.size());
            for (NetworkNumbers n : network.values()) {
                cycles += n.cycles();
                megabytes += n.totalMegabytes();
                roles += n.inputsMegabytes() + n.weightsMegabytes() + n.outputsMegabytes();
                uses += n.bandwidthUse() + n.macUse();
            }
        }
        assertEquals(16_670_267, cycles);
        assertEquals(1_309.94, megabytes, 1e-9);
        assertEquals(1_309.98, roles, 1e-9);
        assertEquals(25.8323, uses, 1e-9);
        assertEquals(13, published.groups().values().size());
        Map<String, Long> sums = new TreeMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        published
                .groups()
                .values()
                .forEach(group -> group.cycles().forEach((accelerator, value) -> {
                    sums.merge(accelerator, value, Long::sum);
                    counts.merge(accelerator, 1, Integer::sum);
                }));
        assertEquals(Map.of("isosceles", 114_581L, "isosceles-single", 305_273L, "sparten", 353_898L), sums);
        assertEquals(Map.of("isosceles", 13, "isosceles-single", 13, "sparten", 8), counts);
        assertEquals(
                4.159,
                published.energy().values().values().stream()
                        .mapToDouble(Published.EnergyParts::total)
                        .sum(),
                1e-9);
        assertEquals(
                52.476,
                published.area().values().stream()
                        .mapToDouble(Published.AreaPart::squareMillimetres)
                        .sum(),
                1e-9);
    }

    @Test
    void theCutsOfThePaperAreTheExampleOfTheDocuments() throws IOException {
        Evaluation.Cuts cuts = Evaluation.builtIn().cuts();
        assertEquals(Files.readString(Path.of("..", cuts.path().split("/"))), Published.text(cuts.file()));
    }

    @Test
    void areaAndSpeedGiveSpeedPerArea() {
        FigureTable table = AreaFigure.of(DATA).tables().get(1);
        assertEquals(List.of(20.0, 40.0), column(table, "areaMm2"));
        assertEquals(List.of(4.0, 1.0), column(table, "speedup.other"));
        assertEquals(List.of(8.0, 1.0), column(table, "speedPerArea.other"));
    }

    @Test
    void energyAndSensitivityAreThoseOfTheRuns() {
        FigureTable energy = EnergyFigure.of(DATA).tables().get(1);
        assertEquals(8.0, column(energy, "totalMicrojoules").get(0));
        assertEquals(16.0, column(energy, "picojoulesPerMac").get(0));
        assertEquals(
                50.0, column(EnergyFigure.of(DATA).tables().get(2), "percent").get(2));
        FigureTable sensitivity = SensitivityFigure.of(DATA).tables().get(0);
        assertEquals(List.of(0.5, 1.0), column(sensitivity, "speed"));
        assertEquals(50_000 / 60_000.0, column(sensitivity, "trafficReduction").get(0));
        assertEquals(List.of(11), sensitivity.rows().get(0).runs());
    }

    @Test
    void idsAreUniqueAndRowsNameRunsThatThereAre() {
        Set<FigureId> all = EnumSet.complementOf(EnumSet.of(FigureId.DATAFLOW));
        FigureReport report = Figures.report(DATA, all, "./isos reproduce", run -> "");
        assertEquals(all.size(), report.figures().size());
        Set<String> ids = new LinkedHashSet<>();
        for (Figure figure : report.figures()) {
            for (Chart chart : figure.charts()) {
                assertTrue(ids.add("chart " + chart.id()), chart.id());
                assertTrue(chart.option().get("series").size() > 0, chart.id());
            }
            for (FigureTable table : figure.tables()) {
                assertTrue(ids.add("table " + table.id()), table.id());
                for (FigureRow row : table.rows()) {
                    assertTrue(!row.runs().isEmpty(), table.id());
                    row.runs().forEach(run -> assertTrue(run < DATA.runs().size(), table.id()));
                }
            }
        }
    }
}
