package dev.isos.workloads.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** Dimensions, axes and ranges as ONNX operators define them, for constants and computed tensors alike. */
final class ShapeArithmetic {
    private ShapeArithmetic() {}

    /** Value of a Shape node over a tensor of known dimensions. */
    static ConstantTensor shape(OnnxNode node, int[] dims) {
        int start = slot(node.integer("start", 0), dims.length);
        int end = slot(node.integer("end", dims.length), dims.length);
        long[] values = new long[Math.max(0, end - start)];
        for (int i = 0; i < values.length; i++) {
            values[i] = dims[start + i];
        }
        return ConstantTensor.ofIntegers(new int[] {values.length}, values);
    }

    private static int slot(long index, int rank) {
        return (int) Math.max(0, Math.min(rank, index < 0 ? index + rank : index));
    }

    /** Dimensions that a Reshape asks for, with 0 (as in the input) and -1 (what is left) resolved. */
    static int[] resolve(OnnxNode node, long[] asked, int[] from, int elements) {
        int[] dims = new int[asked.length];
        int open = -1;
        long known = 1;
        for (int i = 0; i < asked.length; i++) {
            long size = asked[i];
            if (size == 0 && i < from.length && node.integer("allowzero", 0) == 0) {
                size = from[i];
            }
            if (size == -1 && open < 0) {
                open = i;
                continue;
            }
            if (size < 0 || size > Math.max(1, elements)) {
                throw node.badInput("reshapes " + elements + " elements to " + Arrays.toString(asked));
            }
            dims[i] = (int) size;
            known = Math.min(known * size, Integer.MAX_VALUE);
        }
        if (open >= 0) {
            dims[open] = known == 0 ? 0 : (int) (elements / known);
            known *= dims[open];
        }
        if (known != elements) {
            throw node.badInput("reshapes " + elements + " elements to " + Arrays.toString(asked));
        }
        return dims;
    }

    /** Dimensions after a Flatten. */
    static int[] flattened(OnnxNode node, int[] dims) {
        long axis = node.integer("axis", 1);
        if (axis < -dims.length || axis > dims.length) {
            throw node.badInput("flattens from axis " + axis + ", expected " + -dims.length + ".." + dims.length);
        }
        int[] flat = {1, 1};
        for (int i = 0; i < dims.length; i++) {
            flat[i < (axis < 0 ? axis + dims.length : axis) ? 0 : 1] *= dims[i];
        }
        return flat;
    }

    /** Axes of Squeeze, Unsqueeze and reductions: an attribute in older operator sets, an input in newer ones. */
    static int[] axes(OnnxNode node, ConstantTensor input, int rank) {
        long[] stored = node.has("axes") ? node.integers("axes") : input == null ? null : input.integers();
        if (stored == null) {
            return null;
        }
        int[] axes = new int[stored.length];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = axis(node, stored[i], rank);
        }
        Arrays.sort(axes);
        return axes;
    }

    /** An axis, or an index along one, that may count from the end. */
    static int axis(OnnxNode node, long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw node.badInput("has axis or index " + axis + ", expected " + -rank + ".." + (rank - 1));
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** Dimensions after a Squeeze. */
    static int[] squeezed(OnnxNode node, int[] dims, ConstantTensor axesInput) {
        int[] axes = axes(node, axesInput, dims.length);
        int[] kept = new int[dims.length];
        int count = 0;
        for (int i = 0; i < dims.length; i++) {
            boolean gone = axes == null ? dims[i] == 1 : Arrays.binarySearch(axes, i) >= 0;
            if (gone && dims[i] != 1) {
                throw node.badInput("squeezes a dimension of " + dims[i] + ", expected 1");
            }
            if (!gone) {
                kept[count++] = dims[i];
            }
        }
        return Arrays.copyOf(kept, count);
    }

    /** Dimensions after an Unsqueeze. */
    static int[] unsqueezed(OnnxNode node, int[] dims, ConstantTensor axesInput) {
        int added = node.has("axes") ? node.integers("axes").length : axesInput == null ? 0 : axesInput.elements();
        int[] result = new int[dims.length + added];
        int[] axes = axes(node, axesInput, result.length);
        int next = 0;
        for (int i = 0; i < result.length; i++) {
            boolean isNew = axes != null && Arrays.binarySearch(axes, i) >= 0;
            if (!isNew && next == dims.length) {
                throw node.badInput("names an axis twice");
            }
            result[i] = isNew ? 1 : dims[next++];
        }
        return result;
    }

    /** Permutation of a Transpose. */
    static int[] permutation(OnnxNode node, int rank) {
        long[] stored = node.integers("perm");
        if (stored != null && stored.length != rank) {
            throw node.badInput("permutes " + stored.length + " dimensions, expected " + rank);
        }
        int[] permutation = new int[rank];
        boolean[] seen = new boolean[rank];
        for (int i = 0; i < rank; i++) {
            permutation[i] = stored == null ? rank - 1 - i : axis(node, stored[i], rank);
            if (seen[permutation[i]]) {
                throw node.badInput("names an axis twice");
            }
            seen[permutation[i]] = true;
        }
        return permutation;
    }

    /** Dimensions to which several broadcast together. */
    static int[] broadcast(OnnxNode node, List<int[]> all) {
        int rank = all.stream().mapToInt(d -> d.length).max().orElse(0);
        int[] dims = new int[rank];
        Arrays.fill(dims, 1);
        for (int[] own : all) {
            for (int i = 0; i < own.length; i++) {
                int at = rank - own.length + i;
                if (own[i] != 1 && dims[at] != 1 && own[i] != dims[at]) {
                    throw node.badInput("combines tensors of dimensions " + Arrays.toString(all.get(0)) + " and "
                            + Arrays.toString(own) + ", which do not broadcast");
                }
                dims[at] = own[i] == 1 ? dims[at] : own[i];
            }
        }
        return dims;
    }

    /** Sizes of the parts of a Split. */
    static long[] splitSizes(OnnxNode node, int size, Optional<ConstantTensor> input) {
        int outputs = node.proto().getOutputCount();
        long[] sizes = node.has("split")
                ? node.integers("split")
                : input.map(ConstantTensor::integers).orElse(null);
        if (sizes == null) {
            // As equal as possible, the last one smaller.
            sizes = new long[outputs];
            int each = (size + outputs - 1) / outputs;
            for (int i = 0; i < outputs; i++) {
                sizes[i] = Math.min(each, size - (long) i * each);
            }
        }
        boolean positive = Arrays.stream(sizes).allMatch(s -> s >= 0 && s <= size);
        if (sizes.length != outputs || !positive || Arrays.stream(sizes).sum() != size) {
            throw node.badInput("splits " + size + " into " + Arrays.toString(sizes) + " for " + outputs + " outputs");
        }
        return sizes;
    }

    /**
     * First index, number of indices and step of a Slice along each axis.
     *
     * @param inputs constants by their place among the node's inputs
     */
    static long[][] sliceRanges(OnnxNode node, int[] dims, IntFunction<Optional<ConstantTensor>> inputs) {
        boolean attributes = node.has("starts");
        long[] starts = attributes ? node.integers("starts") : integers(node, inputs, 1, "starts");
        long[] ends = attributes ? node.integers("ends") : integers(node, inputs, 2, "ends");
        long[] axes = attributes
                ? node.integers("axes")
                : inputs.apply(3).map(ConstantTensor::integers).orElse(null);
        long[] steps = attributes
                ? null
                : inputs.apply(4).map(ConstantTensor::integers).orElse(null);
        boolean fits = ends != null
                && ends.length == starts.length
                && starts.length <= dims.length
                && (axes == null || axes.length == starts.length)
                && (steps == null || steps.length == starts.length);
        if (!fits) {
            throw node.badInput("has starts, ends, axes and steps of different lengths");
        }
        long[][] ranges = new long[dims.length][];
        for (int i = 0; i < dims.length; i++) {
            ranges[i] = new long[] {0, dims[i], 1};
        }
        for (int i = 0; i < starts.length; i++) {
            int axis = axes == null ? i : axis(node, axes[i], dims.length);
            long step = steps == null ? 1 : steps[i];
            long[] range = sliceRange(node, starts[i], ends[i], step, dims[axis]);
            ranges[axis] = new long[] {range[0], range[1], step};
        }
        return ranges;
    }

    private static long[] integers(
            OnnxNode node, IntFunction<Optional<ConstantTensor>> inputs, int index, String what) {
        return inputs.apply(index)
                .orElseThrow(() -> node.unsupported("has computed or no " + what + ", expected a constant"))
                .integers();
    }

    /** First index and number of indices of a slice along one dimension. */
    static long[] sliceRange(OnnxNode node, long start, long end, long step, int size) {
        if (step == 0 || step < Integer.MIN_VALUE || step > Integer.MAX_VALUE) {
            throw node.badInput("cuts with step " + step);
        }
        boolean forward = step > 0;
        long first = Math.max(
                forward ? 0 : -1,
                Math.min(forward ? size : size - 1L, start < 0 ? Math.max(start, -size - 1L) + size : start));
        long last = Math.max(forward ? 0 : -1, Math.min(size, end < 0 ? Math.max(end, -size - 1L) + size : end));
        long count = forward
                ? Math.max(0, (last - first + step - 1) / step)
                : Math.max(0, (first - last - step - 1) / -step);
        return new long[] {first, count};
    }

    /**
     * Padding before and after along each axis; negative where a Pad cuts.
     *
     * @param inputs constants by their place among the node's inputs
     */
    static long[][] pads(OnnxNode node, int rank, IntFunction<Optional<ConstantTensor>> inputs) {
        long[] stored = node.has("pads")
                ? node.integers("pads")
                : node.has("paddings") ? node.integers("paddings") : integers(node, inputs, 1, "pads");
        long[] axes = inputs.apply(3).map(ConstantTensor::integers).orElse(null);
        int count = axes == null ? rank : axes.length;
        if (stored.length != 2 * count) {
            throw node.badInput("has pads " + Arrays.toString(stored) + ", expected " + 2 * count);
        }
        long[][] pads = new long[rank][2];
        for (int i = 0; i < count; i++) {
            int axis = axes == null ? i : axis(node, axes[i], rank);
            pads[axis] = new long[] {stored[i], stored[count + i]};
            for (long p : pads[axis]) {
                if (Math.abs(p) > OnnxModelReader.MAX_ELEMENTS) {
                    throw node.unsupported("has pads " + Arrays.toString(stored) + ", expected at most "
                            + OnnxModelReader.MAX_ELEMENTS);
                }
            }
        }
        return pads;
    }
}
