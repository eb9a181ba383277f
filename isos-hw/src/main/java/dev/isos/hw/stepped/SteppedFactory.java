package dev.isos.hw.stepped;

import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.hw.isosceles.IsoscelesFactory;
import java.util.List;

/** Builds cycle-stepped ISOSceles machines: of the same parameters as the event-driven ones. */
public final class SteppedFactory implements HardwareModelFactory {
    private final String id;
    private final IsoscelesFactory eventDriven;

    /** The machine {@code isosceles-stepped}, twin of {@code isosceles}. */
    public SteppedFactory() {
        this("isosceles-stepped", new IsoscelesFactory());
    }

    /**
     * The twin of another event-driven machine, for a plug-in that contributes one.
     *
     * @param id of the hardware model
     * @param eventDriven whose parameters and scheduling policies it has
     */
    public SteppedFactory(String id, IsoscelesFactory eventDriven) {
        this.id = id;
        this.eventDriven = eventDriven;
    }

    @Override
    public String id() {
        return id;
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
        return new SteppedModel(spec, eventDriven.create(spec), eventDriven.scheduling(spec));
    }
}
