package dev.isos.support.layers;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.tensor.ActivationTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives the work items of one layer in the vocabulary of {@link LayerWork}, one at a time: {@code multiply}, {@code count} and
 * {@code after} describe an item, {@code give} hands it over and returns its number. Maps travel as a bit per channel, in whole
 * bytes at each position, and a byte per non-zero. Used by one thread.
 */
public final class LayerItems {
    /** Number of an item that does not exist; nothing waits for it. */
    public static final int NONE;

    static {
        NONE = -1; // not a constant to javac, which would copy it into plug-ins
    }

    private final ExecutionContext context;
    private final Layer layer;
    private final WorkSchema schema;
    private final WorkItem item;

    /**
     * Items of one layer; none is begun.
     *
     * @param context takes the items, and gives the tensors whose bytes are counted
     * @param layer what the items are attributed to
     * @param schema one that {@link LayerWork#schema} gives
     */
    public LayerItems(ExecutionContext context, Layer layer, WorkSchema schema) {
        this.context = context;
        this.layer = layer;
        this.schema = schema;
        this.item = new WorkItem(schema);
    }

    /**
     * Begins an item that makes products.
     *
     * @param step see {@link WorkItem#begin}
     * @return these items, of which the new one is open
     */
    public LayerItems multiply(int step) {
        return begin(LayerWork.MULTIPLY, step);
    }

    private LayerItems begin(int phase, int step) {
        item.begin(phase, layer.index(), step, 0, 0);
        return this;
    }

    /**
     * Sets a count of the item.
     *
     * @param metric position of the count in the schema
     * @param value 0 to 2^31 - 1, in the unit of the metric
     * @return these items, of which the same one is open
     * @throws IsosException when the value is more than an item can carry, 2^31 - 1
     */
    public LayerItems count(int metric, long value) {
        if (value > Integer.MAX_VALUE) {
            throw IsosException.unsupported("layer " + layer.name() + " counts " + value + " "
                    + schema.metrics().get(metric).unit() + " in one item, at most " + Integer.MAX_VALUE
                    + " can be counted");
        }
        item.count(metric, (int) value);
        return this;
    }

    /**
     * Adds items that this one waits for.
     *
     * @param items numbers that {@link #give} or a read returned; may be empty
     * @return these items, of which the same one is open
     */
    public LayerItems after(List<Integer> items) {
        items.forEach(this::after);
        return this;
    }

    /**
     * Adds an item that this one waits for, or {@link #NONE}.
     *
     * @param number of an earlier item
     * @return these items, of which the same one is open
     */
    public LayerItems after(int number) {
        if (number != NONE) {
            item.waitFor(number);
        }
        return this;
    }

    /** {@return the item's number in the segment, once it has been handed over to the context's sink} */
    public int give() {
        return context.sink().accept(item);
    }

    /**
     * The layer's filters, or some of them, come from off chip once {@code after} has ended.
     *
     * @param step see {@link WorkItem#begin}
     * @param bytes off-chip bytes, 0 or more
     * @param after item that the read waits for, or {@link #NONE}
     * @return number of the item; none where there are no bytes
     */
    public List<Integer> readFilters(int step, long bytes, int after) {
        return bytes == 0
                ? List.of()
                : List.of(transfer(LayerWork.LOAD_FILTERS, step, TensorRole.WEIGHTS, layer.index(), bytes, after));
    }

    /**
     * All inputs of the layer come from off chip, each from the tensors in memory that hold it.
     *
     * @param step see {@link WorkItem#begin}
     * @param after item that the reads wait for, or {@link #NONE}
     * @return numbers of the items, one for each tensor
     */
    public List<Integer> readInputs(int step, int after) {
        List<Integer> reads = new ArrayList<>();
        for (int operand : layer.inputs().stream().distinct().toList()) {
            read(LayerWork.LOAD_INPUTS, step, TensorRole.INPUTS, operand, after, reads);
        }
        return reads;
    }

    /**
     * The residual operand, if there is one, comes from off chip.
     *
     * @param step see {@link WorkItem#begin}
     * @param after item that the reads wait for, or {@link #NONE}
     * @return numbers of the items, one for each tensor; none without residual operand
     */
    public List<Integer> readResidual(int step, int after) {
        List<Integer> reads = new ArrayList<>();
        if (layer.hasResidual()) {
            read(LayerWork.LOAD_RESIDUAL, step, TensorRole.RESIDUALS, layer.residual(), after, reads);
        }
        return reads;
    }

    private void read(int phase, int step, TensorRole role, int operand, int after, List<Integer> reads) {
        ActivationTensor values = context.activation(operand);
        for (OperandPart part : OperandPart.of(context.workload().network(), operand)) {
            reads.add(transfer(phase, step, role, part.tensor(), part.bitmaskBytes(values), after));
        }
    }

    private int transfer(int phase, int step, TensorRole role, int tensor, long bytes, int after) {
        begin(phase, step).after(after);
        item.moves(role, tensor, bytes);
        return give();
    }

    /**
     * Begins the item that stores channels {@code from .. to - 1} of the output; the caller says what it waits for.
     *
     * @param step see {@link WorkItem#begin}
     * @param output the whole output of the layer
     * @param from first channel
     * @param to channel after the last one
     * @return these items, of which the new one is open
     */
    public LayerItems store(int step, ActivationTensor output, int from, int to) {
        begin(LayerWork.STORE_OUTPUTS, step);
        item.moves(TensorRole.OUTPUTS, layer.index(), OperandPart.bitmaskBytes(output, from, to));
        return count(LayerWork.POST_OPS, (long) output.shape().fibers() * (to - from));
    }

    /**
     * Gives all items of a layer without filters: its inputs arrive, it is computed in one step, its outputs leave.
     *
     * @param output the whole output of the layer
     * @return the same output
     */
    public ActivationTensor reduce(ActivationTensor output) {
        List<Integer> inputs = readInputs(0, NONE);
        long operands =
                (long) LayerArithmetic.operandsPerOutput(layer) * output.shape().elements();
        int reduced = begin(LayerWork.REDUCE, 0)
                .count(LayerWork.OPERANDS, operands)
                .after(inputs)
                .give();
        store(0, output, 0, output.shape().channels()).after(reduced).give();
        return output;
    }
}
