package dev.isos.workloads.description;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.LayerNormalisation;
import dev.isos.api.network.LayerOp.Softmax;
import dev.isos.api.network.Liveness;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.GatheredOperands;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.workloads.description.Description.Entry;
import dev.isos.workloads.description.Description.Input;
import dev.isos.workloads.npz.NpyArray;
import dev.isos.workloads.prune.PrunableLayer;
import dev.isos.workloads.prune.Pruning;
import dev.isos.workloads.sparsity.RandomStream;
import dev.isos.workloads.synthetic.SyntheticNumbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Finds the numbers of a described network, layer by layer on the computed activations. Real values are the integers
 * themselves: every scale is 1.
 *
 * <p>A convolution's factor takes the {@value #TOP_QUANTILE} quantile of its accumulators to the largest 8-bit value. With
 * a density, one threshold per layer is subtracted as bias, the quantile above which that share of the accumulators (with a
 * residual operand: of the sums) lies; equal values may keep it from being met exactly.
 */
final class RequantisationFitter {
    /** Units of the output in one standard deviation: three of them fit int8. */
    private static final float DEVIATION = 40;

    private static final double TOP_QUANTILE = 0.9999;

    /** Sums keep headroom for two operands of 8 bits. */
    private static final float SUM_FACTOR = 0.6f;

    /** Quantiles of longer arrays are those of every n-th element. */
    private static final int MAX_SORTED = 1 << 21;

    private final String file;
    private final Pruning pruning;
    private final Description description;
    private final Network network;
    private final Map<String, NpyArray> arrays;
    private final long seed;
    private final List<ActivationTensor> inputs = new ArrayList<>();
    private final ActivationTensor[] outputs;

    /**
     * @param file name of the description, for messages
     * @param pruning which weights become zero, whether they are drawn or come from arrays
     */
    RequantisationFitter(
            String file, Description description, Map<String, NpyArray> arrays, long seed, Pruning pruning) {
        this.file = file;
        this.pruning = pruning;
        this.description = description;
        this.network = description.network();
        this.arrays = arrays;
        this.seed = seed;
        this.outputs = new ActivationTensor[network.size()];
    }

    Workload workload(WorkloadInfo info) {
        for (Input input : description.inputs()) {
            inputs.add(SyntheticNumbers.activations(
                    input.shape(),
                    input.signed(),
                    input.density(),
                    new RandomStream(seed, description.name(), input.name() + "/values")));
        }
        Map<Integer, FilterTensor> pruned = pruning.isNone() ? Map.of() : pruned();
        List<LayerParameters> parameters = new ArrayList<>();
        List<LayerReference> references = new ArrayList<>();
        Liveness liveness = new Liveness(network);
        for (Layer layer : network.layers()) {
            ActivationTensor[] in = layer.inputs().stream().map(this::tensor).toArray(ActivationTensor[]::new);
            ActivationTensor residual = layer.hasResidual() ? tensor(layer.residual()) : null;
            Entry entry = description.entries().get(layer.index());
            long effectual = 0;
            LayerParameters found;
            if (layer.op() instanceof Convolution) {
                FilterTensor filters = pruning.isNone() ? filters(layer, entry) : pruned.get(layer.index());
                effectual = ReferenceExecutor.effectualMacs(layer, in[0], filters);
                int[] sums = ReferenceExecutor.accumulate(layer, in[0], filters);
                found = new LayerParameters(filters, convolution(layer, entry, sums, residual));
                outputs[layer.index()] = ReferenceExecutor.finish(layer, found.requantisation(), sums, residual);
            } else if (layer.hasComputedFilters()) {
                Layer product = GatheredOperands.convolution(layer);
                FilterTensor filters = GatheredOperands.filters(layer, in[1]);
                effectual = ReferenceExecutor.effectualMacs(product, in[0], filters);
                int[] sums = ReferenceExecutor.accumulate(product, in[0], filters);
                found = new LayerParameters(convolution(layer, entry, sums, residual));
                outputs[layer.index()] = ReferenceExecutor.finish(product, found.requantisation(), sums, residual);
            } else {
                found = new LayerParameters(other(layer, entry, in));
                outputs[layer.index()] = ReferenceExecutor.execute(layer, found, in, residual);
            }
            parameters.add(found);
            ActivationTensor output = outputs[layer.index()];
            references.add(new LayerReference(output.sha256(), output.nonZeros(), effectual));
            for (int operand : layer.operands()) {
                if (operand >= 0 && liveness.lastReader(operand) == layer.index()) {
                    outputs[operand] = null;
                }
            }
        }
        return new Workload(info, network, parameters, inputs.get(0), references, inputs.subList(1, inputs.size()));
    }

    private ActivationTensor tensor(int operand) {
        return Layer.isNetworkInput(operand) ? inputs.get(Layer.inputNumber(operand)) : outputs[operand];
    }

    private FilterTensor filters(Layer layer, Entry entry) {
        FilterShape shape = layer.filterShape();
        if (entry.weights().isEmpty()) {
            return SyntheticNumbers.filters(
                    shape,
                    entry.weightDensity(),
                    new RandomStream(seed, description.name(), layer.name() + "/weights"));
        }
        NpyArray array = array(layer, entry);
        return array.type() == NpyArray.Type.INT8
                ? FilterTensor.fromDense(shape, array.raw())
                : FilterTensor.fromDense(shape, quantised(entry, layer, array.floats()));
    }

    /** All filters, pruned together: what is drawn and int8 arrays by their integers, float32 arrays by their real values. */
    private Map<Integer, FilterTensor> pruned() {
        List<Layer> layers = network.layers().stream()
                .filter(layer -> layer.op() instanceof Convolution)
                .toList();
        List<PrunableLayer> weights = new ArrayList<>();
        for (Layer layer : layers) {
            Entry entry = description.entries().get(layer.index());
            float[] values;
            if (real(layer, entry)) {
                values = array(layer, entry).floats();
            } else {
                byte[] dense = filters(layer, entry).toDense();
                values = new float[dense.length];
                for (int i = 0; i < dense.length; i++) {
                    values[i] = dense[i];
                }
            }
            weights.add(new PrunableLayer(layer.name(), layer.filterShape(), values));
        }
        List<float[]> kept = pruning.apply(file, weights);
        Map<Integer, FilterTensor> filters = new HashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            Entry entry = description.entries().get(layer.index());
            byte[] dense = real(layer, entry) ? quantised(entry, layer, kept.get(i)) : new byte[kept.get(i).length];
            for (int at = 0; at < dense.length && !real(layer, entry); at++) {
                dense[at] = (byte) kept.get(i)[at];
            }
            filters.put(layer.index(), FilterTensor.fromDense(layer.filterShape(), dense));
        }
        return filters;
    }

    private boolean real(Layer layer, Entry entry) {
        return entry.weights().isPresent() && array(layer, entry).type() == NpyArray.Type.FLOAT32;
    }

    /** The array that a layer names, of a type and shape that fit. */
    private NpyArray array(Layer layer, Entry entry) {
        FilterShape shape = layer.filterShape();
        String name = entry.weights().get();
        NpyArray array = arrays.get(name);
        if (array == null) {
            throw entry.mistake(
                    "layer " + layer.name() + " names the array '" + name + "', which its archive does not have");
        }
        List<Integer> expected =
                List.of(shape.outputChannels(), shape.channelsPerGroup(), shape.rows(), shape.columns());
        boolean matrix = array.shape().equals(List.of(expected.get(0), shape.elements() / expected.get(0)));
        if (!array.shape().equals(expected) && !matrix) {
            throw entry.mistake("layer " + layer.name() + " needs weights of shape " + expected + ", array '" + name
                    + "' has " + array.shape());
        }
        if (array.type() == NpyArray.Type.UINT8) {
            throw entry.mistake(
                    "layer " + layer.name() + " needs weights of int8 or float32, array '" + name + "' is of uint8");
        }
        return array;
    }

    /** Symmetric, one scale for the layer; zeros stay zeros. */
    private static byte[] quantised(Entry entry, Layer layer, float[] real) {
        float largest = 0;
        for (float value : real) {
            if (!Float.isFinite(value)) {
                throw entry.mistake("layer " + layer.name() + " has a weight that is not finite");
            }
            largest = Math.max(largest, Math.abs(value));
        }
        byte[] weights = new byte[real.length];
        for (int i = 0; i < real.length && largest > 0; i++) {
            weights[i] = (byte) Math.rint((double) real[i] / largest * 127);
        }
        return weights;
    }

    private Requantisation convolution(Layer layer, Entry entry, int[] sums, ActivationTensor residual) {
        int channels = layer.outputShape().channels();
        int[] sorted = sorted(sums);
        int low = entry.relu() ? 0 : -128;
        int high = entry.relu() ? 255 : 127;
        if (residual != null) {
            double top = Math.max(largest(sorted), 1);
            Requantisation plain = with(channels, 0, 127 / top, SUM_FACTOR, low, high);
            return entry.density().isEmpty() ? plain : thresholdOfSums(layer, entry, sums, sorted, residual, plain);
        }
        OptionalDouble density = entry.density();
        if (density.isEmpty()) {
            double top = entry.relu() ? Math.max(quantile(sorted, TOP_QUANTILE), 1) : Math.max(largest(sorted), 1);
            return with(channels, 0, high / top, 1, low, high);
        }
        long threshold = quantile(sorted, 1 - density.getAsDouble());
        double factor = high / (double) Math.max(1, quantile(sorted, TOP_QUANTILE) - threshold);
        // what is one above the threshold rounds to 1; what is at it does not
        long bias = density.getAsDouble() >= 1
                ? 1 + (long) Math.ceil(1 / factor) - sorted[0]
                : (long) Math.ceil(0.5 / factor) - 1 - threshold;
        if (density.getAsDouble() == 0) {
            bias = -1L - sorted[sorted.length - 1];
        }
        return with(channels, clampToInt(bias), factor, 1, low, high);
    }

    /** The bias for which the share of non-zero sums comes nearest to the density; it rises with the bias. */
    private Requantisation thresholdOfSums(
            Layer layer, Entry entry, int[] sums, int[] sorted, ActivationTensor residual, Requantisation plain) {
        double density = entry.density().orElseThrow();
        long span = Math.max(1, largest(sorted)) * 2L;
        long from = -2 * span;
        long to = 2 * span;
        Requantisation best = plain;
        double bestError = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 16 && from <= to; i++) {
            long middle = (from + to) >> 1;
            Requantisation tried = with(
                    plain.bias().length,
                    clampToInt(middle),
                    plain.multiplier()[0],
                    SUM_FACTOR,
                    plain.low(),
                    plain.high());
            double found =
                    ReferenceExecutor.finish(layer, tried, sums, residual).density();
            if (Math.abs(found - density) < bestError) {
                bestError = Math.abs(found - density);
                best = tried;
            }
            if (found > density) {
                to = middle - 1;
            } else {
                from = middle + 1;
            }
        }
        return best;
    }

    private static int clampToInt(long value) {
        return (int) Math.max(-(1 << 30), Math.min(1 << 30, value));
    }

    private Requantisation with(int channels, int bias, double factor, float sumFactor, int low, int high) {
        int[] biases = new int[channels];
        Arrays.fill(biases, bias);
        float[] multipliers = new float[channels];
        Arrays.fill(multipliers, (float) factor);
        return new Requantisation(biases, multipliers, sumFactor, sumFactor == 1 ? 0 : sumFactor, low, high, 1f);
    }

    private Requantisation other(Layer layer, Entry entry, ActivationTensor[] in) {
        int channels = layer.outputShape().channels();
        if (layer.op() instanceof ElementwiseAdd) {
            return with(channels, 0, 1, SUM_FACTOR, entry.relu() ? 0 : -128, entry.relu() ? 255 : 127);
        }
        if (layer.op() instanceof LayerNormalisation) {
            return with(channels, 0, DEVIATION, 1, entry.relu() ? 0 : -128, entry.relu() ? 255 : 127);
        }
        if (layer.op() instanceof Softmax) {
            return with(channels, 0, 255, 1, 0, 255);
        }
        for (ActivationTensor each : in) {
            if (each.signed() != in[0].signed()) {
                throw entry.mistake("layer " + layer.name() + " concatenates tensors with and without negative values");
            }
        }
        return Requantisation.identity(channels, in[0].signed(), 1f);
    }

    private static int[] sorted(int[] sums) {
        int step = Math.max(1, (sums.length + MAX_SORTED - 1) / MAX_SORTED);
        int[] sorted = new int[(sums.length + step - 1) / step];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = sums[i * step];
        }
        Arrays.sort(sorted);
        return sorted;
    }

    private static long quantile(int[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1L, Math.max(0, (long) Math.ceil(share * sorted.length) - 1))];
    }

    private static long largest(int[] sorted) {
        return Math.max(Math.abs(quantile(sorted, 1 - TOP_QUANTILE)), quantile(sorted, TOP_QUANTILE));
    }
}
