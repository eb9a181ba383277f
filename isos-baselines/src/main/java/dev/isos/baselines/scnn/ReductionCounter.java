package dev.isos.baselines.scnn;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Normalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;
import java.util.List;

/**
 * What a layer without products takes in the post-processing units: each processing element reads the operands in its tile of
 * the input, zero or not, once for each window that covers them. Partial results that neighbours need cost nothing.
 */
final class ReductionCounter {
    private static final int INPUT_PARTS = 8;

    private ReductionCounter() {}

    static LayerCounts count(Layer layer, ScnnGeometry geometry) {
        int channels = layer.outputShape().channels();
        int parts = Math.min(INPUT_PARTS, Math.min(channels, layer.inputShape().channels()));
        Tiling rows = new Tiling(layer.inputShape().height(), geometry.gridRows());
        Tiling columns = new Tiling(layer.inputShape().width(), geometry.gridColumns());
        long[][][] counts = new long[parts][geometry.pes()][];
        for (int pe = 0; pe < geometry.pes(); pe++) {
            int i = pe / geometry.gridColumns();
            int j = pe % geometry.gridColumns();
            long positions = positions(layer, rows.from(i), rows.to(i), columns.from(j), columns.to(j));
            for (int part = 0; part < parts && positions > 0; part++) {
                long ofPart = (part + 1L) * channels / parts - (long) part * channels / parts;
                long operands = positions * ofPart * operandsPerPosition(layer);
                if (operands > Integer.MAX_VALUE) {
                    throw IsosException.unsupported("layer " + layer.name() + " gives a processing element of scnn "
                            + operands + " operands, more than the model can count");
                }
                counts[part][pe] = new long[ScnnWork.OPERANDS + 1];
                counts[part][pe][ScnnWork.OPERANDS] = operands;
            }
        }
        return new LayerCounts(List.of(new GroupCounts(0, channels, 0, counts, 0, true)), parts, new int[0]);
    }

    private static long operandsPerPosition(Layer layer) {
        if (layer.op() instanceof Normalisation normalisation) {
            return Math.min(
                    normalisation.width(layer.inputShape().channels()),
                    layer.inputShape().channels());
        }
        return layer.inputs().size();
    }

    /** Positions of a tile of the input, each as often as a window reads it. */
    private static long positions(Layer layer, int fromRow, int toRow, int fromColumn, int toColumn) {
        if (!(layer.op() instanceof Pooling pooling)) {
            return (long) (toRow - fromRow) * (toColumn - fromColumn);
        }
        Window window = pooling.window();
        long rows = 0;
        for (int h = fromRow; h < toRow; h++) {
            for (int r = 0; r < window.rows(); r++) {
                rows += window.outputRow(h, r, layer.outputShape().height()) >= 0 ? 1 : 0;
            }
        }
        long columns = 0;
        for (int w = fromColumn; w < toColumn; w++) {
            for (int s = 0; s < window.columns(); s++) {
                columns += window.outputColumn(w, s, layer.outputShape().width()) >= 0 ? 1 : 0;
            }
        }
        return rows * columns;
    }
}
