package dev.isos.baselines.fusedlayer;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.tensor.FilterShape;
import dev.isos.support.layers.NetworkUnits;
import dev.isos.support.machine.MachineModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How a group runs: size of its tiles, whether its filters stay on chip, what it stores and moves.
 *
 * @param weightChunkBytes bytes of one chunk of streamed filters; 0 if the filters stay on chip
 */
record GroupPlan(Pyramid pyramid, int weightChunkBytes, long storageBytes) {
    static final String BUFFER = "onChipBuffer";

    /** Filters are streamed in pieces of about this size, so that loading one overlaps with work on another. */
    private static final int CHUNK_BYTES = 128 * 1024;

    /** Work on more tiles than this is not considered: such tiles are smaller than what any buffer asks for. */
    private static final int MOST_TILES = 16_384;

    private static final int ACCUMULATOR_BYTES = 4;

    /**
     * Chooses the tiles of a group: of those that fit, least off-chip traffic, then fewest steps, then enough tiles for
     * transfers to overlap with work, then fewest filter bytes read on chip, then least storage. Filters stay on chip; only
     * those of a single layer are streamed, if they do not fit beside its tiles. Strips as wide as the map come first;
     * narrower tiles are tried where no strip fits, and always in {@code recompute}, where they may save halo.
     */
    static MappingOutcome map(FusedGroup group, Geometry geometry) {
        long limit = geometry.get(FusedLayerWork.ON_CHIP_BUFFER_BYTES);
        if (group.nodes() == 0) {
            return segment(group, new int[] {1, 1, 0, 0}, 0, limit);
        }
        boolean recompute = geometry.get(FusedLayerWork.RECOMPUTE) != 0;
        ArrayCost cost = ArrayCost.of(geometry);
        int height = group.shape(group.reference()).height();
        int width = group.shape(group.reference()).width();
        if (group.nodes() > 1 && geometry.get(FusedLayerWork.ONE_HEIGHT) != 0) {
            Optional<PlanRejection> uneven = uneven(group);
            if (uneven.isPresent()) {
                return uneven.get();
            }
        }
        long filters = geometry.get(FusedLayerWork.FILTER_BUFFER_BYTES);
        if (group.nodes() > 1 && group.weightBytes() > filters) {
            return rejection(group, group.weightBytes(), filters, "filters alone");
        }
        if (group.nodes() > 1 && fixedBytes(group, cost) > limit) {
            return rejection(group, fixedBytes(group, cost), limit, "filters and partial sums alone");
        }
        List<PyramidAxis> byRows = axes(group, true, height, recompute);
        PyramidAxis fullWidth = new PyramidAxis(group, false, width, recompute);
        Search search = new Search(group, cost, limit, geometry.getInt(FusedLayerWork.MINIMUM_TILES));
        for (boolean streamed : group.nodes() == 1 ? new boolean[] {false, true} : new boolean[] {false}) {
            if (!streamed && group.nodes() == 1 && group.weightBytes() > filters / 2) {
                continue;
            }
            search.streamed = streamed;
            for (PyramidAxis rows : byRows) {
                search.consider(new Pyramid(group, rows, fullWidth, recompute));
            }
            if (recompute || search.best == null) {
                for (PyramidAxis columns : axes(group, false, width, recompute)) {
                    for (PyramidAxis rows : byRows) {
                        if ((long) rows.tiles() * columns.tiles() <= MOST_TILES) {
                            search.consider(new Pyramid(group, rows, columns, recompute));
                        }
                    }
                }
            }
            if (search.best != null) {
                break;
            }
        }
        if (search.best == null) {
            return rejection(group, search.leastStorage, limit, "even with the smallest tiles");
        }
        GroupPlan best = search.best;
        Pyramid tiles = best.pyramid;
        int[] factors = {tiles.rows().tile(), tiles.columns().tile(), best.weightChunkBytes, recompute ? 1 : 0};
        return segment(group, factors, best.storageBytes, limit);
    }

    /**
     * Why layers are no group on maps of one height, which is the height that a plain layer reads, and of a residual block what its
     * last layer reads: a layer that shrinks the map ends a group, a block that does begins one.
     */
    private static Optional<PlanRejection> uneven(FusedGroup group) {
        Network network = group.network();
        for (int node = 0; node < group.nodes(); node++) {
            Layer layer = group.layer(node);
            if (MachineModel.poolsLocally(layer)) {
                return Optional.of(
                        new PlanRejection("groups", group.nodes(), 1, "pooling " + layer.name() + " ends a group"));
            }
        }
        int height = 0;
        for (List<List<Integer>> unit : NetworkUnits.units(network)) {
            Layer last = network.layer(unit.get(unit.size() - 1).get(0));
            if (group.layers().contains(last.index())) {
                int rows = last.inputShape().height();
                if (height > 0 && height != rows) {
                    return Optional.of(new PlanRejection(
                            "groups",
                            rows,
                            height,
                            "layer " + last.name() + " reads maps of " + rows + " rows, the group " + height));
                }
                height = rows;
            }
        }
        return Optional.empty();
    }

    /** The plan that a mapped segment stands for. */
    static GroupPlan of(FusedGroup group, Segment segment, Geometry geometry) {
        LayerMapping mapping = segment.mappings().get(0);
        int chunk = mapping.factor(FusedLayerWork.WEIGHT_CHUNK_BYTES);
        Pyramid pyramid = pyramid(group, mapping);
        return new GroupPlan(pyramid, chunk, storage(group, pyramid, ArrayCost.of(geometry), chunk));
    }

    private static Pyramid pyramid(FusedGroup group, LayerMapping mapping) {
        return Pyramid.of(
                group,
                mapping.factor(FusedLayerWork.TILE_ROWS),
                mapping.factor(FusedLayerWork.TILE_COLUMNS),
                mapping.factor(FusedLayerWork.RECOMPUTE) != 0);
    }

    /** Off-chip bytes of a segment mapped by {@link FusedLayerDataflow}, by the network's shapes alone. */
    static long traffic(FusedGroup group, Segment segment) {
        if (group.nodes() == 0) {
            return 0;
        }
        LayerMapping mapping = segment.mappings().get(0);
        return traffic(group, pyramid(group, mapping), mapping.factor(FusedLayerWork.WEIGHT_CHUNK_BYTES) > 0);
    }

    private static long traffic(FusedGroup group, Pyramid pyramid, boolean streamed) {
        long weights = group.weightBytes() * (streamed ? pyramid.busyTiles(0) : 1);
        return weights + pyramid.featureMapElements();
    }

    private static long fixedBytes(FusedGroup group, ArrayCost cost) {
        return group.weightBytes() + accumulatorBytes(cost);
    }

    static long accumulatorBytes(ArrayCost cost) {
        return (long) cost.unrollOutputs() * cost.accumulatorPixels() * ACCUMULATOR_BYTES;
    }

    private static long storage(FusedGroup group, Pyramid pyramid, ArrayCost cost, int chunk) {
        long weights = chunk > 0 ? 2L * chunk : group.weightBytes();
        return weights + accumulatorBytes(cost) + pyramid.bufferElements();
    }

    /** Bytes of a chunk of streamed filters, small enough for overlap, large enough to be used for the whole tile. */
    private static int chunkBytes(FusedGroup group, Pyramid pyramid, ArrayCost cost, long limit) {
        if (group.weightBytes() == 0) {
            return 0;
        }
        FilterShape f = group.layer(0).filterShape();
        int kernel = f.rows() * f.columns();
        long outputBlock = (long) Math.min(f.outputsPerGroup(), cost.unrollOutputs()) * f.channelsPerGroup() * kernel;
        if (pyramid.largestTile(0) > cost.accumulatorPixels()) {
            // the partial sums of a tile come in several batches, each of which needs the whole filters of its outputs
            return Math.toIntExact(outputBlock);
        }
        long block = Math.min(outputBlock, (long) cost.unrollOutputs() * cost.unrollInputs() * kernel);
        return Math.toIntExact(Math.max(block, Math.min(outputBlock, Math.min(CHUNK_BYTES, limit / 16))));
    }

    private static List<PyramidAxis> axes(FusedGroup group, boolean rows, int extent, boolean recompute) {
        TreeSet<Integer> tiles = new TreeSet<>();
        for (int n = 1; n <= extent; n++) {
            tiles.add((extent + n - 1) / n);
        }
        List<PyramidAxis> axes = new ArrayList<>();
        for (int tile : tiles.descendingSet()) {
            axes.add(new PyramidAxis(group, rows, tile, recompute));
        }
        return axes;
    }

    private static final class Search {
        private final FusedGroup group;
        private final ArrayCost cost;
        private final long limit;
        private final int minimumTiles;
        private boolean streamed;
        private GroupPlan best;
        private long[] bestRank;
        private long leastStorage = Long.MAX_VALUE;

        Search(FusedGroup group, ArrayCost cost, long limit, int minimumTiles) {
            this.group = group;
            this.cost = cost;
            this.limit = limit;
            this.minimumTiles = minimumTiles;
        }

        void consider(Pyramid pyramid) {
            int chunk = streamed ? chunkBytes(group, pyramid, cost, limit) : 0;
            long storage = storage(group, pyramid, cost, chunk);
            leastStorage = Math.min(leastStorage, storage);
            if (storage > limit) {
                return;
            }
            long[] rank = {
                traffic(group, pyramid, streamed),
                pyramid.steps(cost),
                Math.max(0, minimumTiles - pyramid.tiles()),
                pyramid.weightReads(cost),
                storage
            };
            if (best == null || Arrays.compare(rank, bestRank) < 0) {
                best = new GroupPlan(pyramid, chunk, storage);
                bestRank = rank;
            }
        }
    }

    private static Segment segment(FusedGroup group, int[] values, long storage, long limit) {
        Map<String, Integer> factors = Map.of(
                FusedLayerWork.TILE_ROWS,
                values[0],
                FusedLayerWork.TILE_COLUMNS,
                values[1],
                FusedLayerWork.WEIGHT_CHUNK_BYTES,
                values[2],
                FusedLayerWork.RECOMPUTE,
                values[3]);
        List<LayerMapping> mappings =
                group.layers().stream().map(l -> new LayerMapping(l, factors)).toList();
        return new Segment(group.layers(), mappings, List.of(new StorageDemand(BUFFER, storage, limit, 1)), List.of());
    }

    private static PlanRejection rejection(FusedGroup group, long demand, long limit, String what) {
        Layer first = group.layer(0);
        Layer last = group.layer(group.nodes() - 1);
        String layers = group.nodes() == 1 ? "layer " + first.name() : "layers " + first.name() + " to " + last.name();
        String reason = String.format(
                java.util.Locale.ROOT,
                "%s of %s %s %,d bytes on chip (%s, %,d bytes of filters), the buffer has %,d",
                layers,
                group.network().name(),
                group.nodes() == 1 ? "needs" : "need",
                demand,
                what,
                group.weightBytes(),
                limit);
        return new PlanRejection(BUFFER, demand, limit, reason);
    }
}
