package dev.isos.baselines.scnn;

import dev.isos.api.network.Layer;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Computes a convolution as SCNN does, processing element by processing element, and counts on the way. */
final class ConvolutionCounter {
    /** Inputs that come from off chip arrive in so many parts, so that the first products need not wait for all of them. */
    private static final int INPUT_PARTS = 8;

    private final ScnnGeometry geometry;
    private final LayerTiling tiling;
    private final ActivationTensor input;
    private final FilterTensor filters;
    private final byte[] denseFilters;
    private final FeatureMapShape in;
    private final FeatureMapShape out;
    private final int channelsPerGroup;
    private final int outputsPerGroup;
    private final int kernel;
    private final int[] sums;
    private final CartesianUnit unit;

    // activations of the current band, by processing element, channel and phase
    private final int[] activationStarts;
    private int[] activationOffsets = new int[0];
    private short[] activations = new short[0];

    // weights of the current group, by channel (from the group's first one on) and phase
    private final int[] weightStarts;
    private int[] weightOffsets = new int[0];
    private byte[] weights = new byte[0];
    private short[] weightKernels = new short[0];
    private int firstChannel;
    private int endChannel;

    // of a processing element: for each channel and kernel position, activations whose products land on the map
    private final int[] landing;

    ConvolutionCounter(Layer layer, ScnnGeometry geometry, ActivationTensor input, FilterTensor filters) {
        this.geometry = geometry;
        this.tiling = new LayerTiling(layer, geometry);
        this.input = input;
        this.filters = filters;
        this.denseFilters = filters.toDense();
        this.in = layer.inputShape();
        this.out = layer.outputShape();
        this.channelsPerGroup = filters.shape().channelsPerGroup();
        this.outputsPerGroup = filters.shape().outputsPerGroup();
        this.kernel = filters.shape().rows() * filters.shape().columns();
        this.sums = new int[out.elements()];
        this.unit = new CartesianUnit(geometry);
        this.activationStarts = new int[geometry.pes() * in.channels() * tiling.phases + 1];
        this.weightStarts = new int[in.channels() * tiling.phases + 1];
        this.landing = new int[in.channels() * kernel];
    }

    LayerCounts run() {
        List<GroupCounts> counts = new ArrayList<>();
        int inputParts = Math.min(INPUT_PARTS, in.channels());
        int[][] landings = new int[geometry.pes()][];
        for (int band = 0; band < tiling.bands(); band++) {
            packActivations(band);
            for (int pe = 0; pe < geometry.pes(); pe++) {
                landings[pe] = hasActivations(pe) && reachesOutside(band, pe) ? landing(band, pe) : null;
            }
            for (int group = 0; group < tiling.groups; group++) {
                int from = group * tiling.groupSize;
                int to = Math.min(out.channels(), from + tiling.groupSize);
                long weightEntries = packWeights(from, to);
                int parts = group == 0 ? inputParts : 1;
                long[][][] ofParts = new long[parts][geometry.pes()][];
                int drained = 0;
                for (int pe = 0; pe < geometry.pes(); pe++) {
                    if (tiling.firstRow(band, pe) < tiling.endRow(band, pe)
                            && tiling.firstColumn(band, pe) < tiling.endColumn(band, pe)) {
                        multiply(pe, parts, ofParts, landings[pe]);
                        drained = Math.max(drained, drain(band, pe, from, to, ofParts));
                    }
                }
                counts.add(new GroupCounts(
                        from, to, geometry.bytes(weightEntries), ofParts, drained, band == tiling.bands() - 1));
            }
        }
        return new LayerCounts(counts, inputParts, sums);
    }

    private boolean hasActivations(int pe) {
        int perPe = in.channels() * tiling.phases;
        return activationStarts[pe * perPe] < activationStarts[(pe + 1) * perPe];
    }

    private void packActivations(int band) {
        int at = 0;
        int list = 0;
        byte[] values = input.values();
        for (int pe = 0; pe < geometry.pes(); pe++) {
            int h0 = tiling.firstRow(band, pe);
            int h1 = tiling.endRow(band, pe);
            int w0 = tiling.firstColumn(band, pe);
            int w1 = tiling.endColumn(band, pe);
            int tile = Math.max(0, h1 - h0) * Math.max(0, w1 - w0);
            int y0 = tiling.reducedRow(h0);
            int x0 = tiling.reducedColumn(w0);
            for (int c = 0; c < in.channels(); c++) {
                if (activations.length < at + tile) {
                    int length = Math.max(at + tile, 2 * activations.length);
                    activations = Arrays.copyOf(activations, length);
                    activationOffsets = Arrays.copyOf(activationOffsets, length);
                }
                for (int phase = 0; phase < tiling.phases; phase++) {
                    activationStarts[list++] = at;
                    if (!tiling.owns(pe, c)) {
                        continue;
                    }
                    int zeros = 0;
                    for (int w = w0; w < w1; w++) {
                        for (int h = h0; h < h1; h++) {
                            if (tiling.phases > 1 && tiling.phase(h, w) != phase) {
                                continue;
                            }
                            byte value = values[(w * in.height() + h) * in.channels() + c];
                            if (value == 0) {
                                zeros++;
                                continue;
                            }
                            for (int i = geometry.placeholders(zeros); i > 0; i--) {
                                activations[at++] = 0;
                            }
                            zeros = 0;
                            activationOffsets[at] =
                                    (tiling.reducedColumn(w) - x0) * tiling.spanRows + tiling.reducedRow(h) - y0;
                            activations[at++] = (short) ActivationTensor.decode(value, input.signed());
                        }
                    }
                }
            }
        }
        activationStarts[list] = at;
    }

    /** Compresses the weights of a group of output channels; gives the number of entries. */
    private long packWeights(int fromOutput, int toOutput) {
        firstChannel = fromOutput / outputsPerGroup * channelsPerGroup;
        endChannel = ((toOutput - 1) / outputsPerGroup + 1) * channelsPerGroup;
        int at = 0;
        int list = 0;
        int columns = filters.shape().columns();
        for (int c = firstChannel; c < endChannel; c++) {
            int groupOfChannel = c / channelsPerGroup;
            int k0 = Math.max(fromOutput, groupOfChannel * outputsPerGroup);
            int k1 = Math.min(toOutput, (groupOfChannel + 1) * outputsPerGroup);
            if (weights.length < at + (k1 - k0) * kernel) {
                int length = Math.max(at + (k1 - k0) * kernel, 2 * weights.length);
                weights = Arrays.copyOf(weights, length);
                weightOffsets = Arrays.copyOf(weightOffsets, length);
                weightKernels = Arrays.copyOf(weightKernels, length);
            }
            for (int phase = 0; phase < tiling.phases; phase++) {
                weightStarts[list++] = at;
                int zeros = 0;
                for (int k = k0; k < k1; k++) {
                    int from = (k * channelsPerGroup + c - groupOfChannel * channelsPerGroup) * kernel;
                    for (int position = 0; position < kernel; position++) {
                        int r = position / columns;
                        int s = position % columns;
                        if (tiling.phases > 1 && tiling.kernelPhase(r, s) != phase) {
                            continue;
                        }
                        byte weight = denseFilters[from + position];
                        if (weight == 0) {
                            zeros++;
                            continue;
                        }
                        for (int i = geometry.placeholders(zeros); i > 0; i--) {
                            weights[at++] = 0;
                        }
                        zeros = 0;
                        weightOffsets[at] = ((k - fromOutput) * tiling.spanColumns
                                                + tiling.reachColumns
                                                - tiling.reducedKernelColumn(s))
                                        * tiling.spanRows
                                + tiling.reachRows
                                - tiling.reducedKernelRow(r);
                        weightKernels[at] = (short) position;
                        weights[at++] = weight;
                    }
                }
            }
        }
        weightStarts[list] = at;
        return at;
    }

    /** Whether some accumulators of a processing element stand for outputs that there are not. */
    private boolean reachesOutside(int band, int pe) {
        int p0 = tiling.reducedRow(tiling.firstRow(band, pe)) - tiling.reachRows;
        int p1 = tiling.reducedRow(tiling.endRow(band, pe) - 1);
        int q0 = tiling.reducedColumn(tiling.firstColumn(band, pe)) - tiling.reachColumns;
        int q1 = tiling.reducedColumn(tiling.endColumn(band, pe) - 1);
        return p0 < 0 || p1 >= out.height() || q0 < 0 || q1 >= out.width();
    }

    private int[] landing(int band, int pe) {
        int columns = filters.shape().columns();
        Arrays.fill(landing, 0);
        int y0 = tiling.reducedRow(tiling.firstRow(band, pe));
        int x0 = tiling.reducedColumn(tiling.firstColumn(band, pe));
        for (int position = 0; position < kernel; position++) {
            int r = tiling.reducedKernelRow(position / columns);
            int s = tiling.reducedKernelColumn(position % columns);
            int phase = tiling.kernelPhase(position / columns, position % columns);
            for (int c = 0; c < in.channels(); c++) {
                int list = (pe * in.channels() + c) * tiling.phases + phase;
                for (int i = activationStarts[list]; i < activationStarts[list + 1]; i++) {
                    int p = y0 + activationOffsets[i] % tiling.spanRows - r;
                    int q = x0 + activationOffsets[i] / tiling.spanRows - s;
                    boolean lands = activations[i] != 0 && p >= 0 && p < out.height() && q >= 0 && q < out.width();
                    landing[c * kernel + position] += lands ? 1 : 0;
                }
            }
        }
        return landing.clone();
    }

    /** All products of a processing element for the group. */
    private void multiply(int pe, int parts, long[][][] ofParts, int[] landingOfPe) {
        unit.begin();
        long cycles = 0;
        long pairs = 0;
        for (int part = 0; part < parts; part++) {
            long[] counts = new long[ScnnWork.HALO_SUMS + 1];
            int from = parts == 1 ? firstChannel : Math.max(firstChannel, firstOfPart(part, parts));
            int to = parts == 1 ? endChannel : Math.min(endChannel, firstOfPart(part + 1, parts));
            for (int c = from; c < to; c++) {
                for (int phase = 0; phase < tiling.phases; phase++) {
                    multiply(pe, c, phase, landingOfPe, counts);
                }
            }
            boolean last = part == parts - 1;
            long now = last ? unit.cyclesUntilEmpty() : unit.cycles();
            counts[ScnnWork.ARRAY_CYCLES] = now - cycles;
            counts[ScnnWork.VECTOR_PAIRS] = unit.vectorPairs() - pairs;
            cycles = now;
            pairs = unit.vectorPairs();
            ofParts[part][pe] = counts;
        }
    }

    private int firstOfPart(int part, int parts) {
        return (int) ((long) part * in.channels() / parts);
    }

    private void multiply(int pe, int c, int phase, int[] landingOfPe, long[] counts) {
        int list = (pe * in.channels() + c) * tiling.phases + phase;
        int a0 = activationStarts[list];
        int a1 = activationStarts[list + 1];
        int w0 = weightStarts[(c - firstChannel) * tiling.phases + phase];
        int w1 = weightStarts[(c - firstChannel) * tiling.phases + phase + 1];
        if (a0 == a1 || w0 == w1) {
            return;
        }
        unit.multiply(activationOffsets, activations, a0, a1, weightOffsets, weights, w0, w1);
        int nonZeros = 0;
        for (int i = a0; i < a1; i++) {
            nonZeros += activations[i] != 0 ? 1 : 0;
        }
        for (int i = w0; i < w1; i++) {
            if (weights[i] != 0) {
                counts[ScnnWork.PRODUCTS] += nonZeros;
                counts[ScnnWork.DISCARDED] +=
                        landingOfPe == null ? 0 : nonZeros - landingOfPe[c * kernel + weightKernels[i]];
            }
        }
        counts[ScnnWork.ACTIVATIONS_READ] += a1 - a0;
        counts[ScnnWork.WEIGHTS_READ] += (long) ScnnGeometry.ceilDiv(a1 - a0, geometry.activationVector()) * (w1 - w0);
    }

    /**
     * Adds a processing element's sums to those of the layer and clears them. Of the sums on the map it keeps as many rows and
     * columns as its tile has, or its share of them where elements own channels; the others go to neighbours. Gives the number of
     * both.
     */
    private int drain(int band, int pe, int from, int to, long[][][] ofParts) {
        int p0 = tiling.reducedRow(tiling.firstRow(band, pe)) - tiling.reachRows;
        int q0 = tiling.reducedColumn(tiling.firstColumn(band, pe)) - tiling.reachColumns;
        int tileRows = tiling.reducedRow(tiling.endRow(band, pe) - 1) - p0 - tiling.reachRows + 1;
        int tileColumns = tiling.reducedColumn(tiling.endColumn(band, pe) - 1) - q0 - tiling.reachColumns + 1;
        int firstY = Math.max(0, -p0);
        int endY = Math.min(tileRows + tiling.reachRows, out.height() - p0);
        int firstX = Math.max(0, -q0);
        int endX = Math.min(tileColumns + tiling.reachColumns, out.width() - q0);
        int[] local = unit.sums();
        for (int x = firstX; x < endX; x++) {
            for (int y = firstY; y < endY; y++) {
                int at = ((q0 + x) * out.height() + p0 + y) * out.channels() + from;
                int address = x * tiling.spanRows + y;
                for (int k = from; k < to; k++, at++, address += tiling.accumulatorsPerChannel()) {
                    sums[at] += local[address];
                }
            }
        }
        Arrays.fill(local, 0, (to - from) * tiling.accumulatorsPerChannel(), 0);
        int rows = Math.max(0, endY - firstY);
        int columns = Math.max(0, endX - firstX);
        int onMap = rows * columns * (to - from);
        int own = tiling.tilesOfChannels
                ? ScnnGeometry.ceilDiv(onMap, geometry.pes())
                : Math.min(rows, tileRows) * Math.min(columns, tileColumns) * (to - from);
        ofParts[ofParts.length - 1][pe][ScnnWork.HALO_SUMS] += onMap - own;
        return onMap;
    }
}
