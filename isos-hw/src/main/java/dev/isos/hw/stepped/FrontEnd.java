package dev.isos.hw.stepped;

import dev.isos.api.network.Window;
import dev.isos.api.tensor.FilterShape;
import java.util.Arrays;

/**
 * The input-stationary front end of one lane: takes one input fiber, asks the filter buffer for the filters that its
 * non-zero activations meet, and dispatches chunks of up to {@code weightsPerSlot} weights of one activation, in order, to
 * slots as these become free. A slot multiplies a chunk in a cycle and sends the products to the accumulator banks; it is
 * free again when all of them have been taken. Activations go in the order of their channels, in a grouped layer one of each
 * group in turn. In a depthwise layer, where an activation meets few weights, a chunk takes
 * weights of several channels.
 *
 * <p>Contract: a chunk is not dispatched before the words that hold the filters of its activations have arrived. The task
 * ends in the cycle of its last accumulation and not before its last filter word has come; the lane's next front-end task
 * begins in the cycle after.
 */
final class FrontEnd {
    private final int slots;
    private final int weightsPerSlot;
    private final FilterBuffer filterBuffer;
    private final AccumulatorBanks banks;

    private Task task;
    private Context context;

    // partial results of the task: kernel rows and output channels
    private int firstRow;
    private int rows;
    private int firstChannel;
    private int channels;

    // the weights that the task's activations meet, in order of dispatch
    private int weights;
    private int[] activation = new int[64];
    private long[] word = new long[64];
    private int[] column = new int[64];
    private int[] place = new int[64];
    private int[] product = new int[64];

    // chunks: first weight of each, and the end
    private int chunks;
    private int[] chunkStart = new int[65];
    private int nextChunk;

    // words of each activation that have not arrived, and of all
    private int[] wordsMissing = new int[64];
    private int allMissing;

    // weights first[slot] .. end[slot] are what a slot still has to hand over
    private final int[] first;
    private final int[] end;
    private int firstSlot;

    long activations;

    FrontEnd(int slots, int weightsPerSlot, FilterBuffer filterBuffer, AccumulatorBanks banks) {
        this.slots = slots;
        this.weightsPerSlot = weightsPerSlot;
        this.filterBuffer = filterBuffer;
        this.banks = banks;
        first = new int[slots];
        end = new int[slots];
    }

    boolean idle() {
        return task == null;
    }

    void start(Task started, Context of, long cycle) {
        task = started;
        context = of;
        weights = 0;
        chunks = 0;
        nextChunk = 0;
        allMissing = 0;
        firstSlot = 0;
        banks.target(of.partials);
        gather(cycle);
        Law.holds(
                weights == task.announcedProducts,
                "a front-end task meets " + weights + " weights, announced were " + task.announcedProducts);
    }

    /** Reads the input fiber and asks for its filters. */
    private void gather(long cycle) {
        Window window = context.window;
        int inputWidth = context.layer.inputShape().width();
        int tile = task.step / inputWidth;
        int w = task.step % inputWidth;
        int h = task.row;
        int slice = task.place - h * context.kSplit;
        int[] rowPlaces = legal(
                context.layout.rowOrder, true, h, context.layer.outputShape().height(), window);
        int[] columnPlaces = legal(
                context.layout.columnOrder,
                false,
                w,
                context.layer.outputShape().width(),
                window);
        if (rowPlaces.length == 0 || columnPlaces.length == 0) {
            return;
        }
        int[] k = context.channels(tile, slice, context.kSplit);
        firstRow = rowPlaces[0];
        rows = rowPlaces.length;
        firstChannel = k[0];
        channels = k[1] - k[0];
        FilterShape shape = context.filters.shape();
        int[] inputs = new int[shape.inputChannels()];
        int[] values = new int[shape.inputChannels()];
        int count = 0;
        for (int i = 0; i < inputs.length; i++) {
            // one channel of every group after another: groups have different banks
            int c = i % shape.groups() * shape.channelsPerGroup() + i / shape.groups();
            int value = context.input(c, h, w);
            int groupFirst = c / shape.channelsPerGroup() * shape.outputsPerGroup();
            boolean meets = groupFirst < k[1] && k[0] < groupFirst + shape.outputsPerGroup();
            if (value != 0 && meets) {
                inputs[count] = c;
                values[count++] = value;
            }
        }
        activations += count;
        if (wordsMissing.length < count) {
            wordsMissing = new int[count];
        }
        Arrays.fill(wordsMissing, 0, count, 0);
        for (int i = 0; i < count; i++) {
            request(i, tile, slice, inputs[i], columnPlaces, rowPlaces, cycle);
        }
        if (shape.depthwise()) {
            // one kernel position after another, over all channels: neighbours go to different banks
            for (int s : columnPlaces) {
                for (int r : rowPlaces) {
                    for (int i = 0; i < count; i++) {
                        meet(i, values[i], tile, slice, inputs[i], s, r, w, h);
                    }
                }
            }
            cut(0);
        } else {
            for (int i = 0; i < count; i++) {
                int from = weights;
                for (int s : columnPlaces) {
                    for (int r : rowPlaces) {
                        meet(i, values[i], tile, slice, inputs[i], s, r, w, h);
                    }
                }
                cut(from);
            }
        }
        chunkStart[chunks] = weights;
    }

    /** Places of an order of kernel positions that an input coordinate meets. */
    private static int[] legal(int[] order, boolean rows, int x, int outputs, Window window) {
        int[] places = new int[order.length];
        int count = 0;
        for (int i = 0; i < order.length; i++) {
            int output = rows ? window.outputRow(x, order[i], outputs) : window.outputColumn(x, order[i], outputs);
            if (output >= 0) {
                places[count++] = i;
            }
        }
        return Arrays.copyOf(places, count);
    }

    private void request(int i, int tile, int slice, int c, int[] columnPlaces, int[] rowPlaces, long cycle) {
        FilterLayout layout = context.layout;
        for (int s : columnPlaces) {
            int firstCell = layout.cell(tile, slice, c, s, rowPlaces[0]);
            int lastCell = layout.cell(tile, slice, c, s, rowPlaces[rowPlaces.length - 1]);
            long from = layout.address(firstCell);
            long to = layout.addressAfter(lastCell);
            if (to > from) {
                int words = filterBuffer.request(this, i, task.depth, task.step, from, to, cycle);
                wordsMissing[i] += words;
                allMissing += words;
            }
        }
    }

    /** A word that an activation asked for has arrived. */
    void wordArrived(int activationIndex) {
        wordsMissing[activationIndex]--;
        allMissing--;
    }

    /** Adds the products of an activation with the weights of one fiber. */
    private void meet(int i, int value, int tile, int slice, int c, int columnPlace, int rowPlace, int w, int h) {
        FilterLayout layout = context.layout;
        int cell = layout.cell(tile, slice, c, columnPlace, rowPlace);
        int s = layout.columnOrder[columnPlace];
        int r = layout.rowOrder[rowPlace];
        int width = context.layer.outputShape().width();
        int q = tile * width + context.window.outputColumn(w, s, width);
        for (int j = layout.firstWeight(cell); j < layout.endWeight(cell); j++) {
            if (weights == product.length) {
                grow();
            }
            int k = context.filters.coordinates()[j];
            activation[weights] = i;
            word[weights] = ((long) q * rows + rowPlace - firstRow) * channels + k - firstChannel;
            column[weights] = q;
            place[weights] = context.partials.place(q, h, r, k);
            product[weights++] = value * context.filters.payloads()[j];
        }
    }

    private void grow() {
        int capacity = 2 * weights;
        activation = Arrays.copyOf(activation, capacity);
        word = Arrays.copyOf(word, capacity);
        column = Arrays.copyOf(column, capacity);
        place = Arrays.copyOf(place, capacity);
        product = Arrays.copyOf(product, capacity);
    }

    /** Cuts the weights from the given one on into chunks. */
    private void cut(int from) {
        for (int start = from; start < weights; start += weightsPerSlot) {
            if (chunks + 1 == chunkStart.length) {
                chunkStart = Arrays.copyOf(chunkStart, 2 * chunkStart.length);
            }
            chunkStart[chunks++] = start;
        }
    }

    /** One cycle; returns the task if it ends in it, else null. */
    Task step() {
        if (task == null) {
            return null;
        }
        boolean free = true;
        // the slot that goes first rotates from the start of the task on, so that none waits for ever at a bank that
        // many want
        firstSlot = firstSlot + 1 == slots ? 0 : firstSlot + 1;
        for (int turn = 0; turn < slots; turn++) {
            int slot = (firstSlot + turn) % slots;
            if (first[slot] == end[slot] && nextChunk < chunks && arrived(nextChunk)) {
                first[slot] = chunkStart[nextChunk];
                end[slot] = chunkStart[++nextChunk];
            }
            handOver(slot);
            free &= first[slot] == end[slot];
        }
        banks.step();
        if (!free || nextChunk < chunks || !banks.empty() || allMissing > 0) {
            return null;
        }
        Task done = task;
        task = null;
        return done;
    }

    private boolean arrived(int chunk) {
        for (int i = chunkStart[chunk]; i < chunkStart[chunk + 1]; i++) {
            if (wordsMissing[activation[i]] > 0) {
                return false;
            }
        }
        return true;
    }

    /** Hands the products of a slot to the banks; those that a bank does not take stay. */
    private void handOver(int slot) {
        int kept = end[slot];
        for (int i = end[slot] - 1; i >= first[slot]; i--) {
            if (!banks.offer(word[i], column[i], place[i], product[i])) {
                kept--;
                swap(i, kept);
            }
        }
        first[slot] = kept;
    }

    private void swap(int a, int b) {
        swap(activation, a, b);
        long kept = word[a];
        word[a] = word[b];
        word[b] = kept;
        swap(column, a, b);
        swap(place, a, b);
        swap(product, a, b);
    }

    private static void swap(int[] values, int a, int b) {
        int value = values[a];
        values[a] = values[b];
        values[b] = value;
    }
}
