package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.core.plan.Objective;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.study.configuration.Configurations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** One accelerator and how it is configured. */
final class AcceleratorOptions {
    @Option(
            names = {"-a", "--accelerator"},
            paramLabel = "ID[:KEY=VALUE]",
            required = true,
            description = "Accelerator, see 'isos list accelerators'; may be configured, for example"
                    + " isosceles:lanes=32:mapping=optimal.")
    private String accelerator;

    @Option(
            names = "--hardware",
            paramLabel = "FILE",
            description = "Hardware file (YAML or JSON) instead of the accelerator's own configuration.")
    private Path hardware;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Changes one parameter of the hardware; can be repeated.")
    private List<String> overrides = List.of();

    @Option(
            names = "--mapping",
            paramLabel = "ID|FILE",
            description = "Mapping policy, see 'isos list mappings', or a plan file: a list with one list of layer"
                    + " names per segment (default: the accelerator's policy).")
    private String mapping;

    @Option(
            names = "--objective",
            paramLabel = "cycles|bytes|energy",
            description = "What --mapping optimal makes least.")
    private String objective;

    @Option(
            names = "--fidelity",
            paramLabel = "event|stepped|analytical",
            description =
                    "How closely the machine is simulated: on exact counts, event by event; in every block and cycle, on"
                            + " real operands; or not at all, only estimated from densities (default: event).")
    private String fidelity;

    @Option(
            names = "--energy",
            paramLabel = "ID",
            description = "Energy model, see 'isos list energy-models' (default: the hardware's).")
    private String energy;

    AcceleratorRequest request() {
        AcceleratorRequest written = Configurations.request(accelerator, "--accelerator");
        Preflight.one("--accelerator", written.id());
        Set<String> keys = Configurations.keys(accelerator, "--accelerator");
        requireFree("hardware", hardware, keys);
        requireFree("mapping", mapping, keys);
        requireFree("fidelity", fidelity, keys);
        requireFree("energy", energy, keys);
        Optional<String> planned = Objective.mapping(
                Optional.ofNullable(mapping).or(written::mapping).orElse(null), objective, "--objective");
        List<String> all = new ArrayList<>(written.overrides());
        all.addAll(overrides);
        return new AcceleratorRequest(
                written.id(),
                Optional.ofNullable(hardware).or(written::hardwareFile),
                all,
                planned,
                fidelity == null ? written.fidelity() : Configurations.fidelity(fidelity, "--fidelity"),
                Optional.ofNullable(energy).or(written::energyModel));
    }

    /** Refuses options that say nothing about a plan. */
    void requirePlanned(boolean simulated) {
        if (energy != null) {
            throw IsosException.badInput("--energy does not apply to 'isos map', which shows no energy");
        }
        if (fidelity != null && !simulated) {
            throw IsosException.badInput("--fidelity says nothing without --simulate");
        }
    }

    /** Refuses an option that the accelerator as written answers already. */
    private void requireFree(String key, Object option, Set<String> keys) {
        if (option != null && keys.contains(key)) {
            throw IsosException.badInput("--" + key + " " + option + ": key '" + key
                    + "' already has a value from --accelerator " + accelerator);
        }
    }
}
