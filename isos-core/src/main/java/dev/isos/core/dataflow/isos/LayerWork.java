package dev.isos.core.dataflow.isos;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.tensor.ActivationTensor;
import java.util.Arrays;

/**
 * What executing one layer gave: its output and the exact counts of all its items. Front-end counts are at
 * {@code ((tile * W + w) * H + h) * kSplit + slice}, back-end counts at {@code ((tile * Q + q) * P + p) * outputSplit +
 * slice}. Independent of the segment that the layer is in.
 */
final class LayerWork {
    final LayerFactors factors;
    final ActivationTensor output;
    final int[] products;
    final int[] chunks;
    final int[] busiestBank;
    final int[] dispatchSteps;
    final int[] activations;
    final int[] filterBytes;

    /** At {@code tile * W + w}. */
    final int[] wavefrontFilterBytes;

    /** Ranges of filter words, see {@link dev.isos.api.dataflow.WorkItem#reads()}: of each item from .. to. */
    int[] reads = new int[64];

    final int[] readsFrom;
    final int[] readsTo;
    private int readCount;

    /** What the front ends of each K-tile go by. */
    final FrontendTables[] tables;

    final int[] merges;

    /** On-chip bytes of each part of an output fiber. */
    final int[] held;

    LayerWork(Layer layer, LayerFactors factors, ActivationTensor output) {
        this.factors = factors;
        this.output = output;
        boolean filters = layer.op() instanceof Convolution;
        int frontends = filters ? factors.kTiles() * layer.inputShape().fibers() * factors.kSplit() : 0;
        products = new int[frontends];
        chunks = new int[frontends];
        busiestBank = new int[frontends];
        dispatchSteps = new int[frontends];
        activations = new int[frontends];
        filterBytes = new int[frontends];
        readsFrom = new int[frontends];
        readsTo = new int[frontends];
        wavefrontFilterBytes =
                new int[filters ? factors.kTiles() * layer.inputShape().width() : 0];
        tables = new FrontendTables[filters ? factors.kTiles() : 0];
        int backends = factors.kTiles() * layer.outputShape().fibers() * factors.outputSplit();
        merges = new int[backends];
        held = new int[backends];
    }

    /** The ranges added from now on belong to an item. */
    void beginReads(int item) {
        readsFrom[item] = readCount;
        readsTo[item] = readCount;
    }

    /** Adds a range of filter words; joins it with the item's last one where it goes on there. */
    void read(int item, int first, int end) {
        if (readCount > readsFrom[item] && first >= reads[readCount - 2] && first <= reads[readCount - 1]) {
            reads[readCount - 1] = Math.max(reads[readCount - 1], end);
            return;
        }
        if (readCount == reads.length) {
            reads = Arrays.copyOf(reads, 2 * readCount);
        }
        reads[readCount++] = first;
        reads[readCount++] = end;
        readsTo[item] = readCount;
    }

    /** There will be no more ranges. */
    void endReads() {
        reads = Arrays.copyOf(reads, readCount);
    }
}
