package dev.isos.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.law.ActivityAccount;
import dev.isos.api.law.RunLaws;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What every hardware model must do, the laws of {@link RunLaws} for machines included. A subclass gives the model and streams of work items that it understands. */
public abstract class HardwareModelContract {
    /**
     * A plan and its work items.
     *
     * @param name how the tests of the scenario are called
     * @param request network and plan, for {@link HardwareModel#begin}
     * @param schema that of the items
     * @param feeder gives the items of each segment; the same ones whenever it is asked
     */
    public record Scenario(String name, RunRequest request, WorkSchema schema, Feeder feeder) {}

    /** Gives work items. */
    @FunctionalInterface
    public interface Feeder {
        /**
         * Gives all items of a segment of the plan to a sink.
         *
         * @param segment position in the plan, from 0
         * @param sink takes the items in their order
         */
        void feed(int segment, WorkSink sink);
    }

    /** Adds up what goes into a machine. */
    private static final class Totals {
        private final int products;
        private final ActivityAccount activity;
        private long bytes;
        private long macs;

        private Totals(WorkSchema schema, HardwareModel model) {
            activity = new ActivityAccount(schema, model);
            products = schema.offset(WorkMetric.PRODUCTS.id());
        }

        private WorkSink before(WorkSink sink) {
            return (WorkItem item) -> {
                activity.accept(item);
                bytes += item.offChipBytes();
                macs += item.counts()[products];
                return sink.accept(item);
            };
        }
    }

    /** {@return the model under test} */
    protected abstract HardwareModel model();

    /**
     * {@return at least one stream; should include one that is bound by memory, one by compute, and a plan of several
     * segments}
     */
    protected abstract List<Scenario> scenarios();

    @Test
    void declaresItself() {
        HardwareModel model = model();
        assertFalse(model.spec().id().isBlank(), "a hardware configuration needs an id");
        assertFalse(model.supportedPhases().isEmpty(), "a machine needs phases that it can carry out");
        assertTrue(model.peakMacsPerCycle() > 0, "peak MACs per cycle");
        assertTrue(model.offChipBytesPerCycle() > 0, "off-chip bytes per cycle");
        assertTrue(model.clockHz() > 0, "clock");
        Set<String> names = new HashSet<>();
        for (Component component : model.components()) {
            assertTrue(names.add(component.name()), "two components are called " + component.name());
            assertTrue(component.instances() > 0, component.name() + " has no instances");
        }
        assertFalse(scenarios().isEmpty(), "the contract needs streams to try");
    }

    @TestFactory
    Stream<DynamicTest> understandsTheStream() {
        return each(s -> {
            Set<String> phases = s.schema().phases().stream().map(Phase::id).collect(Collectors.toSet());
            phases.removeAll(model().supportedPhases());
            assertEquals(Set.of(), phases, "phases that the machine cannot carry out");
            for (String metric : model().requiredMetrics()) {
                assertTrue(s.schema().offset(metric) >= 0, "the stream lacks the metric " + metric);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> obeysItsOwnBounds() {
        return each(s -> {
            HardwareModel model = model();
            Totals totals = new Totals(s.schema(), model());
            MachineReport report = run(s, totals);
            assertEquals(totals.bytes, report.offChipBytes(), "bytes moved are not the bytes asked for");
            assertTrue(
                    report.cycles() >= model.offChipCycles(totals.bytes),
                    report.cycles() + " cycles are too few for " + totals.bytes + " bytes");
            assertTrue(
                    report.cycles() >= totals.macs / model.peakMacsPerCycle(),
                    report.cycles() + " cycles are too few for " + totals.macs + " products");
        });
    }

    @TestFactory
    Stream<DynamicTest> theAccountAddsUp() {
        return each(s -> {
            Totals totals = new Totals(s.schema(), model());
            MachineReport report = run(s, totals);
            assertEquals(s.request().plan().segments().size(), report.segments().size(), "timings of segments");
            long sum = 0;
            for (SegmentTiming segment : report.segments()) {
                assertTrue(segment.cycles() >= 0, "a segment of negative length");
                assertTrue(
                        segment.computeBusyCycles() >= 0 && segment.computeBusyCycles() <= report.cycles(),
                        "busy cycles of compute: " + segment);
                assertTrue(
                        segment.memoryBusyCycles() >= 0 && segment.memoryBusyCycles() <= report.cycles(),
                        "busy cycles of memory: " + segment);
                sum += segment.cycles();
            }
            assertEquals(report.cycles(), sum, "cycles of the segments");
            assertEquals(s.request().network().size(), report.layers().size(), "timings of layers");
            for (LayerTiming layer : report.layers()) {
                assertTrue(
                        layer.startCycle() >= 0
                                && layer.startCycle() <= layer.endCycle()
                                && layer.endCycle() <= report.cycles()
                                && layer.computeCycles() >= 0
                                && layer.computeCycles() <= report.cycles(),
                        "timing of a layer: " + layer);
            }
            for (ActivityCount count : totals.activity.activity("the stream", model(), report, false)) {
                assertTrue(count.count() >= 0, "negative activity: " + count);
            }
        });
    }

    /** A metric that is declared to be read changes time, an activity, or the machine's mind, in some stream. */
    @Test
    void everyMetricIsRead() {
        Map<String, Boolean> read = new TreeMap<>();
        for (Scenario s : scenarios()) {
            List<Object> usual = account(s, 0, 0);
            int at = 0;
            for (WorkMetric metric : s.schema().metrics()) {
                int from = at;
                at += metric.width();
                if (!read.getOrDefault(metric.id(), false)) {
                    read.put(metric.id(), !usual.equals(account(s, from, metric.width())));
                }
            }
        }
        read.values().removeIf(each -> each);
        assertEquals(Set.of(), read.keySet(), "metrics that change nothing");
    }

    /** All that a stream comes to when some counts of each item with work are larger; what is refused, is read. */
    private List<Object> account(Scenario s, int from, int width) {
        Totals totals = new Totals(s.schema(), model());
        try {
            MachineReport report = run(s, totals, item -> {
                for (int i = from; i < from + width; i++) {
                    item.counts()[i] += 1000;
                }
            });
            return List.of(report, totals.activity.activity("the stream", model(), report, false));
        } catch (RuntimeException e) {
            return List.of(e.getClass());
        }
    }

    @TestFactory
    Stream<DynamicTest> theSameStreamGivesTheSameReport() {
        return each(s ->
                assertEquals(run(s, new Totals(s.schema(), model())), run(s, new Totals(s.schema(), model()))));
    }

    @TestFactory
    Stream<DynamicTest> runsDoNotDisturbEachOther() {
        return each(s -> {
            HardwareModel model = model();
            MachineRun one = model.begin(s.request(), s.schema());
            MachineRun two = model.begin(s.request(), s.schema());
            for (int i = 0; i < s.request().plan().segments().size(); i++) {
                WorkSink sinkOfOne = one.beginSegment(i);
                s.feeder().feed(i, two.beginSegment(i));
                s.feeder().feed(i, sinkOfOne);
                one.endSegment();
                two.endSegment();
            }
            MachineReport alone = run(s, new Totals(s.schema(), model()));
            assertEquals(alone, one.finish());
            assertEquals(alone, two.finish());
        });
    }

    private MachineReport run(Scenario scenario, Totals totals) {
        return run(scenario, totals, item -> {});
    }

    private MachineReport run(Scenario scenario, Totals totals, Consumer<WorkItem> change) {
        RunRequest asked = scenario.request();
        RunLaws laws = RunLaws.ofMachine(scenario.name(), asked.network(), scenario.schema(), model());
        RunRequest request =
                new RunRequest(asked.network(), asked.plan(), asked.weightBytes(), laws.listener(asked.listener()));
        MachineRun run = model().begin(request, scenario.schema());
        for (int i = 0; i < request.plan().segments().size(); i++) {
            laws.beginSegment(request.plan().segments().get(i));
            WorkSink machine = totals.before(run.beginSegment(i));
            scenario.feeder().feed(i, item -> {
                change.accept(item);
                int number = machine.accept(item);
                laws.accept(item, number);
                return number;
            });
            run.endSegment();
            laws.endSegment();
        }
        MachineReport report = run.finish();
        laws.finish(report);
        return report;
    }

    private Stream<DynamicTest> each(Consumer<Scenario> check) {
        return scenarios().stream().map(s -> DynamicTest.dynamicTest(s.name(), () -> check.accept(s)));
    }
}
