package dev.isos.baselines.fusedlayer;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.network.Layer;
import dev.isos.baselines.fusedlayer.FusedGroup.Read;
import java.util.Arrays;

/** Writes down the work items of a group, see {@link FusedLayerWork}. */
final class TileStream {
    /** Counts are ints: work beyond this many products is divided into several items. */
    private static final long MOST_PER_ITEM = 1L << 30;

    private static final int NONE = -1;

    private final FusedGroup group;
    private final GroupPlan plan;
    private final Pyramid pyramid;
    private final ArrayCost cost;
    private final long elementBytes;
    private final WorkSink sink;
    private final WorkItem item = new WorkItem(FusedLayerWork.SCHEMA);

    // latest item, at the end of each tile, that computed or loaded a tensor, and that stored it
    private final int[][] made;
    private final int[][] stored;
    private final int[] weights;
    // the last two items that worked on streamed filters
    private int lastChunkWork = NONE;
    private int chunkWorkBefore = NONE;

    TileStream(FusedGroup group, GroupPlan plan, Geometry geometry, WorkSink sink) {
        this.group = group;
        this.plan = plan;
        this.pyramid = plan.pyramid();
        this.cost = ArrayCost.of(geometry);
        this.elementBytes = geometry.get(FusedLayerWork.ELEMENT_BYTES);
        this.sink = sink;
        int tiles = pyramid.tiles();
        made = new int[group.tensors()][tiles];
        stored = new int[group.tensors()][tiles];
        weights = new int[group.nodes()];
        Arrays.fill(weights, NONE);
        for (int tensor = 0; tensor < made.length; tensor++) {
            Arrays.fill(made[tensor], NONE);
            Arrays.fill(stored[tensor], NONE);
        }
    }

    /** Items come in the order in which the machine should prefer them when several could start. */
    void emit() {
        boolean resident = plan.weightChunkBytes() == 0;
        if (resident) {
            loadWeights(0);
        }
        loadTile(0);
        for (int node = 1; resident && node < group.nodes(); node++) {
            loadWeights(node);
        }
        int tiles = pyramid.tiles();
        if (tiles > 1) {
            loadTile(1);
        }
        for (int tile = 0; tile < tiles; tile++) {
            for (int node = 0; node < group.nodes(); node++) {
                compute(node, tile);
            }
            for (int node = 0; node < group.nodes(); node++) {
                store(node, tile);
            }
            if (tile + 2 < tiles) {
                loadTile(tile + 2);
            }
        }
    }

    private void loadWeights(int node) {
        if (group.weightBytes(node) > 0) {
            int layer = group.tensorLayer(node);
            item.begin(FusedLayerWork.LOAD_WEIGHTS, layer, 0, 0, 0);
            item.moves(TensorRole.WEIGHTS, layer, elementBytes * group.weightBytes(node));
            weights[node] = sink.accept(item);
        }
    }

    private void loadTile(int tile) {
        for (int tensor = group.nodes(); tensor < group.tensors(); tensor++) {
            long bytes =
                    elementBytes * pixels(tensor, tile) * group.shape(tensor).channels();
            made[tensor][tile] = tile == 0 ? NONE : made[tensor][tile - 1];
            if (bytes > 0) {
                boolean residual = group.onlyAdded(tensor);
                int layer = group.tensorLayer(group.readsOfTensor(tensor).get(0).node());
                item.begin(residual ? FusedLayerWork.LOAD_RESIDUAL : FusedLayerWork.LOAD_INPUT, layer, tile, 0, 0);
                item.moves(residual ? TensorRole.RESIDUALS : TensorRole.INPUTS, group.tensorLayer(tensor), bytes);
                waitForReaders(tensor, tile - 2);
                made[tensor][tile] = sink.accept(item);
            }
        }
    }

    private void compute(int node, int tile) {
        Layer layer = group.layer(node);
        long pixels = pixels(node, tile);
        int previous = tile == 0 ? NONE : made[node][tile - 1];
        made[node][tile] = previous;
        if (pixels == 0) {
            return;
        }
        boolean streamed = plan.weightChunkBytes() > 0;
        long[] work = {
            ArrayCost.products(layer, pixels),
            cost.steps(layer, pixels),
            cost.weightReads(layer, pixels),
            cost.inputReads(layer, pixels),
            cost.accumulations(layer, pixels),
            layer.outputShape().channels() * pixels
        };
        long largest = Arrays.stream(work).max().orElseThrow();
        long chunks = ArrayCost.ceil(largest, MOST_PER_ITEM);
        if (streamed) {
            chunks = Math.max(chunks, ArrayCost.ceil(group.weightBytes(node), plan.weightChunkBytes()));
        }
        for (int chunk = 0; chunk < chunks; chunk++) {
            int filters = streamed ? loadChunk(node, tile, chunk, chunks) : weights[node];
            item.begin(
                    group.usesVectorUnit(node) ? FusedLayerWork.VECTOR : FusedLayerWork.ARRAY,
                    layer.index(),
                    tile,
                    chunk,
                    0);
            for (int metric = 0; metric < work.length; metric++) {
                item.count(metric, Math.toIntExact(share(work[metric], chunk, chunks)));
            }
            waitFor(filters);
            waitFor(made[node][tile]);
            for (Read read : group.readsOfNode(node)) {
                waitFor(made[read.tensor()][tile]);
            }
            int reused = tile - group.slots(node);
            waitForReaders(node, reused);
            if (reused >= 0) {
                waitFor(stored[node][reused]);
            }
            made[node][tile] = sink.accept(item);
            chunkWorkBefore = lastChunkWork;
            lastChunkWork = made[node][tile];
        }
    }

    private int loadChunk(int node, int tile, int chunk, long chunks) {
        int layer = group.tensorLayer(node);
        item.begin(FusedLayerWork.LOAD_WEIGHTS, layer, tile, chunk, 0);
        item.moves(TensorRole.WEIGHTS, layer, elementBytes * share(group.weightBytes(node), chunk, chunks));
        waitFor(chunkWorkBefore);
        return sink.accept(item);
    }

    /** The chunk-th of almost equal parts of a whole. */
    private static long share(long whole, long chunk, long chunks) {
        return whole * (chunk + 1) / chunks - whole * chunk / chunks;
    }

    private void store(int node, int tile) {
        stored[node][tile] = tile == 0 ? NONE : stored[node][tile - 1];
        if (!group.leaves(node)) {
            return;
        }
        int columns = pyramid.columns().tiles();
        long bytes = elementBytes
                * pyramid.newPixels(node, tile / columns, tile % columns)
                * group.shape(node).channels();
        if (bytes > 0) {
            int layer = group.tensorLayer(node);
            item.begin(FusedLayerWork.STORE_OUTPUT, layer, tile, 0, 0);
            item.moves(TensorRole.OUTPUTS, layer, bytes);
            waitFor(made[node][tile]);
            stored[node][tile] = sink.accept(item);
        }
    }

    /** What the tile left on chip is free once everybody has read it. */
    private void waitForReaders(int tensor, int tile) {
        if (tile >= 0) {
            for (Read read : group.readsOfTensor(tensor)) {
                waitFor(made[read.node()][tile]);
            }
        }
    }

    private void waitFor(int earlier) {
        if (earlier != NONE) {
            item.waitFor(earlier);
        }
    }

    private long pixels(int tensor, int tile) {
        int columns = pyramid.columns().tiles();
        return pyramid.pixels(tensor, tile / columns, tile % columns);
    }
}
