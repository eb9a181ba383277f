package dev.isos.api.law;

import static dev.isos.api.law.Hand.broken;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.EnergyReport;
import dev.isos.api.hardware.EnergyReport.Category;
import dev.isos.api.hardware.EnergyReport.Entry;
import dev.isos.api.hardware.HardwareModel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A machine of 6 multipliers in two components, a buffer and a DRAM. */
class EnergyLawsTest {
    private static final EnergyReport HONEST = new EnergyReport(List.of(
            new Entry("array", Category.MAC, 1, 1),
            new Entry("more", Category.MAC, 0, 0),
            new Entry("buffer", Category.SRAM, 1, 1),
            new Entry("dram", Category.DRAM, 0, 0)));

    private final HardwareModel machine = new HandMachine(
            6, component("array", 4), component("more", 2), component("buffer", 100), component("dram", 1));
    private final EnergyLaws laws = new EnergyLaws("here", machine);

    private static Component component(String name, long instances) {
        return new Component(name, "kind", instances, Map.of());
    }

    private static HardwareModel machine(long peak, Component... components) {
        return new HandMachine(peak, components);
    }

    private static EnergyModel model(EnergyReport report) {
        return new EnergyModel() {
            @Override
            public String id() {
                return "table";
            }

            @Override
            public String description() {
                return "what the test says";
            }

            @Override
            public EnergyReport estimate(List<Component> components, List<ActivityCount> activity) {
                return report;
            }
        };
    }

    private static ActivityCount count(String component, String action, long count) {
        return new ActivityCount(component, action, count);
    }

    @Test
    void asManyMultipliersAsItMultipliesWith() {
        assertDoesNotThrow(() -> laws.components(model(HONEST)));
        HardwareModel seven =
                machine(7, component("array", 4), component("more", 2), component("buffer", 100), component("dram", 1));
        broken(
                "here declares components with 6 multipliers, for a peak of 7 MACs per cycle",
                () -> new EnergyLaws("here", seven).components(model(HONEST)));
    }

    @Test
    void everyComponentActsAndNothingElse() {
        List<Component> components = List.of(component("array", 4), component("more", 2));
        EnergyReport report = new EnergyReport(
                List.of(new Entry("array", Category.MAC, 1, 1), new Entry("more", Category.MAC, 1, 1)));
        Activity array = new Activity("array", "add", "products");
        Activity more = new Activity("more", "add", "products");
        broken(
                "here declares no activity of component 'more', whose energy would be none",
                () -> new EnergyLaws("here", new HandMachine(6, components, List.of(array, array)))
                        .components(model(report)));
        broken(
                "here declares activities of [ghost], which are no components of it",
                () -> new EnergyLaws(
                                "here",
                                new HandMachine(
                                        6, components, List.of(array, more, new Activity("ghost", "add", "products"))))
                        .components(model(report)));
        assertDoesNotThrow(() ->
                new EnergyLaws("here", new HandMachine(6, components, List.of(array, more))).components(model(report)));
    }

    @Test
    void componentsAreThereOnce() {
        HardwareModel twice = machine(1, component("array", 1), component("array", 1));
        broken(
                "here declares component 'array' twice",
                () -> new EnergyLaws("here", twice).estimate(model(HONEST), List.of()));
        HardwareModel none = machine(1, component("array", 0));
        broken(
                "here has no instances of component 'array'",
                () -> new EnergyLaws("here", none).estimate(model(HONEST), List.of()));
        HardwareModel one = machine(1, component("array", 1));
        EnergyReport report = new EnergyReport(List.of(new Entry("array", Category.MAC, 0, 0)));
        assertEquals(report, new EnergyLaws("here", one).estimate(model(report), List.of()));
    }

    @Test
    void activityIsThatOfComponents() {
        broken(
                "here reports activity of 'ghost', which is not a component of it",
                () -> laws.estimate(model(HONEST), List.of(count("array", "add", 1), count("ghost", "add", 1))));
        broken(
                "here reports -1 times 'add' of 'array'",
                () -> laws.estimate(model(HONEST), List.of(count("array", "add", -1))));
        assertEquals(HONEST, laws.estimate(model(HONEST), List.of(count("array", "add", 0))));
    }

    @Test
    void everyComponentHasOneEntry() {
        Entry array = new Entry("array", Category.MAC, 1, 1);
        HardwareModel one = machine(1, component("array", 1));
        EnergyLaws ofOne = new EnergyLaws("here", one);
        broken(
                "here has an entry of energy model table for 'array', which is its second one",
                () -> ofOne.estimate(model(new EnergyReport(List.of(array, array))), List.of()));
        broken(
                "here has an entry of energy model table for 'ghost', which is not a component of it",
                () -> ofOne.estimate(
                        model(new EnergyReport(List.of(array, new Entry("ghost", Category.MAC, 1, 1)))), List.of()));
        broken(
                "here has no entry in energy model table for the components [array]",
                () -> ofOne.estimate(model(new EnergyReport(List.of())), List.of()));
    }

    @Test
    void neitherEnergyNorAreaIsNegative() {
        EnergyLaws ofOne = new EnergyLaws("here", machine(1, component("array", 1)));
        String sentence = "here has negative energy or area of component 'array' in energy model table";
        broken(
                sentence,
                () -> ofOne.estimate(
                        model(new EnergyReport(List.of(new Entry("array", Category.MAC, -1e-9, 0)))), List.of()));
        broken(
                sentence,
                () -> ofOne.estimate(
                        model(new EnergyReport(List.of(new Entry("array", Category.MAC, 0, -1e-9)))), List.of()));
    }

    /** The buffer takes 3 pJ per action, whatever it is, the DRAM 5 for a read and 7 for a write, and so many more. */
    private static EnergyModel proportional(double more) {
        return new EnergyModel() {
            @Override
            public String id() {
                return "table";
            }

            @Override
            public String description() {
                return "proportional, but for more";
            }

            @Override
            public EnergyReport estimate(List<Component> components, List<ActivityCount> activity) {
                double dram = activity.size() > 1 ? more : 0;
                double buffer = 0;
                for (ActivityCount count : activity) {
                    double pj = count.count() * (count.action().equals("read") ? 5 : 7);
                    dram += count.component().equals("dram") ? pj : 0;
                    buffer += count.component().equals("buffer") ? 3 * count.count() : 0;
                }
                return new EnergyReport(List.of(
                        new Entry("buffer", Category.SRAM, buffer, 1), new Entry("dram", Category.DRAM, dram, 0)));
            }
        };
    }

    @Test
    void theOffChipEntryIsItsBytesTimesTheirEnergy() {
        EnergyLaws ofTwo = new EnergyLaws("here", machine(0, component("buffer", 1), component("dram", 1)));
        List<ActivityCount> activity =
                List.of(count("dram", "read", 10), count("buffer", "read", 2), count("dram", "write", 1));
        assertEquals(63, ofTwo.estimate(proportional(0), activity).totalPj());
        broken(
                "here has 56.0 pJ of component 'dram' in energy model table, whose bytes take 57.0",
                () -> ofTwo.estimate(proportional(-1), activity));
        broken(
                "here has 58.0 pJ of component 'dram' in energy model table, whose bytes take 57.0",
                () -> ofTwo.estimate(proportional(1), activity));
    }

    /** 7 + 3 MACs, 5 + 2 bytes read, 4 + 1 written; reads of a buffer and other actions of the DRAM are neither. */
    @Test
    void everyMacAndEveryByteIsAnActivity() {
        List<ActivityCount> activity = List.of(
                count("array", "multiply-accumulate", 7),
                count("more", "multiply-accumulate", 3),
                count("buffer", "read", 4),
                count("buffer", "deliver", 6),
                count("buffer", "write", 1000),
                count("dram", "read", 5),
                count("dram", "write", 4),
                count("dram", "refresh", 1000),
                count("dram", "read", 2),
                count("dram", "write", 1));
        assertDoesNotThrow(() -> laws.activity(HONEST, activity, 10, 7, 5));
        assertDoesNotThrow(() -> laws.activity(HONEST, activity, 0, 7, 5));
        broken(
                "here accounts for 10 MACs of components, performed 11",
                () -> laws.activity(HONEST, activity, 11, 7, 5));
        broken("here accounts for 7 off-chip bytes read, moved 6", () -> laws.activity(HONEST, activity, 10, 6, 5));
        broken("here accounts for 5 off-chip bytes written, moved 4", () -> laws.activity(HONEST, activity, 10, 7, 4));
        broken("here accounts for 7 off-chip bytes read, moved 8", () -> laws.activity(HONEST, activity, 10, 8, 5));
        broken("here accounts for 5 off-chip bytes written, moved 6", () -> laws.activity(HONEST, activity, 10, 7, 6));
    }

    /** Neither writes nor what comes from off chip is an operand. */
    @Test
    void everyMacReadsAnOperandOnChip() {
        List<ActivityCount> activity = List.of(
                count("array", "multiply-accumulate", 10),
                count("array", "read", 3),
                count("buffer", "read", 4),
                count("buffer", "deliver", 2),
                count("buffer", "write", 1000),
                count("dram", "read", 1000));
        assertDoesNotThrow(() -> laws.activity(HONEST, activity, 9, 1000, 0));
        broken(
                "here reads 9 bytes on chip, fewer than one for each of 10 MACs",
                () -> laws.activity(HONEST, activity, 10, 1000, 0));
    }
}
