package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.Segment;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.cli.TestCache;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.loopnest.BoundaryTraffic;
import dev.isos.core.loopnest.DataflowAnalysis;
import dev.isos.core.loopnest.LoopNestDataflow;
import dev.isos.core.loopnest.SegmentFigures;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import dev.isos.support.reference.ReferenceExecutor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold between the accelerators on the networks of the evaluation; the densest and the sparsest one. */
class Resnet50Test {
    private static final List<String> ACCELERATORS = List.of("isosceles", "isosceles-single", "sparten", "fused-layer");

    private final Platform isos = IsosPlatform.load(Optional.empty());

    @ParameterizedTest
    @ValueSource(strings = {"resnet50-81", "resnet50-99"})
    void acceleratorsAgreeOnTheOutputsAndPipeliningSavesTraffic(String id) {
        Workload workload = isos.workload(id, TestCache.request());
        Map<String, RunResult> results = new HashMap<>();
        for (String accelerator : ACCELERATORS) {
            results.put(
                    accelerator,
                    isos.run(workload, isos.accelerator(AcceleratorRequest.of(accelerator)), RunOptions.defaults()));
        }
        RunResult isosceles = results.get("isosceles");
        for (RunResult result : results.values()) {
            assertTrue(result.verified());
            assertEquals(isosceles.outputSha256(), result.outputSha256());
            assertEquals(isosceles.macs().effectual(), result.macs().effectual());
            Traffic traffic = result.traffic();
            assertEquals(
                    traffic.weights() + traffic.inputs() + traffic.outputs() + traffic.residuals(), traffic.total());
        }
        for (String sparse : List.of("isosceles", "isosceles-single", "sparten")) {
            assertEquals(
                    isosceles.macs().effectual(), results.get(sparse).macs().performed());
        }
        long single = results.get("isosceles-single").traffic().total();
        assertTrue(isosceles.traffic().total() < single, isosceles.traffic() + " of the pipeline, single " + single);
        assertTrue(
                single < results.get("sparten").traffic().total(),
                single + " of single, SparTen " + results.get("sparten").traffic());
        theLoopNestMovesWhatTheSimulatorMoves(workload, isosceles);
    }

    /**
     * Off chip, loop nest and simulator move the same tensors: what enters, what leaves and the weights of each pipeline, once.
     * The loop nest is asked for elements, the simulator moves two bytes per non-zero.
     */
    private void theLoopNestMovesWhatTheSimulatorMoves(Workload workload, RunResult simulated) {
        Network network = workload.network();
        WorkloadDensities densities = WorkloadDensities.of(workload, ReferenceExecutor.execute(workload));
        List<List<Integer>> segments =
                isos.plan(workload, isos.accelerator(AcceleratorRequest.of("isosceles"))).segments().stream()
                        .map(Segment::layers)
                        .filter(layers -> !simulated
                                .leftOut()
                                .contains(network.layer(layers.get(0)).name()))
                        .toList();
        List<SegmentFigures> figures = DataflowAnalysis.of(workload, 3 << 20)
                .network(LoopNestDataflow.builtIn().get(0), segments)
                .segments();
        for (int i = 0; i < segments.size(); i++) {
            List<Integer> inside = segments.get(i);
            long elements = 0;
            long nonZeros = 0;
            Set<Integer> maps = new TreeSet<>();
            for (int index : inside) {
                Layer layer = network.layer(index);
                layer.operands().stream()
                        .filter(operand -> !inside.contains(operand))
                        .forEach(maps::add);
                if (network.layers().stream()
                                .anyMatch(
                                        reader -> reader.operands().contains(index) && !inside.contains(reader.index()))
                        || network.output() == layer) {
                    maps.add(index);
                }
                if (layer.convolution().isPresent()) {
                    elements += layer.filterShape().elements();
                    nonZeros += densities.weightNonZeros().get(index);
                }
            }
            for (int map : maps) {
                elements += network.shapeOf(map).elements();
                nonZeros += densities.nonZeros(map);
            }
            BoundaryTraffic moved = figures.get(i).offChip();
            String where = "segment " + (i + 1);
            assertEquals(elements, moved.inputs() + moved.weights() + moved.outputs(), 0.05 * elements, where);
            double bytes = simulated.segments().get(i).traffic().total();
            assertEquals(2.0 * nonZeros, bytes, 0.05 * bytes, where);
        }
    }
}
