package dev.isos.baselines.scnn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import org.junit.jupiter.api.Test;

/** Two elements side by side; runs of 2 bits, so that 4 zeros take a placeholder; entries of 10 bits. */
class CompressedMapTest {
    private static final ScnnGeometry GEOMETRY = new ScnnGeometry(1, 2, 1, 64, 2, 100);

    /** 3 channels of 3 rows and 4 columns: two columns, so 6 positions, for each element. */
    private static final FeatureMapShape SHAPE = new FeatureMapShape(3, 3, 4);

    private static CompressedMap map() {
        byte[] values = new byte[36];
        // channel 0: position 5 of the left tile, behind 5 zeros; positions 0 and 5 of the right one, with 4 between
        // them
        values[5 * 3] = 1;
        values[6 * 3] = 1;
        values[11 * 3] = 1;
        // channel 1: nothing on the left; position 3 on the right, behind 3 zeros
        values[9 * 3 + 1] = -1;
        // channel 2: everything on the left
        for (int i = 0; i < 6; i++) {
            values[i * 3 + 2] = 1;
        }
        return new CompressedMap(new ActivationTensor(SHAPE, true, values), GEOMETRY);
    }

    /** Entries: 2 and 3 of channel 0, 0 and 1 of channel 1, 6 and 0 of channel 2. */
    @Test
    void bytesOfChannels() {
        CompressedMap map = map();
        assertEquals(bytes(2) + bytes(3), map.bytes(0, 1));
        assertEquals(bytes(0) + bytes(1), map.bytes(1, 2));
        assertEquals(bytes(6) + bytes(0), map.bytes(2, 3));
        assertEquals(bytes(8) + bytes(4), map.bytes(0, 3));
        assertEquals(0, map.bytes(1, 1));
    }

    /** Bytes of entries of 10 bits. */
    private static int bytes(int entries) {
        return (entries * 10 + 7) / 8;
    }

    @Test
    void theLargestTile() {
        assertEquals(bytes(8), map().largestTileBytes());
    }

    /** 5 rows over 2 places: 3 and 2; 2 over 3: one, one, none. */
    @Test
    void tiles() {
        Tiling five = new Tiling(5, 2);
        assertEquals(3, five.tile());
        assertEquals(3, five.from(1));
        assertEquals(5, five.to(1));
        Tiling two = new Tiling(2, 3);
        assertEquals(2, two.from(2));
        assertEquals(2, two.to(2));
        assertEquals(1, two.to(0));
    }

    @Test
    void compressedEntries() {
        assertEquals(0, GEOMETRY.placeholders(3));
        assertEquals(1, GEOMETRY.placeholders(4));
        assertEquals(2, GEOMETRY.placeholders(11));
        assertEquals(4, GEOMETRY.placeholderSpan());
        assertEquals(2, GEOMETRY.bytes(1));
        assertEquals(5, GEOMETRY.bytes(4));
        assertEquals(2, GEOMETRY.pes());
        assertEquals(3, ScnnGeometry.ceilDiv(7, 3));
        assertEquals(2, ScnnGeometry.ceilDiv(6, 3));
    }
}
