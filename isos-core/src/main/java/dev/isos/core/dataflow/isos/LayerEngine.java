package dev.isos.core.dataflow.isos;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FibertreeFormat;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.ResponseNormaliser;

/**
 * Executes one layer wavefront by wavefront and counts its items:
 *
 * <pre>
 *   T[h,r,q,k] = sum over c,s of I[h,w,c] * F[c,r,s,k]     w = q*sw + s*dw - pw    (front end, input stationary)
 *   O[p,q,k]   = sum over r   of T[h,r,q,k]                h = p*sh + r*dh - ph    (back end, output stationary)
 * </pre>
 *
 * <p>An output column is merged as soon as its last input column has been read, so that T never has more than the live
 * columns of a window.
 */
final class LayerEngine {
    private final int weightsPerSlot;
    private final int banks;
    private final DispatchSteps steps;
    private final int wordBytes;
    private final WavefrontObserver observer;

    /**
     * @param weightsPerSlot weights of one dispatch chunk
     * @param banks accumulator banks that the k of an item are spread over
     */
    LayerEngine(int weightsPerSlot, int banks, WavefrontObserver observer) {
        this(weightsPerSlot, banks, new DispatchSteps(16, weightsPerSlot, 16, banks), 1, observer);
    }

    /**
     * @param steps counts the steps of an item
     * @param wordBytes bytes of a word of the filter buffer
     */
    LayerEngine(int weightsPerSlot, int banks, DispatchSteps steps, int wordBytes, WavefrontObserver observer) {
        this.steps = steps;
        this.wordBytes = wordBytes;
        this.weightsPerSlot = weightsPerSlot;
        this.banks = banks;
        this.observer = observer;
    }

    /**
     * @param inputs main inputs in order
     * @param residual residual operand or null
     */
    LayerWork execute(
            Layer layer,
            LayerParameters parameters,
            LayerFactors factors,
            ActivationTensor[] inputs,
            ActivationTensor residual) {
        Requantisation requantisation = parameters.requantisation();
        FeatureMapShape shape = layer.outputShape();
        ActivationTensor output =
                new ActivationTensor(shape, requantisation.signedOutput(), new byte[shape.elements()]);
        LayerWork work = new LayerWork(layer, factors, output);
        if (layer.op() instanceof Convolution convolution) {
            convolve(layer, convolution.window(), parameters, inputs[0], residual, work);
        } else if (layer.hasResidual()) {
            throw IsosException.unsupported(
                    "layer " + layer.name() + " has a residual operand but no filters, which is-os cannot fuse");
        } else if (layer.op() instanceof Pooling pooling) {
            ChannelwiseBackend backend = new ChannelwiseBackend(layer, requantisation, work);
            for (int q = 0; q < shape.width(); q++) {
                backend.pool(pooling, inputs[0], q);
            }
        } else if (layer.op() instanceof ElementwiseAdd) {
            ChannelwiseBackend backend = new ChannelwiseBackend(layer, requantisation, work);
            for (int q = 0; q < shape.width(); q++) {
                backend.add(inputs[0], inputs[1], q);
            }
        } else if (layer.op() instanceof LocalResponseNormalisation normalisation) {
            ChannelwiseBackend backend = new ChannelwiseBackend(layer, requantisation, work);
            ResponseNormaliser normaliser = new ResponseNormaliser(normalisation, requantisation);
            for (int q = 0; q < shape.width(); q++) {
                backend.normalise(normalisation, normaliser, inputs[0], q);
            }
        } else if (layer.op() instanceof ChannelSelection selection) {
            ChannelwiseBackend backend = new ChannelwiseBackend(layer, requantisation, work);
            int[] selected = selection.toArray();
            for (int q = 0; q < shape.width(); q++) {
                backend.select(selected, inputs[0], q);
            }
        } else if (layer.op() instanceof Concatenation) {
            concatenate(inputs, output);
        } else {
            throw IsosException.unsupported(
                    "is-os does not know the operation " + layer.op().label());
        }
        work.endReads();
        hold(factors, work);
        return work;
    }

    private void convolve(
            Layer layer,
            Window window,
            LayerParameters parameters,
            ActivationTensor input,
            ActivationTensor residual,
            LayerWork work) {
        FeatureMapShape in = layer.inputShape();
        FeatureMapShape out = layer.outputShape();
        KernelAxis rows = KernelAxis.rows(window, in.height(), out.height());
        KernelAxis columns = KernelAxis.columns(window, in.width(), out.width());
        int live = KernelAxis.liveOutputs(window.columns(), window.dilationColumns(), window.strideColumns());
        int[] tiles = work.factors.tiles(out.channels());
        for (int tile = 0; tile < work.factors.kTiles(); tile++) {
            int[] slices = ChannelSplit.bounds(tiles[tile], tiles[tile + 1], work.factors.kSplit());
            int[] outputSlices = ChannelSplit.bounds(tiles[tile], tiles[tile + 1], work.factors.outputSplit());
            PackedFilters filters = new PackedFilters(parameters.filters().orElseThrow(), rows, columns, slices);
            AccumulatorLayout layout = new AccumulatorLayout(columns, filters, banks);
            PartialResults partials = new PartialResults(live, in.height(), rows.size(), filters.length);
            IsFrontend frontend = new IsFrontend(
                    layer,
                    input,
                    rows,
                    columns,
                    filters,
                    partials,
                    work,
                    tile,
                    weightsPerSlot,
                    layout,
                    steps,
                    wordBytes,
                    observer);
            work.tables[tile] = frontend.tables();
            OsBackend backend = new OsBackend(
                    layer, rows, partials, parameters.requantisation(), residual, work, tile, outputSlices, observer);
            int q = 0;
            for (int w = -1; w < in.width(); w++) {
                if (w >= 0) {
                    frontend.wavefront(w);
                    observer.wavefrontRead(tile, w, partials);
                }
                while (q < out.width() && KernelAxis.completingColumn(window, q, in.width()) <= w) {
                    backend.column(q++);
                }
            }
            observer.passEnded(tile, partials.mostLive());
        }
    }

    private static void concatenate(ActivationTensor[] parts, ActivationTensor output) {
        int firstChannel = 0;
        for (ActivationTensor part : parts) {
            int channels = part.shape().channels();
            for (int fiber = 0; fiber < output.shape().fibers(); fiber++) {
                System.arraycopy(
                        part.values(),
                        fiber * channels,
                        output.values(),
                        fiber * output.shape().channels() + firstChannel,
                        channels);
            }
            firstChannel += channels;
        }
    }

    /** On-chip bytes of every part of every output fiber. */
    private static void hold(LayerFactors factors, LayerWork work) {
        FeatureMapShape shape = work.output.shape();
        int[] tiles = factors.tiles(shape.channels());
        for (int tile = 0; tile < factors.kTiles(); tile++) {
            int[] slices = ChannelSplit.bounds(tiles[tile], tiles[tile + 1], factors.outputSplit());
            for (int fiber = 0; fiber < shape.fibers(); fiber++) {
                int item = (tile * shape.fibers() + fiber) * factors.outputSplit();
                for (int slice = 0; slice < factors.outputSplit(); slice++) {
                    int from = fiber * shape.channels() + slices[slice];
                    work.held[item + slice] =
                            onChipBytes(work.output.values(), from, slices[slice + 1] - slices[slice]);
                }
            }
        }
    }

    /** Bytes of a fiber, or a part of one, in an on-chip queue: compressed or dense, whichever is smaller. */
    static int onChipBytes(byte[] values, int from, int length) {
        int entries = FibertreeFormat.coordinateEntries(values, from, length);
        return (int) Math.min(length, FibertreeFormat.COORDINATE.fiberBytes(length, entries));
    }
}
