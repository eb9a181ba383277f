package dev.isos.report.network;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.Energy;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.result.RunResult.MacCounts;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.report.figure.FigureReport.SourceRun;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A network and its runs, as the page's script takes them. Numbers are those of the results, in their units.
 *
 * @param edges which layer reads which, in the order of the drawing
 */
record NetworkData(String workload, List<EdgeData> edges, List<LayerData> layers, List<RunData> runs) {
    /** @param residual 1 of an operand that is added, else 0 */
    record EdgeData(int from, int to, int residual) {}

    /** What a layer has on every machine. */
    record LayerData(
            String name,
            String op,
            @Nullable String inputShape,
            @Nullable String filterShape,
            String shape,
            double weightDensity,
            double inputDensity) {}

    /** @param leftOut positions of layers that no total counts */
    record RunData(
            String accelerator,
            String command,
            long cycles,
            List<Integer> leftOut,
            List<LayerNumbers> layers,
            List<SegmentData> segments) {}

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

    /** @param runs of one network, one at least */
    static NetworkData of(NetworkGraph graph, List<SourceRun> runs) {
        RunResult first = runs.get(0).result();
        return new NetworkData(
                first.workload().id(),
                graph.edges().stream()
                        .map(edge -> new EdgeData(edge.from(), edge.to(), edge.residual() ? 1 : 0))
                        .toList(),
                first.layers().stream()
                        .map(l -> new LayerData(
                                l.name(),
                                l.op(),
                                l.inputShape(),
                                l.filterShape(),
                                l.shape(),
                                l.weightDensity(),
                                l.inputDensity()))
                        .toList(),
                runs.stream().map(NetworkData::run).toList());
    }

    private static RunData run(SourceRun source) {
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
                run.layers().stream()
                        .map(l -> new LayerNumbers(
                                l.macs(),
                                l.cycles(),
                                l.macUtilization(),
                                l.startCycle(),
                                l.endCycle(),
                                l.traffic(),
                                l.energyPj()))
                        .toList(),
                run.segments().stream().map(s -> segment(s, names)).toList());
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
