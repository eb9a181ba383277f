package dev.isos.hw.stepped;

import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.Normalisation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.ArrayList;
import java.util.List;

/**
 * One item of a back end: output column q, row p, output channels {@code first .. end - 1}. The operands of a convolution are its
 * partial results over r, those of a pooling the elements under its window, those of an addition its two inputs, those of a local
 * response normalisation the channels around its own. Operands that are zero take no time.
 */
final class BackEndItem {
    final int number;
    final LayerContext context;
    private final LayerOp op;
    private final int pass;
    private final int q;
    private final int p;
    private final int first;
    private final int end;

    /** {kernel row, kernel column, input row, input column} of each operand that lies in the map. */
    private final List<int[]> operands = new ArrayList<>();

    private final int[] sums;
    private final boolean[] complete;
    private final boolean[] written;
    private final int allMerges;
    private final int allPlaces;
    private int k;
    private int operand;
    private int outputs;
    private boolean ahead;

    /** Operands merged that are not zero. */
    int merges;

    /** Places of partial results read, zero or not. */
    int places;

    long start = -1;
    long busy;

    BackEndItem(int number, LayerContext context, int step, int p, int lane) {
        this.number = number;
        this.context = context;
        this.p = p;
        op = context.layer.op();
        FeatureMapShape out = context.layer.outputShape();
        pass = step / out.width();
        q = step % out.width();
        int[] parts = context.parts(pass);
        first = parts[lane];
        end = parts[lane + 1];
        sums = new int[end - first];
        complete = new boolean[end - first];
        written = new boolean[end - first];
        k = first;
        findOperands();
        int nonZeros = 0;
        int placesOfAll = 0;
        for (int channel = first; channel < end; channel++) {
            int before = nonZeros;
            for (int i = 0; i < operands.size(); i++) {
                nonZeros += value(channel, i, false) != 0 ? 1 : 0;
                placesOfAll += context.hasPlace(operands.get(i)[0], channel) ? 1 : 0;
            }
            complete[channel - first] = nonZeros == before;
        }
        allMerges = nonZeros;
        allPlaces = placesOfAll;
    }

    private void findOperands() {
        Window window = context.window;
        if (context.factors.streamed()) {
            operands.add(new int[4]);
        } else if (window != null) {
            // partial results are summed over s already
            int columns = context.partials == null ? window.columns() : 1;
            for (int s = 0; s < columns; s++) {
                for (int r = 0; r < window.rows(); r++) {
                    int h = window.inputRow(p, r);
                    int w = context.partials == null ? window.inputColumn(q, s) : 0;
                    boolean inside = h >= 0
                            && h < context.layer.inputShape().height()
                            && w >= 0
                            && w < context.layer.inputShape().width();
                    if (inside) {
                        operands.add(new int[] {r, s, h, w});
                    }
                }
            }
        } else {
            int count = op instanceof Normalisation normalisation
                    ? normalisation.width(context.layer.inputShape().channels())
                    : op instanceof ChannelSelection ? 1 : 2;
            for (int i = 0; i < count; i++) {
                operands.add(new int[] {i, 0, p, q});
            }
        }
    }

    private int value(int channel, int number, boolean take) {
        int[] at = operands.get(number);
        if (context.partials != null) {
            return take
                    ? context.partials.take(pass, q, at[2], at[0], channel)
                    : context.partials.peek(pass, q, at[2], at[0], channel);
        }
        if (op instanceof ElementwiseAdd && number == 1) {
            return context.second(channel, p, q);
        }
        if (op instanceof ChannelSelection selection) {
            return context.input(selection.channels().get(channel), p, q);
        }
        if (op instanceof Normalisation normalisation && !(op instanceof LocalResponseNormalisation)) {
            int channels = context.layer.inputShape().channels();
            return context.input(normalisation.firstChannel(channel, channels) + number, p, q);
        }
        if (op instanceof LocalResponseNormalisation normalisation) {
            int neighbour = channel - (normalisation.size() - 1) / 2 + number;
            boolean inside =
                    neighbour >= 0 && neighbour < context.layer.inputShape().channels();
            return inside ? context.input(neighbour, p, q) : 0;
        }
        return context.input(channel, at[2], at[3]);
    }

    /** Merges up to so many operands that are not zero, channel after channel, and reads up to so many places for that. */
    void merge(int most, int mostPlaces) {
        int merged = 0;
        int endPlaces = places + mostPlaces;
        while (k < end) {
            while (operand < operands.size()) {
                boolean place = context.hasPlace(operands.get(operand)[0], k);
                if (merged == most && value(k, operand, false) != 0 || place && places == endPlaces) {
                    return;
                }
                places += place ? 1 : 0;
                int value = value(k, operand, true);
                merged += value != 0 ? 1 : 0;
                merges += value != 0 && !context.factors.streamed() ? 1 : 0;
                combine(value);
                operand++;
            }
            complete[k - first] = true;
            operand = 0;
            k++;
        }
    }

    private void combine(int value) {
        int at = k - first;
        if (op instanceof LocalResponseNormalisation) {
            sums[at] += value * value;
        } else if (op instanceof Pooling pooling && pooling.kind() == PoolingKind.MAX) {
            sums[at] = operand == 0 ? value : Math.max(sums[at], value);
        } else {
            sums[at] += value;
        }
    }

    /** Merges the operands of one cycle before the item's turn, once. */
    void mergeAhead(int most, int mostPlaces) {
        if (!ahead) {
            ahead = true;
            merge(most, mostPlaces);
        }
    }

    boolean merged() {
        return k == end;
    }

    /** Cycles that the busiest of the units needs for the whole item. */
    int cycles(int mergers, int placesPerCycle, int postOpUnits) {
        int merging = context.factors.streamed() ? 0 : turns(allMerges, mergers); // streams bring sums
        return Math.max(merging, Math.max(turns(allPlaces, placesPerCycle), turns(end - first, postOpUnits)));
    }

    private static int turns(int work, int perCycle) {
        return work / perCycle + (work % perCycle > 0 ? 1 : 0);
    }

    /** Post-operations of up to so many outputs. */
    void postOperations(int most) {
        int count = 0;
        for (int channel = first; channel < end && count < most; channel++) {
            if (complete[channel - first] && !written[channel - first]) {
                written[channel - first] = true;
                context.write(channel, p, q, output(channel));
                outputs++;
                count++;
            }
        }
    }

    private int output(int channel) {
        int sum = sums[channel - first];
        if (op instanceof ElementwiseAdd) {
            return context.requantisation.add(context.input(channel, p, q), context.second(channel, p, q));
        }
        if (op instanceof LocalResponseNormalisation) {
            return context.normaliser.apply(context.input(channel, p, q), sum);
        }
        if (op instanceof Normalisation) {
            return context.normalised(channel, p, q);
        }
        if (op instanceof Pooling pooling && pooling.kind() == PoolingKind.AVERAGE) {
            Window window = pooling.window();
            int divisor = pooling.countPadding() ? window.rows() * window.columns() : Math.max(1, operands.size());
            return context.requantisation.average(sum, divisor, channel);
        }
        return context.hasSecond()
                ? context.requantisation.apply(sum, channel, context.second(channel, p, q))
                : context.requantisation.apply(sum, channel);
    }

    /** Outputs written. */
    int outputs() {
        return outputs;
    }

    /** Whether there is nothing to do. */
    boolean empty() {
        return first == end;
    }

    boolean done() {
        return merged() && outputs == end - first;
    }
}
