package dev.isos.baselines.systolic;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;
import dev.isos.support.layers.LayerArithmetic;
import dev.isos.support.layers.WindowCoverage;
import java.util.ArrayList;
import java.util.List;

/** A layer of the vector unit, one output column after the other: pooling, addition, normalisation, selection. */
final class VectorSteps extends StepStream {
    private final Window window;
    private final List<OnChipInputs> inputs = new ArrayList<>();
    private final int operandsPerOutput;

    VectorSteps(ExecutionContext context, Layer layer) {
        super(context.workload().network(), layer, context.sink());
        this.window = layer.op() instanceof Pooling pooling ? pooling.window() : Window.square(1, 1, 0);
        WindowCoverage touched = WindowCoverage.of(layer, window);
        int channels = layer.inputShape().channels();
        long buffer = context.geometry().get(SystolicWork.INPUT_BUFFER_BYTES);
        for (int input : layer.inputs()) {
            inputs.add(new OnChipInputs(
                    network,
                    input,
                    touched.rowCount(),
                    touched.columns(),
                    channels,
                    buffer / layer.inputs().size()));
        }
        operandsPerOutput = LayerArithmetic.operandsPerOutput(layer);
        if (outputs(0) * operandsPerOutput > Integer.MAX_VALUE) {
            throw IsosException.unsupported("layer " + layer.name() + " reads " + outputs(0) * operandsPerOutput
                    + " operands per column, more than the systolic dataflows can count");
        }
    }

    @Override
    int steps() {
        return layer.outputShape().width();
    }

    @Override
    void loads(int step) {
        int width = layer.inputShape().width();
        int from = Math.min(width, Math.max(0, window.inputColumn(step, 0)));
        int to = Math.max(from, Math.min(width, window.inputColumn(step, window.columns() - 1) + 1));
        int channels = layer.inputShape().channels();
        for (OnChipInputs input : inputs) {
            input.need(0, channels, from, to, channels);
            for (int part = 0; part < input.parts(); part++) {
                load(SystolicWork.LOAD_INPUTS, step, TensorRole.INPUTS, input.tensor(part), input.bytes(part));
            }
        }
    }

    @Override
    void computes(int step) {
        int operands = (int) outputs(step) * operandsPerOutput;
        begin(SystolicWork.VECTOR, step);
        item.count(SystolicWork.OPERANDS, operands).count(SystolicWork.INPUT_BYTES, operands);
        compute(step, true);
    }

    @Override
    long outputs(int step) {
        return (long) layer.outputShape().height() * layer.outputShape().channels();
    }
}
