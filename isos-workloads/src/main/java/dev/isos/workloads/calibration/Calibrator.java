package dev.isos.workloads.calibration;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.core.reference.ReferenceExecutor;
import dev.isos.workloads.sparsity.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Gives a network with drawn weights the post-operations that make its activations as sparse as a profile says. No
 * activation is drawn: layer by layer, the reference computes the sums, and only bias and multiplier follow from them.
 *
 * <ol>
 *   <li>Each output channel is normalised over positions to mean 0 and deviation 1, as batch normalisation does, and
 *       shifted by a seeded offset with deviation {@value #OFFSET_DEVIATION}: the learned offset of batch normalisation,
 *       which makes channels differ in density. A channel whose weights are all zero is therefore constant. Deviations below
 *       {@value #MIN_DEVIATION} units of the accumulator count as that, as the epsilon of batch normalisation does. A
 *       layer with a single output position has nothing to normalise over and gets one factor for all channels.
 *   <li>The residual operand, if there is one, is added in the same real units.
 *   <li>One threshold per layer is subtracted so that the share of outputs that are non-zero after ReLU and rounding
 *       meets the profile. It starts from the quantile of the real values and is corrected on the quantised outputs.
 *   <li>The output's scale takes the quantile {@value #TOP_QUANTILE} of the real values to the largest 8-bit value.
 * </ol>
 *
 * <p>All arithmetic is integer or plain IEEE double in a fixed order: the result is the same on every machine.
 */
public final class Calibrator {
    private static final double OFFSET_DEVIATION = 0.5;
    private static final double MIN_DEVIATION = 256;
    private static final double TOP_QUANTILE = 0.9999;

    /** Difference from the profile below which the threshold is not corrected any more. */
    private static final double GOOD_ENOUGH = 0.002;

    private static final int CORRECTIONS = 6;

    private final WorkloadInfo info;
    private final Network network;
    private final List<FilterTensor> filters;
    private final ActivationTensor input;
    private final DensityProfile profile;

    private final ActivationTensor[] outputs;
    private final float[] scales;

    private Calibrator(
            WorkloadInfo info,
            Network network,
            List<FilterTensor> filters,
            ActivationTensor input,
            DensityProfile profile) {
        this.info = info;
        this.network = network;
        this.filters = filters;
        this.input = input;
        this.profile = profile;
        this.outputs = new ActivationTensor[network.size()];
        this.scales = new float[network.size()];
    }

    /**
     * Calibrates a network of convolutions and poolings.
     *
     * @param filters one entry per layer, null where a layer has none
     * @param input the image tensor; {@code info.inputScale()} is its scale
     * @param profile an entry for every convolution
     * @return the workload, with its reference
     */
    public static Workload calibrate(
            WorkloadInfo info,
            Network network,
            List<FilterTensor> filters,
            ActivationTensor input,
            DensityProfile profile) {
        return new Calibrator(info, network, filters, input, profile).run();
    }

    private Workload run() {
        List<List<Integer>> consumers = network.consumers();
        List<LayerParameters> parameters = new ArrayList<>();
        List<LayerReference> references = new ArrayList<>();
        for (Layer layer : network.layers()) {
            ActivationTensor in = operand(layer.inputs().get(0));
            long effectualMacs = 0;
            LayerParameters found;
            if (layer.op() instanceof Convolution) {
                FilterTensor weights = filters.get(layer.index());
                effectualMacs = ReferenceExecutor.effectualMacs(layer, in, weights);
                found = new LayerParameters(weights, convolution(layer, in, weights));
            } else if (layer.op() instanceof Pooling pooling) {
                found = new LayerParameters(pooling(layer, pooling, in));
            } else {
                throw new IllegalArgumentException("layer " + layer.name() + " is a "
                        + layer.op().label() + ", only convolutions and poolings can be calibrated");
            }
            ActivationTensor output = outputs[layer.index()];
            scales[layer.index()] = found.requantisation().outputScale();
            parameters.add(found);
            references.add(new LayerReference(output.sha256(), output.nonZeros(), effectualMacs));
            for (int operand : layer.operands()) {
                if (operand != Layer.NETWORK_INPUT) {
                    List<Integer> readers = consumers.get(operand);
                    if (readers.get(readers.size() - 1) == layer.index()) {
                        outputs[operand] = null;
                    }
                }
            }
        }
        return new Workload(info, network, parameters, input, references);
    }

    private ActivationTensor operand(int layer) {
        return layer == Layer.NETWORK_INPUT ? input : outputs[layer];
    }

    private float scale(int layer) {
        return layer == Layer.NETWORK_INPUT ? info.inputScale() : scales[layer];
    }

    /** Max pooling passes values through; average pooling is scaled up so that its largest output uses all 8 bits. */
    private Requantisation pooling(Layer layer, Pooling pooling, ActivationTensor in) {
        int channels = layer.outputShape().channels();
        float scale = scale(layer.inputs().get(0));
        Requantisation r = Requantisation.identity(channels, in.signed(), scale);
        ActivationTensor[] inputs = {in};
        ActivationTensor output = ReferenceExecutor.execute(layer, new LayerParameters(r), inputs, null);
        if (pooling.kind() == PoolingKind.AVERAGE) {
            int largest = 0;
            for (byte stored : output.values()) {
                largest = Math.max(largest, Math.abs(ActivationTensor.decode(stored, in.signed())));
            }
            // The exact average can be half a unit above the rounded one.
            float factor = (float) (r.high() / (largest + 0.5));
            java.util.Arrays.fill(r.multiplier(), factor);
            r = new Requantisation(r.bias(), r.multiplier(), 1f, 0f, r.low(), r.high(), scale / factor);
            output = ReferenceExecutor.execute(layer, new LayerParameters(r), inputs, null);
        }
        outputs[layer.index()] = output;
        return r;
    }

    private Requantisation convolution(Layer layer, ActivationTensor in, FilterTensor weights) {
        int[] sums = ReferenceExecutor.accumulate(layer, in, weights);
        ActivationTensor residual = layer.hasResidual() ? operand(layer.residual()) : null;
        OptionalDouble target = profile.entry(layer.name()).density();
        Normalisation n = layer.outputShape().fibers() == 1
                ? Normalisation.overChannels(sums)
                : Normalisation.overPositions(
                        sums,
                        layer.outputShape().channels(),
                        new RandomStream(info.seed(), network.name(), layer.name() + "/offset"),
                        OFFSET_DEVIATION,
                        MIN_DEVIATION);
        ValueHistogram own = n.histogram(sums, null, 0);
        if (target.isEmpty()) {
            if (residual != null) {
                throw new IllegalArgumentException("layer " + layer.name() + " adds a residual without ReLU");
            }
            double scale = own.largestMagnitude(0, TOP_QUANTILE) / 127;
            Requantisation r = n.requantisation(0, scale, -128, 127, 1f, 0f, (float) scale);
            outputs[layer.index()] = ReferenceExecutor.finish(layer, r, sums, null);
            return r;
        }
        float residualScale = residual == null ? 0 : scale(layer.residual());
        ValueHistogram total = residual == null ? own : n.histogram(sums, residual, residualScale);
        double aim = target.getAsDouble();
        Requantisation best = null;
        double bestError = Double.POSITIVE_INFINITY;
        for (int i = 0; i < CORRECTIONS && bestError > GOOD_ENOUGH; i++) {
            double cut = total.cut(aim);
            // Everything above the cut rounds to 1 at least, and the top quantile becomes 255.
            double scale = Math.max(total.quantile(TOP_QUANTILE) - cut, ValueHistogram.BIN) / 254.5;
            double shift = scale / 2 - cut;
            Requantisation r;
            if (residual == null) {
                r = n.requantisation(shift, scale, 0, 255, 1f, 0f, (float) scale);
            } else {
                double ownScale = own.largestMagnitude(shift, TOP_QUANTILE) / 127;
                r = n.requantisation(
                        shift, ownScale, 0, 255, (float) (ownScale / scale), (float) (residualScale / scale), (float)
                                scale);
            }
            ActivationTensor output = ReferenceExecutor.finish(layer, r, sums, residual);
            double error = output.density() - target.getAsDouble();
            if (Math.abs(error) < bestError) {
                bestError = Math.abs(error);
                best = r;
                outputs[layer.index()] = output;
            }
            aim = Math.max(0, Math.min(1, aim - error));
        }
        return best;
    }
}
