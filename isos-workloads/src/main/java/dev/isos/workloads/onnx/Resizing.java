package dev.isos.workloads.onnx;

import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.graph.FloatOp;
import java.util.List;

/**
 * Resize and Upsample: nearest neighbours are a selection of positions; linear interpolation by whole factors is a
 * depthwise convolution over the map with zeros between its pixels, whose filter is the triangle of the interpolation.
 */
final class Resizing {
    private static final int MAX_FACTOR = 64;

    private final ShapeOperators shapes;
    private final OnnxNode node;
    private final TensorView in;
    private final int[] sizes = new int[4];
    private final double[] scales = new double[4];
    private final String coordinates;

    Resizing(ShapeOperators shapes, OnnxNode node, TensorView in) {
        this.shapes = shapes;
        this.node = node;
        this.in = in;
        boolean old = node.operator().equals("Upsample") || node.opset() < 11;
        this.coordinates = old ? "asymmetric" : node.text("coordinate_transformation_mode", "half_pixel");
    }

    void run() {
        if (in.rank() != 4) {
            throw node.unsupported("resizes a tensor of " + in.rank() + " dimensions, expected [N, C, H, W]");
        }
        targets();
        if (sizes[0] != in.size(0) || sizes[1] != in.size(1)) {
            throw node.unsupported("resizes the batch or the channels, expected height and width alone");
        }
        Operand map = shapes.tensor(node, 0);
        String mode = node.text("mode", "nearest");
        FeatureMapShape out = OperatorFamily.checkedShape(node, map.shape().channels(), sizes[2], sizes[3]);
        if (out.equals(map.shape())) {
            shapes.settleMap(node, in);
        } else if (mode.equals("nearest")) {
            int[] rows = nearest(map.shape().height(), sizes[2], scales[2]);
            int[] columns = nearest(map.shape().width(), sizes[3], scales[3]);
            shapes.emit(node, select(map.shape(), rows, columns), map, out);
        } else if (mode.equals("linear") || mode.equals("bilinear")) {
            linear(map, out);
        } else {
            throw node.unsupported(
                    "resizes in mode " + OnnxNode.printable(mode) + ", expected nearest, or linear by whole factors");
        }
    }

    private void targets() {
        boolean upsample = node.operator().equals("Upsample");
        int scaleInput = upsample || node.opset() < 11 ? 1 : 2;
        int[] dims = in.dims();
        if (node.input(3).isPresent()) {
            long[] asked = shapes.constant(node, 3, "sizes").integers();
            long[] axes = node.integers("axes");
            if (asked.length != (axes == null ? 4 : axes.length)
                    || !node.text("keep_aspect_ratio_policy", "stretch").equals("stretch")) {
                throw node.unsupported("has " + asked.length + " sizes or keeps an aspect ratio, expected 4 sizes");
            }
            System.arraycopy(dims, 0, sizes, 0, 4);
            for (int i = 0; i < asked.length; i++) {
                int axis = axes == null ? i : ShapeArithmetic.axis(node, axes[i], 4);
                if (asked[i] < 1 || asked[i] > OnnxModelReader.MAX_ELEMENTS) {
                    throw node.badInput("resizes to " + asked[i]);
                }
                sizes[axis] = (int) asked[i];
            }
            for (int i = 0; i < 4; i++) {
                scales[i] = sizes[i] / (double) dims[i];
            }
            return;
        }
        float[] factors = shapes.constant(node, scaleInput, "scales").floats();
        long[] axes = node.integers("axes");
        if (factors.length != (axes == null ? 4 : axes.length)) {
            throw node.badInput("has " + factors.length + " scales, expected 4");
        }
        java.util.Arrays.fill(scales, 1);
        for (int i = 0; i < factors.length; i++) {
            scales[axes == null ? i : ShapeArithmetic.axis(node, axes[i], 4)] = factors[i];
        }
        for (int i = 0; i < 4; i++) {
            double size = Math.floor(dims[i] * scales[i]);
            if (!(size >= 1 && size <= OnnxModelReader.MAX_ELEMENTS)) {
                throw node.badInput("resizes " + dims[i] + " by " + scales[i]);
            }
            sizes[i] = (int) size;
        }
    }

    /** Position in the input of a position in the output, as ONNX defines it. */
    private double source(int out, int inSize, int outSize, double scale) {
        return switch (coordinates) {
            case "half_pixel" -> (out + 0.5) / scale - 0.5;
            case "pytorch_half_pixel" -> outSize > 1 ? (out + 0.5) / scale - 0.5 : 0;
            case "asymmetric" -> out / scale;
            case "align_corners" -> outSize > 1 ? out * (inSize - 1.0) / (outSize - 1) : 0;
            default ->
                throw node.unsupported("resizes by coordinates " + OnnxNode.printable(coordinates)
                        + ", expected half_pixel, pytorch_half_pixel, asymmetric or align_corners");
        };
    }

    private int[] nearest(int inSize, int outSize, double scale) {
        boolean old = node.operator().equals("Upsample") || node.opset() < 11;
        String rounding = old ? "floor" : node.text("nearest_mode", "round_prefer_floor");
        int[] places = new int[outSize];
        for (int i = 0; i < outSize; i++) {
            double x = source(i, inSize, outSize, scale);
            double at = switch (rounding) {
                case "floor" -> Math.floor(x);
                case "ceil" -> Math.ceil(x);
                case "round_prefer_ceil" -> Math.floor(x + 0.5);
                case "round_prefer_floor" -> Math.ceil(x - 0.5);
                default -> throw node.badInput("has nearest_mode " + OnnxNode.printable(rounding));
            };
            places[i] = (int) Math.max(0, Math.min(inSize - 1, at));
        }
        return places;
    }

    private static FloatOp select(FeatureMapShape from, int[] rows, int[] columns) {
        int[] places = new int[rows.length * columns.length];
        for (int i = 0; i < places.length; i++) {
            int row = rows[i / columns.length];
            int column = columns[i % columns.length];
            places[i] = row < 0 || column < 0 ? -1 : row * from.width() + column;
        }
        return new FloatOp.PositionSelection(rows.length, columns.length, places);
    }

    private void linear(Operand map, FeatureMapShape out) {
        if (node.integer("antialias", 0) != 0) {
            throw node.unsupported("resizes with a filter against aliasing, expected antialias = 0");
        }
        int[][] places = new int[2][];
        float[][] filters = new float[2][];
        for (int axis = 0; axis < 2; axis++) {
            int inSize = axis == 0 ? map.shape().height() : map.shape().width();
            int outSize = sizes[2 + axis];
            int factor = outSize / inSize;
            boolean whole =
                    outSize == factor * inSize && factor <= MAX_FACTOR && Math.abs(scales[2 + axis] - factor) < 1e-6;
            if (inSize == 1) {
                // One pixel is repeated.
                places[axis] = new int[outSize];
                filters[axis] = new float[] {1};
            } else if (whole && (factor == 1 || !coordinates.equals("align_corners"))) {
                triangle(axis, inSize, factor, places, filters);
            } else {
                throw node.unsupported("resizes " + inSize + " to " + outSize + " by linear interpolation"
                        + (coordinates.equals("align_corners") ? " with aligned corners" : "")
                        + ", expected a whole factor up to " + MAX_FACTOR
                        + " and no aligned corners; resize by nearest neighbours instead");
            }
        }
        int channels = map.shape().channels();
        FeatureMapShape spread = OperatorFamily.checkedShape(node, channels, places[0].length, places[1].length);
        String tensor = shapes.layer(
                node,
                node.output() + "#spread",
                select(map.shape(), places[0], places[1]),
                spread,
                List.of(map.tensor()));
        int rows = filters[0].length;
        int columns = filters[1].length;
        float[] weights = new float[channels * rows * columns];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = filters[0][i / columns % rows] * filters[1][i % columns];
        }
        FloatOp op = new FloatOp.Convolution(
                new FilterShape(channels, 1, rows, columns, channels),
                new Window(rows, columns, 1, 1, 0, 0, 0, 0, 1, 1),
                weights,
                new float[channels]);
        shapes.emit(node, op, map.withShape(out), node.output(), List.of(tensor));
    }

    /** Pixels apart by the factor, the outermost repeated once, and the filter that interpolates between them. */
    private void triangle(int axis, int size, int factor, int[][] places, float[][] filters) {
        double centre = coordinates.equals("asymmetric") ? 0 : (factor - 1) / 2.0;
        int first = (int) Math.floor(-centre - factor) + 1;
        int last = (int) Math.ceil(-centre + factor) - 1;
        filters[axis] = new float[last - first + 1];
        for (int d = first; d <= last; d++) {
            filters[axis][d - first] = (float) (1 - Math.abs(d + centre) / factor);
        }
        places[axis] = new int[size * factor + last - first];
        for (int i = 0; i < places[axis].length; i++) {
            int at = i + first;
            boolean pixel = Math.floorMod(at, factor) == 0 && at >= -factor && at <= size * factor;
            places[axis][i] = pixel ? Math.max(0, Math.min(size - 1, Math.floorDiv(at, factor))) : -1;
        }
    }
}
