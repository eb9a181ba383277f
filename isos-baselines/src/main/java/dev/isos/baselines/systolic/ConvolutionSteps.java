package dev.isos.baselines.systolic;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.support.layers.WindowCoverage;

/**
 * The folds of a convolution, group by group. With stationary weights or inputs the sums of a column fold are completed
 * before the next begins; with stationary sums either folds of positions or folds of filters are the outer loop, whichever
 * moves fewer bytes.
 */
final class ConvolutionSteps extends StepStream {
    /** A count of an item stays below. */
    private static final long LARGEST_COUNT = 1 << 30;

    private final FoldPlan plan;
    private final Window window;
    private final FeatureMapShape in;
    private final int outputHeight;
    private final int channelsPerGroup;
    private final FoldProduct product;
    private final OnChipInputs inputs;
    private final OnChipInputs residual;
    private final boolean rowsOutside;
    private final long filterBufferBytes;
    private final long sumsOnChip;
    private final int folds;
    private boolean[] filtersLoaded = new boolean[0];
    private int groupOfFilters = -1;
    private int blockInArray = -1;

    /** @param product computes the folds, or null when the outputs are known already */
    ConvolutionSteps(ExecutionContext context, Layer layer, FoldPlan plan, FoldProduct product) {
        super(context.workload().network(), layer, context.sink());
        this.plan = plan;
        this.product = product;
        this.window = ((Convolution) layer.op()).window();
        this.in = layer.inputShape();
        this.outputHeight = layer.outputShape().height();
        this.channelsPerGroup = layer.filterShape().channelsPerGroup();
        long inputBufferBytes = context.geometry().get(SystolicWork.INPUT_BUFFER_BYTES);
        this.filterBufferBytes = context.geometry().get(SystolicWork.FILTER_BUFFER_BYTES);
        // half of the buffer holds the sums of a fold, the other half what leaves
        this.sumsOnChip = context.geometry().get(SystolicWork.OUTPUT_BUFFER_BYTES) / 2 / SystolicWork.SUM_BYTES;
        WindowCoverage touched = WindowCoverage.of(layer, window);
        this.inputs = new OnChipInputs(
                network,
                layer.inputs().get(0),
                touched.rowCount(),
                touched.columns(),
                channelsPerGroup,
                inputBufferBytes);
        this.residual =
                layer.hasResidual() ? new OnChipInputs(network, layer.residual(), 1, new boolean[] {true}, 1, 0) : null;
        this.rowsOutside = rowsOutside(touched, inputBufferBytes);
        if (plan.folds() > LARGEST_COUNT
                || (long) plan.streamed() * Math.max(plan.rows(), plan.columns()) > LARGEST_COUNT) {
            throw IsosException.unsupported("layer " + layer.name() + " takes " + plan.folds() + " folds of "
                    + plan.streamed() + " streamed elements, more than the systolic dataflows can count");
        }
        this.folds = (int) plan.folds();
    }

    private boolean rowsOutside(WindowCoverage touched, long inputBufferBytes) {
        if (plan.stationarity() != Stationarity.OUTPUT) {
            return false;
        }
        long inputBytes = (long) channelsPerGroup * touched.rowCount() * touched.columnCount();
        long filterBytes = filterBytes();
        long inputPasses = inputBytes <= inputBufferBytes ? 1 : plan.columnFolds();
        long filterPasses = filterBytes <= filterBufferBytes ? 1 : plan.rowFolds();
        return inputBytes + filterBytes * filterPasses < filterBytes + inputBytes * inputPasses;
    }

    /** Dense bytes of the filters of a group. */
    private long filterBytes() {
        return (long) plan.filters() * plan.window();
    }

    @Override
    int steps() {
        return folds;
    }

    private int group(int step) {
        return step / (plan.rowFolds() * plan.columnFolds());
    }

    private int rowFold(int step) {
        int inGroup = step % (plan.rowFolds() * plan.columnFolds());
        return rowsOutside ? inGroup / plan.columnFolds() : inGroup % plan.rowFolds();
    }

    private int columnFold(int step) {
        int inGroup = step % (plan.rowFolds() * plan.columnFolds());
        return rowsOutside ? inGroup % plan.columnFolds() : inGroup / plan.rowFolds();
    }

    private int firstRow(int step) {
        return rowFold(step) * plan.rows();
    }

    private int endRow(int step) {
        return Math.min(plan.overRows(), firstRow(step) + plan.rows());
    }

    private int firstColumn(int step) {
        return columnFold(step) * plan.columns();
    }

    private int endColumn(int step) {
        return Math.min(plan.overColumns(), firstColumn(step) + plan.columns());
    }

    private int rowsUsed(int step) {
        return endRow(step) - firstRow(step);
    }

    private int columnsUsed(int step) {
        return endColumn(step) - firstColumn(step);
    }

    private boolean lastOfSums(int step) {
        return plan.stationarity() == Stationarity.OUTPUT || rowFold(step) == plan.rowFolds() - 1;
    }

    private boolean firstOfSums(int step) {
        return plan.stationarity() == Stationarity.OUTPUT || rowFold(step) == 0;
    }

    @Override
    void loads(int step) {
        int firstChannel = group(step) * channelsPerGroup;
        int kernel = window.rows() * window.columns();
        switch (plan.stationarity()) {
            case OUTPUT -> {
                loadInputs(step, firstChannel, firstChannel + channelsPerGroup, firstRow(step), endRow(step));
                loadFilters(step, columnFold(step), (long) columnsUsed(step) * plan.window());
            }
            case WEIGHT -> {
                loadInputs(
                        step,
                        firstChannel + firstRow(step) / kernel,
                        firstChannel + FoldPlan.ceilDiv(endRow(step), kernel),
                        0,
                        plan.positions());
                int block = columnFold(step) * plan.rowFolds() + rowFold(step);
                loadFilters(step, block, (long) columnsUsed(step) * rowsUsed(step));
            }
            case INPUT -> {
                loadInputs(
                        step,
                        firstChannel + firstRow(step) / kernel,
                        firstChannel + FoldPlan.ceilDiv(endRow(step), kernel),
                        firstColumn(step),
                        endColumn(step));
                loadFilters(step, rowFold(step), (long) plan.filters() * rowsUsed(step));
            }
        }
        if (residual != null && lastOfSums(step)) {
            loadResidual(step);
        }
    }

    private void loadInputs(int step, int firstChannel, int endChannel, int firstPosition, int endPosition) {
        int from = window.inputColumn(firstPosition / outputHeight, 0);
        int to = window.inputColumn((endPosition - 1) / outputHeight, window.columns() - 1) + 1;
        from = Math.min(in.width(), Math.max(0, from));
        to = Math.max(from, Math.min(in.width(), to));
        inputs.need(firstChannel, endChannel, from, to, channelsPerGroup);
        for (int part = 0; part < inputs.parts(); part++) {
            load(SystolicWork.LOAD_INPUTS, step, TensorRole.INPUTS, inputs.tensor(part), inputs.bytes(part));
        }
    }

    /** Filters that fit the buffer stay in it; else a block stays as long as it is worked on, if it fits half of it. */
    private void loadFilters(int step, int block, long bytes) {
        if (group(step) != groupOfFilters) {
            groupOfFilters = group(step);
            filtersLoaded = new boolean[plan.rowFolds() * plan.columnFolds()];
            blockInArray = -1;
        }
        boolean onChip = filterBytes() <= filterBufferBytes
                ? filtersLoaded[block]
                : block == blockInArray && bytes <= filterBufferBytes / 2;
        filtersLoaded[block] = true;
        blockInArray = block;
        if (!onChip) {
            load(SystolicWork.LOAD_FILTERS, step, TensorRole.WEIGHTS, layer.index(), bytes);
        }
    }

    private void loadResidual(int step) {
        boolean inputStationary = plan.stationarity() == Stationarity.INPUT;
        int firstOutput = group(step) * plan.filters();
        int from = firstOutput + (inputStationary ? 0 : firstColumn(step));
        int to = firstOutput + (inputStationary ? plan.filters() : endColumn(step));
        long positions = outputs(step) / (to - from);
        residual.need(from, to, 0, 1, 1);
        for (int part = 0; part < residual.parts(); part++) {
            long bytes = residual.bytes(part) * positions;
            load(SystolicWork.LOAD_RESIDUAL, step, TensorRole.RESIDUALS, residual.tensor(part), bytes);
        }
    }

    @Override
    void computes(int step) {
        if (product != null) {
            product.add(group(step), rowFold(step), columnFold(step));
        }
        int rows = rowsUsed(step);
        int columns = columnsUsed(step);
        int streamed = plan.streamed();
        begin(SystolicWork.FOLD, step);
        int inputBytes = switch (plan.stationarity()) {
            case OUTPUT, WEIGHT -> rows * streamed;
            case INPUT -> rows * columns;
        };
        int filterBytes = switch (plan.stationarity()) {
            case OUTPUT -> columns * streamed;
            case WEIGHT -> rows * columns;
            case INPUT -> rows * streamed;
        };
        int sums = plan.stationarity() == Stationarity.OUTPUT ? rows * columns : streamed * columns;
        long products = (long) rows * columns * streamed;
        item.count(SystolicWork.PRELOADED_ROWS, plan.preloadedRows())
                .count(SystolicWork.STREAMED, streamed)
                .count(SystolicWork.INPUT_BYTES, inputBytes)
                .count(SystolicWork.FILTER_BYTES, filterBytes)
                .count(SystolicWork.SUMS_READ, firstOfSums(step) ? 0 : sums)
                .count(SystolicWork.SUMS_WRITTEN, sums)
                .count(SystolicWork.PRODUCTS, (int) Math.min(products, LARGEST_COUNT));
        compute(step, true);
        // a count is an int: further products of the same fold in items that take no time
        for (long left = products - LARGEST_COUNT; left > 0; left -= LARGEST_COUNT) {
            begin(SystolicWork.FOLD, step);
            item.count(SystolicWork.PRODUCTS, (int) Math.min(left, LARGEST_COUNT));
            compute(step, false);
        }
    }

    private long sums(int step) {
        return plan.stationarity() == Stationarity.OUTPUT
                ? (long) rowsUsed(step) * columnsUsed(step)
                : (long) plan.streamed() * columnsUsed(step);
    }

    @Override
    long outputs(int step) {
        return lastOfSums(step) ? sums(step) : 0;
    }

    /** Sums in the array are no partial sums; those of several folds beyond the buffer travel. */
    private long spilledBytes(int step) {
        return SystolicWork.SUM_BYTES * Math.max(0, sums(step) - sumsOnChip);
    }

    @Override
    long partialBytesRead(int step) {
        return firstOfSums(step) ? 0 : spilledBytes(step);
    }

    @Override
    long partialBytesWritten(int step) {
        return lastOfSums(step) ? 0 : spilledBytes(step);
    }
}
