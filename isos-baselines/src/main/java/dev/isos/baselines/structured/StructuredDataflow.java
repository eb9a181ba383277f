package dev.isos.baselines.structured;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.support.layers.LayerArithmetic;
import dev.isos.support.layers.LayerByLayerDataflow;
import dev.isos.support.layers.LayerItems;
import dev.isos.support.layers.LayerWork;
import dev.isos.support.layers.OperandPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Sums stay, by filter and output position, while the inputs of four neighbouring channels at a time pass all filters of a block: in one
 * step where no filter has more than two weights for them, else in two. Bands of output rows let inputs arrive while others are used.
 */
public final class StructuredDataflow extends LayerByLayerDataflow {
    public static final String ID = "structured";
    static final String FILTERS = "filters";
    static final String POSITIONS = "positions";
    static final String INPUT_BYTES = "inputBytes";
    static final String FILTER_BYTES = "filterBytes";
    static final int STEPS = LayerWork.OWN;
    static final int UPDATES = STEPS + 1;
    static final int FILTER_READS = UPDATES + 1;
    static final int INPUT_READS = FILTER_READS + 1;
    static final WorkSchema SCHEMA = LayerWork.schema(
            new WorkMetric("steps", "cycles", "steps of the array", 1),
            new WorkMetric("updates", "partial sums", "sums that a step adds to", 1),
            new WorkMetric("filterReads", "bytes", "weights read on chip", 1),
            new WorkMetric("inputReads", "bytes", "inputs read on chip", 1));

    /** Channels that come together, and weights that a filter may have for them in a step. */
    private static final int CHANNELS = 4;

    private static final int WEIGHTS = 2;

    private static final int BANDS = 8;

    public StructuredDataflow() {
        super(ID, "2:4 structured sparsity: two of four weights in a step, sums stay, layer by layer");
    }

    @Override
    public WorkSchema schema(Geometry geometry) {
        return SCHEMA;
    }

    @Override
    public Set<String> requiredGeometry() {
        return Set.of(FILTERS, POSITIONS, INPUT_BYTES, FILTER_BYTES);
    }

    @Override
    public boolean effectualOnly() {
        return false;
    }

    /** Where all blocks fit the filter buffer together, and each beside another one. */
    @Override
    public boolean keepsWeights(Workload workload, Segment segment, Geometry geometry) {
        long all = 0;
        for (int index : segment.layers()) {
            Layer layer = workload.network().layer(index);
            if (layer.convolution().isPresent()) {
                FilterBlocks filters = new FilterBlocks(workload.filters(index), CHANNELS, WEIGHTS);
                for (int from = 0, to; from < layer.outputShape().channels(); from = to) {
                    to = endOfBlock(layer, from, geometry);
                    long bytes = filters.block(from, to).bytes();
                    all += resident(bytes, geometry) ? bytes : geometry.get(FILTER_BYTES) + 1;
                }
            }
        }
        return all <= geometry.get(FILTER_BYTES);
    }

    /** Whether a block stays while it is worked on: beside it there is room for the next one. */
    private static boolean resident(long bytes, Geometry geometry) {
        return 2 * bytes <= geometry.get(FILTER_BYTES);
    }

    private static int endOfBlock(Layer layer, int from, Geometry geometry) {
        int perGroup = layer.filterShape().outputsPerGroup();
        return Math.min(
                Math.min(from + geometry.getInt(FILTERS), (from / perGroup + 1) * perGroup),
                layer.outputShape().channels());
    }

    @Override
    protected ActivationTensor execute(ExecutionContext context, Layer layer) {
        ActivationTensor output = LayerArithmetic.output(context, layer);
        LayerItems items = new LayerItems(context, layer, SCHEMA);
        return layer.convolution().isEmpty() ? items.reduce(output) : convolve(context, layer, items, output);
    }

    private static ActivationTensor convolve(
            ExecutionContext context, Layer layer, LayerItems items, ActivationTensor output) {
        Geometry geometry = context.geometry();
        FilterBlocks filters = new FilterBlocks(context.workload().filters(layer.index()), CHANNELS, WEIGHTS);
        Window window = layer.convolution().orElseThrow().window();
        ActivationTensor input = context.activation(layer.inputs().get(0));
        boolean stay = OperandPart.bitmaskBytes(input, 0, input.shape().channels()) <= geometry.get(INPUT_BYTES);
        int rows = output.shape().height();
        int bandRows = (rows + BANDS - 1) / BANDS;
        long positions = geometry.get(POSITIONS);
        List<Integer> residual = items.readResidual(0, LayerItems.NONE);
        List<List<Integer>> inputs = new ArrayList<>();
        int step = 0;
        int before = LayerItems.NONE;
        int last = LayerItems.NONE;
        for (int from = 0, to; from < output.shape().channels(); from = to) {
            to = endOfBlock(layer, from, geometry);
            FilterBlocks.Block block = filters.block(from, to);
            boolean resident = resident(block.bytes(), geometry);
            // double buffering: while a band is computed, the operands of the next one arrive
            List<Integer> weights = items.readFilters(step, block.bytes(), before);
            int loaded = 0;
            for (int row = 0, band = 0; row < rows; row += bandRows, band++, step++) {
                int end = Math.min(rows, row + bandRows);
                int needed = Math.max(
                        loaded, Math.min(input.shape().height(), window.inputRow(end - 1, window.rows() - 1) + 1));
                if (!stay || band == inputs.size()) {
                    List<Integer> reads = read(context, layer, step, loaded, needed, stay ? LayerItems.NONE : before);
                    inputs.subList(Math.min(band, inputs.size()), inputs.size()).clear();
                    inputs.add(reads);
                }
                loaded = needed;
                long done = (long) row * output.shape().width();
                long covered = (long) end * output.shape().width();
                long folds = (covered + positions - 1) / positions - (done + positions - 1) / positions;
                if (!resident && band > 0) {
                    weights = items.readFilters(step, folds * block.bytes(), before);
                }
                before = last;
                last = items.multiply(step)
                        .count(LayerWork.PRODUCTS, block.nonZeros() * (covered - done))
                        .count(STEPS, folds * block.steps())
                        .count(UPDATES, block.steps() * (to - from) * (covered - done))
                        .count(FILTER_READS, folds * block.bytes())
                        .count(INPUT_READS, block.channels() * (covered - done))
                        .after(inputs.get(band))
                        .after(weights)
                        .after(last)
                        .give();
            }
            items.store(step, output, from, to).after(last).after(residual).give();
        }
        return output;
    }

    /** Rows of the inputs come from off chip. */
    private static List<Integer> read(ExecutionContext context, Layer layer, int step, int from, int to, int after) {
        List<Integer> reads = new ArrayList<>();
        for (int operand : layer.inputs().stream().distinct().toList()) {
            ActivationTensor values = context.activation(operand);
            for (OperandPart part : OperandPart.of(context.workload().network(), operand)) {
                long bytes = 0;
                for (int w = 0; w < values.shape().width(); w++) {
                    for (int h = from; h < to; h++) {
                        int start = values.fiberStart(w, h);
                        bytes += (part.endChannel() - part.firstChannel() + 7) / 8
                                + values.nonZeros(start + part.firstChannel(), start + part.endChannel());
                    }
                }
                WorkItem item = new WorkItem(SCHEMA);
                item.begin(LayerWork.LOAD_INPUTS, layer.index(), step, 0, 0)
                        .moves(TensorRole.INPUTS, part.tensor(), bytes);
                if (after != LayerItems.NONE) {
                    item.waitFor(after);
                }
                reads.add(context.sink().accept(item));
            }
        }
        return reads;
    }
}
