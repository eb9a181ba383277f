package dev.isos.core.dataflow.isos;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.plan.TensorBuffer;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FibertreeFormat;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/**
 * Maps layers as one IS-OS pipeline and decides whether it fits the machine.
 *
 * <p>Wavefront queues: every tensor on chip gets, at each lane, at least the columns that {@link WavefrontSchedule} keeps
 * there at once, dense; what is left of the lane's memory is shared in proportion. Of a static partition of the lanes each
 * layer has a range, which holds its partial results, what it makes and what is loaded for it. A machine gives space in a queue in the
 * order of the wavefronts (step, row). So whatever occupies a queue when the next item of the schedule wants to start is
 * part of what the schedule holds there, and that fits: however it orders its lanes, it cannot deadlock.
 */
final class IsOsMapper {
    static final String FILTER_BUFFER = "filterBuffer";
    static final String CONTEXT_MEMORY = "contextMemory";
    static final String CONTEXTS = "contexts";
    static final String LANES = "lanes";

    /** Bytes by number of K-tiles, which policies ask for again and again; filters never change. */
    private final Map<FilterTensor, Map<Integer, FilterFootprint>> footprints =
            Collections.synchronizedMap(new WeakHashMap<>());

    MappingOutcome map(Workload workload, List<Integer> layers, Geometry geometry) {
        Network network = workload.network();
        SegmentTensors tensors = new SegmentTensors(network, layers);
        int computing = tensors.layers().size();
        String last = network.layer(layers.get(layers.size() - 1)).name();
        long contexts = geometry.get(IsOsWork.CONTEXTS);
        if (computing > contexts) {
            return new PlanRejection(
                    CONTEXTS,
                    computing,
                    contexts,
                    sentence(
                            "layer %s: the segment has %,d layers, the machine has %,d contexts",
                            last, computing, contexts));
        }

        long lanes = geometry.get(IsOsWork.LANES);
        if (partitioned(geometry) && computing > lanes) {
            return new PlanRejection(
                    LANES,
                    computing,
                    lanes,
                    sentence(
                            "layer %s: the segment has %,d layers with lanes of their own, the machine has %,d lanes",
                            last, computing, lanes));
        }

        long bufferBytes = geometry.get(IsOsWork.FILTER_BUFFER_BYTES_KEY);
        long filters = 0;
        for (Layer layer : tensors.layers()) {
            filters += layer.op() instanceof Convolution
                    ? footprintOf(workload.filters(layer.index()), 1).largestTile()
                    : 0;
        }
        boolean alone = computing == 1 && tensors.layers().get(0).op() instanceof Convolution;
        if (filters > bufferBytes && !alone) {
            return new PlanRejection(
                    FILTER_BUFFER,
                    filters,
                    bufferBytes,
                    sentence(
                            "layer %s: filters of the segment need %,d bytes, the filter buffer has %,d",
                            last, filters, bufferBytes));
        }
        MappingOutcome whole = filters > bufferBytes
                ? null
                : fitContexts(network, tensors, draft(workload, tensors, layers, 1, geometry), geometry, filters);
        return whole instanceof Segment || !alone ? whole : tiled(workload, tensors, layers, geometry, filters, whole);
    }

    /**
     * A layer alone whose filters or whose partial results do not fit, in the fewest tiles over K with which they do.
     *
     * @param whole why it does not fit in one tile, or null when its filters do not
     */
    private MappingOutcome tiled(
            Workload workload,
            SegmentTensors tensors,
            List<Integer> layers,
            Geometry geometry,
            long filterBytes,
            MappingOutcome whole) {
        Layer layer = tensors.layers().get(0);
        FilterTensor filters = workload.filters(layer.index());
        long bufferBytes = geometry.get(IsOsWork.FILTER_BUFFER_BYTES_KEY);
        int fewest = tiles(filters, filterBytes, bufferBytes / 2);
        long bytes = doubleBuffered(filters, fewest);
        if (bytes > bufferBytes) {
            return whole != null
                    ? whole
                    : new PlanRejection(
                            FILTER_BUFFER,
                            bytes,
                            bufferBytes,
                            sentence(
                                    "layer %s: filters of a single output channel need %,d bytes when double-buffered, "
                                            + "the filter buffer has %,d",
                                    layer.name(), bytes, bufferBytes));
        }
        IntFunction<MappingOutcome> fit = kTiles -> fitContexts(
                workload.network(),
                tensors,
                draft(workload, tensors, layers, kTiles, geometry),
                geometry,
                doubleBuffered(filters, kTiles));
        MappingOutcome outcome = fit.apply(fewest);
        int most = layer.outputShape().channels();
        if (outcome instanceof Segment || !(fit.apply(most) instanceof Segment)) {
            return outcome;
        }
        // partial results shrink with the tiles
        int tooFew = fewest;
        while (most - tooFew > 1) {
            int middle = (tooFew + most) >>> 1;
            if (fit.apply(middle) instanceof Segment) {
                most = middle;
            } else {
                tooFew = middle;
            }
        }
        return fit.apply(most);
    }

    /** Bytes of two tiles: the next is loaded while one is at work. */
    private long doubleBuffered(FilterTensor filters, int kTiles) {
        return 2 * footprintOf(filters, kTiles).largestTile();
    }

    /** Whether every layer of a segment has lanes of its own. */
    static boolean partitioned(Geometry geometry) {
        return geometry.has(IsOsWork.LANE_PARTITION) && geometry.get(IsOsWork.LANE_PARTITION) == 1;
    }

    /** The layers with their factors, before anybody has asked whether they fit; tiles are of a layer that is alone. */
    private static Segment draft(
            Workload workload, SegmentTensors tensors, List<Integer> layers, int kTiles, Geometry geometry) {
        Network network = workload.network();
        int lanes = geometry.getInt(IsOsWork.LANES);
        int[] partition = partitioned(geometry) ? LanePartition.of(workload, tensors, geometry) : null;
        List<LayerMapping> mappings = new ArrayList<>();
        long places = 0;
        int computing = 0;
        for (int index : layers) {
            Layer layer = network.layer(index);
            int tiles = layer.op() instanceof Convolution ? kTiles : 1;
            int range = partition == null || layer.op() instanceof Concatenation ? lanes : partition[computing++];
            LayerMapping mapping = mapLayer(layer, tiles, new LaneBinding((int) (places % lanes), range, lanes));
            mappings.add(mapping);
            places += partition == null ? places(layer, mapping) : range % lanes;
        }
        return new Segment(layers, mappings, List.of(), List.of());
    }

    private static LayerMapping mapLayer(Layer layer, int kTiles, LaneBinding binding) {
        Map<String, Integer> factors = new TreeMap<>();
        int tileOutputs = layer.outputShape().channels() / kTiles;
        int kSplit = layer.op() instanceof Convolution
                ? split(layer.inputShape().height(), tileOutputs, binding.count())
                : 1;
        int outputSplit = layer.op() instanceof Concatenation
                ? 1
                : split(layer.outputShape().height(), tileOutputs, binding.count());
        factors.put(IsOsWork.K_TILES, kTiles);
        factors.put(IsOsWork.K_SPLIT, kSplit);
        factors.put(IsOsWork.OUTPUT_SPLIT, outputSplit);
        factors.put(IsOsWork.LANE_OFFSET, binding.first());
        if (!binding.shared()) {
            factors.put(IsOsWork.LANE_RANGE, binding.count());
        }
        return new LayerMapping(layer.index(), factors);
    }

    /** Lanes over which the channels of each of so many rows are divided. */
    private static int split(int rows, int channels, int lanes) {
        return Math.min(channels, Math.max(1, lanes / rows));
    }

    /** Places that a layer keeps busy: those of its front end, or of its back end where it has none. */
    private static long places(Layer layer, LayerMapping mapping) {
        if (layer.op() instanceof Convolution) {
            return (long) layer.inputShape().height() * mapping.factor(IsOsWork.K_SPLIT);
        }
        if (layer.op() instanceof Concatenation) {
            return 0;
        }
        return (long) layer.outputShape().height() * mapping.factor(IsOsWork.OUTPUT_SPLIT);
    }

    private static MappingOutcome fitContexts(
            Network network, SegmentTensors tensors, Segment draft, Geometry geometry, long filters) {
        int lanes = geometry.getInt(IsOsWork.LANES);
        long laneBytes = geometry.get(IsOsWork.CONTEXT_BYTES_PER_LANE);
        long[] partials = partialBytes(tensors, draft, geometry, lanes);

        int[] liveColumns = liveColumns(network, tensors, draft, geometry);
        long[] queues = new long[lanes];
        List<TensorBuffer> minima = new ArrayList<>();
        List<LaneBinding> bindings = new ArrayList<>();
        for (int slot = 0; slot < network.tensors(); slot++) {
            int tensor = network.tensorAt(slot);
            if (liveColumns[slot] > 0) {
                long bytes = (long) liveColumns[slot] * columnBytes(tensors, draft, tensor, lanes);
                LaneBinding binding =
                        QueuePlaces.of(tensors, draft, tensor, lanes).binding();
                minima.add(new TensorBuffer(tensor, bytes));
                bindings.add(binding);
                for (int place = 0; place < binding.count(); place++) {
                    queues[binding.lane(place)] += bytes;
                }
            }
        }
        int fullest = 0;
        for (int lane = 1; lane < lanes; lane++) {
            fullest = partials[lane] + queues[lane] > partials[fullest] + queues[fullest] ? lane : fullest;
        }
        long demand = partials[fullest] + queues[fullest];
        if (demand > laneBytes) {
            String name =
                    network.layer(draft.layers().get(draft.layers().size() - 1)).name();
            return new PlanRejection(
                    CONTEXT_MEMORY,
                    demand,
                    laneBytes,
                    sentence(
                            "layer %s: partial results (%,d bytes) and wavefront queues (%,d bytes) of the segment need "
                                    + "%,d bytes per lane, a lane has %,d",
                            name, partials[fullest], queues[fullest], demand, laneBytes));
        }
        List<TensorBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < minima.size(); i++) {
            TensorBuffer minimum = minima.get(i);
            long extra = Long.MAX_VALUE;
            LaneBinding binding = bindings.get(i);
            for (int place = 0; place < binding.count(); place++) {
                int lane = binding.lane(place);
                long left = laneBytes - partials[lane] - queues[lane];
                extra = Math.min(extra, left * minimum.capacityBytes() / queues[lane]);
            }
            buffers.add(new TensorBuffer(minimum.tensor(), minimum.capacityBytes() + extra));
        }
        return new Segment(
                draft.layers(),
                draft.mappings(),
                List.of(
                        new StorageDemand(FILTER_BUFFER, filters, geometry.get(IsOsWork.FILTER_BUFFER_BYTES_KEY), 1),
                        new StorageDemand(CONTEXT_MEMORY, demand, laneBytes, lanes)),
                buffers);
    }

    /** Columns of each tensor that must be on chip at once, by slot. */
    static int[] liveColumns(Network network, SegmentTensors tensors, Segment segment, Geometry geometry) {
        int[] partialColumns = tensors.layers().stream()
                .mapToInt(layer -> layer.op() instanceof Convolution ? partialColumns(layer, geometry) : 0)
                .toArray();
        int[] live = WavefrontSchedule.run(tensors, partialColumns, WavefrontSchedule.NOBODY);
        for (int i = 0; i < partialColumns.length; i++) {
            Layer layer = tensors.layers().get(i);
            if (segment.mapping(layer.index()).factor(IsOsWork.K_TILES) > 1) {
                // the first front ends of a tile wait for the last back ends of the one before
                Window window = ((Convolution) layer.op()).window();
                int columns = partialColumns[i];
                for (int q = 0;
                        q < layer.outputShape().width()
                                && KernelAxis.completingColumn(
                                                window, q, layer.inputShape().width())
                                        < 0;
                        q++) {
                    columns++;
                }
                live[layer.index() + 1] = Math.max(live[layer.index() + 1], columns);
            }
        }
        return live;
    }

    /** Bytes of one dense column of a tensor at the lane that holds most of it. */
    static long columnBytes(SegmentTensors tensors, Segment segment, int tensor, int lanes) {
        FeatureMapShape shape = tensors.shape(tensor);
        QueuePlaces queue = QueuePlaces.of(tensors, segment, tensor, lanes);
        long[] bytes = new long[lanes];
        int longest = ChannelSplit.longest(ChannelSplit.longest(shape.channels(), queue.tiles()), queue.parts());
        for (int row = 0; row < shape.height(); row++) {
            for (int part = 0; part < queue.parts(); part++) {
                bytes[queue.lane(row, part)] += longest;
            }
        }
        return Arrays.stream(bytes).max().orElseThrow();
    }

    /** Bytes of partial results at each lane. */
    private static long[] partialBytes(SegmentTensors tensors, Segment segment, Geometry geometry, int lanes) {
        long[] bytes = new long[lanes];
        for (Layer layer : tensors.layers()) {
            if (layer.op() instanceof Convolution convolution) {
                LayerMapping mapping = segment.mapping(layer.index());
                int split = mapping.factor(IsOsWork.K_SPLIT);
                LaneBinding binding = LaneBinding.of(mapping, lanes);
                KernelAxis rows = KernelAxis.rows(
                        convolution.window(),
                        layer.inputShape().height(),
                        layer.outputShape().height());
                int tile = ChannelSplit.longest(layer.outputShape().channels(), mapping.factor(IsOsWork.K_TILES));
                long row = (long) partialColumns(layer, geometry)
                        * ChannelSplit.longest(tile, split)
                        * geometry.get(IsOsWork.ACCUMULATOR_BYTES);
                for (int h = 0; h < layer.inputShape().height(); h++) {
                    for (int slice = 0; slice < split; slice++) {
                        bytes[binding.lane(h * split + slice)] += rows.legal(h) * row;
                    }
                }
            }
        }
        return bytes;
    }

    /** Columns of partial results of a layer: those of a window and the slack, but no more than there are outputs. */
    static int partialColumns(Layer layer, Geometry geometry) {
        Window window = ((Convolution) layer.op()).window();
        int live = KernelAxis.liveOutputs(window.columns(), window.dilationColumns(), window.strideColumns());
        return Math.min(layer.outputShape().width(), live + geometry.getInt(IsOsWork.PARTIAL_COLUMN_SLACK));
    }

    /** Off-chip bytes of the weights of a segment. */
    long weightBytes(Workload workload, Segment segment, Geometry geometry) {
        boolean bitmaskAllowed = geometry.get(IsOsWork.OFF_CHIP_BITMASK) == 1;
        long bytes = 0;
        for (LayerMapping mapping : segment.mappings()) {
            if (workload.network().layer(mapping.layer()).op() instanceof Convolution) {
                FilterTensor filters = workload.filters(mapping.layer());
                int kTiles = mapping.factor(IsOsWork.K_TILES);
                FilterFootprint footprint = footprintOf(filters, kTiles);
                bytes += footprint.total(footprint.smallest(bitmaskAllowed));
            }
        }
        return bytes;
    }

    private FilterFootprint footprintOf(FilterTensor filters, int kTiles) {
        return footprints
                .computeIfAbsent(filters, f -> new ConcurrentHashMap<>())
                .computeIfAbsent(kTiles, n -> footprint(filters, n));
    }

    static FilterFootprint footprint(FilterTensor filters, int kTiles) {
        return new FilterFootprint(
                filters, ChannelSplit.bounds(0, filters.shape().outputChannels(), kTiles));
    }

    /** Smallest number of tiles of which the largest takes at most so many bytes, or K when none does. */
    private int tiles(FilterTensor filters, long allBytes, long tileBytes) {
        int outputs = filters.shape().outputChannels();
        // without groups every tile has all fibers, so that many bytes of it hold no entries
        long lengths = filters.shape().groups() == 1
                ? (long) FibertreeFormat.LENGTH_BYTES * filters.shape().fibers()
                : 0;
        if (tileBytes <= lengths) {
            return outputs;
        }
        long least = (allBytes - lengths + tileBytes - lengths - 1) / (tileBytes - lengths);
        int count = (int) Math.min(outputs, Math.max(2, least));
        while (count < outputs && footprintOf(filters, count).largestTile() > tileBytes) {
            count++;
        }
        return count;
    }

    private static String sentence(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
