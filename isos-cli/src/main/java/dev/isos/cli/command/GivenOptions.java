package dev.isos.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options that a command was given, as words of a command line that repeats it. */
final class GivenOptions {
    /** Options that say how results are shown and not what they are. */
    private static final Set<String> DISPLAY =
            Set.of("--out", "--format", "--quiet", "--verbose", "--threads", "--journal", "--cache", "--no-cache");

    private GivenOptions() {}

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
