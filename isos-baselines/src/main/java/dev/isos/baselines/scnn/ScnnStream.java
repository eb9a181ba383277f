package dev.isos.baselines.scnn;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.Liveness;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.ActivationTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Gives the items of the layers of a segment, one layer after the other and in each group by group. The output of a layer
 * stays in the activation RAM for the next layer of the segment if its largest tile fits; it is written if it does not, or
 * if anyone else reads it.
 */
final class ScnnStream {
    private final ExecutionContext context;
    private final Network network;
    private final Liveness liveness;
    private final ScnnGeometry geometry;
    private final WorkItem item = new WorkItem(ScnnWork.SCHEMA);

    /** Names the compressed sizes of a tensor among the values that runs share. */
    private record MapKey(ScnnGeometry geometry, int tensor) {}

    // item numbers; -1: none yet
    private int barrier = -1;
    private int drain = -1;
    private int drainBefore = -1;
    private final Map<Integer, Integer> stores = new HashMap<>();

    // the tensor in the activation RAM, or NONE
    private int resident = Layer.NONE;

    // of the current layer
    private Layer layer;
    private int step;
    private List<Integer> inputLoads = List.of();
    private int pendingStore = -1;
    private GroupCounts pendingGroup;

    ScnnStream(ExecutionContext context, ScnnGeometry geometry) {
        this.context = context;
        this.network = context.workload().network();
        this.liveness = new Liveness(network);
        this.geometry = geometry;
    }

    /** Gives the items of a layer whose output is known. */
    void add(Layer next, LayerCounts counts, ActivationTensor output) {
        layer = next;
        step = 0;
        boolean stays = map(layer.index(), () -> output).largestTileBytes() <= geometry.activationRamBytes();
        boolean written = !stays || isNeededInMemory(layer.index(), nextInSegment());
        int passes = passes(counts);
        int start = barrier;
        List<List<Integer>> inputsByPart = loadFirst(counts, start);
        List<Integer> weights = List.of();
        for (int g = 0; g < counts.groups().size(); g++) {
            GroupCounts group = counts.groups().get(g);
            int groupStart = barrier;
            List<Integer> before = new ArrayList<>();
            if (passes > 1) {
                loadWeights(group.weightBytes() * (passes - 1), groupStart, before);
            }
            List<Integer> nextWeights = new ArrayList<>();
            if (g + 1 < counts.groups().size()) {
                loadWeights(counts.groups().get(g + 1).weightBytes(), groupStart, nextWeights);
            }
            List<Integer> residuals = group.completes() ? loadResidual(group, groupStart) : List.of();
            store(written);
            List<Integer> computed = compute(group, g == 0 ? inputsByPart : List.of(), weights, groupStart);
            barrier(computed, before, groupStart);
            drain(group, residuals);
            weights = nextWeights;
            step++;
        }
        store(written);
        resident = stays ? layer.index() : Layer.NONE;
    }

    /** How often the weights have to be read because the inputs fit the activation RAM only part by part. */
    private int passes(LayerCounts counts) {
        if (layer.convolution().isEmpty()) {
            return 1;
        }
        long bands = counts.groups().stream().filter(g -> g.fromOutput() == 0).count();
        int input = layer.inputs().get(0);
        long tile = map(input, () -> context.activation(input)).largestTileBytes();
        long needed = (tile + geometry.activationRamBytes() - 1) / geometry.activationRamBytes();
        return (int) Math.max(1, (needed + bands - 1) / bands);
    }

    /** Loads inputs and the first group's weights part by part; gives the loads of each part. */
    private List<List<Integer>> loadFirst(LayerCounts counts, int start) {
        int parts = counts.inputParts();
        long weightBytes = counts.groups().get(0).weightBytes();
        List<List<Integer>> loads = new ArrayList<>();
        inputLoads = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            List<Integer> ofPart = new ArrayList<>();
            // rounded up, so that no part computes before a byte has come
            loadWeights(upTo(weightBytes, part + 1, parts) - upTo(weightBytes, part, parts), start, ofPart);
            for (int operand : layer.inputs().stream().distinct().toList()) {
                int channels = network.shapeOf(operand).channels();
                int from = (int) ((long) part * channels / parts);
                int to = (int) ((part + 1L) * channels / parts);
                load(ScnnWork.LOAD_INPUTS, TensorRole.INPUTS, operand, from, to, start, ofPart);
            }
            loads.add(ofPart);
            inputLoads.addAll(ofPart);
        }
        return loads;
    }

    private static long upTo(long bytes, long part, int parts) {
        return (bytes * part + parts - 1) / parts;
    }

    private void loadWeights(long bytes, int after, List<Integer> loads) {
        if (bytes > 0) {
            begin(ScnnWork.LOAD_WEIGHTS, 0, 0);
            item.moves(TensorRole.WEIGHTS, layer.index(), bytes);
            waitFor(after);
            loads.add(give());
        }
    }

    private List<Integer> loadResidual(GroupCounts group, int after) {
        List<Integer> loads = new ArrayList<>();
        if (layer.hasResidual()) {
            load(
                    ScnnWork.LOAD_RESIDUAL,
                    TensorRole.RESIDUALS,
                    layer.residual(),
                    group.fromOutput(),
                    group.toOutput(),
                    after,
                    loads);
        }
        return loads;
    }

    /** Loads channels of an operand from the tensors that hold them, except from the one on chip. */
    private void load(int phase, TensorRole role, int operand, int from, int to, int after, List<Integer> loads) {
        int first = 0;
        for (int tensor : network.materialisedParts(operand)) {
            int channels = network.shapeOf(tensor).channels();
            int partFrom = Math.max(from, first);
            int partTo = Math.min(to, first + channels);
            if (partFrom < partTo && (tensor != resident || operand != resident)) {
                long bytes = sizesInMemory(tensor).bytes(partFrom - first, partTo - first);
                if (bytes > 0) {
                    begin(phase, loads.size(), 0);
                    item.moves(role, tensor, bytes);
                    waitFor(after);
                    if (stores.containsKey(tensor)) {
                        waitFor(stores.get(tensor));
                    }
                    loads.add(give());
                }
            }
            first += channels;
        }
    }

    private List<Integer> compute(GroupCounts group, List<List<Integer>> loads, List<Integer> weights, int groupStart) {
        int phase = layer.convolution().isPresent() ? ScnnWork.CARTESIAN : ScnnWork.REDUCE;
        List<Integer> computed = new ArrayList<>();
        for (int part = 0; part < group.parts().length; part++) {
            for (int pe = 0; pe < geometry.pes(); pe++) {
                long[] counts = group.parts()[part][pe];
                if (counts == null) {
                    continue;
                }
                begin(phase, part, pe);
                for (int i = 0; i < counts.length; i++) {
                    item.count(i, count(counts[i]));
                }
                waitFor(groupStart);
                waitFor(drainBefore);
                if (step == 0) {
                    // the tensor in the activation RAM is complete
                    waitFor(drain);
                }
                if (part < loads.size()) {
                    loads.get(part).forEach(this::waitFor);
                }
                weights.forEach(this::waitFor);
                computed.add(give());
            }
        }
        computed.addAll(weights);
        return computed;
    }

    private void barrier(List<Integer> computed, List<Integer> weightsReadAgain, int groupStart) {
        begin(ScnnWork.BARRIER, 0, 0);
        computed.forEach(this::waitFor);
        weightsReadAgain.forEach(this::waitFor);
        waitFor(groupStart);
        if (step == 0) {
            inputLoads.forEach(this::waitFor);
        }
        barrier = give();
    }

    private void drain(GroupCounts group, List<Integer> residuals) {
        begin(ScnnWork.DRAIN, 0, 0);
        long outputs = group.completes()
                ? (long) (group.toOutput() - group.fromOutput())
                        * layer.outputShape().fibers()
                : 0;
        item.count(ScnnWork.DRAINED_SUMS, group.drainedSums()).count(ScnnWork.POST_OPS, count(outputs));
        waitFor(barrier);
        waitFor(drain);
        residuals.forEach(this::waitFor);
        drainBefore = drain;
        drain = give();
        if (group.completes()) {
            pendingStore = drain;
            pendingGroup = group;
        }
    }

    /** Stores the outputs of the group before, behind the loads of the present one, which were asked for earlier. */
    private void store(boolean written) {
        if (pendingStore >= 0 && written) {
            long bytes = sizesInMemory(layer.index()).bytes(pendingGroup.fromOutput(), pendingGroup.toOutput());
            begin(ScnnWork.STORE_OUTPUTS, 0, 0);
            item.moves(TensorRole.OUTPUTS, layer.index(), bytes);
            waitFor(pendingStore);
            stores.put(layer.index(), give());
        }
        pendingStore = -1;
    }

    /**
     * Sizes of a tensor that is in memory. Those of a layer's output have been found with the layer: the tensor itself may be gone,
     * as the parts of a concatenation are when that is made.
     */
    private CompressedMap sizesInMemory(int tensor) {
        return map(tensor, () -> context.activation(tensor));
    }

    private CompressedMap map(int tensor, Supplier<ActivationTensor> values) {
        return context.shared(
                new MapKey(geometry, tensor), CompressedMap.class, () -> new CompressedMap(values.get(), geometry));
    }

    /** The next layer of the segment that computes, or null. */
    private Layer nextInSegment() {
        return context.segment().layers().stream()
                .filter(l -> l > layer.index())
                .map(network::layer)
                .filter(l -> !(l.op() instanceof Concatenation))
                .findFirst()
                .orElse(null);
    }

    /** Whether anyone but the next layer reads a tensor, or nobody at all: then it is a result. */
    private boolean isNeededInMemory(int tensor, Layer next) {
        // the next layer finds it on chip, unless it reads it as a part of something
        boolean direct = next != null && next.operands().contains(tensor);
        List<Integer> readers = liveness.readers(tensor);
        return liveness.isOutput(tensor) || !direct || readers.size() > 1 || readsAsPart(next, tensor);
    }

    private boolean readsAsPart(Layer reader, int tensor) {
        return reader.operands().stream()
                .anyMatch(operand ->
                        operand != tensor && network.materialisedParts(operand).contains(tensor));
    }

    private void begin(int phase, int row, int place) {
        item.begin(phase, layer.index(), step, row, place);
    }

    private void waitFor(int number) {
        if (number >= 0) {
            item.waitFor(number);
        }
    }

    private int give() {
        return context.sink().accept(item);
    }

    private int count(long value) {
        if (value > Integer.MAX_VALUE) {
            throw IsosException.unsupported("layer " + layer.name() + " gives a processing element of scnn " + value
                    + " of something in one group, more than the model can count");
        }
        return (int) value;
    }
}
