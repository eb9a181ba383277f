package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.core.file.IoReason;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Plot;
import dev.isos.report.figure.Plot.Format;
import dev.isos.report.figure.Plot.Medium;
import dev.isos.report.output.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code isos plot}. */
@Command(
        name = "plot",
        description =
                "Draws a chart of a report for a paper or a talk: in physical size, with texts of at least 8 points, to be"
                        + " read without colour too. Simulates nothing.")
final class PlotCommand implements Callable<Integer> {
    private static final long MOST_BYTES = 16_000_000;

    private final Session session;

    @Parameters(
            paramLabel = "FIGURE",
            description =
                    "A chart that 'reproduce', 'compare' or 'sweep' has written with --out DIR: DIR/figures/ID.json.")
    private Path figure;

    @Option(
            names = "--for",
            paramLabel = "MEDIUM",
            defaultValue = "column",
            description =
                    "Where it goes: column (3.33 inches wide), page (7 inches) or slide (10 inches, 16:9) (default:"
                            + " ${DEFAULT-VALUE}).")
    private String medium;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "pdf",
            description = "svg, pdf, or png (600 dpi; slides 192) (default: ${DEFAULT-VALUE}).")
    private String format;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "File to write (default: the chart's id with the format as extension, in this folder).")
    private Path output;

    @Option(names = "--title", description = "Puts the chart's title above it; papers have it in the caption.")
    private boolean titled;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    PlotCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Medium chosen = oneOf("--for", Medium.values(), medium);
        Format wanted = oneOf("--format", Format.values(), format);
        Chart chart = read();
        Path file = output == null ? Path.of(chart.id() + "." + wanted.name().toLowerCase(Locale.ROOT)) : output;
        byte[] drawn = Plot.draw(chart, chosen, wanted, titled);
        try (OutputFile out = OutputFile.open(file)) {
            out.write(stream -> stream.write(drawn));
            out.commit();
        }
        session.console().out().println(file);
        return 0;
    }

    private static <E extends Enum<E>> E oneOf(String option, E[] values, String given) {
        StringBuilder names = new StringBuilder();
        for (E value : values) {
            String name = value.name().toLowerCase(Locale.ROOT);
            if (name.equals(given)) {
                return value;
            }
            names.append(names.isEmpty() ? "" : ", ").append(name);
        }
        throw IsosException.badInput(option + " " + given + ": expected one of " + names);
    }

    private Chart read() {
        try {
            if (Files.size(figure) > MOST_BYTES) {
                throw IsosException.badInput(figure + ": larger than any chart");
            }
            return Plot.read(Files.readString(figure));
        } catch (IOException e) {
            throw IsosException.badInput("cannot read " + figure + ": " + IoReason.of(e));
        } catch (IllegalArgumentException e) {
            throw IsosException.badInput(figure + ": not a chart that a report has written: " + e.getMessage());
        }
    }
}
