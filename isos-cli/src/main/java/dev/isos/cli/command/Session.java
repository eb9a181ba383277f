package dev.isos.cli.command;

import dev.isos.core.Isos;
import dev.isos.report.console.Console;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * What all commands of a process share.
 *
 * @param platform loads the platform with a folder of further plug-ins; called only by commands that need it, since it
 *     takes longer than help and versions should
 */
public record Session(Console console, Function<Optional<Path>, Isos> platform) {}
