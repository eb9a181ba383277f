package dev.isos.core.wavefront.execution;

import dev.isos.api.dataflow.TaskRunner;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.Normalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.ChannelNormaliser;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.core.wavefront.backend.ChannelwiseBackEnd;
import dev.isos.core.wavefront.backend.OutputStationaryBackEnd;
import dev.isos.core.wavefront.frontend.InputStationaryFrontEnd;
import dev.isos.core.wavefront.frontend.PackedFilters;
import dev.isos.core.wavefront.mapping.IsOsMapper;
import dev.isos.core.wavefront.mapping.KernelAxis;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.Pass;
import dev.isos.core.wavefront.work.IntermediateRing;
import dev.isos.core.wavefront.work.LayerWork;
import dev.isos.core.wavefront.work.WavefrontObserver;
import dev.isos.support.arithmetic.BlockMemory;
import java.util.List;

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
public final class LayerEngine {
    private final int vectorWidth;
    private final WavefrontObserver observer;
    private final TaskRunner tasks;
    private final BlockMemory memory;

    /**
     * Executes layers whose parts are done at the same time.
     *
     * @param vectorWidth weights that a processing element multiplies by one activation at once
     * @param memory kept from layer to layer
     */
    public LayerEngine(int vectorWidth, TaskRunner tasks, BlockMemory memory) {
        this(vectorWidth, WavefrontObserver.NONE, tasks, memory);
    }

    /** @param observer watches one wavefront after the other */
    public LayerEngine(int vectorWidth, WavefrontObserver observer) {
        this(vectorWidth, observer, TaskRunner.IN_TURN, new BlockMemory());
    }

    private LayerEngine(int vectorWidth, WavefrontObserver observer, TaskRunner tasks, BlockMemory memory) {
        this.vectorWidth = vectorWidth;
        this.observer = observer;
        this.tasks = tasks;
        this.memory = memory;
    }

    /**
     * @param passes of the layer, over all of its output
     * @param inputs main inputs in order
     * @param residual residual operand or null
     */
    public LayerWork execute(
            Layer layer,
            LayerParameters parameters,
            LayerFactors factors,
            List<Pass> passes,
            ActivationTensor[] inputs,
            ActivationTensor residual) {
        Requantisation requantisation = parameters.requantisation();
        FeatureMapShape shape = layer.outputShape();
        ActivationTensor output =
                new ActivationTensor(shape, requantisation.signedOutput(), new byte[shape.elements()]);
        LayerWork work = new LayerWork(layer, factors, passes, output);
        if (layer.op() instanceof Concatenation) {
            concatenate(inputs, output);
        } else if (layer.op() instanceof Convolution convolution) {
            if (factors.streamed()) {
                new StreamedProduct(layer, parameters, inputs[0], vectorWidth).execute(requantisation, residual, work);
            }
            if (!factors.streamed() && observer == WavefrontObserver.NONE) {
                new BlockedLayer(layer, parameters, inputs[0], residual, work, vectorWidth, tasks, memory).execute();
            }
            for (int pass = 0;
                    pass < passes.size() && !factors.streamed() && observer != WavefrontObserver.NONE;
                    pass++) {
                convolve(layer, convolution.window(), parameters, inputs[0], residual, work, pass);
            }
        } else if (layer.hasResidual()) {
            throw IsosException.unsupported(
                    "layer " + layer.name() + " has a residual operand but no filters, which is-os cannot fuse");
        } else {
            for (int pass = 0; pass < passes.size(); pass++) {
                ChannelwiseBackEnd backEnd = new ChannelwiseBackEnd(layer, requantisation, work, pass);
                for (int q = 0; q < shape.width(); q++) {
                    channelwise(layer, requantisation, backEnd, inputs, q);
                }
            }
        }
        hold(work, passes);
        return work;
    }

    private static void channelwise(
            Layer layer, Requantisation requantisation, ChannelwiseBackEnd backEnd, ActivationTensor[] inputs, int q) {
        if (layer.op() instanceof Pooling pooling) {
            backEnd.pool(pooling, inputs[0], q);
        } else if (layer.op() instanceof ElementwiseAdd) {
            backEnd.add(inputs[0], inputs[1], q);
        } else if (layer.op() instanceof Normalisation normalisation) {
            backEnd.normalise(normalisation, ChannelNormaliser.of(normalisation, requantisation), inputs[0], q);
        } else if (layer.op() instanceof ChannelSelection selection) {
            backEnd.select(selection.toArray(), inputs[0], q);
        } else {
            throw IsosException.unsupported(
                    "is-os does not know the operation " + layer.op().label());
        }
    }

    private void convolve(
            Layer layer,
            Window window,
            LayerParameters parameters,
            ActivationTensor input,
            ActivationTensor residual,
            LayerWork work,
            int number) {
        FeatureMapShape in = layer.inputShape();
        FeatureMapShape out = layer.outputShape();
        Pass pass = work.pass(number);
        KernelAxis rows = KernelAxis.rows(window, in.height(), pass.firstOutput(), pass.endOutput());
        KernelAxis columns = KernelAxis.columns(window, in.width(), out.width());
        int live = KernelAxis.liveOutputs(window.columns(), window.dilationColumns(), window.strideColumns());
        PackedFilters filters = new PackedFilters(
                parameters.filters().orElseThrow(), rows, columns, pass.firstChannel(), pass.endChannel());
        IntermediateRing partials =
                new IntermediateRing(live, pass.firstInput(), pass.endInput(), rows.size(), filters.length);
        InputStationaryFrontEnd frontEnd = new InputStationaryFrontEnd(
                input, rows, columns, filters, partials, work, number, vectorWidth, observer);
        OutputStationaryBackEnd backEnd = new OutputStationaryBackEnd(
                layer, rows, partials, parameters.requantisation(), residual, work, number, observer);
        int q = 0;
        for (int w = -1; w < in.width(); w++) {
            if (w >= 0) {
                frontEnd.wavefront(w);
                observer.wavefrontRead(number, w, partials);
            }
            while (q < out.width() && KernelAxis.completingColumn(window, q, in.width()) <= w) {
                backEnd.column(q++);
            }
        }
        observer.passEnded(number, partials.mostLive());
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
    private static void hold(LayerWork work, List<Pass> passes) {
        FeatureMapShape shape = work.output().shape();
        for (int pass = 0; pass < passes.size(); pass++) {
            int[] parts = work.parts(pass);
            for (int q = 0; q < shape.width(); q++) {
                for (int p = passes.get(pass).firstOutput();
                        p < passes.get(pass).endOutput();
                        p++) {
                    int item = work.backEndItem(pass, q, p, 0);
                    int from = work.output().fiberStart(q, p);
                    for (int part = 0; part < parts.length - 1; part++) {
                        work.held()[item + part] = IsOsMapper.ENTRY_BYTES
                                * work.output().nonZeros(from + parts[part], from + parts[part + 1]);
                    }
                }
            }
        }
    }
}
