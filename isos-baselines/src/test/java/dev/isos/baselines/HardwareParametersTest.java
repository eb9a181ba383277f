package dev.isos.baselines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.result.RunResult;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every parameter that a baseline's hardware declares governs what it says, in the direction that one expects. */
class HardwareParametersTest {
    private static final Platform ISOS = IsosPlatform.load(Optional.empty());

    /** Accelerators that show what the parameters of a hardware do. */
    private static final Map<String, String> ACCELERATORS = Map.of(
            "sparten-ideal",
            "sparten-ideal",
            "fused-layer-ideal",
            "fused-layer-ideal",
            "scnn",
            "scnn",
            "structured",
            "structured",
            "systolic",
            "systolic-ws");

    private static final ToDoubleFunction<RunResult> CYCLES = RunResult::cycles;
    private static final ToDoubleFunction<RunResult> SECONDS = RunResult::seconds;
    private static final ToDoubleFunction<RunResult> AREA = RunResult::areaMm2;
    private static final ToDoubleFunction<RunResult> TRAFFIC = r -> r.traffic().total();
    private static final ToDoubleFunction<RunResult> INPUTS = r -> r.traffic().inputs();
    private static final ToDoubleFunction<RunResult> WEIGHTS = r -> r.traffic().weights();
    private static final ToDoubleFunction<RunResult> SRAM_ENERGY =
            r -> r.energyPj().sram();
    private static final ToDoubleFunction<RunResult> DRAM_ENERGY =
            r -> r.energyPj().dram();
    private static final ToDoubleFunction<RunResult> PERFORMED = r -> r.macs().performed();

    /** Workloads that the memory does not slow down come with a bandwidth that makes sure of it. */
    private static final String FAST = "dram.bandwidth=10000 GB/s";

    /**
     * What a parameter does.
     *
     * @param more the setting that makes the quantity larger than {@code less} does
     * @param others settings of both runs
     */
    private record Effect(
            Workload workload, ToDoubleFunction<RunResult> quantity, String less, String more, List<String> others) {}

    private static Effect effect(
            Workload workload, ToDoubleFunction<RunResult> quantity, String less, String more, String... others) {
        return new Effect(workload, quantity, less, more, List.of(others));
    }

    private static final Workload WIDE = convolution("wide", 128, 12, 256, Window.square(3, 1, 1), 0.5, 0.3);
    private static final Workload SPARSE = convolution("sparse", 256, 8, 256, Window.square(1, 1, 0), 0.3, 0.02);
    private static final Workload FIRST = convolution("first", 3, 32, 64, Window.square(3, 1, 1), 1, 1);
    private static final Workload CHAIN = chain();
    private static final Workload POOLING = pooling();
    private static final Workload SHRINKING = shrinking();

    private static Workload convolution(
            String name, int channels, int size, int outputs, Window window, double inputDensity, double density) {
        WorkloadBuilder builder =
                new WorkloadBuilder(name, 1, new FeatureMapShape(channels, size, size), false, inputDensity);
        builder.convolution(Layer.NETWORK_INPUT, outputs, 1, window, density);
        return builder.build();
    }

    private static Workload chain() {
        WorkloadBuilder builder = new WorkloadBuilder("chain", 2, new FeatureMapShape(16, 24, 24), false, 0.6);
        int first = builder.convolution(Layer.NETWORK_INPUT, 32, 1, Window.square(3, 1, 1), 0.5);
        int second = builder.convolution(first, 32, 1, Window.square(3, 1, 1), 0.5);
        builder.convolution(second, 32, 1, Window.square(3, 1, 1), 0.5);
        return builder.build();
    }

    private static Workload shrinking() {
        WorkloadBuilder builder = new WorkloadBuilder("shrinking", 2, new FeatureMapShape(16, 24, 24), false, 0.6);
        int first = builder.convolution(Layer.NETWORK_INPUT, 32, 1, Window.square(3, 2, 1), 0.5);
        builder.convolution(first, 32, 1, Window.square(3, 1, 1), 0.5);
        return builder.build();
    }

    private static Workload pooling() {
        WorkloadBuilder builder = new WorkloadBuilder("pooling", 3, new FeatureMapShape(64, 32, 32), false, 0.6);
        builder.pooling(Layer.NETWORK_INPUT, PoolingKind.MAX, Window.square(3, 1, 1), false);
        return builder.build();
    }

    /** What all machines share. */
    private static Map<String, Effect> common() {
        Map<String, Effect> effects = new LinkedHashMap<>();
        effects.put("clock", effect(WIDE, SECONDS, "4 GHz", "1 GHz", FAST));
        effects.put("dram.bandwidth", effect(WIDE, CYCLES, "128 GB/s", "2 GB/s"));
        effects.put("dram.latency", effect(WIDE, CYCLES, "0 ns", "1000 ns"));
        effects.put("poolings", effect(POOLING, TRAFFIC, "left-out", "counted"));
        effects.put("energyTable", effect(WIDE, DRAM_ENERGY, "horowitz-45nm-hbm", "horowitz-45nm-ddr"));
        effects.put("batch", effect(WIDE, INPUTS, "1", "2"));
        return effects;
    }

    private static Map<String, Effect> sparten() {
        Map<String, Effect> effects = common();
        effects.put("clusters", effect(WIDE, CYCLES, "64", "16", FAST));
        effects.put("units", effect(WIDE, CYCLES, "64", "16", FAST));
        // a pair of chunks takes at least a cycle
        effects.put("chunk", effect(SPARSE, CYCLES, "128", "64", FAST));
        effects.put("slack", effect(WIDE, CYCLES, "4", "0", FAST));
        effects.put("balancing", effect(WIDE, CYCLES, "hybrid", "none", FAST));
        effects.put("onChipBuffer", effect(WIDE, INPUTS, "1 MiB", "1 KiB"));
        effects.put("unitBuffer", effect(WIDE, AREA, "1 KiB", "4 KiB"));
        effects.put("format", effect(WIDE, WEIGHTS, "bitmask", "pairs"));
        effects.put("inputs", effect(WIDE, INPUTS, "resident", "windows"));
        return effects;
    }

    private static Map<String, Effect> fusedLayer() {
        Map<String, Effect> effects = common();
        effects.put("unrollOutputs", effect(WIDE, CYCLES, "64", "16", FAST));
        effects.put("unrollInputs", effect(WIDE, CYCLES, "64", "16", FAST));
        effects.put("unrolling", effect(FIRST, CYCLES, "any", "depthwise", FAST));
        effects.put("groups", effect(SHRINKING, TRAFFIC, "any", "one-height"));
        effects.put("filterBuffer", effect(CHAIN, TRAFFIC, "1 GiB", "12 kB"));
        effects.put("elementBytes", effect(WIDE, TRAFFIC, "1", "2"));
        effects.put("vectorWidth", effect(POOLING, CYCLES, "64", "4", FAST));
        effects.put("accumulatorPixels", effect(WIDE, SRAM_ENERGY, "256", "8"));
        effects.put("pipelineDepth", effect(CHAIN, CYCLES, "8", "200", FAST));
        effects.put("onChipBuffer", effect(CHAIN, TRAFFIC, "3 MiB", "20 KiB", "accumulatorPixels=16"));
        effects.put("bufferBanks", effect(WIDE, SRAM_ENERGY, "96", "4"));
        // each tile reads its filters from the buffer
        effects.put("minimumTiles", effect(WIDE, SRAM_ENERGY, "1", "8"));
        effects.put(
                "variant",
                effect(CHAIN, PERFORMED, "reuse", "recompute", "onChipBuffer=36 KiB", "accumulatorPixels=16"));
        return effects;
    }

    private static Map<String, Effect> scnn() {
        Map<String, Effect> effects = common();
        effects.put("gridRows", effect(WIDE, CYCLES, "8", "2", FAST));
        effects.put("gridColumns", effect(WIDE, CYCLES, "8", "2", FAST));
        effects.put("weightVector", effect(WIDE, CYCLES, "8", "2", FAST));
        effects.put("activationVector", effect(FIRST, CYCLES, "8", "1", FAST));
        effects.put("banks", effect(WIDE, CYCLES, "128", "32", FAST, "bankEntries=128"));
        // fewer sums: smaller groups, at the end of each of which all elements wait for the slowest
        effects.put("bankEntries", effect(WIDE, CYCLES, "32", "1", FAST));
        effects.put("bankQueue", effect(WIDE, CYCLES, "16", "0", FAST));
        effects.put("indexBits", effect(SPARSE, WEIGHTS, "5", "1"));
        effects.put("activationRam", effect(CHAIN, TRAFFIC, "10 KiB", "16 B"));
        effects.put("weightFifo", effect(WIDE, AREA, "512 B", "8 KiB"));
        effects.put("ppuWidth", effect(POOLING, CYCLES, "16", "1", FAST));
        return effects;
    }

    private static Map<String, Effect> systolic() {
        Map<String, Effect> effects = common();
        effects.put("rows", effect(WIDE, CYCLES, "64", "16", FAST));
        effects.put("columns", effect(WIDE, CYCLES, "64", "16", FAST));
        effects.put("inputBuffer", effect(WIDE, INPUTS, "1 MiB", "1 KiB"));
        // positions in the outer loop, so that all filters come again
        effects.put("filterBuffer", effect(WIDE, WEIGHTS, "1 MiB", "1 KiB"));
        effects.put("outputBuffer", effect(WIDE, TRAFFIC, "1 MiB", "1 KiB"));
        effects.put("vectorWidth", effect(POOLING, CYCLES, "64", "4", FAST));
        return effects;
    }

    private static Map<String, Effect> structured() {
        Map<String, Effect> effects = common();
        effects.put("filters", effect(WIDE, CYCLES, "64", "16", FAST));
        effects.put("positions", effect(WIDE, CYCLES, "32", "8", FAST));
        effects.put("inputBuffer", effect(WIDE, INPUTS, "1 MiB", "1 KiB"));
        effects.put("filterBuffer", effect(WIDE, WEIGHTS, "1 MiB", "1 KiB"));
        effects.put("vectorWidth", effect(POOLING, CYCLES, "64", "4", FAST));
        return effects;
    }

    private static final Map<String, Map<String, Effect>> EFFECTS = Map.of(
            "sparten-ideal",
            sparten(),
            "fused-layer-ideal",
            fusedLayer(),
            "scnn",
            scnn(),
            "structured",
            structured(),
            "systolic",
            systolic());

    /** Shows of a hardware's parameter what another accelerator shows better than the usual one. */
    private static final Map<String, String> SHOWN_BY = Map.of("systolic filterBuffer", "systolic-os");

    @Test
    void everyHardwareOfThisModuleIsHere() {
        List<String> declared = ISOS.accelerators().values().stream()
                .filter(a ->
                        ISOS.dataflows().get(a.dataflow()).getClass().getName().startsWith("dev.isos.baselines"))
                .map(a -> a.hardware())
                // a kind that has an ideal twin has the twin's parameters and model
                .filter(hardware -> !ISOS.hardware().containsKey(hardware + "-ideal"))
                .distinct()
                .sorted()
                .toList();
        assertEquals(declared, EFFECTS.keySet().stream().sorted().toList());
    }

    @TestFactory
    Stream<DynamicTest> everyParameterHasItsEffect() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String hardware : EFFECTS.keySet().stream().sorted().toList()) {
            HardwareModelFactory factory = ISOS.hardware().get(hardware);
            Map<String, Effect> effects = EFFECTS.get(hardware);
            List<String> keys =
                    factory.parameters().stream().map(HardwareParameter::key).toList();
            assertTrue(keys.containsAll(effects.keySet()), hardware + " does not declare all of " + effects.keySet());
            for (String key : keys) {
                tests.add(DynamicTest.dynamicTest(hardware + " " + key, () -> {
                    Effect effect = effects.get(key);
                    assertNotNull(effect, "no effect of parameter " + key + " of " + hardware + " is tested");
                    String accelerator = SHOWN_BY.getOrDefault(hardware + " " + key, ACCELERATORS.get(hardware));
                    double less = quantity(effect, accelerator, key + "=" + effect.less());
                    double more = quantity(effect, accelerator, key + "=" + effect.more());
                    assertTrue(
                            less < more,
                            key + ": " + less + " with " + effect.less() + ", " + more + " with " + effect.more());
                }));
            }
        }
        return tests.stream();
    }

    private static double quantity(Effect effect, String accelerator, String setting) {
        List<String> settings = new ArrayList<>(effect.others());
        settings.add(setting);
        RunResult result = ISOS.run(
                effect.workload(),
                ISOS.accelerator(new AcceleratorRequest(
                        accelerator, Optional.empty(), settings, Optional.empty(), Optional.empty())),
                RunOptions.defaults());
        return effect.quantity().applyAsDouble(result);
    }
}
