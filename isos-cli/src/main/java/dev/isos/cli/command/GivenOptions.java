package dev.isos.cli.command;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The options that a command was given: what is wrong with any of them, and as words of a command line that repeats it. */
final class GivenOptions {
    /** Options that say how results are shown and not what they are. */
    private static final Set<String> DISPLAY = Set.of(
            "--out",
            "--format",
            "--quiet",
            "--verbose",
            "--threads",
            "--store",
            "--open",
            "--executor",
            "--master",
            "--cache",
            "--no-cache");

    private GivenOptions() {}

    /**
     * Refuses what no option of any command may be: empty, the same value twice in a list, or the path of a file that this
     * command reads or writes already.
     *
     * @throws ParameterException with one sentence that names the option
     */
    static void check(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (last.isUsageHelpRequested() || last.isVersionHelpRequested()) {
            return;
        }
        CommandLine command = last.commandSpec().commandLine();
        for (ArgSpec argument : last.matchedArgs()) {
            if (argument.arity().max() > 0) {
                values(argument, command);
            }
        }
        GivenFiles.check(last);
    }

    private static void values(ArgSpec argument, CommandLine command) {
        Set<String> values = new HashSet<>();
        for (String written : argument.originalStringValues()) {
            String[] parts =
                    argument.splitRegex().isEmpty() ? new String[] {written} : written.split(argument.splitRegex(), -1);
            for (String part : parts) {
                if (part.isBlank()) {
                    throw new ParameterException(
                            command,
                            name(argument) + ": expected " + argument.paramLabel() + ", got nothing"
                                    + (parts.length > 1 ? " in '" + written + "'" : ""));
                }
                if (!values.add(part.strip())) {
                    throw new ParameterException(command, name(argument) + ": '" + part.strip() + "' is there twice");
                }
            }
        }
    }

    /** What messages call an argument. */
    static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    /**
     * The words, in the order of the command line.
     *
     * @param without long names of further options to leave out
     */
    static List<String> words(CommandSpec command, Set<String> without) {
        List<String> words = new ArrayList<>();
        for (OptionSpec option : command.commandLine().getParseResult().matchedOptionsSet()) {
            String name = option.longestName();
            if (DISPLAY.contains(name) || without.contains(name)) {
                continue;
            }
            if (option.arity().max() == 0) {
                words.add(name);
            } else {
                option.originalStringValues().forEach(value -> words.addAll(List.of(name, value)));
            }
        }
        return words;
    }
}
