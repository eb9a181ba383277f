package dev.isos.core.dataflow.isos;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FibertreeFormat;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.Workload;
import dev.isos.core.reference.ReferenceExecutor;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.testkit.SplitMix;
import dev.isos.testkit.WorkloadBuilder;
import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Outputs, counts and the properties of the dataflow, on single layers with arbitrary factors. */
class LayerEngineTest {
    private static final int CASES = 250;

    @Test
    void countsAreThoseOfTheDefinition(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        for (long seed = first; seed < first + CASES; seed++) {
            SplitMix random = new SplitMix(seed);
            Workload workload = RandomWorkloads.layer(seed);
            int outputs = workload.network().layer(0).outputShape().channels();
            int kTiles = random.chance(0.5) ? 1 : random.between(1, Math.min(3, outputs));
            LayerFactors factors =
                    new LayerFactors(kTiles, random.between(1, outputs / kTiles), random.between(1, outputs / kTiles));
            check("seed " + seed + ", " + factors, workload, factors, random.between(1, 5), random.oneOf(1, 2, 8, 16));
        }
    }

    @Test
    void interiorTablesCountLikeSingleIncrements() {
        // large enough maps that positions share tables, dense and sparse, with more outputs than banks
        for (double density : new double[] {0.9, 0.2, 0.03}) {
            WorkloadBuilder builder = new WorkloadBuilder("interior", 77, new FeatureMapShape(6, 10, 9), false, 0.6);
            builder.convolution(Layer.NETWORK_INPUT, 20, 1, Window.square(3, 1, 1), density);
            check("density " + density, builder.build(), new LayerFactors(1, 1, 2), 4, 8);
            check("density " + density, builder.build(), new LayerFactors(2, 3, 1), 4, 128);
        }
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
                    execute(workload, layer, outputs, new LayerFactors(1, 1, 1), 4, 8, recorder);
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
        PartialResults ring = new PartialResults(2, 3, 2, 4);
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

    @Test
    void poolingMergesItsNonZeroOperands() {
        WorkloadBuilder builder = new WorkloadBuilder("pool", 5, new FeatureMapShape(5, 6, 7), true, 0.4);
        builder.pooling(Layer.NETWORK_INPUT, PoolingKind.AVERAGE, Window.square(3, 2, 1), true);
        Workload workload = builder.build();
        Layer layer = workload.network().layer(0);
        LayerWork work = execute(
                workload, layer, new ActivationTensor[1], new LayerFactors(1, 1, 2), 4, 8, WavefrontObserver.NONE);
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
                    assertEquals(merges, work.merges[item++], "q " + q + " p " + p);
                }
            }
        }
    }

    @Test
    void normalisationMergesTheNonZerosOfItsWindows() {
        WorkloadBuilder builder = new WorkloadBuilder("norm", 6, new FeatureMapShape(7, 3, 2), true, 0.5);
        builder.normalisation(Layer.NETWORK_INPUT, 4);
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
                assertEquals(merges, work.merges[fiber * 2 + slice], "fiber " + fiber);
            }
        }
    }

    @Test
    void selectionMergesTheNonZerosThatItMoves() {
        WorkloadBuilder builder = new WorkloadBuilder("select", 7, new FeatureMapShape(7, 3, 2), true, 0.5);
        int[] channels = {6, 0, 3, 3, 2};
        builder.selection(Layer.NETWORK_INPUT, channels);
        Workload workload = builder.build();
        LayerWork work = channelwise(workload);
        int[] slices = ChannelSplit.bounds(0, 5, 2);
        for (int fiber = 0; fiber < 6; fiber++) {
            for (int slice = 0; slice < 2; slice++) {
                int merges = 0;
                for (int k = slices[slice]; k < slices[slice + 1]; k++) {
                    merges += workload.input().values()[fiber * 7 + channels[k]] != 0 ? 1 : 0;
                }
                assertEquals(merges, work.merges[fiber * 2 + slice], "fiber " + fiber);
            }
        }
    }

    private static LayerWork channelwise(Workload workload) {
        Layer layer = workload.network().layer(0);
        return execute(
                workload, layer, new ActivationTensor[1], new LayerFactors(1, 1, 2), 4, 8, WavefrontObserver.NONE);
    }

    private static ActivationTensor operand(Workload workload, ActivationTensor[] outputs, int layer) {
        return Layer.isNetworkInput(layer) ? workload.input(layer) : outputs[layer];
    }

    private static LayerWork execute(
            Workload workload,
            Layer layer,
            ActivationTensor[] outputs,
            LayerFactors factors,
            int weightsPerSlot,
            int banks,
            WavefrontObserver observer) {
        ActivationTensor[] inputs = new ActivationTensor[layer.inputs().size()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = operand(workload, outputs, layer.inputs().get(i));
        }
        ActivationTensor residual = layer.hasResidual() ? operand(workload, outputs, layer.residual()) : null;
        return new LayerEngine(weightsPerSlot, banks, observer)
                .execute(layer, workload.parameters().get(layer.index()), factors, inputs, residual);
    }

    /** Compares one convolution with a count of everything straight from the definitions of {@link IsOsWork}. */
    private static void check(String where, Workload workload, LayerFactors factors, int weightsPerSlot, int banks) {
        Layer layer = workload.network().layer(0);
        LayerWork work = execute(
                workload, layer, new ActivationTensor[1], factors, weightsPerSlot, banks, WavefrontObserver.NONE);
        ActivationTensor expected = ReferenceExecutor.execute(
                layer, workload.parameters().get(0), new ActivationTensor[] {workload.input()}, null);
        assertArrayEquals(expected.values(), work.output.values(), where);

        Window window = ((Convolution) layer.op()).window();
        FilterTensor filters = workload.filters(0);
        ActivationTensor input = workload.input();
        FeatureMapShape in = layer.inputShape();
        FeatureMapShape out = layer.outputShape();
        int[] tiles = factors.tiles(out.channels());
        for (int tile = 0; tile < factors.kTiles(); tile++) {
            int[] slices = ChannelSplit.bounds(tiles[tile], tiles[tile + 1], factors.kSplit());
            for (int w = 0; w < in.width(); w++) {
                TreeSet<Long> asked = new TreeSet<>();
                int wavefrontBytes = 0;
                for (int h = 0; h < in.height(); h++) {
                    for (int slice = 0; slice < factors.kSplit(); slice++) {
                        int from = slices[slice];
                        int to = slices[slice + 1];
                        int products = 0;
                        int chunks = 0;
                        int activations = 0;
                        int bytes = 0;
                        int[] bank = new int[banks];
                        for (int c = 0; c < in.channels(); c++) {
                            if (input.value(c, h, w) == 0) {
                                continue;
                            }
                            int met = 0;
                            boolean read = false;
                            for (int r = 0; r < window.rows(); r++) {
                                for (int s = 0; s < window.columns(); s++) {
                                    if (window.outputRow(h, r, out.height()) < 0
                                            || window.outputColumn(w, s, out.width()) < 0
                                            || !reaches(filters, c, from, to)) {
                                        continue;
                                    }
                                    read = true;
                                    int fiber = filters.fiber(c, r, s);
                                    int fiberBytes = fiberBytes(filters, fiber, c, from, to);
                                    bytes += fiberBytes;
                                    if (asked.add((long) fiber * factors.kSplit() + slice)) {
                                        wavefrontBytes += fiberBytes;
                                    }
                                    for (int j = filters.starts()[fiber]; j < filters.starts()[fiber + 1]; j++) {
                                        int k = filters.coordinates()[j];
                                        if (k >= from && k < to) {
                                            met++;
                                            bank[bank(window, layer, h, w, r, s, k - from, to - from, banks)]++;
                                        }
                                    }
                                }
                            }
                            products += met;
                            chunks += (met + weightsPerSlot - 1) / weightsPerSlot;
                            activations += read ? 1 : 0;
                        }
                        if (filters.shape().depthwise()) {
                            chunks = (products + weightsPerSlot - 1) / weightsPerSlot;
                        }
                        int item = ((tile * in.width() + w) * in.height() + h) * factors.kSplit() + slice;
                        String here = where + ", tile " + tile + " w " + w + " h " + h + " slice " + slice;
                        assertEquals(products, work.products[item], here);
                        assertEquals(chunks, work.chunks[item], here);
                        assertEquals(Arrays.stream(bank).max().orElseThrow(), work.busiestBank[item], here);
                        int steps = work.dispatchSteps[item];
                        assertTrue(steps >= Math.max((chunks + 15) / 16, work.busiestBank[item]), here);
                        assertTrue(steps <= chunks + products, here);
                        assertEquals(activations, work.activations[item], here);
                        assertEquals(bytes, work.filterBytes[item], here);
                    }
                }
                assertEquals(wavefrontBytes, work.wavefrontFilterBytes[tile * in.width() + w], where);
            }
        }
        checkMerges(where, workload, factors, work);
    }

    /** Bank of T[q, h, r, k]: interleaved over the partial results of row h and the slice in the order [q, r, k]. */
    private static int bank(Window window, Layer layer, int h, int w, int r, int s, int k, int channels, int banks) {
        int rank = 0;
        int met = 0;
        for (int other = 0; other < window.rows(); other++) {
            if (window.outputRow(h, other, layer.outputShape().height()) >= 0) {
                met++;
                rank += other < r ? 1 : 0;
            }
        }
        int q = window.outputColumn(w, s, layer.outputShape().width());
        return ((q * met + rank) * channels + k) % banks;
    }

    private static boolean reaches(FilterTensor filters, int c, int from, int to) {
        int first = c / filters.shape().channelsPerGroup() * filters.shape().outputsPerGroup();
        return first < to && from < first + filters.shape().outputsPerGroup();
    }

    private static int fiberBytes(FilterTensor filters, int fiber, int c, int from, int to) {
        int first = c / filters.shape().channelsPerGroup() * filters.shape().outputsPerGroup();
        int low = filters.starts()[fiber];
        while (low < filters.starts()[fiber + 1] && filters.coordinates()[low] < from) {
            low++;
        }
        int high = low;
        while (high < filters.starts()[fiber + 1] && filters.coordinates()[high] < to) {
            high++;
        }
        return 2 + 2 * FibertreeFormat.coordinateEntries(filters.coordinates(), low, high, Math.max(from, first));
    }

    private static void checkMerges(String where, Workload workload, LayerFactors factors, LayerWork work) {
        Layer layer = workload.network().layer(0);
        Window window = ((Convolution) layer.op()).window();
        FilterTensor filters = workload.filters(0);
        FeatureMapShape in = layer.inputShape();
        FeatureMapShape out = layer.outputShape();
        int[] tiles = factors.tiles(out.channels());
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
                                partial[filters.coordinates()[j]] +=
                                        filters.payloads()[j] * workload.input().value(c, h, w);
                            }
                        }
                    }
                    for (int k = 0; k < partial.length; k++) {
                        merges[q * out.height() + p][k] += partial[k] != 0 ? 1 : 0;
                    }
                }
            }
        }
        for (int tile = 0; tile < factors.kTiles(); tile++) {
            int[] slices = ChannelSplit.bounds(tiles[tile], tiles[tile + 1], factors.outputSplit());
            for (int fiber = 0; fiber < out.fibers(); fiber++) {
                for (int slice = 0; slice < factors.outputSplit(); slice++) {
                    int expected = 0;
                    for (int k = slices[slice]; k < slices[slice + 1]; k++) {
                        expected += merges[fiber][k];
                    }
                    int item = (tile * out.fibers() + fiber) * factors.outputSplit() + slice;
                    assertEquals(expected, work.merges[item], where + ", merges of fiber " + fiber);
                    int length = slices[slice + 1] - slices[slice];
                    int entries = FibertreeFormat.coordinateEntries(
                            work.output.values(), fiber * out.channels() + slices[slice], length);
                    assertEquals(Math.min(length, 2 * entries + 2), work.held[item], where + ", held " + fiber);
                }
            }
        }
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
