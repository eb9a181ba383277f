package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.unit.Quantity;
import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.Preprocessing.ChannelOrder;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.cli.input.Preset;
import dev.isos.report.console.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What goes into a network, and what is taken out of its weights. */
final class ImageOptions {
    private static final int CHANNELS = 3;
    private static final int LONGEST_SHOWN = 80;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description =
                    "PNG or JPEG photo as input; repeat to calibrate with more photos (default: a generated image).")
    private List<Path> images = List.of();

    @Option(
            names = "--preprocess",
            paramLabel = "NAME",
            description = "How pixels become inputs, input = (pixel - mean) * scale: ${COMPLETION-CANDIDATES}.")
    private Preset preset;

    @Option(
            names = "--input-mean",
            paramLabel = "A,B,C",
            description = "Mean per channel, in the order of --channel-order (default: 0).")
    private String mean;

    @Option(
            names = "--input-scale",
            paramLabel = "X[,Y,Z]",
            description = "Scale of all channels or of each (default: 1).")
    private String scale;

    @Option(
            names = "--channel-order",
            paramLabel = "RGB|BGR",
            description = "Order of the input's channels (default: RGB).")
    private ChannelOrder channelOrder;

    @Option(
            names = "--prune",
            paramLabel = "SPEC",
            defaultValue = "none",
            description =
                    "Pruning of an imported model: none, magnitude:S, global:S (share of zero weights), budget:FILE"
                            + " or nm:N:M (default: ${DEFAULT-VALUE}).")
    private String prune;

    @Option(
            names = "--calibration",
            paramLabel = "RULE",
            defaultValue = WorkloadRequest.DEFAULT_CALIBRATION,
            description = "Range of each activation of an imported model on the images: sqnr, minmax, percentile:P of"
                    + " its non-zero magnitudes, or density:P, narrower where more than P %% of a layer's inputs would round"
                    + " to zero; sqnr is density:2 as far as no noise is added (default: ${DEFAULT-VALUE}).")
    private String calibration;

    boolean hasImage() {
        return !images.isEmpty();
    }

    /** A request with these inputs; what can be wrong with them is told before anything takes long. */
    WorkloadRequest request(SourceOptions source, CommonOptions common, Console console) {
        for (Path image : images) {
            if (!Files.isRegularFile(image)) {
                throw IsosException.badInput(
                        "--image " + image + (Files.exists(image) ? " is not a file" : " does not exist"));
            }
            if (!Files.isReadable(image)) {
                throw IsosException.badInput("--image " + image + " cannot be read");
            }
        }
        return source.request(common, console, images, preprocessing(), prune, calibration);
    }

    private Optional<Preprocessing> preprocessing() {
        boolean explicit = mean != null || scale != null || channelOrder != null;
        if (preset != null && explicit) {
            throw IsosException.badInput("--preprocess " + preset
                    + " sets mean, scale and channel order, so --input-mean, --input-scale and --channel-order"
                    + " cannot be given with it");
        }
        if (preset != null) {
            return Optional.of(preset.preprocessing());
        }
        if (!explicit) {
            return Optional.empty();
        }
        return Optional.of(new Preprocessing(
                perChannel("--input-mean", mean == null ? "0" : mean),
                perChannel("--input-scale", scale == null ? "1" : scale),
                channelOrder == null ? ChannelOrder.RGB : channelOrder));
    }

    private static List<Double> perChannel(String option, String text) {
        String reason;
        try {
            List<Double> values = Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .map(Quantity.REAL::parse)
                    .toList();
            if (values.size() == 1) {
                return Collections.nCopies(CHANNELS, values.get(0));
            }
            if (values.size() == CHANNELS) {
                return values;
            }
            reason = values.size() + " numbers";
        } catch (IllegalArgumentException e) {
            reason = e.getMessage();
        }
        throw IsosException.badInput(option + " expects one number or three with commas between, got '"
                + (text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text) + "': " + reason);
    }
}
