package dev.isos.cli.command;

import dev.isos.core.simulate.AcceleratorRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** One accelerator and how it is configured. */
final class AcceleratorOptions {
    @Option(
            names = {"-a", "--accelerator"},
            paramLabel = "ID",
            required = true,
            description = "Accelerator; 'isos list accelerators' names them.")
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
            paramLabel = "ID",
            description = "Mapping policy; 'isos list mappings' names them (default: the accelerator's).")
    private String mapping;

    @Option(
            names = "--energy",
            paramLabel = "ID",
            description = "Energy model; 'isos list energy-models' names them (default: the hardware's).")
    private String energy;

    AcceleratorRequest request() {
        return new AcceleratorRequest(
                accelerator,
                Optional.ofNullable(hardware),
                overrides,
                Optional.ofNullable(mapping),
                Optional.ofNullable(energy));
    }
}
