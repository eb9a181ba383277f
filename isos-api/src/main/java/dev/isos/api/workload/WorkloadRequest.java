package dev.isos.api.workload;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a user asks of a workload source or an importer.
 *
 * @param images images to calibrate with; the first is the input. Empty: a generated image
 * @param preprocessing how pixels become inputs; empty: the importer's documented default
 * @param prune pruning specification such as {@code magnitude:0.9}, or {@code none}
 * @param cacheDirectory folder for calibrated workloads; empty: no cache
 * @param calibration how ranges of activations are measured on the images, {@code sqnr}, {@code minmax},
 *     {@code percentile:P} or {@code density:P}
 */
public record WorkloadRequest(
        long seed,
        List<Path> images,
        Optional<Preprocessing> preprocessing,
        String prune,
        Optional<Path> cacheDirectory,
        String calibration) {
    /** Parts of a request, of which a workload may use some and not others. */
    public enum Part {
        SEED,
        IMAGES,
        PREPROCESSING,
        PRUNING,
        CALIBRATION
    }

    /** The calibration of requests that name none. */
    public static final String DEFAULT_CALIBRATION = "sqnr";

    public WorkloadRequest {
        images = List.copyOf(images);
    }

    /** A request with the default calibration. */
    public WorkloadRequest(
            long seed,
            List<Path> images,
            Optional<Preprocessing> preprocessing,
            String prune,
            Optional<Path> cacheDirectory) {
        this(seed, images, preprocessing, prune, cacheDirectory, DEFAULT_CALIBRATION);
    }

    /** Seed 1, generated image, no pruning, no cache. */
    public static WorkloadRequest defaults() {
        return new WorkloadRequest(1, List.of(), Optional.empty(), "none", Optional.empty());
    }
}
