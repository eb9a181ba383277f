package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.baselines.sparten.FilterGroups.Group;
import dev.isos.support.layers.OperandPart;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes of parts of fibers, and which cluster has which positions, by hand. */
class CompressedSizesTest {
    private static final int CHANNELS = 70;

    /** Of two fibers of 70 channels the second one has non-zeros in channels 0, 63, 64 and 69. */
    private static ActivationTensor tensor(boolean signed) {
        byte[] values = new byte[2 * CHANNELS];
        values[CHANNELS] = 1;
        values[CHANNELS + 63] = -2;
        values[CHANNELS + 64] = 3;
        values[CHANNELS + 69] = -1;
        return new ActivationTensor(new FeatureMapShape(CHANNELS, 2, 1), signed, values);
    }

    @Test
    void masksOfAnInput() {
        MaskedInput input = new MaskedInput(tensor(true));
        assertEquals(2, input.words());
        assertArrayEquals(new long[] {0, 0, 1L | 1L << 63, 1L | 1L << 5}, input.masks());
        assertEquals(new FeatureMapShape(CHANNELS, 2, 1), input.shape());
    }

    @Test
    void nonZerosOfSomeChannels() {
        MaskedInput input = new MaskedInput(tensor(true));
        assertEquals(0, input.nonZeros(0, 0, CHANNELS));
        assertEquals(4, input.nonZeros(1, 0, CHANNELS));
        assertEquals(3, input.nonZeros(1, 1, CHANNELS));
        assertEquals(1, input.nonZeros(1, 1, 64));
        assertEquals(1, input.nonZeros(1, 0, 63));
        assertEquals(2, input.nonZeros(1, 63, 65));
        assertEquals(2, input.nonZeros(1, 64, CHANNELS));
        assertEquals(0, input.nonZeros(1, 65, 69));
        assertEquals(1, input.nonZeros(1, 69, CHANNELS));
        // marks of channels 63 and 64, behind a word of something else
        long[] marks = {-1L, 1L << 63, 1L};
        assertEquals(2, input.nonZeros(1, 0, CHANNELS, marks, 1));
        assertEquals(1, input.nonZeros(1, 64, CHANNELS, marks, 1));
        // a byte for 8 channels, and one for each non-zero
        assertEquals(9 + 4, input.bytes(1, 0, CHANNELS));
        assertEquals(9, input.bytes(0, 0, CHANNELS));
        assertEquals(1 + 2, input.bytes(1, 60, 66));
        assertEquals(2 + 2, input.bytes(1, 60, 69));
    }

    @Test
    void pairsTakeTwoBytesAndBitmasksABit() {
        assertEquals(14, Format.PAIRS.bytes(100, 7));
        assertEquals(107, Format.BITMASK.bytes(100, 7));
    }

    /** Channels 60 to 69 are a part of 10: 2 bytes of mask, of which the first 4 channels have 1 and the other 6 the second. */
    @Test
    void shareOfAPartInAFiber() {
        MaskedInput input = new MaskedInput(tensor(true));
        OperandPart part = new OperandPart(0, 60, 70);
        assertEquals(0, Format.BITMASK.bytes(part, input, 1, 0, 60, null, 0));
        assertEquals(1 + 1, Format.BITMASK.bytes(part, input, 1, 0, 64, null, 0));
        assertEquals(1 + 2, Format.BITMASK.bytes(part, input, 1, 64, 128, null, 0));
        assertEquals(0, Format.BITMASK.bytes(part, input, 1, 70, 128, null, 0));
        assertEquals(2, Format.PAIRS.bytes(part, input, 1, 0, 64, null, 0));
        assertEquals(4, Format.PAIRS.bytes(part, input, 1, 64, 128, null, 0));
        long[] marks = {0, 0, 1L << 5};
        assertEquals(1 + 1, Format.BITMASK.bytes(part, input, 1, 64, 128, marks, 1));
        assertEquals(0, Format.BITMASK.bytes(new OperandPart(0, 0, 60), input, 1, 60, 70, null, 0));
    }

    /** 10 channels have 2 bytes of mask: groups of 4, 4 and 2 have 0, 1 and 1 of them. */
    @Test
    void sharesOfGroupsInAnOutput() {
        List<Group> groups = List.of(
                new Group(new int[] {0, 2, 4, 6}, 0, 1, 0),
                new Group(new int[] {8, 1, 3, 5}, 0, 1, 0),
                new Group(new int[] {9, -1, 7, -1}, 0, 1, 0));
        assertEquals(List.of(4, 4, 2), groups.stream().map(Group::filters).toList());
        byte[] values = new byte[20];
        values[10] = 1;
        values[14] = 1; // of the first group, at position 1
        values[15] = 1; // of the second
        values[19] = 1; // of the third
        values[0] = 1; // at position 0
        MaskedInput fibers = new MaskedInput(new ActivationTensor(new FeatureMapShape(10, 2, 1), false, values));
        OutputFibers all = new OutputFibers(Format.BITMASK, 10, groups, new OperandPart(0, 0, 10));
        assertEquals(2, all.bytes(fibers, 0, 1));
        assertEquals(1 + 1, all.bytes(fibers, 1, 1));
        assertEquals(1 + 1, all.bytes(fibers, 2, 1));
        assertEquals(1, all.bytes(fibers, 0, 0));
        assertEquals(1, all.bytes(fibers, 1, 0));
        OutputFibers pairs = new OutputFibers(Format.PAIRS, 10, groups, new OperandPart(0, 0, 10));
        assertEquals(4, pairs.bytes(fibers, 0, 1));
        assertEquals(0, pairs.bytes(fibers, 1, 0));
        // channels 4 to 8 of a part with a byte of mask: 4 and 6, 8 and 5, then 7, which is the last
        OutputFibers part = new OutputFibers(Format.BITMASK, 10, groups, new OperandPart(0, 4, 9));
        assertEquals(1, part.bytes(fibers, 0, 1));
        assertEquals(1, part.bytes(fibers, 1, 1));
        assertEquals(1, part.bytes(fibers, 2, 1));
    }

    /** Channels 60 to 69 and 130 lie in the first, second and third word of a fiber's mask; those of the second group in the third. */
    @Test
    void channelsOfAGroupInSeveralWords() {
        List<Group> groups = List.of(
                new Group(new int[] {130, 60, 69, 64}, 0, 1, 0), new Group(new int[] {140, 131, -1, -1}, 0, 1, 0));
        byte[] values = new byte[2 * 150];
        for (int k : new int[] {60, 64, 65, 130, 131, 140}) {
            values[150 + k] = 1;
        }
        MaskedInput fibers = new MaskedInput(new ActivationTensor(new FeatureMapShape(150, 2, 1), false, values));
        OutputFibers pairs = new OutputFibers(Format.PAIRS, 150, groups, new OperandPart(0, 0, 150));
        assertEquals(2 * 3, pairs.bytes(fibers, 0, 1));
        assertEquals(2 * 2, pairs.bytes(fibers, 1, 1));
        assertEquals(0, pairs.bytes(fibers, 0, 0));
        // of a part that begins behind the first group's channels, nothing is the first group's
        OutputFibers part = new OutputFibers(Format.PAIRS, 150, groups, new OperandPart(0, 131, 150));
        assertEquals(0, part.bytes(fibers, 0, 1));
        assertEquals(2 * 2, part.bytes(fibers, 1, 1));
    }

    /** 11 positions on 4 clusters: three blocks of 3 and one of 2, which with each group is another cluster's. */
    @Test
    void positionsOfClusters() {
        PositionBlocks blocks = new PositionBlocks(11, 4);
        assertEquals(3, blocks.slots());
        int[][] first = {{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {9, 10, -1}};
        int[][] second = {{3, 4, 5}, {6, 7, 8}, {9, 10, -1}, {0, 1, 2}};
        for (int cluster = 0; cluster < 4; cluster++) {
            for (int n = 0; n < 3; n++) {
                assertEquals(first[cluster][n], blocks.position(0, cluster, n));
                assertEquals(second[cluster][n], blocks.position(1, cluster, n));
                assertEquals(first[cluster][n], blocks.position(4, cluster, n));
            }
            assertEquals(first[cluster][2] < 0 ? 2 : 3, blocks.size(0, cluster));
            assertEquals(second[cluster][2] < 0 ? 2 : 3, blocks.size(1, cluster));
        }
    }

    @Test
    void positionsThatDivideEvenly() {
        PositionBlocks blocks = new PositionBlocks(8, 4);
        assertEquals(2, blocks.slots());
        assertEquals(2, blocks.size(1, 0));
        assertEquals(5, blocks.position(3, 2, 1));
        assertEquals(-1, blocks.position(3, 2, 2));
    }

    @Test
    void fibersInThePaddingAreNone() {
        FeatureMapShape input = new FeatureMapShape(1, 3, 2);
        assertEquals(0, LayerStream.fiber(input, 0, 0));
        assertEquals(5, LayerStream.fiber(input, 2, 1));
        assertEquals(-1, LayerStream.fiber(input, -1, 0));
        assertEquals(-1, LayerStream.fiber(input, 3, 0));
        assertEquals(-1, LayerStream.fiber(input, 0, -1));
        assertEquals(-1, LayerStream.fiber(input, 0, 2));
    }
}
