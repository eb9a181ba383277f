package dev.isos.baselines.sparten;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.TaskRunner;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.baselines.sparten.FilterGroups.Group;
import dev.isos.support.layers.OperandPart;
import dev.isos.support.layers.WindowCoverage;
import java.util.List;

/**
 * A convolution (or fully connected layer) as inner joins of chunks. A join counts its products by the masks alone.
 */
final class ConvolutionStream extends LayerStream {
    /** Joins that are counted together: enough for several threads, and their counts stay in a core's cache. */
    private static final int JOINS_AT_ONCE = 2048;

    /** Inputs of so few channels have few masks: the joins of a group with each of them are counted once. */
    private static final int NARROW_CHANNELS = 6;

    /** Tasks that the joins counted together are divided into. */
    private static final int MOST_PARTS = 32;

    private final Window window;
    private final MaskedInput input;
    private final FeatureMapShape inputShape;
    private final int chunk;
    private final int chunksOfInput;
    private final int filtersPerUnit;
    private final List<Group> groups;
    private final int groupsPerLoad;
    private final FilterChunks filters;
    private final OutputFibers outputFibers;
    private final MaskedInput residual;
    private final List<OperandPart> inputParts;
    private final List<OperandPart> residualParts;
    private final List<OutputFibers> residualFibers;
    private final MaskedInput output;

    private final TaskRunner tasks;

    /** Counts of a join: the steps of each unit, and its products. */
    private final int joinCounts;

    private final boolean narrow;

    /** Of the joins that are counted together, by slot, cluster and broadcast; of narrow inputs by broadcast and mask. */
    private int[] joins;

    private int firstCounted;

    // non-zeros of the windows' channels that some filter of a group meets, by group, kernel position and mask word;
    // null where
    // inputs stay on chip
    private final long[][] met;

    private final long touchedBytes;
    private final boolean resident;

    // pass, counted from 1, in which a chunk of an input fiber was loaded last; for each part of the input
    private final int[][] loadedIn;

    /** Mask and values of each chunk of each input fiber. */
    private final int[] chunkBytes;

    /**
     * @param output the layer's output
     * @param joins memory, of any length, for counts of joins
     */
    ConvolutionStream(ExecutionContext context, Layer layer, WorkItem item, ActivationTensor output, int[] joins) {
        super(context, layer, item);
        this.joins = joins;
        Balancing balancing = Balancing.values()[context.geometry().getInt(SparTenWork.BALANCING)];
        FilterTensor tensor = context.workload().filters(layer.index());
        window = layer.convolution().orElseThrow().window();
        input = MaskedInput.of(context, context.activation(layer.inputs().get(0)));
        inputShape = input.shape();
        chunk = context.geometry().getInt(SparTenWork.CHUNK);
        chunksOfInput = (inputShape.channels() + chunk - 1) / chunk;
        FilterGroups divided = FilterGroups.of(layer, tensor, context.geometry());
        filtersPerUnit = divided.filtersPerUnit();
        groups = divided.groups();
        groupsPerLoad = divided.groupsPerLoad();
        filters = new FilterChunks(tensor, chunk, filtersPerUnit, balancing == Balancing.HYBRID && filtersPerUnit == 2);
        int outputs = layer.outputShape().channels();
        outputFibers = new OutputFibers(format, outputs, groups, new OperandPart(layer.index(), 0, outputs));
        inputParts = OperandPart.of(context.workload().network(), layer.inputs().get(0));
        residual = layer.hasResidual() ? MaskedInput.of(context, context.activation(layer.residual())) : null;
        residualParts =
                residual == null ? List.of() : OperandPart.of(context.workload().network(), layer.residual());
        residualFibers = residualParts.stream()
                .map(part -> new OutputFibers(format, outputs, groups, part))
                .toList();
        this.output = MaskedInput.of(context, output);
        tasks = context.tasks();
        joinCounts = units + 1;
        narrow = inputShape.channels() <= NARROW_CHANNELS;
        touchedBytes = touchedBytes();
        // a single window stays in the clusters' buffers
        boolean windows = context.geometry().get(SparTenWork.WINDOW_FETCHES) != 0
                && layer.outputShape().fibers() > 1;
        met = windows ? metChannels(tensor) : null;
        resident = !windows && touchedBytes <= context.geometry().get(SparTenWork.ON_CHIP_BUFFER_BYTES);
        loadedIn = windows ? new int[0][] : new int[inputParts.size()][inputShape.fibers() * chunksOfInput];
        chunkBytes = new int[inputShape.fibers() * chunksOfInput];
        for (int at = 0; at < chunkBytes.length; at++) {
            int c = at % chunksOfInput;
            chunkBytes[at] = input.bytes(at / chunksOfInput, c * chunk, endOf(c));
        }
    }

    /** The memory for counts of joins, which may have grown. */
    int[] joins() {
        return joins;
    }

    /** For each group and kernel position the channels in which one of the group's filters has a weight. */
    private long[][] metChannels(FilterTensor tensor) {
        int words = input.words();
        int kernel = window.rows() * window.columns();
        int[] groupOf = new int[tensor.shape().outputChannels()];
        for (int group = 0; group < groups.size(); group++) {
            for (int k : groups.get(group).slots()) {
                if (k >= 0) {
                    groupOf[k] = group;
                }
            }
        }
        long[][] channels = new long[groups.size()][kernel * words];
        for (int fiber = 0; fiber < tensor.shape().fibers(); fiber++) {
            int c = fiber / kernel;
            for (int i = tensor.starts()[fiber]; i < tensor.starts()[fiber + 1]; i++) {
                channels[groupOf[tensor.coordinates()[i]]][fiber % kernel * words + c / 64] |= 1L << c;
            }
        }
        return channels;
    }

    /** Compressed bytes of the input fibers that some window covers. */
    private long touchedBytes() {
        WindowCoverage touched = WindowCoverage.of(layer, window);
        long bytes = 0;
        for (int w = 0; w < inputShape.width(); w++) {
            for (int h = 0; h < inputShape.height(); h++) {
                if (touched.columns()[w] && touched.rows()[h]) {
                    for (int i = 0; i < inputParts.size(); i++) {
                        OperandPart part = inputParts.get(i);
                        bytes += format.bytes(part, input, fiber(inputShape, h, w), 0, inputShape.channels(), null, 0);
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
        // all windows of the group, as if none were at the edge of the map
        return met == null
                ? touchedBytes
                : touchedBytes * layer.outputShape().fibers() * window.rows() * window.columns() / inputShape.fibers();
    }

    @Override
    long loadedBytes(int source, int group, int position, int broadcast) {
        Group filterGroup = groups.get(group);
        int kernel = broadcast / filterGroup.chunks();
        int h = window.inputRow(rowOf(position), kernel / window.columns());
        int w = window.inputColumn(columnOf(position), kernel % window.columns());
        int fiber = fiber(inputShape, h, w);
        if (fiber < 0) {
            return 0;
        }
        int c = filterGroup.firstChunk() + broadcast % filterGroup.chunks();
        if (met != null) {
            return format.bytes(
                    inputParts.get(source), input, fiber, c * chunk, endOf(c), met[group], kernel * input.words());
        }
        int pass = resident ? 1 : group + 1;
        int at = fiber * chunksOfInput + c;
        if (loadedIn[source][at] == pass) {
            return 0;
        }
        loadedIn[source][at] = pass;
        return format.bytes(inputParts.get(source), input, fiber, c * chunk, endOf(c), null, 0);
    }

    private int endOf(int c) {
        return Math.min((c + 1) * chunk, inputShape.channels());
    }

    @Override
    int slotsAtOnce(int group) {
        return narrow ? Integer.MAX_VALUE : Math.max(1, JOINS_AT_ONCE / (clusters() * broadcasts(group)));
    }

    /** Counts the joins of some slots, several at the same time. */
    @Override
    void count(int group, int firstSlot, int endSlot) {
        int broadcasts = broadcasts(group);
        int perSlot = clusters() * broadcasts;
        int needed = (narrow ? broadcasts << inputShape.channels() : (endSlot - firstSlot) * perSlot) * joinCounts;
        if (joins.length < needed) {
            joins = new int[needed];
        }
        if (narrow) {
            countMasks(broadcasts);
            return;
        }
        firstCounted = firstSlot;
        int slots = endSlot - firstSlot;
        int parts = Math.min(slots, MOST_PARTS);
        tasks.run(parts, part -> {
            for (int slot = slots * part / parts; slot < slots * (part + 1) / parts; slot++) {
                for (int cluster = 0; cluster < clusters(); cluster++) {
                    int position = position(group, cluster, firstSlot + slot);
                    if (position >= 0) {
                        countPosition(group, position, (slot * clusters() + cluster) * broadcasts);
                    }
                }
            }
        });
    }

    private void countMasks(int broadcasts) {
        long[] mask = new long[1];
        for (int broadcast = 0; broadcast < broadcasts; broadcast++) {
            for (; mask[0] < 1 << inputShape.channels(); mask[0]++) {
                join(mask, 0, 1, broadcast, joinOfMask(broadcast, mask[0]) * joinCounts);
            }
            mask[0] = 0;
        }
    }

    private int joinOfMask(int broadcast, long mask) {
        return broadcast << inputShape.channels() | (int) mask;
    }

    /** @param at number of the position's first join among those counted together */
    private void countPosition(int group, int position, int at) {
        Group filterGroup = groups.get(group);
        int p = rowOf(position);
        int q = columnOf(position);
        for (int r = 0; r < window.rows(); r++) {
            for (int s = 0; s < window.columns(); s++) {
                int fiber = fiber(inputShape, window.inputRow(p, r), window.inputColumn(q, s));
                int first = (r * window.columns() + s) * filterGroup.chunks();
                for (int c = 0; fiber >= 0 && c < filterGroup.chunks(); c++) {
                    int word = (filterGroup.firstChunk() + c) * (chunk / 64);
                    int words = Math.min(chunk / 64, input.words() - word);
                    join(input.masks(), fiber * input.words() + word, words, first + c, (at + first + c) * joinCounts);
                }
            }
        }
    }

    @Override
    void compute(int group, int slot, int position, int cluster) {
        Group filterGroup = groups.get(group);
        int members = filterGroup.filters();
        int p = rowOf(position);
        int q = columnOf(position);
        int counted = ((slot - firstCounted) * clusters() + cluster) * broadcasts(group);
        for (int r = 0; r < window.rows(); r++) {
            for (int s = 0; s < window.columns(); s++) {
                int fiber = fiber(inputShape, window.inputRow(p, r), window.inputColumn(q, s));
                if (fiber < 0) {
                    continue;
                }
                int first = (r * window.columns() + s) * filterGroup.chunks();
                for (int c = 0; c < filterGroup.chunks(); c++) {
                    item.begin(SparTenWork.JOIN, layer.index(), group, position, cluster);
                    int join = narrow ? joinOfMask(first + c, input.masks()[fiber]) : counted + first + c;
                    int at = join * joinCounts;
                    System.arraycopy(joins, at, counts, SparTenWork.UNIT_STEPS, units);
                    counts[SparTenWork.PRODUCTS] = joins[at + units];
                    counts[SparTenWork.JOINS] = members;
                    counts[SparTenWork.CHUNK_BYTES] = chunkBytes[fiber * chunksOfInput + filterGroup.firstChunk() + c];
                    give(cluster, first + c);
                }
            }
        }
    }

    /**
     * Joins one input chunk with chunk {@code broadcast} of all filters of the current group: the popcounts are the steps of their
     * units.
     *
     * @param inputs masks, of which the chunk has {@code inputWords} from {@code inputWord} on
     * @param at where in {@link #joins} the steps of all units go, and the products behind them
     */
    private void join(long[] inputs, int inputWord, int inputWords, int broadcast, int at) {
        int words = filters.words();
        int products = 0;
        for (int filter = 0; filter < filtersPerUnit; filter++) {
            int from = (broadcast * filtersPerUnit + filter) * units * words;
            int[] least = filters.leastSteps(broadcast, filter);
            int keep = filter == 0 ? 0 : -1; // what is there is of the filters before
            if (words == 1) { // no more than 64 channels
                products += joinOneWord(inputs[inputWord], filters.masks(), from, least, joins, at, keep);
            } else if (words == 2) { // the published chunk
                long second = inputWords == 2 ? inputs[inputWord + 1] : 0;
                products += joinTwoWords(inputs[inputWord], second, filters.masks(), from, least, joins, at, keep);
            } else {
                products +=
                        joinWords(inputs, inputWord, inputWords, words, filters.masks(), from, least, joins, at, keep);
            }
        }
        joins[at + units] = products;
    }

    private static int joinOneWord(long input, long[] masks, int from, int[] least, int[] steps, int at, int keep) {
        int products = 0;
        for (int unit = 0; unit < least.length; unit++) {
            int found = Long.bitCount(input & masks[from + unit]);
            products += found;
            steps[at + unit] = (steps[at + unit] & keep) + Math.max(least[unit], found);
        }
        return products;
    }

    private static int joinTwoWords(
            long first, long second, long[] masks, int from, int[] least, int[] steps, int at, int keep) {
        int products = 0;
        for (int unit = 0; unit < least.length; unit++) {
            int found =
                    Long.bitCount(first & masks[from + 2 * unit]) + Long.bitCount(second & masks[from + 2 * unit + 1]);
            products += found;
            steps[at + unit] = (steps[at + unit] & keep) + Math.max(least[unit], found);
        }
        return products;
    }

    private static int joinWords(
            long[] inputs,
            int input,
            int inputWords,
            int words,
            long[] masks,
            int from,
            int[] least,
            int[] steps,
            int at,
            int keep) {
        int products = 0;
        for (int unit = 0; unit < least.length; unit++) {
            int found = 0;
            for (int word = 0; word < inputWords; word++) {
                found += Long.bitCount(inputs[input + word] & masks[from + unit * words + word]);
            }
            products += found;
            steps[at + unit] = (steps[at + unit] & keep) + Math.max(least[unit], found);
        }
        return products;
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
}
