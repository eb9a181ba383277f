package dev.isos.baselines.fusedlayer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.workload.Workload;
import dev.isos.baselines.fusedlayer.FusedLayerHarness.Chain;
import dev.isos.testkit.RandomWorkloads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class FusedLayerPolicyTest {
    private static final int NONE = Integer.MAX_VALUE;

    private record Context(Workload workload, Geometry geometry) implements PlanningContext {
        @Override
        public MappingOutcome map(List<Integer> layers) {
            return new FusedLayerDataflow().map(workload, layers, geometry);
        }
    }

    private static Geometry geometry(String buffer, String variant) {
        return FusedLayerHarness.model(
                        "unrollOutputs=4",
                        "unrollInputs=4",
                        "accumulatorPixels=6",
                        "onChipBuffer=" + buffer,
                        "variant=" + variant)
                .geometry();
    }

    @Test
    void equalsExhaustiveSearch(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        int cut = 0;
        for (long seed = first; seed < first + 60; seed++) {
            Workload workload = RandomWorkloads.network(seed);
            int size = workload.network().size();
            if (size > 10) {
                continue;
            }
            String buffer = List.of("1200 B", "2 KiB", "4 KiB").get((int) (seed % 3));
            Context context = new Context(workload, geometry(buffer, seed % 2 == 0 ? "reuse" : "recompute"));
            ExecutionPlan plan = new FusedLayerPolicy().plan(context);
            long[] best = exhaustive(context, size);
            long traffic = plan.segments().stream()
                    .mapToLong(s -> FusedLayerPolicy.traffic(workload.network(), s))
                    .sum();
            assertEquals(best[0], traffic, "traffic, seed " + seed);
            assertEquals(best[1], plan.segments().size(), "segments, seed " + seed);
            cut += plan.segments().size() > 1 && plan.segments().size() < size ? 1 : 0;
        }
        assertTrue(cut > 10, "only " + cut + " networks were cut somewhere but not everywhere");
    }

    /** Least traffic, and then least segments, of all 2^(n-1) cuts. */
    private static long[] exhaustive(Context context, int size) {
        long[][] traffic = new long[size][size + 1];
        for (int from = 0; from < size; from++) {
            for (int to = from + 1; to <= size; to++) {
                MappingOutcome outcome =
                        context.map(IntStream.range(from, to).boxed().toList());
                traffic[from][to] = outcome instanceof Segment s
                        ? FusedLayerPolicy.traffic(context.workload().network(), s)
                        : NONE;
            }
        }
        long[] best = {Long.MAX_VALUE, 0};
        for (int cuts = 0; cuts < 1 << (size - 1); cuts++) {
            long sum = 0;
            int segments = 0;
            int from = 0;
            for (int to = 1; to <= size; to++) {
                if (to == size || (cuts >> (to - 1) & 1) != 0) {
                    sum += traffic[from][to];
                    segments++;
                    from = to;
                }
            }
            if (sum < best[0] || sum == best[0] && segments < best[1]) {
                best = new long[] {sum, segments};
            }
        }
        return best;
    }

    /** VGG-16: filters once, also those of fc6, which are streamed; maps between fused layers never. */
    @Test
    void fullSizeNetworksArePlannedQuickly() {
        Chain vgg = new Chain(3, 224, 224);
        int[][] stages = {{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}};
        for (int[] stage : stages) {
            for (int i = 0; i < stage[1]; i++) {
                vgg.convolution(stage[0], 1, Window.square(3, 1, 1));
            }
            vgg.maxPooling(Window.square(2, 2, 0));
        }
        vgg.convolution(4096, 1, Window.square(7, 1, 0));
        vgg.convolution(4096, 1, Window.square(1, 1, 0));
        vgg.convolution(1000, 1, Window.square(1, 1, 0));
        Workload workload = vgg.workload();
        Context context = new Context(workload, FusedLayerHarness.model().geometry());
        ExecutionPlan plan = assertTimeout(Duration.ofSeconds(20), () -> new FusedLayerPolicy().plan(context));
        long traffic = plan.segments().stream()
                .mapToLong(s -> FusedLayerPolicy.traffic(workload.network(), s))
                .sum();
        long single = 0;
        for (Layer layer : workload.network().layers()) {
            single += layer.inputShape().elements() + layer.outputShape().elements();
        }
        long maps = traffic - workload.network().parameters();
        assertTrue(maps < single / 10, maps + " bytes of maps, layer by layer " + single);
        assertTrue(plan.segments().size() < 14, plan.segments().size() + " segments");
    }

    @Test
    void everySegmentSaysWhatEndedIt() {
        ExecutionPlan plan =
                new FusedLayerPolicy().plan(new Context(RandomWorkloads.network(3), geometry("1200 B", "reuse")));
        assertEquals("end of the network", plan.limits().get(plan.limits().size() - 1));
        plan.limits().forEach(limit -> assertTrue(limit.length() > 10, limit));
    }

    @Test
    void aLayerThatCannotFitIsNamed() {
        IsosException e = assertThrows(
                IsosException.class,
                () -> new FusedLayerPolicy()
                        .plan(new Context(RandomWorkloads.corners().get("long-fibers"), geometry("1 KiB", "reuse"))));
        assertTrue(e.getMessage().contains("layer conv0"), e.getMessage());
        assertTrue(e.getMessage().contains("the buffer has 1,024"), e.getMessage());
    }

    @Test
    void segmentsOfAnotherDataflowAreRefused() {
        Workload workload = RandomWorkloads.layer(1);
        Segment foreign =
                new Segment(List.of(0), List.of(new LayerMapping(0, Map.of("kTiles", 1))), List.of(), List.of());
        IsosException e =
                assertThrows(IsosException.class, () -> FusedLayerPolicy.traffic(workload.network(), foreign));
        assertTrue(e.getMessage().contains("needs segments of the dataflow fused-layer"), e.getMessage());
    }
}
