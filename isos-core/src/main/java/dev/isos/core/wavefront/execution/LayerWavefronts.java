package dev.isos.core.wavefront.execution;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.core.wavefront.mapping.IsOsMapper;
import dev.isos.core.wavefront.mapping.KernelAxis;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.Pass;
import dev.isos.core.wavefront.work.IntermediateRing;
import dev.isos.core.wavefront.work.LayerWork;
import dev.isos.core.wavefront.work.WavefrontObserver;
import java.util.ArrayList;
import java.util.List;

/**
 * What is on chip, wavefront by wavefront, while IS-OS executes one convolution alone on real operands.
 *
 * @param inputNonZeros non-zero activations of each input fiber, at {@code w * H + h}
 * @param inputBytes on-chip bytes of each input fiber, compressed
 * @param output the layer's output
 * @param wavefronts one per input column, in the order of execution
 */
public record LayerWavefronts(
        int[] inputNonZeros, int[] inputBytes, ActivationTensor output, List<Wavefront> wavefronts) {
    /**
     * One wavefront.
     *
     * @param products effectual products of its front end
     * @param firstLive first output column with partial results, when the front end has read the input column
     * @param lastLive last such column
     * @param partials space for the partial results of these columns: elements of T, zeros included
     * @param partialNonZeros those that are not zero
     * @param completeColumns output columns that are complete when the back end has merged
     */
    public record Wavefront(
            long products, int firstLive, int lastLive, long partials, long partialNonZeros, int completeColumns) {}

    public LayerWavefronts {
        wavefronts = List.copyOf(wavefronts);
    }

    /**
     * Executes a convolution.
     *
     * @param residual residual operand or null
     */
    public static LayerWavefronts of(
            Layer layer, LayerParameters parameters, ActivationTensor input, ActivationTensor residual) {
        Convolution convolution = layer.convolution().orElseThrow();
        Recorder recorder = new Recorder(layer, convolution.window());
        int height = input.shape().height();
        Pass whole = new Pass(
                0,
                height,
                0,
                layer.outputShape().height(),
                0,
                layer.outputShape().channels());
        LayerWork work = new LayerEngine(1, recorder)
                .execute(
                        layer,
                        parameters,
                        new LayerFactors(1, 1, 1, 1, 0),
                        List.of(whole),
                        new ActivationTensor[] {input},
                        residual);
        List<Wavefront> wavefronts = new ArrayList<>();
        for (int w = 0; w < recorder.seen.size(); w++) {
            long products = 0;
            for (int h = 0; h < height; h++) {
                products += work.products()[w * height + h];
            }
            Wavefront seen = recorder.seen.get(w);
            wavefronts.add(new Wavefront(
                    products,
                    seen.firstLive(),
                    seen.lastLive(),
                    seen.partials(),
                    seen.partialNonZeros(),
                    recorder.completeAfter[w]));
        }
        int channels = input.shape().channels();
        int[] nonZeros = new int[input.shape().fibers()];
        int[] bytes = new int[nonZeros.length];
        for (int fiber = 0; fiber < nonZeros.length; fiber++) {
            nonZeros[fiber] = input.nonZeros(fiber * channels, (fiber + 1) * channels);
            bytes[fiber] = IsOsMapper.ENTRY_BYTES * nonZeros[fiber];
        }
        return new LayerWavefronts(nonZeros, bytes, work.output(), wavefronts);
    }

    /** Looks at the partial results after each wavefront of the front end. */
    private static final class Recorder implements WavefrontObserver {
        private final long partialsOfColumn;
        private final List<Wavefront> seen = new ArrayList<>();
        private final int[] completeAfter;
        private int wavefront = -1;

        Recorder(Layer layer, Window window) {
            int inputRows = layer.inputShape().height();
            KernelAxis rows =
                    KernelAxis.rows(window, inputRows, 0, layer.outputShape().height());
            long pairs = 0;
            for (int h = 0; h < inputRows; h++) {
                pairs += rows.legal(h);
            }
            partialsOfColumn = pairs * layer.outputShape().channels();
            completeAfter = new int[layer.inputShape().width()];
        }

        @Override
        public void wavefrontRead(int pass, int w, IntermediateRing partials) {
            wavefront = w;
            completeAfter[w] = w == 0 ? 0 : completeAfter[w - 1];
            int first = partials.firstLive();
            int last = partials.lastLive();
            seen.add(new Wavefront(0, first, last, (last - first + 1) * partialsOfColumn, partials.nonZeros(), 0));
        }

        @Override
        public void outputWritten(int pass, int q, int p) {
            if (wavefront >= 0) {
                completeAfter[wavefront] = q + 1;
            }
        }
    }
}
