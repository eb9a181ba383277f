package dev.isos.core.wavefront.frontend;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.core.wavefront.mapping.KernelAxis;
import dev.isos.core.wavefront.work.IntermediateRing;
import dev.isos.core.wavefront.work.LayerWork;
import dev.isos.core.wavefront.work.WavefrontObserver;

/**
 * The input-stationary front end of one layer and pass: reads each non-zero activation once and adds its products with all
 * weights that it legally meets to the partial results, counting as it goes.
 */
public final class InputStationaryFrontEnd {
    private final ActivationTensor input;
    private final KernelAxis rows;
    private final KernelAxis columns;
    private final PackedFilters filters;
    private final IntermediateRing partials;
    private final LayerWork work;
    private final WavefrontObserver observer;
    private final int pass;
    private final FrontEndCounts counts;

    private final int[] entries;

    /** Start of T[q][h] for each kernel column. */
    private final int[] targets;

    /** Of the non-zeros of the fiber at hand. */
    private final int[] channels;

    /** @param rows reach the output rows of the pass */
    public InputStationaryFrontEnd(
            ActivationTensor input,
            KernelAxis rows,
            KernelAxis columns,
            PackedFilters filters,
            IntermediateRing partials,
            LayerWork work,
            int pass,
            int vectorWidth,
            WavefrontObserver observer) {
        this.input = input;
        this.rows = rows;
        this.columns = columns;
        this.filters = filters;
        this.partials = partials;
        this.work = work;
        this.pass = pass;
        this.observer = observer;
        counts = new FrontEndCounts(input, rows, columns, filters, work, pass, vectorWidth);
        entries = filters.entries();
        targets = new int[columns.size()];
        channels = new int[input.shape().channels() + 1];
    }

    /** Processes all rows of input column w that the pass reads. */
    public void wavefront(int w) {
        if (columns.legal(w) == 0) {
            return;
        }
        for (int s = columns.low(w); s < columns.high(w); s++) {
            partials.open(columns.output(w, s));
        }
        for (int h = work.pass(pass).firstInput(); h < work.pass(pass).endInput(); h++) {
            if (rows.legal(h) > 0) {
                int count = counts.dealt(w, h, channels);
                observer.inputRead(pass, w, h, count);
                multiply(w, h, count);
            }
        }
    }

    private void multiply(int w, int h, int count) {
        int lowColumn = columns.low(w);
        int highColumn = columns.high(w);
        int lowRow = rows.low(h);
        int highRow = rows.high(h);
        for (int s = lowColumn; s < highColumn; s++) {
            targets[s] = partials.start(columns.output(w, s), h);
        }
        int[] starts = filters.starts;
        int[] sums = partials.values();
        byte[] stored = input.values();
        boolean signed = input.signed();
        int from = input.fiberStart(w, h);
        for (int i = 0; i < count; i++) {
            int value = ActivationTensor.decode(stored[from + channels[i]], signed);
            for (int s = lowColumn; s < highColumn; s++) {
                int run = filters.run(channels[i], s);
                accumulate(sums, targets[s], entries, starts[run + lowRow], starts[run + highRow], value);
            }
        }
    }

    private static void accumulate(int[] sums, int target, int[] entries, int from, int to, int value) {
        for (int j = from; j < to; j++) {
            int entry = entries[j];
            sums[target + (entry >>> 8)] += value * (byte) entry;
        }
    }
}
