package dev.isos.hw.stepped;

import static dev.isos.hw.isosceles.IsoscelesRun.check;

import java.util.HashMap;
import java.util.Map;

/** The shared filter buffer. Contract: weights are read only while they are there, and never more are there than fit. */
final class FilterBuffer {
    private final long capacityBytes;
    private long usedBytes;

    /** Bytes of the weights that are there, by {layer, tile or step}. */
    private final Map<Long, Integer> resident = new HashMap<>();

    /** Bytes written so far. */
    long written;

    FilterBuffer(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    private static long key(int layer, int tile) {
        return (long) layer << Integer.SIZE | tile;
    }

    void arrive(int layer, int tile, int bytes) {
        check(resident.put(key(layer, tile), bytes) == null, () -> "weights of layer " + layer + " are loaded twice");
        usedBytes += bytes;
        written += bytes;
        check(
                usedBytes <= capacityBytes,
                () -> "the filter buffer holds " + usedBytes + " bytes, it has " + capacityBytes);
    }

    void leave(int layer, int tile) {
        usedBytes -= resident.remove(key(layer, tile));
    }

    /** Bytes of the weights of a tile (or step) of a layer; 0 where they have left. */
    long bytes(int layer, int tile) {
        return resident.getOrDefault(key(layer, tile), 0);
    }

    /** Weights of a tile (or step) of a layer are read. */
    void read(int layer, int tile) {
        check(
                resident.containsKey(key(layer, tile)),
                () -> "weights of layer " + layer + ", tile " + tile + ", are read but not on chip");
    }
}
