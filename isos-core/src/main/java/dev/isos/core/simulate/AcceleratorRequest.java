package dev.isos.core.simulate;

import dev.isos.api.hardware.Fidelity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How the user wants an accelerator configured.
 *
 * @param id id of the accelerator
 * @param hardwareFile hardware file instead of the accelerator's default configuration
 * @param overrides {@code key=value} texts, applied in order after the file
 * @param mapping mapping policy, or a file with a plan, instead of the accelerator's own policy
 * @param fidelity how closely the machine is simulated
 * @param energyModel energy model instead of the hardware's own
 */
public record AcceleratorRequest(
        String id,
        Optional<Path> hardwareFile,
        List<String> overrides,
        Optional<String> mapping,
        Fidelity fidelity,
        Optional<String> energyModel) {
    public AcceleratorRequest {
        overrides = List.copyOf(overrides);
    }

    /** The same event by event. */
    public AcceleratorRequest(
            String id,
            Optional<Path> hardwareFile,
            List<String> overrides,
            Optional<String> mapping,
            Optional<String> energyModel) {
        this(id, hardwareFile, overrides, mapping, Fidelity.EVENT, energyModel);
    }

    /**
     * The id followed by everything that is asked for, for example {@code isosceles:mapping=optimal:lanes=32}: the words
     * that ask for it on the command line.
     */
    public String name() {
        StringBuilder name = new StringBuilder(id);
        hardwareFile.ifPresent(file -> name.append(":hardware=").append(file));
        mapping.ifPresent(policy -> name.append(":mapping=").append(policy));
        if (fidelity != Fidelity.EVENT) {
            name.append(":fidelity=").append(fidelity.id());
        }
        energyModel.ifPresent(model -> name.append(":energy=").append(model));
        overrides.forEach(override -> name.append(':').append(override.replaceAll("\\s+", "")));
        return name.toString();
    }

    /** The accelerator as contributed. */
    public static AcceleratorRequest of(String id) {
        return new AcceleratorRequest(id, Optional.empty(), List.of(), Optional.empty(), Optional.empty());
    }
}
