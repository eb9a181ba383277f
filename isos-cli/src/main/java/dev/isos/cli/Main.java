package dev.isos.cli;

import dev.isos.api.error.ErrorCode;
import dev.isos.cli.command.IsosCommand;
import dev.isos.cli.command.Session;
import dev.isos.core.IsosPlatform;
import dev.isos.core.plugin.PluginBlame;
import dev.isos.report.console.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Starts the command line of Isos on the standard streams of the process. */
public final class Main {
    private static final int STANDARD_OUT = 1;
    private static final int STANDARD_ERROR = 2;
    /** Until then, other hooks have deleted unfinished files. */
    private static final int LEFTOVERS_MILLIS = 500;

    private static final int BUFFER_BYTES = 1 << 16;

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        PrintStream out =
                new PrintStream(new java.io.BufferedOutputStream(output, BUFFER_BYTES), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Console console = new Console(
                out, err, System.getenv(), Console.isTerminal(STANDARD_OUT), Console.isTerminal(STANDARD_ERROR));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> nameExit(console), "exit of a plug-in"));
        int exitCode = IsosCommand.execute(new Session(console, IsosPlatform::load), args);
        out.flush();
        if (output.failure().isPresent()) {
            console.message(
                    "cannot write to standard output: " + output.failure().get());
            exitCode = Math.max(1, exitCode);
        }
        System.exit(exitCode);
    }

    /** A plug-in that calls System.exit must not pass for a success: Java 17 has no sound way to keep it from doing so. */
    private static void nameExit(Console console) {
        PluginBlame.ofExit().ifPresent(sentence -> {
            console.message(sentence);
            try {
                Thread.sleep(LEFTOVERS_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(ErrorCode.PLUGIN_FAILURE.exitCode());
        });
    }
}
