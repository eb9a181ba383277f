package dev.isos.hw.isosceles;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.TensorBuffer;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.core.wavefront.estimate.ExpectedLayer;
import dev.isos.core.wavefront.estimate.ExpectedSegment;
import dev.isos.core.wavefront.mapping.IsOsMapper;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.SegmentTensors;
import dev.isos.core.wavefront.mapping.SegmentTensors.Operand;
import java.util.Arrays;
import java.util.List;

/**
 * How long a segment computes when its operands come as fast as it reads them. The steady state takes the longest of
 *
 * <ul>
 *   <li>the vectors of all layers on the processing elements of the busiest lane,
 *   <li>the stream of one layer, which yields an element (or more) per cycle, and what the layer may take of the processing elements,
 *   <li>the busiest back end,
 *   <li>the queues: a column of a tensor holds its space from the time when its back end begins until its last reader is done, as
 *       a residual operand all the way round its block; a queue of n columns lets no more than n be on that way.
 * </ul>
 *
 * Before it the first column travels to the slowest layer, after it the last one travels on from there.
 */
final class PipelineCycles {
    /** Parts of a segment's time for each of which it is asked how much room there is. */
    private static final int STEPS = 16;

    private final SegmentTensors tensors;
    private final int count;

    /** Cycles of the unit that works longest for each layer. */
    private final double[] busy;

    /** Of the busiest lane: front end of each layer alone, and back end, per input and output column. */
    private final double[] front;

    private final double[] back;

    /** On the way of a column to the output of each layer: cycles of work; negative where no way leads there. */
    private final double[] work;

    /** Share of the segment's time for which it waits on this way for columns behind it, which a window needs as well. */
    private final double[] waits;

    private double steady;
    private double fill;

    PipelineCycles(IsoscelesModel model, WorkloadDensities densities, Segment segment, ExpectedSegment expected) {
        List<ExpectedLayer> layers = expected.layers();
        tensors = expected.tensors();
        count = tensors.layers().size();
        busy = new double[count];
        front = new double[count];
        back = new double[count];
        work = new double[count];
        waits = new double[count];
        if (count == 0) {
            return;
        }
        LayerFactors factors =
                LayerFactors.of(segment.mapping(tensors.layers().get(0).index()));
        int passes = factors.kTiles() * factors.rowTiles();
        lanes(model, layers, passes);
        if (factors.streamed()) {
            return;
        }
        queues(model, densities, segment, passes);
        double slowest = 0;
        for (int i = 0; i < count; i++) {
            slowest = Math.max(slowest, front[i] * (1 + behind(i)));
        }
        for (int tensor : tensors.entering()) {
            follow(tensor, 0, true);
            fill = Math.max(fill, Arrays.stream(work).max().orElse(0) - slowest);
        }
    }

    /** The busiest lane: by its rows, and by chance. */
    private void lanes(IsoscelesModel model, List<ExpectedLayer> layers, int passes) {
        double vectors = layers.stream().mapToDouble(ExpectedLayer::vectors).sum();
        double[] frontEnd = new double[model.lanes];
        double[] backEnd = new double[model.lanes];
        double chance = 0;
        for (int i = 0; i < count; i++) {
            ExpectedLayer expected = layers.get(i);
            Layer layer = expected.layer();
            // with static scheduling a layer has its part of the processing elements
            double elements = model.processingElements
                    * (model.scheduler.keepsToShares() ? expected.vectors() / Math.max(1, vectors) : 1);
            double share = 0;
            for (int lane = 0; lane < model.lanes; lane++) {
                frontEnd[lane] += expected.laneVectors[lane] / model.processingElements;
                backEnd[lane] += expected.laneBackEnd[lane];
                steady = Math.max(steady, backEnd[lane]);
                share = Math.max(share, expected.laneVectors[lane] / model.processingElements);
                front[i] = Math.max(front[i], expected.laneElements[lane] / model.streamElements);
                front[i] = Math.max(front[i], elements == 0 ? 0 : expected.laneVectors[lane] / elements);
                back[i] = Math.max(back[i], expected.laneBackEnd[lane]);
            }
            busy[i] = Math.max(front[i], back[i]);
            int width = layer.inputShape().width();
            double excess = expected.excess(
                    width, Math.min(model.lanes, layer.inputShape().height()));
            chance += share * excess * share * excess;
            steady = Math.max(steady, front[i] * (1 + excess));
            front[i] /= (double) passes * width;
            back[i] /= (double) passes * layer.outputShape().width();
        }
        steady = Math.max(steady, Arrays.stream(frontEnd).max().orElse(0) + StrictMath.sqrt(chance));
    }

    /** Expected bytes of a column of a tensor in a lane. */
    private double column(WorkloadDensities densities, Segment segment, int tensor, int lanes) {
        int rows = tensors.shape(tensor).height();
        int share = tensors.enters(tensor)
                ? Math.max(1, lanes / rows)
                : LayerFactors.of(segment.mapping(tensor)).outputLanes();
        return Math.max(
                1, IsOsMapper.ENTRY_BYTES * tensors.shape(tensor).channels() * densities.density(tensor) / share);
    }

    /** Input columns behind that of the same place that layer i's window needs. */
    private double behind(int i) {
        Layer layer = tensors.layers().get(i);
        if (!(layer.op() instanceof Convolution convolution)) {
            return 0;
        }
        Window window = convolution.window();
        return Math.max(0, (window.columns() - 1) * window.dilationColumns() - window.padLeft());
    }

    /** Follows a column of a tensor, {@code start} cycles after its space is taken, to all outputs that it leads to. */
    private void follow(int tensor, double start, boolean filling) {
        Arrays.fill(work, -1);
        Arrays.fill(waits, 0);
        for (int i = 0; i < count; i++) {
            for (Operand operand : tensors.windowed(i)) {
                double share = behind(i) / tensors.layers().get(i).inputShape().width();
                arrive(i, operand.tensor(), tensor, start, front[i] * (filling ? 1 + behind(i) : 1), share);
            }
            for (Operand operand : tensors.aligned(i)) {
                arrive(i, operand.tensor(), tensor, start, 0, 0);
            }
            work[i] += work[i] < 0 ? 0 : back[i];
        }
    }

    private void arrive(int i, int operand, int from, double start, double cycles, double share) {
        int maker = operand == from ? -1 : position(operand);
        double before = operand == from ? start : maker < 0 ? -1 : work[maker];
        if (before >= 0) {
            work[i] = Math.max(work[i], before + cycles);
            waits[i] = Math.max(waits[i], (maker < 0 ? 0 : waits[maker]) + share);
        }
    }

    private int position(int tensor) {
        for (int i = 0; i < count; i++) {
            if (tensors.layers().get(i).index() == tensor) {
                return i;
            }
        }
        return -1;
    }

    /** Lengthens the steady state to what the queues allow. */
    private void queues(IsoscelesModel model, WorkloadDensities densities, Segment segment, int passes) {
        double pool = model.queueBytes;
        double loaded = 0;
        int sharers = 0;
        double[] columns = new double[segment.buffers().size()];
        for (int b = 0; b < columns.length; b++) {
            TensorBuffer buffer = segment.buffers().get(b);
            columns[b] = column(densities, segment, buffer.tensor(), model.lanes);
            pool -= buffer.capacityBytes();
            if (tensors.enters(buffer.tensor())) {
                loaded += Math.max(0, tensors.shape(buffer.tensor()).width() * columns[b] - buffer.capacityBytes());
            } else {
                sharers++;
            }
        }
        double[] slowest = new double[STEPS];
        Arrays.fill(slowest, steady);
        for (int b = 0; b < columns.length; b++) {
            TensorBuffer buffer = segment.buffers().get(b);
            if (tensors.enters(buffer.tensor())) {
                continue;
            }
            double width = (double) passes * tensors.shape(buffer.tensor()).width();
            double begun = back[position(buffer.tensor())];
            follow(buffer.tensor(), begun, false);
            for (int step = 0; step < STEPS; step++) {
                // what is loaded ahead fills the pool; it gets less as the segment proceeds
                double left = Math.max(0, pool - loaded * (STEPS - step - 0.5) / STEPS) / sharers;
                double held = Math.max(1, Math.floor((buffer.capacityBytes() + left) / columns[b]));
                for (int i = 0; i < count; i++) {
                    if (tensors.readsThroughWindow(i, buffer.tensor())) {
                        slowest[step] = Math.max(slowest[step], (begun + front[i]) * width / held);
                    }
                    if (tensors.readsAligned(i, buffer.tensor())) {
                        double free = Math.max(1, held - waits[i] / passes * width);
                        slowest[step] = Math.max(slowest[step], work[i] * width / free);
                    }
                }
            }
        }
        steady = Arrays.stream(slowest).average().orElse(0);
    }

    /** Cycles of the unit that works longest for the i-th layer. */
    double busy(int i) {
        return busy[i];
    }

    /** Cycles of the steady state. */
    double steady() {
        return steady;
    }

    /** Cycles before and after it. */
    double fill() {
        return fill;
    }
}
