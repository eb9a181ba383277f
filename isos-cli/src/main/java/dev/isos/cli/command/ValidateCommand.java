package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.cli.input.CacheFolder;
import dev.isos.core.Platform;
import dev.isos.core.validate.Validation;
import dev.isos.core.validate.ValidationResult;
import dev.isos.report.text.ValidationReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code isos validate}. */
@Command(
        name = "validate",
        description =
                "Compares the fidelities of every machine that has more than one: event by event against cycle by cycle"
                        + " on random small networks and random machine sizes (outputs, bytes and energy equal, cycles within bounds),"
                        + " and the estimate against event by event on the built-in networks. Exit code 1 if a bound is broken.")
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
            description = "Seed of the random cases (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--no-networks", description = "Runs only the random cases; skips the built-in networks.")
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
        Platform isos = common.platform(session);
        Validation validation = new Validation(isos);
        List<ValidationResult> results = new ArrayList<>();
        for (String accelerator : validation.subjects()) {
            ValidationResult result = validation.run(accelerator, cases, seed, done -> {
                if (done % REPORT_EVERY == 0 && done < cases) {
                    tell(accelerator + ": " + done + " of " + cases + " cases");
                }
            });
            if (!withoutNetworks && !validation.has(accelerator, Fidelity.ANALYTICAL)) {
                tell(accelerator + " has no analytical fidelity: its estimates are left out");
            } else if (!withoutNetworks) {
                result = result.with(validation.estimates(
                        accelerator, workloads(), done -> tell(accelerator + ": " + done.workload() + " is done")));
            }
            results.add(result);
        }
        common.print(session, new ValidationReport(results));
        return results.stream().allMatch(ValidationResult::passed) ? 0 : 1;
    }

    private void tell(String text) {
        if (!common.quiet()) {
            session.console().line(text);
        }
    }

    /** The built-in networks as all commands have them by default. */
    private WorkloadRequest workloads() {
        Optional<Path> cache = CacheFolder.usable(
                Optional.empty(), session.console().environment(), text -> common.warning(session.console(), text));
        return new WorkloadRequest(1, List.of(), Optional.empty(), "none", cache);
    }
}
