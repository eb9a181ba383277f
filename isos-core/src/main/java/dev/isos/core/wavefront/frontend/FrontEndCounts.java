package dev.isos.core.wavefront.frontend;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.core.wavefront.mapping.KernelAxis;
import dev.isos.core.wavefront.work.LayerWork;

/** Counts the front-end items of one layer and pass: reads each input fiber once and deals its non-zeros to the lanes of the row. */
public final class FrontEndCounts {
    private final ActivationTensor input;
    private final KernelAxis rows;
    private final KernelAxis columns;
    private final PackedFilters filters;
    private final LayerWork work;
    private final int pass;
    private final int vectorWidth;
    private final LegalWeights[] legal;

    /** Channels of the non-zeros of the fiber at hand; one place more than channels. */
    private final int[] channels;

    /** @param rows reach the output rows of the pass */
    public FrontEndCounts(
            ActivationTensor input,
            KernelAxis rows,
            KernelAxis columns,
            PackedFilters filters,
            LayerWork work,
            int pass,
            int vectorWidth) {
        this.input = input;
        this.rows = rows;
        this.columns = columns;
        this.filters = filters;
        this.work = work;
        this.pass = pass;
        this.vectorWidth = vectorWidth;
        legal = new LegalWeights[rows.classes * columns.classes];
        channels = new int[input.shape().channels() + 1];
    }

    /** Counts the items of all rows of input column w that the pass reads. */
    public void column(int w) {
        for (int h = work.pass(pass).firstInput();
                columns.legal(w) > 0 && h < work.pass(pass).endInput();
                h++) {
            if (rows.legal(h) > 0) {
                fiber(w, h);
            }
        }
    }

    private void fiber(int w, int h) {
        if (work.factors().rowLanes() > 1) {
            dealt(w, h);
            return;
        }
        int from = input.fiberStart(w, h);
        int item = work.frontEndItem(pass, w, h, 0);
        long met = met(input.values(), from, legal(w, h).ofChannel);
        work.products()[item] = LegalWeights.weights(met);
        work.vectors()[item] = LegalWeights.vectors(met);
        work.elements()[item] = input.nonZeros(from, from + input.shape().channels());
    }

    private static long met(byte[] values, int from, long[] ofChannel) {
        long sum = 0;
        for (int c = 0; c < ofChannel.length; c++) {
            sum += values[from + c] != 0 ? ofChannel[c] : 0;
        }
        return sum;
    }

    /** Counts the items of one input fiber; returns its non-zeros, of which {@link #channels} are valid until the next call. */
    int dealt(int w, int h) {
        int count = filters.nonZeroChannels(input, w, h, channels);
        long[] ofChannel = legal(w, h).ofChannel;
        int lanes = work.factors().rowLanes();
        int item = work.frontEndItem(pass, w, h, 0);
        for (int lane = 0; lane < lanes; lane++) {
            long met = 0;
            for (int i = lane; i < count; i += lanes) {
                met += ofChannel[channels[i]];
            }
            work.products()[item + lane] = LegalWeights.weights(met);
            work.vectors()[item + lane] = LegalWeights.vectors(met);
            work.elements()[item + lane] = (count - lane + lanes - 1) / lanes;
        }
        return count;
    }

    /** Channels of the non-zeros of the fiber that was counted last, in the order of the stream. */
    int[] channels() {
        return channels;
    }

    private LegalWeights legal(int w, int h) {
        int index = columns.classOf(w) * rows.classes + rows.classOf(h);
        if (legal[index] == null) {
            legal[index] =
                    new LegalWeights(filters, rows.low(h), rows.high(h), columns.low(w), columns.high(w), vectorWidth);
        }
        return legal[index];
    }
}
