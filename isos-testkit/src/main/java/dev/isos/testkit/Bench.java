package dev.isos.testkit;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.law.ActivityAccount;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.unit.Quantity;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a small workload gave that ran layer by layer on a dataflow and its machine, without the platform.
 *
 * @param request plan and network that the machine was given; a segment per layer that computes
 * @param schema phases and counts of the items
 * @param items those of each segment
 * @param activity what the machine's components did
 */
public record Bench(
        RunRequest request,
        WorkSchema schema,
        List<List<RecordedItem>> items,
        MachineReport report,
        List<ActivityCount> activity) {
    /**
     * The default configuration of a kind of hardware with some parameters given as in a file.
     *
     * @param factory kind of hardware
     * @param settings such as {@code "rows=4"}, each of another parameter
     * @return a machine with all other parameters at their defaults
     */
    public static HardwareModel model(HardwareModelFactory factory, String... settings) {
        Map<String, String> given = new HashMap<>();
        for (String setting : settings) {
            given.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        }
        Map<String, Double> numbers = new TreeMap<>();
        Map<String, String> texts = new TreeMap<>();
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
        return factory.create(new HardwareSpec(factory.id(), factory.id(), numbers, texts));
    }

    /**
     * Runs a workload, each layer that computes with the concatenations behind it; fails where one is refused.
     *
     * @param workload without layers that need a whole operand
     * @param dataflow maps the layers and gives their items; outputs are not compared
     * @param model times the items
     * @return items and account
     * @throws AssertionError when layers are refused, or an output is missing
     */
    public static Bench run(Workload workload, Dataflow dataflow, HardwareModel model) {
        List<Segment> segments = new ArrayList<>();
        List<Integer> next = new ArrayList<>();
        boolean computes = false;
        for (Layer layer : workload.network().layers()) {
            boolean concatenates = layer.op() instanceof LayerOp.Concatenation;
            if (computes && !concatenates) {
                segments.add(map(workload, dataflow, model, next));
                next = new ArrayList<>();
            }
            computes |= !concatenates;
            next.add(layer.index());
        }
        segments.add(map(workload, dataflow, model, next));
        ExecutionPlan plan = new ExecutionPlan(
                "test", segments, segments.stream().map(s -> "test").toList());
        RunRequest request = new RunRequest(
                workload.network(), plan, segments.stream().map(s -> 0L).toList(), SimulationListener.NONE);
        TestingExecutionContext context =
                new TestingExecutionContext(workload, model.geometry(), model.unitModel(), new HashMap<>());
        WorkSchema schema = dataflow.schema(model.geometry());
        MachineRun machine = model.begin(request, schema);
        List<List<RecordedItem>> items = new ArrayList<>();
        ActivityAccount account = new ActivityAccount(schema, model);
        for (int i = 0; i < segments.size(); i++) {
            items.add(context.execute(dataflow, segments.get(i)));
            WorkSink sink = machine.beginSegment(i);
            feed(schema, items.get(i), item -> {
                account.accept(item);
                return sink.accept(item);
            });
            machine.endSegment();
        }
        MachineReport report = machine.finish();
        return new Bench(request, schema, items, report, account.activity(dataflow.id(), model, report, false));
    }

    private static Segment map(Workload workload, Dataflow dataflow, HardwareModel model, List<Integer> layers) {
        if (dataflow.map(workload, layers, model.geometry()) instanceof PlanRejection rejection) {
            throw new AssertionError("layers " + layers + " are refused: " + rejection.reason());
        }
        return (Segment) dataflow.map(workload, layers, model.geometry());
    }

    /**
     * Gives recorded items to a machine.
     *
     * @param schema phases and counts of the items
     * @param items of one segment; what they hold on chip is left out
     * @param sink takes them in their order
     */
    public static void feed(WorkSchema schema, List<RecordedItem> items, WorkSink sink) {
        WorkItem item = new WorkItem(schema);
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

    /**
     * Off-chip bytes of the items of a phase, given by its position in the schema.
     *
     * @param phase position in the schema
     * @return bytes over all segments
     */
    public long bytes(int phase) {
        return items.stream()
                .flatMap(List::stream)
                .filter(i -> i.phase() == phase)
                .mapToLong(RecordedItem::offChipBytes)
                .sum();
    }

    /**
     * Sum of a count, given by its position in the schema, over all items.
     *
     * @param metric position of one value in an item's counts
     * @return sum over all segments
     */
    public long total(int metric) {
        return items.stream()
                .flatMap(List::stream)
                .mapToLong(i -> i.count(metric))
                .sum();
    }

    /**
     * The same items as a stream for {@link HardwareModelContract}.
     *
     * @param name how the tests of the scenario are called
     * @return the same plan, with the recorded items
     */
    public HardwareModelContract.Scenario scenario(String name) {
        return new HardwareModelContract.Scenario(
                name, request, schema, (segment, sink) -> feed(schema, items.get(segment), sink));
    }
}
