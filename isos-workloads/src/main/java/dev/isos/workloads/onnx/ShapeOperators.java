package dev.isos.workloads.onnx;

import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.onnx.TensorView.Atom;
import dev.isos.workloads.onnx.TensorView.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/** Operators that move elements: most only change how a tensor is looked at, see {@link TensorView}. */
final class ShapeOperators extends OperatorFamily {
    ShapeOperators(TranslationState state) {
        super(state);
    }

    @Override
    void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft) {
        standard.put("Pad", this::pad);
        standard.put("Flatten", node -> {
            TensorView in = view(node, 0);
            reshaped(node, in, ShapeArithmetic.flattened(node, in.dims()));
        });
        standard.put("Reshape", node -> {
            TensorView in = view(node, 0);
            long[] asked = constant(node, 1, "shape").integers();
            int elements = Arrays.stream(in.dims()).reduce(1, (a, b) -> a * b);
            reshaped(node, in, ShapeArithmetic.resolve(node, asked, in.dims(), elements));
        });
        standard.put("Squeeze", node -> {
            TensorView in = view(node, 0);
            reshaped(
                    node,
                    in,
                    ShapeArithmetic.squeezed(
                            node, in.dims(), optional(node, 1, "axes").orElse(null)));
        });
        standard.put("Unsqueeze", node -> {
            TensorView in = view(node, 0);
            reshaped(
                    node,
                    in,
                    ShapeArithmetic.unsqueezed(
                            node, in.dims(), optional(node, 1, "axes").orElse(null)));
        });
        standard.put("Transpose", node -> {
            TensorView in = view(node, 0);
            settle(node, node.output(), in.transposed(ShapeArithmetic.permutation(node, in.rank())));
        });
        standard.put("Expand", this::expand);
        standard.put("DepthToSpace", this::depthToSpace);
        standard.put("SpaceToDepth", this::spaceToDepth);
        standard.put("Concat", this::concat);
        standard.put("Split", this::split);
        standard.put("Slice", this::slice);
        standard.put("Gather", this::gather);
        standard.put("Resize", this::resize);
        standard.put("Upsample", this::resize);
    }

    private void settle(OnnxNode node, String output, TensorView view) {
        define(node, output, view, node.input(0).orElse(""));
    }

    /** The view under other dimensions; a tensor whose atoms don't divide is laid out anew first. */
    private TensorView reshape(OnnxNode node, TensorView in, int[] dims) {
        TensorView out = in.reshaped(dims);
        if (out == null) {
            TensorView natural = movement.natural(node, in);
            out = natural.reshaped(dims);
        }
        if (out == null) {
            throw node.unsupported("reshapes " + Arrays.toString(in.dims()) + " to " + Arrays.toString(dims)
                    + ", expected dimensions that divide or join those of its input");
        }
        return out;
    }

    private void reshaped(OnnxNode node, TensorView in, int[] dims) {
        settle(node, node.output(), reshape(node, in, dims));
    }

    private void expand(OnnxNode node) {
        TensorView in = view(node, 0);
        long[] asked = constant(node, 1, "shape").integers();
        int[] dims = new int[asked.length];
        for (int i = 0; i < dims.length; i++) {
            if (asked[i] < 1 || asked[i] > OnnxModelReader.MAX_ELEMENTS) {
                throw node.badInput("expands to " + Arrays.toString(asked));
            }
            dims[i] = (int) asked[i];
        }
        int[] target = ShapeArithmetic.broadcast(node, List.of(in.dims(), dims));
        requireSize(node, target);
        settle(node, node.output(), in.expanded(target));
    }

    private static void requireSize(OnnxNode node, int[] dims) {
        long elements = 1;
        for (int size : dims) {
            elements = Math.min(elements * size, Integer.MAX_VALUE);
        }
        if (elements > OnnxModelReader.MAX_ELEMENTS) {
            throw node.badInput("gives a tensor of " + Arrays.toString(dims) + ", expected at most "
                    + OnnxModelReader.MAX_ELEMENTS + " elements");
        }
    }

    private void depthToSpace(OnnxNode node) {
        TensorView in = view(node, 0);
        int block = block(node, in);
        int[] d = in.dims();
        int channels = d[1] / (block * block);
        if (channels * block * block != d[1]) {
            throw node.badInput("spreads " + d[1] + " channels over blocks of " + block + "x" + block);
        }
        boolean columnsFirst = node.text("mode", "DCR").equals("CRD");
        TensorView split = reshape(
                node,
                in,
                columnsFirst
                        ? new int[] {d[0], channels, block, block, d[2], d[3]}
                        : new int[] {d[0], block, block, channels, d[2], d[3]});
        TensorView moved = split.transposed(columnsFirst ? new int[] {0, 1, 4, 2, 5, 3} : new int[] {0, 3, 4, 1, 5, 2});
        reshaped(node, moved, new int[] {d[0], channels, d[2] * block, d[3] * block});
    }

    private void spaceToDepth(OnnxNode node) {
        TensorView in = view(node, 0);
        int block = block(node, in);
        int[] d = in.dims();
        if (d[2] % block != 0 || d[3] % block != 0) {
            throw node.badInput("gathers blocks of " + block + "x" + block + " from " + Arrays.toString(d));
        }
        TensorView split = reshape(node, in, new int[] {d[0], d[1], d[2] / block, block, d[3] / block, block});
        TensorView moved = split.transposed(new int[] {0, 3, 5, 1, 2, 4});
        reshaped(node, moved, new int[] {d[0], d[1] * block * block, d[2] / block, d[3] / block});
    }

    private static int block(OnnxNode node, TensorView in) {
        long block = node.integer("blocksize", 0);
        if (in.rank() != 4 || block < 1 || block > 1024) {
            throw node.badInput("has blocks of " + block + " and " + in.rank() + " dimensions, expected 1.. and 4");
        }
        return (int) block;
    }

    private void split(OnnxNode node) {
        TensorView in = view(node, 0);
        int axis = ShapeArithmetic.axis(node, node.integer("axis", 0), in.rank());
        long[] sizes = ShapeArithmetic.splitSizes(node, in.size(axis), optional(node, 1, "sizes"));
        int at = 0;
        for (int i = 0; i < sizes.length; i++) {
            settle(node, node.proto().getOutput(i), cut(node, in, axis, at, 1, (int) sizes[i]));
            at += (int) sizes[i];
        }
    }

    private void slice(OnnxNode node) {
        TensorView out = view(node, 0);
        long[][] ranges = ShapeArithmetic.sliceRanges(node, out.dims(), i -> optional(node, i, "range"));
        for (int axis = 0; axis < ranges.length; axis++) {
            out = cut(node, out, axis, (int) ranges[axis][0], (int) ranges[axis][2], (int) ranges[axis][1]);
        }
        settle(node, node.output(), out);
    }

    private TensorView cut(OnnxNode node, TensorView in, int axis, int start, int step, int count) {
        if (count <= 0) {
            throw node.unsupported("selects nothing along axis " + axis + ", expected at least one element");
        }
        TensorView out = in.sliced(axis, start, step, count);
        return out != null ? out : selected(node, in, axis, count, i -> start + i * step);
    }

    private void gather(OnnxNode node) {
        TensorView in = view(node, 0);
        int axis = ShapeArithmetic.axis(node, node.integer("axis", 0), in.rank());
        ConstantTensor indices = constant(node, 1, "indices");
        if (indices.elements() == 0) {
            throw node.unsupported("gathers nothing, expected at least one index");
        }
        int[] index = new int[indices.elements()];
        for (int i = 0; i < index.length; i++) {
            index[i] = ShapeArithmetic.axis(node, indices.integerAt(i), in.size(axis));
        }
        int step = index.length > 1 ? index[1] - index[0] : 1;
        boolean walk = step != 0;
        for (int i = 1; walk && i < index.length; i++) {
            walk = index[i] == index[i - 1] + step;
        }
        TensorView out = walk
                ? cut(node, in, axis, index[0], step, index.length)
                : selected(node, in, axis, index.length, i -> index[i]);
        List<Integer> dims = new ArrayList<>();
        for (int i = 0; i < in.rank(); i++) {
            if (i != axis) {
                dims.add(in.size(i));
            } else {
                Arrays.stream(indices.dims()).forEach(dims::add);
            }
        }
        reshaped(node, out, dims.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Any indices along an axis: a selection of channels or of positions. */
    private TensorView selected(OnnxNode node, TensorView in, int axis, int count, IntUnaryOperator index) {
        if (in.axes().get(axis).isEmpty()) {
            int[] dims = in.dims();
            dims[axis] = count;
            return in.expanded(dims);
        }
        boolean channels = in.isOnly(axis, Kind.CHANNEL);
        if (!channels && !in.isOnly(axis, Kind.POSITION)) {
            throw node.unsupported("cuts along axis " + axis + " of " + Arrays.toString(in.dims())
                    + ", which joins channels and positions or images; cut before the reshape that joins them");
        }
        Layout layout = outermost(in, axis, channels ? Kind.CHANNEL : Kind.POSITION);
        TensorView whole = movement.arranged(node, in, layout.of(in.size(axis)));
        TensorView target = layout.of(count);
        int[] places = new int[count * layout.inner()];
        for (int i = 0; i < places.length; i++) {
            places[i] = index.applyAsInt(i / layout.inner()) * layout.inner() + i % layout.inner();
        }
        FeatureMapShape shape = target.shape();
        FloatOp op = channels
                ? new FloatOp.ChannelSelection(places)
                : new FloatOp.PositionSelection(shape.height(), shape.width(), places);
        return target.withBase(layer(node, node.output() + "#select", op, shape, List.of(whole.base())));
    }

    /**
     * A layout whose outermost channels or positions are those of one axis.
     *
     * @param view the rest of it
     * @param inner channels or positions within each step of the axis
     */
    private record Layout(TensorView view, int axis, Kind kind, int inner) {
        /** The layout where the axis has a given size. */
        TensorView of(int size) {
            FeatureMapShape rest = view.shape();
            FeatureMapShape shape = kind == Kind.CHANNEL
                    ? new FeatureMapShape(inner * size, rest.height(), rest.width())
                    : new FeatureMapShape(rest.channels(), size, inner);
            List<List<Atom>> axes = new ArrayList<>(view.axes());
            axes.set(axis, TensorView.atoms(kind, size, inner));
            return new TensorView("", shape, 0, kind == Kind.CHANNEL ? view.positionOffset() : 0, axes);
        }
    }

    private Layout outermost(TensorView in, int axis, Kind kind) {
        TensorView rest = in.sliced(axis, 0, 1, 1);
        TensorView layout = movement.layout(rest, (a, atom) -> atom.kind());
        if (kind == Kind.CHANNEL) {
            return new Layout(layout, axis, kind, layout.shape().channels());
        }
        return new Layout(layout, axis, kind, layout.shape().fibers());
    }

    private void concat(OnnxNode node) {
        List<String> names = node.inputs();
        if (names.isEmpty()) {
            throw node.badInput("joins nothing");
        }
        int lead = 0;
        while (lead < names.size() && constants.containsKey(names.get(lead))) {
            lead++;
        }
        TensorView first = view(node, Math.min(lead, names.size() - 1));
        int axis = ShapeArithmetic.axis(node, node.integer("axis", 1), first.rank());
        join(node, java.util.stream.IntStream.range(0, names.size()).boxed().toList(), axis, first, node.output());
    }

    /** Parts side by side along the channels, as QLinearConcat has them. */
    void concat(OnnxNode node, List<Integer> parts, String output) {
        if (parts.isEmpty()) {
            throw node.badInput("joins nothing");
        }
        TensorView first = view(node, parts.get(0));
        int axis = ShapeArithmetic.axis(node, node.integer("axis", 1), first.rank());
        join(node, parts, axis, first, output);
    }

    private void join(OnnxNode node, List<Integer> parts, int axis, TensorView lead, String output) {
        long total = 0;
        Kind kind = null;
        for (int part : parts) {
            String name = node.requiredInput(part);
            int[] dims = constants.containsKey(name)
                    ? constants.get(name).dims()
                    : view(node, part).dims();
            boolean fits = dims.length == lead.rank();
            for (int i = 0; fits && i < dims.length; i++) {
                fits = i == axis || dims[i] == lead.size(i);
            }
            if (!fits) {
                throw node.badInput("joins tensors of dimensions " + Arrays.toString(lead.dims()) + " and "
                        + Arrays.toString(dims) + " along axis " + axis);
            }
            total += dims[axis];
            if (views.containsKey(name)) {
                for (Atom atom : view(node, part).axes().get(axis)) {
                    kind = kind == null ? atom.kind() : kind;
                }
            }
        }
        if (parts.size() == 1) {
            define(node, output, lead, "");
            return;
        }
        if (kind == Kind.IMAGE) {
            throw node.unsupported("joins images of a batch; export the model with batch size 1");
        }
        // Nothing but steps of one: a map of one row or column is channels next to everything else.
        boolean map = lead.rank() == 4 && axis > 1 || lead.rank() == 3 && axis == 1 && !lead.isOnly(2, Kind.POSITION);
        Kind role = kind != null ? kind : map ? Kind.POSITION : Kind.CHANNEL;
        int[] dims = lead.dims();
        dims[axis] = (int) Math.min(total, Integer.MAX_VALUE);
        requireSize(node, dims);
        if (role == Kind.CHANNEL) {
            sideBySide(node, parts, axis, lead, dims, output);
        } else {
            oneAfterAnother(node, parts, axis, lead, dims, output);
        }
    }

    private void sideBySide(OnnxNode node, List<Integer> parts, int axis, TensorView lead, int[] dims, String output) {
        Layout layout = outermost(lead, axis, Kind.CHANNEL);
        List<String> inputs = new ArrayList<>();
        for (int part : parts) {
            String name = node.requiredInput(part);
            ConstantTensor constant = constants.get(name);
            TensorView target = layout.of(
                    constant != null ? constant.dims()[axis] : view(node, part).size(axis));
            inputs.add(
                    constant != null
                            ? constantTensor(node, constant, target)
                            : movement.arrange(node, view(node, part), target));
        }
        TensorView whole = layout.of(dims[axis]);
        String tensor = layer(node, output, new FloatOp.Concatenation(), whole.shape(), inputs);
        define(node, output, whole.withBase(tensor), "");
    }

    /** Parts that follow one another along positions: each in its place among zeros, and all added. */
    private void oneAfterAnother(
            OnnxNode node, List<Integer> parts, int axis, TensorView lead, int[] dims, String output) {
        List<List<Atom>> axes = new ArrayList<>(lead.axes());
        axes.set(axis, List.of(new Atom(Kind.POSITION, dims[axis], 0)));
        TensorView whole = movement.layout(new TensorView("", lead.shape(), 0, 0, axes), (a, atom) -> atom.kind());
        int stride =
                whole.axes().get(axis).get(whole.axes().get(axis).size() - 1).stride();
        int at = 0;
        List<String> placed = new ArrayList<>();
        float[] values = null;
        for (int part : parts) {
            String name = node.requiredInput(part);
            ConstantTensor constant = constants.get(name);
            int size =
                    constant != null ? constant.dims()[axis] : view(node, part).size(axis);
            List<List<Atom>> own = new ArrayList<>(whole.axes());
            own.set(axis, TensorView.atoms(Kind.POSITION, size, stride));
            TensorView target = new TensorView("", whole.shape(), 0, at * stride, own);
            if (constant != null) {
                values = values == null ? new float[whole.shape().elements()] : values;
                constant.fill(node, target, values);
            } else {
                placed.add(movement.arrange(node, view(node, part), target));
            }
            at += size;
        }
        if (values != null) {
            placed.add(constantTensor(node, whole.shape(), values));
        }
        String sum = placed.get(0);
        for (int i = 1; i < placed.size(); i++) {
            String name = i == placed.size() - 1 ? output : node.output() + "#sum";
            sum = layer(node, name, new FloatOp.Add(), whole.shape(), List.of(sum, placed.get(i)));
        }
        define(node, output, whole.withBase(sum), "");
    }

    private String constantTensor(OnnxNode node, ConstantTensor constant, TensorView target) {
        float[] values = new float[target.shape().elements()];
        constant.fill(node, target, values);
        return constantTensor(node, target.shape(), values);
    }

    /** A constant that enters the network beside its input. */
    String constantTensor(OnnxNode node, FeatureMapShape shape, float[] values) {
        String name = node.output() + "#constant";
        for (int i = 1; state.shapes.containsKey(name); i++) {
            name = node.output() + "#constant" + i;
        }
        state.shapes.put(name, shape);
        state.tensorConstants.put(name, new FloatGraph.Constant(shape, values));
        return name;
    }

    private void pad(OnnxNode node) {
        TensorView in = view(node, 0);
        String mode = node.text("mode", "constant");
        float value = node.input(2).isPresent() ? scalar(node, 2, "value") : node.number("value", 0f);
        long[][] pads = ShapeArithmetic.pads(node, in.rank(), i -> optional(node, i, "pads"));
        boolean grows = false;
        for (int axis = 0; axis < pads.length; axis++) {
            long start = Math.max(0, -pads[axis][0]);
            long count = in.size(axis) + Math.min(0, pads[axis][0]) + Math.min(0, pads[axis][1]);
            in = cut(node, in, axis, (int) start, 1, (int) Math.max(0, count));
            pads[axis][0] = Math.max(0, pads[axis][0]);
            pads[axis][1] = Math.max(0, pads[axis][1]);
            grows |= pads[axis][0] + pads[axis][1] > 0;
        }
        if (!grows) {
            settle(node, node.output(), in);
        } else if (!mode.equals("constant")) {
            settle(node, node.output(), mirrored(node, in, mode, pads));
        } else if (value != 0f) {
            throw node.unsupported(
                    "pads with " + value + ", expected zero; pad with the pooling or convolution itself");
        } else {
            zeros(node, in, pads);
        }
    }

    private TensorView mirrored(OnnxNode node, TensorView in, String mode, long[][] pads) {
        TensorView out = in;
        for (int axis = 0; axis < pads.length; axis++) {
            int size = in.size(axis);
            int before = (int) pads[axis][0];
            long total = size + pads[axis][0] + pads[axis][1];
            if (total == size) {
                continue;
            }
            requireSize(node, new int[] {(int) Math.min(total, Integer.MAX_VALUE)});
            if (mode.equals("reflect") && (before >= size || pads[axis][1] >= size)) {
                throw node.badInput("reflects " + Arrays.toString(pads[axis]) + " elements of " + size);
            }
            IntUnaryOperator index = switch (mode) {
                case "reflect" ->
                    i -> {
                        int at = Math.abs(i - before);
                        return at < size ? at : 2 * (size - 1) - at;
                    };
                case "edge" -> i -> Math.max(0, Math.min(size - 1, i - before));
                case "wrap" -> i -> Math.floorMod(i - before, size);
                default ->
                    throw node.unsupported(
                            "pads in mode " + OnnxNode.printable(mode) + ", expected constant, reflect, edge or wrap");
            };
            out = selected(node, out, axis, (int) total, index);
        }
        return out;
    }

    private void zeros(OnnxNode node, TensorView in, long[][] pads) {
        boolean map = in.rank() == 4 && in.isOnly(0, Kind.IMAGE) && pads[0][0] + pads[0][1] == 0;
        if (map) {
            TensorView layout = movement.mapLayout(node, in);
            // Read where they lie, [N, H, W, C] and [N, C, H, W] alike are channels and maps.
            FeatureMapShape s = layout.shape();
            if (in.isOnly(1, Kind.CHANNEL)) {
                FeatureMapShape out = checkedShape(
                        node,
                        s.channels() + pads[1][0] + pads[1][1],
                        s.height() + pads[2][0] + pads[2][1],
                        s.width() + pads[3][0] + pads[3][1]);
                FloatOp op = new FloatOp.Padding(
                        (int) pads[2][0], (int) pads[3][0], (int) pads[2][1], (int) pads[3][1], (int) pads[1][0], (int)
                                pads[1][1]);
                Operand operand = new Operand(movement.arrange(node, in, layout), s, 4);
                emit(node, op, operand, out);
                return;
            }
        }
        // Along any axes: the tensor in its place among zeros.
        int[] dims = in.dims();
        List<List<Atom>> axes = new ArrayList<>(in.axes());
        for (int axis = 0; axis < dims.length; axis++) {
            if (pads[axis][0] + pads[axis][1] > 0) {
                if (!in.isOnly(axis, Kind.POSITION)) {
                    throw node.unsupported("pads axis " + axis + " of " + Arrays.toString(dims)
                            + ", which steps through channels or images; pad before the transposition");
                }
                long size = dims[axis] + pads[axis][0] + pads[axis][1];
                dims[axis] = (int) Math.min(size, Integer.MAX_VALUE);
                axes.set(axis, List.of(new Atom(Kind.POSITION, dims[axis], 0)));
            }
        }
        requireSize(node, dims);
        TensorView whole = movement.layout(new TensorView("", in.shape(), 0, 0, axes), (a, atom) -> atom.kind());
        int offset = 0;
        List<List<Atom>> own = new ArrayList<>(whole.axes());
        for (int axis = 0; axis < dims.length; axis++) {
            if (pads[axis][0] + pads[axis][1] > 0) {
                int stride = whole.axes().get(axis).get(0).stride();
                offset += (int) pads[axis][0] * stride;
                own.set(axis, TensorView.atoms(Kind.POSITION, in.size(axis), stride));
            }
        }
        String tensor = movement.arrange(node, in, new TensorView("", whole.shape(), 0, offset, own));
        settle(node, node.output(), whole.withBase(tensor));
    }

    private void resize(OnnxNode node) {
        TensorView in = view(node, 0);
        new Resizing(this, node, in).run();
    }

    void settleMap(OnnxNode node, TensorView view) {
        settle(node, node.output(), view);
    }
}
