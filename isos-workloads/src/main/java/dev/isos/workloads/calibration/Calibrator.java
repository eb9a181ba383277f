package dev.isos.workloads.calibration;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.workloads.calibration.DensityProfile.Kind;
import dev.isos.workloads.sparsity.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;

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
 *       meets the profile, behind a max pooling where the profile says so. It starts from the quantile of the real values
 *       and is corrected on the quantised outputs. Where the profile states the density of a layer and that of its max
 *       pooling, as many channels are zero everywhere as that takes.
 *   <li>A layer without ReLU for which the profile states a density has a coarser unit, so that enough values round to zero.
 *   <li>The output's scale takes the quantile {@value #TOP_QUANTILE} of the real values to the largest 8-bit value. The few
 *       values beyond are clipped there, so ReLU6 is no different from ReLU.
 *   <li>Tensors that are concatenated share one scale, that of the part that is computed first; the gains of the other
 *       parts are chosen so that each uses all 8 bits.
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

    private static final int BISECTIONS = 16;

    private final WorkloadInfo info;
    private final Network network;
    private final List<FilterTensor> filters;
    private final ActivationTensor input;
    private final DensityProfile profile;
    private final double realDeviation;

    private final ActivationTensor[] outputs;
    private final ScaleGroup scales;

    private Calibrator(
            WorkloadInfo info,
            Network network,
            List<FilterTensor> filters,
            ActivationTensor input,
            DensityProfile profile,
            double realDeviation) {
        this.info = info;
        this.network = network;
        this.filters = filters;
        this.input = input;
        this.profile = profile;
        this.realDeviation = realDeviation;
        this.outputs = new ActivationTensor[network.size()];
        this.scales = new ScaleGroup(network, info.inputScale());
    }

    /**
     * Calibrates a network of convolutions of any kind, poolings, response normalisations and concatenations.
     *
     * @param filters one entry per layer, null where a layer has none
     * @param input the image tensor; {@code info.inputScale()} is its scale
     * @param profile an entry for every convolution
     * @param realDeviation real value of the deviation that each channel of a convolution has before its offset: 1 after batch
     *     normalisation. Only local response normalisation depends on it
     * @return the workload, with its reference
     */
    public static Workload calibrate(
            WorkloadInfo info,
            Network network,
            List<FilterTensor> filters,
            ActivationTensor input,
            DensityProfile profile,
            double realDeviation) {
        return new Calibrator(info, network, filters, input, profile, realDeviation).run();
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
            } else if (layer.op() instanceof Pooling || layer.op() instanceof LocalResponseNormalisation) {
                found = new LayerParameters(perChannel(layer, in));
            } else if (layer.op() instanceof Concatenation) {
                found = new LayerParameters(concatenation(layer));
            } else {
                throw new IllegalArgumentException("layer " + layer.name() + " is a "
                        + layer.op().label()
                        + ", only convolutions, poolings, normalisations and concatenations can be calibrated");
            }
            ActivationTensor output = outputs[layer.index()];
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

    private Requantisation concatenation(Layer layer) {
        ActivationTensor[] inputs = layer.inputs().stream().map(this::operand).toArray(ActivationTensor[]::new);
        Requantisation r = Requantisation.identity(
                layer.outputShape().channels(), inputs[0].signed(), scales.scale(layer.index()));
        outputs[layer.index()] = ReferenceExecutor.execute(layer, new LayerParameters(r), inputs, null);
        return r;
    }

    /**
     * Max pooling passes values through. The output of an average pooling or a normalisation is scaled up so that its
     * largest value uses all 8 bits, unless a tensor with which it shares the scale came first.
     */
    private Requantisation perChannel(Layer layer, ActivationTensor in) {
        float scale = scales.scale(layer.inputs().get(0));
        Requantisation r = Requantisation.identity(layer.outputShape().channels(), in.signed(), scale);
        ActivationTensor output =
                ReferenceExecutor.execute(layer, new LayerParameters(r), new ActivationTensor[] {in}, null);
        if (!(layer.op() instanceof Pooling pooling && pooling.kind() == PoolingKind.MAX)) {
            if (!scales.known(layer.index())) {
                scales.define(layer.index(), withAllBits(layer, r, output));
            }
            r = withOutputScale(r, scale, scales.scale(layer.index()));
            output = ReferenceExecutor.execute(layer, new LayerParameters(r), new ActivationTensor[] {in}, null);
        }
        outputs[layer.index()] = output;
        return r;
    }

    /** The output scale with which the largest output becomes the largest 8-bit value. */
    private float withAllBits(Layer layer, Requantisation r, ActivationTensor output) {
        // The exact value can be half a unit above the rounded one.
        float scale = r.outputScale() / (float) (r.high() / (largest(output) + 0.5));
        if (layer.op() instanceof LocalResponseNormalisation) {
            // It may have pressed values into a few units at first, so the first scale is a rough one.
            ActivationTensor[] inputs = {operand(layer.inputs().get(0))};
            Requantisation rough = withOutputScale(r, r.outputScale(), scale);
            ActivationTensor finer = ReferenceExecutor.execute(layer, new LayerParameters(rough), inputs, null);
            scale /= (float) (r.high() / (largest(finer) + 0.5));
        }
        return scale;
    }

    private static Requantisation withOutputScale(Requantisation r, float inputScale, float outputScale) {
        float[] multiplier = new float[r.multiplier().length];
        Arrays.fill(multiplier, inputScale / outputScale);
        return new Requantisation(r.bias(), multiplier, 1f, 0f, r.low(), r.high(), outputScale);
    }

    private static int largest(ActivationTensor tensor) {
        int largest = 0;
        for (byte stored : tensor.values()) {
            largest = Math.max(largest, Math.abs(ActivationTensor.decode(stored, tensor.signed())));
        }
        return largest;
    }

    /**
     * The same arithmetic in the real units that the tensor shares with others, or that are now defined by it: the gain of
     * a convolution's outputs is free, as the weights are.
     */
    private Requantisation inSharedUnits(Layer layer, Requantisation r) {
        if (!scales.known(layer.index())) {
            scales.define(layer.index(), (float) (r.outputScale() * realDeviation));
        }
        return new Requantisation(
                r.bias(),
                r.multiplier(),
                r.sumMultiplier(),
                r.residualMultiplier(),
                r.low(),
                r.high(),
                scales.scale(layer.index()));
    }

    private Requantisation convolution(Layer layer, ActivationTensor in, FilterTensor weights) {
        int[] sums = ReferenceExecutor.accumulate(layer, in, weights);
        DensityProfile.Entry entry = profile.entry(layer.name());
        Normalisation n = layer.outputShape().fibers() == 1
                ? Normalisation.overChannels(sums)
                : Normalisation.overPositions(
                        sums,
                        layer.outputShape().channels(),
                        new RandomStream(info.seed(), network.name(), layer.name() + "/offset"),
                        OFFSET_DEVIATION,
                        MIN_DEVIATION);
        return inSharedUnits(
                layer, entry.kind() == Kind.LINEAR ? linear(layer, entry, sums, n) : rectified(layer, entry, sums, n));
    }

    /** Signed outputs. A stated density is met by the unit of the 8-bit values: what is below half of it is zero. */
    private Requantisation linear(Layer layer, DensityProfile.Entry entry, int[] sums, Normalisation n) {
        if (layer.hasResidual()) {
            throw new IllegalArgumentException("layer " + layer.name() + " adds a residual without ReLU");
        }
        ValueHistogram values = n.histogram(sums, null, 0);
        double finest = values.largestMagnitude(0, TOP_QUANTILE) / 127;
        DoubleFunction<Requantisation> candidate = aim -> {
            double scale = Math.max(finest, 2 * values.cutOfMagnitudes(aim));
            return n.requantisation(0, scale, -128, 127, 1f, 0f, (float) scale);
        };
        if (entry.density().isPresent()) {
            return corrected(layer, entry.density().getAsDouble(), Optional.empty(), sums, null, candidate);
        }
        Requantisation r = candidate.apply(1);
        outputs[layer.index()] = ReferenceExecutor.finish(layer, r, sums, null);
        return r;
    }

    private Requantisation rectified(Layer layer, DensityProfile.Entry entry, int[] sums, Normalisation drawn) {
        ActivationTensor residual = layer.hasResidual() ? operand(layer.residual()) : null;
        Optional<Layer> pooling = entry.after().map(name -> poolingOf(layer, name));
        double target = entry.density().getAsDouble();
        Normalisation n = pooledEntry(layer)
                .map(behind -> withChannelsOff(
                        drawn,
                        sums,
                        largest(poolingOf(layer, behind.layer()), sums),
                        layer.outputShape().channels(),
                        target,
                        behind.density().getAsDouble()))
                .orElse(drawn);
        ValueHistogram own = n.histogram(sums, null, 0);
        float residualScale = residual == null ? 0 : (float) (scales.scale(layer.residual()) / realDeviation);
        ValueHistogram total = residual == null ? own : n.histogram(sums, residual, residualScale);
        // Where outputs are cut: behind a pooling, the largest value of each window decides.
        ValueHistogram judged = pooling.isEmpty() ? total : n.histogram(largest(pooling.get(), sums), null, 0);
        return corrected(layer, target, pooling, sums, residual, aim -> {
            double cut = judged.cut(aim);
            // Everything above the cut rounds to 1 at least, and the top quantile becomes 255.
            double scale = Math.max(total.quantile(TOP_QUANTILE) - cut, ValueHistogram.BIN) / 254.5;
            if (residual != null && scales.known(layer.index())) {
                // The operand's units are given, so a gain is not free here.
                scale = scales.scale(layer.index()) / realDeviation;
            }
            double shift = scale / 2 - cut;
            if (residual == null) {
                return n.requantisation(shift, scale, 0, 255, 1f, 0f, (float) scale);
            }
            double ownScale = own.largestMagnitude(shift, TOP_QUANTILE) / 127;
            return n.requantisation(
                    shift, ownScale, 0, 255, (float) (ownScale / scale), (float) (residualScale / scale), (float)
                            scale);
        });
    }

    /**
     * The post-operations whose quantised outputs come nearest to a density, and these outputs.
     *
     * @param candidate post-operations that aim at a density by the real values
     */
    private Requantisation corrected(
            Layer layer,
            double target,
            Optional<Layer> pooling,
            int[] sums,
            ActivationTensor residual,
            DoubleFunction<Requantisation> candidate) {
        double aim = target;
        Requantisation best = null;
        double bestError = Double.POSITIVE_INFINITY;
        for (int i = 0; i < CORRECTIONS && bestError > GOOD_ENOUGH; i++) {
            Requantisation r = candidate.apply(aim);
            ActivationTensor output = ReferenceExecutor.finish(layer, r, sums, residual);
            double error = (pooling.isEmpty() ? output : pool(pooling.get(), output)).density() - target;
            if (Math.abs(error) < bestError) {
                bestError = Math.abs(error);
                best = r;
                outputs[layer.index()] = output;
            }
            aim = Math.max(0, Math.min(1, aim - error));
        }
        return best;
    }

    /** What the profile states of the max pooling of a layer, beside the layer itself. */
    private Optional<DensityProfile.Entry> pooledEntry(Layer layer) {
        return network.layers().stream()
                .filter(l -> isPoolingOf(layer, l))
                .flatMap(l -> profile.find(l.name()).stream())
                .findFirst();
    }

    /**
     * As many channels off as let a layer and its max pooling both be as dense as stated: a pooling adds nothing to a channel
     * that is off, and little to one that is the denser for it. Bisection: the more channels are off, the less it adds.
     */
    private static Normalisation withChannelsOff(
            Normalisation drawn, int[] sums, int[] pooled, int channels, double density, double behind) {
        double low = 0;
        // With as many channels off as the layer has zeros the others have none.
        double high = channels * (1 - density);
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            Normalisation n = drawn.withChannelsOff(middle);
            double cut = n.histogram(sums, null, 0).cut(density);
            if (n.histogram(pooled, null, 0).shareAbove(cut) > behind) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return drawn.withChannelsOff((low + high) / 2);
    }

    /** The max pooling behind which the density of a convolution's output is given. */
    private Layer poolingOf(Layer layer, String name) {
        Layer pooling = network.layers().stream()
                .filter(l -> l.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the density profile names layer " + name));
        if (!isPoolingOf(layer, pooling)) {
            throw new IllegalArgumentException("layer " + name + " is no max pooling of " + layer.name() + " alone");
        }
        return pooling;
    }

    private static boolean isPoolingOf(Layer layer, Layer pooling) {
        return pooling.op() instanceof Pooling p
                && p.kind() == PoolingKind.MAX
                && pooling.inputs().equals(List.of(layer.index()))
                && !layer.hasResidual();
    }

    /** Max pooling of sums; a normalisation raises with the sum, so it may come after. */
    private static int[] largest(Layer pooling, int[] sums) {
        Window window = ((Pooling) pooling.op()).window();
        FeatureMapShape in = pooling.inputShape();
        FeatureMapShape out = pooling.outputShape();
        int[] pooled = new int[out.elements()];
        Arrays.fill(pooled, Integer.MIN_VALUE);
        for (int q = 0, base = 0; q < out.width(); q++) {
            for (int p = 0; p < out.height(); p++, base += out.channels()) {
                for (int s = 0; s < window.columns(); s++) {
                    int w = window.inputColumn(q, s);
                    for (int r = 0; r < window.rows(); r++) {
                        int h = window.inputRow(p, r);
                        if (w >= 0 && w < in.width() && h >= 0 && h < in.height()) {
                            int from = (w * in.height() + h) * in.channels();
                            for (int c = 0; c < in.channels(); c++) {
                                pooled[base + c] = Math.max(pooled[base + c], sums[from + c]);
                            }
                        }
                    }
                }
            }
        }
        return pooled;
    }

    private static ActivationTensor pool(Layer pooling, ActivationTensor in) {
        Requantisation r = Requantisation.identity(in.shape().channels(), in.signed(), 1f);
        return ReferenceExecutor.execute(pooling, new LayerParameters(r), new ActivationTensor[] {in}, null);
    }
}
