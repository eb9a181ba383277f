package dev.isos.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.testkit.WorkloadBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MappingPoliciesTest {
    private static final Window POINTWISE = Window.square(1, 1, 0);
    private static final Window THREE = Window.square(3, 1, 1);

    @Test
    void singlePutsConcatenationsWithTheLayerBeforeThem() {
        assertEquals(
                List.of(List.of(0), List.of(1), List.of(2, 3), List.of(4)),
                segments(new SinglePolicy(), inception(), 100));
    }

    @Test
    void inceptionModuleIsABlockAndPlainLayersAreRuns() {
        assertEquals(List.of(List.of(0), List.of(1, 2, 3), List.of(4)), segments(new BlockPolicy(), inception(), 100));
    }

    @Test
    void residualBlockIsABlock() {
        WorkloadBuilder b = new WorkloadBuilder("residual", 1, new FeatureMapShape(4, 6, 6), true, 1);
        int stem = b.convolution(-1, 4, 1, THREE, 1);
        int pool = b.pooling(stem, PoolingKind.MAX, POINTWISE, false);
        int first = b.convolution(pool, 4, 1, THREE, 1);
        int sum = b.add(first, pool);
        b.convolution(sum, 2, 1, POINTWISE, 1);
        assertEquals(List.of(List.of(0, 1), List.of(2, 3), List.of(4)), segments(new BlockPolicy(), b.build(), 100));
    }

    @Test
    void runsAreAtMostEightLayers() {
        List<List<Integer>> segments = segments(new BlockPolicy(), chain(19), 100);
        assertEquals(List.of(8, 8, 3), segments.stream().map(List::size).toList());
    }

    @Test
    void whatDoesNotFitIsCutGreedilyAndTheReasonKept() {
        ExecutionPlan plan = new BlockPolicy().plan(context(chain(5), 2));
        assertEquals(
                List.of(2, 2, 1),
                plan.segments().stream().map(s -> s.layers().size()).toList());
        assertEquals(List.of("3 layers, limit 2", "3 layers, limit 2", "the network is complete"), plan.limits());
    }

    @Test
    void layerThatDoesNotFitAloneIsInfeasible() {
        for (MappingPolicy policy : List.of(new SinglePolicy(), new BlockPolicy())) {
            IsosException e = assertThrows(IsosException.class, () -> policy.plan(context(chain(2), 0)));
            assertEquals(ErrorCode.INFEASIBLE, e.code());
            assertTrue(e.getMessage().endsWith("1 layers, limit 0"), e.getMessage());
        }
    }

    private static Workload chain(int length) {
        WorkloadBuilder b = new WorkloadBuilder("chain", 1, new FeatureMapShape(2, 4, 4), true, 1);
        int last = -1;
        for (int i = 0; i < length; i++) {
            last = b.convolution(last, 2, 1, POINTWISE, 1);
        }
        return b.build();
    }

    private static Workload inception() {
        WorkloadBuilder b = new WorkloadBuilder("inception", 1, new FeatureMapShape(4, 5, 5), true, 1);
        int stem = b.convolution(-1, 4, 1, THREE, 1);
        int left = b.convolution(stem, 3, 1, POINTWISE, 1);
        int right = b.convolution(stem, 5, 1, THREE, 1);
        int both = b.concatenation(left, right);
        b.convolution(both, 2, 1, POINTWISE, 1);
        return b.build();
    }

    private static List<List<Integer>> segments(MappingPolicy policy, Workload workload, int limit) {
        return policy.plan(context(workload, limit)).segments().stream()
                .map(Segment::layers)
                .toList();
    }

    private static PlanningContext context(Workload workload, int limit) {
        return new PlanningContext() {
            @Override
            public Workload workload() {
                return workload;
            }

            @Override
            public MappingOutcome map(List<Integer> layers) {
                if (layers.size() > limit) {
                    return new PlanRejection("layers", layers.size(), limit, layers.size() + " layers, limit " + limit);
                }
                return new Segment(
                        layers,
                        layers.stream().map(l -> new LayerMapping(l, Map.of())).toList(),
                        List.of(),
                        List.of());
            }
        };
    }
}
