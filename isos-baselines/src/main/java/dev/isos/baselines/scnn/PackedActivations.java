package dev.isos.baselines.scnn;

import dev.isos.api.network.Layer;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.Arrays;

/** The compressed activations of one band of a layer's input: a list for each processing element, channel and phase. */
final class PackedActivations {
    private final ScnnGeometry geometry;
    private final LayerTiling tiling;
    private final ActivationTensor input;
    private final FeatureMapShape in;

    private final int[] starts;
    private final int[] nonZeros;
    private int[] offsets = new int[0];
    private short[] values = new short[0];

    PackedActivations(Layer layer, ScnnGeometry geometry, LayerTiling tiling, ActivationTensor input) {
        this.geometry = geometry;
        this.tiling = tiling;
        this.input = input;
        this.in = layer.inputShape();
        int lists = geometry.pes() * in.channels() * tiling.phases;
        this.starts = new int[lists + 1];
        this.nonZeros = new int[lists];
    }

    /** Compresses the activations of a band. */
    void pack(int band) {
        int at = 0;
        int list = 0;
        for (int pe = 0; pe < geometry.pes(); pe++) {
            int tile = Math.max(0, tiling.endRow(band, pe) - tiling.firstRow(band, pe))
                    * Math.max(0, tiling.endColumn(band, pe) - tiling.firstColumn(band, pe));
            for (int c = 0; c < in.channels(); c++) {
                if (values.length < at + tile) {
                    int length = Math.max(at + tile, 2 * values.length);
                    values = Arrays.copyOf(values, length);
                    offsets = Arrays.copyOf(offsets, length);
                }
                for (int phase = 0; phase < tiling.phases; phase++) {
                    starts[list] = at;
                    nonZeros[list] = 0;
                    if (tiling.owns(pe, c)) {
                        at = pack(band, pe, c, phase, at, list);
                    }
                    list++;
                }
            }
        }
        starts[list] = at;
    }

    private int pack(int band, int pe, int c, int phase, int from, int list) {
        int h0 = tiling.firstRow(band, pe);
        int h1 = tiling.endRow(band, pe);
        int w0 = tiling.firstColumn(band, pe);
        int w1 = tiling.endColumn(band, pe);
        int y0 = tiling.reducedRow(h0);
        int x0 = tiling.reducedColumn(w0);
        byte[] stored = input.values();
        int at = from;
        int zeros = 0;
        for (int w = w0; w < w1; w++) {
            for (int h = h0; h < h1; h++) {
                if (tiling.phases > 1 && tiling.phase(h, w) != phase) {
                    continue;
                }
                byte value = stored[(w * in.height() + h) * in.channels() + c];
                if (value == 0) {
                    zeros++;
                    continue;
                }
                for (int i = geometry.placeholders(zeros); i > 0; i--) {
                    offsets[at] = 0;
                    values[at++] = 0;
                }
                zeros = 0;
                offsets[at] = (tiling.reducedColumn(w) - x0) * tiling.spanRows + tiling.reducedRow(h) - y0;
                values[at++] = (short) ActivationTensor.decode(value, input.signed());
                nonZeros[list]++;
            }
        }
        return at;
    }

    /** The list of an element's activations in a channel and phase; its entries are {@code starts()[list] .. starts()[list + 1]}. */
    int list(int pe, int c, int phase) {
        return (pe * in.channels() + c) * tiling.phases + phase;
    }

    int[] starts() {
        return starts;
    }

    /** Non-zero entries of each list. */
    int[] nonZeros() {
        return nonZeros;
    }

    /** Of each entry, its place in the accumulators of the element's tile. */
    int[] offsets() {
        return offsets;
    }

    /** Of each entry, its value; 0 for a placeholder. */
    short[] values() {
        return values;
    }
}
