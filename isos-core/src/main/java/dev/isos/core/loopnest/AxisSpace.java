package dev.isos.core.loopnest;

import java.util.BitSet;

/**
 * The iteration space along one axis: the legal coordinates (x) of a channel axis, or (input, output, kernel) of a window
 * axis. Immutable.
 */
final class AxisSpace {
    private static final int INPUT = 0;
    private static final int OUTPUT = 1;
    private static final int KERNEL = 2;

    private final Axis axis;
    private final int[] extents;
    private final int stride;
    private final int pad;
    private final int dilation;
    /** Whether loops walk inputs and kernel, so that outputs follow; else outputs and kernel, so that inputs follow. */
    private final boolean walksInputs;
    /** By operand and coordinate, how many smaller coordinates the layer uses at all. */
    private final int[][] usedBefore = new int[Operand.values().length][];

    /** What the points of a box touch: for each operand, a range of used coordinates. */
    record Tile(int[] path, int[] from, int[] to, long points, int inputs, int weights) {
        int extent(Operand operand) {
            return to[operand.ordinal()] - from[operand.ordinal()];
        }

        /** Coordinates of an operand that both touch. */
        int overlap(Tile other, Operand operand) {
            int i = operand.ordinal();
            return Math.max(0, Math.min(to[i], other.to[i]) - Math.max(from[i], other.from[i]));
        }
    }

    private AxisSpace(Axis axis, boolean walksInputs, int[] extents, int stride, int pad, int dilation) {
        this.axis = axis;
        this.walksInputs = walksInputs;
        this.extents = extents;
        this.stride = stride;
        this.pad = pad;
        this.dilation = dilation;
        if (isWindow()) {
            countUsed();
        }
    }

    private void countUsed() {
        BitSet[] touched = new BitSet[usedBefore.length];
        for (Operand operand : Operand.values()) {
            touched[operand.ordinal()] = new BitSet();
        }
        int[] all = whole();
        for (int k = 0; k < extents[KERNEL]; k++) {
            for (int out = firstOutput(all, k); out < pastOutput(all, k); out++) {
                for (Operand operand : Operand.values()) {
                    touched[operand.ordinal()].set(coordinate(operand, input(out, k), out, k));
                }
            }
        }
        for (Operand operand : Operand.values()) {
            BitSet own = touched[operand.ordinal()];
            int[] before = new int[1 + coordinate(operand, extents[INPUT], extents[OUTPUT], extents[KERNEL])];
            for (int x = 1; x < before.length; x++) {
                before[x] = before[x - 1] + (own.get(x - 1) ? 1 : 0);
            }
            usedBefore[operand.ordinal()] = before;
        }
    }

    static AxisSpace of(LayerShape shape, Axis axis, boolean walksInputs) {
        return switch (axis) {
            case GROUPS -> new AxisSpace(axis, false, new int[] {shape.groups()}, 1, 0, 1);
            case INPUT_CHANNELS -> new AxisSpace(axis, false, new int[] {shape.inputChannels()}, 1, 0, 1);
            case OUTPUT_CHANNELS -> new AxisSpace(axis, false, new int[] {shape.outputChannels()}, 1, 0, 1);
            case ROWS ->
                new AxisSpace(
                        axis,
                        walksInputs,
                        new int[] {
                            shape.height(), shape.outputHeight(), shape.window().rows()
                        },
                        shape.window().strideRows(),
                        shape.window().padTop(),
                        shape.window().dilationRows());
            case COLUMNS ->
                new AxisSpace(
                        axis,
                        walksInputs,
                        new int[] {
                            shape.width(), shape.outputWidth(), shape.window().columns()
                        },
                        shape.window().strideColumns(),
                        shape.window().padLeft(),
                        shape.window().dilationColumns());
        };
    }

    private boolean isWindow() {
        return extents.length > 1;
    }

    /** The box of everything: from, to of each rank in turn. */
    int[] whole() {
        int[] box = new int[2 * extents.length];
        for (int i = 0; i < extents.length; i++) {
            box[2 * i + 1] = extents[i];
        }
        return box;
    }

    private int input(int output, int kernel) {
        return output * stride + kernel * dilation - pad;
    }

    private int firstOutput(int[] box, int kernel) {
        return Math.max(box[2 * OUTPUT], -Math.floorDiv(-(box[2 * INPUT] + pad - kernel * dilation), stride));
    }

    private int pastOutput(int[] box, int kernel) {
        return Math.min(
                box[2 * OUTPUT + 1], Math.floorDiv(box[2 * INPUT + 1] - 1 + pad - kernel * dilation, stride) + 1);
    }

    private int coordinate(Operand operand, int input, int output, int kernel) {
        return switch (operand) {
            case I -> input;
            case F -> kernel;
            case O -> output;
            case T -> axis == Axis.ROWS ? input * extents[KERNEL] + kernel : output;
        };
    }

    private boolean touches(Operand operand) {
        return switch (axis) {
            case INPUT_CHANNELS -> operand == Operand.I || operand == Operand.F;
            case OUTPUT_CHANNELS -> operand != Operand.I;
            default -> true;
        };
    }

    /** Whether loops alone, and not the tie between ranks, say what a box holds of an operand. */
    private boolean walks(Operand operand) {
        return switch (operand) {
            case I -> walksInputs;
            // kernel positions that no input meets are not asked for
            case F -> false;
            case O -> !walksInputs;
            case T -> walksInputs == (axis == Axis.ROWS);
        };
    }

    /** What the legal points of a box touch, or null when there are none. */
    Tile tile(int[] path, int[] box) {
        return isWindow() ? windowTile(path, box) : channelTile(path, box);
    }

    private Tile channelTile(int[] path, int[] box) {
        int length = box[1] - box[0];
        if (length <= 0) {
            return null;
        }
        int[] from = new int[usedBefore.length];
        int[] to = new int[usedBefore.length];
        for (Operand operand : Operand.values()) {
            boolean touched = touches(operand);
            from[operand.ordinal()] = touched ? box[0] : 0;
            to[operand.ordinal()] = touched ? box[1] : 1;
        }
        return new Tile(path, from, to, length, touches(Operand.I) ? length : 1, touches(Operand.F) ? length : 1);
    }

    private Tile windowTile(int[] path, int[] box) {
        int[] least = new int[usedBefore.length];
        int[] most = new int[usedBefore.length];
        java.util.Arrays.fill(least, Integer.MAX_VALUE);
        java.util.Arrays.fill(most, Integer.MIN_VALUE);
        BitSet inputs = new BitSet();
        long points = 0;
        int weights = 0;
        for (int k = box[2 * KERNEL]; k < box[2 * KERNEL + 1]; k++) {
            int first = firstOutput(box, k);
            int past = pastOutput(box, k);
            if (first >= past) {
                continue;
            }
            points += past - first;
            weights++;
            for (int out = first; out < past; out++) {
                inputs.set(input(out, k));
            }
            // along one kernel position every coordinate grows with the output
            for (Operand operand : Operand.values()) {
                int i = operand.ordinal();
                least[i] = Math.min(least[i], coordinate(operand, input(first, k), first, k));
                most[i] = Math.max(most[i], coordinate(operand, input(past - 1, k), past - 1, k));
            }
        }
        if (points == 0) {
            return null;
        }
        for (Operand operand : Operand.values()) {
            int i = operand.ordinal();
            if (walks(operand)) {
                least[i] = coordinate(operand, box[2 * INPUT], box[2 * OUTPUT], box[2 * KERNEL]);
                most[i] = coordinate(operand, box[2 * INPUT + 1] - 1, box[2 * OUTPUT + 1] - 1, box[2 * KERNEL + 1] - 1);
            }
            least[i] = usedBefore[i][least[i]];
            most[i] = usedBefore[i][most[i] + 1];
        }
        return new Tile(path, least, most, points, inputs.cardinality(), weights);
    }
}
