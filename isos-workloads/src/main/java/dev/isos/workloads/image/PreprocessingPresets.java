package dev.isos.workloads.image;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.Preprocessing.ChannelOrder;
import java.util.List;

/** Preprocessing of photos as well-known families of networks were trained with. */
public final class PreprocessingPresets {
    /** Means and deviations of the ImageNet training set (torchvision: 0.485, 0.456, 0.406 and 0.229, 0.224, 0.225 of 255). */
    public static final Preprocessing IMAGENET = new Preprocessing(
            List.of(123.675, 116.28, 103.53), List.of(1 / 58.395, 1 / 57.12, 1 / 57.375), ChannelOrder.RGB);

    /** Caffe's ImageNet models: mean-subtracted blue, green, red. */
    public static final Preprocessing CAFFE =
            new Preprocessing(List.of(104.0, 117.0, 123.0), List.of(1.0, 1.0, 1.0), ChannelOrder.BGR);

    /** TensorFlow's Inception-style models: -1..1. */
    public static final Preprocessing TENSORFLOW =
            new Preprocessing(List.of(127.5, 127.5, 127.5), List.of(1 / 127.5, 1 / 127.5, 1 / 127.5), ChannelOrder.RGB);

    /** Names that {@link #byName} takes. */
    public static final List<String> NAMES = List.of("imagenet", "caffe", "tensorflow");

    private PreprocessingPresets() {}

    /**
     * A preset by name.
     *
     * @throws IsosException naming the valid ones
     */
    public static Preprocessing byName(String name) {
        return switch (name) {
            case "imagenet" -> IMAGENET;
            case "caffe" -> CAFFE;
            case "tensorflow" -> TENSORFLOW;
            default ->
                throw IsosException.badInput(
                        "preprocessing '" + name + "' is unknown, expected one of " + String.join(", ", NAMES));
        };
    }
}
