package dev.isos.core.wavefront.estimate;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.Normalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.core.wavefront.mapping.ChannelSplit;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.Pass;
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

    /** Front end of each lane: activations that it reads. */
    public final double[] laneElements;

    /** Front end of each lane: vectors that it multiplies. */
    public final double[] laneVectors;

    /** Back end of each lane: cycles at work. */
    public final double[] laneBackEnd;

    private final Layer layer;
    private final LayerFactors factors;
    private final Window window;
    private final double inputDensity;
    private final double weightDensity;
    private double vectors;
    private double products;
    private double elements;
    private double merges;
    private double outputs;
    private double places;

    /**
     * @param passes of the layer
     * @param vectorWidth weights that a processing element multiplies by one activation at once
     * @param withPlaces whether partial results have places
     */
    ExpectedLayer(
            WorkloadDensities densities,
            Layer layer,
            LayerFactors factors,
            List<Pass> passes,
            int lanes,
            int vectorWidth,
            boolean withPlaces,
            BackEndCost cost) {
        this.layer = layer;
        this.factors = factors;
        window = layer.op() instanceof Pooling pooling
                ? pooling.window()
                : layer.convolution().map(Convolution::window).orElse(Window.square(1, 1, 0));
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
        int width = layer.outputShape().width();
        Meetings columns = new Meetings(layer.inputShape().width(), width);
        columns.count(window.columns(), window.strideColumns(), window.dilationColumns(), window.padLeft(), 0, width);
        for (Pass pass : passes) {
            Meetings rows = new Meetings(
                    layer.inputShape().height(), layer.outputShape().height());
            rows.count(
                    window.rows(),
                    window.strideRows(),
                    window.dilationRows(),
                    window.padTop(),
                    pass.firstOutput(),
                    pass.endOutput());
            if (factors.streamed()) {
                stream(rows, columns, vectorWidth);
            } else if (hasFilters()) {
                frontEnd(pass, rows.ofInput, histogram(columns.ofInput), vectorWidth);
            }
            backEnd(pass, rows.ofOutput, histogram(columns.ofOutput), withPlaces, cost);
        }
        for (double share : laneVectors) {
            vectors += share;
        }
    }

    private boolean hasFilters() {
        return layer.op() instanceof Convolution;
    }

    /** Kernel positions through which the inputs and outputs of one axis meet. */
    private static final class Meetings {
        private final int[] ofInput;
        private final int[] ofOutput;

        Meetings(int inputs, int outputs) {
            ofInput = new int[inputs];
            ofOutput = new int[outputs];
        }

        void count(int size, int stride, int dilation, int pad, int firstOutput, int endOutput) {
            for (int output = firstOutput; output < endOutput; output++) {
                for (int i = 0; i < size; i++) {
                    int input = output * stride + i * dilation - pad;
                    if (input >= 0 && input < ofInput.length) {
                        ofInput[input]++;
                        ofOutput[output]++;
                    }
                }
            }
        }
    }

    /** How many coordinates have each number of meetings. */
    private static int[] histogram(int[] meetings) {
        int most = 0;
        for (int number : meetings) {
            most = Math.max(most, number);
        }
        int[] counts = new int[most + 1];
        for (int number : meetings) {
            counts[number]++;
        }
        return counts;
    }

    private void frontEnd(Pass pass, int[] rows, int[] columns, int vectorWidth) {
        FilterShape shape = layer.filterShape();
        int tile = pass.endChannel() - pass.firstChannel();
        // of a grouped convolution a channel meets the outputs of its group, in a tile of K if the tile has any
        int met = Math.min(tile, shape.outputsPerGroup());
        double meeting = Math.max(1, tile / (double) shape.outputsPerGroup()) / shape.groups();
        double read = shape.inputChannels() * inputDensity;
        double dealt = Binomial.ceiling(shape.inputChannels(), inputDensity, 1, factors.rowLanes());
        double[] vectorsOf = new double[window.rows() + 1];
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
                vectorsOf[r] += columns[s] * meeting * Binomial.ceiling(r * s * met, weightDensity, 1, vectorWidth);
            }
            elements += r == 0 ? 0 : columnsRead * read;
            products += (double) pairs * r * met * meeting * read * weightDensity;
            for (int part = 0; part < factors.rowLanes() && r > 0; part++) {
                int lane = ((h - pass.firstInput()) * factors.rowLanes() + part) % laneElements.length;
                laneElements[lane] += columnsRead * dealt;
                laneVectors[lane] += vectorsOf[r] * dealt;
            }
        }
    }

    /** All positions of the input form one row, cut into steps. */
    private void stream(Meetings rows, Meetings columns, int vectorWidth) {
        int fibers = (rows.ofInput.length - histogram(rows.ofInput)[0])
                * (columns.ofInput.length - histogram(columns.ofInput)[0]);
        int positions = fibers * layer.filterShape().inputChannels();
        int steps = factors.streamSteps();
        int met = layer.filterShape().outputsPerGroup();
        double dealt = steps * Binomial.ceiling((positions + steps - 1) / steps, inputDensity, 1, laneElements.length);
        double vectorsOfOne = Binomial.ceiling(met, weightDensity, 1, vectorWidth);
        for (int lane = 0; lane < laneElements.length; lane++) {
            laneElements[lane] = dealt;
            laneVectors[lane] = dealt * vectorsOfOne;
        }
        elements = positions * inputDensity;
        products = elements * met * weightDensity;
    }

    private void backEnd(Pass pass, int[] rows, int[] columns, boolean withPlaces, BackEndCost cost) {
        int channels = pass.endChannel() - pass.firstChannel();
        int parts = factors.outputLanes();
        int longest = ChannelSplit.longest(channels, parts);
        double[] cyclesOf = new double[window.rows() + 1];
        double[] mergesOf = new double[window.rows() + 1];
        // a kernel row reaches an output channel by any of its weights, wherever the window lies
        double reached = withPlaces && hasFilters() && !factors.streamed()
                ? Binomial.any(window.columns() * layer.filterShape().channelsPerGroup(), weightDensity)
                : 0;
        for (int p = pass.firstOutput(); p < pass.endOutput(); p++) {
            int r = rows[p];
            boolean known = cyclesOf[r] > 0;
            int read = (int) Math.round(r * longest * reached);
            for (int s = 0; s < columns.length && !known; s++) {
                int positions = operands(r, s, longest);
                // a partial result sums products of s kernel columns
                double density = hasFilters()
                        ? Binomial.any(s * layer.filterShape().channelsPerGroup(), inputDensity * weightDensity)
                        : inputDensity;
                cyclesOf[r] += columns[s] == 0
                        ? 0
                        : columns[s] * Binomial.expected(positions, density, x -> cost.cycles(x, read, longest));
                mergesOf[r] += columns[s] * positions * density / longest;
            }
            merges += mergesOf[r] * channels;
            places += layer.outputShape().width() * r * channels * reached;
            for (int part = 0; part < parts; part++) {
                laneBackEnd[((p - pass.firstOutput()) * parts + part) % laneBackEnd.length] += cyclesOf[r];
            }
        }
        outputs += (double) layer.outputShape().width() * pass.outputRows() * channels;
    }

    /** Positions at which part of an output fiber may have something to merge, of r rows and s columns of its window. */
    private int operands(int r, int s, int channels) {
        if (factors.streamed()) {
            return 0;
        }
        if (hasFilters()) {
            return s == 0 ? 0 : r * channels;
        }
        if (layer.op() instanceof Normalisation normalisation) {
            int all = layer.outputShape().channels();
            long pairs = 0;
            for (int k = 0; k < all; k++) {
                pairs += normalisation.lastChannel(k, all) - normalisation.firstChannel(k, all) + 1;
            }
            return (int) Math.round(pairs * (double) channels / all);
        }
        return (layer.op() instanceof ElementwiseAdd ? 2 : r * s) * channels;
    }

    /** The layer. */
    public Layer layer() {
        return layer;
    }

    /** Front-end vectors, of all lanes. */
    public double vectors() {
        return vectors;
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

    /** Places of partial results that back ends read; 0 where partial results have none. */
    public double places() {
        return places;
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
        return mean == 0
                ? 0
                : StrictMath.sqrt((1 - inputDensity) / mean) * LARGEST.computeIfAbsent(sums, Binomial::largest);
    }
}
