package dev.isos.baselines.scnn;

/**
 * Tiles of one rank of a map: {@code size} positions over {@code places}, as many to each as to the first; the last ones may
 * have fewer or none.
 */
record Tiling(int size, int places) {
    int tile() {
        return ScnnGeometry.ceilDiv(size, places);
    }

    int from(int place) {
        return Math.min(size, place * tile());
    }

    int to(int place) {
        return Math.min(size, (place + 1) * tile());
    }
}
