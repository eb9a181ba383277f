package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.cli.input.CacheFolder;
import dev.isos.cli.report.ValidationReport;
import dev.isos.core.Isos;
import dev.isos.core.validate.Validation;
import dev.isos.core.validate.ValidationResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code isos validate}. */
@Command(
        name = "validate",
        description = "Checks the fast machine model against the cycle-stepped one on random small networks and random"
                + " machine sizes: outputs equal, cycles within bounds; and the analytical model against the fast one on the"
                + " built-in networks. Exit code 1 where a bound is broken.")
final class ValidateCommand implements Callable<Integer> {
    private static final int REPORT_EVERY = 50;

    private final Session session;

    @Option(
            names = "--cases",
            paramLabel = "N",
            defaultValue = "100",
            description = "Number of random cases (default: ${DEFAULT-VALUE}).")
    private int cases;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Decides all cases (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--no-networks", description = "Only the random cases; leaves out the built-in networks.")
    private boolean withoutNetworks;

    @Mixin
    private CommonOptions common;

    ValidateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (cases < 1) {
            throw IsosException.badInput("--cases " + cases + " is not a number of at least 1");
        }
        Isos isos = common.platform(session);
        Validation validation = new Validation(isos);
        ValidationResult result = validation.run(cases, seed, done -> {
            if (!common.quiet() && done % REPORT_EVERY == 0 && done < cases) {
                session.console().err().println(done + " of " + cases + " cases");
            }
        });
        if (!withoutNetworks) {
            result = result.with(validation.estimates(workloads(), done -> {
                if (!common.quiet()) {
                    session.console().err().println(done.workload() + " is done");
                }
            }));
        }
        common.print(session, new ValidationReport(result));
        return result.passed() ? 0 : 1;
    }

    /** The built-in networks as all commands have them by default. */
    private WorkloadRequest workloads() {
        Optional<Path> cache = CacheFolder.usable(
                Optional.empty(), session.console().environment(), text -> common.warning(session.console(), text));
        return new WorkloadRequest(1, List.of(), Optional.empty(), "none", cache);
    }
}
