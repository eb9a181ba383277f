package dev.isos.core.spec;

import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import java.util.List;
import java.util.stream.Stream;

/** A kind of hardware whose files may choose the energy model, although the kind itself says nothing of energy models. */
public record PricedHardware(HardwareModelFactory kind) implements HardwareModelFactory {
    /** Key that names the energy model of a configuration. */
    public static final String ENERGY_TABLE = "energyTable";

    private static final HardwareParameter PARAMETER = HardwareParameter.text(
            ENERGY_TABLE,
            "horowitz-45nm-hbm",
            List.of(),
            "id of the energy and area model",
            "ours: see the table for the sources of its entries");

    /** A kind with the parameter; itself if it declares the parameter with a default of its own. */
    public static HardwareModelFactory of(HardwareModelFactory kind) {
        boolean declared = kind.parameters().stream().anyMatch(p -> p.key().equals(ENERGY_TABLE));
        return declared ? kind : new PricedHardware(kind);
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
    public List<HardwareParameter> parameters() {
        return Stream.concat(kind.parameters().stream(), Stream.of(PARAMETER)).toList();
    }

    @Override
    public HardwareModel create(HardwareSpec spec) {
        return kind.create(spec);
    }
}
