package dev.isos.core.wavefront.mapping;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;
import dev.isos.core.wavefront.mapping.SegmentTensors.Operand;
import java.util.ArrayList;
import java.util.List;

/**
 * The passes of a segment: one for a pipeline that fits as a whole, tiles of rows of a whole pipeline, or tiles of K of a layer
 * that is alone, each of them in tiles of rows on a small machine. A tile of rows is a pyramid: every layer makes its share of
 * the rows and those which the layers behind it need for theirs. So the halo is read again from off chip and, between layers
 * of one pipeline, computed again.
 */
public final class SegmentPasses {
    private final SegmentTensors tensors;
    private final int rowTiles;
    private final List<List<Pass>> passes = new ArrayList<>();

    SegmentPasses(SegmentTensors tensors, int kTiles, int rowTiles) {
        this.tensors = tensors;
        this.rowTiles = rowTiles;
        for (int kTile = 0; kTile < kTiles; kTile++) {
            for (int rowTile = 0; rowTile < rowTiles; rowTile++) {
                passes.add(rowTiles > 1 ? rows(rowTile, kTile, kTiles) : whole(kTile, kTiles));
            }
        }
    }

    /** The passes that the mapping of a segment states. */
    public static SegmentPasses of(SegmentTensors tensors, LayerFactors factors) {
        return new SegmentPasses(tensors, factors.kTiles(), factors.rowTiles());
    }

    private List<Pass> whole(int kTile, int kTiles) {
        List<Pass> layers = new ArrayList<>();
        for (Layer layer : tensors.layers()) {
            int channels = layer.outputShape().channels();
            layers.add(new Pass(
                    0,
                    layer.inputShape().height(),
                    0,
                    layer.outputShape().height(),
                    ChannelSplit.bound(0, channels, kTiles, kTile),
                    ChannelSplit.bound(0, channels, kTiles, kTile + 1)));
        }
        return layers;
    }

    private List<Pass> rows(int rowTile, int kTile, int kTiles) {
        int count = tensors.layers().size();
        Pass[] layers = new Pass[count];
        for (int i = count - 1; i >= 0; i--) {
            Layer layer = tensors.layers().get(i);
            int[] rows = {share(layer, rowTile), share(layer, rowTile + 1)};
            for (int reader = i + 1; reader < count; reader++) {
                read(reader, layers[reader], layer.index(), rows);
            }
            int channels = layer.outputShape().channels();
            layers[i] = reading(
                    layer,
                    rows[0],
                    rows[1],
                    ChannelSplit.bound(0, channels, kTiles, kTile),
                    ChannelSplit.bound(0, channels, kTiles, kTile + 1));
        }
        return List.of(layers);
    }

    /** Widens a range of rows of a tensor by those that a pass of a layer reads. */
    private void read(int reader, Pass pass, int tensor, int[] rows) {
        if (tensors.readsThroughWindow(reader, tensor)) {
            widen(rows, pass.firstInput(), pass.endInput());
        }
        if (tensors.readsAligned(reader, tensor)) {
            widen(rows, pass.firstOutput(), pass.endOutput());
        }
    }

    private static void widen(int[] rows, int first, int end) {
        if (first < end) {
            boolean empty = rows[0] == rows[1];
            rows[0] = empty ? first : Math.min(rows[0], first);
            rows[1] = empty ? end : Math.max(rows[1], end);
        }
    }

    private static Pass reading(Layer layer, int first, int end, int firstChannel, int endChannel) {
        int from = first;
        int to = end;
        Window window = window(layer);
        if (window != null) {
            // windows that lie in the padding altogether, and a share without rows, read nothing
            int height = layer.inputShape().height();
            from = Math.max(0, Math.min(window.inputRow(first, 0), height));
            int last = first == end ? from : window.inputRow(end - 1, window.rows() - 1) + 1;
            to = Math.max(from, Math.min(last, height));
        }
        return new Pass(from, to, first, end, firstChannel, endChannel);
    }

    /** The window of a layer that has one, or null. */
    static Window window(Layer layer) {
        if (layer.op() instanceof Convolution convolution) {
            return convolution.window();
        }
        return layer.op() instanceof Pooling pooling ? pooling.window() : null;
    }

    private int share(Layer layer, int rowTile) {
        return (int) ((long) layer.outputShape().height() * rowTile / rowTiles);
    }

    /** Number of passes. */
    public int count() {
        return passes.size();
    }

    /** What a pass does of the i-th layer of {@link SegmentTensors#layers()}. */
    public Pass pass(int pass, int i) {
        return passes.get(pass).get(i);
    }

    /** All passes of the i-th layer. */
    public List<Pass> ofLayer(int i) {
        return passes.stream().map(layers -> layers.get(i)).toList();
    }

    /** First output row of the i-th layer that a pass stores: each row is stored once, however many passes make it. */
    public int firstStored(int pass, int i) {
        return share(tensors.layers().get(i), pass % rowTiles);
    }

    /** Output row after the last one that a pass stores. */
    public int endStored(int pass, int i) {
        return share(tensors.layers().get(i), pass % rowTiles + 1);
    }

    /** Tile of K that a pass is for. */
    public int kTile(int pass) {
        return pass / rowTiles;
    }

    /** First pass of a tile of K. */
    public int firstPass(int kTile) {
        return kTile * rowTiles;
    }

    /**
     * Channels of an entering tensor that a pass loads, {@code [first, end]}: all, or in tiles of K those from the first to the
     * last that the tile needs of an operand {@linkplain SegmentTensors#readByChannel read by channel}; none where it needs none.
     */
    public int[] channels(int pass, int tensor) {
        int channels = tensors.shape(tensor).channels();
        if (passes.size() == rowTiles || !tensors.readByChannel(tensor)) {
            return new int[] {0, channels};
        }
        int reader = tensors.firstReader(tensor);
        Pass mine = pass(pass, reader);
        int[] range = new int[2];
        if (mine.firstChannel() == mine.endChannel()) {
            return range;
        }
        Layer layer = tensors.layers().get(reader);
        int from = layer.firstInputChannel(mine.firstChannel(), mine.endChannel());
        int to = layer.endInputChannel(mine.firstChannel(), mine.endChannel());
        List<Operand> operands =
                tensors.readsThroughWindow(reader, tensor) ? tensors.windowed(reader) : tensors.aligned(reader);
        for (Operand operand : operands) {
            if (operand.tensor() == tensor) {
                widen(
                        range,
                        Math.max(0, from - operand.firstChannel()),
                        Math.min(channels, to - operand.firstChannel()));
            }
        }
        return range;
    }

    /** First row of a tensor that a pass has on chip. */
    public int firstRow(int pass, int tensor) {
        return rowsOf(pass, tensor)[0];
    }

    /** Row after the last one of a tensor that a pass has on chip. */
    public int endRow(int pass, int tensor) {
        return rowsOf(pass, tensor)[1];
    }

    private int[] rowsOf(int pass, int tensor) {
        int[] rows = new int[2];
        for (int i = 0; i < tensors.layers().size(); i++) {
            if (tensors.layers().get(i).index() == tensor) {
                return new int[] {pass(pass, i).firstOutput(), pass(pass, i).endOutput()};
            }
            read(i, pass(pass, i), tensor, rows);
        }
        return rows;
    }
}
