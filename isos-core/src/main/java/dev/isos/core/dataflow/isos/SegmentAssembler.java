package dev.isos.core.dataflow.isos;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FibertreeFormat;
import dev.isos.core.dataflow.isos.SegmentTensors.Operand;
import java.util.List;

/** Puts the work items of an executed segment in order: counts from {@link LayerWork}, waits from the wavefronts. */
final class SegmentAssembler implements WavefrontSchedule.Visitor {
    private static final int NOT_LOADED = -1;

    private final Network network;
    private final Segment segment;
    private final SegmentTensors tensors;
    private final List<Layer> layers;
    private final List<LayerWork> works;
    private final Geometry geometry;
    private final boolean bitmaskAllowed;
    private final int lanes;
    private final int passes;
    private final WorkSink sink;
    private final WorkItem item = new WorkItem(IsOsWork.SCHEMA);

    private final FilterFootprint[] footprints;
    private final KernelAxis[] rows;
    private final int[] partialColumns;

    /** Numbers of the items, by layer position. */
    private final int[][] weightItems;

    private final int[][] frontendItems;
    private final int[][] backendItems;

    /** By layer position. */
    private final LateFilters[] lateFilters;

    /** By slot of the tensor: entering tensors, and fibers of those that leave. */
    private final EnteringTensor[] loads;

    private final TensorFibers[] stored;
    private final FibertreeFormat[] storedFormats;

    /** Position of the layer that makes a tensor, by slot. */
    private final int[] producers;

    private int pass;

    /** @param works of the layers that compute, in the order of {@code tensors.layers()} */
    SegmentAssembler(ExecutionContext context, SegmentTensors tensors, List<LayerWork> works) {
        this.network = context.workload().network();
        this.segment = context.segment();
        this.tensors = tensors;
        this.layers = tensors.layers();
        this.works = works;
        this.geometry = context.geometry();
        this.sink = context.sink();
        bitmaskAllowed = geometry.get(IsOsWork.OFF_CHIP_BITMASK) == 1;
        lanes = geometry.getInt(IsOsWork.LANES);
        int count = layers.size();
        passes = count == 1 ? works.get(0).factors.kTiles() : 1;
        footprints = new FilterFootprint[count];
        rows = new KernelAxis[count];
        partialColumns = new int[count];
        weightItems = new int[count][];
        frontendItems = new int[count][];
        backendItems = new int[count][];
        lateFilters = new LateFilters[count];
        loads = new EnteringTensor[network.tensors()];
        stored = new TensorFibers[network.tensors()];
        storedFormats = new FibertreeFormat[network.tensors()];
        producers = new int[network.tensors()];
        for (int i = 0; i < count; i++) {
            prepare(context, i);
        }
        for (int tensor : tensors.entering()) {
            loads[network.slot(tensor)] = new EnteringTensor(tensor, fibers(context, tensor));
        }
    }

    private void prepare(ExecutionContext context, int i) {
        Layer layer = layers.get(i);
        LayerWork work = works.get(i);
        producers[layer.index() + 1] = i;
        backendItems[i] = new int[work.merges.length];
        if (layer.op() instanceof Convolution convolution) {
            int kTiles = work.factors.kTiles();
            footprints[i] = context.shared(
                    new FootprintKey(layer.index(), kTiles),
                    FilterFootprint.class,
                    () -> IsOsMapper.footprint(context.workload().filters(layer.index()), kTiles));
            rows[i] = KernelAxis.rows(
                    convolution.window(),
                    layer.inputShape().height(),
                    layer.outputShape().height());
            partialColumns[i] = IsOsMapper.partialColumns(layer, geometry);
            frontendItems[i] = new int[work.products.length];
            weightItems[i] = new int[kTiles];
            lateFilters[i] = new LateFilters(work);
        }
        if (tensors.leaves(layer.index())) {
            TensorFibers fibers = fibers(context, layer.index());
            stored[layer.index() + 1] = fibers;
            storedFormats[layer.index() + 1] = fibers.smallest(bitmaskAllowed);
        }
    }

    private static TensorFibers fibers(ExecutionContext context, int tensor) {
        return context.shared(
                new FibersKey(tensor), TensorFibers.class, () -> new TensorFibers(context.activation(tensor)));
    }

    private record FibersKey(int tensor) {}

    private record FootprintKey(int layer, int kTiles) {}

    /** Gives all items of the segment to the sink. */
    void assemble() {
        for (int i = 0; i < layers.size(); i++) {
            loadWeights(i, 0);
        }
        for (pass = 0; pass < passes; pass++) {
            if (pass + 1 < passes) {
                loadWeights(0, pass + 1);
            }
            WavefrontSchedule.run(tensors, partialColumns, this);
        }
    }

    private void loadWeights(int i, int tile) {
        if (weightItems[i] == null) {
            return;
        }
        int layer = layers.get(i).index();
        FilterFootprint footprint = footprints[i];
        item.begin(IsOsWork.LOAD_WEIGHTS, layer, tile, 0, 0)
                .moves(TensorRole.WEIGHTS, layer, footprint.bytes(footprint.smallest(bitmaskAllowed), tile))
                .count(
                        IsOsWork.FILTER_BUFFER_BYTES,
                        Math.toIntExact(footprint.bytes(FibertreeFormat.COORDINATE, tile)));
        if (tile >= 2) {
            int perTile = backendItems[i].length / passes;
            int split = works.get(i).factors.outputSplit();
            // the column's items wait for all before them at their places; the last column's cover the whole tile
            for (int n = Math.max(0, perTile - layers.get(i).outputShape().height() * split); n < perTile; n++) {
                item.waitFor(backendItems[i][(tile - 2) * perTile + n]);
            }
        }
        weightItems[i][tile] = sink.accept(item);
    }

    @Override
    public void load(int tensor, int column) {
        loads[network.slot(tensor)].load(column);
    }

    @Override
    public void frontends(int i, int w) {
        Layer layer = layers.get(i);
        LayerWork work = works.get(i);
        int split = work.factors.kSplit();
        int height = layer.inputShape().height();
        int step = pass * layer.inputShape().width() + w;
        for (int h = 0; h < height; h++) {
            for (int slice = 0; slice < split; slice++) {
                int at = (step * height + h) * split + slice;
                item.begin(IsOsWork.FRONTEND, layer.index(), step, h, h * split + slice)
                        .count(IsOsWork.PRODUCTS, work.products[at])
                        .count(IsOsWork.CHUNKS, work.chunks[at])
                        .count(IsOsWork.BUSIEST_BANK, work.busiestBank[at])
                        .count(IsOsWork.DISPATCH_STEPS, work.dispatchSteps[at])
                        .count(IsOsWork.ACTIVATIONS, work.activations[at])
                        .count(IsOsWork.FILTER_BYTES, work.filterBytes[at])
                        .count(IsOsWork.WAVEFRONT_FILTER_BYTES, work.wavefrontFilterBytes[step])
                        .reads(work.reads, work.readsFrom[at], work.readsTo[at])
                        .whenLate(lateFilters[i], at)
                        .waitFor(weightItems[i][pass]);
                if (step > 0) {
                    item.waitFor(frontendItems[i][at - height * split]);
                }
                for (Operand operand : tensors.windowed(i)) {
                    waitForFiber(operand, w, h, 0, Integer.MAX_VALUE);
                }
                waitForPartialColumns(i, w, h, slice);
                frontendItems[i][at] = sink.accept(item);
            }
        }
    }

    /** Waits for the back ends that free the columns that input column w is the first to reach. */
    private void waitForPartialColumns(int i, int w, int h, int slice) {
        Layer layer = layers.get(i);
        Window window = ((Convolution) layer.op()).window();
        int width = layer.outputShape().width();
        int newest = Math.min(width - 1, (w + window.padLeft()) / window.strideColumns());
        for (int q = newest; q >= 0 && Math.max(0, window.inputColumn(q, 0)) == w; q--) {
            int freed = pass * width + q - partialColumns[i];
            if (freed >= 0) {
                for (int r = rows[i].low[h]; r < rows[i].high[h]; r++) {
                    waitForBackends(
                            i,
                            freed,
                            rows[i].output(h, r),
                            slice,
                            works.get(i).factors.kSplit());
                }
            }
        }
    }

    /** Waits for the back ends of an output fiber whose slices overlap slice {@code slice} of {@code slices}. */
    private void waitForBackends(int i, int step, int p, int slice, int slices) {
        Layer layer = layers.get(i);
        int split = works.get(i).factors.outputSplit();
        int[] tiles = works.get(i).factors.tiles(layer.outputShape().channels());
        int tile = step / layer.outputShape().width();
        int length = tiles[tile + 1] - tiles[tile];
        // slices are relative to the tile; columns of an earlier tile are as wide or one wider or narrower
        int[] mine = ChannelSplit.bounds(0, length, slices);
        int[] theirs = ChannelSplit.bounds(0, length, split);
        for (int other = 0; other < split; other++) {
            if (theirs[other] < mine[slice + 1] && mine[slice] < theirs[other + 1]) {
                item.waitFor(backendItems[i][(step * layer.outputShape().height() + p) * split + other]);
            }
        }
    }

    /** Waits for the part of a fiber of an operand that overlaps the channels {@code from .. to} of the operand. */
    private void waitForFiber(Operand operand, int column, int row, int from, int to) {
        int tensor = operand.tensor();
        FeatureMapShape shape = tensors.shape(tensor);
        int first = operand.firstChannel();
        if (from >= first + shape.channels() || to <= first) {
            return;
        }
        if (tensors.enters(tensor)) {
            int load = loads[network.slot(tensor)].item(column, row);
            if (load != NOT_LOADED) {
                item.waitFor(load);
            }
            return;
        }
        int i = producers[network.slot(tensor)];
        int split = works.get(i).factors.outputSplit();
        int at = (column * shape.height() + row) * split;
        for (int slice = 0; slice < split; slice++) {
            int low = first + (int) ((long) shape.channels() * slice / split);
            int high = first + (int) ((long) shape.channels() * (slice + 1) / split);
            if (low < to && from < high) {
                item.waitFor(backendItems[i][at + slice]);
            }
        }
    }

    @Override
    public void backends(int i, int q) {
        Layer layer = layers.get(i);
        LayerWork work = works.get(i);
        FeatureMapShape shape = layer.outputShape();
        int split = work.factors.outputSplit();
        int[] tiles = work.factors.tiles(shape.channels());
        int[] slices = ChannelSplit.bounds(tiles[pass], tiles[pass + 1], split);
        int step = pass * shape.width() + q;
        for (int p = 0; p < shape.height(); p++) {
            for (int slice = 0; slice < split; slice++) {
                int at = (step * shape.height() + p) * split + slice;
                item.begin(IsOsWork.BACKEND, layer.index(), step, p, p * split + slice)
                        .holds(layer.index(), work.held[at])
                        .count(IsOsWork.MERGES, work.merges[at])
                        .count(IsOsWork.POST_OPS, slices[slice + 1] - slices[slice]);
                if (layer.op() instanceof Convolution convolution) {
                    waitForFrontends(i, convolution.window(), q, p, slices[slice], slices[slice + 1]);
                } else if (layer.op() instanceof Pooling pooling) {
                    waitForWindow(i, pooling.window(), q, p, slices[slice], slices[slice + 1]);
                }
                int from = layer.firstInputChannel(slices[slice], slices[slice + 1]);
                int to = layer.endInputChannel(slices[slice], slices[slice + 1]);
                for (Operand operand : tensors.aligned(i)) {
                    waitForFiber(operand, q, p, from, to);
                }
                backendItems[i][at] = sink.accept(item);
            }
        }
        if (stored[layer.index() + 1] != null) {
            store(i, q);
        }
    }

    private void waitForFrontends(int i, Window window, int q, int p, int from, int to) {
        Layer layer = layers.get(i);
        FeatureMapShape in = layer.inputShape();
        LayerFactors factors = works.get(i).factors;
        int[] tiles = factors.tiles(layer.outputShape().channels());
        int[] slices = ChannelSplit.bounds(tiles[pass], tiles[pass + 1], factors.kSplit());
        int completing = KernelAxis.completingColumn(window, q, in.width());
        if (completing < 0) {
            return;
        }
        int step = pass * in.width() + completing;
        for (int r = 0; r < window.rows(); r++) {
            int h = window.inputRow(p, r);
            if (h >= 0 && h < in.height()) {
                for (int slice = 0; slice < factors.kSplit(); slice++) {
                    if (slices[slice] < to && from < slices[slice + 1]) {
                        item.waitFor(frontendItems[i][(step * in.height() + h) * factors.kSplit() + slice]);
                    }
                }
            }
        }
    }

    private void waitForWindow(int i, Window window, int q, int p, int from, int to) {
        FeatureMapShape in = layers.get(i).inputShape();
        for (int s = 0; s < window.columns(); s++) {
            int w = window.inputColumn(q, s);
            for (int r = 0; r < window.rows(); r++) {
                int h = window.inputRow(p, r);
                if (w >= 0 && w < in.width() && h >= 0 && h < in.height()) {
                    for (Operand operand : tensors.windowed(i)) {
                        waitForFiber(operand, w, h, from, to);
                    }
                }
            }
        }
    }

    private void store(int i, int q) {
        int tensor = layers.get(i).index();
        FeatureMapShape shape = layers.get(i).outputShape();
        LayerFactors factors = works.get(i).factors;
        int split = factors.outputSplit();
        int[] tiles = factors.tiles(shape.channels());
        int step = pass * shape.width() + q;
        for (int p = 0; p < shape.height(); p++) {
            item.begin(IsOsWork.STORE_OUTPUT, tensor, step, p, p * split)
                    .moves(
                            TensorRole.OUTPUTS,
                            tensor,
                            bytes(
                                    stored[network.slot(tensor)],
                                    storedFormats[network.slot(tensor)],
                                    q * shape.height() + p,
                                    tiles));
            for (int slice = 0; slice < split; slice++) {
                item.waitFor(backendItems[i][(step * shape.height() + p) * split + slice]);
            }
            sink.accept(item);
        }
    }

    /** Off-chip bytes of the part of a fiber that the pass at hand makes or needs. */
    private long bytes(TensorFibers fibers, FibertreeFormat format, int fiber, int[] tiles) {
        return tiles.length == 2
                ? fibers.bytes(format, fiber)
                : fibers.bytes(format, fiber, tiles[pass], tiles[pass + 1]);
    }

    /** A tensor that is loaded column by column. */
    private final class EnteringTensor {
        private final int tensor;
        private final FeatureMapShape shape;
        private final TensorFibers fibers;
        private final FibertreeFormat format;
        private final TensorRole role;
        private final QueuePlaces queue;

        /** Channel bounds of what each pass loads: everything, or for residual operands the tile. */
        private final int[] tiles;

        /** Fibers that some window reads; a strided one may leave out most. */
        private final boolean[] needed;

        private final int[] items;

        EnteringTensor(int tensor, TensorFibers fibers) {
            this.tensor = tensor;
            this.fibers = fibers;
            shape = tensors.shape(tensor);
            format = fibers.smallest(bitmaskAllowed);
            role = tensors.role(tensor);
            queue = QueuePlaces.of(tensors, segment, tensor, lanes);
            tiles = ChannelSplit.bounds(0, shape.channels(), queue.tiles());
            needed = tensors.readFibers(tensor);
            items = new int[passes * shape.fibers()];
        }

        int item(int column, int row) {
            return items[(pass * shape.width() + column) * shape.height() + row];
        }

        void load(int column) {
            int step = pass * shape.width() + column;
            int part = tiles.length == 2 ? 0 : pass;
            for (int h = 0; h < shape.height(); h++) {
                int fiber = column * shape.height() + h;
                if (!needed[fiber]) {
                    items[step * shape.height() + h] = NOT_LOADED;
                    continue;
                }
                item.begin(IsOsWork.LOAD_INPUT, queue.layer(), step, h, queue.place(h, 0))
                        .moves(role, tensor, bytes(fibers, format, fiber, tiles))
                        .holds(tensor, fibers.held(fiber, tiles[part], tiles[part + 1]));
                items[step * shape.height() + h] = sink.accept(item);
            }
        }
    }
}
