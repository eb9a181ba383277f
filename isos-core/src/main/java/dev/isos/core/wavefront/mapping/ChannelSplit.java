package dev.isos.core.wavefront.mapping;

/** Division of a range of channels into contiguous parts of nearly equal length: K into tiles, a tile into slices. */
public final class ChannelSplit {
    private ChannelSplit() {}

    /** The {@code parts + 1} bounds of the parts of {@code from .. to}. */
    public static int[] bounds(int from, int to, int parts) {
        int[] bounds = new int[parts + 1];
        for (int i = 0; i <= parts; i++) {
            bounds[i] = bound(from, to, parts, i);
        }
        return bounds;
    }

    /** First channel of part {@code i} of the parts of {@code from .. to}; of the number of parts, {@code to}. */
    public static int bound(int from, int to, int parts, int i) {
        return from + (int) ((long) (to - from) * i / parts);
    }

    /** Longest part of {@code length} channels in {@code parts} parts. */
    public static int longest(int length, int parts) {
        return (length + parts - 1) / parts;
    }
}
