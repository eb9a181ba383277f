package dev.isos.core.wavefront.mapping;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;
import dev.isos.core.wavefront.mapping.SegmentTensors.Operand;
import java.util.List;

/**
 * The order in which a segment runs if one wavefront is processed at a time: always the deepest layer that can go on, and
 * a new input wavefront only when no layer can. Work items are numbered in this order, and buffers are at least as large
 * as it needs; see {@link IsOsMapper} for why a machine that starts items in another order cannot deadlock either.
 */
public final class WavefrontSchedule {
    /** Is told what to do next. */
    public interface Visitor {
        /** Loads one column of a tensor that enters the segment. */
        void load(int tensor, int column);

        /** Front ends of one input column of the i-th layer. */
        void frontends(int i, int w);

        /** Back ends, and stores, of one output column of the i-th layer. */
        void backends(int i, int q);
    }

    /** Does nothing; for finding the buffers alone. */
    static final Visitor NOBODY = new Visitor() {
        @Override
        public void load(int tensor, int column) {}

        @Override
        public void frontends(int i, int w) {}

        @Override
        public void backends(int i, int q) {}
    };

    private final SegmentTensors tensors;
    private final List<Layer> layers;
    private final Visitor visitor;
    private final int[] partialColumns;

    /** Complete columns of each tensor, by slot. */
    private final int[] complete;

    private final int[] mostLive;
    private final int[] nextInput;
    private final int[] nextOutput;
    private final int[] unheld;

    private WavefrontSchedule(SegmentTensors tensors, int[] partialColumns, Visitor visitor) {
        this.tensors = tensors;
        this.layers = tensors.layers();
        this.partialColumns = partialColumns;
        this.visitor = visitor;
        this.complete = new int[tensors.tensors()];
        this.mostLive = new int[tensors.tensors()];
        this.nextInput = new int[layers.size()];
        this.nextOutput = new int[layers.size()];
        this.unheld = new int[layers.size()];
    }

    /**
     * Runs a segment (or one pass of a tiled layer).
     *
     * @param partialColumns size of the ring of partial results of each layer that has filters
     * @return most columns of each tensor that are on chip at the same time, by slot
     */
    public static int[] run(SegmentTensors tensors, int[] partialColumns, Visitor visitor) {
        WavefrontSchedule schedule = new WavefrontSchedule(tensors, partialColumns, visitor);
        while (schedule.advance() || schedule.loadNext(true) || schedule.loadNext(false)) {
            // each call takes one step
        }
        for (int i = 0; i < schedule.layers.size(); i++) {
            Layer layer = schedule.layers.get(i);
            if (schedule.nextOutput[i] < layer.outputShape().width()) {
                throw new IllegalStateException("the schedule stopped before the end of layer " + layer.name());
            }
        }
        return schedule.mostLive;
    }

    private boolean advance() {
        for (int i = layers.size() - 1; i >= 0; i--) {
            if (backendReady(i) && available(tensors.aligned(i), nextOutput[i])) {
                visitor.backends(i, nextOutput[i]);
                nextOutput[i]++;
                produced(layers.get(i).index());
                return true;
            }
            if (frontendReady(i) && available(tensors.windowed(i), nextInput[i])) {
                visitor.frontends(i, nextInput[i]);
                nextInput[i]++;
                return true;
            }
        }
        return false;
    }

    /** Whether the next output column of layer i lacks nothing but aligned operands. */
    private boolean backendReady(int i) {
        Layer layer = layers.get(i);
        int q = nextOutput[i];
        if (q >= layer.outputShape().width()) {
            return false;
        }
        if (layer.op() instanceof Convolution convolution) {
            return KernelAxis.completingColumn(
                            convolution.window(), q, layer.inputShape().width())
                    < nextInput[i];
        }
        return !(layer.op() instanceof Pooling pooling)
                || available(tensors.windowed(i), lastColumn(layer, pooling, q));
    }

    /** Whether a front end may read its next column: all outputs that its last one completed are merged. */
    private boolean frontendReady(int i) {
        return layers.get(i).op() instanceof Convolution
                && nextInput[i] < layers.get(i).inputShape().width()
                && !backendReady(i);
    }

    private static int lastColumn(Layer layer, Pooling pooling, int q) {
        return pooling.window().lastInputColumn(q, layer.inputShape().width());
    }

    private boolean available(List<Operand> operands, int column) {
        for (int n = 0; n < operands.size(); n++) { // asked for every column: no iterator
            if (complete[tensors.slot(operands.get(n).tensor())] <= column) {
                return false;
            }
        }
        return true;
    }

    /**
     * Loads the next column of the entering tensor that is furthest behind.
     *
     * @param onlyDemanded whether some layer must be waiting for it
     */
    private boolean loadNext(boolean onlyDemanded) {
        int best = Layer.NONE;
        for (int tensor : tensors.entering()) {
            int loaded = complete[tensors.slot(tensor)];
            if (loaded < tensors.shape(tensor).width() && (!onlyDemanded || demanded(tensor, loaded))) {
                boolean further = best == Layer.NONE
                        || (long) loaded * tensors.shape(best).width()
                                < (long) complete[tensors.slot(best)]
                                        * tensors.shape(tensor).width();
                best = further ? tensor : best;
            }
        }
        if (best == Layer.NONE) {
            return false;
        }
        visitor.load(best, complete[tensors.slot(best)]);
        produced(best);
        return true;
    }

    private boolean demanded(int tensor, int column) {
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            if (backendReady(i) && tensors.readsAligned(i, tensor) && column <= nextOutput[i]) {
                return true;
            }
            if (tensors.readsThroughWindow(i, tensor)) {
                if (frontendReady(i) && column <= nextInput[i]) {
                    return true;
                }
                if (layer.op() instanceof Pooling pooling
                        && nextOutput[i] < layer.outputShape().width()
                        && column <= lastColumn(layer, pooling, nextOutput[i])) {
                    return true;
                }
            }
        }
        return false;
    }

    private void produced(int tensor) {
        complete[tensors.slot(tensor)]++;
        int freed = complete[tensors.slot(tensor)] - 1;
        for (int i = 0; i < layers.size(); i++) {
            freed = Math.min(freed, released(i, tensor));
            if (layers.get(i).index() == tensor && layers.get(i).op() instanceof Convolution convolution) {
                freed = Math.min(freed, unheldByPartialResults(i, convolution.window()));
            }
        }
        mostLive[tensors.slot(tensor)] =
                Math.max(mostLive[tensors.slot(tensor)], complete[tensors.slot(tensor)] - freed);
    }

    /**
     * Output columns of layer i for which no front end waits any more: the one that reuses their partial results has
     * ended, or there will be none.
     */
    private int unheldByPartialResults(int i, Window window) {
        Layer layer = layers.get(i);
        int column = unheld[i];
        while (column < layer.outputShape().width()) {
            int opened = column + partialColumns[i];
            int opening = Math.max(0, window.inputColumn(opened, 0));
            boolean opens = opened < layer.outputShape().width()
                    && opening < layer.inputShape().width();
            if (opens && nextInput[i] <= opening) {
                break;
            }
            column++;
        }
        unheld[i] = column;
        return column;
    }

    /** Columns of a tensor that layer i no longer needs. */
    private int released(int i, int tensor) {
        Layer layer = layers.get(i);
        int released = Integer.MAX_VALUE;
        if (tensors.readsAligned(i, tensor)) {
            released = nextOutput[i];
        }
        if (tensors.readsThroughWindow(i, tensor)) {
            int free = nextInput[i];
            if (layer.op() instanceof Pooling pooling) {
                boolean done = nextOutput[i] == layer.outputShape().width();
                Window window = pooling.window();
                free = done ? Integer.MAX_VALUE : Math.max(0, window.inputColumn(nextOutput[i], 0));
            }
            released = Math.min(released, free);
        }
        return released;
    }
}
