package dev.isos.workloads.quantise;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.FloatOp.Pooling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * From float to 8 bits after training: int8 weights, symmetric per output channel; activations with zero point 0, uint8
 * after ReLU and int8 elsewhere, each tensor's scale being the largest magnitude that the calibration inputs show divided
 * by 255 or 127. A residual addition rounds the convolution's own result to int8 first, with a scale of its own, as
 * {@link Requantisation} defines it.
 */
public final class Quantiser {
    private final FloatGraph graph;
    private final ActivationRanges ranges;
    private final ScaleGroups scales;
    private final Map<String, Integer> layerOf = new HashMap<>();

    private Quantiser(FloatGraph graph, List<float[]> inputs) {
        this.graph = graph;
        this.ranges = ActivationRanges.measure(graph, inputs);
        this.scales = new ScaleGroups(graph, ranges);
        layerOf.put(graph.input(), Layer.NETWORK_INPUT);
    }

    /**
     * Quantises a rewritten graph.
     *
     * @param inputs calibration inputs in rank order [C, H, W]; the first one becomes the workload's input
     * @param id name under which the user asked for the workload
     * @param seed see {@link WorkloadInfo#seed()}
     * @param source see {@link WorkloadInfo#source()}
     * @return the workload without reference digests
     * @throws IsosException naming the node whose numbers can't be expressed in 8 bits
     */
    public static Workload quantise(FloatGraph graph, List<float[]> inputs, String id, long seed, String source) {
        return new Quantiser(graph, inputs).workload(inputs.get(0), id, seed, source);
    }

    private Workload workload(float[] input, String id, long seed, String source) {
        List<Layer> layers = new ArrayList<>();
        List<LayerParameters> parameters = new ArrayList<>();
        for (FloatNode node : graph.nodes()) {
            Layer layer = layer(layers, node);
            layers.add(layer);
            parameters.add(parameters(layer, node));
            layerOf.put(node.output(), layer.index());
        }
        float inputScale = scales.scale(graph.input());
        return new Workload(
                new WorkloadInfo(id, id, seed, source, inputScale),
                new Network(id, graph.inputShape(), layers),
                parameters,
                quantiseInput(graph.inputShape(), input, inputScale),
                List.of());
    }

    /** An image in int8, from rank order [C, H, W] to [W, H, C]. */
    static ActivationTensor quantiseInput(FeatureMapShape shape, float[] input, float scale) {
        byte[] values = new byte[shape.elements()];
        int at = 0;
        for (int w = 0; w < shape.width(); w++) {
            for (int h = 0; h < shape.height(); h++) {
                for (int c = 0; c < shape.channels(); c++) {
                    double units = Math.rint((double) input[(c * shape.height() + h) * shape.width() + w] / scale);
                    values[at++] = (byte) Math.max(-128, Math.min(127, units));
                }
            }
        }
        return new ActivationTensor(shape, true, values);
    }

    private Layer layer(List<Layer> before, FloatNode node) {
        List<Integer> inputs = node.inputs().stream().map(layerOf::get).toList();
        int residual = node.residual().map(layerOf::get).orElse(Layer.NONE);
        FeatureMapShape first = inputs.get(0) < 0
                ? graph.inputShape()
                : before.get(inputs.get(0)).outputShape();
        FeatureMapShape in = node.op() instanceof FloatOp.Concatenation ? node.shape() : first;
        return new Layer(before.size(), node.name(), layerOp(node.op()), inputs, residual, in, node.shape());
    }

    private static LayerOp layerOp(FloatOp op) {
        if (op instanceof Convolution c) {
            return new LayerOp.Convolution(
                    c.filter().outputChannels(), c.filter().groups(), c.window());
        } else if (op instanceof Pooling p) {
            return new LayerOp.Pooling(p.kind(), p.window(), p.countPadding());
        } else if (op instanceof FloatOp.Add) {
            return new LayerOp.ElementwiseAdd();
        } else if (op instanceof FloatOp.Concatenation) {
            return new LayerOp.Concatenation();
        }
        throw new IllegalArgumentException(
                "graph is not rewritten: it has a " + op.getClass().getSimpleName());
    }

    private LayerParameters parameters(Layer layer, FloatNode node) {
        int channels = node.shape().channels();
        String input = node.inputs().get(0);
        double inputScale = scales.scale(input);
        double outputScale = scales.scale(node.output());
        FloatOp op = node.op();
        if (op instanceof Convolution c) {
            return convolution(layer, node, c);
        }
        if (op instanceof Pooling p && p.kind() == PoolingKind.AVERAGE) {
            float[] multiplier = new float[channels];
            Arrays.fill(multiplier, (float) (inputScale / outputScale));
            return new LayerParameters(requantisation(node, new int[channels], multiplier, 1, 0));
        }
        if (op instanceof FloatOp.Add) {
            float[] ones = new float[channels];
            Arrays.fill(ones, 1f);
            double other = scales.scale(node.inputs().get(1));
            return new LayerParameters(
                    requantisation(node, new int[channels], ones, inputScale / outputScale, other / outputScale));
        }
        return new LayerParameters(
                Requantisation.identity(channels, scales.signed(node.output()), (float) outputScale));
    }

    private LayerParameters convolution(Layer layer, FloatNode node, Convolution c) {
        String input = node.inputs().get(0);
        double inputScale = scales.scale(input);
        double outputScale = scales.scale(node.output());
        boolean residual = node.residual().isPresent();
        double ownScale = residual ? ScaleGroups.signedScale(ranges.beforeResidual(node)) : outputScale;
        QuantisedFilters filters = QuantisedFilters.of(c, inputScale, scales.signed(input) ? 128 : 255);
        float[] multiplier = new float[filters.scale().length];
        for (int k = 0; k < multiplier.length; k++) {
            multiplier[k] = (float) (inputScale * filters.scale()[k] / ownScale);
        }
        double residualScale = residual ? scales.scale(node.residual().get()) : 0;
        Requantisation requantisation = requantisation(
                node, filters.bias(), multiplier, residual ? ownScale / outputScale : 1, residualScale / outputScale);
        return new LayerParameters(FilterTensor.fromDense(layer.filterShape(), filters.weights()), requantisation);
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
        int low = signed ? (int) Math.min(-1, Math.max(-128, Math.rint((double) node.low() / scale))) : 0;
        int high = (int) Math.max(1, Math.min(signed ? 127 : 255, Math.rint((double) node.high() / scale)));
        return new Requantisation(
                bias, multiplier, (float) sumMultiplier, (float) residualMultiplier, low, high, scale);
    }
}
