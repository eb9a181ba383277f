package dev.isos.core.dataflow.isos;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.tensor.FibertreeFormat;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.workload.WorkloadDensities;
import java.util.ArrayList;
import java.util.List;

/**
 * The counts of a layer's work items as they are expected from densities: non-zeros strike every position of a tensor with
 * the same probability, independently. {@link IsOsWork} explains the counts.
 */
public final class ExpectedLayer {
    /**
     * Front-end items that are alike: those of one row and slice in all columns that meet as many kernel columns.
     *
     * @param row input row h
     * @param items how many, per slice
     * @param columns number of the {@link Wavefronts} they belong to
     * @param conflicts steps after the last dispatch until the banks have accumulated everything
     */
    public record Frontends(
            int row,
            long items,
            int columns,
            double chunks,
            double chunkVariance,
            double busiestBank,
            double bankVariance,
            double conflicts,
            double filterBytes) {}

    /** Wavefronts that are alike: input columns that meet as many kernel columns, over all K-tiles. */
    public record Wavefronts(long count, double distinctFilterBytes) {}

    /** Back-end items that are alike: those of one row and slice. */
    public record Backends(int row, long items, double merges, double mergeVariance, double postOps) {}

    private final Layer layer;
    private final LayerFactors factors;
    private final List<Frontends> frontends = new ArrayList<>();
    private final List<Wavefronts> wavefronts = new ArrayList<>();
    private final List<Backends> backends = new ArrayList<>();
    private double products;
    private double activations;
    private double filterBytes;
    private double merges;
    private long weightBytes;
    private long filterBufferBytes;

    ExpectedLayer(WorkloadDensities densities, Layer layer, LayerMapping mapping, Geometry geometry) {
        this.layer = layer;
        this.factors = LayerFactors.of(mapping);
        if (layer.op() instanceof Convolution convolution) {
            filters(densities, geometry);
            double inputDensity = inputDensity(densities);
            frontends(convolution.window(), densities.weightDensity(layer.index()), inputDensity, geometry);
            mergePartials(convolution.window(), densities.weightDensity(layer.index()) * inputDensity);
        } else {
            mergeOperands(densities);
        }
    }

    private double inputDensity(WorkloadDensities densities) {
        double nonZeros = 0;
        double elements = 0;
        for (int input : layer.inputs()) {
            nonZeros += densities.nonZeros(input);
            elements += densities.network().shapeOf(input).elements();
        }
        return nonZeros / elements;
    }

    private void filters(WorkloadDensities densities, Geometry geometry) {
        FilterShape shape = layer.filterShape();
        long fibers = (long) shape.fibers() * (shape.groups() == 1 ? factors.kTiles() : 1);
        int positions = shape.groups() == 1
                ? ChannelSplit.longest(shape.outputsPerGroup(), factors.kTiles())
                : shape.outputsPerGroup();
        long nonZeros = densities.weightNonZeros().get(layer.index());
        weightBytes =
                ExpectedTensor.smallest(fibers, positions, nonZeros, geometry.get(IsOsWork.OFF_CHIP_BITMASK) == 1);
        filterBufferBytes = ExpectedTensor.bytes(FibertreeFormat.COORDINATE, fibers, positions, nonZeros);
    }

    private void frontends(Window window, double weightDensity, double inputDensity, Geometry geometry) {
        FilterShape shape = layer.filterShape();
        int height = layer.inputShape().height();
        int width = layer.inputShape().width();
        KernelAxis rows = KernelAxis.rows(window, height, layer.outputShape().height());
        KernelAxis columns =
                KernelAxis.columns(window, width, layer.outputShape().width());
        int chunk = geometry.getInt(IsOsWork.WEIGHTS_PER_SLOT);
        double word = geometry.has(IsOsWork.FILTER_WORD_BYTES) ? geometry.get(IsOsWork.FILTER_WORD_BYTES) : 1;
        int slots = geometry.getInt(IsOsWork.SLOTS);
        int banks = geometry.getInt(IsOsWork.ACCUMULATOR_BANKS);
        double slice = shape.outputChannels() / (double) (factors.kTiles() * factors.kSplit());
        // channels whose outputs reach into a slice, and outputs of the slice that each of them meets
        double channels = shape.groups() == 1
                ? shape.inputChannels()
                : Math.max(1, slice / shape.outputsPerGroup()) * shape.channelsPerGroup();
        double outputs = Math.min(slice, shape.outputsPerGroup());
        for (int columnsMet = 0; columnsMet <= columns.size(); columnsMet++) {
            int count = 0;
            for (int w = 0; w < width; w++) {
                count += columns.legal(w) == columnsMet ? 1 : 0;
            }
            if (count == 0) {
                continue;
            }
            double distinct = 0;
            Frontends[] byRowsMet = new Frontends[rows.size() + 1];
            for (int h = 0; h < height; h++) {
                int met = rows.legal(h);
                if (byRowsMet[met] == null) {
                    int positions = columnsMet == 0 ? 0 : met * columnsMet;
                    byRowsMet[met] = frontend(
                            positions,
                            channels,
                            outputs,
                            slice,
                            weightDensity,
                            inputDensity,
                            chunk,
                            slots,
                            banks,
                            word);
                }
                Frontends alike = byRowsMet[met];
                frontends.add(new Frontends(
                        h,
                        (long) count * factors.kTiles(),
                        wavefronts.size(),
                        alike.chunks,
                        alike.chunkVariance,
                        alike.busiestBank,
                        alike.bankVariance,
                        alike.conflicts,
                        alike.filterBytes));
                filterBytes += alike.filterBytes * count * factors.kTiles() * factors.kSplit();
            }
            // a fiber row r of channel c is asked for when one of the input rows that meet it has an activation there
            for (int place = 0; place < rows.size(); place++) {
                int meeting = 0;
                for (int h = 0; h < height; h++) {
                    meeting += place >= rows.low[h] && place < rows.high[h] ? 1 : 0;
                }
                distinct += factors.kSplit()
                        * touchedBytes(
                                columnsMet * channels,
                                fiberBytes(outputs, weightDensity),
                                Expectations.any(meeting, inputDensity),
                                word);
            }
            wavefronts.add(new Wavefronts((long) count * factors.kTiles(), distinct));
        }
        long met = 0;
        long read = 0;
        for (int h = 0; h < height; h++) {
            for (int w = 0; w < width; w++) {
                int positions = rows.legal(h) * columns.legal(w);
                met += positions;
                read += positions > 0 ? 1 : 0;
            }
        }
        products = met * inputDensity * weightDensity * shape.inputChannels() * shape.outputsPerGroup();
        activations = read * inputDensity * channels * factors.kSplit() * factors.kTiles();
    }

    private static double fiberBytes(double outputs, double weightDensity) {
        return FibertreeFormat.LENGTH_BYTES + FibertreeFormat.ENTRY_BYTES * outputs * weightDensity;
    }

    /**
     * Bytes of the whole words that hold what is asked for of runs that lie side by side.
     *
     * @param runs number of runs
     * @param runBytes bytes of each
     * @param share probability that a run is asked for
     */
    private static double touchedBytes(double runs, double runBytes, double share, double wordBytes) {
        // a word overlaps one run and, on average, one more for every run's length that it is long
        return runs * runBytes * Expectations.any(1 + wordBytes / runBytes, share);
    }

    private Frontends frontend(
            int positions,
            double channels,
            double outputs,
            double slice,
            double weightDensity,
            double inputDensity,
            int chunk,
            int slots,
            int banks,
            double word) {
        if (positions == 0) {
            return new Frontends(0, 0, 0, 0, 0, 0, 0, 0, 0);
        }
        FilterShape shape = layer.filterShape();
        double weights = positions * outputs * weightDensity;
        double active = channels * inputDensity;
        double perActivation = Expectations.binomialCeiling(positions * outputs, weightDensity, chunk);
        double chunks = active * perActivation;
        // of a sum of a random number of terms
        double variance = active * (weights * (1 - weightDensity) / (chunk * chunk))
                + active * (1 - inputDensity) * perActivation * perActivation;
        if (shape.depthwise()) {
            double all = active * weights;
            variance = all * Math.max(0, 1 - weightDensity * inputDensity);
            chunks = Expectations.ceiling(all, variance, chunk);
            variance /= chunk * chunk;
        }
        double bank = busiestBank(positions, slice, banks, weightDensity, inputDensity);
        double fiber = fiberBytes(outputs, weightDensity);
        // all fibers of a channel and slice lie side by side
        double bytes = touchedBytes(channels, positions * fiber, inputDensity, word);
        double results = positions * slice / Math.min(banks, positions * slice);
        double inBank = results * shape.channelsPerGroup() * inputDensity * weightDensity;
        double bankVariance =
                Expectations.maximumVariance(inBank * (1 - weightDensity), Math.min(banks, positions * slice));
        double used = Math.min(banks, positions * slice);
        double conflicts = conflicts(active * weights / weightDensity / used, weightDensity, used, chunks / slots);
        return new Frontends(0, 0, 0, chunks, variance, bank, bankVariance, conflicts, bytes);
    }

    /**
     * Steps after the last dispatch until all banks are through: of the accumulations that the last m steps bring to a bank, m
     * are done in these steps; the most over all banks and over m that double.
     *
     * @param trials pairs of an activation and a position of a weight that may bring an accumulation to a bank
     */
    private static double conflicts(double trials, double weightDensity, double banks, double steps) {
        double most = 0;
        for (double last = 1; last < steps; last *= 2) {
            double busiest = Expectations.binomialMaximum(trials * last / steps, weightDensity, banks);
            most = Math.max(most, busiest - last);
        }
        return most;
    }

    /** Partial results of an item are spread evenly over the banks, some of which have one more than the others. */
    private double busiestBank(int positions, double slice, int banks, double weightDensity, double inputDensity) {
        double results = positions * slice;
        double most = StrictMath.ceil(results / banks);
        double having = results - (most - 1) * banks;
        double busiest = busiestBank(most, having, weightDensity, inputDensity);
        if (most > 1) {
            busiest = Math.max(busiest, busiestBank(most - 1, banks - having, weightDensity, inputDensity));
        }
        return busiest;
    }

    /** Of {@code banks} banks that have so many partial results each. */
    private double busiestBank(double results, double banks, double weightDensity, double inputDensity) {
        int channels = layer.filterShape().channelsPerGroup();
        if (channels == 1) {
            // an output gets all or nothing from its only input channel
            return Expectations.binomialMaximum(results, weightDensity, banks * Math.min(1, inputDensity * results));
        }
        return Expectations.binomialMaximum(results * channels * inputDensity, weightDensity, banks);
    }

    private void mergePartials(Window window, double productDensity) {
        int width = layer.inputShape().width();
        int height = layer.inputShape().height();
        int channels = layer.filterShape().channelsPerGroup();
        double slice = layer.outputShape().channels() / (double) (factors.kTiles() * factors.outputSplit());
        double perRow = 0;
        for (int q = 0; q < layer.outputShape().width(); q++) {
            int met = 0;
            for (int s = 0; s < window.columns(); s++) {
                int w = window.inputColumn(q, s);
                met += w >= 0 && w < width ? 1 : 0;
            }
            perRow += Expectations.any((double) met * channels, productDensity);
        }
        double occupied = perRow / layer.outputShape().width();
        for (int p = 0; p < layer.outputShape().height(); p++) {
            int met = 0;
            for (int r = 0; r < window.rows(); r++) {
                int h = window.inputRow(p, r);
                met += h >= 0 && h < height ? 1 : 0;
            }
            backend(p, met * occupied * slice, met * occupied * (1 - occupied) * slice, slice);
        }
    }

    private void mergeOperands(WorkloadDensities densities) {
        double slice = layer.outputShape().channels() / (double) (factors.kTiles() * factors.outputSplit());
        double density = inputDensity(densities);
        int height = layer.inputShape().height();
        int width = layer.inputShape().width();
        for (int p = 0; p < layer.outputShape().height(); p++) {
            double operands =
                    layer.op() instanceof ElementwiseAdd ? layer.inputs().size() : 1;
            if (layer.op() instanceof Pooling pooling) {
                Window window = pooling.window();
                int rowsMet = 0;
                for (int r = 0; r < window.rows(); r++) {
                    int h = window.inputRow(p, r);
                    rowsMet += h >= 0 && h < height ? 1 : 0;
                }
                long columnsMet = 0;
                for (int q = 0; q < layer.outputShape().width(); q++) {
                    for (int s = 0; s < window.columns(); s++) {
                        int w = window.inputColumn(q, s);
                        columnsMet += w >= 0 && w < width ? 1 : 0;
                    }
                }
                operands = rowsMet * (columnsMet / (double) layer.outputShape().width());
            }
            if (layer.op() instanceof LocalResponseNormalisation normalisation) {
                operands = 0;
                int channels = layer.outputShape().channels();
                for (int k = 0; k < channels; k++) {
                    operands +=
                            (normalisation.lastChannel(k, channels) - normalisation.firstChannel(k) + 1.0) / channels;
                }
            }
            backend(p, operands * density * slice, operands * density * (1 - density) * slice, slice);
        }
    }

    private void backend(int p, double each, double variance, double slice) {
        long items = (long) layer.outputShape().width() * factors.kTiles();
        backends.add(new Backends(p, items, each, variance, slice));
        merges += each * items * factors.outputSplit();
    }

    public Layer layer() {
        return layer;
    }

    /** Front-end items by row; empty for layers without filters. */
    public List<Frontends> frontends() {
        return frontends;
    }

    public List<Wavefronts> wavefronts() {
        return wavefronts;
    }

    /** Back-end items by row. */
    public List<Backends> backends() {
        return backends;
    }

    public int kTiles() {
        return factors.kTiles();
    }

    /** Front-end items of a row and column: K-slices. */
    public int kSplit() {
        return factors.kSplit();
    }

    /** Back-end items of a row and column: K-slices. */
    public int outputSplit() {
        return factors.outputSplit();
    }

    public double products() {
        return products;
    }

    public double activations() {
        return activations;
    }

    /** Filter bytes that all items ask for. */
    public double filterBytes() {
        return filterBytes;
    }

    public double merges() {
        return merges;
    }

    /** Off-chip bytes of the weights of all K-tiles. */
    public long weightBytes() {
        return weightBytes;
    }

    /** Bytes that the filters of all K-tiles take in the filter buffer. */
    public long filterBufferBytes() {
        return filterBufferBytes;
    }
}
