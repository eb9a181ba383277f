package dev.isos.cli.command;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.core.bound.Bounds;
import dev.isos.core.plugin.PluginBlame;
import dev.isos.core.text.Nearest;
import dev.isos.report.console.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one sentence what went wrong. */
final class Failures {
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;
    private static final long BYTES_PER_MIB = 1 << 20;

    private Failures() {}

    /** A command line that cannot be understood. */
    static int wrongUse(Console console, ParameterException e, String... args) {
        CommandLine command = e.getCommandLine();
        console.message(sentence(e, command.getCommandSpec(), args) + " (see '"
                + command.getCommandSpec().qualifiedName() + " --help')");
        return WRONG_USE;
    }

    private static String sentence(ParameterException e, CommandSpec command, String... args) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().get(0);
            List<String> commands = new ArrayList<>(command.subcommands().keySet());
            if (first.startsWith("-")) {
                return unknownOption(optionName(first), command);
            }
            return commands.isEmpty()
                    ? "unexpected argument '" + first + "'"
                    : "unknown command '" + first + "'" + Nearest.hint(first, commands);
        }
        if (e instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            // A mistyped required option is better called that than missing.
            for (String arg : args) {
                String name = optionName(arg);
                if (name.startsWith("--")
                        && name.length() > 2
                        && !command.optionsMap().containsKey(name)) {
                    return unknownOption(name, command);
                }
            }
            return "missing "
                    + String.join(
                            " and ",
                            missing.getMissing().stream().map(Failures::name).toList());
        }
        String message = oneLine(e.getMessage());
        return message.isEmpty()
                ? "wrong use"
                : message.matches("\\p{Lu}{2}.*") // SQL, FIGURE: a name of the help
                        ? message
                        : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    private static String optionName(String arg) {
        return arg.contains("=") ? arg.substring(0, arg.indexOf('=')) : arg;
    }

    /** Unlike {@link Nearest#hint}, does not list everything known: help does. */
    private static String unknownOption(String name, CommandSpec command) {
        return "unknown option '" + name + "'"
                + Nearest.to(name, command.optionsMap().keySet())
                        .map(n -> "; did you mean '" + n + "'?")
                        .orElse("");
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? option.longestName() + " " + option.paramLabel()
                : argument.paramLabel();
    }

    /** A command that failed. */
    static int report(Console console, Throwable failure, boolean verbose) {
        int exitCode = FAILED;
        if (failure instanceof IsosException e) {
            console.message(oneLine(e.getMessage()));
            exitCode = e.code().exitCode();
        } else if (failure instanceof ParameterException e) {
            exitCode = wrongUse(console, e);
        } else if (failure instanceof OutOfMemoryError) {
            console.message("out of memory with a heap of "
                    + Runtime.getRuntime().maxMemory() / BYTES_PER_MIB
                    + " MiB; fewer --threads need less, ISOS_JAVA_OPTS=-Xmx6g gives more");
        } else if (PluginBlame.of(failure).isPresent()) {
            console.message(oneLine(PluginBlame.of(failure).get()));
            exitCode = ErrorCode.PLUGIN_FAILURE.exitCode();
        } else {
            console.message("unexpected " + failure.getClass().getSimpleName() + ": "
                    + oneLine(String.valueOf(failure.getMessage()))
                    + "; please report it with the command line"
                    + (verbose ? " and the lines below" : " and what the command prints with -v"));
        }
        if (verbose) {
            console.stackTrace(failure);
        }
        return exitCode;
    }

    private static String oneLine(String message) {
        return message == null ? "" : Bounds.shortened(message.strip().replaceAll("\\s*\\R\\s*", " "));
    }
}
