package dev.isos.baselines.sparten;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.baselines.sparten.FilterGroups.Group;
import dev.isos.support.layers.LayerArithmetic;
import dev.isos.support.layers.LayerByLayerDataflow;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The dataflow of SparTen (Gondimalla, Chesnut, Thottethodi and Vijaykumar, "SparTen: A Sparse Tensor Accelerator for
 * Convolutional Neural Networks", MICRO 2019): output stationary, layer by layer, both operands as bitmask and packed values
 * in chunks of 128 along C, inner joins by popcount of the AND of two masks.
 *
 * <p>For each group of filters every cluster walks through its output positions; at each one it broadcasts the chunks of the
 * window, in the order r, s, c, and every unit joins a chunk with its filters' chunks. The outputs are really computed, by the
 * products that the joins find. A chunk that lies wholly in the padding is neither fetched nor joined. A unit takes as many
 * steps as a pair of chunks has matches, and one of a pair that has none.
 *
 * <p>Off chip travel, by layer: filters, outputs and the residual operand once, compressed; the inputs either as every output
 * position fetches its window, once per filter group and without what none of the group's filters meets, or those that some window
 * covers, once per filter group, or once if they fit the on-chip buffer. See {@link Format} for bytes; pointers are free.
 *
 * <p>Grouped convolutions: a filter joins the chunks that its own channels lie in and no others; groups of channels that
 * share a chunk are worked on together. A depthwise filter meets one useful bit in each chunk of 128, so a unit performs at
 * most one product per step and none where the activation is zero: sparsity gains nothing.
 *
 * <p>Layers without filters are no part of the paper: each unit takes one channel and one element per step.
 */
public final class SparTenDataflow extends LayerByLayerDataflow {
    /** Masks are joined in words of this many bits. */
    static final int CHUNK_MULTIPLE = 64;

    /** Memory in which layers count their joins, of all runs on a workload: those that no layer uses now. */
    private static final class IdleJoins {
        private final Queue<int[]> arrays = new ConcurrentLinkedQueue<>();
    }

    public SparTenDataflow() {
        super("sparten", "SparTen (MICRO 2019): layer by layer, output stationary, inner joins of bitmask chunks");
    }

    @Override
    public WorkSchema schema(Geometry geometry) {
        return SparTenWork.schema(geometry.getInt(SparTenWork.UNITS));
    }

    @Override
    public Set<String> requiredGeometry() {
        return Set.of(
                SparTenWork.CLUSTERS,
                SparTenWork.UNITS,
                SparTenWork.CHUNK,
                SparTenWork.BALANCING,
                SparTenWork.FORMAT,
                SparTenWork.WINDOW_FETCHES,
                SparTenWork.ON_CHIP_BUFFER_BYTES);
    }

    @Override
    public boolean effectualOnly() {
        return true;
    }

    @Override
    public MappingOutcome map(Workload workload, List<Integer> layers, Geometry geometry) {
        int chunk = geometry.getInt(SparTenWork.CHUNK);
        if (chunk % CHUNK_MULTIPLE != 0) {
            throw new IsosException(
                    ErrorCode.INFEASIBLE,
                    "the sparten dataflow needs chunks of a multiple of " + CHUNK_MULTIPLE + " channels, not " + chunk);
        }
        return super.map(workload, layers, geometry);
    }

    @Override
    protected List<StorageDemand> storage(Layer layer, Geometry geometry) {
        long limit = geometry.get(SparTenWork.ON_CHIP_BUFFER_BYTES);
        Format format = Format.values()[geometry.getInt(SparTenWork.FORMAT)];
        return List.of(new StorageDemand(
                "onChipBuffer", Math.min(limit, FilterGroups.mostBytes(format, layer.inputShape())), limit, 1));
    }

    @Override
    protected Map<String, Integer> factors(Workload workload, Layer layer, Geometry geometry) {
        if (LayerArithmetic.concatenates(layer)) {
            return factors(0, 0, 0);
        }
        int units = geometry.getInt(SparTenWork.UNITS);
        if (layer.convolution().isEmpty()) {
            int blocks = (layer.outputShape().channels() + units - 1) / units;
            return factors(blocks, blocks - 1, 0);
        }
        FilterGroups groups = FilterGroups.of(layer, workload.filters(layer.index()), geometry);
        return factors(groups.groups().size(), groups.lastLoad(), groups.firstLoadBytes());
    }

    private static Map<String, Integer> factors(int groups, int lastLoad, long firstLoadBytes) {
        return Map.of(
                SparTenWork.FILTER_GROUPS, groups, SparTenWork.LAST_LOAD, lastLoad, SparTenWork.FIRST_LOAD_BYTES, (int)
                        Math.min(Integer.MAX_VALUE, firstLoadBytes));
    }

    @Override
    public long weightBytes(Workload workload, Segment segment, Geometry geometry) {
        long bytes = 0;
        for (int index : segment.layers()) {
            Layer layer = workload.network().layer(index);
            if (layer.convolution().isPresent()) {
                bytes += FilterGroups.of(layer, workload.filters(index), geometry).groups().stream()
                        .mapToLong(Group::bytes)
                        .sum();
            }
        }
        return bytes;
    }

    /** Where they fit the shared buffer, beside the inputs if these are to stay there too. */
    @Override
    public boolean keepsWeights(Workload workload, Segment segment, Geometry geometry) {
        Format format = Format.values()[geometry.getInt(SparTenWork.FORMAT)];
        long inputs = 0;
        if (geometry.get(SparTenWork.WINDOW_FETCHES) == 0) {
            for (int index : segment.layers()) {
                Layer layer = workload.network().layer(index);
                inputs += layer.convolution().isPresent() ? FilterGroups.mostBytes(format, layer.inputShape()) : 0;
            }
        }
        return weightBytes(workload, segment, geometry) + inputs <= geometry.get(SparTenWork.ON_CHIP_BUFFER_BYTES);
    }

    @Override
    protected ActivationTensor execute(ExecutionContext context, Layer layer) {
        WorkItem item = new WorkItem(schema(context.geometry()));
        ActivationTensor output = LayerArithmetic.output(context, layer);
        if (layer.convolution().isEmpty()) {
            new ReductionStream(context, layer, item, output).run();
            return output;
        }
        IdleJoins idle = context.shared(IdleJoins.class, IdleJoins.class, IdleJoins::new);
        int[] known = idle.arrays.poll();
        ConvolutionStream stream =
                new ConvolutionStream(context, layer, item, output, known == null ? new int[0] : known);
        stream.run();
        idle.arrays.add(stream.joins());
        return output;
    }
}
