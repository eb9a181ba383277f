package dev.isos.core.spec;

import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachinePart;
import dev.isos.api.unit.Quantity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A kind of hardware with all that a configuration may say: the parts that plug-ins contribute for its parameters, the energy model
 * and the images of a batch, although the kind itself says nothing of them.
 */
public record CompleteHardware(
        HardwareModelFactory kind, List<HardwareParameter> parameters, List<MachinePart<?>> parts)
        implements HardwareModelFactory {
    /** Key that names the energy model of a configuration. */
    public static final String ENERGY_TABLE = "energyTable";

    private static final HardwareParameter PARAMETER = HardwareParameter.text(
            ENERGY_TABLE,
            "horowitz-45nm-hbm",
            List.of(),
            "id of the energy and area model",
            "ours: see the table for the sources of its entries");

    private static final HardwareParameter BATCH = HardwareParameter.number(
            HardwareSpec.BATCH,
            Quantity.COUNT,
            "1",
            "1",
            "256",
            "images that each segment runs one after another before the next segment; their weights are loaded once where all of them fit, else for each image",
            "[P] batch 1");

    /**
     * Completes a kind. One that declares the key of the energy model itself keeps its default.
     *
     * @param contributed parts of plug-ins
     */
    public static HardwareModelFactory of(HardwareModelFactory kind, Collection<MachinePart<?>> contributed) {
        List<MachinePart<?>> parts = new ArrayList<>(kind.parts());
        for (MachinePart<?> part : contributed) {
            if (parts.stream().noneMatch(p -> p.type() == part.type() && p.id().equals(part.id()))) {
                parts.add(part);
            }
        }
        List<HardwareParameter> parameters = new ArrayList<>();
        for (HardwareParameter parameter : kind.parameters()) {
            parameters.add(
                    parameter.part() == null
                            ? parameter
                            : parameter.withChoices(parts.stream()
                                    .filter(p -> p.type() == parameter.part())
                                    .map(MachinePart::id)
                                    .toList()));
        }
        if (parameters.stream().noneMatch(p -> p.key().equals(ENERGY_TABLE))) {
            parameters.add(PARAMETER);
        }
        if (parameters.stream().noneMatch(p -> p.key().equals(HardwareSpec.BATCH))) {
            parameters.add(BATCH);
        }
        return new CompleteHardware(kind, List.copyOf(parameters), List.copyOf(parts));
    }

    @Override
    public String id() {
        return kind.id();
    }

    @Override
    public String description() {
        return kind.description();
    }

    @Override
    public HardwareModel create(HardwareSpec spec) {
        return kind.create(spec);
    }
}
