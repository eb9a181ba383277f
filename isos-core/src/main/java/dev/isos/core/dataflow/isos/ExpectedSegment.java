package dev.isos.core.dataflow.isos;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.plan.TensorBuffer;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FibertreeFormat;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.core.dataflow.isos.SegmentTensors.Operand;
import java.util.ArrayList;
import java.util.List;

/** What a mapped segment is expected to compute, move and hold. Layers count by their position among those that compute. */
public final class ExpectedSegment {
    private final WorkloadDensities densities;
    private final SegmentTensors tensors;
    private final Segment segment;
    private final int lanes;
    private final List<ExpectedLayer> layers;
    private final LaneBinding[] bindings;
    private final long[] inputBytes;
    private final long[] residualBytes;
    private final long[] outputBytes;
    private final double[] lead;
    private final List<Hold> holds = new ArrayList<>();
    private double heldBytes;

    /**
     * A queue and one of its readers: a column of the tensor takes space from the time when its producer begins it until the
     * reader has ended with it.
     *
     * @param producer layer that makes the tensor, or {@link Layer#NONE} when it is loaded
     * @param reader layer that reads it
     * @param atOutput whether the reader's back end reads it, not its front end
     * @param columns columns of the tensor, over all K-tiles
     * @param underWay columns that can be on their way from producer to reader at the same time, beside those that wait because
     *     the reader lags behind
     */
    public record Hold(int producer, int reader, boolean atOutput, double columns, double underWay) {}

    ExpectedSegment(
            WorkloadDensities densities,
            SegmentTensors tensors,
            Segment segment,
            List<ExpectedLayer> layers,
            Geometry geometry) {
        this.densities = densities;
        this.tensors = tensors;
        this.segment = segment;
        this.lanes = geometry.getInt(IsOsWork.LANES);
        boolean bitmaskAllowed = geometry.get(IsOsWork.OFF_CHIP_BITMASK) == 1;
        this.layers = layers;
        int count = layers.size();
        bindings = new LaneBinding[count];
        inputBytes = new long[count];
        residualBytes = new long[count];
        outputBytes = new long[count];
        lead = new double[count];
        for (int tensor : tensors.entering()) {
            load(tensor, bitmaskAllowed);
        }
        for (int i = 0; i < count; i++) {
            int tensor = layers.get(i).layer().index();
            bindings[i] = LaneBinding.of(segment.mapping(tensor), lanes);
            heldBytes += held(tensor);
            if (tensors.leaves(tensor)) {
                outputBytes[i] = travelling(tensor, bitmaskAllowed);
            }
            lead[i] = leadOf(i);
        }
        findHolds(geometry);
    }

    private void findHolds(Geometry geometry) {
        long capacity = 0;
        for (TensorBuffer buffer : segment.buffers()) {
            capacity += buffer.capacityBytes();
        }
        long free = 0;
        for (StorageDemand storage : segment.storage()) {
            free += storage.resource().equals(IsOsMapper.CONTEXT_MEMORY)
                    ? storage.limitBytes() - storage.demandBytes()
                    : 0;
        }
        // what queues need at least has grown in proportion to fill the memory, in lanes of different layers
        // differently
        int[] liveColumns = IsOsMapper.partitioned(geometry)
                ? IsOsMapper.liveColumns(densities.network(), tensors, segment, geometry)
                : null;
        double growth = capacity / (double) Math.max(1, capacity - free);
        for (TensorBuffer buffer : segment.buffers()) {
            int tensor = buffer.tensor();
            QueuePlaces queue = QueuePlaces.of(tensors, segment, tensor, lanes);
            int width = tensors.shape(tensor).width();
            double needed = liveColumns != null
                    ? liveColumns[densities.network().slot(tensor)]
                    : buffer.capacityBytes() / growth / IsOsMapper.columnBytes(tensors, segment, tensor, lanes);
            // space is given to whole fibers
            double rows = StrictMath.ceil((double) tensors.shape(tensor).height()
                    * queue.parts()
                    / queue.binding().count());
            double fitting =
                    StrictMath.floor(buffer.capacityBytes() / fullestBytes(queue, tensor) * width * rows) / rows;
            double underWay = Math.max(1, fitting - needed + 1);
            int producer = Layer.NONE;
            for (int i = 0; i < layers.size(); i++) {
                producer = layers.get(i).layer().index() == tensor ? i : producer;
            }
            for (int i = 0; i < layers.size(); i++) {
                double columns = (double) width * layers.get(i).kTiles();
                boolean pooling = layers.get(i).frontends().isEmpty();
                if (tensors.readsThroughWindow(i, tensor)) {
                    holds.add(new Hold(producer, i, pooling, columns, underWay));
                }
                if (tensors.readsAligned(i, tensor)) {
                    holds.add(new Hold(producer, i, true, columns, underWay));
                }
            }
        }
    }

    /** What the columns of a tensor take in queues. */
    public List<Hold> holds() {
        return holds;
    }

    private void load(int tensor, boolean bitmaskAllowed) {
        int reader = tensors.firstReader(tensor);
        ExpectedLayer layer = layers.get(reader);
        int read = 0;
        boolean[] fibers = tensors.readFibers(tensor);
        for (boolean needed : fibers) {
            read += needed ? 1 : 0;
        }
        long bytes = Math.round(travelling(tensor, bitmaskAllowed) * (read / (double) fibers.length));
        if (tensors.role(tensor) == TensorRole.RESIDUALS) {
            residualBytes[reader] += bytes;
            heldBytes += held(tensor);
        } else {
            inputBytes[reader] += bytes * layer.kTiles();
            heldBytes += held(tensor) * layer.kTiles();
        }
    }

    private long travelling(int tensor, boolean bitmaskAllowed) {
        FeatureMapShape shape = tensors.shape(tensor);
        return ExpectedTensor.smallest(shape.fibers(), shape.channels(), densities.nonZeros(tensor), bitmaskAllowed);
    }

    /** Bytes of a tensor in queues, over all lanes. */
    private double held(int tensor) {
        FeatureMapShape shape = tensors.shape(tensor);
        long coded = ExpectedTensor.bytes(
                FibertreeFormat.COORDINATE, shape.fibers(), shape.channels(), densities.nonZeros(tensor));
        return Math.min(shape.elements(), coded);
    }

    /** How far, as a part of its map, what layer i reads can be ahead of it: what the fullest queues hold. */
    private double leadOf(int i) {
        double least = 1;
        for (Operand operand : tensors.windowed(i)) {
            least = Math.min(least, queued(operand.tensor()));
        }
        for (Operand operand : tensors.aligned(i)) {
            least = Math.min(least, queued(operand.tensor()));
        }
        return least;
    }

    private double queued(int tensor) {
        double fullest = fullestBytes(QueuePlaces.of(tensors, segment, tensor, lanes), tensor);
        for (TensorBuffer buffer : segment.buffers()) {
            if (buffer.tensor() == tensor) {
                return Math.min(1, buffer.capacityBytes() / fullest);
            }
        }
        return 1;
    }

    /** Bytes of a whole tensor at the lane that holds most of it. */
    private double fullestBytes(QueuePlaces queue, int tensor) {
        FeatureMapShape shape = tensors.shape(tensor);
        int[] rows = new int[lanes];
        int most = 0;
        for (int row = 0; row < shape.height(); row++) {
            for (int part = 0; part < queue.parts(); part++) {
                most = Math.max(most, ++rows[queue.lane(row, part)]);
            }
        }
        return Math.max(1, held(tensor) * most / ((double) shape.height() * queue.parts() * queue.tiles()));
    }

    /** Layers that compute. */
    public List<ExpectedLayer> layers() {
        return layers;
    }

    /** Lanes of the places of layer i. */
    public LaneBinding binding(int i) {
        return bindings[i];
    }

    /** Off-chip bytes of inputs that are loaded for layer i. */
    public long inputBytes(int i) {
        return inputBytes[i];
    }

    /** Off-chip bytes of residual operands that are loaded for layer i. */
    public long residualBytes(int i) {
        return residualBytes[i];
    }

    /** Off-chip bytes of the output of layer i. */
    public long outputBytes(int i) {
        return outputBytes[i];
    }

    /** Part of its input map, 0..1, that fits on chip before layer i has begun. */
    public double lead(int i) {
        return lead[i];
    }

    /** Part of its map, 0..1, by which rows of layer i can be ahead of others: until what they make fills their queues. */
    public double reach(int i) {
        double least = 1;
        for (int j = i + 1; j < layers.size(); j++) {
            least = reads(j, i) ? Math.min(least, lead[j]) : least;
        }
        return least;
    }

    /** Bytes that all queues take up over the whole run of the segment. */
    public double heldBytes() {
        return heldBytes;
    }

    /** Whether layer i reads the output of layer {@code producer}, through its window or as an aligned operand. */
    public boolean reads(int i, int producer) {
        int tensor = layers.get(producer).layer().index();
        return tensors.readsThroughWindow(i, tensor) || tensors.readsAligned(i, tensor);
    }
}
