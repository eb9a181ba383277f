package dev.isos.hw.stepped;

import dev.isos.hw.isosceles.IsoscelesModel;
import dev.isos.hw.isosceles.SegmentItems;
import dev.isos.hw.stepped.ActivationStream.FrontEndItem;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The processing elements of one lane and how they are divided among its streams: each cycle every stream that has vectors is
 * credited with its share, and each processing element takes a vector of the stream with the most credit. Shares are in
 * proportion to the vectors done in the last period and waiting at its end, or by {@code static} scheduling to those of the whole
 * segment; then a stream gets no more than its share.
 */
final class ProcessingElements {
    private final IsoscelesModel model;
    private final ActivationStream[] streams;
    private final double[] weight;
    private final long[] shares;
    private final long[] waiting;
    private final double[] credit;
    private final long[] done;
    private final double allVectors;
    private final long begun;

    /** Vectors multiplied so far. */
    long vectors;

    /** Cycles in which each stream, and any stream, had work. */
    final long[] busy;

    long anyBusy;

    ProcessingElements(IsoscelesModel model, SegmentItems segment, long now) {
        this.model = model;
        int depths = segment.depths();
        streams = new ActivationStream[depths];
        for (int depth = 0; depth < depths; depth++) {
            streams[depth] = new ActivationStream(model.vectorWidth);
        }
        weight = new double[depths];
        allVectors = Math.max(1, Arrays.stream(segment.vectorsOfDepth).sum());
        shares = new long[depths];
        waiting = new long[depths];
        model.scheduler.begin(Arrays.copyOf(segment.vectorsOfDepth, depths), shares);
        takeShares();
        credit = new double[depths];
        done = new long[depths];
        busy = new long[depths];
        begun = now;
    }

    ActivationStream stream(int depth) {
        return streams[depth];
    }

    boolean idle() {
        for (ActivationStream stream : streams) {
            if (!stream.idle()) {
                return false;
            }
        }
        return true;
    }

    /** One cycle; returns the items that end with it. */
    Deque<FrontEndItem> step(long cycle) {
        Deque<FrontEndItem> ended = new ArrayDeque<>();
        if (cycle > begun && (cycle - begun) % model.schedulingPeriodCycles == 0 && model.scheduler.repeats()) {
            for (int depth = 0; depth < streams.length; depth++) {
                waiting[depth] = streams[depth].waitingVectors;
            }
            model.scheduler.divide(done, waiting, shares);
            takeShares();
            Arrays.fill(done, 0);
        }
        double weights = 0;
        anyBusy += idle() ? 0 : 1;
        for (int depth = 0; depth < streams.length; depth++) {
            busy[depth] += streams[depth].idle() ? 0 : 1;
            for (int element = 0; element < model.streamElements; element++) {
                streams[depth].read(cycle, ended);
            }
            weights += streams[depth].hasVector() ? weight[depth] : 0;
        }
        for (int depth = 0; depth < streams.length; depth++) {
            double all = model.scheduler.keepsToShares() ? allVectors : weights;
            credit[depth] += streams[depth].hasVector() ? model.processingElements * weight[depth] / all : 0;
        }
        for (int element = 0; element < model.processingElements; element++) {
            int depth = richest();
            if (depth >= 0 && (!model.scheduler.keepsToShares() || credit[depth] >= 1)) {
                streams[depth].multiply(ended);
                credit[depth]--;
                done[depth]++;
                vectors++;
            }
        }
        for (int depth = 0; depth < streams.length; depth++) {
            // what a stream could not use went to the others, and what it had from them it does not owe for long
            credit[depth] = streams[depth].hasVector() ? Math.max(credit[depth], -1) : 0;
        }
        return ended;
    }

    private void takeShares() {
        for (int depth = 0; depth < weight.length; depth++) {
            weight[depth] = Math.max(1, shares[depth]);
        }
    }

    private int richest() {
        int best = -1;
        for (int depth = 0; depth < streams.length; depth++) {
            if (streams[depth].hasVector() && (best < 0 || credit[depth] > credit[best])) {
                best = depth;
            }
        }
        return best;
    }
}
