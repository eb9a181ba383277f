package dev.isos.cli.command;

import dev.isos.cli.TestCache;
import dev.isos.core.Platform;
import dev.isos.report.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One run of the command line on streams in memory. */
record Invocation(int exitCode, String out, String err) {

    static Invocation of(Platform isos, Map<String, String> environment, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Map<String, String> variables = new TreeMap<>(Map.of("ISOS_CACHE", TestCache.FOLDER.toString()));
        variables.putAll(environment);
        PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Console console = new Console(outStream, errStream, variables, false, false);
        int exitCode = IsosCommand.execute(
                new Session(console, plugins -> {
                    if (isos == null) {
                        throw new AssertionError("the platform was loaded without need");
                    }
                    return isos;
                }),
                args);
        outStream.flush();
        errStream.flush();
        return new Invocation(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    static Invocation of(Platform isos, String... args) {
        return of(isos, Map.of(), args);
    }

    List<String> outLines() {
        return out.lines().toList();
    }

    List<String> errLines() {
        return err.lines().toList();
    }
}
