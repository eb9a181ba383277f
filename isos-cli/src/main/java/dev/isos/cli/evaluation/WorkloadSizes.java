package dev.isos.cli.evaluation;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.Network;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.api.workload.WorkloadTotals;
import dev.isos.support.reference.ReferenceExecutor;
import java.util.List;

/**
 * How much a workload computes and how large its tensors are, of no machine in particular.
 *
 * @param denseMacs multiply-accumulates of the dense network
 * @param effectualMacs of which both operands are non-zero
 * @param dense sizes at a byte per element
 * @param sparse sizes in the smallest of three formats: a byte per element; a bit per element and a byte per non-zero; two
 *     bytes per non-zero
 */
public record WorkloadSizes(long denseMacs, long effectualMacs, Sizes dense, Sizes sparse) {
    /**
     * Bytes off chip that executions of the network need at least.
     *
     * @param weights all weights, once
     * @param layerByLayer besides, all operands and outputs of every layer, once each
     * @param fused besides the weights, what enters and what leaves the network
     */
    public record Sizes(long weights, long layerByLayer, long fused) {}

    private interface Bytes {
        long of(long elements, long nonZeros);
    }

    /** Those of a workload; runs the reference when it has not been run. */
    public static WorkloadSizes of(Workload workload) {
        List<LayerReference> reference =
                workload.hasReference() ? workload.reference() : ReferenceExecutor.execute(workload);
        WorkloadDensities densities = WorkloadDensities.of(workload, reference);
        WorkloadTotals totals = WorkloadTotals.of(workload.withReference(reference));
        return new WorkloadSizes(
                totals.denseMacs(),
                totals.effectualMacs().orElseThrow(),
                sizes(densities, (elements, nonZeros) -> elements),
                sizes(densities, WorkloadSizes::compressed));
    }

    private static long compressed(long elements, long nonZeros) {
        return Math.min(elements, Math.min((elements + 7) / 8 + nonZeros, 2 * nonZeros));
    }

    private static Sizes sizes(WorkloadDensities densities, Bytes bytes) {
        Network network = densities.network();
        long weights = 0;
        long maps = 0;
        for (Layer layer : network.layers()) {
            if (layer.convolution().isPresent()) {
                weights += bytes.of(
                        layer.filterShape().elements(),
                        densities.weightNonZeros().get(layer.index()));
            }
            // A concatenation moves nothing: its consumers read the parts.
            if (!(layer.op() instanceof Concatenation)) {
                maps += map(densities, layer.index(), bytes);
                for (int operand : layer.operands()) {
                    for (int part : network.materialisedParts(operand)) {
                        maps += map(densities, part, bytes);
                    }
                }
            }
        }
        long border = map(densities, network.output().index(), bytes);
        for (int n = 0; n <= network.furtherInputs().size(); n++) {
            border += map(densities, Layer.networkInput(n), bytes);
        }
        return new Sizes(weights, weights + maps, weights + border);
    }

    private static long map(WorkloadDensities densities, int tensor, Bytes bytes) {
        return bytes.of(densities.network().shapeOf(tensor).elements(), densities.nonZeros(tensor));
    }
}
