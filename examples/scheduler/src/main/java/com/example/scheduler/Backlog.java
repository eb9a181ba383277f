package com.example.scheduler;

import dev.isos.api.hardware.part.LaneScheduler;
import java.util.Arrays;

/**
 * Gives processing elements to the layers with the most work waiting. The published scheduler also counts what a layer has done in
 * the last period, and so goes on serving layers that have caught up.
 */
final class Backlog implements LaneScheduler {
    @Override
    public void begin(long[] vectors, long[] shares) {
        Arrays.fill(shares, 1);
    }

    @Override
    public void divide(long[] done, long[] waiting, long[] shares) {
        for (int layer = 0; layer < shares.length; layer++) {
            shares[layer] = 1 + waiting[layer];
        }
    }
}
