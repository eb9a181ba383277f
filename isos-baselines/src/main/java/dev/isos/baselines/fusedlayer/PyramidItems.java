package dev.isos.baselines.fusedlayer;

import dev.isos.api.dataflow.WorkItem;
import java.util.Arrays;

/** The work items of one segment as arrays, with their dependencies turned around. */
final class PyramidItems {
    private int size;
    private int[] phase = new int[256];
    private int[] layer = new int[256];
    private long[] amount = new long[256];
    private int[] waits = new int[256];
    private int edges;
    private int[] edgeFrom = new int[1024];
    private int[] edgeTo = new int[1024];
    private int[] successorStarts;
    private int[] successors;

    int add(WorkItem item) {
        if (size == phase.length) {
            int longer = 2 * size;
            phase = Arrays.copyOf(phase, longer);
            layer = Arrays.copyOf(layer, longer);
            amount = Arrays.copyOf(amount, longer);
            waits = Arrays.copyOf(waits, longer);
        }
        phase[size] = item.phase();
        layer[size] = item.layer();
        boolean computes = item.phase() == FusedLayerWork.ARRAY || item.phase() == FusedLayerWork.VECTOR;
        amount[size] = computes ? item.counts()[FusedLayerWork.STEPS] : item.offChipBytes();
        waits[size] = item.waitCount();
        for (int i = 0; i < item.waitCount(); i++) {
            if (edges == edgeFrom.length) {
                edgeFrom = Arrays.copyOf(edgeFrom, 2 * edges);
                edgeTo = Arrays.copyOf(edgeTo, 2 * edges);
            }
            edgeFrom[edges] = item.waitsFor()[i];
            edgeTo[edges++] = size;
        }
        return size++;
    }

    /** All items are there. */
    void seal() {
        successorStarts = new int[size + 1];
        for (int e = 0; e < edges; e++) {
            successorStarts[edgeFrom[e] + 1]++;
        }
        for (int i = 0; i < size; i++) {
            successorStarts[i + 1] += successorStarts[i];
        }
        successors = new int[edges];
        int[] next = Arrays.copyOf(successorStarts, size);
        for (int e = 0; e < edges; e++) {
            successors[next[edgeFrom[e]]++] = edgeTo[e];
        }
        edgeFrom = new int[0];
        edgeTo = new int[0];
    }

    int size() {
        return size;
    }

    int phase(int item) {
        return phase[item];
    }

    int layer(int item) {
        return layer[item];
    }

    /** Steps of a computation, bytes of a transfer. */
    long amount(int item) {
        return amount[item];
    }

    int waits(int item) {
        return waits[item];
    }

    int successorsFrom(int item) {
        return successorStarts[item];
    }

    int successorsTo(int item) {
        return successorStarts[item + 1];
    }

    int successor(int at) {
        return successors[at];
    }
}
