package dev.isos.api.law;

import static dev.isos.api.law.Hand.broken;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sums over a stream made by hand, and what a machine makes of them. */
class ActivityAccountTest {
    /** Positions: 0 of skipped, 1 and 2 of elements, 3 of products. */
    private static final WorkSchema SCHEMA = new WorkSchema(
            Hand.SCHEMA.phases(),
            List.of(
                    new WorkMetric("skipped", "elements", "skipped", 1),
                    new WorkMetric("elements", "elements", "read", 2),
                    WorkMetric.PRODUCTS));

    private static HardwareModel machine(Activity... activities) {
        return new HandMachine(4, List.of(), List.of(activities));
    }

    private static Activity adds(String formula) {
        return new Activity("adder", "add", formula);
    }

    private static ActivityCount added(long count) {
        return new ActivityCount("adder", "add", count);
    }

    private static MachineReport report(Map<String, Long> counts) {
        return new MachineReport(1, List.of(), List.of(), 0, counts);
    }

    private static WorkItem transfer(int phase, TensorRole role, long bytes) {
        return new WorkItem(SCHEMA).begin(phase, 0, 0, 0, 0).moves(role, 0, bytes);
    }

    private static WorkItem computation(int skipped, int left, int right, int products) {
        return new WorkItem(SCHEMA)
                .begin(Hand.MULTIPLY, 0, 0, 0, 0)
                .count(0, skipped)
                .count(1, left)
                .count(2, right)
                .count(3, products);
    }

    /** Loads 4 bytes of weights, 8 and 3 of inputs, stores 6, and computes twice. */
    private static ActivityAccount account(HardwareModel machine) {
        ActivityAccount account = new ActivityAccount(SCHEMA, machine);
        account.accept(transfer(Hand.LOAD_WEIGHTS, TensorRole.WEIGHTS, 4));
        account.accept(transfer(Hand.LOAD_INPUTS, TensorRole.INPUTS, 8));
        account.accept(transfer(Hand.LOAD_INPUTS, TensorRole.INPUTS, 3));
        account.accept(computation(100, 2, 3, 5));
        account.accept(computation(200, 10, 20, 7));
        account.accept(transfer(Hand.STORE, TensorRole.OUTPUTS, 6));
        return account;
    }

    /** 2 + 3 + 10 + 20 elements, 5 + 7 products; 4 + 8 + 3 bytes are read. What no activity names is not counted. */
    @Test
    void itemsAddUp() {
        Map<String, Long> bytes = Map.of(
                "load-weights.bytes",
                4L,
                "load-inputs.bytes",
                11L,
                "multiply.bytes",
                0L,
                "store.bytes",
                6L,
                Activity.READ,
                15L,
                Activity.WRITTEN,
                6L);
        assertEquals(bytes, account(machine()).counts());
        Map<String, Long> all = new HashMap<>(bytes);
        all.put("elements", 35L);
        all.put("products", 12L);
        assertEquals(all, account(machine(adds("elements + 2 * products"))).counts());
        all.remove("elements");
        assertEquals(all, account(machine(adds("products"))).counts());
    }

    @Test
    void nothingIsCountedWithoutItems() {
        Map<String, Long> counts = new ActivityAccount(SCHEMA, machine(adds("elements"))).counts();
        assertEquals(Set.of(0L), Set.copyOf(counts.values()));
        assertEquals(7, counts.size());
    }

    /** Twice 35 elements and 4 of the machine's own counts; 15 bytes read. */
    @Test
    void activitiesAreEvaluatedInTheirOrder() {
        HardwareModel machine = machine(adds("2 * elements + own"), new Activity("memory", "read", Activity.READ));
        List<ActivityCount> expected = List.of(added(74), new ActivityCount("memory", "read", 15));
        for (boolean executing : new boolean[] {false, true}) {
            assertEquals(expected, account(machine).activity("here", machine, report(Map.of("own", 4L)), executing));
        }
    }

    /** A machine that computes the outputs itself knows better than the 12 products of the items. */
    @Test
    void aMachineCountsWhatTheItemsCountOnlyIfItComputes() {
        HardwareModel machine = machine(adds("products"));
        MachineReport report = report(Map.of("products", 11L));
        assertEquals(List.of(added(11)), account(machine).activity("here", machine, report, true));
        broken(
                "here counts 'products' itself, which the dataflow's items do",
                () -> account(machine).activity("here", machine, report, false));
    }

    @Test
    void whatNobodyCountsIsNamed() {
        String sentence = "here 'add' of 'adder' is products + own, but nobody counts 'own'";
        HardwareModel machine = machine(adds("products + own"));
        broken(sentence, () -> account(machine).activity("here", machine, report(Map.of()), false));
        broken(sentence, () -> ActivityAccount.evaluate("here", machine, Map.of("products", 1L)));
        assertEquals(List.of(added(3)), ActivityAccount.evaluate("here", machine, Map.of("products", 1L, "own", 2L)));
    }

    @Test
    void metricsThatNobodyReads() {
        assertEquals(Set.of("elements", "skipped"), ActivityAccount.unread(SCHEMA, machine()));
        assertEquals(Set.of("skipped"), ActivityAccount.unread(SCHEMA, machine(adds("2 * elements"))));
        HardwareModel timed = mock(HardwareModel.class);
        when(timed.requiredMetrics()).thenReturn(Set.of("skipped"));
        when(timed.activities()).thenReturn(List.of());
        assertEquals(Set.of("elements"), ActivityAccount.unread(SCHEMA, timed));
    }
}
