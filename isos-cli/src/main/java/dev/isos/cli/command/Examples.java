package dev.isos.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Command lines at the end of a command's help, to begin with; they are the lines of {@code examples.txt}. */
final class Examples {
    private Examples() {}

    /** Those of a command, in order. */
    static List<String> of(String command) {
        try (InputStream in = Examples.class.getResourceAsStream("examples.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("isos " + command + " ") || line.equals("isos " + command))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds the examples of a command to its help, where it has some. */
    static void addTo(String name, CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        String[] lines =
                of(name).stream().map(line -> "  " + line.replace("%", "%%")).toArray(String[]::new);
        if (lines.length > 0) {
            usage.footerHeading("%nExamples:%n");
            usage.footer(lines);
        }
    }
}
