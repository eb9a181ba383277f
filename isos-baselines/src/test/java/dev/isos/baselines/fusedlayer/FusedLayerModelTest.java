package dev.isos.baselines.fusedlayer;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.workload.Workload;
import dev.isos.testkit.HardwareModelContract;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.testkit.RecordedItem;
import dev.isos.testkit.TestingExecutionContext;
import java.util.ArrayList;
import java.util.List;

/** The contract of hardware models, fed with what the dataflow gives for small networks. */
class FusedLayerModelTest extends HardwareModelContract {
    private final FusedLayerModel model = FusedLayerHarness.model(
            "unrollOutputs=4",
            "unrollInputs=4",
            "vectorWidth=4",
            "accumulatorPixels=6",
            "onChipBuffer=3 KiB",
            "dram.bandwidth=3 GB/s");

    @Override
    protected HardwareModel model() {
        return model;
    }

    @Override
    protected List<Scenario> scenarios() {
        return List.of(
                scenario("chain", RandomWorkloads.corners().get("chain")),
                scenario("streamed filters", RandomWorkloads.corners().get("long-fibers")),
                scenario("pooling", RandomWorkloads.corners().get("pooling")),
                scenario("concatenation", RandomWorkloads.corners().get("concatenation")),
                scenario("network 3", RandomWorkloads.network(3)),
                scenario("network 7", RandomWorkloads.network(7)));
    }

    private Scenario scenario(String name, Workload workload) {
        FusedLayerDataflow dataflow = new FusedLayerDataflow();
        Geometry geometry = model.geometry();
        ExecutionPlan plan = new FusedLayerPolicy().plan(new PlanningContext() {
            @Override
            public Workload workload() {
                return workload;
            }

            @Override
            public MappingOutcome map(List<Integer> layers) {
                return dataflow.map(workload, layers, geometry);
            }
        });
        TestingExecutionContext context = new TestingExecutionContext(workload, geometry);
        List<List<RecordedItem>> items = new ArrayList<>();
        List<Long> weightBytes = new ArrayList<>();
        for (Segment segment : plan.segments()) {
            items.add(context.execute(dataflow, segment));
            weightBytes.add(dataflow.weightBytes(workload, segment, geometry));
        }
        WorkItem item = new WorkItem(FusedLayerWork.SCHEMA);
        return new Scenario(
                name,
                new RunRequest(workload.network(), plan, weightBytes, SimulationListener.NONE),
                FusedLayerWork.SCHEMA,
                (segment, sink) -> {
                    for (RecordedItem recorded : items.get(segment)) {
                        item.begin(
                                recorded.phase(), recorded.layer(), recorded.step(), recorded.row(), recorded.place());
                        item.moves(recorded.role(), recorded.tensor(), recorded.offChipBytes());
                        for (int i = 0; i < recorded.counts().size(); i++) {
                            item.count(i, recorded.count(i));
                        }
                        recorded.waitsFor().forEach(item::waitFor);
                        sink.accept(item);
                    }
                });
    }
}
