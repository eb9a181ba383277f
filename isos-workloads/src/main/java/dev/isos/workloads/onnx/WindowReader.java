package dev.isos.workloads.onnx;

import dev.isos.api.network.Window;

/** From the attributes of Conv, MaxPool and AveragePool to a {@link Window} with explicit padding. */
final class WindowReader {
    /** Bounds that no network for images comes near; they keep all products within 32 bits. */
    private static final int MAX_KERNEL = 4096;

    private static final int MAX_PAD = 4096;
    private static final int MAX_STEP = 65_536;

    private final OnnxNode node;
    private final int[] strides;
    private final int[] dilations;
    private final int[] pads;

    /**
     * @param axes 2 for maps, 1 for signals, which are maps of one row
     */
    WindowReader(OnnxNode node, int axes) {
        this.node = node;
        this.strides = twoAxes(node.integers("strides", axes, 1, 1, MAX_STEP), 1);
        this.dilations = twoAxes(node.integers("dilations", axes, 1, 1, MAX_STEP), 1);
        this.pads = twoAxes(node.integers("pads", 2 * axes, 0, 0, MAX_PAD), 0);
    }

    /** Values for height and width where there are those for the width alone. */
    private static int[] twoAxes(int[] values, int forHeight) {
        return switch (values.length) {
            case 1 -> new int[] {forHeight, values[0]};
            case 2 -> forHeight == 0 ? new int[] {0, values[0], 0, values[1]} : values;
            default -> values;
        };
    }

    int[] strides() {
        return strides;
    }

    int[] dilations() {
        return dilations;
    }

    int[] pads() {
        return pads;
    }

    /** Window of a convolution whose filters have the given size, over one or two axes. */
    static Window convolution(OnnxNode node, int axes, int rows, int columns, int height, int width) {
        int[] kernel = {rows, columns};
        if (node.has("kernel_shape")) {
            int[] stated = twoAxes(node.integers("kernel_shape", axes, 1, 1, Integer.MAX_VALUE), 1);
            if (stated[0] != rows || stated[1] != columns) {
                throw node.badInput("states a kernel of " + stated[0] + "x" + stated[1] + ", but its weights have "
                        + rows + "x" + columns);
            }
        }
        if (rows > MAX_KERNEL || columns > MAX_KERNEL) {
            throw node.unsupported("has a kernel of " + rows + "x" + columns + ", at most " + MAX_KERNEL
                    + " in each direction is supported");
        }
        return new WindowReader(node, axes).window(kernel, height, width, false);
    }

    /** Window of a pooling; ceil_mode becomes further padding at the bottom and right. */
    static Window pooling(OnnxNode node, int axes, int height, int width, boolean countPadding) {
        if (!node.has("kernel_shape")) {
            throw node.badInput("has no attribute kernel_shape");
        }
        int[] kernel = twoAxes(node.integers("kernel_shape", axes, 1, 1, MAX_KERNEL), 1);
        WindowReader reader = new WindowReader(node, axes);
        for (int side = 0; side < 4; side++) {
            int extent = (kernel[side % 2] - 1) * reader.dilations[side % 2] + 1;
            if (reader.pads[side] >= extent) {
                throw node.badInput("pads " + reader.pads[side]
                        + " positions, expected fewer than its window's extent of " + extent);
            }
        }
        return reader.window(kernel, height, width, countPadding);
    }

    private Window window(int[] kernel, int height, int width, boolean countPadding) {
        int[] rows = padding(0, kernel[0], height, countPadding);
        int[] columns = padding(1, kernel[1], width, countPadding);
        return new Window(
                kernel[0],
                kernel[1],
                strides[0],
                strides[1],
                rows[0],
                columns[0],
                rows[1],
                columns[1],
                dilations[0],
                dilations[1]);
    }

    /** Padding before and after along one axis. */
    private int[] padding(int axis, int kernel, int size, boolean countPadding) {
        int stride = strides[axis];
        int extent = (kernel - 1) * dilations[axis] + 1;
        String auto = node.text("auto_pad", "NOTSET");
        switch (auto) {
            case "NOTSET", "" -> {
                int before = pads[axis];
                int after = pads[axis + 2];
                return new int[] {before, after + ceilPadding(size, before, after, extent, stride, countPadding)};
            }
            case "VALID" -> {
                return new int[] {0, ceilPadding(size, 0, 0, extent, stride, countPadding)};
            }
            case "SAME_UPPER", "SAME_LOWER" -> {
                int outputs = (size + stride - 1) / stride;
                int total = Math.max(0, (outputs - 1) * stride + extent - size);
                int smaller = total / 2;
                return auto.equals("SAME_UPPER")
                        ? new int[] {smaller, total - smaller}
                        : new int[] {total - smaller, smaller};
            }
            default ->
                throw node.badInput("has auto_pad " + OnnxNode.printable(auto)
                        + ", expected NOTSET, VALID, SAME_UPPER or SAME_LOWER");
        }
    }

    /**
     * Padding that makes the floor formula give the size of ceil_mode. A window that would start in the padding after the
     * map is dropped, as ONNX and the frameworks do.
     */
    private int ceilPadding(int size, int before, int after, int extent, int stride, boolean countPadding) {
        int room = size + before + after - extent;
        if (node.integer("ceil_mode", 0) == 0 || room < 0 || room % stride == 0) {
            return 0;
        }
        int outputs = room / stride + 2;
        if ((outputs - 1) * stride >= size + before) {
            return 0;
        }
        if (countPadding) {
            throw node.unsupported("combines ceil_mode and count_include_pad where windows reach past the padding");
        }
        return (outputs - 1) * stride - room;
    }
}
