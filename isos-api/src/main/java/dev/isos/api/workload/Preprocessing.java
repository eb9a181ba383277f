package dev.isos.api.workload;

import java.util.List;

/**
 * From 8-bit pixels to network inputs: {@code input = (pixel - mean) * scale} per channel, after a centred crop.
 *
 * @param mean one value per channel, in {@code channelOrder}, in units of a pixel (0..255)
 * @param scale one factor per channel, in {@code channelOrder}
 * @param channelOrder order of the channels of the input tensor
 */
public record Preprocessing(List<Double> mean, List<Double> scale, ChannelOrder channelOrder) {
    /** Means and deviations of the ImageNet training set (torchvision: 0.485, 0.456, 0.406 and 0.229, 0.224, 0.225 of 255). */
    public static final Preprocessing IMAGENET = new Preprocessing(
            List.of(123.675, 116.28, 103.53), List.of(1 / 58.395, 1 / 57.12, 1 / 57.375), ChannelOrder.RGB);

    /** Caffe's ImageNet models: mean-subtracted blue, green, red. */
    public static final Preprocessing CAFFE =
            new Preprocessing(List.of(104.0, 117.0, 123.0), List.of(1.0, 1.0, 1.0), ChannelOrder.BGR);

    /** TensorFlow's Inception-style models: -1..1. */
    public static final Preprocessing TENSORFLOW =
            new Preprocessing(List.of(127.5, 127.5, 127.5), List.of(1 / 127.5, 1 / 127.5, 1 / 127.5), ChannelOrder.RGB);

    /** Order of the channels of the input tensor. */
    public enum ChannelOrder {
        /** Red, green, blue. */
        RGB,
        /** Blue, green, red. */
        BGR
    }

    /**
     * Copies the lists.
     *
     * @param mean in units of a pixel
     * @param scale units of the input per unit of a pixel
     * @param channelOrder order of both lists
     */
    public Preprocessing {
        mean = List.copyOf(mean);
        scale = List.copyOf(scale);
    }
}
