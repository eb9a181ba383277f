package dev.isos.core.wavefront.estimate;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.core.wavefront.mapping.ChannelSplit;
import dev.isos.core.wavefront.mapping.KernelAxis;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.Pass;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The counts of a layer's work items as they are expected: non-zeros strike every position of a tensor with the same
 * probability, independently. What an item counts depends on how many kernel rows and columns it legally meets, so each pair
 * of these numbers is worked out once.
 */
public final class ExpectedLayer {
    private static final Map<Integer, Double> LARGEST = new ConcurrentHashMap<>();

    private final Layer layer;
    private final LayerFactors factors;
    private final double inputDensity;
    private final double weightDensity;

    /** Front end of each lane: activations that it reads. */
    public final double[] laneElements;

    /** Front end of each lane: vectors that it multiplies. */
    public final double[] laneVectors;

    /** Back end of each lane: cycles at work. */
    public final double[] laneBackEnd;

    private double products;
    private double elements;
    private double merges;
    private double outputs;

    /**
     * @param passes of the layer
     * @param vectorWidth weights that a processing element multiplies by one activation at once
     */
    ExpectedLayer(
            WorkloadDensities densities,
            Layer layer,
            LayerFactors factors,
            List<Pass> passes,
            int lanes,
            int vectorWidth,
            BackEndCost cost) {
        this.layer = layer;
        this.factors = factors;
        laneElements = new double[lanes];
        laneVectors = new double[lanes];
        laneBackEnd = new double[lanes];
        double nonZeros = 0;
        double positions = 0;
        for (int input : layer.inputs()) {
            nonZeros += densities.nonZeros(input);
            positions += densities.network().shapeOf(input).elements();
        }
        inputDensity = nonZeros / positions;
        weightDensity = hasFilters() ? densities.weightDensity(layer.index()) : 0;
        for (Pass pass : passes) {
            if (factors.streamed()) {
                stream(vectorWidth);
            } else if (hasFilters()) {
                frontEnd(pass, vectorWidth);
            }
            backEnd(pass, cost);
        }
    }

    private boolean hasFilters() {
        return layer.op() instanceof Convolution;
    }

    /** Kernel positions that each input coordinate meets. */
    private static int[] met(KernelAxis axis, int inputs) {
        int[] met = new int[inputs];
        for (int x = 0; x < inputs; x++) {
            met[x] = axis.legal(x);
        }
        return met;
    }

    private int[] rowsMet(Pass pass) {
        int height = layer.inputShape().height();
        Window window = layer.convolution().orElseThrow().window();
        return met(KernelAxis.rows(window, height, pass.firstOutput(), pass.endOutput()), height);
    }

    private int[] columnsMet() {
        int width = layer.inputShape().width();
        Window window = layer.convolution().orElseThrow().window();
        return met(KernelAxis.columns(window, width, layer.outputShape().width()), width);
    }

    /** Kernel positions along an axis from which each output coordinate reads something other than padding. */
    private static int[] read(int outputs, int size, int stride, int dilation, int pad, int inputs) {
        int[] read = new int[outputs];
        for (int i = 0; i < size; i++) {
            for (int x = 0; x < outputs; x++) {
                int at = x * stride + i * dilation - pad;
                read[x] += at >= 0 && at < inputs ? 1 : 0;
            }
        }
        return read;
    }

    private static int[] histogram(int[] numbers) {
        int most = 0;
        for (int number : numbers) {
            most = Math.max(most, number);
        }
        int[] counts = new int[most + 1];
        for (int number : numbers) {
            counts[number]++;
        }
        return counts;
    }

    private void frontEnd(Pass pass, int vectorWidth) {
        FilterShape shape = layer.filterShape();
        int[] rows = rowsMet(pass);
        int[] columns = histogram(columnsMet());
        int tile = pass.endChannel() - pass.firstChannel();
        int channels = shape.inputChannels();
        // of a grouped convolution a channel meets the outputs of its group, in a tile of K if the tile has any
        int outputsMet = Math.min(tile, shape.outputsPerGroup());
        double meeting = Math.max(1, tile / (double) shape.outputsPerGroup()) / shape.groups();
        double dealt = Binomial.ceiling(channels, inputDensity, 1, factors.rowLanes());
        double[] vectorsOf = new double[layer.filterShape().rows() + 1];
        int columnsRead = 0;
        int pairs = 0;
        for (int s = 1; s < columns.length; s++) {
            columnsRead += columns[s];
            pairs += columns[s] * s;
        }
        for (int h = pass.firstInput(); h < pass.endInput(); h++) {
            int r = rows[h];
            boolean known = r == 0 || vectorsOf[r] > 0;
            for (int s = 1; s < columns.length && !known; s++) {
                vectorsOf[r] += columns[s]
                        * meeting
                        * Binomial.ceiling(r * s * outputsMet, weightDensity, 1, vectorWidth);
            }
            if (r > 0) {
                elements += columnsRead * channels * inputDensity;
                products += (double) pairs * r * outputsMet * meeting * channels * inputDensity * weightDensity;
                for (int part = 0; part < factors.rowLanes(); part++) {
                    int lane = ((h - pass.firstInput()) * factors.rowLanes() + part) % laneElements.length;
                    laneElements[lane] += columnsRead * dealt;
                    laneVectors[lane] += vectorsOf[r] * dealt;
                }
            }
        }
    }

    /** All positions of the input form one row, cut into steps. */
    private void stream(int vectorWidth) {
        int positions = layer.filterShape().inputChannels();
        for (int[] axis : new int[][] {
            rowsMet(new Pass(0, layer.inputShape().height(), 0, 1, 0, 0)), columnsMet()
        }) {
            positions *= axis.length - histogram(axis)[0];
        }
        int steps = factors.streamSteps();
        int met = layer.filterShape().outputsPerGroup();
        int lanes = laneElements.length;
        double dealt = steps * Binomial.ceiling((positions + steps - 1) / steps, inputDensity, 1, lanes);
        double vectors = Binomial.ceiling(met, weightDensity, 1, vectorWidth);
        for (int lane = 0; lane < lanes; lane++) {
            laneElements[lane] = dealt;
            laneVectors[lane] = dealt * vectors;
        }
        elements = positions * inputDensity;
        products = elements * met * weightDensity;
    }

    private void backEnd(Pass pass, BackEndCost cost) {
        int height = layer.outputShape().height();
        int width = layer.outputShape().width();
        int[] rows = new int[height];
        int[] columns = {0, width};
        Arrays.fill(rows, 1);
        Window window = layer.op() instanceof Pooling pooling
                ? pooling.window()
                : layer.convolution().map(Convolution::window).orElse(null);
        if (window != null) {
            rows = read(
                    height,
                    window.rows(),
                    window.strideRows(),
                    window.dilationRows(),
                    window.padTop(),
                    layer.inputShape().height());
            columns = histogram(read(
                    width,
                    window.columns(),
                    window.strideColumns(),
                    window.dilationColumns(),
                    window.padLeft(),
                    layer.inputShape().width()));
        }
        int lanes = factors.outputLanes();
        int longest = ChannelSplit.longest(pass.endChannel() - pass.firstChannel(), lanes);
        double[][] known = new double[(window == null ? 1 : window.rows()) + 1][];
        for (int p = pass.firstOutput(); p < pass.endOutput(); p++) {
            int r = rows[p];
            if (known[r] == null) {
                known[r] = new double[2];
                for (int s = 0; s < columns.length; s++) {
                    int positions = operands(r, s, longest);
                    double density = operandDensity(s);
                    known[r][0] += columns[s] == 0
                            ? 0
                            : columns[s] * Binomial.expected(positions, density, x -> cost.cycles(x, longest));
                    known[r][1] += columns[s] * positions * density / longest;
                }
            }
            merges += known[r][1] * (pass.endChannel() - pass.firstChannel());
            for (int part = 0; part < lanes; part++) {
                laneBackEnd[((p - pass.firstOutput()) * lanes + part) % laneBackEnd.length] += known[r][0];
            }
        }
        outputs += (double) width * pass.outputRows() * (pass.endChannel() - pass.firstChannel());
    }

    /** Positions at which an output fiber's part may have something to merge, of r rows and s columns of its window. */
    private int operands(int r, int s, int channels) {
        if (factors.streamed()) {
            return 0;
        }
        if (hasFilters()) {
            return s == 0 ? 0 : r * channels;
        }
        if (layer.op() instanceof LocalResponseNormalisation normalisation) {
            int all = layer.outputShape().channels();
            long pairs = 0;
            for (int k = 0; k < all; k++) {
                pairs += normalisation.lastChannel(k, all) - normalisation.firstChannel(k) + 1;
            }
            return (int) Math.round(pairs * (double) channels / all);
        }
        return (layer.op() instanceof ElementwiseAdd ? 2 : r * s) * channels;
    }

    /** Probability that there is something to merge at one of these: a partial result sums products of s kernel columns. */
    private double operandDensity(int s) {
        return hasFilters()
                ? Binomial.any(s * layer.filterShape().channelsPerGroup(), inputDensity * weightDensity)
                : inputDensity;
    }

    /** The layer. */
    public Layer layer() {
        return layer;
    }

    /** Effectual products. */
    public double products() {
        return products;
    }

    /** Activations that front ends read. */
    public double elements() {
        return elements;
    }

    /** Partial results (of a layer without filters: operands) other than zero that back ends merge. */
    public double merges() {
        return merges;
    }

    /** Outputs through the post-op units. */
    public double outputs() {
        return outputs;
    }

    /**
     * By how much chance lets the fullest of some sums of input fibers exceed their mean, as a share of it.
     *
     * @param fibers that each sum adds up
     * @param sums how many there are
     */
    public double excess(int fibers, int sums) {
        double mean = (double) fibers * layer.inputShape().channels() * inputDensity;
        return mean == 0 ? 0 : StrictMath.sqrt((1 - inputDensity) / mean) * largest(sums);
    }

    private static double largest(int numbers) {
        return LARGEST.computeIfAbsent(numbers, Binomial::largest);
    }

    /** Front-end vectors, in all lanes. */
    public double vectors() {
        double sum = 0;
        for (double vectors : laneVectors) {
            sum += vectors;
        }
        return sum;
    }
}
