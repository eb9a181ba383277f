package dev.isos.core.loopnest;

import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.FibertreeFormat;
import dev.isos.api.workload.Workload;
import dev.isos.core.loopnest.BufferChoice.Placed;
import dev.isos.core.loopnest.LoopNestDataflow.Fusion;
import dev.isos.core.loopnest.LoopNestDataflow.Halo;
import dev.isos.core.loopnest.SegmentGraph.Node;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Reuse, storage, traffic and use of multipliers of a network under any {@link LoopNestDataflow}, by one engine
 * ({@link NestWalk}) and the same rules for all:
 *
 * <ul>
 *   <li>Off-chip tensors travel in the smallest of three formats (dense, coordinates, bitmask); on chip, filters stay as they
 *       came, feature maps take a byte and partial results four bytes per element.
 *   <li>Every on-chip buffer that the dataflow does not fix stands where off-chip traffic is least under the same budget.
 *   <li>Partial results stand at the innermost level at which no partial result leaves the chip. Those that outlive a step
 *       of a fused dataflow occupy space for every layer; those that do not share it.
 * </ul>
 */
public final class DataflowAnalysis {
    private static final int PARTIAL_BYTES = 4;
    private static final double BITMASK_BYTES = 1.0 / 8;
    /** Value and coordinate delta. */
    private static final int ENTRY_BYTES = 2;

    private final Network network;
    private final Densities densities;
    private final long onChipBytes;

    /**
     * @param onChipBytes budget for all buffers of a segment together
     */
    public DataflowAnalysis(Network network, Densities densities, long onChipBytes) {
        this.network = network;
        this.densities = densities;
        this.onChipBytes = onChipBytes;
    }

    /** Of a workload with its real densities. */
    public static DataflowAnalysis of(Workload workload, long onChipBytes) {
        return new DataflowAnalysis(workload.network(), Densities.of(workload), onChipBytes);
    }

    /**
     * A whole network.
     *
     * @param segments layers that a fused dataflow runs together, as a plan cuts the network; others take layer by layer
     */
    public DataflowFigures network(LoopNestDataflow dataflow, List<List<Integer>> segments) {
        List<SegmentFigures> figures = new ArrayList<>();
        for (List<Integer> segment : segments) {
            if (dataflow.fusion().isPresent()) {
                addSegment(dataflow, segment, figures);
            } else {
                segment.forEach(layer -> addSegment(dataflow, List.of(layer), figures));
            }
        }
        return DataflowFigures.of(dataflow, figures);
    }

    private void addSegment(LoopNestDataflow dataflow, List<Integer> layers, List<SegmentFigures> figures) {
        SegmentGraph graph = new SegmentGraph(network, layers);
        if (!graph.nodes().isEmpty()) {
            figures.add(
                    dataflow.fusion().isPresent()
                            ? fused(dataflow.nest(), dataflow.fusion().get(), graph)
                            : alone(dataflow.nest(), graph));
        }
    }

    private SegmentFigures alone(LoopNest nest, SegmentGraph graph) {
        Node node = graph.nodes().get(0);
        NestWalk walk = new NestWalk(node.shape(), List.of(), nest);
        List<List<BufferChoice>> tensors = new ArrayList<>();
        tensors.add(options(walk, 0, Operand.I, 1, inputBytes(node)));
        if (node.shape().filters()) {
            tensors.add(options(walk, 0, Operand.F, filterBytes(node), filterBytes(node)));
        }
        int partial = partialBytes(node);
        List<BufferChoice> sums = new ArrayList<>();
        for (int level = 0; level <= walk.arrayLevel(); level++) {
            long spills = spills(walk, nest.partials(), level);
            sums.add(new BufferChoice(
                    partial * walk.peak(nest.partials(), level),
                    partial * spills,
                    List.of(new Placed(0, nest.partials(), level))));
        }
        tensors.add(sums);
        BufferChoice best = BufferChoice.best(tensors, onChipBytes);
        Map<Operand, Integer> levels = levels(best, 0);

        long inputs = walk.fetches(Operand.I, levels.get(Operand.I));
        long inputBytes = bytes(inputs, inputBytes(node));
        for (int residual : node.residuals()) {
            inputs += network.shapeOf(residual).elements();
            inputBytes += mapBytes(residual);
        }
        long weights = node.shape().filters() ? walk.fetches(Operand.F, levels.get(Operand.F)) : 0;
        int partialLevel = levels.get(nest.partials());
        long spills = spills(walk, nest.partials(), partialLevel);
        long outputs = node.layer().outputShape().elements();
        long held = partial * walk.peak(nest.partials(), partialLevel);
        return new SegmentFigures(
                List.of(layer(node, nest, walk, held, levels)),
                new BoundaryTraffic(inputs, weights, outputs + spills),
                inputBytes,
                bytes(weights, filterBytes(node)),
                mapBytes(node.index()) + partial * spills,
                held,
                best.bytes());
    }

    /** Partial results that leave a buffer before they are complete, and come back. */
    private static long spills(NestWalk walk, Operand partials, int level) {
        return 2 * (walk.fetches(partials, level) - walk.distinct(partials));
    }

    private static List<BufferChoice> options(
            NestWalk walk, int layer, Operand operand, double onChip, double offChip) {
        List<BufferChoice> options = new ArrayList<>();
        for (int level = 0; level <= walk.arrayLevel(); level++) {
            options.add(new BufferChoice(
                    bytes(walk.peak(operand, level), onChip),
                    bytes(walk.fetches(operand, level), offChip),
                    List.of(new Placed(layer, operand, level))));
        }
        return options;
    }

    private SegmentFigures fused(LoopNest nest, Fusion fusion, SegmentGraph graph) {
        StepSchedule rows = new StepSchedule(graph, Axis.ROWS, fusion, nest);
        StepSchedule columns = new StepSchedule(graph, Axis.COLUMNS, fusion, nest);
        List<NestWalk> walks = new ArrayList<>();
        List<List<BufferChoice>> filters = new ArrayList<>();
        List<Integer> partialLevels = new ArrayList<>();
        long kept = 0;
        long shared = 0;
        for (Node node : graph.nodes()) {
            NestWalk walk = new NestWalk(node.shape(), List.of(rows.loop(node), columns.loop(node)), nest);
            if (node.shape().filters()) {
                filters.add(options(walk, walks.size(), Operand.F, filterBytes(node), filterBytes(node)));
            }
            int level = partialLevel(walk, nest.partials(), fusion.halo());
            long held = partialBytes(node) * walk.peak(nest.partials(), level);
            if (walk.keptAcrossSteps(nest.partials(), level) > 0) {
                kept += held;
            } else {
                shared = Math.max(shared, held);
            }
            partialLevels.add(level);
            walks.add(walk);
        }

        long inside = 0;
        long outside = 0;
        if (fusion.halo() == Halo.REUSE) {
            List<LiveTensor> tensors = new ArrayList<>();
            for (Node node : graph.nodes()) {
                tensors.add(live(graph, node.index(), rows, columns));
            }
            graph.external().forEach(tensor -> tensors.add(live(graph, tensor, rows, columns)));
            for (int p = 0; p < rows.steps(); p++) {
                for (int q = 0; q < columns.steps(); q++) {
                    long between = 0;
                    long all = 0;
                    for (LiveTensor tensor : tensors) {
                        long elements = tensor.channels() * tensor.positions().at(p, q);
                        all += elements;
                        between += graph.isExternal(tensor.index()) ? 0 : elements;
                    }
                    inside = Math.max(inside, between);
                    outside = Math.max(outside, all);
                }
            }
        } else {
            for (Node node : graph.nodes()) {
                inside += graph.isRead(node.index()) ? largestStep(graph, node.index(), rows, columns) : 0;
            }
            outside = inside;
            for (int tensor : graph.external()) {
                outside += largestStep(graph, tensor, rows, columns);
            }
        }
        long sums = kept + shared;
        BufferChoice best = BufferChoice.best(filters, onChipBytes - outside - sums);

        long inputs = 0;
        long inputBytes = 0;
        for (int tensor : graph.external()) {
            long fetched = graph.channels(tensor) * fetchedPositions(tensor, rows, columns, fusion.halo());
            inputs += fetched;
            inputBytes += bytes(fetched, mapBytesPerElement(tensor));
        }
        long weights = 0;
        long weightBytes = 0;
        long outputs = 0;
        long outputBytes = 0;
        List<LayerFigures> layers = new ArrayList<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.nodes().get(i);
            Map<Operand, Integer> levels = levels(best, i);
            levels.put(nest.partials(), partialLevels.get(i));
            if (node.shape().filters()) {
                long fetched = walks.get(i).fetches(Operand.F, levels.get(Operand.F));
                weights += fetched;
                weightBytes += bytes(fetched, filterBytes(node));
            }
            if (graph.isWritten(node.index())) {
                outputs += node.layer().outputShape().elements();
                outputBytes += mapBytes(node.index());
            }
            long held = partialBytes(node) * walks.get(i).peak(nest.partials(), partialLevels.get(i));
            layers.add(layer(node, nest, walks.get(i), held, levels));
        }
        return new SegmentFigures(
                layers,
                new BoundaryTraffic(inputs, weights, outputs),
                inputBytes,
                weightBytes,
                outputBytes,
                inside + sums,
                outside + sums + best.bytes());
    }

    /** Innermost level at which nothing more leaves than outside all loops, or outside the steps where they recompute. */
    private static int partialLevel(NestWalk walk, Operand partials, Halo halo) {
        long least = walk.fetches(partials, halo == Halo.RECOMPUTE ? walk.stepLevel() : 0);
        int level = walk.arrayLevel();
        while (walk.fetches(partials, level) > least) {
            level--;
        }
        return level;
    }

    private record LiveTensor(int index, long channels, LiveElements positions) {}

    private static LiveTensor live(SegmentGraph graph, int tensor, StepSchedule rows, StepSchedule columns) {
        return new LiveTensor(
                tensor, graph.channels(tensor), new LiveElements(rows.lifetime(tensor), columns.lifetime(tensor)));
    }

    private static long largestStep(SegmentGraph graph, int tensor, StepSchedule rows, StepSchedule columns) {
        return graph.channels(tensor) * largest(tensor, rows) * largest(tensor, columns);
    }

    private static long largest(int tensor, StepSchedule schedule) {
        long most = 0;
        for (int t = 0; t < schedule.steps(); t++) {
            most = Math.max(most, schedule.wantedIn(tensor, t));
        }
        return most;
    }

    private static long fetchedPositions(int tensor, StepSchedule rows, StepSchedule columns, Halo halo) {
        if (halo == Halo.REUSE) {
            return rows.lifetime(tensor).used() * columns.lifetime(tensor).used();
        }
        return wanted(tensor, rows) * wanted(tensor, columns);
    }

    private static long wanted(int tensor, StepSchedule schedule) {
        long sum = 0;
        for (int t = 0; t < schedule.steps(); t++) {
            sum += schedule.wantedIn(tensor, t);
        }
        return sum;
    }

    private LayerFigures layer(
            Node node, LoopNest nest, NestWalk walk, long partialBytes, Map<Operand, Integer> levels) {
        int array = walk.arrayLevel();
        boolean multiplies = node.shape().filters();
        long macs = multiplies ? new NestWalk(node.shape(), List.of(), nest).macs() : 0;
        BoundaryTraffic moved = multiplies
                ? new BoundaryTraffic(
                        walk.fetches(Operand.I, array),
                        walk.fetches(Operand.F, array),
                        walk.fetches(nest.partials(), array))
                : BoundaryTraffic.NOTHING;
        return new LayerFigures(
                node.layer().name(),
                macs,
                multiplies ? walk.macs() : 0,
                moved,
                Reuse.of(macs, moved),
                partialBytes,
                levels,
                walk.slotUse(inputDensity(node), densities.weights().get(node.index())));
    }

    private static Map<Operand, Integer> levels(BufferChoice choice, int layer) {
        Map<Operand, Integer> levels = new EnumMap<>(Operand.class);
        for (Placed placed : choice.placed()) {
            if (placed.layer() == layer) {
                levels.put(placed.operand(), placed.level());
            }
        }
        return levels;
    }

    /** Bytes per sum: none where nothing is summed, one where only the greatest counts. */
    private static int partialBytes(Node node) {
        if (node.shape().filters()) {
            return PARTIAL_BYTES;
        }
        if (node.layer().op() instanceof Pooling pooling) {
            return pooling.kind() == PoolingKind.MAX ? 1 : PARTIAL_BYTES;
        }
        return 0;
    }

    private double inputDensity(Node node) {
        double nonZeros = 0;
        long channels = 0;
        for (int tensor : node.inputs()) {
            long own = network.shapeOf(tensor).channels();
            nonZeros += own * densities.activations().get(network.slot(tensor));
            channels += own;
        }
        return nonZeros / channels;
    }

    private double inputBytes(Node node) {
        double bytes = 0;
        long channels = 0;
        for (int tensor : node.inputs()) {
            long own = network.shapeOf(tensor).channels();
            bytes += own * mapBytesPerElement(tensor);
            channels += own;
        }
        return bytes / channels;
    }

    private long mapBytes(int tensor) {
        return bytes(network.shapeOf(tensor).elements(), mapBytesPerElement(tensor));
    }

    private double mapBytesPerElement(int tensor) {
        return bytesPerElement(
                densities.activations().get(network.slot(tensor)),
                network.shapeOf(tensor).channels());
    }

    private double filterBytes(Node node) {
        return bytesPerElement(
                densities.weights().get(node.index()), node.shape().outputChannels());
    }

    /** Expected, of fibers of a length whose elements are non-zero independently of each other. */
    private static double bytesPerElement(double density, int fiber) {
        double entries = density * fiber;
        // zero entries that bridge gaps: one per full gap between an element and the non-zero before it
        for (int gap = FibertreeFormat.MAX_DELTA; gap < fiber; gap += FibertreeFormat.MAX_DELTA) {
            entries += density * (fiber - gap) * StrictMath.pow(1 - density, gap);
        }
        double coordinates = (ENTRY_BYTES * entries + FibertreeFormat.LENGTH_BYTES) / fiber;
        return Math.min(1, Math.min(coordinates, density + BITMASK_BYTES));
    }

    private static long bytes(long elements, double each) {
        return (long) Math.ceil(elements * each);
    }
}
