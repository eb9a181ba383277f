package dev.isos.api.workload;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a user asks of a workload source or an importer.
 *
 * @param seed of whatever the workload draws: weights, zeros, a generated image
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
        /** {@link WorkloadRequest#seed()}. */
        SEED,
        /** {@link WorkloadRequest#images()}. */
        IMAGES,
        /** {@link WorkloadRequest#preprocessing()}. */
        PREPROCESSING,
        /** {@link WorkloadRequest#prune()}. */
        PRUNING,
        /** {@link WorkloadRequest#calibration()}. */
        CALIBRATION
    }

    /** The calibration of requests that name none. */
    public static final String DEFAULT_CALIBRATION = "sqnr";

    /**
     * Copies the images; what the texts say is for importer or source to read.
     *
     * @param seed any number
     * @param images paths of image files
     * @param preprocessing empty: the default
     * @param prune specification, or {@code none}
     * @param cacheDirectory empty: no cache
     * @param calibration method, {@link #DEFAULT_CALIBRATION} by default
     */
    public WorkloadRequest {
        images = List.copyOf(images);
    }

    /**
     * A request with the default calibration.
     *
     * @param seed of whatever the workload draws
     * @param images images to calibrate with; the first is the input
     * @param preprocessing how pixels become inputs; empty: the default
     * @param prune pruning specification, or {@code none}
     * @param cacheDirectory folder for calibrated workloads; empty: no cache
     */
    public WorkloadRequest(
            long seed,
            List<Path> images,
            Optional<Preprocessing> preprocessing,
            String prune,
            Optional<Path> cacheDirectory) {
        this(seed, images, preprocessing, prune, cacheDirectory, DEFAULT_CALIBRATION);
    }

    /** {@return seed 1, generated image, no pruning, no cache} */
    public static WorkloadRequest defaults() {
        return new WorkloadRequest(1, List.of(), Optional.empty(), "none", Optional.empty());
    }
}
