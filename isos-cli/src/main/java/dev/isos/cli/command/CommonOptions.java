package dev.isos.cli.command;

import dev.isos.core.Platform;
import dev.isos.report.console.Console;
import dev.isos.report.text.Format;
import dev.isos.report.text.Printable;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of every command that asks the platform something. */
final class CommonOptions {
    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "How results are written: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "Folder with more plug-ins: jars, and folders that each hold the jars of one plug-in and its"
                    + " libraries (default: that of the environment variable ISOS_PLUGINS).")
    private Path plugins;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress and no warnings on standard error.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "More in tables; stack traces with errors.")
    private boolean verbose;

    boolean quiet() {
        return quiet;
    }

    boolean verbose() {
        return verbose;
    }

    /** Folder with further plug-ins. */
    Optional<Path> plugins(Session session) {
        return session.pluginFolder(plugins);
    }

    /** Loads the platform; tells of plug-ins that could not be used. */
    Platform platform(Session session) {
        Platform isos = session.platform().apply(session.pluginFolder(plugins));
        isos.pluginProblems().forEach(problem -> warning(session.console(), problem.sentence()));
        return isos;
    }

    void warning(Console console, String text) {
        if (!quiet) {
            console.warning(text);
        }
    }

    /** Writes the report on standard output. */
    void print(Session session, Printable report) {
        print(session, format, report);
    }

    /** Writes a report on standard output. */
    static void print(Session session, Format format, Printable report) {
        String text = report.in(format, session.console());
        if (format == Format.TABLE) {
            session.console().result(text);
        } else {
            session.console().data(text);
        }
    }
}
