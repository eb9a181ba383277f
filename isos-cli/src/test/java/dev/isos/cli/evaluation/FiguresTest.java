package dev.isos.cli.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.cli.evaluation.Evaluation.Metric;
import dev.isos.cli.evaluation.WorkloadSizes.Sizes;
import dev.isos.cli.figure.Chart;
import dev.isos.cli.figure.Figure;
import dev.isos.cli.figure.FigureReport;
import dev.isos.cli.figure.FigureRow;
import dev.isos.cli.figure.FigureTable;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.testkit.WorkloadBuilder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    void speedIsThatOfTheRuns() {
        Figure figure = SpeedupFigure.of(DATA);
        FigureTable table = figure.tables().get(0);
        assertEquals(List.of(2.0, 1.0, 1.0, 8.0, 1.0, 1.0, 4.0, 1.0, 1.0), column(table, "speedup.other"));
        assertEquals(1_000L, column(table, "cycles").get(0));
        assertEquals(List.of(0), table.rows().get(0).runs());
        assertEquals(List.of(0, 3), table.rows().get(6).runs());
        // pipelined, on both workloads and their mean
        assertEquals(List.of(2.0, 8.0, 4.0), values(figure.charts().get(0), 0));
    }

    @Test
    void trafficIsSharedOutByRole() {
        Figure figure = TrafficFigure.of(DATA);
        FigureTable table = figure.tables().get(0);
        assertEquals(4.0, column(table, "trafficReduction.other").get(0));
        assertEquals(40.0, column(table, "weightsPercent").get(0));
        assertEquals(30.0, column(table, "inputsPercent").get(0));
        assertEquals(28.0, column(table, "outputsPercent").get(0));
        assertEquals(2.0, column(table, "residualsPercent").get(0));
        // small and large, each single and pipelined
        assertEquals(List.of(12.5, 40.0, 12.5, 50.0), values(figure.charts().get(0), 0));
        assertTrue(figure.remarks().get(0).contains("88 % of the off-chip bytes of single"), figure.remarks() + "");
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
        assertEquals(2.5, column(accelerators, "operationsPerByte").get(5));
        assertEquals(10.0, column(accelerators, "performedOperationsPerByte").get(5));
        assertTrue(
                figure.remarks().get(2).contains("2 of 2 networks below"),
                figure.remarks().get(2));
    }

    @Test
    void differencesAreTakenApartIntoBytesAndBandwidth() {
        List<PaperComparison.Entry> entries = PaperComparison.entries(DATA, List.of(Metric.SPEEDUP, Metric.TRAFFIC));
        assertEquals(4, entries.size());
        assertEquals(4, entries.get(0).ours(), 1e-12);
        assertEquals("", entries.get(0).reason());
        assertEquals(1, entries.get(1).difference(), 1e-12);
        // 400,000 against 100,000 bytes; all of 100 GB/s against half of it
        assertEquals(
                "Ours is that of large. Speed-up is bytes saved times use of the bandwidth: pipelined moves 4.00x fewer"
                        + " bytes, and uses 100 % of the bandwidth where other uses 50 %, a ratio of 2.00. pipelined is bound"
                        + " by compute for 25 % of its cycles and performs 50 % of the MACs it could; other is bound by"
                        + " compute for 25 % of its cycles and performs 25 % of the MACs it could, 4.0 times the effectual"
                        + " ones.",
                entries.get(1).reason());
        assertEquals("", entries.get(2).reason());
        assertEquals(1 / 1.1 - 1, entries.get(3).difference(), 1e-12);
        assertEquals("A paper", entries.get(3).source());
    }

    @Test
    void whatIsNotPublishedIsShownBesideWhatIs() {
        List<FigureTable> tables =
                PaperComparison.of(DATA, List.of(Metric.TRAFFIC)).tables();
        assertEquals(List.of("pipelined over other, traffic reduction, gmean"), column(tables.get(0), "metric"));
        assertEquals(List.of("pipelined over other, traffic reduction, max"), column(tables.get(1), "metric"));
        assertEquals(List.of(4.0), column(tables.get(1), "ours"));
    }

    @Test
    void areaAndSpeedGiveSpeedPerArea() {
        FigureTable table = AreaFigure.of(DATA).tables().get(0);
        assertEquals(List.of(20.0, 20.0, 40.0), column(table, "areaMm2"));
        assertEquals(List.of(4.0, 1.0, 1.0), column(table, "speedup.other"));
        assertEquals(List.of(8.0, 2.0, 1.0), column(table, "speedPerArea.other"));
    }

    @Test
    void energyUtilizationAndSensitivityAreThoseOfTheRuns() {
        FigureTable energy = EnergyFigure.of(DATA).tables().get(0);
        assertEquals(8.0, column(energy, "totalMicrojoules").get(0));
        assertEquals(16.0, column(energy, "picojoulesPerMac").get(0));
        assertEquals(
                50.0, column(EnergyFigure.of(DATA).tables().get(1), "percent").get(2));
        assertEquals(
                List.of(50.0, 50.0, 50.0),
                column(UtilizationFigure.of(DATA).tables().get(0), "pipelined"));
        FigureTable sensitivity = SensitivityFigure.of(DATA).tables().get(0);
        assertEquals(List.of(0.5, 1.0), column(sensitivity, "speed"));
        assertEquals(50_000 / 60_000.0, column(sensitivity, "trafficReduction").get(0));
        assertEquals(List.of(6), sensitivity.rows().get(0).runs());
    }

    @Test
    void idsAreUniqueAndRowsNameRunsThatThereAre() {
        Set<FigureId> all = EnumSet.complementOf(EnumSet.of(FigureId.DATAFLOW));
        FigureReport report = Figures.report(DATA, all, "./isos reproduce");
        assertEquals(all.size() + 1, report.figures().size());
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

    @Test
    void sizesOfAWorkloadAreThoseOfItsTensors() {
        WorkloadBuilder builder = new WorkloadBuilder("tiny", 1, new FeatureMapShape(3, 4, 4), false, 1);
        int first = builder.convolution(Layer.NETWORK_INPUT, 8, 1, Window.square(3, 1, 1), 1);
        builder.convolution(first, 8, 1, Window.square(1, 1, 0), 1);
        Workload workload = builder.build();
        WorkloadSizes sizes = WorkloadSizes.of(workload);
        long weights = 8 * 3 * 9 + 8 * 8;
        assertEquals(8 * 3 * 9 * 16 + 8 * 8 * 16, sizes.denseMacs());
        assertEquals(new Sizes(weights, weights + 48 + 3 * 128, weights + 48 + 128), sizes.dense());
        assertTrue(sizes.effectualMacs() < sizes.denseMacs());
        assertTrue(sizes.sparse().layerByLayer() <= sizes.dense().layerByLayer());
        assertEquals(weights, sizes.sparse().weights());
    }

    @Test
    void commandLinesAreQuotedForAShell() {
        AcceleratorRequest request = new AcceleratorRequest(
                "isosceles",
                Optional.empty(),
                List.of("dram.bandwidth=64 GB/s"),
                Optional.of("single"),
                Optional.empty());
        assertEquals(
                "./isos run -w 'it'\\''s.onnx' -a isosceles --set 'dram.bandwidth=64 GB/s' --mapping single --seed 7"
                        + " --verify --plugins p",
                new RunCommandLine(List.of("--plugins", "p")).of("it's.onnx", request, 7));
    }
}
