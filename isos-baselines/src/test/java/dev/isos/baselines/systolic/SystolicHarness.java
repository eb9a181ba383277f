package dev.isos.baselines.systolic;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.Segment;
import dev.isos.api.unit.Quantity;
import dev.isos.api.workload.Workload;
import dev.isos.testkit.RecordedItem;
import dev.isos.testkit.TestingExecutionContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs small workloads on systolic arrays and keeps all items. */
final class SystolicHarness {
    private SystolicHarness() {}

    /** What a run gave, items by segment. */
    record Outcome(RunRequest request, List<List<RecordedItem>> items, MachineReport report) {
        long bytes(int phase) {
            return items.stream()
                    .flatMap(List::stream)
                    .filter(i -> i.phase() == phase)
                    .mapToLong(RecordedItem::offChipBytes)
                    .sum();
        }
    }

    /** Default hardware with some parameters given as in a file: {@code "rows=4"}. */
    static SystolicModel model(String... settings) {
        Map<String, String> given = new HashMap<>();
        for (String setting : settings) {
            given.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        }
        Map<String, Double> numbers = new TreeMap<>();
        Map<String, String> texts = new TreeMap<>();
        SystolicFactory factory = new SystolicFactory();
        for (HardwareParameter p : factory.parameters()) {
            String text = given.containsKey(p.key()) ? given.remove(p.key()) : p.defaultText();
            if (p.quantity() == Quantity.TEXT) {
                texts.put(p.key(), text);
            } else {
                numbers.put(p.key(), p.quantity().parse(text));
            }
        }
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("no parameters " + given);
        }
        return (SystolicModel) factory.create(new HardwareSpec("systolic", "systolic", numbers, texts));
    }

    static Outcome run(Workload workload, Stationarity stationarity, SystolicModel model) {
        SystolicDataflow dataflow = new SystolicDataflow(stationarity);
        Geometry geometry = model.geometry();
        List<Segment> segments = new ArrayList<>();
        List<Integer> next = new ArrayList<>();
        for (Layer layer : workload.network().layers()) {
            next.add(layer.index());
            if (!(layer.op() instanceof LayerOp.Concatenation)
                    || layer == workload.network().output()) {
                segments.add((Segment) dataflow.map(workload, next, geometry));
                next = new ArrayList<>();
            }
        }
        ExecutionPlan plan = new ExecutionPlan(
                "test", segments, segments.stream().map(s -> "test").toList());
        RunRequest request = new RunRequest(
                workload.network(), plan, segments.stream().map(s -> 0L).toList(), SimulationListener.NONE);
        TestingExecutionContext context = new TestingExecutionContext(workload, geometry);
        MachineRun machine = model.begin(request, SystolicWork.SCHEMA);
        List<List<RecordedItem>> items = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            items.add(context.execute(dataflow, segments.get(i)));
            feed(items.get(i), machine.beginSegment(i));
            machine.endSegment();
        }
        return new Outcome(request, items, machine.finish());
    }

    /** Gives recorded items to a machine. */
    static void feed(List<RecordedItem> items, WorkSink sink) {
        WorkItem item = new WorkItem(SystolicWork.SCHEMA);
        for (RecordedItem recorded : items) {
            item.begin(recorded.phase(), recorded.layer(), recorded.step(), recorded.row(), recorded.place());
            item.moves(recorded.role(), recorded.tensor(), recorded.offChipBytes());
            for (int i = 0; i < recorded.counts().size(); i++) {
                item.count(i, recorded.count(i));
            }
            recorded.waitsFor().forEach(item::waitFor);
            sink.accept(item);
        }
    }
}
