package dev.isos.cli.command;

import dev.isos.report.console.Console;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code isos}: the commands and how they behave in common. */
@Command(
        name = "isos",
        description = "Simulates accelerators for sparse convolutional networks; computes the networks' real outputs"
                + " while it times them.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        usageHelpWidth = IsosCommand.HELP_COLUMNS,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:success",
            "1:the simulation, its verification, or a check such as --fail-above failed",
            "2:wrong use or bad input"
        },
        synopsisSubcommandLabel = "COMMAND")
public final class IsosCommand implements Callable<Integer> {
    static final int HELP_COLUMNS = 80;
    private static final int WRONG_USE = 2;

    /** By name, in the order of the help. */
    private static final Map<String, Function<Session, Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("reproduce", ReproduceCommand::new);
        COMMANDS.put("run", RunCommand::new);
        COMMANDS.put("compare", CompareCommand::new);
        COMMANDS.put(
                "sweep",
                session -> new CommandLine(new SweepCommand(session)).addSubcommand(new SweepQueryCommand(session)));
        COMMANDS.put("diff", DiffCommand::new);
        COMMANDS.put("plot", PlotCommand::new);
        COMMANDS.put("map", MapCommand::new);
        COMMANDS.put("import", ImportCommand::new);
        COMMANDS.put("export", ExportCommand::new);
        COMMANDS.put("validate", ValidateCommand::new);
        COMMANDS.put("bench", BenchCommand::new);
        COMMANDS.put("list", ListCommand::new);
        COMMANDS.put("schema", SchemaCommand::new);
        COMMANDS.put("new-plugin", NewPluginCommand::new);
    }

    @Spec
    private CommandSpec spec;

    private IsosCommand() {}

    /**
     * Runs a command.
     *
     * @return the exit code of the process
     */
    public static int execute(Session session, String... args) {
        boolean verbose = false;
        try {
            for (String arg : args) {
                verbose |= arg.equals("-v") || arg.equals("--verbose");
            }
            return commandLine(session, args).execute(args);
        } catch (Throwable e) {
            // picocli lets errors of the JVM pass, such as an exhausted heap.
            return Failures.report(session.console(), e, verbose);
        }
    }

    /** @param first the arguments, of which the first one names a command or not */
    static CommandLine commandLine(Session session, String... first) {
        CommandLine line = new CommandLine(new IsosCommand());
        // the others would only take time, since picocli reads a command's options by reflection
        Map<String, Function<Session, Object>> wanted = first.length > 0 && COMMANDS.containsKey(first[0])
                ? Map.of(first[0], COMMANDS.get(first[0]))
                : COMMANDS;
        wanted.forEach((name, command) -> line.addSubcommand(name, command.apply(session)));
        line.getSubcommands().forEach(Examples::addTo);
        if (wanted == COMMANDS) {
            line.addSubcommand(new GenerateCompletion());
        }
        line.setOut(new PrintWriter(session.console().out(), true));
        line.setErr(new PrintWriter(session.console().err(), true));
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(session.console().colour() ? Ansi.ON : Ansi.OFF));
        line.setExpandAtFiles(false);
        line.setAbbreviatedOptionsAllowed(false);
        Converters.register(line);
        tellVersions(line);
        line.setExecutionStrategy(new CheckedThenRun());
        Handlers handlers = new Handlers(session.console());
        line.setParameterExceptionHandler(handlers);
        line.setExecutionExceptionHandler(handlers);
        return line;
    }

    /** Not by annotation: picocli would ask for the versions, and read the manifests of all jars, at once and for each command. */
    private static void tellVersions(CommandLine line) {
        line.getCommandSpec().versionProvider(new ModuleVersions());
        line.getSubcommands().values().forEach(IsosCommand::tellVersions);
    }

    private static final class CheckedThenRun implements IExecutionStrategy {
        @Override
        public int execute(ParseResult parsed) {
            GivenOptions.check(parsed);
            return new RunLast().execute(parsed);
        }
    }

    /** A class and not lambdas for the reason given at {@link Converters}. */
    private record Handlers(Console console) implements IParameterExceptionHandler, IExecutionExceptionHandler {
        @Override
        public int handleParseException(ParameterException e, String[] args) {
            return Failures.wrongUse(console, e, args);
        }

        @Override
        public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
            return Failures.report(console, e, command.getParseResult().hasMatchedOption("--verbose"));
        }
    }

    /** Without a command: what there is, as wrong use. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return WRONG_USE;
    }
}
