package dev.isos.api.workload;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Sums over the layers of a workload.
 *
 * @param layers number of layers, of all kinds
 * @param parameters number of weights, zero or not, without biases
 * @param nonZeros non-zero weights
 * @param denseMacs multiply-accumulates of the dense network
 * @param effectualMacs products of which both operands are non-zero; empty when the reference has not been run
 * @param activationDensity non-zero share of the outputs of all layers but concatenations, which make no values of their own,
 *     0..1; empty when the reference has not been run
 */
public record WorkloadTotals(
        int layers,
        long parameters,
        long nonZeros,
        long denseMacs,
        OptionalLong effectualMacs,
        OptionalDouble activationDensity) {
    /**
     * The sums of a workload.
     *
     * @param workload with or without a reference
     * @return its sums; what needs a reference is empty without one
     */
    public static WorkloadTotals of(Workload workload) {
        OptionalLong effectual = OptionalLong.empty();
        OptionalDouble density = OptionalDouble.empty();
        if (workload.hasReference()) {
            effectual = OptionalLong.of(workload.reference().stream()
                    .mapToLong(LayerReference::effectualMacs)
                    .sum());
            long elements = 0;
            long nonZeros = 0;
            for (Layer layer : workload.network().layers()) {
                if (!(layer.op() instanceof Concatenation)) {
                    elements += layer.outputShape().elements();
                    nonZeros += workload.reference().get(layer.index()).outputNonZeros();
                }
            }
            density = OptionalDouble.of(nonZeros / (double) Math.max(1, elements));
        }
        return new WorkloadTotals(
                workload.network().size(),
                workload.network().parameters(),
                workload.weightNonZeros(),
                workload.network().denseMacs(),
                effectual,
                density);
    }
}
