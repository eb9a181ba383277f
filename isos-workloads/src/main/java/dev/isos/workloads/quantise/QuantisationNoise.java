package dev.isos.workloads.quantise;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.FloatComparison;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.workloads.graph.FloatExecutor;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Signal-to-quantisation-noise ratios of a workload against float on its own input, in dB: ten times the logarithm of the
 * summed squares of the float values over those of the differences. The noise of a layer is all that has gathered up to it.
 *
 * @param output at the network's output, of several the worst; infinite where nothing differs
 * @param layer the layer that adds most noise: whose noise, as a share of its own signal, exceeds that of the worst of its inputs
 *     by most. Shares rather than dB, in which the first layer behind an exact input would lose infinitely much
 * @param before the ratio of the worst of its inputs
 * @param after that of its output
 * @param densityError largest difference of the share of non-zeros of a layer's output, in percentage points
 * @param densityLayer where that is
 * @param layers every layer of the input's image, in order
 */
record QuantisationNoise(
        double output,
        String layer,
        double before,
        double after,
        double densityError,
        String densityLayer,
        List<FloatComparison> layers) {
    /** Below this the text warns. Ours: noise of a tenth of the signal's amplitude. */
    static final double LOW = 20;

    /**
     * Compares every layer.
     *
     * @param graph the graph that was quantised, a node per layer
     * @param input in rank order [C, H, W]
     * @param outputs of the layers in 8 bits
     */
    static QuantisationNoise measure(
            FloatGraph graph, float[] input, Workload workload, List<ActivationTensor> outputs) {
        Comparison comparison = new Comparison(workload, outputs);
        comparison.ratios.put(
                graph.input(), ratio(input, workload.input(), workload.info().inputScale()));
        FloatExecutor.run(graph, input, comparison);
        return new QuantisationNoise(
                graph.outputs().stream()
                        .mapToDouble(comparison.ratios::get)
                        .min()
                        .orElseThrow(),
                comparison.layer,
                comparison.before,
                comparison.after,
                100 * comparison.densityError,
                comparison.densityLayer,
                comparison.layers);
    }

    /** The reference with what was found of each layer; layers of further images stay without. */
    List<LayerReference> in(List<LayerReference> reference) {
        List<LayerReference> compared = new ArrayList<>(reference);
        for (int i = 0; i < layers.size(); i++) {
            LayerReference r = reference.get(i);
            compared.set(
                    i,
                    new LayerReference(
                            r.outputSha256(), r.outputNonZeros(), r.effectualMacs(), Optional.of(layers.get(i))));
        }
        return compared;
    }

    /** The layers in the order in which both executors run them. */
    private static final class Comparison implements FloatExecutor.Observer {
        final Workload workload;
        final List<ActivationTensor> outputs;
        final Map<String, Double> ratios = new HashMap<>();
        int index;
        String layer = "";
        double mostAdded;
        double before = Double.POSITIVE_INFINITY;
        double after = Double.POSITIVE_INFINITY;
        double densityError;
        String densityLayer = "";
        final List<FloatComparison> layers = new ArrayList<>();

        Comparison(Workload workload, List<ActivationTensor> outputs) {
            this.workload = workload;
            this.outputs = outputs;
        }

        @Override
        public void output(FloatNode node, float[] values) {
            ActivationTensor tensor = outputs.get(index);
            float scale = workload.requantisation(index).outputScale();
            index++;
            double ratio = ratio(values, tensor, scale);
            ratios.put(node.output(), ratio);
            double worst = Double.POSITIVE_INFINITY;
            for (String operand : node.operands()) {
                // constants count as exact
                worst = Math.min(worst, ratios.getOrDefault(operand, Double.POSITIVE_INFINITY));
            }
            double added = share(ratio) - share(worst);
            if (added > mostAdded) {
                mostAdded = added;
                before = worst;
                after = ratio;
                layer = node.name();
            }
            double density = density(values);
            layers.add(new FloatComparison(ratio, density));
            double apart = Math.abs(density - tensor.nonZeros() / (double) values.length);
            if (apart > densityError) {
                densityError = apart;
                densityLayer = node.name();
            }
        }
    }

    /** Noise as a share of the signal's power. */
    private static double share(double ratio) {
        return StrictMath.pow(10, -ratio / 10);
    }

    private static double density(float[] values) {
        int nonZeros = 0;
        for (float value : values) {
            nonZeros += value != 0f ? 1 : 0;
        }
        return nonZeros / (double) values.length;
    }

    private static double ratio(float[] exact, ActivationTensor tensor, float scale) {
        double signal = 0;
        double noise = 0;
        int at = 0;
        for (int c = 0; c < tensor.shape().channels(); c++) {
            for (int h = 0; h < tensor.shape().height(); h++) {
                for (int w = 0; w < tensor.shape().width(); w++, at++) {
                    double difference = exact[at] - (double) tensor.value(c, h, w) * scale;
                    signal += (double) exact[at] * exact[at];
                    noise += difference * difference;
                }
            }
        }
        return noise == 0 ? Double.POSITIVE_INFINITY : 10 * StrictMath.log10(signal / noise);
    }

    /** Half a sentence, or two where the output's ratio is low. */
    String describe() {
        String text = output == Double.POSITIVE_INFINITY
                ? "the output is that of float"
                : String.format(Locale.ROOT, "the output is %.1f dB above its quantisation noise", output);
        if (!layer.isEmpty()) {
            text += before == Double.POSITIVE_INFINITY
                    ? String.format(Locale.ROOT, ", most is lost in layer %s, to %.1f dB", layer, after)
                    : String.format(
                            Locale.ROOT, ", most is lost in layer %s, from %.1f to %.1f dB", layer, before, after);
        }
        if (densityError > 0) {
            text += String.format(
                    Locale.ROOT,
                    ", the densities of layer outputs are within %.1f percentage points of float (%s)",
                    densityError,
                    densityLayer);
        }
        if (output < LOW) {
            text += String.format(
                    Locale.ROOT, "; that is below %.0f dB, give more images by --image or another --calibration", LOW);
        }
        return text;
    }
}
