package dev.isos.baselines.fusedlayer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.plan.GreedyPolicy;
import dev.isos.core.spec.HardwareSpecReader;
import dev.isos.testkit.RandomWorkloads;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The groups of the published evaluation, on networks that hold one case each. */
class PublishedGroupsTest {
    private static final Window POINT = Window.square(1, 1, 0);

    private static List<List<Integer>> groups(Workload workload, String... settings) {
        return plan(workload, settings).segments().stream().map(Segment::layers).toList();
    }

    private static ExecutionPlan plan(Workload workload, String... settings) {
        HardwareModelFactory factory = FusedLayerFactory.published();
        Geometry geometry = factory.create(
                        new HardwareSpecReader(Map.of(factory.id(), factory)).defaults(factory.id(), List.of(settings)))
                .geometry();
        return GreedyPolicy.greedy().plan(new PlanningContext() {
            @Override
            public Workload workload() {
                return workload;
            }

            @Override
            public MappingOutcome map(List<Integer> layers) {
                return new FusedLayerDataflow().map(workload, layers, geometry);
            }
        });
    }

    private static WorkloadBuilder builder(int size) {
        return new WorkloadBuilder("groups", 1, new FeatureMapShape(4, size, size), false, 0.5);
    }

    @Test
    void aStridedLayerEndsItsGroupAndSoDoesAPooling() {
        WorkloadBuilder b = builder(16);
        int a = b.convolution(Layer.NETWORK_INPUT, 4, 1, Window.square(3, 1, 1), 0.5);
        int strided = b.convolution(a, 4, 1, Window.square(3, 2, 1), 0.5);
        int c = b.convolution(strided, 4, 1, POINT, 0.5);
        int pooled = b.pooling(c, PoolingKind.MAX, Window.square(3, 1, 1), false);
        int d = b.convolution(pooled, 4, 1, POINT, 0.5);
        int e = b.convolution(d, 4, 1, POINT, 0.5);
        b.pooling(e, PoolingKind.AVERAGE, Window.square(8, 1, 0), false);
        // a pooling to a single position is as good as a convolution
        assertEquals(List.of(List.of(0, 1), List.of(2), List.of(3), List.of(4, 5, 6)), groups(b.build()));
    }

    @Test
    void filtersFillTheBuffer() {
        WorkloadBuilder b = builder(8);
        int a = b.convolution(Layer.NETWORK_INPUT, 10, 1, POINT, 0.5);
        int c = b.convolution(a, 100, 1, POINT, 0.5);
        b.convolution(c, 20, 1, POINT, 0.5);
        // 40, 1000 and 2000 bytes
        assertEquals(List.of(List.of(0, 1), List.of(2)), groups(b.build(), "filterBuffer=2 KiB"));
        assertEquals(List.of(List.of(0, 1, 2)), groups(b.build(), "filterBuffer=3040 B"));
        ExecutionPlan plan = plan(b.build(), "filterBuffer=2 KiB");
        assertEquals(
                List.of(0, 1000),
                plan.segments().stream()
                        .map(s -> s.mappings().get(0).factor(FusedLayerWork.WEIGHT_CHUNK_BYTES) > 0 ? 1000 : 0)
                        .toList(),
                "2000 bytes are more than half of the buffer");
    }

    @Test
    void branchesWithoutASumAreChainsOfTheirOwn() {
        WorkloadBuilder b = builder(8);
        int left = b.convolution(Layer.NETWORK_INPUT, 4, 1, POINT, 0.5);
        int reduced = b.convolution(Layer.NETWORK_INPUT, 2, 1, POINT, 0.5);
        int right = b.convolution(reduced, 4, 1, Window.square(3, 1, 1), 0.5);
        b.concatenation(left, right);
        assertEquals(List.of(List.of(0), List.of(1, 2, 3)), groups(b.build()));
    }

    @Test
    void residualBlocksStayWhole() {
        Workload workload = RandomWorkloads.corners().get("residual-projected");
        int size = workload.network().size();
        // the block halves the map, so that a group begins with it
        assertEquals(List.of(List.of(0), IntStream.range(1, size).boxed().toList()), groups(workload));
        assertEquals(
                size,
                groups(workload, "filterBuffer=1 KiB", "onChipBuffer=70 KiB").stream()
                        .mapToInt(List::size)
                        .sum());
    }
}
