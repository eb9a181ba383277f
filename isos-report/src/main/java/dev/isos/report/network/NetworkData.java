package dev.isos.report.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.Energy;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.result.RunResult.MacCounts;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.report.figure.FigureReport.SourceRun;
import dev.isos.report.network.NetworkSection.NetworkRuns;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Networks and their runs, as the page's script takes them. Numbers are those of the results, in their units.
 *
 * @param arrays columns of all tables, see {@link Columns}
 * @param edges of each drawing, which layer reads which, in its order
 */
record NetworkData(List<JsonNode> arrays, List<List<EdgeData>> edges, List<WorkloadData> workloads) {
    /** @param residual 1 of an operand that is added, else 0 */
    record EdgeData(int from, int to, int residual) {}

    /**
     * A network and its runs.
     *
     * @param drawing position of the drawing that shows it
     * @param layers columns of {@link LayerData}
     */
    record WorkloadData(String workload, int drawing, Map<String, Integer> layers, List<RunData> runs) {}

    /** What a layer has on every machine. */
    record LayerData(
            String name,
            String op,
            @Nullable String inputShape,
            @Nullable String filterShape,
            String shape,
            double weightDensity,
            double inputDensity) {}

    /**
     * A run.
     *
     * @param leftOut positions of layers that no total counts
     * @param layers columns of {@link LayerNumbers}
     * @param segments columns of {@link SegmentData}
     */
    record RunData(
            String accelerator,
            String command,
            long cycles,
            List<Integer> leftOut,
            Map<String, Integer> layers,
            Map<String, Integer> segments) {}

    /** What a layer takes on a machine. */
    record LayerNumbers(
            MacCounts macs,
            long cycles,
            double macUtilization,
            long startCycle,
            long endCycle,
            Traffic traffic,
            @Nullable Energy energyPj) {}

    /**
     * Layers that run together.
     *
     * @param layers their positions
     */
    record SegmentData(
            List<Integer> layers,
            long cycles,
            Traffic traffic,
            @Nullable Energy energyPj,
            long onChipBytes,
            String limitedBy) {}

    /** @param networks in order, each with the position of its drawing */
    static NetworkData of(List<NetworkGraph> drawings, List<NetworkRuns> networks) {
        Columns columns = new Columns();
        List<WorkloadData> workloads =
                networks.stream().map(network -> workload(network, columns)).toList();
        List<List<EdgeData>> edges = drawings.stream()
                .map(drawing -> drawing.edges().stream()
                        .map(edge -> new EdgeData(edge.from(), edge.to(), edge.residual() ? 1 : 0))
                        .toList())
                .toList();
        return new NetworkData(columns.arrays(), edges, workloads);
    }

    private static WorkloadData workload(NetworkRuns network, Columns columns) {
        RunResult first = network.runs().get(0).result();
        Map<String, Integer> layers = columns.add(first.layers().stream()
                .map(l -> new LayerData(
                        l.name(),
                        l.op(),
                        l.inputShape(),
                        l.filterShape(),
                        l.shape(),
                        l.weightDensity(),
                        l.inputDensity()))
                .toList());
        return new WorkloadData(
                first.workload().id(),
                network.drawing(),
                layers,
                network.runs().stream().map(run -> run(run, columns)).toList());
    }

    private static RunData run(SourceRun source, Columns columns) {
        RunResult run = source.result();
        List<String> names = run.layers().stream().map(LayerResult::name).toList();
        return new RunData(
                run.accelerator().name(),
                source.command(),
                run.cycles(),
                IntStream.range(0, names.size())
                        .filter(i -> run.leftOut().contains(names.get(i)))
                        .boxed()
                        .toList(),
                columns.add(run.layers().stream()
                        .map(l -> new LayerNumbers(
                                l.macs(),
                                l.cycles(),
                                l.macUtilization(),
                                l.startCycle(),
                                l.endCycle(),
                                l.traffic(),
                                l.energyPj()))
                        .toList()),
                columns.add(run.segments().stream().map(s -> segment(s, names)).toList()));
    }

    private static SegmentData segment(SegmentResult segment, List<String> names) {
        return new SegmentData(
                segment.layers().stream().map(names::indexOf).toList(),
                segment.cycles(),
                segment.traffic(),
                segment.energyPj(),
                segment.onChipBytes(),
                segment.limitedBy());
    }
}
