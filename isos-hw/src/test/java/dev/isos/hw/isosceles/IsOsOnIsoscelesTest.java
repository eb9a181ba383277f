package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.workload.Workload;
import dev.isos.core.wavefront.IsOsDataflow;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.testkit.RecordedItem;
import dev.isos.testkit.TestingExecutionContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/** Real IS-OS streams: whatever the mapper accepts must run through, on roomy and on tight machines. */
class IsOsOnIsoscelesTest {
    private static final Dataflow DATAFLOW = new IsOsDataflow();

    /** Machines on which rows share lanes, rows are split, queues are tight, filters are tiled. */
    private static final Map<String, HardwareModel> MACHINES = Map.of(
            "default", HandMade.machine(),
            "few lanes", HandMade.machine("lanes=3"),
            "tight queues", HandMade.machine("lanes=16", "queues=2 KiB"),
            "small context array", HandMade.machine("lanes=16", "contextArray=1 KiB"),
            "small filter buffer", HandMade.machine("lanes=8", "filterBuffer=2 KiB"),
            "static", HandMade.machine("lanes=16", "scheduling=static"),
            "no slack", HandMade.machine("lanes=5", "columnSlack=0", "schedulingPeriod=10"));

    @TestFactory
    Stream<DynamicTest> corners() {
        return RandomWorkloads.corners().entrySet().stream()
                .map(corner -> DynamicTest.dynamicTest(
                        corner.getKey(), () -> assertTrue(runEverywhere(corner.getKey(), corner.getValue()) > 0)));
    }

    @Test
    void randomNetworks(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        int runs = 0;
        for (long seed = first; seed < first + 30; seed++) {
            runs += runEverywhere("network of seed " + seed, RandomWorkloads.network(seed));
            runs += runEverywhere("layer of seed " + seed, RandomWorkloads.layer(seed));
        }
        assertTrue(runs > 250, runs + " runs");
    }

    private static int runEverywhere(String name, Workload workload) {
        int runs = 0;
        for (Map.Entry<String, HardwareModel> machine : MACHINES.entrySet()) {
            for (int longest : new int[] {1, Integer.MAX_VALUE}) {
                if (run(name + " on " + machine.getKey(), workload, machine.getValue(), longest)) {
                    runs++;
                }
            }
        }
        return runs;
    }

    /** False when the network does not fit the machine. */
    private static boolean run(String where, Workload workload, HardwareModel model, int longest) {
        List<Segment> segments = cut(workload, model, longest);
        if (segments.isEmpty()) {
            return false;
        }
        WorkSchema schema = DATAFLOW.schema(model.geometry());
        List<Long> weightBytes = segments.stream()
                .map(s -> DATAFLOW.weightBytes(workload, s, model.geometry()))
                .toList();
        ExecutionPlan plan = new ExecutionPlan("test", segments, Collections.nCopies(segments.size(), ""));
        MachineRun run =
                model.begin(new RunRequest(workload.network(), plan, weightBytes, SimulationListener.NONE), schema);
        TestingExecutionContext context = new TestingExecutionContext(workload, model.geometry());
        long bytes = 0;
        long products = 0;
        for (int s = 0; s < segments.size(); s++) {
            List<RecordedItem> items = context.execute(DATAFLOW, segments.get(s));
            feed(items, run.beginSegment(s), schema);
            run.endSegment();
            bytes += items.stream().mapToLong(RecordedItem::offChipBytes).sum();
            products +=
                    items.stream().mapToLong(i -> i.count(IsOsSchema.PRODUCTS)).sum();
        }
        MachineReport report = run.finish();
        assertEquals(bytes, report.offChipBytes(), where);
        assertTrue(report.cycles() >= Math.floor(bytes / model.offChipBytesPerCycle()), where);
        assertTrue(report.cycles() >= products / model.peakMacsPerCycle(), where);
        assertEquals(
                report.cycles(),
                report.segments().stream()
                        .mapToLong(MachineReport.SegmentTiming::cycles)
                        .sum(),
                where);
        return true;
    }

    private static void feed(List<RecordedItem> items, WorkSink sink, WorkSchema schema) {
        WorkItem item = new WorkItem(schema);
        for (RecordedItem recorded : items) {
            item.begin(recorded.phase(), recorded.layer(), recorded.step(), recorded.row(), recorded.place())
                    .moves(recorded.role(), recorded.tensor(), recorded.offChipBytes())
                    .holds(recorded.tensor(), recorded.heldBytes());
            for (int k = 0; k < recorded.counts().size(); k++) {
                item.count(k, recorded.counts().get(k));
            }
            recorded.waitsFor().forEach(item::waitFor);
            sink.accept(item);
        }
    }

    /** Segments as long as the mapper allows; none when some layer does not fit even alone. */
    private static List<Segment> cut(Workload workload, HardwareModel model, int longest) {
        List<Segment> segments = new ArrayList<>();
        int layers = workload.network().size();
        for (int first = 0; first < layers; ) {
            Segment best = null;
            for (int end = first + 1; end <= layers && end - first <= longest; end++) {
                MappingOutcome outcome = DATAFLOW.map(
                        workload, IntStream.range(first, end).boxed().toList(), model.geometry());
                if (outcome instanceof PlanRejection) {
                    break;
                }
                best = (Segment) outcome;
            }
            if (best == null) {
                return List.of();
            }
            segments.add(best);
            first += best.layers().size();
        }
        return segments;
    }
}
