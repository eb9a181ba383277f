package dev.isos.baselines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.Activity.Term;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.baselines.fusedlayer.FusedLayerDataflow;
import dev.isos.baselines.fusedlayer.FusedLayerFactory;
import dev.isos.baselines.scnn.ScnnDataflow;
import dev.isos.baselines.scnn.ScnnFactory;
import dev.isos.baselines.sparten.SparTenDataflow;
import dev.isos.baselines.sparten.SparTenFactory;
import dev.isos.baselines.structured.StructuredDataflow;
import dev.isos.baselines.structured.StructuredMachine;
import dev.isos.baselines.systolic.Stationarity;
import dev.isos.baselines.systolic.SystolicDataflow;
import dev.isos.baselines.systolic.SystolicFactory;
import dev.isos.testkit.Bench;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What every component of a machine does for a layer of a few elements, which energy is paid for. */
class ActivityByHandTest {
    private static byte[] ones(int length) {
        byte[] ones = new byte[length];
        Arrays.fill(ones, (byte) 1);
        return ones;
    }

    private static Workload workload(Network network, byte[] image, byte[] weights) {
        Layer layer = network.output();
        Requantisation identity = new Requantisation(
                new int[layer.outputShape().channels()],
                factors(layer.outputShape().channels()),
                1f,
                layer.hasResidual() ? 1f : 0f,
                0,
                255,
                1f);
        return new Workload(
                new WorkloadInfo("w", "n", 1, "by hand", 1f),
                network,
                List.of(
                        weights.length > 0
                                ? new LayerParameters(FilterTensor.fromDense(layer.filterShape(), weights), identity)
                                : new LayerParameters(identity)),
                new ActivationTensor(network.input(), false, image),
                List.of());
    }

    private static float[] factors(int channels) {
        float[] factors = new float[channels];
        Arrays.fill(factors, 1f);
        return factors;
    }

    /** A convolution of the image, all of whose values and weights are one. */
    private static Workload convolution(FeatureMapShape image, int outputs, Window window, int residual) {
        NetworkBuilder builder = new NetworkBuilder("n", image);
        builder.add("layer", new Convolution(outputs, 1, window), List.of(Layer.NETWORK_INPUT), residual);
        Network network = builder.build();
        return workload(
                network,
                ones(image.elements()),
                ones(network.output().filterShape().elements()));
    }

    private static Workload convolution(FeatureMapShape image, int outputs, Window window) {
        return convolution(image, outputs, window, Layer.NONE);
    }

    private static Workload pooling(PoolingKind kind, FeatureMapShape image, Window window, byte[] values) {
        NetworkBuilder builder = new NetworkBuilder("n", image);
        builder.add("layer", new Pooling(kind, window, false), List.of(Layer.NETWORK_INPUT), Layer.NONE);
        return workload(builder.build(), values, new byte[0]);
    }

    /**
     * Counts that are the same whatever runs: one phase writes all that is written; a systolic array reads back the partial sums that it
     * has stored, and stores a byte for each output.
     */
    private static final Map<String, Set<Set<String>>> SAME = Map.of(
            "fused-layer-ideal", Set.of(Set.of(Activity.WRITTEN, "store-output.bytes")),
            "scnn", Set.of(Set.of(Activity.WRITTEN, "store-outputs.bytes")),
            "sparten-ideal", Set.of(Set.of(Activity.WRITTEN, "store-outputs.bytes")),
            "structured", Set.of(Set.of(Activity.WRITTEN, "store-outputs.bytes")),
            "systolic",
                    Set.of(
                            Set.of("load-partials.bytes", "store-partials.bytes"),
                            Set.of("postOps", "store-outputs.bytes")));

    /** Counts of every run of this instance, by kind of machine. */
    private final Map<String, List<Map<String, Long>>> counted = new TreeMap<>();

    private final Map<String, List<HardwareModel>> models = new TreeMap<>();

    /** A line for each component and action, those that do nothing left out. */
    private String activity(Workload workload, Dataflow dataflow, HardwareModel model) {
        Bench bench = Bench.run(workload, dataflow, model);
        String kind = model.spec().model();
        counted.computeIfAbsent(kind, k -> new ArrayList<>()).add(counts(bench));
        models.computeIfAbsent(kind, k -> new ArrayList<>()).add(model);
        return bench.activity().stream()
                .filter(count -> count.count() != 0)
                .map(ActivityByHandTest::line)
                .collect(Collectors.joining("\n"));
    }

    /** All that a formula may name. */
    private static Map<String, Long> counts(Bench bench) {
        Map<String, Long> counts = new TreeMap<>(bench.report().counts());
        int at = 0;
        for (WorkMetric metric : bench.schema().metrics()) {
            for (int i = 0; i < metric.width(); i++) {
                counts.merge(metric.id(), bench.total(at++), Long::sum);
            }
        }
        for (int phase = 0; phase < bench.schema().phases().size(); phase++) {
            Phase of = bench.schema().phases().get(phase);
            counts.put(of.id() + ".bytes", bench.bytes(phase));
            counts.merge(
                    of.kind() == PhaseKind.WRITE ? Activity.WRITTEN : Activity.READ, bench.bytes(phase), Long::sum);
        }
        counts.putIfAbsent(Activity.READ, 0L);
        counts.putIfAbsent(Activity.WRITTEN, 0L);
        return counts;
    }

    private static String line(ActivityCount count) {
        return count.component() + " " + count.action() + " " + count.count();
    }

    private String systolic(Stationarity stationarity, Workload workload, String... settings) {
        return activity(workload, new SystolicDataflow(stationarity), Bench.model(new SystolicFactory(), settings));
    }

    /** 4 positions, 2 filters of 3 channels in one fold: each operand enters once, each sum of 4 bytes leaves once. */
    @Test
    void systolicArrayWithStationarySums() {
        Workload workload = convolution(new FeatureMapShape(3, 2, 2), 2, Window.square(1, 1, 0));
        assertEquals("""
                macs multiply-accumulate 24
                registers read 144
                registers write 144
                inputBuffer write 12
                inputBuffer read 12
                filterBuffer write 6
                filterBuffer read 6
                outputBuffer write 40
                outputBuffer read 40
                postOps operation 8
                dram read 18
                dram write 8""", systolic(Stationarity.OUTPUT, workload, "rows=4", "columns=2"));
    }

    /** The same on two rows: 4 positions in two folds, each of which reads all weights, which have been loaded once. */
    @Test
    void systolicArrayThatReadsWeightsAgain() {
        Workload workload = convolution(new FeatureMapShape(3, 2, 2), 2, Window.square(1, 1, 0));
        assertEquals("""
                macs multiply-accumulate 24
                registers read 144
                registers write 144
                inputBuffer write 12
                inputBuffer read 12
                filterBuffer write 6
                filterBuffer read 12
                outputBuffer write 40
                outputBuffer read 40
                postOps operation 8
                dram read 18
                dram write 8""", systolic(Stationarity.OUTPUT, workload, "rows=2", "columns=2"));
    }

    /**
     * 36 positions, 4 filters of 54 elements in 6 folds of 9. Each fold reads 9 x 36 inputs and 9 x 4 weights and writes 144 sums; all
     * but the first read as many. 100 sums have room, so that 5 times 44 go off chip and come back; 144 outputs of a byte are made of
     * sums of four.
     */
    @Test
    void systolicArrayWithStationaryWeights() {
        Workload workload = convolution(new FeatureMapShape(6, 8, 8), 4, Window.square(3, 1, 0));
        assertEquals("""
                macs multiply-accumulate 7776
                registers read 46656
                registers write 46656
                inputBuffer write 384
                inputBuffer read 1944
                filterBuffer write 216
                filterBuffer read 216
                outputBuffer write 4480
                outputBuffer read 4480
                postOps operation 144
                dram read 1480
                dram write 1024""", systolic(Stationarity.WEIGHT, workload, "rows=9", "columns=4", "outputBuffer=800 B"));
    }

    /**
     * 3 channels spread over rows, 4 positions over columns, 5 filters stream by: 3 x 4 inputs stay, 3 x 5 weights come, 5 x 4 sums are
     * made.
     */
    @Test
    void systolicArrayWithStationaryInputs() {
        Workload workload = convolution(new FeatureMapShape(3, 2, 2), 5, Window.square(1, 1, 0));
        assertEquals("""
                macs multiply-accumulate 60
                registers read 360
                registers write 360
                inputBuffer write 12
                inputBuffer read 12
                filterBuffer write 15
                filterBuffer read 15
                outputBuffer write 100
                outputBuffer read 100
                postOps operation 20
                dram read 27
                dram write 20""", systolic(Stationarity.INPUT, workload, "rows=3", "columns=4"));
    }

    /** The 12 bytes of a residual operand pass through the output buffer, where 12 sums and 12 outputs do. */
    @Test
    void systolicArrayWithAResidual() {
        Workload workload = convolution(new FeatureMapShape(3, 2, 2), 3, Window.square(1, 1, 0), Layer.NETWORK_INPUT);
        assertEquals("""
                macs multiply-accumulate 36
                registers read 216
                registers write 216
                inputBuffer write 12
                inputBuffer read 12
                filterBuffer write 9
                filterBuffer read 9
                outputBuffer write 72
                outputBuffer read 72
                postOps operation 12
                dram read 33
                dram write 12""", systolic(Stationarity.OUTPUT, workload, "rows=4", "columns=3"));
    }

    @Test
    void systolicVectorUnit() {
        Workload workload = pooling(PoolingKind.MAX, new FeatureMapShape(3, 4, 4), Window.square(2, 2, 0), ones(48));
        assertEquals("""
                inputBuffer write 48
                inputBuffer read 48
                outputBuffer write 12
                outputBuffer read 60
                vectorUnit add 48
                postOps operation 12
                dram read 48
                dram write 12""", systolic(Stationarity.OUTPUT, workload));
    }

    private String sparten(Workload workload, String... settings) {
        return activity(workload, new SparTenDataflow(), Bench.model(new SparTenFactory(), settings));
    }

    /**
     * Four channels at one pixel, 3 not zero; filters with 3 and 1 weights, which meet 2 and none of them. Filters are 3 + 1 values, the
     * input 3, each with a byte of mask; outputs are 4 and 0. One chunk of 64 channels is broadcast to both units; each join takes two
     * masks of 8 bytes and 24 operations on bytes.
     */
    @Test
    void spartenJoins() {
        NetworkBuilder builder = new NetworkBuilder("n", new FeatureMapShape(4, 1, 1));
        builder.convolution("layer", Layer.NETWORK_INPUT, 2, 1, 1, 0);
        Workload workload = workload(builder.build(), new byte[] {1, 0, 2, 3}, new byte[] {1, 1, 0, 1, 0, 1, 0, 0});
        assertEquals("""
                macs multiply-accumulate 2
                accumulators read 8
                accumulators write 8
                joinLogic operation 50
                unitBuffers write 14
                unitBuffers read 36
                onChipBuffer write 10
                onChipBuffer read 10
                onChipBuffer deliver 14
                postOps operation 2
                dram read 10
                dram write 2""", sparten(workload, "clusters=1", "units=2", "chunk=64", "balancing=none"));
    }

    /**
     * Two pixels with 3 and 1 non-zeros of four channels, three filters with 3, 1 and 2 weights: of 6 joins come 2 + 1 + 2 + 1 + 0 + 1
     * products. Two units take the filters in two groups, so both pixels, of 4 and 2 bytes, are read twice, once for two units and once
     * for one. Filters take 6 values and 3 masks, outputs 5 values and 2 masks.
     */
    @Test
    void spartenReadsInputsForEachGroupOfFilters() {
        NetworkBuilder builder = new NetworkBuilder("n", new FeatureMapShape(4, 1, 2));
        builder.convolution("layer", Layer.NETWORK_INPUT, 3, 1, 1, 0);
        Workload workload = workload(
                builder.build(), new byte[] {1, 1, 0, 1, 1, 0, 0, 0}, new byte[] {1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1});
        assertEquals("""
                macs multiply-accumulate 7
                accumulators read 28
                accumulators write 28
                joinLogic operation 151
                unitBuffers write 27
                unitBuffers read 110
                onChipBuffer write 15
                onChipBuffer read 21
                onChipBuffer deliver 27
                postOps operation 6
                dram read 15
                dram write 7""", sparten(workload, "clusters=1", "units=2", "chunk=64", "balancing=none"));
    }

    /**
     * Two pixels of four ones, 5 bytes each, of which each of two clusters takes one; they come a second time for the sum. Four filters of
     * 5 bytes go to both clusters; 8 joins of 4 products.
     */
    @Test
    void spartenWithAResidual() {
        Workload workload = convolution(new FeatureMapShape(4, 1, 2), 4, Window.square(1, 1, 0), Layer.NETWORK_INPUT);
        assertEquals("""
                macs multiply-accumulate 32
                accumulators read 128
                accumulators write 128
                joinLogic operation 224
                unitBuffers write 80
                unitBuffers read 192
                onChipBuffer write 40
                onChipBuffer read 40
                onChipBuffer deliver 80
                postOps operation 8
                dram read 40
                dram write 10""", sparten(workload, "clusters=2", "units=4", "chunk=64", "balancing=none"));
    }

    /** Two fibers of three channels with 5 non-zeros and a byte of mask each; outputs 4, 5, 6. */
    @Test
    void spartenReductions() {
        Workload workload = pooling(
                PoolingKind.MAX, new FeatureMapShape(3, 2, 1), new Window(2, 1, 1, 1, 0, 0, 0, 0, 1, 1), new byte[] {
                    1, 0, 3, 4, 5, 6
                });
        assertEquals("""
                accumulators read 20
                accumulators write 20
                joinLogic operation 5
                unitBuffers write 7
                unitBuffers read 5
                onChipBuffer write 7
                onChipBuffer read 7
                onChipBuffer deliver 7
                postOps operation 3
                dram read 7
                dram write 4""", sparten(workload, "clusters=1", "units=4", "chunk=64", "balancing=none"));
    }

    private String scnn(Workload workload, String... settings) {
        return activity(workload, new ScnnDataflow(), Bench.model(new ScnnFactory(), settings));
    }

    /**
     * 4 inputs and 3 filters of 1x1, entries of 12 bits: 5 bytes of weights, 6 of inputs, 18 of outputs. The 3 weights are read for each of
     * 2 vectors of activations. Sums and products have 4 bytes, a product in the crossbar 3.
     */
    @Test
    void scnnOnOneElement() {
        assertEquals(
                """
                macs multiply-accumulate 12
                crossbars transfer 36
                accumulators read 96
                accumulators write 48
                activationRams read 24
                activationRams write 18
                weightFifos write 5
                weightFifos read 9
                postOps operation 12
                dram read 11
                dram write 18""",
                scnn(
                        convolution(new FeatureMapShape(1, 2, 2), 3, Window.square(1, 1, 0)),
                        "gridRows=1",
                        "gridColumns=1",
                        "weightVector=2",
                        "activationVector=2",
                        "banks=16",
                        "bankEntries=1"));
    }

    /**
     * A padded window of 3 columns on 2 x 4 positions over two elements: each has 4 inputs in one vector, 9 weights of its own copy, 36
     * products, and sends a column of 2 x 3 sums to the other.
     */
    @Test
    void scnnOnTwoElements() {
        assertEquals(
                """
                macs multiply-accumulate 72
                crossbars transfer 216
                accumulators read 432
                accumulators write 336
                activationRams read 48
                activationRams write 36
                weightFifos write 28
                weightFifos read 27
                postOps operation 24
                haloLinks operation 48
                dram read 26
                dram write 36""",
                scnn(
                        convolution(new FeatureMapShape(1, 2, 4), 3, new Window(1, 3, 1, 1, 0, 1, 0, 1, 1, 1)),
                        "gridRows=1",
                        "gridColumns=2",
                        "weightVector=8",
                        "activationVector=8",
                        "banks=64",
                        "bankEntries=1"));
    }

    /** A weight of 1x1 in 2 bytes; inputs, residual operands and outputs are 4 each in 6 bytes. */
    @Test
    void scnnWithAResidual() {
        assertEquals(
                """
                macs multiply-accumulate 4
                crossbars transfer 12
                accumulators read 32
                accumulators write 16
                activationRams read 18
                activationRams write 16
                weightFifos write 2
                weightFifos read 3
                postOps operation 4
                dram read 14
                dram write 6""",
                scnn(
                        convolution(new FeatureMapShape(1, 2, 2), 1, Window.square(1, 1, 0), Layer.NETWORK_INPUT),
                        "gridRows=1",
                        "gridColumns=1",
                        "weightVector=2",
                        "activationVector=2",
                        "banks=16",
                        "bankEntries=1"));
    }

    /** 3 channels of 4x4 over 2x2 elements: 6 bytes for the 4 entries of each tile and channel; 48 operands, 3 outputs of one. */
    @Test
    void scnnPoolings() {
        assertEquals(
                """
                accumulators read 12
                activationRams read 53
                activationRams write 75
                postOps operation 51
                dram read 72
                dram write 5""",
                scnn(
                        pooling(PoolingKind.AVERAGE, new FeatureMapShape(3, 4, 4), Window.square(4, 1, 0), ones(48)),
                        "gridRows=2",
                        "gridColumns=2"));
    }

    private String structured(Workload workload, String... settings) {
        return activity(workload, new StructuredDataflow(), Bench.model(StructuredMachine.KIND, settings));
    }

    /**
     * Six channels are two cells. Of the first one filter has three weights, so that all take a second step with four weights of 8 bits;
     * for the second one step with two of 10 bits is enough: 20 bytes for three filters. 8 weights at two positions; 3 steps add to 6 sums.
     */
    @Test
    void structuredSteps() {
        NetworkBuilder builder = new NetworkBuilder("n", new FeatureMapShape(6, 1, 2));
        builder.convolution("layer", Layer.NETWORK_INPUT, 3, 1, 1, 0);
        byte[] weights = {1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1};
        assertEquals("""
                macs multiply-accumulate 16
                selectors transfer 16
                sums read 96
                sums write 72
                filterBuffer write 20
                filterBuffer read 20
                filterBuffer deliver 16
                inputBuffer write 14
                inputBuffer read 12
                inputBuffer deliver 16
                postOps operation 6
                dram read 34
                dram write 8""", structured(workload(builder.build(), ones(12), weights), "filters=3", "positions=2"));
    }

    /**
     * Two blocks of three dense filters, 20 bytes each, at two positions one after the other. Inputs and residual operands take 7 bytes at
     * each position, the three outputs of a block 4.
     */
    @Test
    void structuredBlocksWithAResidual() {
        Workload workload = convolution(new FeatureMapShape(6, 1, 2), 6, Window.square(1, 1, 0), Layer.NETWORK_INPUT);
        assertEquals("""
                macs multiply-accumulate 72
                selectors transfer 72
                sums read 192
                sums write 144
                filterBuffer write 40
                filterBuffer read 80
                filterBuffer deliver 72
                inputBuffer write 28
                inputBuffer read 38
                inputBuffer deliver 72
                postOps operation 12
                dram read 68
                dram write 16""", structured(workload, "filters=3", "positions=1"));
    }

    /** 16 operands, 4 outputs; a byte of mask and four values at each position. */
    @Test
    void structuredReductions() {
        assertEquals(
                """
                sums read 16
                inputBuffer write 20
                inputBuffer read 16
                vectorUnit add 16
                postOps operation 4
                dram read 20
                dram write 5""",
                structured(pooling(PoolingKind.MAX, new FeatureMapShape(4, 2, 2), Window.square(2, 1, 0), ones(16))));
    }

    private String fused(Workload workload) {
        return activity(
                workload,
                new FusedLayerDataflow(),
                Bench.model(
                        new FusedLayerFactory(),
                        "unrollOutputs=4",
                        "unrollInputs=2",
                        "accumulatorPixels=6",
                        "vectorWidth=4",
                        "minimumTiles=1",
                        "elementBytes=2"));
    }

    /**
     * 4 channels at 3 positions to 8: 32 weights once, inputs once for each of 2 blocks of 4 outputs, sums updated for each of 2 blocks of
     * inputs. Off chip an element has two bytes: 12 inputs, 32 weights, 24 outputs.
     */
    @Test
    void fusedLayerArray() {
        assertEquals("""
                macs multiply-accumulate 96
                weightRegisters read 96
                weightRegisters write 32
                postOps operation 24
                onChipBuffer read 80
                onChipBuffer deliver 96
                onChipBuffer write 68
                accumulators read 192
                accumulators write 192
                dram read 88
                dram write 48""", fused(convolution(new FeatureMapShape(4, 1, 3), 8, Window.square(1, 1, 0))));
    }

    /**
     * 16 weights; two pixels of four inputs are read for the products, and for the sum, and as many outputs leave. Each of 8 sums is updated
     * for two blocks of inputs. Off chip come 16 weights and 8 inputs of two bytes.
     */
    @Test
    void fusedLayerResidual() {
        assertEquals(
                """
                macs multiply-accumulate 32
                weightRegisters read 32
                weightRegisters write 16
                postOps operation 8
                onChipBuffer read 40
                onChipBuffer deliver 32
                onChipBuffer write 32
                accumulators read 64
                accumulators write 64
                dram read 48
                dram write 16""", fused(convolution(new FeatureMapShape(4, 1, 2), 4, Window.square(1, 1, 0), Layer.NETWORK_INPUT)));
    }

    /** 16 operands, 4 outputs. */
    @Test
    void fusedLayerVectorUnit() {
        assertEquals(
                """
                vectorUnit add 16
                postOps operation 4
                onChipBuffer read 20
                onChipBuffer write 20
                dram read 32
                dram write 8""", fused(pooling(PoolingKind.MAX, new FeatureMapShape(4, 2, 2), Window.square(2, 1, 0), ones(16))));
    }

    /**
     * Whatever is wrong in a formula changes a number above: a term that is missing, one with another factor, and a count in the place
     * of another.
     */
    @Test
    void noWrongFormulaSurvives() throws ReflectiveOperationException {
        for (Method method : getClass().getDeclaredMethods()) {
            if (method.isAnnotationPresent(Test.class) && !method.getName().equals("noWrongFormulaSurvives")) {
                method.invoke(this);
            }
        }
        List<String> survivors = new ArrayList<>();
        int mutants = 0;
        for (String kind : counted.keySet()) {
            List<Activity> activities = models.get(kind).get(0).activities();
            for (int a = 0; a < activities.size(); a++) {
                List<Term> terms = activities.get(a).terms();
                for (int t = 0; t < terms.size(); t++) {
                    Term term = terms.get(t);
                    for (String other : counted.get(kind).get(0).keySet()) {
                        if (!other.equals(term.count()) && !SAME.get(kind).contains(Set.of(other, term.count()))) {
                            mutants++;
                            if (survives(kind, a, t, (factor, counts) -> factor * counts.get(other))) {
                                survivors.add(kind + ": " + activities.get(a) + " with " + other + " for " + term);
                            }
                        }
                    }
                    mutants += 2;
                    if (survives(kind, a, t, (factor, counts) -> 0.0)) {
                        survivors.add(kind + ": " + activities.get(a) + " without " + term);
                    }
                    if (survives(kind, a, t, (factor, counts) -> (factor + 1) * counts.get(term.count()))) {
                        survivors.add(kind + ": " + activities.get(a) + " with another factor in " + term);
                    }
                }
            }
        }
        assertEquals(List.of(), survivors, survivors.size() + " of " + mutants + " survive");
    }

    /** Whether a term that is evaluated in another way gives the same number in all runs. */
    private boolean survives(
            String kind, int activity, int term, BiFunction<Double, Map<String, Long>, Double> mutant) {
        for (int run = 0; run < counted.get(kind).size(); run++) {
            Map<String, Long> counts = counted.get(kind).get(run);
            Term of =
                    models.get(kind).get(run).activities().get(activity).terms().get(term);
            if (of.factor() * counts.get(of.count()) != mutant.apply(of.factor(), counts)) {
                return false;
            }
        }
        return true;
    }
}
