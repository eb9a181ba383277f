package dev.isos.core.wavefront.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.wavefront.mapping.ChannelSplit;
import dev.isos.core.wavefront.mapping.KernelAxis;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.Pass;
import dev.isos.core.wavefront.mapping.SegmentPasses;
import dev.isos.core.wavefront.mapping.SegmentTensors;
import dev.isos.core.wavefront.work.IntermediateRing;
import dev.isos.core.wavefront.work.LayerWork;
import dev.isos.core.wavefront.work.WavefrontObserver;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.testkit.RandomWorkloads;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Outputs, counts and the properties of the dataflow, on single layers with arbitrary factors. */
class LayerEngineTest {
    private static final int CASES = Integer.getInteger("isos.layer.cases", 250);

    @Test
    void countsAreThoseOfTheDefinition(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        for (long seed = first; seed < first + CASES; seed++) {
            SplitMix random = new SplitMix(seed);
            Workload workload = RandomWorkloads.layer(seed);
            check("seed " + seed, workload, workload.network().layer(0), new ActivationTensor[1], random);
        }
    }

    @Test
    void countsOfAllCornersAreThoseOfTheDefinition(TestReporter reporter) {
        long seed = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(seed));
        SplitMix random = new SplitMix(seed);
        for (Workload workload : RandomWorkloads.corners().values()) {
            ActivationTensor[] outputs = new ActivationTensor[workload.network().size()];
            ReferenceExecutor.execute(workload, (layer, output) -> outputs[layer.index()] = output);
            for (Layer layer : workload.network().layers()) {
                for (int n = 0; layer.op() instanceof Convolution && n < 4; n++) {
                    check("corner " + workload.info().id() + ", seed " + seed, workload, layer, outputs, random);
                }
            }
        }
    }

    @Test
    void interiorTablesCountLikeSingleIncrements() {
        // large enough maps that positions share tables, dense and sparse
        for (double density : new double[] {0.9, 0.2, 0.03}) {
            WorkloadBuilder builder = new WorkloadBuilder("interior", 77, new FeatureMapShape(6, 10, 9), false, 0.6);
            builder.convolution(Layer.NETWORK_INPUT, 20, 1, Window.square(3, 1, 1), density);
            Workload workload = builder.build();
            for (LayerFactors factors : List.of(
                    new LayerFactors(1, 1, 1, 2, 0),
                    new LayerFactors(2, 1, 3, 1, 0),
                    new LayerFactors(1, 4, 2, 3, 0))) {
                check("density " + density, workload, workload.network().layer(0), new ActivationTensor[1], factors, 8);
            }
        }
    }

    /** Two channels of one row, filters of two columns; channel 0 meets 3 and 2 weights, channel 1 meets 0 and 4. */
    @Test
    void vectorsRoundUpForEveryActivation() {
        FilterShape shape = new FilterShape(4, 2, 1, 2, 1);
        byte[] dense = new byte[16];
        int[][][] weights = {{{1, 1, 1, 0}, {0, 1, 1, 0}}, {{0, 0, 0, 0}, {1, 1, 1, 1}}};
        for (int c = 0; c < 2; c++) {
            for (int s = 0; s < 2; s++) {
                for (int k = 0; k < 4; k++) {
                    dense[(k * 2 + c) * 2 + s] = (byte) weights[c][s][k];
                }
            }
        }
        Window window = new Window(1, 2, 1, 1, 0, 0, 0, 0, 1, 1);
        Layer layer = new Layer(
                0,
                "two",
                new Convolution(4, 1, window),
                List.of(Layer.NETWORK_INPUT),
                Layer.NONE,
                new FeatureMapShape(2, 1, 3),
                new FeatureMapShape(4, 1, 2));
        assertEquals(shape, layer.filterShape());
        LayerParameters parameters =
                new LayerParameters(FilterTensor.fromDense(shape, dense), Requantisation.identity(4, true, 1f));
        ActivationTensor input =
                new ActivationTensor(new FeatureMapShape(2, 1, 3), true, new byte[] {1, 1, 1, 1, 0, 1});
        LayerWork work = new LayerEngine(4, WavefrontObserver.NONE)
                .execute(
                        layer,
                        parameters,
                        new LayerFactors(1, 1, 2, 1, 0),
                        List.of(new Pass(0, 1, 0, 1, 0, 4)),
                        new ActivationTensor[] {input},
                        null);
        // column 0 meets s = 0 alone, column 1 both, column 2 s = 1 alone, where channel 1 is the only one: to lane 0
        assertArrayEquals(new int[] {3, 0, 5, 4, 4, 0}, work.products());
        assertArrayEquals(new int[] {1, 0, 2, 1, 1, 0}, work.vectors());
        assertArrayEquals(new int[] {1, 1, 1, 1, 1, 0}, work.elements());
        // q = 0: channel 0 at column 0, both at column 1; q = 1: both at column 1, channel 1 at column 2
        assertArrayEquals(new byte[] {2, 3, 3, 1, 2, 2, 2, 1}, work.output().values());
        assertArrayEquals(new int[] {4, 4}, work.merges());
        assertArrayEquals(new int[] {8, 8}, work.held());
    }

    @Test
    void inputsAreReadOnceAndOutputsWrittenOnceInOrder() {
        for (Workload workload : RandomWorkloads.corners().values()) {
            ActivationTensor[] outputs = new ActivationTensor[workload.network().size()];
            ReferenceExecutor.execute(workload, (layer, output) -> outputs[layer.index()] = output);
            for (Layer layer : workload.network().layers()) {
                if (layer.op() instanceof Convolution convolution) {
                    Recorder recorder = new Recorder(
                            layer, operand(workload, outputs, layer.inputs().get(0)));
                    execute(workload, layer, outputs, new LayerFactors(1, 1, 1, 1, 0), 4, recorder);
                    recorder.verify(workload.info().id(), convolution.window());
                }
            }
        }
    }

    @Test
    void partialResultsLiveInTheColumnsOfAWindowOnly() {
        assertEquals(3, KernelAxis.liveOutputs(3, 1, 1));
        assertEquals(2, KernelAxis.liveOutputs(3, 1, 2));
        assertEquals(4, KernelAxis.liveOutputs(7, 1, 2));
        assertEquals(5, KernelAxis.liveOutputs(3, 2, 1));
        assertEquals(1, KernelAxis.liveOutputs(1, 1, 1));
        assertEquals(1, KernelAxis.liveOutputs(2, 1, 3));
        IntermediateRing ring = new IntermediateRing(2, 0, 3, 2, 4);
        ring.open(0);
        ring.open(1);
        assertEquals(2, ring.mostLive());
        try {
            ring.open(2);
            throw new AssertionError("a third column was opened in a ring of two");
        } catch (IllegalStateException expected) {
            assertEquals("column 2 of partial results is outside the 2 live columns from 0", expected.getMessage());
        }
        ring.close(0);
        ring.open(2);
        assertEquals(2, ring.mostLive());
    }

    /** Two columns of 2 rows, 1 and 2 of the map, with 2 kernel rows of 4 channels. */
    @Test
    void theRingHoldsTheRowsOfItsPass() {
        IntermediateRing ring = new IntermediateRing(2, 1, 3, 2, 4);
        assertEquals(2 * 2 * 2 * 4, ring.values().length);
        assertEquals(0, ring.start(0, 1));
        assertEquals(8, ring.start(0, 2));
        assertEquals(16 + 4, ring.start(1, 1, 1));
    }

    @Test
    void poolingMergesItsNonZeroOperands() {
        WorkloadBuilder builder = new WorkloadBuilder("pool", 5, new FeatureMapShape(5, 6, 7), true, 0.4);
        builder.pooling(Layer.NETWORK_INPUT, PoolingKind.AVERAGE, Window.square(3, 2, 1), true);
        Workload workload = builder.build();
        Layer layer = workload.network().layer(0);
        LayerWork work = execute(
                workload, layer, new ActivationTensor[1], new LayerFactors(1, 1, 1, 2, 0), 4, WavefrontObserver.NONE);
        Window window = Window.square(3, 2, 1);
        int[] slices = ChannelSplit.bounds(0, 5, 2);
        int item = 0;
        for (int q = 0; q < layer.outputShape().width(); q++) {
            for (int p = 0; p < layer.outputShape().height(); p++) {
                for (int slice = 0; slice < 2; slice++) {
                    int merges = 0;
                    for (int w = 0; w < 7; w++) {
                        for (int h = 0; h < 6; h++) {
                            for (int c = slices[slice]; c < slices[slice + 1]; c++) {
                                boolean covered = Math.abs(w - window.inputColumn(q, 1)) <= 1
                                        && Math.abs(h - window.inputRow(p, 1)) <= 1;
                                merges += covered && workload.input().value(c, h, w) != 0 ? 1 : 0;
                            }
                        }
                    }
                    assertEquals(merges, work.merges()[item++], "q " + q + " p " + p);
                }
            }
        }
    }

    @Test
    void normalisationMergesTheNonZerosOfItsWindows() {
        WorkloadBuilder builder = new WorkloadBuilder("norm", 6, new FeatureMapShape(7, 3, 2), true, 0.5);
        builder.localResponseNormalisation(Layer.NETWORK_INPUT, 4);
        Workload workload = builder.build();
        LayerWork work = channelwise(workload);
        int[] slices = ChannelSplit.bounds(0, 7, 2);
        for (int fiber = 0; fiber < 6; fiber++) {
            for (int slice = 0; slice < 2; slice++) {
                int merges = 0;
                for (int k = slices[slice]; k < slices[slice + 1]; k++) {
                    for (int c = k - 1; c <= k + 2; c++) {
                        boolean there = c >= 0 && c < 7 && workload.input().values()[fiber * 7 + c] != 0;
                        merges += there ? 1 : 0;
                    }
                }
                assertEquals(merges, work.merges()[fiber * 2 + slice], "fiber " + fiber);
            }
        }
    }

    @Test
    void selectionMergesTheNonZerosThatItMoves() {
        WorkloadBuilder builder = new WorkloadBuilder("select", 7, new FeatureMapShape(7, 3, 2), true, 0.5);
        int[] channels = {6, 0, 3, 3, 2};
        builder.channelSelection(Layer.NETWORK_INPUT, channels);
        Workload workload = builder.build();
        LayerWork work = channelwise(workload);
        int[] slices = ChannelSplit.bounds(0, 5, 2);
        for (int fiber = 0; fiber < 6; fiber++) {
            for (int slice = 0; slice < 2; slice++) {
                int merges = 0;
                for (int k = slices[slice]; k < slices[slice + 1]; k++) {
                    merges += workload.input().values()[fiber * 7 + channels[k]] != 0 ? 1 : 0;
                }
                assertEquals(merges, work.merges()[fiber * 2 + slice], "fiber " + fiber);
            }
        }
    }

    private static LayerWork channelwise(Workload workload) {
        Layer layer = workload.network().layer(0);
        return execute(
                workload, layer, new ActivationTensor[1], new LayerFactors(1, 1, 1, 2, 0), 4, WavefrontObserver.NONE);
    }

    private static ActivationTensor operand(Workload workload, ActivationTensor[] outputs, int layer) {
        return Layer.isNetworkInput(layer) ? workload.input(layer) : outputs[layer];
    }

    private static List<Pass> passes(Workload workload, Layer layer, LayerFactors factors) {
        return SegmentPasses.of(new SegmentTensors(workload.network(), List.of(layer.index())), factors)
                .ofLayer(0);
    }

    private static LayerWork execute(
            Workload workload,
            Layer layer,
            ActivationTensor[] outputs,
            LayerFactors factors,
            int vectorWidth,
            WavefrontObserver observer) {
        return new LayerEngine(vectorWidth, observer)
                .execute(
                        layer,
                        workload.parameters().get(layer.index()),
                        factors,
                        passes(workload, layer, factors),
                        inputs(workload, layer, outputs),
                        residual(workload, layer, outputs));
    }

    private static ActivationTensor[] inputs(Workload workload, Layer layer, ActivationTensor[] outputs) {
        ActivationTensor[] inputs = new ActivationTensor[layer.inputs().size()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = operand(workload, outputs, layer.inputs().get(i));
        }
        return inputs;
    }

    private static ActivationTensor residual(Workload workload, Layer layer, ActivationTensor[] outputs) {
        return layer.hasResidual() ? operand(workload, outputs, layer.residual()) : null;
    }

    /** Any factors: whole, in tiles of K, in tiles of rows (also more than there are rows), streamed. */
    private static void check(
            String where, Workload workload, Layer layer, ActivationTensor[] outputs, SplitMix random) {
        int channels = layer.outputShape().channels();
        int rows = layer.outputShape().height();
        int tiling = random.between(0, 3);
        int kTiles = tiling == 1 ? random.between(1, Math.min(3, channels)) : 1;
        int rowTiles = tiling == 2 ? random.between(1, rows + 1) : 1;
        int steps = layer.outputShape().fibers() == 1 && random.chance(0.7) ? random.between(1, 5) : 0;
        LayerFactors factors = steps > 0
                ? new LayerFactors(1, 1, random.between(1, 5), random.between(1, channels), steps)
                : new LayerFactors(kTiles, rowTiles, random.between(1, 5), random.between(1, channels / kTiles), 0);
        check(where, workload, layer, outputs, factors, random.oneOf(1, 2, 4, 8));
    }

    /** Compares one convolution with a count of everything straight from the definitions. */
    private static void check(
            String at,
            Workload workload,
            Layer layer,
            ActivationTensor[] outputs,
            LayerFactors factors,
            int vectorWidth) {
        String where = at + ", layer " + layer.name() + ", " + factors + ", vectors of " + vectorWidth;
        LayerWork work = execute(workload, layer, outputs, factors, vectorWidth, WavefrontObserver.NONE);
        // somebody who watches sees the back end itself at work
        sameWork(where, work, execute(workload, layer, outputs, factors, vectorWidth, new WavefrontObserver() {}));
        ActivationTensor expected = ReferenceExecutor.execute(
                layer,
                workload.parameters().get(layer.index()),
                inputs(workload, layer, outputs),
                residual(workload, layer, outputs));
        assertArrayEquals(expected.values(), work.output().values(), where);
        ActivationTensor input = inputs(workload, layer, outputs)[0];
        List<Pass> passes = passes(workload, layer, factors);
        if (factors.streamed()) {
            checkSteps(where, workload.filters(layer.index()), layer, input, factors, vectorWidth, work);
        } else {
            int items = 0;
            for (int pass = 0; pass < passes.size(); pass++) {
                items += checkFrontEnd(
                        where + ", pass " + pass,
                        workload.filters(layer.index()),
                        layer,
                        input,
                        vectorWidth,
                        work,
                        pass);
            }
            assertEquals(items, work.frontEndItems(), where);
        }
        checkMerges(where, workload.filters(layer.index()), layer, input, passes, factors, work);
    }

    private static void sameWork(String where, LayerWork work, LayerWork watched) {
        assertArrayEquals(work.products(), watched.products(), where);
        assertArrayEquals(work.vectors(), watched.vectors(), where);
        assertArrayEquals(work.elements(), watched.elements(), where);
        assertArrayEquals(work.merges(), watched.merges(), where);
        assertArrayEquals(work.held(), watched.held(), where);
        assertArrayEquals(work.output().values(), watched.output().values(), where);
    }

    @Test
    void outputsOfLayersWithoutFiltersAreThoseOfTheReference() {
        for (Workload workload : RandomWorkloads.corners().values()) {
            ActivationTensor[] outputs = new ActivationTensor[workload.network().size()];
            ReferenceExecutor.execute(workload, (layer, output) -> outputs[layer.index()] = output);
            for (Layer layer : workload.network().layers()) {
                boolean concatenation = layer.op() instanceof dev.isos.api.network.LayerOp.Concatenation;
                if (layer.convolution().isEmpty() && !layer.hasComputedFilters() && !concatenation) {
                    LayerWork work = execute(
                            workload, layer, outputs, new LayerFactors(1, 1, 1, 1, 0), 4, WavefrontObserver.NONE);
                    assertArrayEquals(
                            outputs[layer.index()].values(),
                            work.output().values(),
                            workload.info().id() + ", layer " + layer.name());
                }
            }
        }
    }

    /** Three channels at two positions: both operands of channel 0, the first of channel 1, none of channel 2; then all. */
    @Test
    void additionMergesItsNonZeroOperands() {
        FeatureMapShape shape = new FeatureMapShape(3, 2, 1);
        Layer layer = new Layer(
                0,
                "sum",
                new dev.isos.api.network.LayerOp.ElementwiseAdd(),
                List.of(Layer.NETWORK_INPUT, Layer.networkInput(1)),
                Layer.NONE,
                shape,
                shape);
        LayerParameters parameters =
                new LayerParameters(new Requantisation(new int[3], new float[] {1, 1, 1}, 1f, 1f, -128, 127, 1f));
        ActivationTensor first = new ActivationTensor(shape, true, new byte[] {1, 2, 0, 3, 4, 5});
        ActivationTensor second = new ActivationTensor(shape, true, new byte[] {-6, 0, 0, 7, 8, 9});
        LayerWork work = new LayerEngine(4, WavefrontObserver.NONE)
                .execute(
                        layer,
                        parameters,
                        new LayerFactors(1, 1, 1, 3, 0),
                        List.of(new Pass(0, 2, 0, 2, 0, 3)),
                        new ActivationTensor[] {first, second},
                        null);
        assertArrayEquals(new int[] {2, 1, 0, 2, 2, 2}, work.merges());
        assertArrayEquals(new byte[] {-5, 2, 0, 10, 12, 14}, work.output().values());
    }

    /** Weights of the output channels {@code from .. to - 1} that activation (c, h, w) meets on output rows of the pass. */
    private static int met(FilterTensor filters, Layer layer, Pass pass, int c, int h, int w) {
        Window window = ((Convolution) layer.op()).window();
        int met = 0;
        for (int r = 0; r < window.rows(); r++) {
            for (int s = 0; s < window.columns(); s++) {
                if (reaches(layer, pass, h, w, r, s)) {
                    int fiber = filters.fiber(c, r, s);
                    for (int j = filters.starts()[fiber]; j < filters.starts()[fiber + 1]; j++) {
                        int k = filters.coordinates()[j];
                        met += k >= pass.firstChannel() && k < pass.endChannel() ? 1 : 0;
                    }
                }
            }
        }
        return met;
    }

    private static boolean reaches(Layer layer, Pass pass, int h, int w, int r, int s) {
        Window window = ((Convolution) layer.op()).window();
        int p = window.outputRow(h, r, layer.outputShape().height());
        int q = window.outputColumn(w, s, layer.outputShape().width());
        return q >= 0 && p >= pass.firstOutput() && p < pass.endOutput();
    }

    private static boolean reached(Layer layer, Pass pass, int h, int w) {
        Window window = ((Convolution) layer.op()).window();
        for (int r = 0; r < window.rows(); r++) {
            for (int s = 0; s < window.columns(); s++) {
                if (reaches(layer, pass, h, w, r, s)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The channels as a fiber streams by: one of every group in turn. */
    private static List<Integer> streamed(FilterShape shape) {
        List<Integer> channels = new ArrayList<>();
        for (int c = 0; c < shape.channelsPerGroup(); c++) {
            for (int group = 0; group < shape.groups(); group++) {
                channels.add(group * shape.channelsPerGroup() + c);
            }
        }
        return channels;
    }

    private static int checkFrontEnd(
            String where,
            FilterTensor filters,
            Layer layer,
            ActivationTensor input,
            int vectorWidth,
            LayerWork work,
            int number) {
        FeatureMapShape in = layer.inputShape();
        Pass pass = work.pass(number);
        int lanes = work.factors().rowLanes();
        int items = 0;
        for (int w = 0; w < in.width(); w++) {
            for (int h = 0; h < in.height(); h++) {
                if (h < pass.firstInput() || h >= pass.endInput()) {
                    assertFalse(reached(layer, pass, h, w), where + ": row " + h + " is needed and not read");
                    continue;
                }
                int[] products = new int[lanes];
                int[] vectors = new int[lanes];
                int[] elements = new int[lanes];
                int dealt = 0;
                for (int c : streamed(filters.shape())) {
                    if (reached(layer, pass, h, w) && input.value(c, h, w) != 0) {
                        int met = met(filters, layer, pass, c, h, w);
                        int lane = dealt++ % lanes;
                        products[lane] += met;
                        vectors[lane] += (int) Math.ceil(met / (double) vectorWidth);
                        elements[lane]++;
                    }
                }
                for (int lane = 0; lane < lanes; lane++) {
                    String here = where + ", w " + w + " h " + h + " lane " + lane;
                    int item = work.frontEndItem(number, w, h, lane);
                    assertEquals(products[lane], work.products()[item], here + ", products");
                    assertEquals(vectors[lane], work.vectors()[item], here + ", vectors");
                    assertEquals(elements[lane], work.elements()[item], here + ", elements");
                    items++;
                }
            }
        }
        return items;
    }

    /** Every element belongs to one step. */
    private static void checkSteps(
            String where,
            FilterTensor filters,
            Layer layer,
            ActivationTensor input,
            LayerFactors factors,
            int vectorWidth,
            LayerWork work) {
        FeatureMapShape in = layer.inputShape();
        Pass whole = work.pass(0);
        int steps = factors.streamSteps();
        int[] stepOf = StreamCut.steps(filters, layer, steps);
        int lanes = factors.rowLanes();
        int[] products = new int[steps * lanes];
        int[] vectors = new int[steps * lanes];
        int[] elements = new int[steps * lanes];
        int[] dealt = new int[steps];
        long[] weights = new long[steps];
        int[] last = new int[steps];
        long legal = 0;
        for (int position = 0; position < in.elements(); position++) {
            int step = stepOf[position];
            int met = met(filters, layer, whole, position, in);
            int fiber = position / in.channels();
            boolean read = reached(layer, whole, fiber % in.height(), fiber / in.height());
            if (read && input.values()[position] != 0) {
                int item = step * lanes + dealt[step]++ % lanes;
                products[item] += met;
                vectors[item] += (int) Math.ceil(met / (double) vectorWidth);
                elements[item]++;
            }
            legal += met;
            weights[step] += met;
            last[step] = fiber;
        }
        assertArrayEquals(products, work.products(), where + ", products");
        assertArrayEquals(vectors, work.vectors(), where + ", vectors");
        assertArrayEquals(elements, work.elements(), where + ", elements");
        long padding = filters.nonZeros() - legal;
        long moved = 0;
        for (int step = 0; step < steps; step++) {
            long others = work.stepWeights(step) - weights[step];
            assertTrue(Math.abs(others - padding / (double) steps) < 1, where + ", weights of step " + step);
            moved += work.stepWeights(step);
            assertTrue(work.stepFiber(step) >= last[step], where + ", fibers of step " + step);
            assertTrue(step == 0 || work.stepFiber(step) >= work.stepFiber(step - 1), where);
        }
        assertEquals(filters.nonZeros(), moved, where + ", weights");
    }

    private static int met(FilterTensor filters, Layer layer, Pass pass, int position, FeatureMapShape in) {
        int fiber = position / in.channels();
        return met(filters, layer, pass, position % in.channels(), fiber % in.height(), fiber / in.height());
    }

    private static void checkMerges(
            String where,
            FilterTensor filters,
            Layer layer,
            ActivationTensor input,
            List<Pass> passes,
            LayerFactors factors,
            LayerWork work) {
        FeatureMapShape out = layer.outputShape();
        int[][] merges = factors.streamed() ? new int[1][out.channels()] : merges(filters, layer, input);
        int items = 0;
        for (int number = 0; number < passes.size(); number++) {
            Pass pass = passes.get(number);
            int lanes = factors.outputLanes();
            int length = pass.endChannel() - pass.firstChannel();
            for (int q = 0; q < out.width(); q++) {
                for (int p = pass.firstOutput(); p < pass.endOutput(); p++) {
                    int made = 0;
                    for (int lane = 0; lane < lanes; lane++) {
                        int from = pass.firstChannel() + length * lane / lanes;
                        int to = pass.firstChannel() + length * (lane + 1) / lanes;
                        int merged = 0;
                        int held = 0;
                        for (int k = from; k < to; k++) {
                            merged += merges[q * out.height() + p][k];
                            held += work.output().value(k, p, q) != 0 ? 2 : 0;
                        }
                        String here = where + ", pass " + number + ", q " + q + " p " + p + " lane " + lane;
                        int item = work.backEndItem(number, q, p, lane);
                        assertEquals(merged, work.merges()[item], here + ", merges");
                        assertEquals(held, work.held()[item], here + ", held");
                        made += work.parts(number)[lane + 1] - work.parts(number)[lane];
                        items++;
                    }
                    assertEquals(length, made, where);
                }
            }
        }
        assertEquals(items, work.backEndItems(), where);
    }

    /** By fiber and channel: how many of the R partial results T[h, r, q, k] of an output are not zero. */
    private static int[][] merges(FilterTensor filters, Layer layer, ActivationTensor input) {
        Window window = ((Convolution) layer.op()).window();
        FeatureMapShape in = layer.inputShape();
        FeatureMapShape out = layer.outputShape();
        int[][] merges = new int[out.fibers()][out.channels()];
        for (int q = 0; q < out.width(); q++) {
            for (int p = 0; p < out.height(); p++) {
                for (int r = 0; r < window.rows(); r++) {
                    int h = window.inputRow(p, r);
                    int[] partial = new int[out.channels()];
                    for (int s = 0; s < window.columns(); s++) {
                        int w = window.inputColumn(q, s);
                        for (int c = 0; c < in.channels(); c++) {
                            if (h < 0 || h >= in.height() || w < 0 || w >= in.width()) {
                                continue;
                            }
                            int fiber = filters.fiber(c, r, s);
                            for (int j = filters.starts()[fiber]; j < filters.starts()[fiber + 1]; j++) {
                                partial[filters.coordinates()[j]] += filters.payloads()[j] * input.value(c, h, w);
                            }
                        }
                    }
                    for (int k = 0; k < partial.length; k++) {
                        merges[q * out.height() + p][k] += partial[k] != 0 ? 1 : 0;
                    }
                }
            }
        }
        return merges;
    }

    /** Records the order of reads and writes of one layer. */
    private static final class Recorder implements WavefrontObserver {
        private final Layer layer;
        private final ActivationTensor input;
        private final int[] reads;
        private int activations;
        private int lastRead = -1;
        private int lastColumn = -1;
        private int written;
        private int mostLive;

        Recorder(Layer layer, ActivationTensor input) {
            this.layer = layer;
            this.input = input;
            this.reads = new int[layer.inputShape().fibers()];
        }

        @Override
        public void inputRead(int tile, int w, int h, int count) {
            int fiber = w * layer.inputShape().height() + h;
            assertTrue(fiber > lastRead, "fibers are read in wavefront order");
            lastRead = fiber;
            lastColumn = w;
            reads[fiber]++;
            activations += count;
        }

        @Override
        public void outputWritten(int tile, int q, int p) {
            assertEquals(written++, q * layer.outputShape().height() + p, "outputs leave in wavefront order");
            Window window = ((Convolution) layer.op()).window();
            int last = Math.min(
                    window.inputColumn(q, window.columns() - 1),
                    layer.inputShape().width() - 1);
            assertTrue(
                    lastColumn <= Math.max(-1, last), "outputs leave before any column that they do not need is read");
        }

        @Override
        public void passEnded(int tile, int mostLiveColumns) {
            mostLive = mostLiveColumns;
        }

        void verify(String where, Window window) {
            FeatureMapShape in = layer.inputShape();
            FeatureMapShape out = layer.outputShape();
            int needed = 0;
            for (int w = 0; w < in.width(); w++) {
                for (int h = 0; h < in.height(); h++) {
                    boolean legal = false;
                    for (int r = 0; r < window.rows(); r++) {
                        for (int s = 0; s < window.columns(); s++) {
                            legal |= window.outputRow(h, r, out.height()) >= 0
                                    && window.outputColumn(w, s, out.width()) >= 0;
                        }
                    }
                    assertEquals(legal ? 1 : 0, reads[w * in.height() + h], where + ": reads of w " + w + " h " + h);
                    for (int c = 0; legal && c < in.channels(); c++) {
                        needed += input.value(c, h, w) != 0 ? 1 : 0;
                    }
                }
            }
            assertEquals(needed, activations, where + ": activations read");
            assertEquals(out.fibers(), written, where + ": fibers written");
            int bound = (int) Math.ceil(
                    ((window.columns() - 1) * window.dilationColumns() + 1) / (double) window.strideColumns());
            assertTrue(mostLive <= bound, where + ": " + mostLive + " live columns, bound " + bound);
        }
    }
}
