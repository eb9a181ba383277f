package dev.isos.baselines.scnn;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.core.simulate.Simulator;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.testkit.Bench;
import dev.isos.testkit.RecordedItem;
import dev.isos.testkit.TestingExecutionContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs small workloads on SCNN and keeps all items. */
final class ScnnHarness {
    /** An SCNN small enough for tests. */
    static final String[] SMALL = {
        "gridRows=2",
        "gridColumns=3",
        "weightVector=3",
        "activationVector=2",
        "banks=8",
        "bankEntries=32",
        "bankQueue=1",
        "indexBits=2",
        "activationRam=40 B"
    };

    private ScnnHarness() {}

    /** What a run gave, items by segment. */
    record Outcome(RunRequest request, List<List<RecordedItem>> items, MachineReport report) {
        List<RecordedItem> phase(int phase) {
            return items.stream()
                    .flatMap(List::stream)
                    .filter(i -> i.phase() == phase)
                    .toList();
        }

        long bytes(int phase) {
            return phase(phase).stream().mapToLong(RecordedItem::offChipBytes).sum();
        }

        long count(int metric) {
            return items.stream()
                    .flatMap(List::stream)
                    .mapToLong(i -> i.count(metric))
                    .sum();
        }
    }

    /** Default hardware with settings as on the command line, {@code key=value}. */
    static ScnnModel model(String... settings) {
        return (ScnnModel) Bench.model(new ScnnFactory(), settings);
    }

    static Outcome run(Workload workload, ScnnModel model) {
        return run(workload, model, new HashMap<>());
    }

    /** @param shared what runs on the same workload have shared so far */
    static Outcome run(Workload workload, ScnnModel model, Map<Object, Object> shared) {
        ScnnDataflow dataflow = new ScnnDataflow();
        Geometry geometry = model.geometry();
        ExecutionPlan plan = new ScnnPolicy().plan(new PlanningContext() {
            @Override
            public Workload workload() {
                return workload;
            }

            @Override
            public MappingOutcome map(List<Integer> layers) {
                return dataflow.map(workload, layers, geometry);
            }
        });
        RunRequest request = new RunRequest(
                workload.network(), plan, plan.segments().stream().map(s -> 0L).toList(), SimulationListener.NONE);
        TestingExecutionContext context = new TestingExecutionContext(workload, geometry, model.unitModel(), shared);
        MachineRun machine = model.begin(request, ScnnWork.SCHEMA);
        List<List<RecordedItem>> items = new ArrayList<>();
        for (Segment segment : plan.segments()) {
            WorkSink sink = machine.beginSegment(items.size());
            items.add(context.execute(dataflow, segment));
            feed(items.get(items.size() - 1), sink);
            machine.endSegment();
        }
        return new Outcome(request, items, machine.finish());
    }

    /** Runs a workload with all checks of the simulator, outputs compared with the reference. */
    static RunResult simulate(Workload workload, ScnnModel model) {
        return new Simulator(Map.of()).run(workload, configured(model), RunOptions.defaults());
    }

    /** The accelerator with some hardware; refused if they do not fit together. */
    static ConfiguredAccelerator configured(HardwareModel model) {
        return Simulator.pair(new ConfiguredAccelerator(
                new Accelerator("scnn", "test", "scnn", "scnn", "scnn"),
                new ScnnDataflow(),
                model,
                new ScnnPolicy(),
                TableEnergyModel.builtIn().get(0)));
    }

    /** Gives recorded items to a machine. */
    static void feed(List<RecordedItem> items, WorkSink sink) {
        WorkItem item = new WorkItem(ScnnWork.SCHEMA);
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
