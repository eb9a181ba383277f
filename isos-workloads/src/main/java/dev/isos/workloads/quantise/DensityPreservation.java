package dev.isos.workloads.quantise;

import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp.Convolution;
import dev.isos.workloads.graph.Signedness;
import dev.isos.workloads.quantise.ActivationRanges.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps small activations from rounding to zero, which would make a tensor sparser than the network made it. Ranges are
 * those of min-max; where more than the allowed share of the elements that a convolution reads would be lost:
 *
 * <ol>
 *   <li>Channels that use less than half of the range are doubled, and the weights that read them halved. This is exact in
 *       float arithmetic, costs no saturation, and is cross-layer equalisation (Nagel et al., Data-Free Quantization Through
 *       Weight Equalization and Bias Correction, ICCV 2019) by a power of two. It needs a convolution that nothing but
 *       convolutions reads, through poolings or not; see {@link EqualisableTensors}.
 *   <li>If too many are still lost, the range is narrowed in steps of 1/64 octave until enough are kept or more than
 *       {@value #MAX_SATURATION} of the non-zero elements would saturate; under {@link ActivationCalibration#SQNR} until the
 *       squared error would exceed that of the whole range.
 * </ol>
 *
 * <p>Tensors that only poolings or additions read, the network's output among them, and tensors of which the model file
 * prescribes the format stay as they are.
 */
final class DensityPreservation {
    /** Largest share of the non-zero elements of a tensor that may saturate. */
    static final double MAX_SATURATION = 0.01;

    /** Largest factor of a channel: a larger one takes the weights that read it too many bits. */
    private static final int MAX_FACTOR = 2;

    private static final double STEP = 0x1.fa7c1819e90d8p-1; // 2^(-1/64)

    private final FloatGraph graph;
    private final ActivationRanges ranges;
    private final double maxLoss;
    private final boolean byNoise;
    private final Map<String, Boolean> signed;
    private final SharedScales shared;
    private final Set<String> multiplied = new HashSet<>();

    private DensityPreservation(FloatGraph graph, ActivationRanges ranges, double maxLoss, boolean byNoise) {
        this.graph = graph;
        this.ranges = ranges;
        this.maxLoss = maxLoss;
        this.byNoise = byNoise;
        this.signed = Signedness.of(graph);
        this.shared = new SharedScales(graph);
        for (FloatNode node : graph.nodes()) {
            if (node.op() instanceof Convolution) {
                multiplied.addAll(node.inputs());
            }
        }
    }

    /** Tensors of one scale. */
    private static final class Group {
        final List<String> tensors;
        final int largest;
        double scale;

        Group(List<String> tensors, int largest, double scale) {
            this.tensors = tensors;
            this.largest = largest;
            this.scale = scale;
        }
    }

    /**
     * The graph with rescaled channels; the ranges are narrowed in place.
     *
     * @param ranges min-max with histograms of all tensors
     * @param calibration gives how many elements of a tensor may round to zero, and what ends the narrowing
     */
    static FloatGraph apply(
            FloatGraph graph, List<float[]> inputs, ActivationRanges ranges, ActivationCalibration calibration) {
        boolean byNoise = calibration.kind() == ActivationCalibration.Kind.SQNR;
        return new DensityPreservation(graph, ranges, calibration.percent() / 100, byNoise).apply(inputs);
    }

    private FloatGraph apply(List<float[]> inputs) {
        Map<String, List<String>> equalisable = EqualisableTensors.of(graph);
        Map<String, List<Group>> units = new HashMap<>();
        List<String> poor = new ArrayList<>();
        Map<String, Integer> channels = new HashMap<>();
        Map<String, String> done = new HashMap<>();
        for (String group : shared.groups()) {
            String first = shared.members(group).get(0);
            List<String> tensors = equalisable.getOrDefault(first, shared.members(group));
            List<Group> unit = new ArrayList<>();
            for (String tensor : tensors) {
                String name = shared.group(tensor);
                if (done.putIfAbsent(name, name) == null && free(name)) {
                    unit.add(group(name));
                }
            }
            Map<String, MagnitudeHistogram[]> whole = new HashMap<>();
            tensors.forEach(t -> whole.put(t, new MagnitudeHistogram[] {ranges.histogram(t)}));
            if (unit.stream().anyMatch(g -> loss(g, whole, new int[] {1}) > maxLoss)) {
                units.put(first, unit);
                poor.add(first);
                if (equalisable.containsKey(first)) {
                    tensors.forEach(t -> channels.put(t, graph.shapes().get(t).channels()));
                }
            }
        }
        Map<String, MagnitudeHistogram[]> histograms = histograms(inputs, channels);
        Map<String, int[]> factors = new HashMap<>();
        for (String first : poor) {
            List<Group> unit = units.get(first);
            int[] found = settle(unit, histograms);
            if (equalisable.containsKey(first)) {
                equalisable.get(first).forEach(tensor -> factors.put(tensor, found));
            }
            for (Group group : unit) {
                group.tensors.forEach(tensor -> ranges.cut(tensor, group.scale * group.largest));
            }
        }
        return factors.isEmpty() ? graph : rescaled(factors);
    }

    /** Whether the model file prescribes the format of no tensor of the group. */
    private boolean free(String group) {
        return shared.members(group).stream().noneMatch(graph.formats()::containsKey);
    }

    private Group group(String name) {
        List<String> members = shared.members(name);
        boolean isSigned = signed.get(name);
        Range widest = ranges.of(name);
        for (String tensor : members) {
            widest = widest.union(ranges.of(tensor));
        }
        return new Group(members, ScaleGroups.largest(isSigned), ScaleGroups.scaleOf(widest, isSigned));
    }

    /** One histogram per channel of the tensors named, else one for all channels. */
    private Map<String, MagnitudeHistogram[]> histograms(List<float[]> inputs, Map<String, Integer> channels) {
        Map<String, MagnitudeHistogram[]> all = new HashMap<>();
        for (String tensor : signed.keySet()) {
            MagnitudeHistogram[] each = {ranges.histogram(tensor)};
            if (channels.containsKey(tensor)) {
                each = new MagnitudeHistogram[channels.get(tensor)];
                for (int c = 0; c < each.length; c++) {
                    each[c] = MagnitudeHistogram.upTo(ranges.of(tensor).magnitude());
                }
            }
            all.put(tensor, each);
        }
        if (!channels.isEmpty()) {
            ActivationRanges.forEach(graph, inputs, (tensor, where, values) -> {
                if (channels.containsKey(tensor)) {
                    MagnitudeHistogram[] each = all.get(tensor);
                    int plane = values.length / each.length;
                    for (int c = 0; c < each.length; c++) {
                        each[c].add(values, c * plane, (c + 1) * plane);
                    }
                }
            });
        }
        return all;
    }

    /** Narrows the scales of the groups and gives the factor of each channel. */
    private int[] settle(List<Group> unit, Map<String, MagnitudeHistogram[]> histograms) {
        int[] factors = factors(unit, histograms);
        Map<Group, Double> allowed = new HashMap<>();
        if (byNoise) {
            for (Group group : unit) {
                allowed.put(group, squaredError(group, histograms, factors));
            }
        }
        boolean narrowed = true;
        while (narrowed) {
            narrowed = false;
            for (Group group : unit) {
                if (loss(group, histograms, factors) > maxLoss) {
                    double before = group.scale;
                    group.scale *= STEP;
                    int[] changed = factors(unit, histograms);
                    boolean fits = byNoise
                            ? squaredError(group, histograms, changed) <= allowed.get(group)
                            : saturation(group, histograms, changed) <= MAX_SATURATION;
                    if (fits) {
                        factors = changed;
                        narrowed = true;
                    } else {
                        group.scale = before;
                    }
                }
            }
        }
        return factors;
    }

    /** Largest powers of two by which the channels still fit all ranges. */
    private static int[] factors(List<Group> unit, Map<String, MagnitudeHistogram[]> histograms) {
        int[] factors = new int[histograms.get(unit.get(0).tensors.get(0)).length];
        Arrays.fill(factors, factors.length == 1 ? 1 : MAX_FACTOR);
        if (factors.length == 1) {
            return factors;
        }
        for (int c = 0; c < factors.length; c++) {
            float largest = 0;
            for (Group group : unit) {
                for (String tensor : group.tensors) {
                    float magnitude = histograms.get(tensor)[c].largest();
                    largest = Math.max(largest, magnitude);
                    while (factors[c] > 1 && factors[c] * (double) magnitude > group.scale * group.largest) {
                        factors[c] /= 2;
                    }
                }
            }
            // A channel without values has nothing to lose.
            factors[c] = largest == 0 ? 1 : factors[c];
        }
        return factors;
    }

    /** Share of the elements that would round to zero, of the tensor of the group that loses most to convolutions. */
    private double loss(Group group, Map<String, MagnitudeHistogram[]> histograms, int[] factors) {
        double most = 0;
        for (String tensor : group.tensors) {
            if (multiplied.contains(tensor)) {
                MagnitudeHistogram[] each = histograms.get(tensor);
                long lost = 0;
                long elements = 0;
                for (int c = 0; c < each.length; c++) {
                    lost += each[c].upToLimit(group.scale / 2 / factors[c]);
                    elements += each[c].elements();
                }
                most = Math.max(most, lost / (double) elements);
            }
        }
        return most;
    }

    /** Largest share of the non-zero elements of a tensor of the group that lie beyond the range. */
    private static double saturation(Group group, Map<String, MagnitudeHistogram[]> histograms, int[] factors) {
        double most = 0;
        for (String tensor : group.tensors) {
            MagnitudeHistogram[] each = histograms.get(tensor);
            long beyond = 0;
            long nonZeros = 0;
            for (int c = 0; c < each.length; c++) {
                beyond += each[c].above(group.scale * group.largest / factors[c]);
                nonZeros += each[c].nonZeros();
            }
            most = Math.max(most, beyond / (double) Math.max(1, nonZeros));
        }
        return most;
    }

    /** Noise of the tensors of a group, in units of the values before the channels are multiplied. */
    private static double squaredError(Group group, Map<String, MagnitudeHistogram[]> histograms, int[] factors) {
        double error = 0;
        for (String tensor : group.tensors) {
            MagnitudeHistogram[] each = histograms.get(tensor);
            for (int c = 0; c < each.length; c++) {
                error += each[c].squaredError(group.scale / factors[c], group.largest);
            }
        }
        return error;
    }

    private FloatGraph rescaled(Map<String, int[]> factors) {
        List<FloatNode> nodes = new ArrayList<>();
        for (FloatNode node : graph.nodes()) {
            int[] in = factors.get(node.inputs().get(0));
            int[] out = factors.get(node.output());
            boolean changed = node.op() instanceof Convolution && (in != null || out != null);
            nodes.add(changed ? node.withOp(rescaled((Convolution) node.op(), in, out)) : node);
        }
        List<String> notes = new ArrayList<>(graph.notes());
        notes.add("channels of small range are doubled, and the weights that read them halved, after "
                + factors.keySet().stream()
                        .filter(t -> graph.nodes().stream()
                                .anyMatch(n -> n.output().equals(t) && n.op() instanceof Convolution))
                        .count()
                + " layers");
        return graph.with(nodes, graph.formats(), notes);
    }

    private static Convolution rescaled(Convolution c, int[] in, int[] out) {
        float[] weights = c.weights().clone();
        float[] bias = c.bias().clone();
        FilterShape filter = c.filter();
        int kernel = filter.rows() * filter.columns();
        int at = 0;
        for (int k = 0; k < bias.length; k++) {
            int first = k / filter.outputsPerGroup() * filter.channelsPerGroup();
            int up = out == null ? 1 : out[k];
            for (int channel = first; channel < first + filter.channelsPerGroup(); channel++) {
                float factor = up / (float) (in == null ? 1 : in[channel]);
                for (int i = 0; i < kernel; i++) {
                    weights[at++] *= factor;
                }
            }
            bias[k] *= up;
        }
        return new Convolution(filter, c.window(), weights, bias);
    }
}
