package dev.isos.api.workload;

import java.util.List;

/**
 * From 8-bit pixels to network inputs: {@code input = (pixel - mean) * scale} per channel, after a centred crop.
 *
 * @param mean one value per channel, in {@code channelOrder}, in units of a pixel (0..255)
 * @param scale one factor per channel, in {@code channelOrder}
 */
public record Preprocessing(List<Double> mean, List<Double> scale, ChannelOrder channelOrder) {
    /** Order of the channels of the input tensor. */
    public enum ChannelOrder {
        RGB,
        BGR
    }

    public Preprocessing {
        mean = List.copyOf(mean);
        scale = List.copyOf(scale);
    }
}
