package dev.isos.core.wavefront.frontend;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.core.wavefront.mapping.KernelAxis;
import dev.isos.core.wavefront.work.LayerWork;
import org.jspecify.annotations.Nullable;

/**
 * Counts the front-end items of one layer and pass: reads each input fiber once and deals its non-zeros to the lanes of the row. Several
 * threads may count, each other columns.
 */
public final class FrontEndCounts {
    private final ActivationTensor input;
    private final KernelAxis rows;
    private final KernelAxis columns;
    private final PackedFilters filters;
    private final LayerWork work;
    private final int pass;
    private final int vectorWidth;
    private final LegalWeights[] legal;

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
    }

    /** Counts the items of all rows of input column w that the pass reads. */
    public void column(int w) {
        int[] channels = work.factors().rowLanes() > 1 ? new int[input.shape().channels() + 1] : null;
        for (int h = work.pass(pass).firstInput();
                columns.legal(w) > 0 && h < work.pass(pass).endInput();
                h++) {
            if (rows.legal(h) > 0) {
                fiber(w, h, channels);
            }
        }
    }

    /** @param channels space for {@link #dealt}; null where a row has one lane */
    private void fiber(int w, int h, int @Nullable [] channels) {
        if (channels != null) {
            dealt(w, h, channels);
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

    /**
     * Counts the items of one input fiber, whose non-zeros are dealt to the lanes of the row.
     *
     * @param channels gets the channels of the non-zeros in the order of the stream; has one place more than there are channels
     * @return their number
     */
    int dealt(int w, int h, int[] channels) {
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

    private LegalWeights legal(int w, int h) {
        int index = columns.classOf(w) * rows.classes + rows.classOf(h);
        LegalWeights known = legal[index];
        if (known == null) {
            known = new LegalWeights(filters, rows.low(h), rows.high(h), columns.low(w), columns.high(w), vectorWidth);
            legal[index] = known;
        }
        return known;
    }
}
