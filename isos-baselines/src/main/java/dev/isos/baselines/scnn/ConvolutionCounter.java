package dev.isos.baselines.scnn;

import dev.isos.api.network.Layer;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.baselines.scnn.bank.BankModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Computes a convolution as SCNN does, processing element by processing element, and counts on the way. */
final class ConvolutionCounter {
    /** Inputs that come from off chip arrive in so many parts, so that the first products need not wait for all of them. */
    private static final int INPUT_PARTS = 8;

    private final ScnnGeometry geometry;
    private final LayerTiling tiling;
    private final PackedActivations activations;
    private final PackedWeights weights;
    private final FeatureMapShape in;
    private final FeatureMapShape out;
    private final int[] sums;
    private final CartesianUnit unit;

    ConvolutionCounter(
            Layer layer, ScnnGeometry geometry, BankModel banks, ActivationTensor input, FilterTensor filters) {
        this.geometry = geometry;
        this.tiling = new LayerTiling(layer, geometry);
        this.activations = new PackedActivations(layer, geometry, tiling, input);
        this.weights = new PackedWeights(geometry, tiling, filters);
        this.in = layer.inputShape();
        this.out = layer.outputShape();
        this.sums = new int[out.elements()];
        this.unit = new CartesianUnit(banks, geometry.accumulators());
    }

    LayerCounts run() {
        List<GroupCounts> counts = new ArrayList<>();
        int inputParts = Math.min(INPUT_PARTS, in.channels());
        for (int band = 0; band < tiling.bands(); band++) {
            activations.pack(band);
            weights.rewind();
            for (int group = 0; group < tiling.groups; group++) {
                int from = group * tiling.groupSize;
                int to = Math.min(out.channels(), from + tiling.groupSize);
                long weightEntries = weights.pack(from, to);
                int parts = group == 0 ? inputParts : 1;
                long[][][] ofParts = new long[parts][geometry.pes()][];
                int drained = 0;
                for (int pe = 0; pe < geometry.pes(); pe++) {
                    if (tiling.firstRow(band, pe) < tiling.endRow(band, pe)
                            && tiling.firstColumn(band, pe) < tiling.endColumn(band, pe)) {
                        multiply(pe, parts, ofParts);
                        drained = Math.max(drained, drain(band, pe, from, to, ofParts));
                    }
                }
                counts.add(new GroupCounts(
                        from, to, geometry.bytes(weightEntries), ofParts, drained, band == tiling.bands() - 1));
            }
        }
        return new LayerCounts(counts, inputParts, sums);
    }

    /** All products of a processing element for the group. */
    private void multiply(int pe, int parts, long[][][] ofParts) {
        unit.begin();
        long bankTime = 0;
        for (int part = 0; part < parts; part++) {
            long[] counts = new long[ScnnWork.HALO_SUMS + 1];
            int from = parts == 1 ? weights.firstChannel() : Math.max(weights.firstChannel(), firstOfPart(part, parts));
            int to = parts == 1 ? weights.endChannel() : Math.min(weights.endChannel(), firstOfPart(part + 1, parts));
            for (int c = from; c < to; c++) {
                for (int phase = 0; phase < tiling.phases; phase++) {
                    multiply(activations.list(pe, c, phase), weights.list(c, phase), counts);
                }
            }
            long now = unit.bankTime(part == parts - 1);
            counts[ScnnWork.BANK_TIME] = now - bankTime;
            bankTime = now;
            ofParts[part][pe] = counts;
        }
    }

    private int firstOfPart(int part, int parts) {
        return (int) ((long) part * in.channels() / parts);
    }

    private void multiply(int activationList, int weightList, long[] counts) {
        int a0 = activations.starts()[activationList];
        int a1 = activations.starts()[activationList + 1];
        int w0 = weights.starts()[weightList];
        int w1 = weights.starts()[weightList + 1];
        if (a0 == a1 || w0 == w1) {
            return;
        }
        unit.multiply(activations.offsets(), activations.values(), a0, a1, weights.offsets(), weights.values(), w0, w1);
        counts[ScnnWork.PRODUCTS] += (long) activations.nonZeros()[activationList] * weights.nonZeros()[weightList];
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
