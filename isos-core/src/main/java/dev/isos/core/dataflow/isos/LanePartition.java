package dev.isos.core.dataflow.isos;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.core.dataflow.isos.SegmentTensors.Operand;
import java.util.Arrays;

/**
 * Divides the lanes of a machine among the layers of a segment, in proportion to their expected work: each layer gets one
 * lane, and every further lane goes to the layer that has most work per lane so far, the first of equals (the division of
 * the least longest quotient). The same for the same workload and machine.
 *
 * <p>The work of a layer is what its slower end takes: effectual products by the MACs of a lane, or operands and outputs by
 * its slots, as many as a merger and a post-op unit handle per cycle by default. Non-zeros are taken to strike all positions
 * alike, at the densities of the workload's reference run; without one, activations are taken to be dense.
 */
final class LanePartition {
    private LanePartition() {}

    /** Lanes of each layer that computes, in their order; there are at least as many lanes as layers. */
    static int[] of(Workload workload, SegmentTensors tensors, Geometry geometry) {
        int count = tensors.layers().size();
        double[] work = new double[count];
        for (int i = 0; i < count; i++) {
            work[i] = work(workload, tensors, i, geometry);
        }
        return divide(work, geometry.getInt(IsOsWork.LANES));
    }

    /** Lanes of each layer, none when there is no layer. */
    static int[] divide(double[] work, int lanes) {
        int[] parts = new int[work.length];
        Arrays.fill(parts, 1);
        for (int lane = work.length; lane < lanes && work.length > 0; lane++) {
            int most = 0;
            for (int i = 1; i < work.length; i++) {
                if (work[i] * parts[most] > work[most] * parts[i]) {
                    most = i;
                }
            }
            parts[most]++;
        }
        return parts;
    }

    /** Expected cycles of a layer on a single lane. */
    private static double work(Workload workload, SegmentTensors tensors, int i, Geometry geometry) {
        Layer layer = tensors.layers().get(i);
        FeatureMapShape out = layer.outputShape();
        double slots = geometry.get(IsOsWork.SLOTS);
        double outputs = out.elements();
        double inputDensity = density(workload, tensors, i);
        if (layer.op() instanceof Convolution convolution) {
            double products = (double) workload.filters(layer.index()).nonZeros() * out.fibers() * inputDensity;
            // a partial result is merged unless it is empty; on average there are so many products for one
            double partials = outputs * convolution.window().rows();
            double merged = partials * (1 - StrictMath.exp(-products / partials));
            return Math.max(
                    products / (slots * geometry.get(IsOsWork.WEIGHTS_PER_SLOT)), Math.max(merged, outputs) / slots);
        }
        double operands = 1 + tensors.aligned(i).size();
        if (layer.op() instanceof Pooling pooling) {
            Window window = pooling.window();
            operands = (double) window.rows() * window.columns();
        }
        return outputs * Math.max(1, operands * inputDensity) / slots;
    }

    /** Non-zero part of what a layer reads. */
    private static double density(Workload workload, SegmentTensors tensors, int i) {
        double nonZeros = 0;
        double elements = 0;
        for (Operand operand : tensors.windowed(i).isEmpty() ? tensors.aligned(i) : tensors.windowed(i)) {
            int tensor = operand.tensor();
            double size = tensors.shape(tensor).elements();
            elements += size;
            if (Layer.isNetworkInput(tensor)) {
                nonZeros += workload.input(tensor).nonZeros();
            } else {
                nonZeros += workload.hasReference()
                        ? workload.reference().get(tensor).outputNonZeros()
                        : size;
            }
        }
        return nonZeros / Math.max(1, elements);
    }
}
