package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.Fidelity;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.MachinePart;
import dev.isos.api.hardware.SegmentEstimator;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.hardware.part.Estimator;
import dev.isos.api.hardware.part.LaneLink;
import dev.isos.api.hardware.part.OffChipMemory;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.api.result.RunResult;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import dev.isos.support.dram.ByteRate;
import dev.isos.support.dram.DramServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every parameter of the machine does what it says: what it governs grows, or shrinks, when it is changed. */
class HardwareParametersTest {
    private static final Platform ISOS = IsosPlatform.load(Optional.empty(), List.of(new SlowParts()));
    private static final Workload WORKLOAD = network();

    /** So that nothing else limits. */
    private static final String BUSY = "dram.bandwidth=1000 GB/s";

    /**
     * What a parameter governs.
     *
     * @param more value with which it is larger
     * @param less value with which it is smaller
     * @param where other parameters, so that this one matters
     */
    private record Effect(String governs, ToDoubleFunction<Seen> measure, String more, String less, String... where) {}

    private static final Map<String, Effect> EFFECTS = effects();

    private static Map<String, Effect> effects() {
        ToDoubleFunction<Seen> cycles = s -> s.result.cycles();
        ToDoubleFunction<Seen> segments = s -> s.result.segments().size();
        Map<String, Effect> effects = new TreeMap<>();
        ToDoubleFunction<Seen> bytes = s -> s.result.traffic().total();
        effects.put("lanes", new Effect("cycles", cycles, "4", "16"));
        effects.put("processingElements", new Effect("cycles", cycles, "1", "8", "lanes=8"));
        effects.put("vectorWidth", new Effect("cycles", cycles, "1", "8", "lanes=8", "processingElements=2"));
        effects.put("scheduling", new Effect("cycles", cycles, "proportional", "static", "lanes=8", BUSY));
        effects.put(
                "schedulingPeriod",
                new Effect("cycles", cycles, "20", "100000", "lanes=8", "processingElements=2", BUSY));
        effects.put("contexts", new Effect("segments", segments, "1", "16"));
        effects.put("contextArray", new Effect("bytes off chip", bytes, "1 KiB", "64 KiB", "lanes=32"));
        effects.put(
                "partialBytes", new Effect("bytes off chip", bytes, "16 B", "1 B", "lanes=32", "contextArray=4 KiB"));
        effects.put(
                "partialFormat",
                new Effect(
                        "bytes on chip",
                        s -> s.result.segments().stream()
                                .mapToLong(RunResult.SegmentResult::onChipBytes)
                                .sum(),
                        "coordinates",
                        "places"));
        effects.put("activationFormat", new Effect("bytes off chip", bytes, "coordinates", "shorter"));
        effects.put("streamElements", new Effect("cycles", cycles, "1", "4", "lanes=8", BUSY));
        effects.put("columnSlack", new Effect("cycles", cycles, "0", "2", BUSY));
        effects.put("queues", new Effect("bytes off chip", bytes, "256 B", "64 KiB", "lanes=16"));
        effects.put("mergers", new Effect("cycles", cycles, "1", "16"));
        effects.put("zeroDetectors", new Effect("cycles", cycles, "1", "32", "partialFormat=places"));
        effects.put("postOpUnits", new Effect("cycles", cycles, "1", "16"));
        effects.put("filterBuffer", new Effect("bytes off chip", bytes, "4 KiB", "1 MiB", "lanes=32"));
        effects.put("clock", new Effect("seconds", s -> s.result.seconds(), "500 MHz", "2 GHz"));
        effects.put("dram.bandwidth", new Effect("cycles", cycles, "4 GB/s", "128 GB/s"));
        effects.put("dram.latency", new Effect("cycles", cycles, "2000 ns", "0 ns"));
        effects.put("dram.burst", new Effect("bytes of a turn", seen -> seen.mostMoved, "4 KiB", "256 B"));
        effects.put("dram.model", new Effect("cycles", cycles, "slow", "constant-rate"));
        effects.put("link", new Effect("cycles", cycles, "slow", "none", "lanes=8"));
        effects.put("estimator", new Effect("cycles", cycles, "slow", "expected-counts"));
        effects.put("poolings", new Effect("bytes off chip", bytes, "counted", "left-out"));
        effects.put(
                "energyTable",
                new Effect("energy", s -> s.result.energyPj().dram(), "horowitz-45nm-ddr", "horowitz-45nm-hbm"));
        return effects;
    }

    /** Parts that make the machine slower: bytes and estimates take twice as long, what crosses lanes arrives 50 cycles later. */
    private static final class SlowParts implements IsosPlugin {
        @Override
        public String id() {
            return "slow-parts";
        }

        @Override
        public ApiVersion builtAgainst() {
            return ApiVersion.CURRENT;
        }

        @Override
        public void contribute(Registrar registrar) {
            registrar.part(
                    new MachinePart<>(LaneLink.class, "slow", "50 cycles", spec -> () -> (now, a, b, n) -> now + 50));
            registrar.part(new MachinePart<>(
                    OffChipMemory.class,
                    "slow",
                    "half the rate",
                    spec -> () ->
                            new DramServer(ByteRate.of(spec.real("dram.bandwidth") / 2, spec.real("clock")), 100)));
            registrar.part(new MachinePart<>(Estimator.class, "slow", "twice the cycles", spec -> {
                Estimator usual = usual().maker().apply(spec) instanceof Estimator e ? e : null;
                return (machine, dataflow) ->
                        usual.of(machine, dataflow).map(fidelity -> densities -> twice(fidelity.estimator(densities)));
            }));
        }

        private static MachinePart<?> usual() {
            return new IsoscelesFactory(model -> null)
                    .parts().stream()
                            .filter(part -> part.type() == Estimator.class)
                            .findFirst()
                            .orElseThrow();
        }

        private static SegmentEstimator twice(SegmentEstimator usual) {
            return new SegmentEstimator() {
                @Override
                public SegmentEstimate estimate(Segment segment, Optional<Segment> previous) {
                    SegmentEstimate one = usual.estimate(segment, previous);
                    return new SegmentEstimate(
                            2 * one.cycles(), one.computeBusyCycles(), one.memoryBusyCycles(), one.layers());
                }

                @Override
                public Map<String, Long> counts(Segment segment) {
                    return usual.counts(segment);
                }
            };
        }
    }

    /** What a run gave and what a listener saw of it. */
    private static final class Seen implements SimulationListener {
        private RunResult result;
        private long mostMoved;

        @Override
        public boolean wantsSlices() {
            return true;
        }

        @Override
        public void onTransfer(String track, int layer, String phase, long startCycle, long endCycle, long bytes) {
            mostMoved = track.startsWith("dram") ? Math.max(mostMoved, bytes) : mostMoved;
        }
    }

    @Test
    void everyParameterHasAnEntry() {
        TreeSet<String> declared = new TreeSet<>();
        new IsoscelesFactory(model -> null)
                .parameters().stream().map(HardwareParameter::key).forEach(declared::add);
        assertEquals(declared, EFFECTS.keySet());
    }

    @TestFactory
    Stream<DynamicTest> whatAParameterGovernsFollowsIt() {
        return EFFECTS.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    Effect effect = entry.getValue();
                    double more = measure(entry.getKey(), effect, effect.more());
                    double less = measure(entry.getKey(), effect, effect.less());
                    assertTrue(
                            more > less,
                            effect.governs() + ": " + more + " with " + effect.more() + ", " + less + " with "
                                    + effect.less());
                }));
    }

    private static double measure(String key, Effect effect, String value) {
        List<String> overrides = new ArrayList<>(List.of(effect.where()));
        overrides.add(key + "=" + value);
        AcceleratorRequest request = new AcceleratorRequest(
                "isosceles",
                Optional.empty(),
                overrides,
                Optional.of("block"),
                key.equals("estimator") ? Fidelity.ANALYTICAL : Fidelity.EVENT,
                Optional.empty());
        Seen seen = new Seen();
        seen.result = ISOS.run(WORKLOAD, ISOS.accelerator(request), new RunOptions(true, seen, 1, 0));
        return effect.measure().applyAsDouble(seen);
    }

    private static Workload network() {
        WorkloadBuilder b = new WorkloadBuilder("net", 5, new FeatureMapShape(3, 32, 32), true, 1);
        Window pointwise = Window.square(1, 1, 0);
        Window three = Window.square(3, 1, 1);
        int at = b.convolution(-1, 32, 1, three, 0.4);
        int first = b.convolution(at, 32, 1, three, 0.4);
        at = b.convolution(first, at, 32, 1, pointwise, 0.4, true);
        at = b.pooling(at, PoolingKind.MAX, Window.square(2, 2, 0), false);
        at = b.convolution(at, 64, 1, three, 0.4);
        b.convolution(at, 48, 1, pointwise, 0.4);
        return b.build();
    }
}
