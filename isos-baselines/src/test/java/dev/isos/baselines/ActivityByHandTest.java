package dev.isos.baselines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.dataflow.Dataflow;
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
import dev.isos.baselines.systolic.Stationarity;
import dev.isos.baselines.systolic.SystolicDataflow;
import dev.isos.baselines.systolic.SystolicFactory;
import dev.isos.testkit.Bench;
import java.util.Arrays;
import java.util.List;
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

    /** A line for each component and action, those that do nothing left out. */
    private static String activity(Workload workload, Dataflow dataflow, HardwareModel model) {
        return Bench.run(workload, dataflow, model).activity().stream()
                .filter(count -> count.count() != 0)
                .map(ActivityByHandTest::line)
                .collect(Collectors.joining("\n"));
    }

    private static String line(ActivityCount count) {
        return count.component() + " " + count.action() + " " + count.count();
    }

    private static String systolic(Stationarity stationarity, Workload workload, String... settings) {
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

    private static String sparten(Workload workload, String... settings) {
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
                unitBuffers write 8
                unitBuffers read 36
                onChipBuffer write 10
                onChipBuffer read 4
                postOps operation 2
                dram read 10
                dram write 2""", sparten(workload, "clusters=1", "units=2", "chunk=64", "balancing=none"));
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
                postOps operation 3
                dram read 7
                dram write 4""", sparten(workload, "clusters=1", "units=4", "chunk=64", "balancing=none"));
    }

    private static String scnn(Workload workload, String... settings) {
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
                crossbars operation 36
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
                crossbars operation 216
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

    private static String fused(Workload workload) {
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
                postOps operation 24
                onChipBuffer read 80
                onChipBuffer write 68
                accumulators read 192
                accumulators write 192
                dram read 88
                dram write 48""", fused(convolution(new FeatureMapShape(4, 1, 3), 8, Window.square(1, 1, 0))));
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
}
