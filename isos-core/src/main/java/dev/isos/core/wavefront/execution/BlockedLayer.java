package dev.isos.core.wavefront.execution;

import dev.isos.api.dataflow.TaskRunner;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.LayerParameters;
import dev.isos.core.wavefront.frontend.FrontEndCounts;
import dev.isos.core.wavefront.frontend.PackedFilters;
import dev.isos.core.wavefront.mapping.KernelAxis;
import dev.isos.core.wavefront.mapping.Pass;
import dev.isos.core.wavefront.work.LayerWork;
import dev.isos.support.arithmetic.BlockMemory;
import dev.isos.support.arithmetic.BlockedConvolution;
import dev.isos.support.arithmetic.OutputBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Executes a convolution for its output and counts alone: the same partial results, summed over the same channels and kernel
 * columns, as {@link LayerEngine} makes wavefront by wavefront, but a block of output positions at a time.
 */
final class BlockedLayer {
    private final Layer layer;
    private final FeatureMapShape out;
    private final LayerParameters parameters;
    private final ActivationTensor input;
    private final ActivationTensor residual;
    private final LayerWork work;
    private final int vectorWidth;
    private final TaskRunner tasks;
    private final BlockMemory memory;

    /** First of the parts of each pass among those of all ranges of channels; passes of the same range share theirs. */
    private final int[] partsOfPass;

    /** The part that an output channel belongs to. */
    private final int[] partOf;

    private final int parts;

    /** @param residual residual operand or null */
    BlockedLayer(
            Layer layer,
            LayerParameters parameters,
            ActivationTensor input,
            ActivationTensor residual,
            LayerWork work,
            int vectorWidth,
            TaskRunner tasks,
            BlockMemory memory) {
        this.layer = layer;
        this.out = layer.outputShape();
        this.parameters = parameters;
        this.input = input;
        this.residual = residual;
        this.work = work;
        this.vectorWidth = vectorWidth;
        this.tasks = tasks;
        this.memory = memory;
        partsOfPass = new int[work.passes()];
        partOf = new int[out.channels()];
        List<Integer> ranges = new ArrayList<>();
        int count = 0;
        for (int pass = 0; pass < partsOfPass.length; pass++) {
            int same = ranges.indexOf(work.pass(pass).firstChannel());
            ranges.add(work.pass(pass).firstChannel());
            if (same >= 0) {
                partsOfPass[pass] = partsOfPass[same];
                continue;
            }
            int[] bounds = work.parts(pass);
            partsOfPass[pass] = count;
            for (int part = 0; part < bounds.length - 1; part++, count++) {
                Arrays.fill(partOf, bounds[part], bounds[part + 1], count);
            }
        }
        parts = count;
    }

    void execute() {
        for (int pass = 0; pass < partsOfPass.length; pass++) {
            countFrontEnd(pass);
        }
        new BlockedConvolution(layer, input, parameters.filters().orElseThrow()).run(tasks, memory, Merging::new);
    }

    private void countFrontEnd(int number) {
        Window window = layer.convolution().orElseThrow().window();
        Pass pass = work.pass(number);
        KernelAxis rows = KernelAxis.rows(window, layer.inputShape().height(), pass.firstOutput(), pass.endOutput());
        KernelAxis columns = KernelAxis.columns(window, layer.inputShape().width(), out.width());
        PackedFilters filters = new PackedFilters(
                parameters.filters().orElseThrow(), rows, columns, pass.firstChannel(), pass.endChannel());
        FrontEndCounts counts = new FrontEndCounts(input, rows, columns, filters, work, number, vectorWidth);
        tasks.run(layer.inputShape().width(), counts::column);
    }

    /** The back ends of a block: counts non-zero partial results by part, applies the post-operations. */
    private final class Merging implements BlockedConvolution.Sink {
        private final int[][] merges = new int[parts][BlockedConvolution.BLOCK];
        private final OutputBlock outputs = new OutputBlock(parameters.requantisation(), residual, work.output());

        @Override
        public void partial(int r, int k, int[] sums) {
            countNonZeros(merges[partOf[k]], sums);
        }

        @Override
        public void complete(int k, int first, int count, int[] sums) {
            outputs.complete(k, first, count, sums);
        }

        /** Gives the counts of a block to the items that they belong to. */
        @Override
        public void end(int first, int count) {
            for (int pass = 0; pass < partsOfPass.length; pass++) {
                Pass mine = work.pass(pass);
                int lanes = work.factors().outputLanes();
                for (int at = first; at < first + count; at++) {
                    int p = at % out.height();
                    if (p >= mine.firstOutput() && p < mine.endOutput()) {
                        int item = work.backEndItem(pass, at / out.height(), p, 0);
                        for (int lane = 0; lane < lanes; lane++) {
                            work.merges()[item + lane] = merges[partsOfPass[pass] + lane][at - first];
                        }
                    }
                }
            }
            for (int[] ofPart : merges) {
                Arrays.fill(ofPart, 0);
            }
        }
    }

    private static void countNonZeros(int[] counts, int[] values) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += (values[i] | -values[i]) >>> 31;
        }
    }
}
