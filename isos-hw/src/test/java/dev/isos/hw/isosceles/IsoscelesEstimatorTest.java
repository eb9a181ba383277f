package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.result.RunResult;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.core.dataflow.isos.IsOsAnalyticalDataflow;
import dev.isos.core.dataflow.isos.IsOsDataflow;
import dev.isos.core.plan.BlockPolicy;
import dev.isos.core.plan.OptimalPolicy;
import dev.isos.core.plan.SinglePolicy;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.core.simulate.Simulator;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.testkit.WorkloadBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The analytical model against the event-driven one. */
class IsoscelesEstimatorTest {
    private static final Simulator SIMULATOR = new Simulator(Map.of());

    @Test
    void agreesWithTheEventDrivenMachine() {
        for (double density : new double[] {0.05, 0.1, 0.2, 0.3}) {
            Workload workload = network(density);
            for (MappingPolicy policy : List.of(new SinglePolicy(), new BlockPolicy(), new OptimalPolicy())) {
                for (String lanes : List.of("lanes=64", "lanes=24")) {
                    String where = "density " + density + ", " + policy.id() + ", " + lanes;
                    RunResult simulated = run(workload, new IsOsDataflow(), policy, lanes);
                    RunResult estimated = run(workload, new IsOsAnalyticalDataflow(), policy, lanes);
                    assertFalse(estimated.verified());
                    near(simulated.cycles(), estimated.cycles(), 0.1, "cycles, " + where);
                    near(simulated.traffic().total(), estimated.traffic().total(), 0.01, "bytes, " + where);
                    near(simulated.macs().performed(), estimated.macs().performed(), 0.02, "products, " + where);
                    near(simulated.energyPj().total(), estimated.energyPj().total(), 0.25, "energy, " + where);
                    assertEquals(simulated.areaMm2(), estimated.areaMm2(), where);
                }
            }
        }
    }

    @Test
    void weightsOfASegmentArePrefetchedByTheOneBefore() {
        Workload workload = network(0.2);
        ConfiguredAccelerator accelerator = configured(new IsOsDataflow(), new SinglePolicy(), "lanes=64");
        boolean[] shorter = new boolean[1];
        SIMULATOR.plan(
                workload,
                new ConfiguredAccelerator(
                        accelerator.accelerator(),
                        accelerator.dataflow(),
                        accelerator.hardware(),
                        new MappingPolicy() {
                            @Override
                            public String id() {
                                return "asks";
                            }

                            @Override
                            public String description() {
                                return "single, and asks for estimates";
                            }

                            @Override
                            public ExecutionPlan plan(PlanningContext context) {
                                ExecutionPlan plan = new SinglePolicy().plan(context);
                                for (int i = 1; i < plan.segments().size(); i++) {
                                    long alone = context.estimate(
                                                    plan.segments().get(i), Optional.empty())
                                            .orElseThrow()
                                            .cycles();
                                    long after = context.estimate(
                                                    plan.segments().get(i),
                                                    Optional.of(plan.segments().get(i - 1)))
                                            .orElseThrow()
                                            .cycles();
                                    assertTrue(after <= alone);
                                    shorter[0] |= after < alone;
                                }
                                return plan;
                            }
                        },
                        accelerator.energy()));
        assertTrue(shorter[0]);
    }

    /** The depth of pipelines is bounded by a parameter of the machine; with more of it, best cuts are no slower. */
    @Test
    void contextsBoundTheDepthOfPipelines() {
        Workload workload = network(0.2);
        long single = run(workload, new IsOsDataflow(), new SinglePolicy(), "lanes=64")
                .cycles();
        long shallower = Long.MAX_VALUE;
        int deepest = 0;
        for (int contexts : new int[] {1, 2, 3, 4, 6, 8, 16}) {
            RunResult result = run(workload, new IsOsDataflow(), new OptimalPolicy(), "contexts=" + contexts);
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

    private static RunResult run(Workload workload, Dataflow dataflow, MappingPolicy policy, String override) {
        return SIMULATOR.run(workload, configured(dataflow, policy, override), RunOptions.defaults());
    }

    private static ConfiguredAccelerator configured(Dataflow dataflow, MappingPolicy policy, String override) {
        HardwareModel model = HandMade.machine(override);
        return new ConfiguredAccelerator(
                new Accelerator("test", "test", dataflow.id(), "isosceles", policy.id()),
                dataflow,
                model,
                policy,
                TableEnergyModel.builtIn().get(0));
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
