package dev.isos.core.wavefront.mapping;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.plan.TensorBuffer;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.Workload;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Maps layers as one IS-OS pipeline and decides whether it fits the machine.
 *
 * <p>Row h of a map is held by lane h. Of a map with fewer rows than there are lanes, each row is spread over {@code lanes /
 * rows} neighbouring lanes: its activations are dealt to them one by one, its partial results and output channels are divided
 * over them. A layer with more output rows than lanes, or with more partial results than a context array holds, is tiled over rows;
 * such layers are pipelined with each other only. A layer whose filters exceed the filter buffer runs alone, tiled over K; on a small machine, over rows too.
 * Poolings and fully connected layers run by themselves; the weights of the latter stream by. All of this is the paper's (HPCA
 * 2023, section on mapping).
 *
 * <p>Queues: every tensor on chip gets, at each lane, at least the columns that {@link WavefrontSchedule} keeps there at once,
 * dense. A machine gives space in a queue in the order of the wavefronts (step, row). So whatever occupies a queue when the
 * next item of the schedule wants to start is part of what the schedule holds there, and that fits: however it orders its
 * lanes, it cannot deadlock.
 */
public final class IsOsMapper {
    static final String FILTER_BUFFER = "filterBuffer";
    static final String CONTEXT_ARRAY = "contextArray";
    static final String QUEUES = "queues";
    static final String CONTEXTS = "contexts";
    static final String LANES = "lanes";

    /** Bytes of a non-zero off chip and in queues and buffers: coordinate and value. */
    public static final int ENTRY_BYTES;

    static {
        ENTRY_BYTES = 2; // not a constant to javac, which would copy it into other modules
    }

    /** A streamed layer's weights come in pieces of at most this share of the filter buffer. */
    private static final int STREAM_SHARE = 16;

    /** By layer's filters, since policies ask again and again. */
    private final Map<FilterTensor, FilterFootprint> footprints = Collections.synchronizedMap(new WeakHashMap<>());

    /** By the first filters of the segment, since policies ask for the same segments of many machines. */
    private final Map<FilterTensor, Known> known = Collections.synchronizedMap(new WeakHashMap<>());

    /** What is known of segments that begin with the same filters. */
    private static final class Known {
        private final Map<TensorsOf, SegmentTensors> tensors = new ConcurrentHashMap<>();
        private final Map<TilesOf, Tiling> tilings = new ConcurrentHashMap<>();
        private final Map<LiveOf, int[]> live = new ConcurrentHashMap<>();
    }

    /** Networks are compared as objects: to compare them layer by layer would take longer than to map. */
    private record TensorsOf(int network, List<Integer> layers) {}

    private record TilesOf(SegmentTensors tensors, int kTiles, int rowTiles) {}

    private record LiveOf(SegmentTensors tensors, List<Integer> partialColumns) {}

    /**
     * Maps layers as one pipeline.
     *
     * @return the segment, or the resource that does not suffice
     */
    public MappingOutcome map(Workload workload, List<Integer> layers, Geometry geometry) {
        Network network = workload.network();
        List<Layer> computing = layers.stream()
                .map(network::layer)
                .filter(layer -> !(layer.op() instanceof Concatenation))
                .toList();
        // before anything is found out about tensors: policies ask for far more than fits
        MappingOutcome refused = tooMany(
                computing, network.layer(layers.get(layers.size() - 1)).name(), geometry.get(IsOsSchema.CONTEXTS));
        return refused != null ? refused : new Attempt(workload, layers, geometry).map();
    }

    private static PlanRejection rejection(String resource, long demand, long limit, String format, Object... values) {
        return new PlanRejection(resource, demand, limit, filled(format, values));
    }

    /** Refuses a segment of more layers than may share the lanes; null if they may. */
    private static MappingOutcome tooMany(List<Layer> computing, String last, long contexts) {
        int count = computing.size();
        if (count > contexts) {
            return rejection(
                    CONTEXTS,
                    count,
                    contexts,
                    "layer %s: the segment has %,d layers, the machine has %,d contexts",
                    last,
                    count,
                    contexts);
        }
        for (Layer layer : computing) {
            if (count > 1 && (layer.op() instanceof Pooling || streams(layer))) {
                return rejection(
                        CONTEXTS,
                        count,
                        1,
                        layer.op() instanceof Pooling
                                ? "pooling %s ends a pipeline and runs by itself"
                                : "layer %s is fully connected: its weights stream by, and it runs by itself",
                        layer.name());
            }
        }
        return null;
    }

    /** Whether a convolution uses each of its weights at most once: it has one output position. */
    public static boolean streams(Layer layer) {
        return layer.op() instanceof Convolution && layer.outputShape().fibers() == 1;
    }

    /** Bytes of a partial result of a layer in the context array. */
    public static long partialBytes(Layer layer, Geometry geometry) {
        return geometry.get(
                depthwisePlaces(layer, geometry) ? IsOsSchema.DEPTHWISE_PARTIAL_BYTES : IsOsSchema.PARTIAL_BYTES);
    }

    /** Whether an activation tells which output channel its products belong to, and the machine keeps no coordinates then. */
    private static boolean depthwisePlaces(Layer layer, Geometry geometry) {
        return geometry.has(IsOsSchema.DEPTHWISE_PARTIAL_BYTES)
                && layer.convolution()
                        .filter(c -> c.groups() == c.outputChannels())
                        .isPresent();
    }

    /** Columns of partial results of a layer: those of a window and the slack, but no more than there are outputs. */
    public static int partialColumns(Layer layer, Geometry geometry) {
        Window window = layer.convolution().orElseThrow().window();
        int live = KernelAxis.liveOutputs(window.columns(), window.dilationColumns(), window.strideColumns());
        return Math.min(layer.outputShape().width(), live + geometry.getInt(IsOsSchema.COLUMN_SLACK));
    }

    /** Columns of partial results of every layer of a segment that keeps some. */
    public static int[] partialColumns(SegmentTensors tensors, Geometry geometry) {
        return tensors.layers().stream()
                .mapToInt(layer -> layer.op() instanceof Convolution ? partialColumns(layer, geometry) : 0)
                .toArray();
    }

    /** Bytes per lane of the columns of an entering tensor that the schedule keeps on chip at once, dense. */
    public static long movingColumnsBytes(SegmentTensors tensors, int[] partialColumns, int tensor, int lanes) {
        int live = WavefrontSchedule.run(tensors, partialColumns, WavefrontSchedule.NOBODY)[tensors.slot(tensor)];
        int rows = tensors.shape(tensor).height();
        return live
                * (long) ceilDiv(rows, lanes)
                * fiberBytes(tensors.shape(tensor).channels(), Math.max(1, lanes / rows));
    }

    /** Bytes of one dense fiber of a tensor, as {@code lanes} lanes share it. */
    static long fiberBytes(int channels, int lanes) {
        return (long) ENTRY_BYTES * ceilDiv(channels, lanes);
    }

    private static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }

    /** Most weights that one input element meets at one kernel position. */
    private static int longestFiber(FilterTensor filters) {
        int longest = 0;
        for (int fiber = 0; fiber < filters.shape().fibers(); fiber++) {
            longest = Math.max(longest, filters.starts()[fiber + 1] - filters.starts()[fiber]);
        }
        return longest;
    }

    /** {@code String.format} for {@code %s} and {@code %,d}: searching for tiles refuses so often that its time counts. */
    private static String filled(String format, Object... values) {
        StringBuilder text = new StringBuilder(format.length() + 40);
        int next = 0;
        for (int i = 0; i < format.length(); i++) {
            if (format.startsWith("%,d", i)) {
                String digits = values[next++].toString();
                for (int d = 0; d < digits.length(); d++) {
                    boolean thousand = d > 0 && (digits.length() - d) % 3 == 0;
                    text.append(thousand ? "," : "").append(digits.charAt(d));
                }
                i += 2;
            } else if (format.startsWith("%s", i)) {
                text.append(values[next++]);
                i++;
            } else {
                text.append(format.charAt(i));
            }
        }
        return text.toString();
    }

    /** One question. */
    private final class Attempt {
        private final Workload workload;
        private final Network network;
        private final List<Integer> layers;
        private final Geometry geometry;
        private final SegmentTensors tensors;
        private final int lanes;
        private final String last;

        /** What is known of such segments; of those without filters nothing, which are mapped at once. */
        private final Known shared;

        Attempt(Workload workload, List<Integer> layers, Geometry geometry) {
            this.workload = workload;
            this.network = workload.network();
            this.layers = layers;
            this.geometry = geometry;
            this.shared = layers.stream()
                    .filter(index -> network.layer(index).op() instanceof Convolution)
                    .findFirst()
                    .map(workload::filters)
                    .map(filters -> known.computeIfAbsent(filters, key -> new Known()))
                    .orElseGet(Known::new);
            SegmentTensors common = shared.tensors.computeIfAbsent(
                    new TensorsOf(System.identityHashCode(network), layers),
                    key -> new SegmentTensors(network, layers));
            this.tensors = common.isOf(network) ? common : new SegmentTensors(network, layers);
            this.lanes = geometry.getInt(IsOsSchema.LANES);
            this.last = network.layer(layers.get(layers.size() - 1)).name();
        }

        MappingOutcome map() {
            int computing = tensors.layers().size();
            if (computing == 1 && streams(tensors.layers().get(0))) {
                return streamed(tensors.layers().get(0));
            }
            long bufferBytes = geometry.get(IsOsSchema.FILTER_BUFFER);
            long filters = Tiling.filterBytes(tensors, 1, this::footprint);
            boolean alone = computing == 1;
            if (filters > bufferBytes) {
                return alone
                        ? tiledOverChannels()
                        : rejection(
                                FILTER_BUFFER,
                                filters,
                                bufferBytes,
                                "layer %s: filters of the segment need %,d bytes, the filter buffer has %,d",
                                last,
                                filters,
                                bufferBytes);
            }
            MappingOutcome whole = fit(1, 1);
            if (whole instanceof Segment || computing == 0) {
                return whole;
            }
            for (Layer layer : tensors.layers()) {
                boolean fitsAlone = !alone
                        && layer.op() instanceof Convolution
                        && new Attempt(workload, List.of(layer.index()), geometry).fit(1, 1) instanceof Segment;
                if (fitsAlone) {
                    return whole;
                }
            }
            MappingOutcome tiled = tiledOverRows(whole);
            return tiled instanceof Segment || !alone ? tiled : tiledOverChannels();
        }

        /** A layer alone in the fewest tiles of K that fit, of all rows or else of half as many again and again. */
        private MappingOutcome tiledOverChannels() {
            int height = tensors.layers().get(0).outputShape().height();
            MappingOutcome outcome = tiledOverChannels(1);
            for (int rowTiles = 2; !(outcome instanceof Segment) && rowTiles < 2 * height; rowTiles *= 2) {
                outcome = tiledOverChannels(Math.min(rowTiles, height));
            }
            return outcome;
        }

        /**
         * In tiles of rows that fit: of the numbers of tiles from the fewest on up to twice as many, that of which the lanes are
         * busy for the shortest time, judged by their dense work.
         */
        private MappingOutcome tiledOverRows(MappingOutcome whole) {
            // every tile has a row of every layer: an empty one would compute halos for nothing
            int most = Integer.MAX_VALUE;
            for (Layer layer : tensors.layers()) {
                most = Math.min(most, layer.outputShape().height());
            }
            MappingOutcome best = whole;
            double least = Double.MAX_VALUE;
            for (int tiles = 2; tiles <= most; tiles++) {
                if (fit(1, tiles) instanceof Segment segment) {
                    double work = laneWork(segment, tiles);
                    if (work < least) {
                        least = work;
                        best = segment;
                    }
                    most = Math.min(most, 2 * tiles);
                }
            }
            return best;
        }

        /** Dense work of the lane that holds the most rows of every layer in every tile. */
        private double laneWork(Segment segment, int tiles) {
            double work = 0;
            for (int i = 0; i < tensors.layers().size(); i++) {
                Layer layer = tensors.layers().get(i);
                int rowsOfLane = ceilDiv(tiling(1, tiles).parts().get(i).inputRows(), lanes);
                int lanesOfRow = LayerFactors.of(segment.mapping(layer.index())).rowLanes();
                work += (double) tiles
                        * rowsOfLane
                        * layer.denseMacs()
                        / layer.inputShape().height()
                        / lanesOfRow;
            }
            return work;
        }

        /** The fewest tiles of K that fit: partial results and filters shrink with the tiles. */
        private MappingOutcome tiledOverChannels(int rowTiles) {
            int most = tensors.layers().get(0).outputShape().channels();
            MappingOutcome outcome = fit(most, rowTiles);
            if (!(outcome instanceof Segment)) {
                return outcome;
            }
            int tooFew = 1;
            while (most - tooFew > 1) {
                int middle = (tooFew + most) >>> 1;
                if (fit(middle, rowTiles) instanceof Segment) {
                    most = middle;
                } else {
                    tooFew = middle;
                }
            }
            return fit(most, rowTiles);
        }

        private MappingOutcome streamed(Layer layer) {
            long bytes = (long) ENTRY_BYTES * workload.filters(layer.index()).nonZeros();
            long bufferBytes = geometry.get(IsOsSchema.FILTER_BUFFER);
            long piece = Math.max(ENTRY_BYTES, bufferBytes / STREAM_SHARE);
            int steps = (int) Math.max(1, Math.min(layer.inputShape().elements(), (bytes + piece - 1) / piece));
            long partials =
                    (long) ceilDiv(layer.outputShape().channels(), lanes) * geometry.get(IsOsSchema.PARTIAL_BYTES);
            long contextBytes = geometry.get(IsOsSchema.CONTEXT_ARRAY);
            if (partials > contextBytes) {
                return rejection(
                        CONTEXT_ARRAY,
                        partials,
                        contextBytes,
                        "layer %s: partial results need %,d bytes per lane, a context array has %,d",
                        layer.name(),
                        partials,
                        contextBytes);
            }
            // two steps are on chip at once; a step ends with the weights of the input element with which it is full
            FilterTensor filters = workload.filters(layer.index());
            long buffered = Math.min(
                    bytes, ENTRY_BYTES * ((2L * filters.nonZeros() + steps - 1) / steps + longestFiber(filters)));
            if (buffered > bufferBytes) {
                return rejection(
                        FILTER_BUFFER,
                        buffered,
                        bufferBytes,
                        "layer %s: two steps of its filters need %,d bytes, the filter buffer has %,d",
                        layer.name(),
                        buffered,
                        bufferBytes);
            }
            long queues = 0;
            List<TensorBuffer> buffers = new ArrayList<>();
            for (int tensor : tensors.entering()) {
                FeatureMapShape shape = network.shapeOf(tensor);
                long held = shape.fibers() * fiberBytes(shape.channels(), lanes);
                queues += held;
                buffers.add(new TensorBuffer(tensor, held));
            }
            int outputs = Math.min(lanes, layer.outputShape().channels());
            long made = fiberBytes(layer.outputShape().channels(), outputs);
            queues += made;
            buffers.add(new TensorBuffer(layer.index(), made));
            long queueBytes = geometry.get(IsOsSchema.QUEUES);
            if (queues > queueBytes) {
                return queuesRejected(queues, queueBytes);
            }
            List<LayerMapping> mappings = new ArrayList<>();
            for (int index : layers) {
                mappings.add((index == layer.index()
                                ? new LayerFactors(1, 1, lanes, outputs, steps)
                                : new LayerFactors(1, 1, 1, 1, 0))
                        .mapping(index));
            }
            return segment(mappings, buffered, partials, queues, buffers);
        }

        private Tiling tiling(int kTiles, int rowTiles) {
            return shared.tilings.computeIfAbsent(
                    new TilesOf(tensors, kTiles, rowTiles),
                    key -> Tiling.of(network, tensors, kTiles, rowTiles, this::footprint));
        }

        private FilterFootprint footprint(Layer layer) {
            return footprints.computeIfAbsent(
                    workload.filters(layer.index()),
                    filters -> new FilterFootprint(
                            filters, layer.convolution().orElseThrow().window()));
        }

        /** The layers in so many tiles. */
        private MappingOutcome fit(int kTiles, int rowTiles) {
            Tiling tiling = tiling(kTiles, rowTiles);
            // the next tile is loaded while one is at work
            long filters = kTiles > 1 ? 2 * tiling.filterBytes() : tiling.filterBytes();
            long bufferBytes = geometry.get(IsOsSchema.FILTER_BUFFER);
            if (filters > bufferBytes) {
                return rejection(
                        FILTER_BUFFER,
                        filters,
                        bufferBytes,
                        "layer %s: two tiles of its filters need %,d bytes, the filter buffer has %,d",
                        last,
                        filters,
                        bufferBytes);
            }
            List<LayerMapping> mappings = new ArrayList<>();
            long partials = 0;
            int computing = 0;
            for (int index : layers) {
                Layer layer = network.layer(index);
                if (layer.op() instanceof Concatenation) {
                    mappings.add(new LayerFactors(1, 1, 1, 1, 0).mapping(index));
                    continue;
                }
                Tiling.Part part = tiling.parts().get(computing++);
                int inputRows = part.inputRows();
                int outputRows = part.outputRows();
                int rowLanes = Math.max(1, lanes / inputRows);
                int outputLanes =
                        Math.min(Math.max(1, layer.outputShape().channels() / kTiles), Math.max(1, lanes / outputRows));
                if (layer.op() instanceof Convolution) {
                    // a lane holds several rows where a strided layer reads more than there are lanes, and, on a small
                    // machine, where a window alone has more
                    boolean onlyRow = rowTiles >= layer.outputShape().height();
                    if (outputRows > lanes && !onlyRow) {
                        return rejection(
                                LANES,
                                outputRows,
                                lanes,
                                "layer %s: %,d of its rows are on chip at once, the machine has %,d lanes",
                                layer.name(),
                                outputRows,
                                lanes);
                    }
                    partials += (rowBytes(layer, part) + rowLanes - 1) / rowLanes * ceilDiv(inputRows, lanes)
                            + maskBytes(layer, kTiles);
                }
                mappings.add(new LayerFactors(kTiles, rowTiles, rowLanes, outputLanes, 0).mapping(index));
            }
            long contextBytes = geometry.get(IsOsSchema.CONTEXT_ARRAY);
            if (partials > contextBytes) {
                return rejection(
                        CONTEXT_ARRAY,
                        partials,
                        contextBytes,
                        "layer %s: partial results of the segment need %,d bytes per lane, a context array has %,d",
                        last,
                        partials,
                        contextBytes);
            }
            List<TensorBuffer> buffers = buffers(mappings, tiling, kTiles, kTiles * rowTiles);
            long queues =
                    buffers.stream().mapToLong(TensorBuffer::capacityBytes).sum();
            long queueBytes = geometry.get(IsOsSchema.QUEUES);
            if (queues > queueBytes) {
                return queuesRejected(queues, queueBytes);
            }
            if (kTiles > 1 && rowTiles == 1 && tensors.layers().get(0).op() instanceof Convolution) {
                // the layer's input may stay on chip from tile to tile as far as there is room
                int input = tensors.windowed(0).get(0).tensor();
                long left = queueBytes - queues;
                buffers.replaceAll(b -> b.tensor() == input ? new TensorBuffer(input, b.capacityBytes() + left) : b);
            }
            return segment(mappings, filters, partials, queues, buffers);
        }

        /** Bytes of the partial results of an input row that need space at once. */
        private long rowBytes(Layer layer, Tiling.Part part) {
            boolean places = geometry.has(IsOsSchema.PARTIAL_PLACES) || depthwisePlaces(layer, geometry);
            return partialBytes(layer, geometry) * (places ? part.places() : part.livePartials());
        }

        /** Which output channel each place belongs to: a lane keeps the mask of its layer, for each kernel row. */
        private long maskBytes(Layer layer, int kTiles) {
            if (!geometry.has(IsOsSchema.PARTIAL_PLACES)) {
                return 0;
            }
            int rows = layer.convolution().orElseThrow().window().rows();
            int channels = ceilDiv(layer.outputShape().channels(), kTiles);
            return (long) rows * ceilDiv(channels, geometry.getInt(IsOsSchema.PARTIAL_PLACES));
        }

        /** What the schedule keeps of each tensor at the fullest lane, dense. */
        private List<TensorBuffer> buffers(List<LayerMapping> mappings, Tiling tiling, int kTiles, int passes) {
            int[] live = liveColumns(passes);
            List<TensorBuffer> buffers = new ArrayList<>();
            for (int slot = 0; slot < network.tensors(); slot++) {
                int tensor = network.tensorAt(slot);
                if (live[slot] > 0) {
                    int rows = tiling.rows()[slot];
                    int share = tensors.enters(tensor)
                            ? Math.max(1, lanes / rows)
                            : LayerFactors.of(mappings.get(layers.indexOf(tensor)))
                                    .outputLanes();
                    int channels =
                            Math.max(ceilDiv(network.shapeOf(tensor).channels(), kTiles), tiling.channels()[slot]);
                    buffers.add(new TensorBuffer(
                            tensor, live[slot] * (long) ceilDiv(rows, lanes) * fiberBytes(channels, share)));
                }
            }
            return buffers;
        }

        /** Columns of each tensor that must be on chip at once, by slot. */
        private int[] liveColumns(int passes) {
            int[] partialColumns = partialColumns(tensors, geometry);
            LiveOf key =
                    new LiveOf(tensors, Arrays.stream(partialColumns).boxed().toList());
            int[] live = shared.live
                    .computeIfAbsent(
                            key, of -> WavefrontSchedule.run(tensors, partialColumns, WavefrontSchedule.NOBODY))
                    .clone();
            for (int i = 0; i < partialColumns.length && passes > 1; i++) {
                Layer layer = tensors.layers().get(i);
                if (layer.op() instanceof Convolution convolution) {
                    // the first front ends of a pass wait for the last back ends of the one before
                    Window window = convolution.window();
                    int columns = partialColumns[i];
                    int width = layer.inputShape().width();
                    for (int q = 0; q < layer.outputShape().width(); q++) {
                        columns += KernelAxis.completingColumn(window, q, width) < 0 ? 1 : 0;
                    }
                    live[layer.index() + 1] = Math.max(live[layer.index() + 1], columns);
                }
            }
            return live;
        }

        private Segment segment(
                List<LayerMapping> mappings, long filters, long partials, long queues, List<TensorBuffer> buffers) {
            return new Segment(
                    layers,
                    mappings,
                    List.of(
                            new StorageDemand(FILTER_BUFFER, filters, geometry.get(IsOsSchema.FILTER_BUFFER), 1),
                            new StorageDemand(CONTEXT_ARRAY, partials, geometry.get(IsOsSchema.CONTEXT_ARRAY), lanes),
                            new StorageDemand(QUEUES, queues, geometry.get(IsOsSchema.QUEUES), lanes)),
                    buffers);
        }

        private PlanRejection queuesRejected(long demand, long limit) {
            return rejection(
                    QUEUES,
                    demand,
                    limit,
                    "layer %s: the tensors of the segment need %,d bytes of queues per lane, a lane has %,d",
                    last,
                    demand,
                    limit);
        }
    }
}
