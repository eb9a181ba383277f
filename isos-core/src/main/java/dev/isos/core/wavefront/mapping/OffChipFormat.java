package dev.isos.core.wavefront.mapping;

import dev.isos.api.dataflow.Geometry;
import dev.isos.core.wavefront.schema.IsOsSchema;

/**
 * Bytes of a fiber of activations off chip: a coordinate and a value for each non-zero or, where the machine has masks and that is
 * shorter, a bit for each channel and the values. What tells the two apart is not counted, nor is the length of a fiber of
 * coordinates, which a mask makes unnecessary.
 *
 * @param channelsPerMaskByte 0 where there are no masks
 */
public record OffChipFormat(int channelsPerMaskByte) {
    public static OffChipFormat of(Geometry geometry) {
        return new OffChipFormat(
                geometry.has(IsOsSchema.ACTIVATION_MASKS) ? geometry.getInt(IsOsSchema.ACTIVATION_MASKS) : 0);
    }

    /** Bytes of a fiber, or of the part of one that moves, with so many non-zeros in so many channels. */
    public int bytes(int nonZeros, int channels) {
        int coordinates = IsOsMapper.ENTRY_BYTES * nonZeros;
        return channelsPerMaskByte == 0
                ? coordinates
                : Math.min(coordinates, nonZeros + (channels + channelsPerMaskByte - 1) / channelsPerMaskByte);
    }
}
