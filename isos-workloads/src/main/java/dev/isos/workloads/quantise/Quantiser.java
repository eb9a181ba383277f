package dev.isos.workloads.quantise;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.ChannelNormaliser;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.LookupTable;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.Pooling;
import dev.isos.workloads.graph.IntegerWeights;
import dev.isos.workloads.graph.TensorFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * From float to 8 bits after training: int8 weights, symmetric per output channel; activations with zero point 0, uint8
 * after ReLU and int8 elsewhere, each tensor's scale being the largest magnitude that the calibration inputs show divided
 * by 255 or 127. A residual addition rounds the convolution's own result to int8 first, with a scale of its own, as
 * {@link Requantisation} defines it. A percentile instead of the largest magnitude cuts off what is rare. Weights and formats
 * that a quantised model file prescribes are kept.
 */
public final class Quantiser {
    private final FloatGraph graph;
    private final ActivationRanges ranges;
    private final ScaleGroups scales;
    private final Map<String, FeatureMapShape> shapes;
    private final Map<String, Integer> layerOf = new HashMap<>();

    private Quantiser(FloatGraph original, List<float[]> inputs, ActivationCalibration calibration) {
        this.ranges = ActivationRanges.measure(original, inputs, calibration);
        this.graph = calibration.keepsDensities()
                ? DensityPreservation.apply(original, inputs, ranges, calibration)
                : original;
        this.scales = new ScaleGroups(graph, ranges);
        this.shapes = graph.shapes();
        layerOf.put(graph.input(), Layer.NETWORK_INPUT);
        for (String constant : graph.constants().keySet()) {
            layerOf.put(constant, Layer.networkInput(layerOf.size()));
        }
    }

    /**
     * Quantises a rewritten graph.
     *
     * @param inputs calibration inputs in rank order [C, H, W]; the first ones become the workload's inputs
     * @param images batch size: how many inputs the workload has, each with layers of its own of the same parameters
     * @param id name under which the user asked for the workload
     * @param seed see {@link WorkloadInfo#seed()}
     * @param source see {@link WorkloadInfo#source()}
     * @return the workload without reference digests
     * @throws IsosException naming the node whose numbers can't be expressed in 8 bits
     */
    public static Workload quantise(
            FloatGraph graph,
            List<float[]> inputs,
            int images,
            ActivationCalibration calibration,
            String id,
            long seed,
            String source) {
        return new Quantiser(graph, inputs, calibration).workload(inputs.subList(0, images), id, seed, source);
    }

    /** As {@link #quantise(FloatGraph, List, int, ActivationCalibration, String, long, String)} of one image. */
    public static Workload quantise(
            FloatGraph graph,
            List<float[]> inputs,
            ActivationCalibration calibration,
            String id,
            long seed,
            String source) {
        return quantise(graph, inputs, 1, calibration, id, seed, source);
    }

    /**
     * As {@link #quantise(FloatGraph, List, int, ActivationCalibration, String, long, String)}, with reference digests and with the
     * noise of the first input at the end of the source text.
     */
    public static Workload quantiseAndMeasure(
            FloatGraph graph,
            List<float[]> inputs,
            int images,
            ActivationCalibration calibration,
            String id,
            long seed,
            String source) {
        Quantiser quantiser = new Quantiser(graph, inputs, calibration);
        Workload workload = quantiser.workload(inputs.subList(0, images), id, seed, source);
        List<ActivationTensor> outputs = new ArrayList<>();
        var reference = ReferenceExecutor.execute(workload, (layer, tensor) -> outputs.add(tensor));
        QuantisationNoise noise = QuantisationNoise.measure(quantiser.graph, inputs.get(0), workload, outputs);
        return new Workload(
                new WorkloadInfo(
                        id,
                        id,
                        seed,
                        source + "; " + noise.describe(),
                        workload.info().inputScale()),
                workload.network(),
                workload.parameters(),
                workload.input(),
                noise.in(reference),
                workload.furtherInputs());
    }

    /** As {@link #quantise(FloatGraph, List, ActivationCalibration, String, long, String)} by min-max. */
    public static Workload quantise(FloatGraph graph, List<float[]> inputs, String id, long seed, String source) {
        return quantise(graph, inputs, ActivationCalibration.MIN_MAX, id, seed, source);
    }

    private Workload workload(List<float[]> images, String id, long seed, String source) {
        List<Layer> layers = new ArrayList<>();
        List<LayerParameters> parameters = new ArrayList<>();
        for (FloatNode node : graph.nodes()) {
            Layer layer = layer(layers, node);
            layers.add(layer);
            parameters.add(parameters(layer, node));
            layerOf.put(node.output(), layer.index());
        }
        float inputScale = scales.scale(graph.input());
        List<ActivationTensor> further = new ArrayList<>();
        graph.constants()
                .forEach((name, constant) -> further.add(
                        quantiseInput(constant.shape(), constant.values(), scales.scale(name), scales.signed(name))));
        List<ActivationTensor> inputs = images.stream()
                .map(image -> quantiseInput(graph.inputShape(), image, inputScale, scales.signed(graph.input())))
                .toList();
        int perImage = layers.size();
        for (int image = 1; image < images.size(); image++) {
            further.add(inputs.get(image));
            int input = Layer.networkInput(further.size());
            for (int i = 0; i < perImage; i++) {
                layers.add(ofImage(layers.get(i), image, image * perImage, input));
                parameters.add(parameters.get(i));
            }
        }
        List<FeatureMapShape> furtherShapes =
                further.stream().map(ActivationTensor::shape).toList();
        return new Workload(
                new WorkloadInfo(id, id, seed, source, inputScale),
                new Network(id, graph.inputShape(), layers, furtherShapes),
                parameters,
                inputs.get(0),
                List.of(),
                further);
    }

    /** The same layer for another image of a batch. */
    private static Layer ofImage(Layer layer, int image, int offset, int input) {
        java.util.function.IntUnaryOperator moved =
                operand -> operand >= 0 ? operand + offset : operand == Layer.NETWORK_INPUT ? input : operand;
        return new Layer(
                layer.index() + offset,
                layer.name() + "@" + (image + 1),
                layer.op(),
                layer.inputs().stream().map(moved::applyAsInt).toList(),
                moved.applyAsInt(layer.residual()),
                layer.inputShape(),
                layer.outputShape());
    }

    /** An image in 8 bits, from rank order [C, H, W] to [W, H, C]. */
    static ActivationTensor quantiseInput(FeatureMapShape shape, float[] input, float scale, boolean signed) {
        byte[] values = new byte[shape.elements()];
        int low = signed ? -128 : 0;
        int high = signed ? 127 : 255;
        int at = 0;
        for (int w = 0; w < shape.width(); w++) {
            for (int h = 0; h < shape.height(); h++) {
                for (int c = 0; c < shape.channels(); c++) {
                    double units = Math.rint((double) input[(c * shape.height() + h) * shape.width() + w] / scale);
                    values[at++] = (byte) (int) Math.max(low, Math.min(high, units));
                }
            }
        }
        return new ActivationTensor(shape, signed, values);
    }

    private Layer layer(List<Layer> before, FloatNode node) {
        List<Integer> inputs = node.inputs().stream().map(layerOf::get).toList();
        int residual = node.residual().map(layerOf::get).orElse(Layer.NONE);
        FeatureMapShape first = shapes.get(node.inputs().get(0));
        FeatureMapShape in = node.op() instanceof FloatOp.Concatenation ? node.shape() : first;
        return new Layer(
                before.size(),
                node.name(),
                layerOp(node.op(), node.shape(), scales.scale(node.inputs().get(0))),
                inputs,
                residual,
                in,
                node.shape());
    }

    private static LayerOp layerOp(FloatOp op, FeatureMapShape shape, float inputScale) {
        if (op instanceof Convolution c) {
            return new LayerOp.Convolution(
                    c.filter().outputChannels(), c.filter().groups(), c.window());
        } else if (op instanceof Pooling p) {
            return new LayerOp.Pooling(p.kind(), p.window(), p.countPadding());
        } else if (op instanceof FloatOp.Add) {
            return new LayerOp.ElementwiseAdd();
        } else if (op instanceof FloatOp.Concatenation) {
            return new LayerOp.Concatenation();
        } else if (op instanceof FloatOp.ChannelSelection s) {
            return new LayerOp.ChannelSelection(
                    Arrays.stream(s.channels()).boxed().toList());
        } else if (op instanceof FloatOp.PositionSelection s) {
            return new LayerOp.PositionSelection(
                    s.height(), s.width(), Arrays.stream(s.positions()).boxed().toList());
        } else if (op instanceof FloatOp.Transposition) {
            return new LayerOp.Transposition(shape.height(), shape.width());
        } else if (op instanceof FloatOp.LayerNormalisation n) {
            return new LayerOp.LayerNormalisation((float) (n.epsilon() / ((double) inputScale * inputScale)));
        } else if (op instanceof FloatOp.Softmax s) {
            return new LayerOp.Softmax(s.groups(), inputScale);
        } else if (op instanceof FloatOp.MatrixProduct m) {
            return new LayerOp.MatrixProduct(m.groups(), m.transposed());
        } else if (op instanceof FloatOp.Product) {
            return new LayerOp.ChannelScaling();
        } else if (op instanceof FloatOp.Identity || op instanceof FloatOp.ChannelAffine) {
            return LayerOp.ChannelSelection.range(0, shape.channels());
        } else if (op instanceof FloatOp.LocalResponseNormalisation n) {
            return new LayerOp.LocalResponseNormalisation(n.size(), n.alpha(), n.beta(), n.bias());
        }
        throw new IllegalArgumentException(
                "graph is not rewritten: it has a " + op.getClass().getSimpleName());
    }

    private LayerParameters parameters(Layer layer, FloatNode node) {
        int channels = node.shape().channels();
        float inputScale = scales.scale(node.inputs().get(0));
        float outputScale = linearScale(node);
        FloatOp op = node.op();
        if (op instanceof Convolution c) {
            return convolution(layer, node, c);
        }
        boolean average = op instanceof Pooling p && p.kind() == PoolingKind.AVERAGE;
        if (average || op instanceof FloatOp.Identity || op instanceof FloatOp.LocalResponseNormalisation) {
            float[] multiplier = new float[channels];
            Arrays.fill(multiplier, (float) ((double) inputScale / outputScale));
            return new LayerParameters(requantisation(node, new int[channels], multiplier, 1, 0));
        }
        if (op instanceof FloatOp.ChannelAffine a) {
            float[] multiplier = new float[channels];
            for (int c = 0; c < channels; c++) {
                multiplier[c] = (float) ((double) inputScale * a.scale()[c] / outputScale);
            }
            return new LayerParameters(requantisation(node, new int[channels], multiplier, 1, 0));
        }
        if (op instanceof FloatOp.LayerNormalisation n) {
            int[] bias = new int[channels];
            float[] multiplier = new float[channels];
            for (int k = 0; k < channels; k++) {
                multiplier[k] = (float) ((double) n.scale()[k] / outputScale);
                // saturates far outside of 8 bits
                bias[k] = (int) Math.rint(n.shift()[k] / outputScale * ChannelNormaliser.BIAS_UNITS);
            }
            return new LayerParameters(requantisation(node, bias, multiplier, 1, 0));
        }
        if (op instanceof FloatOp.Softmax) {
            float[] multiplier = new float[channels];
            Arrays.fill(multiplier, 1 / outputScale);
            return new LayerParameters(requantisation(node, new int[channels], multiplier, 1, 0));
        }
        if (op instanceof FloatOp.MatrixProduct || op instanceof FloatOp.Product) {
            float[] multiplier = new float[channels];
            double product = (double) inputScale * scales.scale(node.inputs().get(1));
            Arrays.fill(multiplier, (float) (product / outputScale));
            return new LayerParameters(requantisation(node, new int[channels], multiplier, 1, 0));
        }
        if (op instanceof FloatOp.Add) {
            float[] ones = new float[channels];
            Arrays.fill(ones, 1f);
            double other = scales.scale(node.inputs().get(1));
            return new LayerParameters(requantisation(
                    node, new int[channels], ones, (double) inputScale / outputScale, other / outputScale));
        }
        return new LayerParameters(
                Requantisation.identity(channels, scales.signed(node.output()), scales.scale(node.output())));
    }

    private LayerParameters convolution(Layer layer, FloatNode node, Convolution c) {
        String input = node.inputs().get(0);
        float inputScale = scales.scale(input);
        float outputScale = linearScale(node);
        boolean residual = node.residual().isPresent();
        float ownScale = residual ? signedScale(FloatGraph.beforeResidual(node.output())) : outputScale;
        int inputMagnitude = scales.signed(input) ? 128 : 255;
        int[] bias;
        byte[] weights;
        float[] multiplier = new float[node.shape().channels()];
        if (c.integers().isPresent()) {
            IntegerWeights integers = c.integers().get();
            weights = integers.weights();
            // In float32 and in this order, as QLinearConv has it.
            for (int k = 0; k < multiplier.length; k++) {
                multiplier[k] = inputScale * integers.scale()[k] / ownScale;
            }
            bias = bias(c, integers, inputScale);
            checkAccumulators(node, weights, bias, inputMagnitude);
        } else {
            QuantisedFilters filters = QuantisedFilters.of(c, inputScale, inputMagnitude);
            weights = filters.weights();
            bias = filters.bias();
            for (int k = 0; k < multiplier.length; k++) {
                multiplier[k] = (float) (inputScale * filters.scale()[k] / ownScale);
            }
        }
        double residualScale = residual ? scales.scale(node.residual().get()) : 0;
        Requantisation requantisation = requantisation(
                node, bias, multiplier, residual ? (double) ownScale / outputScale : 1, residualScale / outputScale);
        return new LayerParameters(FilterTensor.fromDense(layer.filterShape(), weights), requantisation);
    }

    /** Scale of the 8-bit values that the multipliers lead to: before the lookup where there is one, else the output. */
    private float linearScale(FloatNode node) {
        return node.activation().isPresent()
                ? signedScale(FloatGraph.beforeActivation(node.output()))
                : scales.scale(node.output());
    }

    /** Scale of an intermediate result: the prescribed one, else that of int8 over its range. */
    private float signedScale(String intermediate) {
        TensorFormat format = graph.formats().get(intermediate);
        return format != null ? format.scale() : ScaleGroups.signedScale(ranges.of(intermediate));
    }

    private static int[] bias(Convolution c, IntegerWeights integers, float inputScale) {
        if (integers.bias().length > 0 && integers.inputScale() == inputScale) {
            return integers.bias();
        }
        int[] bias = new int[c.bias().length];
        for (int k = 0; k < bias.length; k++) {
            bias[k] = c.bias()[k] == 0 ? 0 : (int) Math.rint(c.bias()[k] / ((double) inputScale * integers.scale()[k]));
        }
        return bias;
    }

    /** Weights of the file cannot be made coarser: what could overflow 32 bits is refused. */
    private void checkAccumulators(FloatNode node, byte[] weights, int[] bias, int inputMagnitude) {
        int perFilter = weights.length / bias.length;
        for (int k = 0; k < bias.length; k++) {
            long sum = Math.abs((long) bias[k]);
            for (int i = k * perFilter; i < (k + 1) * perFilter; i++) {
                sum += (long) Math.abs(weights[i]) * inputMagnitude;
            }
            if (sum >= Integer.MAX_VALUE) {
                throw IsosException.unsupported(graph.source() + ": node " + node.name() + " (" + node.operator()
                        + ") has 8-bit weights and biases whose sums do not fit 32 bits");
            }
        }
    }

    private Requantisation requantisation(
            FloatNode node, int[] bias, float[] multiplier, double sumMultiplier, double residualMultiplier) {
        boolean finite = Float.isFinite((float) sumMultiplier) && Float.isFinite((float) residualMultiplier);
        for (float m : multiplier) {
            finite &= Float.isFinite(m);
        }
        if (!finite) {
            throw IsosException.badInput(graph.source() + ": node " + node.name() + " (" + node.operator()
                    + ") has weights or activations of so different magnitudes that no 8-bit scale fits");
        }
        float scale = scales.scale(node.output());
        boolean signed = scales.signed(node.output());
        if (node.activation().isPresent()) {
            TensorFormat format = graph.formats().get(FloatGraph.beforeActivation(node.output()));
            boolean signedIndex = format == null || format.signed();
            return new Requantisation(
                            bias,
                            multiplier,
                            (float) sumMultiplier,
                            (float) residualMultiplier,
                            signedIndex ? -128 : 0,
                            signedIndex ? 127 : 255,
                            linearScale(node))
                    .withLookup(
                            table(node, signedIndex, linearScale(node), signed, scale, scales.largest(node.output())),
                            scale);
        }
        int low = signed ? (int) Math.min(-1, Math.max(-128, Math.rint((double) node.low() / scale))) : 0;
        int high = (int) Math.max(1, Math.min(scales.largest(node.output()), Math.rint((double) node.high() / scale)));
        return new Requantisation(
                bias, multiplier, (float) sumMultiplier, (float) residualMultiplier, low, high, scale);
    }

    /** The activation function and clamp of a node from one 8-bit format to another. */
    private static LookupTable table(
            FloatNode node, boolean signedIndex, float from, boolean signed, float to, int high) {
        byte[] values = new byte[LookupTable.ENTRIES];
        int low = signed ? -128 : 0;
        for (int i = 0; i < values.length; i++) {
            int index = signedIndex ? (byte) i : i;
            float result = node.activation().orElseThrow().apply(index * from);
            float clamped = Math.max(node.low(), Math.min(node.high(), result));
            values[i] = (byte) (int) Math.max(low, Math.min(high, Math.rint(clamped / to)));
        }
        return new LookupTable(values, signed);
    }
}
