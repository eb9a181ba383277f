package dev.isos.baselines.fusedlayer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.testkit.DataflowContract;
import dev.isos.testkit.RecordedItem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** The contract of dataflows in both variants, with buffers from plentiful to so small that tiles are single pixels. */
class FusedLayerDataflowTest {
    private abstract static class Contract extends DataflowContract {
        private final Geometry geometry;

        Contract(String variant, String buffer, String pixels) {
            geometry = FusedLayerHarness.model(
                            "variant=" + variant,
                            "onChipBuffer=" + buffer,
                            "unrolling=" + pixels,
                            "unrollOutputs=4",
                            "unrollInputs=4",
                            "vectorWidth=4",
                            "accumulatorPixels=6")
                    .geometry();
        }

        @Override
        protected Dataflow dataflow() {
            return new FusedLayerDataflow();
        }

        @Override
        protected Geometry geometry() {
            return geometry;
        }

        @Override
        protected void checkSegment(
                Workload workload, Segment segment, List<RecordedItem> items, Map<Integer, ActivationTensor> outputs) {
            FusedGroup group = new FusedGroup(workload.network(), segment.layers());
            if (group.nodes() == 0) {
                assertTrue(items.isEmpty());
                return;
            }
            GroupPlan plan = GroupPlan.of(group, segment, geometry);
            assertEquals(plan.storageBytes(), segment.onChipBytes());
            long bytes = items.stream().mapToLong(RecordedItem::offChipBytes).sum();
            assertEquals(GroupPlan.traffic(group, segment), bytes);
            assertEquals(
                    new FusedLayerDataflow().weightBytes(workload, segment, geometry),
                    items.stream()
                            .filter(i -> i.role() == TensorRole.WEIGHTS)
                            .mapToLong(RecordedItem::offChipBytes)
                            .sum());
            long steps = 0;
            for (RecordedItem item : items) {
                assertTrue(item.count(FusedLayerWork.PRODUCTS) <= 16L * item.count(FusedLayerWork.STEPS));
                steps += item.count(FusedLayerWork.STEPS);
            }
            assertEquals(plan.pyramid().steps(ArrayCost.of(geometry)), steps);
            boolean recompute = geometry.get(FusedLayerWork.RECOMPUTE) != 0;
            for (int node = 0; node < group.nodes(); node++) {
                Layer layer = group.layer(node);
                long products = items.stream()
                        .filter(i -> i.layer() == layer.index())
                        .mapToLong(i -> i.count(FusedLayerWork.PRODUCTS))
                        .sum();
                assertTrue(recompute ? products >= layer.denseMacs() : products == layer.denseMacs(), layer.name());
            }
        }
    }

    @Nested
    class ReuseWithPlenty extends Contract {
        ReuseWithPlenty() {
            super("reuse", "1 MiB", "any");
        }
    }

    @Nested
    class ReuseInStrips extends Contract {
        ReuseInStrips() {
            super("reuse", "3 KiB", "depthwise");
        }
    }

    @Nested
    class ReuseInSmallTiles extends Contract {
        ReuseInSmallTiles() {
            super("reuse", "1800 B", "any");
        }
    }

    @Nested
    class RecomputeInSmallTiles extends Contract {
        RecomputeInSmallTiles() {
            super("recompute", "1800 B", "depthwise");
        }
    }

    @Nested
    class RecomputeInStrips extends Contract {
        RecomputeInStrips() {
            super("recompute", "3 KiB", "any");
        }
    }
}
