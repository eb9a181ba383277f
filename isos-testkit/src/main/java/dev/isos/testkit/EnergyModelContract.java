package dev.isos.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.EnergyReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What every energy model must do: an entry for each component, energy in proportion to activity, area whatever was done, and one
 * sentence for what it does not know. A subclass gives the model and things that it knows.
 */
public abstract class EnergyModelContract {
    private static final double RELATIVE = 1e-9;

    /** {@return the model under test} */
    protected abstract EnergyModel model();

    /** {@return components that the model has entries for, each with another name; at least one} */
    protected abstract List<Component> components();

    /** {@return actions of these components, each with a count above 0; at least one} */
    protected abstract List<ActivityCount> activity();

    @Test
    void declaresItself() {
        assertFalse(model().id().isBlank(), "an energy model needs an id");
        assertFalse(model().description().isBlank(), "an energy model needs a description");
        assertFalse(components().isEmpty() || activity().isEmpty(), "the contract needs something to try");
    }

    @Test
    void everyComponentHasOneEntryAndNothingElseHas() {
        List<String> names = components().stream().map(Component::name).toList();
        assertEquals(
                names.stream().sorted().toList(),
                model().estimate(components(), activity()).entries().stream()
                        .map(EnergyReport.Entry::component)
                        .sorted()
                        .toList());
    }

    @Test
    void energyIsInProportionToActivityAndAreaDoesNotDependOnIt() {
        EnergyReport none = model().estimate(components(), List.of());
        EnergyReport once = model().estimate(components(), activity());
        EnergyReport tenfold = model().estimate(
                        components(),
                        activity().stream()
                                .map(a -> new ActivityCount(a.component(), a.action(), 10 * a.count()))
                                .toList());
        assertEquals(0, none.totalPj());
        assertTrue(once.totalPj() > 0, "activity costs nothing");
        assertEquals(10 * once.totalPj(), tenfold.totalPj(), RELATIVE * tenfold.totalPj());
        assertEquals(none.areaMm2(), tenfold.areaMm2());
        for (EnergyReport.Entry entry : once.entries()) {
            assertTrue(entry.energyPj() >= 0 && entry.areaMm2() >= 0, entry.toString());
        }
    }

    @Test
    void eachActionAddsUpWhateverTheOrder() {
        double sum = 0;
        for (ActivityCount one : activity()) {
            sum += model().estimate(components(), List.of(one)).totalPj();
        }
        List<ActivityCount> reversed = new ArrayList<>(activity());
        Collections.reverse(reversed);
        double all = model().estimate(components(), activity()).totalPj();
        assertEquals(all, sum, RELATIVE * all);
        assertEquals(all, model().estimate(components(), reversed).totalPj(), RELATIVE * all);
    }

    @Test
    void refusesWhatItDoesNotKnowByName() {
        List<Component> strange = new ArrayList<>(components());
        strange.add(new Component("odd-one", "no-such-kind", 1, Map.of()));
        WorkloadChecks.refusal(
                assertThrows(IsosException.class, () -> model().estimate(strange, List.of())), "no-such-kind");
        ActivityCount action = new ActivityCount(activity().get(0).component(), "no-such-action", 1);
        WorkloadChecks.refusal(
                assertThrows(IsosException.class, () -> model().estimate(components(), List.of(action))),
                "no-such-action");
    }
}
