package dev.isos.hw.stepped;

import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.hw.isosceles.IsoscelesFactory;
import java.util.List;

/** Builds cycle-stepped ISOSceles machines: of the same parameters as the event-driven ones. */
public final class SteppedFactory implements HardwareModelFactory {
    private final IsoscelesFactory eventDriven = new IsoscelesFactory();

    @Override
    public String id() {
        return "isosceles-stepped";
    }

    @Override
    public String description() {
        return "ISOSceles cycle by cycle on real operands: slow, the reference for 'isosceles' on small networks";
    }

    @Override
    public List<HardwareParameter> parameters() {
        return eventDriven.parameters();
    }

    @Override
    public HardwareModel create(HardwareSpec spec) {
        return new SteppedModel(spec, eventDriven.create(spec));
    }
}
