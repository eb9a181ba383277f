package dev.isos.hw.stepped;

import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.unit.Quantity;
import dev.isos.hw.isosceles.IsoscelesFactory;
import java.util.ArrayList;
import java.util.List;

/** Builds cycle-stepped ISOSceles machines: every parameter of the event-driven one, and those that only it knows. */
public final class SteppedFactory implements HardwareModelFactory {
    static final String BANK_QUEUE = "accumulatorQueue";

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
        List<HardwareParameter> parameters = new ArrayList<>(eventDriven.parameters());
        parameters.add(HardwareParameter.number(
                BANK_QUEUE,
                Quantity.COUNT,
                "16",
                "1",
                "4096",
                "products that wait in front of an accumulator bank before the slots that bring more of them stall",
                "ours: deep enough that conflicts of a few cycles' products even out"));
        return List.copyOf(parameters);
    }

    @Override
    public HardwareModel create(HardwareSpec spec) {
        return new SteppedModel(spec, eventDriven.create(spec));
    }
}
