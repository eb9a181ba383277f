package dev.isos.hw.stepped;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.Normalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.ChannelNormaliser;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.ResponseNormaliser;
import dev.isos.core.wavefront.frontend.PackedFilters;
import dev.isos.core.wavefront.mapping.ChannelSplit;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A layer of the segment at hand, with everything that tells a unit what to do with an item of it. */
final class LayerContext {
    final Layer layer;
    final LayerFactors factors;
    final List<Pass> passes;
    final Requantisation requantisation;

    /** Null without one; only a convolution has filters and partial results. */
    final Window window;

    final FilterTensor filters;
    final ContextArray partials;
    final ResponseNormaliser normaliser;
    private final ChannelNormaliser wholeNormaliser;

    private final int segment;
    private final TensorMemory memory;
    private final Network network;
    private final List<Integer> inputParts;
    private final List<Integer> secondParts;

    /** {kernel row, output channel} of the partial results that have a place; empty where they have coordinates. */
    private final boolean[][] places;

    /** Of a streamed layer: first element of the input, in the order [W, H, C], of each step, and the end. */
    private final int[] stepStart;

    /** Non-zero weights that each step brings. */
    private int[] stepWeights = new int[0];

    /** Room for the weights of an element. */
    private long[] room = new long[0];

    /**
     * @param partialColumns columns of partial results that the mapping sets aside, 0 without filters
     * @param withPlaces whether partial results have places
     */
    LayerContext(
            int segment,
            Network network,
            Layer layer,
            LayerParameters parameters,
            LayerFactors factors,
            List<Pass> passes,
            TensorMemory memory,
            int partialColumns,
            boolean withPlaces) {
        this.segment = segment;
        this.network = network;
        this.layer = layer;
        this.factors = factors;
        this.passes = passes;
        this.memory = memory;
        this.requantisation = parameters.requantisation();
        this.inputParts = network.materialisedParts(layer.inputs().get(0));
        int second = layer.op() instanceof ElementwiseAdd ? layer.inputs().get(1) : layer.residual();
        boolean hasSecond = layer.op() instanceof ElementwiseAdd || layer.hasResidual();
        this.secondParts = hasSecond ? network.materialisedParts(second) : List.of();
        this.normaliser =
                layer.op() instanceof LocalResponseNormalisation op ? new ResponseNormaliser(op, requantisation) : null;
        this.wholeNormaliser = layer.op() instanceof Normalisation op && normaliser == null
                ? ChannelNormaliser.of(op, requantisation)
                : null;
        boolean convolution = layer.op() instanceof Convolution;
        this.filters = convolution ? parameters.filters().orElseThrow() : null;
        this.window = layer.op() instanceof Pooling pooling
                ? pooling.window()
                : layer.convolution().map(Convolution::window).orElse(null);
        this.partials = convolution ? new ContextArray(this, partialColumns) : null;
        this.places = withPlaces && convolution && !factors.streamed() ? places() : new boolean[0][];
        this.stepStart = factors.streamed() ? cutIntoSteps() : new int[0];
    }

    /** A place is there as soon as one weight leads to it. */
    private boolean[][] places() {
        boolean[][] reached = new boolean[window.rows()][layer.outputShape().channels()];
        for (int r = 0; r < window.rows(); r++) {
            for (int c = 0; c < layer.filterShape().inputChannels(); c++) {
                for (int s = 0; s < window.columns(); s++) {
                    int fiber = filters.fiber(c, r, s);
                    for (int i = filters.starts()[fiber]; i < filters.starts()[fiber + 1]; i++) {
                        reached[r][filters.coordinates()[i]] = true;
                    }
                }
            }
        }
        return reached;
    }

    /** Whether the partial result of a kernel row and an output channel has a place. */
    boolean hasPlace(int r, int k) {
        return places.length > 0 && places[r][k];
    }

    int segment() {
        return segment;
    }

    /** Output of a channel that depends on others of its position; no more than those are on chip for sure. */
    int normalised(int channel, int p, int q) {
        Normalisation op = (Normalisation) layer.op();
        byte[] in = new byte[layer.inputShape().channels()];
        byte[] out = new byte[in.length];
        boolean signed = false;
        for (int c = op.firstChannel(channel, in.length); c <= op.lastChannel(channel, in.length); c++) {
            int value = input(c, p, q);
            signed |= value < 0;
            in[c] = (byte) value;
        }
        wholeNormaliser.fiber(in, 0, signed, out, 0, in.length);
        return ActivationTensor.decode(out[channel], requantisation.signedOutput());
    }

    /** A step ends when it has its share of the layer's weights, met or not by an activation that is not zero. */
    private int[] cutIntoSteps() {
        int steps = factors.streamSteps();
        int elements = layer.inputShape().elements();
        int[] starts = new int[steps + 1];
        Arrays.fill(starts, elements);
        starts[0] = 0;
        int[] met = new int[elements];
        long all = 0;
        for (int element = 0; element < elements; element++) {
            met[element] = reached(element);
            all += met[element];
        }
        // those that meet nothing but padding are spread over the steps
        long padding = filters.nonZeros() - all;
        stepWeights = new int[steps];
        for (int step = 0; step < steps; step++) {
            stepWeights[step] = (int) (padding * (step + 1) / steps - padding * step / steps);
        }
        int step = 0;
        long weights = 0;
        for (int element = 0; element < elements; element++) {
            while (step + 1 < steps && weights >= all * (step + 1) / steps) {
                starts[++step] = element;
            }
            weights += met[element];
            stepWeights[step] += met[element];
        }
        return starts;
    }

    /** Passes of items: those of a streamed layer are all of the first one. */
    int pass(int step, int columns) {
        return factors.streamed() ? 0 : step / columns;
    }

    /** Bounds of the parts of an output fiber. */
    int[] parts(int pass) {
        return ChannelSplit.bounds(
                passes.get(pass).firstChannel(), passes.get(pass).endChannel(), factors.outputLanes());
    }

    /** Non-zero weights that a load brings: a tile of K, or a step of a streamed layer. */
    int weightsOf(int tile) {
        if (factors.streamed()) {
            return stepWeights[tile];
        }
        int count = 0;
        Pass k = passes.get(tile * factors.rowTiles());
        for (char channel : filters.coordinates()) {
            count += channel >= k.firstChannel() && channel < k.endChannel() ? 1 : 0;
        }
        return count;
    }

    /** Load of the weights that a front-end item uses. */
    int tile(int step) {
        return factors.streamed() ? step : step / layer.inputShape().width() / factors.rowTiles();
    }

    /**
     * The non-zero activations of a front-end item, as elements of the input in the order [W, H, C]: of its fiber, or of its step,
     * every so-manieth from that of the item's lane on.
     */
    List<Integer> elements(int step, int row, int laneOfRow) {
        int channels = layer.inputShape().channels();
        int height = layer.inputShape().height();
        int from = (step % layer.inputShape().width() * height + row) * channels;
        int to = from + channels;
        if (factors.streamed()) {
            from = stepStart[step];
            to = stepStart[step + 1];
        }
        List<Integer> mine = new ArrayList<>();
        int count = 0;
        int fiber = -1;
        boolean reads = false;
        for (int i = from; i < to; i++) {
            int element = factors.streamed() ? i : from + PackedFilters.channel(layer.filterShape(), i - from);
            if (element / channels != fiber) {
                fiber = element / channels;
                reads = reachesOutput(pass(step, layer.inputShape().width()), fiber);
            }
            if (reads && value(element) != 0 && count++ % factors.rowLanes() == laneOfRow) {
                mine.add(element);
            }
        }
        return mine;
    }

    /** Whether some kernel position leads from a fiber of the input to an output of a pass. */
    private boolean reachesOutput(int pass, int fiber) {
        boolean row = false;
        boolean column = false;
        for (int r = 0; r < window.rows(); r++) {
            int p = window.outputRow(
                    fiber % layer.inputShape().height(), r, layer.outputShape().height());
            row |= p >= passes.get(pass).firstOutput() && p < passes.get(pass).endOutput();
        }
        for (int s = 0; s < window.columns(); s++) {
            int w = fiber / layer.inputShape().height();
            column |= window.outputColumn(w, s, layer.outputShape().width()) >= 0;
        }
        return row && column;
    }

    /** Value of an element of the main input. */
    int value(int element) {
        int channels = layer.inputShape().channels();
        int fiber = element / channels;
        return input(
                element % channels,
                fiber % layer.inputShape().height(),
                fiber / layer.inputShape().height());
    }

    /** The weights that an activation meets: of each its column of the output, kernel row, output channel and value. */
    record Weights(long[] packed) {
        private static long pack(int q, int r, int k, byte value) {
            return (long) q << 40 | (long) r << 24 | k << 8 | value & 0xFF;
        }

        int size() {
            return packed.length;
        }

        /** Column of the output that the product goes to. */
        int q(int i) {
            return (int) (packed[i] >> 40);
        }

        /** Kernel row. */
        int r(int i) {
            return (int) (packed[i] >> 24) & 0xFFFF;
        }

        /** Output channel. */
        int k(int i) {
            return (int) (packed[i] >> 8) & 0xFFFF;
        }

        int value(int i) {
            return (byte) packed[i];
        }
    }

    /** How many weights an element of the input meets in all passes. */
    private int reached(int element) {
        int c = element % layer.inputShape().channels();
        int fiber = element / layer.inputShape().channels();
        int reached = 0;
        for (int s = 0; s < window.columns(); s++) {
            int w = fiber / layer.inputShape().height();
            boolean column = window.outputColumn(w, s, layer.outputShape().width()) >= 0;
            for (int r = 0; r < window.rows() && column; r++) {
                int h = fiber % layer.inputShape().height();
                int at = filters.fiber(c, r, s);
                boolean row = window.outputRow(h, r, layer.outputShape().height()) >= 0;
                reached += row ? filters.starts()[at + 1] - filters.starts()[at] : 0;
            }
        }
        return reached;
    }

    /** The weights that an element of the input meets in a pass, compressed over all kernel positions and output channels. */
    Weights weights(int pass, int element) {
        int c = element % layer.inputShape().channels();
        int fiber = element / layer.inputShape().channels();
        int h = fiber % layer.inputShape().height();
        int w = fiber / layer.inputShape().height();
        Pass tile = passes.get(pass);
        int most = reached(element);
        room = room.length < most ? new long[most] : room;
        int count = 0;
        for (int s = 0; s < window.columns(); s++) {
            int q = window.outputColumn(w, s, layer.outputShape().width());
            for (int r = 0; r < window.rows() && q >= 0; r++) {
                int p = window.outputRow(h, r, layer.outputShape().height());
                int at = filters.fiber(c, r, s);
                for (int i = filters.starts()[at];
                        i < filters.starts()[at + 1] && p >= tile.firstOutput() && p < tile.endOutput();
                        i++) {
                    int k = filters.coordinates()[i];
                    if (k >= tile.firstChannel() && k < tile.endChannel()) {
                        room[count++] = Weights.pack(q, r, k, filters.payloads()[i]);
                    }
                }
            }
        }
        return new Weights(Arrays.copyOf(room, count));
    }

    /** An element of the main input. */
    int input(int c, int h, int w) {
        return read(inputParts, c, h, w);
    }

    boolean hasSecond() {
        return !secondParts.isEmpty();
    }

    /** An element of the second operand. */
    int second(int c, int h, int w) {
        return read(secondParts, c, h, w);
    }

    private int read(List<Integer> parts, int c, int h, int w) {
        int channel = c;
        for (int part : parts) {
            int channels = network.shapeOf(part).channels();
            if (channel < channels) {
                return memory.read(segment, part, channel, h, w);
            }
            channel -= channels;
        }
        throw new IllegalArgumentException("channel " + c + " is outside the operand of " + layer.name());
    }

    /** A post-op unit writes an output. */
    void write(int k, int p, int q, int value) {
        memory.write(segment, layer.index(), k, p, q, value);
    }
}
