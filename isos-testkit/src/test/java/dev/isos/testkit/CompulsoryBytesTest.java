package dev.isos.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.law.CompulsoryBytes;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.GatheredOperands;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** {@link CompulsoryBytes} against asking for every element whether any product needs it. */
class CompulsoryBytesTest {
    @Test
    void everyElementIsAskedFor(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        List<Workload> cases = new ArrayList<>(RandomWorkloads.corners().values());
        cases.addAll(RandomWorkloads.wholeOperands().values());
        for (long seed = first; seed < first + 60; seed++) {
            cases.add(RandomWorkloads.network(seed));
            cases.add(RandomWorkloads.layer(seed));
        }
        int partly = 0;
        for (Workload model : cases) {
            List<ActivationTensor> tensors = PlainReference.outputs(model);
            Workload workload = GatheredOperands.gather(model, tensors::get);
            int size = workload.network().size();
            for (int from = 0; from < size; from++) {
                Segment segment = segment(from, Math.min(size, from + 1 + from % 4));
                CompulsoryBytes compulsory = new CompulsoryBytes(workload, segment);
                for (int layer : segment.layers()) {
                    assertEquals(leaves(workload.network(), segment, layer), compulsory.leaves(layer), where(model));
                }
                for (int tensor : compulsory.entering()) {
                    ActivationTensor values =
                            Layer.isNetworkInput(tensor) ? workload.input(tensor) : tensors.get(tensor);
                    long needed = neededNonZeros(workload, segment, tensor, tensors);
                    assertEquals(needed, compulsory.needed(tensor, values), where(model) + ", tensor " + tensor);
                    partly += needed > 0 && needed < values.nonZeros() ? 1 : 0;
                }
            }
        }
        assertTrue(partly > 20, "only " + partly + " tensors were needed in part");
    }

    private static Segment segment(int from, int to) {
        List<Integer> layers = IntStream.range(from, to).boxed().toList();
        return new Segment(
                layers, layers.stream().map(l -> new LayerMapping(l, Map.of())).toList(), List.of(), List.of());
    }

    private static String where(Workload workload) {
        return workload.info().id() + " (seed " + workload.info().seed() + ")";
    }

    private static boolean leaves(Network network, Segment segment, int tensor) {
        if (network.layer(tensor).op() instanceof Concatenation) {
            return false;
        }
        if (network.materialisedParts(network.output().index()).contains(tensor)) {
            return true;
        }
        List<Integer> readers = network.layers().stream()
                .filter(layer -> !(layer.op() instanceof Concatenation))
                .filter(layer -> layer.operands().stream()
                        .anyMatch(operand -> network.materialisedParts(operand).contains(tensor)))
                .map(Layer::index)
                .toList();
        return readers.isEmpty() || !segment.layers().containsAll(readers);
    }

    /** Non-zeros of a tensor that some layer of the segment cannot do without. */
    private static long neededNonZeros(Workload workload, Segment segment, int tensor, List<ActivationTensor> tensors) {
        ActivationTensor values = Layer.isNetworkInput(tensor) ? workload.input(tensor) : tensors.get(tensor);
        boolean[] needed = new boolean[values.values().length];
        Network network = workload.network();
        for (int index : segment.layers()) {
            Layer layer = network.layer(index);
            for (int input : layer.inputs()) {
                int firstChannel = 0;
                for (int part : network.materialisedParts(input)) {
                    if (part == tensor) {
                        mark(workload, layer, values, firstChannel, needed);
                    }
                    firstChannel += network.shapeOf(part).channels();
                }
            }
            if (layer.hasResidual()
                    && network.materialisedParts(layer.residual()).contains(tensor)) {
                Arrays.fill(needed, true);
            }
        }
        long count = 0;
        for (int i = 0; i < needed.length; i++) {
            count += needed[i] && values.values()[i] != 0 ? 1 : 0;
        }
        return count;
    }

    private static void mark(
            Workload workload, Layer layer, ActivationTensor values, int firstChannel, boolean[] needed) {
        int channels = values.shape().channels();
        for (int w = 0; w < values.shape().width(); w++) {
            for (int h = 0; h < values.shape().height(); h++) {
                for (int c = 0; c < channels; c++) {
                    if (reads(workload, layer, firstChannel + c, h, w)) {
                        needed[values.fiberStart(w, h) + c] = true;
                    }
                }
            }
        }
    }

    private static boolean reads(Workload workload, Layer layer, int c, int h, int w) {
        if (layer.op() instanceof Convolution convolution) {
            Window window = convolution.window();
            FilterTensor filters = workload.filters(layer.index());
            for (int r = 0; r < window.rows(); r++) {
                for (int s = 0; s < window.columns(); s++) {
                    int fiber = filters.fiber(c, r, s);
                    if (reaches(layer, window, h, w, r, s) && filters.starts()[fiber] < filters.starts()[fiber + 1]) {
                        return true;
                    }
                }
            }
            return false;
        }
        if (layer.op() instanceof Pooling pooling) {
            Window window = pooling.window();
            for (int r = 0; r < window.rows(); r++) {
                for (int s = 0; s < window.columns(); s++) {
                    if (reaches(layer, window, h, w, r, s)) {
                        return true;
                    }
                }
            }
            return false;
        }
        if (layer.op() instanceof ChannelSelection selection) {
            return selection.channels().contains(c);
        }
        return !(layer.op() instanceof Concatenation);
    }

    private static boolean reaches(Layer layer, Window window, int h, int w, int r, int s) {
        return window.outputRow(h, r, layer.outputShape().height()) >= 0
                && window.outputColumn(w, s, layer.outputShape().width()) >= 0;
    }
}
