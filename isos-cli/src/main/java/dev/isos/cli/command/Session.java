package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.core.Platform;
import dev.isos.report.console.Console;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * What all commands of a process share.
 *
 * @param platform loads the platform with a folder of further plug-ins; called only by commands that need it, since it
 *     takes longer than help and versions should
 */
public record Session(Console console, Function<Optional<Path>, Platform> platform) {
    private static final String PLUGINS = "ISOS_PLUGINS";

    /**
     * The folder with further plug-ins: that of the option, else that of the environment variable {@code ISOS_PLUGINS}.
     *
     * @param option null if it was not given
     */
    Optional<Path> pluginFolder(Path option) {
        String variable = console.environment().getOrDefault(PLUGINS, "");
        if (option != null) {
            return Optional.of(folder("--plugins " + option, option));
        }
        if (variable.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(folder(PLUGINS + "=" + variable, Path.of(variable)));
        } catch (InvalidPathException e) {
            throw IsosException.badInput(PLUGINS + "=" + variable + " is not a path");
        }
    }

    private static Path folder(String given, Path path) {
        if (!Files.isDirectory(path)) {
            throw IsosException.badInput(given + " is not a folder");
        }
        return path;
    }
}
