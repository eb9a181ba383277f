package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.SegmentEstimator;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.ComponentResult;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.core.plan.GreedyPolicy;
import dev.isos.core.plan.Objective;
import dev.isos.core.plan.OptimalPolicy;
import dev.isos.core.plan.SinglePolicy;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.core.simulate.Simulator;
import dev.isos.core.spec.HardwareSpecReader;
import dev.isos.core.wavefront.IsOsDataflow;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.testkit.RandomWorkloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The analytical fidelity against the event-driven one. */
class IsoscelesEstimatorTest {
    private static final Simulator SIMULATOR = new Simulator(Map.of());

    /** Cycles and bytes of one network under all mappings, whole and on machines on which it must be tiled. */
    @Test
    void agreesWithTheEventDrivenMachine() {
        List<List<String>> machines = List.of(
                List.of(),
                List.of("lanes=24"),
                List.of("scheduling=static"),
                List.of("poolings=counted"),
                List.of("filterBuffer=16KiB", "contextArray=4KiB"));
        for (double density : new double[] {0.05, 0.15, 0.4}) {
            Workload workload = network(density);
            for (MappingPolicy policy : List.of(
                    new SinglePolicy(),
                    GreedyPolicy.block(),
                    GreedyPolicy.greedy(),
                    new OptimalPolicy(Objective.CYCLES))) {
                for (List<String> machine : machines) {
                    String where = "density " + density + ", " + policy.id() + ", " + machine;
                    RunResult simulated = run(workload, policy, Fidelity.EVENT, machine);
                    RunResult estimated = run(workload, policy, Fidelity.ANALYTICAL, machine);
                    assertFalse(estimated.verified());
                    near(simulated.cycles(), estimated.cycles(), 0.1, "cycles, " + where);
                    near(simulated.traffic().total(), estimated.traffic().total(), 0.01, "bytes, " + where);
                    near(simulated.macs().performed(), estimated.macs().performed(), 0.03, "products, " + where);
                    assertEquals(simulated.leftOut(), estimated.leftOut(), where);
                    assertEquals(simulated.areaMm2(), estimated.areaMm2(), where);
                }
            }
        }
    }

    /** What chance adds in one random network it takes away in another: sums are near, of every component and role. */
    @Test
    void expectsTheActivityOfRandomNetworks(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        Map<String, Double> simulated = new TreeMap<>();
        Map<String, Double> estimated = new TreeMap<>();
        List<String> machine = List.of("poolings=counted", "lanes=16", "filterBuffer=4KiB", "contextArray=512B");
        for (long seed = first; seed < first + 200; seed++) {
            Workload workload = RandomWorkloads.network(seed);
            GreedyPolicy policy = GreedyPolicy.greedy();
            add(simulated, run(workload, policy, Fidelity.EVENT, machine));
            add(estimated, run(workload, policy, Fidelity.ANALYTICAL, machine));
            SIMULATOR.release(workload);
        }
        assertEquals(simulated.keySet(), estimated.keySet());
        simulated.forEach((what, sum) -> {
            reporter.publishEntry(what, sum + " simulated, estimate off by " + (estimated.get(what) / sum - 1));
            near(sum, estimated.get(what), 0.03, what);
        });
    }

    private static void add(Map<String, Double> sums, RunResult result) {
        sums.merge("products", (double) result.macs().performed(), Double::sum);
        sums.merge("weights", (double) result.traffic().weights(), Double::sum);
        sums.merge("inputs", (double) result.traffic().inputs(), Double::sum);
        sums.merge("outputs", (double) result.traffic().outputs(), Double::sum);
        sums.merge("residuals", (double) result.traffic().residuals(), Double::sum);
        for (ComponentResult component : result.components()) {
            sums.merge("energy of " + component.name(), component.energyPj(), Double::sum);
        }
    }

    /** A segment takes no longer after one that leaves the DRAM time to load its weights, and nothing if it is left out. */
    @Test
    void segmentsGainFromTheOneBeforeAndPoolingsMayCostNothing() {
        Workload workload = network(0.4);
        ConfiguredAccelerator accelerator = configured(new SinglePolicy(), Fidelity.EVENT, List.of());
        ExecutionPlan plan = SIMULATOR.plan(workload, accelerator);
        SegmentEstimator estimator = accelerator
                .hardware()
                .analytical(IsOsDataflow.ID)
                .orElseThrow()
                .estimator(WorkloadDensities.of(workload, ReferenceExecutor.execute(workload)));
        boolean shorter = false;
        for (int i = 1; i < plan.segments().size(); i++) {
            Segment segment = plan.segments().get(i);
            SegmentEstimate alone = estimator.estimate(segment, Optional.empty());
            SegmentEstimate after =
                    estimator.estimate(segment, Optional.of(plan.segments().get(i - 1)));
            assertTrue(after.cycles() <= alone.cycles());
            shorter |= after.cycles() < alone.cycles();
            boolean pooling = workload.network().layer(segment.layers().get(0)).op() instanceof Pooling;
            assertEquals(pooling, alone.cycles() == 0);
        }
        assertTrue(shorter);
    }

    /** The depth of pipelines is bounded by a parameter of the machine; with more of it, best cuts are no slower. */
    @Test
    void contextsBoundTheDepthOfPipelines() {
        Workload workload = network(0.15);
        long single =
                run(workload, new SinglePolicy(), Fidelity.EVENT, List.of()).cycles();
        long shallower = Long.MAX_VALUE;
        int deepest = 0;
        for (int contexts : new int[] {1, 2, 3, 4, 6, 8, 16}) {
            RunResult result =
                    run(workload, new OptimalPolicy(Objective.CYCLES), Fidelity.EVENT, List.of("contexts=" + contexts));
            int depth = result.segments().stream()
                    .mapToInt(s -> (int) s.layers().stream()
                            .filter(name -> !name.startsWith("concat"))
                            .count())
                    .max()
                    .orElseThrow();
            assertTrue(depth <= contexts, contexts + " contexts, depth " + depth);
            deepest = Math.max(deepest, depth);
            if (contexts == 1) {
                assertEquals(single, result.cycles());
            }
            assertTrue(result.cycles() <= 1.05 * shallower, contexts + " contexts");
            shallower = Math.min(shallower, result.cycles());
        }
        assertTrue(deepest > 2 && shallower < single);
    }

    private static void near(double simulated, double estimated, double tolerance, String what) {
        assertEquals(simulated, estimated, tolerance * simulated, what);
    }

    private static RunResult run(Workload workload, MappingPolicy policy, Fidelity fidelity, List<String> overrides) {
        return SIMULATOR.run(workload, configured(policy, fidelity, overrides), RunOptions.defaults());
    }

    private static ConfiguredAccelerator configured(MappingPolicy policy, Fidelity fidelity, List<String> overrides) {
        IsoscelesFactory factory = new IsoscelesFactory(model -> null);
        HardwareModel model = factory.create(new HardwareSpecReader(Map.of(factory.id(), factory))
                .defaults(factory.id(), new ArrayList<>(overrides)));
        return new ConfiguredAccelerator(
                new Accelerator("test", "test", IsOsDataflow.ID, factory.id(), policy.id()),
                new IsOsDataflow(),
                model,
                policy,
                fidelity,
                TableEnergyModel.builtIn().get(0),
                "test",
                Map.of());
    }

    /** A stem, a residual block with a projection, a strided layer, an inception module, a depthwise and a last layer. */
    private static Workload network(double density) {
        WorkloadBuilder b = new WorkloadBuilder("net", 5, new FeatureMapShape(3, 64, 64), true, 1);
        Window pointwise = Window.square(1, 1, 0);
        Window three = Window.square(3, 1, 1);
        int at = b.convolution(-1, 32, 1, Window.square(3, 2, 1), density);
        int first = b.convolution(at, 32, 1, three, density);
        int projected = b.convolution(at, 64, 1, pointwise, density);
        at = b.convolution(first, projected, 64, 1, pointwise, density, true);
        at = b.pooling(at, PoolingKind.MAX, Window.square(2, 2, 0), false);
        int left = b.convolution(at, 48, 1, pointwise, density);
        int right = b.convolution(at, 40, 1, three, density);
        at = b.concatenation(left, right);
        at = b.convolution(at, 88, 88, three, Math.max(0.5, density));
        at = b.convolution(at, 96, 1, Window.square(3, 2, 1), density);
        b.convolution(at, 100, 1, Window.square(8, 1, 0), density);
        return b.build();
    }
}
