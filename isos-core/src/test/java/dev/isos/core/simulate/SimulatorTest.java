package dev.isos.core.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.TestingPlugin;
import dev.isos.core.TestingPlugin.IdealFactory;
import dev.isos.core.TestingPlugin.IdealModel;
import dev.isos.core.plan.GreedyPolicy;
import dev.isos.core.plan.SinglePolicy;
import dev.isos.core.spec.HardwareSpecReader;
import dev.isos.testkit.PlainDataflow;
import dev.isos.testkit.PlainReference;
import dev.isos.testkit.RandomWorkloads;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SimulatorTest {
    private static final long SEED = 20231;

    private final Workload workload = PlainReference.withReference(RandomWorkloads.network(SEED));
    private final Simulator simulator = new Simulator(Map.of("testing", "1"));

    @Test
    void resultAddsUp() {
        RunResult result = run(new PlainDataflow(), 0, workload, RunOptions.defaults());
        assertTrue(result.verified());
        assertEquals(
                workload.network().layers().stream()
                        .filter(layer -> layer.convolution().isPresent())
                        .mapToLong(layer -> workload.filters(layer.index()).nonZeros())
                        .sum(),
                result.traffic().weights());
        long effectual = workload.reference().stream()
                .mapToLong(LayerReference::effectualMacs)
                .sum();
        assertEquals(effectual, result.macs().effectual());
        assertEquals(effectual, result.macs().performed());
        assertEquals(
                effectual,
                result.layers().stream().mapToLong(l -> l.macs().performed()).sum());
        assertEquals(
                result.traffic().total(),
                result.layers().stream()
                        .map(LayerResult::traffic)
                        .mapToLong(RunResult.Traffic::total)
                        .sum());
        assertEquals(
                result.cycles(),
                result.segments().stream()
                        .mapToLong(RunResult.SegmentResult::cycles)
                        .sum());
        assertEquals(workload.reference().get(workload.network().size() - 1).outputSha256(), result.outputSha256());
    }

    @Test
    void unverifiedRunsSaySo() {
        Workload bare = RandomWorkloads.network(SEED);
        Workload without = bare.withReference(List.of());
        assertFalse(run(
                        new PlainDataflow(),
                        0,
                        without,
                        new RunOptions(false, RunOptions.defaults().listener(), 1, 0))
                .verified());
        assertTrue(run(new PlainDataflow(), 0, without, RunOptions.defaults()).verified());
    }

    @Test
    void wrongOutputFailsVerification() {
        IsosException e = failure(
                new PlainDataflow() {
                    @Override
                    protected ActivationTensor tensor(ActivationTensor computed) {
                        byte[] values = computed.values().clone();
                        values[values.length / 2] ^= 1;
                        return new ActivationTensor(computed.shape(), computed.signed(), values);
                    }
                },
                0);
        assertEquals(ErrorCode.VERIFICATION_FAILED, e.code());
        assertTrue(e.getMessage().endsWith("has other outputs than the reference"), e.getMessage());
    }

    @Test
    void runFasterThanItsBoundsIsRefused() {
        IsosException e = failure(new PlainDataflow(), -1_000_000);
        assertEquals(ErrorCode.SIMULATION_FAILED, e.code());
        assertTrue(e.getMessage().contains("fewer than its"), e.getMessage());
    }

    @Test
    void skippedProductIsFound() {
        IsosException e = failure(
                new PlainDataflow() {
                    @Override
                    protected int products(long effectual) {
                        return (int) Math.max(0, effectual - 1);
                    }
                },
                0);
        assertTrue(e.getMessage().contains("effectual are"), e.getMessage());
    }

    @Test
    void onlyADataflowThatRecomputesMayPerformMore() {
        for (boolean recomputes : new boolean[] {false, true}) {
            for (int more : new int[] {-1, 0, 1}) {
                Dataflow dataflow = new PlainDataflow() {
                    @Override
                    public boolean recomputes(Segment segment) {
                        return recomputes;
                    }

                    @Override
                    protected int products(long effectual) {
                        return (int) Math.max(0, effectual == 0 ? 0 : effectual + more);
                    }
                };
                if (more == 0 || recomputes && more > 0) {
                    RunResult result = run(dataflow, 0, workload, RunOptions.defaults());
                    assertTrue(result.macs().performed() >= result.macs().effectual());
                    assertEquals(
                            more > 0, result.macs().performed() > result.macs().effectual());
                } else {
                    assertTrue(failure(dataflow, 0).getMessage().contains("effectual are"));
                }
            }
        }
    }

    /** Layers that totals leave out are executed for their outputs, and cost neither time nor bytes. */
    @Test
    void layersThatTheHardwareLeavesOutCostNothing() {
        WorkloadBuilder b = new WorkloadBuilder("left-out", 1, new FeatureMapShape(4, 6, 6), false, 0.6);
        int first = b.convolution(Layer.NETWORK_INPUT, 4, 1, Window.square(3, 1, 1), 0.6);
        int pool = b.pooling(first, PoolingKind.MAX, Window.square(2, 2, 0), false);
        b.convolution(pool, 5, 1, Window.square(3, 1, 1), 0.6);
        Workload pooled = PlainReference.withReference(b.build());
        RunResult all = run(new PlainDataflow(), 0, pooled, RunOptions.defaults());
        assertEquals(List.of(), all.leftOut());
        RunResult single = simulator.run(pooled, leavingOut(layer -> false), RunOptions.defaults());
        for (Class<?> kind : List.of(Pooling.class, Convolution.class)) {
            List<Layer> others = pooled.network().layers().stream()
                    .filter(layer -> !kind.isInstance(layer.op()))
                    .toList();
            RunResult some =
                    simulator.run(pooled, leavingOut(layer -> kind.isInstance(layer.op())), RunOptions.defaults());
            assertEquals(
                    pooled.network().layers().stream()
                            .filter(layer -> kind.isInstance(layer.op()))
                            .map(Layer::name)
                            .toList(),
                    some.leftOut());
            assertTrue(some.verified());
            assertEquals(all.outputSha256(), some.outputSha256());
            assertEquals(
                    others.stream()
                            .mapToLong(layer ->
                                    single.layers().get(layer.index()).traffic().total())
                            .sum(),
                    some.traffic().total());
            assertEquals(others.size(), some.segments().size());
            assertEquals(
                    others.stream()
                            .mapToLong(layer ->
                                    pooled.reference().get(layer.index()).effectualMacs())
                            .sum(),
                    some.macs().performed());
            assertEquals(
                    some.cycles(),
                    some.segments().stream()
                            .mapToLong(RunResult.SegmentResult::cycles)
                            .sum());
        }
    }

    @Test
    void onlySegmentsOfWhichAllIsLeftOutAreLeftOut() {
        WorkloadBuilder b = new WorkloadBuilder("mixed", 1, new FeatureMapShape(4, 6, 6), false, 0.6);
        int pool = b.pooling(Layer.NETWORK_INPUT, PoolingKind.MAX, Window.square(3, 1, 1), false);
        int conv = b.convolution(pool, 4, 1, Window.square(3, 1, 1), 0.6);
        int both = b.concatenation(pool, conv);
        b.pooling(both, PoolingKind.MAX, Window.square(3, 1, 1), false);
        b.concatenation(both, both);
        Network network = b.build().network();
        HardwareModel hardware =
                leavingOut(layer -> layer.op() instanceof Pooling).hardware();
        List<Segment> segments = List.of(segment(0, 1), segment(2), segment(3, 4));
        CountedPlan counted =
                CountedPlan.of(new ExecutionPlan("p", segments, List.of("a", "b", "c")), network, hardware);
        assertEquals(segments, counted.all());
        assertEquals(new ExecutionPlan("p", segments.subList(0, 2), List.of("a", "b")), counted.plan());
        assertEquals(List.of("pool3"), counted.leftOut());
    }

    private static Segment segment(Integer... layers) {
        return new Segment(
                List.of(layers),
                Stream.of(layers).map(l -> new LayerMapping(l, Map.of())).toList(),
                List.of(),
                List.of());
    }

    /** The ideal machine, leaving out layers. */
    private static ConfiguredAccelerator leavingOut(Predicate<Layer> layers) {
        ConfiguredAccelerator ideal = configured(new PlainDataflow(), 0);
        HardwareModel hardware = (HardwareModel) Proxy.newProxyInstance(
                SimulatorTest.class.getClassLoader(),
                new Class<?>[] {HardwareModel.class},
                (proxy, method, arguments) -> method.getName().equals("leavesOut")
                        ? layers.test((Layer) arguments[0])
                        : method.invoke(ideal.hardware(), arguments));
        return new ConfiguredAccelerator(
                ideal.accelerator(), ideal.dataflow(), hardware, new SinglePolicy(), ideal.energy());
    }

    @Test
    void aFidelityThatTheHardwareLacksIsRefused() {
        for (Fidelity fidelity : List.of(Fidelity.STEPPED, Fidelity.ANALYTICAL)) {
            ConfiguredAccelerator event = configured(new PlainDataflow(), 0);
            ConfiguredAccelerator other = new ConfiguredAccelerator(
                    event.accelerator(),
                    event.dataflow(),
                    event.hardware(),
                    event.mapping(),
                    fidelity,
                    event.energy(),
                    "plain",
                    Map.of());
            IsosException e =
                    assertThrows(IsosException.class, () -> simulator.run(workload, other, RunOptions.defaults()));
            assertEquals(
                    "accelerator plain: the hardware ideal has no " + fidelity.id()
                            + " fidelity for the dataflow plain",
                    e.getMessage());
            assertEquals(ErrorCode.INFEASIBLE, e.code());
        }
        assertEquals(
                "event",
                run(new PlainDataflow(), 0, workload, RunOptions.defaults())
                        .accelerator()
                        .fidelity());
    }

    @Test
    void itemThatWaitsForTheFutureIsRefused() {
        IsosException e = failure(
                new PlainDataflow() {
                    @Override
                    protected int waitOffset() {
                        return 5;
                    }
                },
                0);
        assertTrue(e.getMessage().contains("which does not come before it"), e.getMessage());
    }

    @Test
    void negativeTrafficIsRefused() {
        IsosException e = failure(
                new PlainDataflow() {
                    @Override
                    protected long bytes(long least) {
                        return -1;
                    }
                },
                0);
        assertTrue(e.getMessage().contains("has a negative count"), e.getMessage());
    }

    @Test
    void pairingNamesWhatIsMissing() {
        Dataflow demanding = new PlainDataflow() {
            @Override
            public java.util.Set<String> requiredGeometry() {
                return java.util.Set.of("lanes", "layersPerSegment");
            }
        };
        IsosException e = assertThrows(IsosException.class, () -> Simulator.pair(configured(demanding, 0)));
        assertEquals(
                "accelerator plain: dataflow plain and hardware ideal do not fit together, missing is the geometry 'lanes'"
                        + " from the hardware",
                e.getMessage());
        assertEquals(ErrorCode.INFEASIBLE, e.code());
    }

    @Test
    void sameRunTwiceIsTheSame() {
        RunResult first = run(new PlainDataflow(), 3, workload, RunOptions.defaults());
        RunResult second = run(new PlainDataflow(), 3, workload, RunOptions.defaults());
        assertEquals(withoutHost(first), withoutHost(second));
        for (int processors : new int[] {2, 5}) {
            RunResult more =
                    run(new PlainDataflow(), 3, workload, RunOptions.defaults().on(processors));
            assertEquals(withoutHost(first), withoutHost(more));
        }
    }

    private static String withoutHost(RunResult result) {
        return result.toString().replaceAll("Host\\[[^]]*]", "");
    }

    @Test
    void aDataflowThatExecutesConvolutionsAloneIsRefusedOtherLayersByName() {
        Dataflow convolutionsOnly = new PlainDataflow() {
            @Override
            public Set<Class<? extends LayerOp>> operations() {
                return Set.of(LayerOp.Convolution.class);
            }
        };
        WorkloadBuilder builder = new WorkloadBuilder("net", 1, new FeatureMapShape(2, 6, 6), false, 1);
        int first = builder.convolution(Layer.NETWORK_INPUT, 2, 1, Window.square(3, 1, 1), 1);
        assertTrue(run(convolutionsOnly, 0, PlainReference.withReference(builder.build()), RunOptions.defaults())
                .verified());
        int pooled = builder.pooling(first, LayerOp.PoolingKind.MAX, Window.square(2, 2, 0), false);
        builder.pooling(pooled, LayerOp.PoolingKind.AVERAGE, Window.square(3, 1, 0), false);
        Workload network = builder.build();
        IsosException e =
                assertThrows(IsosException.class, () -> run(convolutionsOnly, 0, network, RunOptions.defaults()));
        assertEquals(ErrorCode.INFEASIBLE, e.code());
        assertEquals(
                "accelerator plain cannot run " + network.info().id()
                        + ": dataflow plain does not execute the max-pooling" + " of layer "
                        + network.network().layer(pooled).name() + ", nor 1 other layer",
                e.getMessage());
    }

    private IsosException failure(Dataflow dataflow, long extraCycles) {
        IsosException alone =
                assertThrows(IsosException.class, () -> run(dataflow, extraCycles, workload, RunOptions.defaults()));
        IsosException beside = assertThrows(
                IsosException.class,
                () -> run(dataflow, extraCycles, workload, RunOptions.defaults().on(3)));
        assertEquals(alone.getMessage(), beside.getMessage());
        assertEquals(alone.code(), beside.code());
        return alone;
    }

    @Test
    void stagesCountTheSameItemsOnAnyNumberOfProcessors() {
        long bytes = workload.network().layers().stream()
                .mapToLong(layer -> layer.outputShape().elements())
                .sum();
        StageTimes one = stages(1);
        StageTimes two = stages(2);
        assertTrue(one.workItems() > 0);
        assertEquals(one.workItems(), two.workItems());
        assertEquals(bytes, one.outputBytes());
        assertEquals(bytes, two.outputBytes());
    }

    private StageTimes stages(int processors) {
        StageTimes stages = new StageTimes();
        RunOptions defaults = RunOptions.defaults();
        run(new PlainDataflow(), 0, workload, new RunOptions(true, defaults.listener(), processors, 0).with(stages));
        return stages;
    }

    private RunResult run(Dataflow dataflow, long extraCycles, Workload on, RunOptions options) {
        return simulator.run(on, configured(dataflow, extraCycles), options);
    }

    private static ConfiguredAccelerator configured(Dataflow dataflow, long extraCycles) {
        IdealFactory factory = new IdealFactory();
        HardwareModel model = new IdealModel(
                new HardwareSpecReader(Map.of("ideal", factory)).defaults("ideal", List.of()), extraCycles);
        return new ConfiguredAccelerator(
                new Accelerator("plain", "for tests", "plain", "ideal", "block"),
                dataflow,
                model,
                GreedyPolicy.block(),
                new TestingPlugin.UnitEnergy());
    }
}
