package dev.isos.baselines.fusedlayer;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Normalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.tensor.FilterShape;

/**
 * What a tile of a layer costs on the compute units, by closed form.
 *
 * <p>The array multiplies {@code unrollOutputs x unrollInputs} pairs per step. A convolution takes the cheapest of
 *
 * <pre>
 *   channels       G * ceil(K/G / uo) * ceil(C/G / ui) * R * S * pixels       output channels x input channels
 *   side by side   ceil(G / n) * R * S * pixels, n = min(uo / (K/G), ui / (C/G))   several small groups at once
 *   pixels         ceil(K / uo) * ceil(pixels / ui) * C/G * R * S             output channels x pixels
 * </pre>
 *
 * <p>The first is the unrolling of Alwani et al. (Tm x Tn, after Zhang et al., FPGA 2015), the last the one that a
 * depthwise convolution needs. With {@link Unrolling#PERFECT} every step multiplies as many pairs as there are multipliers. Layers without filters take one step per {@code vectorWidth} operands; those of a local
 * response normalisation are the channels of its window.
 */
record ArrayCost(int unrollOutputs, int unrollInputs, int vectorWidth, int accumulatorPixels, Unrolling unrolling) {
    static ArrayCost of(Geometry geometry) {
        return new ArrayCost(
                geometry.getInt(FusedLayerWork.UNROLL_OUTPUTS),
                geometry.getInt(FusedLayerWork.UNROLL_INPUTS),
                geometry.getInt(FusedLayerWork.VECTOR_WIDTH),
                geometry.getInt(FusedLayerWork.ACCUMULATOR_PIXELS),
                Unrolling.values()[geometry.getInt(FusedLayerWork.UNROLLING)]);
    }

    /** Steps of the array or the vector unit for so many output positions of a layer. */
    long steps(Layer layer, long pixels) {
        if (pixels == 0) {
            return 0;
        }
        if (layer.op() instanceof Convolution && unrolling == Unrolling.PERFECT) {
            return ceil(products(layer, pixels), (long) unrollOutputs * unrollInputs);
        }
        return layer.op() instanceof Convolution
                ? Math.min(channelSteps(layer.filterShape(), pixels), pixelSteps(layer.filterShape(), pixels))
                : ceil(inputReads(layer, pixels), vectorWidth);
    }

    private long channelSteps(FilterShape f, long pixels) {
        long kernel = (long) f.rows() * f.columns();
        long groupSteps = f.groups();
        if (f.outputsPerGroup() <= unrollOutputs && f.channelsPerGroup() <= unrollInputs) {
            int together = Math.min(unrollOutputs / f.outputsPerGroup(), unrollInputs / f.channelsPerGroup());
            groupSteps = ceil(f.groups(), together);
        }
        return groupSteps
                * ceil(f.outputsPerGroup(), unrollOutputs)
                * ceil(f.channelsPerGroup(), unrollInputs)
                * kernel
                * pixels;
    }

    private long pixelSteps(FilterShape f, long pixels) {
        if (unrolling == Unrolling.DEPTHWISE && !f.depthwise()) {
            return Long.MAX_VALUE;
        }
        return ceil(f.outputChannels(), unrollOutputs)
                * ceil(pixels, unrollInputs)
                * f.channelsPerGroup()
                * f.rows()
                * f.columns();
    }

    private boolean unrollsPixels(FilterShape f, long pixels) {
        return pixelSteps(f, pixels) < channelSteps(f, pixels);
    }

    /** Dense multiply-accumulates, padding included. */
    static long products(Layer layer, long pixels) {
        return layer.op() instanceof Convolution ? layer.filterShape().elements() * pixels : 0;
    }

    /** Filter bytes read: each filter once per block of pixels that the partial sums (or the unrolling) can hold. */
    long weightReads(Layer layer, long pixels) {
        if (pixels == 0 || !(layer.op() instanceof Convolution)) {
            return 0;
        }
        FilterShape f = layer.filterShape();
        return f.elements() * ceil(pixels, unrollsPixels(f, pixels) ? unrollInputs : accumulatorPixels);
    }

    /** Operand bytes read: of a convolution each input once per kernel position and block of output channels. */
    long inputReads(Layer layer, long pixels) {
        LayerOp op = layer.op();
        long channels = layer.outputShape().channels();
        if (op instanceof Convolution) {
            FilterShape f = layer.filterShape();
            long reads = f.rows()
                    * (long) f.columns()
                    * f.inputChannels()
                    * ceil(f.outputsPerGroup(), unrollOutputs)
                    * pixels;
            return layer.hasResidual() ? reads + channels * pixels : reads;
        }
        if (op instanceof Pooling pooling) {
            return channels
                    * pixels
                    * pooling.window().rows()
                    * pooling.window().columns();
        }
        if (op instanceof Normalisation normalisation) {
            return channels * pixels * Math.min(channels, normalisation.width((int) channels));
        }
        return channels * pixels * layer.inputs().size();
    }

    /** Updates of 32-bit partial sums; sums that unrolled pixels keep in their own registers leave only at the end. */
    long accumulations(Layer layer, long pixels) {
        if (!(layer.op() instanceof Convolution)) {
            return 0;
        }
        FilterShape f = layer.filterShape();
        long outputs = f.outputChannels() * pixels;
        return unrollsPixels(f, pixels)
                ? outputs
                : outputs * f.rows() * f.columns() * ceil(f.channelsPerGroup(), unrollInputs);
    }

    static long ceil(long a, long b) {
        return (a + b - 1) / b;
    }
}
