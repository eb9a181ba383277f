package dev.isos.core.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.core.TestingPlugin;
import dev.isos.core.TestingPlugin.IdealFactory;
import dev.isos.core.TestingPlugin.IdealModel;
import dev.isos.core.TestingPlugin.PlainDataflow;
import dev.isos.core.plan.GreedyPolicy;
import dev.isos.core.spec.HardwareSpecReader;
import dev.isos.testkit.PlainReference;
import dev.isos.testkit.RandomWorkloads;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulatorTest {
    private static final long SEED = 20231;

    private final Workload workload = PlainReference.withReference(RandomWorkloads.network(SEED));
    private final Simulator simulator = new Simulator(Map.of("testing", "1"));

    @Test
    void resultAddsUp() {
        RunResult result = run(new PlainDataflow(), 0, workload, RunOptions.defaults());
        assertTrue(result.verified());
        assertEquals(10L * workload.network().size(), result.traffic().total());
        assertEquals(result.traffic().inputs(), result.traffic().total());
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
                    protected long bytes() {
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
    }

    private static String withoutHost(RunResult result) {
        return result.toString().replaceAll("Host\\[[^]]*]", "");
    }

    private IsosException failure(Dataflow dataflow, long extraCycles) {
        return assertThrows(IsosException.class, () -> run(dataflow, extraCycles, workload, RunOptions.defaults()));
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
