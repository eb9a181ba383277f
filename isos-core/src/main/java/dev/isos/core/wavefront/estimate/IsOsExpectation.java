package dev.isos.core.wavefront.estimate;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Liveness;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.TensorBuffer;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.core.wavefront.mapping.IsOsMapper;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.OffChipFormat;
import dev.isos.core.wavefront.mapping.Pass;
import dev.isos.core.wavefront.mapping.SegmentPasses;
import dev.isos.core.wavefront.mapping.SegmentTensors;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Expected counts of segments of one workload on one machine. What depends on a layer alone is kept for all machines that ask the
 * same of it, as long as anybody holds the densities. For one thread.
 */
public final class IsOsExpectation {
    private static final Map<WorkloadDensities, Map<Key, ExpectedLayer>> KNOWN =
            Collections.synchronizedMap(new WeakHashMap<>());

    private final WorkloadDensities densities;
    private final Geometry geometry;
    private final BackEndCost cost;
    private final int lanes;
    private final OffChipFormat format;
    private final Map<Key, ExpectedLayer> known;
    private final int vectorWidth;
    private final Liveness liveness;

    private record Key(
            int layer,
            LayerFactors factors,
            List<Pass> passes,
            int lanes,
            int vectorWidth,
            boolean places,
            BackEndCost cost) {}

    /** @param cost equal to that of every machine whose back ends take as long */
    public IsOsExpectation(WorkloadDensities densities, Geometry geometry, BackEndCost cost) {
        this.densities = densities;
        this.geometry = geometry;
        this.cost = cost;
        this.lanes = geometry.getInt(IsOsSchema.LANES);
        this.format = OffChipFormat.of(geometry);
        this.vectorWidth = geometry.getInt(IsOsSchema.VECTOR_WIDTH);
        this.liveness = new Liveness(densities.network());
        this.known = KNOWN.computeIfAbsent(densities, key -> new ConcurrentHashMap<>());
    }

    /** @param segment as the mapper of IS-OS has mapped it */
    public ExpectedSegment of(Segment segment) {
        SegmentTensors tensors = new SegmentTensors(densities.network(), segment.layers(), liveness);
        List<ExpectedLayer> layers = new ArrayList<>();
        int count = tensors.layers().size();
        LayerFactors[] factors = new LayerFactors[count];
        for (int i = 0; i < count; i++) {
            factors[i] = LayerFactors.of(segment.mapping(tensors.layers().get(i).index()));
        }
        double[][] bytes = new double[TensorRole.values().length][count];
        if (count == 0) {
            return new ExpectedSegment(tensors, layers, bytes, 0);
        }
        SegmentPasses passes = SegmentPasses.of(tensors, factors[0]);
        boolean places = geometry.has(IsOsSchema.PARTIAL_PLACES);
        double queued = 0;
        for (int i = 0; i < count; i++) {
            Layer layer = tensors.layers().get(i);
            List<Pass> mine = passes.ofLayer(i);
            LayerFactors of = factors[i];
            ExpectedLayer expected = known.computeIfAbsent(
                    new Key(layer.index(), of, mine, lanes, vectorWidth, places, cost),
                    key -> new ExpectedLayer(densities, layer, of, mine, lanes, vectorWidth, places, cost));
            layers.add(expected);
            if (layer.op() instanceof Convolution) {
                bytes[TensorRole.WEIGHTS.ordinal()][i] = (double) IsOsMapper.ENTRY_BYTES
                        * densities.weightNonZeros().get(layer.index());
            }
            if (tensors.leaves(layer.index())) {
                bytes[TensorRole.OUTPUTS.ordinal()][i] = format.channelsPerMaskByte() == 0
                        ? (double) IsOsMapper.ENTRY_BYTES * densities.nonZeros(layer.index())
                        : of.kTiles() * moved(layer.outputShape().fibers(), layer.index(), of.kTiles());
            }
            queued += IsOsMapper.ENTRY_BYTES * expected.outputs() * densities.density(layer.index());
        }
        for (int tensor : tensors.entering()) {
            int reader = tensors.firstReader(tensor);
            TensorRole role = tensors.role(tensor);
            FeatureMapShape shape = tensors.shape(tensor);
            double density = densities.density(tensor);
            boolean tiles = factors[reader].kTiles() > 1;
            boolean slice = tiles && tensors.readByChannel(tensor);
            int resident = tiles && factors[reader].rowTiles() == 1 && !slice ? resident(segment, tensors, tensor) : 0;
            for (int pass = 0; pass < passes.count(); pass++) {
                int rows = passes.endRow(pass, tensor) - passes.firstRow(pass, tensor);
                int parts = slice ? factors[reader].kTiles() : 1;
                double fibers = (double) rows * (shape.width() - (pass > 0 ? resident : 0));
                int share = lanes / (factors[reader].streamed() ? 1 : Math.max(1, Math.min(lanes, rows)));
                bytes[role.ordinal()][reader] += format.channelsPerMaskByte() == 0
                        ? IsOsMapper.ENTRY_BYTES * fibers * shape.channels() / parts * density
                        : moved(fibers, tensor, parts);
                queued += fibers * Binomial.ceiling(shape.channels() / parts, density, IsOsMapper.ENTRY_BYTES, share);
            }
        }
        return new ExpectedSegment(tensors, layers, bytes, queued);
    }

    /** Bytes of fibers of a tensor, each of which moves in so many parts of its channels, of which one counts. */
    private double moved(double fibers, int tensor, int parts) {
        int channels = densities.network().shapeOf(tensor).channels() / parts;
        return fibers
                * Binomial.expected(channels, densities.density(tensor), nonZeros -> format.bytes(nonZeros, channels));
    }

    /** Columns of the input of a layer in tiles of K that stay on chip from tile to tile. */
    private int resident(Segment segment, SegmentTensors tensors, int tensor) {
        int[] partialColumns = IsOsMapper.partialColumns(tensors, geometry);
        long room = -IsOsMapper.movingColumnsBytes(tensors, partialColumns, tensor, lanes);
        for (TensorBuffer buffer : segment.buffers()) {
            room += buffer.tensor() == tensor ? buffer.capacityBytes() : 0;
        }
        FeatureMapShape shape = tensors.shape(tensor);
        int rowsOfLane = (shape.height() + lanes - 1) / lanes;
        double column = rowsOfLane
                * Binomial.ceiling(
                        shape.channels(),
                        densities.density(tensor),
                        IsOsMapper.ENTRY_BYTES,
                        Math.max(1, lanes / shape.height()));
        return (int) Math.max(0, Math.min(shape.width(), room / column));
    }
}
