package dev.isos.baselines.sparten;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.Requantisation;
import dev.isos.baselines.sparten.FilterGroups.Group;
import java.util.Arrays;
import java.util.List;

/** A convolution (or fully connected layer) as inner joins of chunks. */
final class ConvolutionStream extends LayerStream {
    private final Window window;
    private final MaskedInput input;
    private final FeatureMapShape inputShape;
    private final int chunk;
    private final int chunksOfInput;
    private final int unitShift;
    private final List<Group> groups;
    private final int groupsPerLoad;
    private final FilterChunks filters;
    private final OutputFibers outputFibers;
    private final Requantisation requantisation;
    private final ActivationTensor residual;
    private final List<OperandPart> inputParts;
    private final List<OperandPart> residualParts;
    private final List<OutputFibers> residualFibers;
    private final ActivationTensor output;
    private final boolean outputKnown;
    private final int[] sums;

    private final long touchedBytes;
    private final boolean resident;

    // pass, counted from 1, in which a chunk of an input fiber was loaded last; for each part of the input
    private final int[][] loadedIn;

    /** @param known the layer's output if it is known from another run, so that only counts are needed; else null */
    ConvolutionStream(ExecutionContext context, Layer layer, WorkItem item, ActivationTensor known) {
        super(context, layer, item);
        Balancing balancing = Balancing.values()[context.geometry().getInt(SparTenWork.BALANCING)];
        FilterTensor tensor = context.workload().filters(layer.index());
        window = layer.convolution().orElseThrow().window();
        input = new MaskedInput(context.activation(layer.inputs().get(0)));
        inputShape = input.shape();
        chunk = context.geometry().getInt(SparTenWork.CHUNK);
        chunksOfInput = (inputShape.channels() + chunk - 1) / chunk;
        FilterGroups divided = FilterGroups.of(layer, tensor, context.geometry());
        unitShift = divided.filtersPerUnit() - 1;
        groups = divided.groups();
        groupsPerLoad = divided.groupsPerLoad();
        filters = new FilterChunks(tensor, chunk, balancing == Balancing.HYBRID && divided.filtersPerUnit() == 2);
        int outputs = layer.outputShape().channels();
        outputFibers = new OutputFibers(outputs, groups, new OperandPart(layer.index(), 0, outputs));
        requantisation = context.workload().requantisation(layer.index());
        inputParts = OperandPart.of(context.workload().network(), layer.inputs().get(0));
        residual = layer.hasResidual() ? context.activation(layer.residual()) : null;
        residualParts =
                residual == null ? List.of() : OperandPart.of(context.workload().network(), layer.residual());
        residualFibers = residualParts.stream()
                .map(part -> new OutputFibers(outputs, groups, part))
                .toList();
        outputKnown = known != null;
        output = outputKnown
                ? known
                : new ActivationTensor(
                        layer.outputShape(),
                        requantisation.signedOutput(),
                        new byte[layer.outputShape().elements()]);
        sums = new int[units * divided.filtersPerUnit()];
        touchedBytes = touchedBytes();
        resident = touchedBytes <= context.geometry().get(SparTenWork.ON_CHIP_BUFFER_BYTES);
        loadedIn = new int[inputParts.size()][inputShape.fibers() * chunksOfInput];
    }

    /** Compressed bytes of the input fibers that some window covers. */
    private long touchedBytes() {
        boolean[] rows = new boolean[inputShape.height()];
        for (int p = 0; p < layer.outputShape().height(); p++) {
            for (int r = 0; r < window.rows(); r++) {
                int h = window.inputRow(p, r);
                if (h >= 0 && h < rows.length) {
                    rows[h] = true;
                }
            }
        }
        boolean[] columns = new boolean[inputShape.width()];
        for (int q = 0; q < layer.outputShape().width(); q++) {
            for (int s = 0; s < window.columns(); s++) {
                int w = window.inputColumn(q, s);
                if (w >= 0 && w < columns.length) {
                    columns[w] = true;
                }
            }
        }
        long bytes = 0;
        for (int w = 0; w < columns.length; w++) {
            for (int h = 0; h < rows.length; h++) {
                if (columns[w] && rows[h]) {
                    for (OperandPart part : inputParts) {
                        bytes += part.bytes(input, fiber(inputShape, h, w), 0, inputShape.channels());
                    }
                }
            }
        }
        return bytes;
    }

    @Override
    int groups() {
        return groups.size();
    }

    @Override
    int groupsPerLoad() {
        return groupsPerLoad;
    }

    @Override
    long filterBytes(int group) {
        return groups.get(group).bytes();
    }

    @Override
    void prepare(int group) {
        filters.prepare(groups.get(group));
    }

    @Override
    int broadcasts(int group) {
        return window.rows() * window.columns() * groups.get(group).chunks();
    }

    @Override
    int sources() {
        return inputParts.size();
    }

    @Override
    int sourceTensor(int source) {
        return inputParts.get(source).tensor();
    }

    @Override
    boolean loads(int group) {
        return !resident
                || group == 0
                || groups.get(group).firstChunk() != groups.get(group - 1).firstChunk()
                || groups.get(group).chunks() != groups.get(group - 1).chunks();
    }

    @Override
    long inputBytes(int group) {
        return touchedBytes;
    }

    @Override
    long firstTouch(int source, int group, int position, int broadcast) {
        Group filterGroup = groups.get(group);
        int kernel = broadcast / filterGroup.chunks();
        int h = window.inputRow(rowOf(position), kernel / window.columns());
        int w = window.inputColumn(columnOf(position), kernel % window.columns());
        int fiber = fiber(inputShape, h, w);
        if (fiber < 0) {
            return 0;
        }
        int c = filterGroup.firstChunk() + broadcast % filterGroup.chunks();
        int pass = resident ? 1 : group + 1;
        int at = fiber * chunksOfInput + c;
        if (loadedIn[source][at] == pass) {
            return 0;
        }
        loadedIn[source][at] = pass;
        return inputParts.get(source).bytes(input, fiber, c * chunk, endOf(c));
    }

    private int chunkBytes(int fiber, int c) {
        return input.bytes(fiber, c * chunk, endOf(c));
    }

    private int endOf(int c) {
        return Math.min((c + 1) * chunk, inputShape.channels());
    }

    @Override
    void compute(int group, int position, int cluster) {
        Group filterGroup = groups.get(group);
        int members = filterGroup.filters();
        int p = rowOf(position);
        int q = columnOf(position);
        Arrays.fill(sums, 0);
        for (int r = 0; r < window.rows(); r++) {
            for (int s = 0; s < window.columns(); s++) {
                int fiber = fiber(inputShape, window.inputRow(p, r), window.inputColumn(q, s));
                if (fiber < 0) {
                    continue;
                }
                int first = (r * window.columns() + s) * filterGroup.chunks();
                for (int c = 0; c < filterGroup.chunks(); c++) {
                    item.begin(SparTenWork.JOIN, layer.index(), group, position, cluster);
                    int inputChunk = filterGroup.firstChunk() + c;
                    counts[SparTenWork.PRODUCTS] = join(fiber, inputChunk, first + c);
                    counts[SparTenWork.JOINS] = members;
                    counts[SparTenWork.CHUNK_BYTES] = chunkBytes(fiber, inputChunk);
                    give(cluster, first + c);
                }
            }
        }
        if (!outputKnown) {
            finish(filterGroup, position);
        }
    }

    private void finish(Group group, int position) {
        byte[] values = output.values();
        int from = position * layer.outputShape().channels();
        for (int slot = 0; slot < group.slots().length; slot++) {
            int k = group.slots()[slot];
            if (k >= 0) {
                int value = residual == null
                        ? requantisation.apply(sums[slot], k)
                        : requantisation.apply(
                                sums[slot], k, ActivationTensor.decode(residual.values()[from + k], residual.signed()));
                values[from + k] = (byte) value;
            }
        }
    }

    /**
     * Joins one input chunk with chunk {@code broadcast} of all filters of the current group: adds the products to their
     * sums and the popcounts to the cycles of their units.
     *
     * @return products
     */
    private int join(int fiber, int c, int broadcast) {
        int slots = sums.length;
        int inputWord = fiber * input.words() + c * (chunk / 64);
        int inputValue = fiber * inputShape.channels() + c * chunk;
        int inputWords = Math.min(chunk / 64, input.words() - c * (chunk / 64));
        int maskStride = filters.words();
        int valueStride = filters.stride();
        long[] filterMasks = filters.masks();
        short[] accumulators = filters.accumulators();
        long[] inputMasks = input.masks();
        int[] cycles = counts;
        long mask0 = inputMasks[inputWord];
        int products = 0;
        for (int slot = 0, at = broadcast * slots; slot < slots; slot++, at++) {
            int accumulator = accumulators[at];
            if (accumulator < 0) {
                continue;
            }
            int maskAt = at * maskStride;
            int valueAt = at * valueStride;
            long both = mask0 & filterMasks[maskAt];
            int popcount = Long.bitCount(both);
            int sum = both != 0 && !outputKnown ? products(both, inputValue, valueAt) : 0;
            for (int word = 1; word < inputWords; word++) {
                both = inputMasks[inputWord + word] & filterMasks[maskAt + word];
                popcount += Long.bitCount(both);
                if (both != 0 && !outputKnown) {
                    sum += products(both, inputValue + 64 * word, valueAt + 64 * word);
                }
            }
            sums[accumulator] += sum;
            products += popcount;
            cycles[SparTenWork.UNIT_CYCLES + (slot >> unitShift)] += Math.max(1, popcount);
        }
        return products;
    }

    /** Multiplies and adds what the set bits of a joined mask select. */
    private int products(long both, int inputValue, int filterValue) {
        short[] inputs = input.values();
        byte[] weights = filters.values();
        int sum = 0;
        for (long rest = both; rest != 0; rest &= rest - 1) {
            int bit = Long.numberOfTrailingZeros(rest);
            sum += inputs[inputValue + bit] * weights[filterValue + bit];
        }
        return sum;
    }

    @Override
    long outputBytes(int group, int position) {
        return outputFibers.bytes(output, group, position);
    }

    @Override
    int outputs(int group) {
        return groups.get(group).filters();
    }

    @Override
    int residuals() {
        return residualParts.size();
    }

    @Override
    int residualTensor(int source) {
        return residualParts.get(source).tensor();
    }

    @Override
    long residualBytes(int source, int group, int position) {
        return residualFibers.get(source).bytes(residual, group, position);
    }

    @Override
    ActivationTensor output() {
        return output;
    }
}
