package dev.isos.hw.stepped;

import static dev.isos.hw.isosceles.IsoscelesRun.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The shared filter buffer. Contract: weights are read only while they are there, and never more are there than fit. */
final class FilterBuffer {
    private final long capacityBytes;
    private long usedBytes;

    /** Bytes of the weights that are there, by {segment, layer, tile or step}. */
    private final Map<List<Integer>, Integer> resident = new HashMap<>();

    /** Bytes written so far. */
    long written;

    FilterBuffer(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    private static List<Integer> key(int segment, int layer, int tile) {
        return List.of(segment, layer, tile);
    }

    /** @param moved bytes that come from off chip: all, or none where the image before has left them here */
    void arrive(int segment, int layer, int tile, int bytes, int moved) {
        check(
                resident.put(key(segment, layer, tile), bytes) == null,
                () -> "weights of layer " + layer + " are loaded twice");
        usedBytes += bytes;
        written += moved;
        check(
                usedBytes <= capacityBytes,
                () -> "the filter buffer holds " + usedBytes + " bytes, it has " + capacityBytes);
    }

    void leave(int segment, int layer, int tile) {
        usedBytes -= resident.remove(key(segment, layer, tile));
    }

    /** Bytes of the weights of a tile (or step) of a layer; 0 where they have left. */
    long bytes(int segment, int layer, int tile) {
        return resident.getOrDefault(key(segment, layer, tile), 0);
    }

    /** Weights of a tile (or step) of a layer are read. */
    void read(int segment, int layer, int tile) {
        check(
                resident.containsKey(key(segment, layer, tile)),
                () -> "weights of layer " + layer + ", tile " + tile + ", are read but not on chip");
    }
}
