package dev.isos.cli.input;

import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.Preprocessing.ChannelOrder;
import java.util.List;
import java.util.Locale;

/** Well-known ways of turning pixels into inputs. */
public enum Preset {
    /** Mean and standard deviation of ImageNet per channel, as torchvision's models expect; in units of a pixel. */
    IMAGENET(List.of(123.675, 116.28, 103.53), List.of(1 / 58.395, 1 / 57.12, 1 / 57.375), ChannelOrder.RGB),
    /** Mean subtracted only, blue first, as Caffe's models expect. */
    CAFFE(List.of(104.0, 117.0, 123.0), List.of(1.0, 1.0, 1.0), ChannelOrder.BGR),
    /** To -1..1, as TensorFlow's MobileNet and Inception expect. */
    TENSORFLOW(List.of(127.5, 127.5, 127.5), List.of(1 / 127.5, 1 / 127.5, 1 / 127.5), ChannelOrder.RGB);

    private final Preprocessing preprocessing;

    Preset(List<Double> mean, List<Double> scale, ChannelOrder order) {
        preprocessing = new Preprocessing(mean, scale, order);
    }

    public Preprocessing preprocessing() {
        return preprocessing;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
