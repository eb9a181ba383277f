package dev.isos.core.wavefront.mapping;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * The passes of a segment: one for a pipeline that fits as a whole, tiles of K of a layer that is alone, or tiles of rows of a
 * whole pipeline. A tile of rows is a pyramid: every layer makes its share of the rows and those which the layers behind it
 * need for theirs. So the halo is read again from off chip and, between layers of one pipeline, computed again.
 */
public final class SegmentPasses {
    private final SegmentTensors tensors;
    private final List<List<Pass>> passes = new ArrayList<>();

    /** One of {@code kTiles} and {@code rowTiles} is 1. */
    SegmentPasses(SegmentTensors tensors, int kTiles, int rowTiles) {
        this.tensors = tensors;
        for (int pass = 0; pass < kTiles * rowTiles; pass++) {
            passes.add(rowTiles > 1 ? rows(pass, rowTiles) : whole(pass, kTiles));
        }
    }

    /** The passes that the mapping of a segment states. */
    public static SegmentPasses of(SegmentTensors tensors, LayerFactors factors) {
        return new SegmentPasses(tensors, factors.kTiles(), factors.rowTiles());
    }

    private List<Pass> whole(int pass, int kTiles) {
        List<Pass> layers = new ArrayList<>();
        for (Layer layer : tensors.layers()) {
            int[] bounds = ChannelSplit.bounds(0, layer.outputShape().channels(), kTiles);
            layers.add(new Pass(
                    0, layer.inputShape().height(), 0, layer.outputShape().height(), bounds[pass], bounds[pass + 1]));
        }
        return layers;
    }

    private List<Pass> rows(int tile, int tiles) {
        int count = tensors.layers().size();
        Pass[] layers = new Pass[count];
        for (int i = count - 1; i >= 0; i--) {
            Layer layer = tensors.layers().get(i);
            int[] rows = {share(layer, tile, tiles), share(layer, tile + 1, tiles)};
            for (int reader = i + 1; reader < count; reader++) {
                read(reader, layers[reader], layer.index(), rows);
            }
            layers[i] = reading(layer, rows[0], rows[1]);
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

    private static Pass reading(Layer layer, int first, int end) {
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
        return new Pass(from, to, first, end, 0, layer.outputShape().channels());
    }

    /** The window of a layer that has one, or null. */
    static Window window(Layer layer) {
        if (layer.op() instanceof Convolution convolution) {
            return convolution.window();
        }
        return layer.op() instanceof Pooling pooling ? pooling.window() : null;
    }

    private static int share(Layer layer, int tile, int tiles) {
        return (int) ((long) layer.outputShape().height() * tile / tiles);
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
        return rowTiled()
                ? share(tensors.layers().get(i), pass, count())
                : pass(pass, i).firstOutput();
    }

    /** Output row after the last one that a pass stores. */
    public int endStored(int pass, int i) {
        return rowTiled()
                ? share(tensors.layers().get(i), pass + 1, count())
                : pass(pass, i).endOutput();
    }

    private boolean rowTiled() {
        for (int i = 0; i < tensors.layers().size(); i++) {
            if (pass(0, i).endOutput() < tensors.layers().get(i).outputShape().height()) {
                return true;
            }
        }
        return false;
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
