package dev.isos.workloads.export;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.ResponseNormaliser;
import java.util.Arrays;

/**
 * A local response normalisation as {@link ResponseNormaliser} computes it: the sum of squares, a convolution with ones around
 * each channel, is exact in float32; powers and products are float64.
 */
final class ResponseNormalisationNodes {
    private static final int LARGEST_SQUARE = 255 * 255;
    private static final int EXACT_IN_FLOAT = 1 << 24;

    private final OnnxNodes nodes;

    ResponseNormalisationNodes(OnnxNodes nodes) {
        this.nodes = nodes;
    }

    /**
     * Adds the nodes of a layer.
     *
     * @param name name of the layer, from which those of the nodes are made
     * @param tensor its 8-bit input
     * @return its 8-bit output
     */
    String add(Layer layer, LocalResponseNormalisation op, Requantisation r, String name, String tensor) {
        int channels = layer.outputShape().channels();
        if ((long) Math.min(op.size(), channels) * LARGEST_SQUARE > EXACT_IN_FLOAT) {
            throw IsosException.unsupported("layer " + layer.name() + " normalises over " + op.size()
                    + " channels, whose squares have sums that are not exact in float32");
        }
        float[] window = new float[channels * channels];
        for (int c = 0; c < channels; c++) {
            int last = op.lastChannel(c, channels);
            Arrays.fill(window, c * channels + op.firstChannel(c), c * channels + last + 1, 1f);
        }
        String input = nodes.cast(name + "::input", tensor, OnnxNodes.FLOAT);
        String sum = nodes.node(
                "Conv",
                name + "::sum",
                nodes.node("Mul", name + "::square", input, input),
                nodes.floats(name + "::window", window, channels, channels, 1, 1));
        double multiplier = r.multiplier()[0];
        double scale = multiplier * r.outputScale();
        String base = nodes.cast(name + "::sum64", sum, OnnxNodes.DOUBLE);
        base = binary("Mul", name + "::scaled", base, scale * scale);
        base = binary("Mul", name + "::share", base, (double) op.alpha() / op.size());
        base = binary("Add", name + "::base", base, op.k());
        if (op.k() == 0) {
            // where all are zero: no power of zero
            base = binary("Max", name + "::positive", base, Double.MIN_NORMAL);
        }
        String factor = binary("Pow", name + "::factor", base, -(double) op.beta());
        String product =
                nodes.node("Mul", name + "::product", nodes.cast(name + "::input64", input, OnnxNodes.DOUBLE), factor);
        String whole = nodes.node("Round", name + "::round", binary("Mul", name + "::units", product, multiplier));
        String clamped = nodes.node(
                "Clip",
                name + "::clamp",
                whole,
                nodes.doubles(name + "::smallest", r.low()),
                nodes.doubles(name + "::largest", r.high()));
        return nodes.cast(name + "::8bit", clamped, r.low() < 0 ? OnnxNodes.INT8 : OnnxNodes.UINT8);
    }

    private String binary(String operator, String name, String left, double right) {
        return nodes.node(operator, name, left, nodes.doubles(name + "_operand", right));
    }
}
