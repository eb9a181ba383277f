package dev.isos.workloads.onnx;

import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.onnx.TensorView.Atom;
import dev.isos.workloads.onnx.TensorView.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Lays tensors out as operators want them: by selections of channels and of positions where each keeps to its own, by a
 * transposition where they change places, else part by part.
 */
final class DataMovement {
    /** Parts that are moved one by one at most: each is a layer of its own. Ours: a block of 8 x 8. */
    private static final int MAX_PARTS = 64;

    private final TranslationState state;

    DataMovement(TranslationState state) {
        this.state = state;
    }

    /** A node of the float graph; returns the name of the tensor that it writes, {@code output} where that is free. */
    String layer(OnnxNode node, String output, FloatOp op, FeatureMapShape shape, List<String> inputs) {
        String tensor = output;
        for (int i = 1; state.shapes.containsKey(tensor); i++) {
            tensor = output + "#" + i;
        }
        String operator = node.operator() + ", opset " + node.opset();
        state.nodes.add(new FloatNode(uniqueName(node, tensor), operator, op, inputs, tensor, shape));
        state.shapes.put(tensor, shape);
        return tensor;
    }

    /** Name of a node that may be one of several for a node of the file; the one that computes has the plain name. */
    private String uniqueName(OnnxNode node, String tensor) {
        String first = node.output();
        if (tensor.equals(first)) {
            return state.shapes.containsKey(first + "#real") ? node.name() + "_quantised" : node.name();
        }
        if (tensor.startsWith(first + "#")) {
            return tensor.endsWith("#real") ? node.name() : node.name() + tensor.substring(first.length());
        }
        return node.name() + "#" + node.proto().getOutputList().indexOf(tensor);
    }

    /** Images first, then channels, then rows and columns, as convolutions and poolings want them. */
    TensorView mapLayout(OnnxNode node, TensorView view) {
        boolean batch = view.axes().get(0).stream().allMatch(a -> a.kind() == Kind.IMAGE);
        if (view.rank() == 2 || !batch && view.rank() == 3) {
            return layout(view, (axis, atom) -> axis == view.rank() - 1 ? Kind.CHANNEL : Kind.POSITION);
        }
        if (!batch) {
            throw node.unsupported("has other dimensions than the batch in the first of " + Arrays.toString(view.dims())
                    + ", expected [N, C, H, W]");
        }
        int height = view.rank() == 4 ? view.size(2) : 1;
        int width = view.size(view.rank() - 1);
        FeatureMapShape shape = OperatorFamily.checkedShape(node, view.size(1), height, width);
        return TensorView.standard("", shape, view.rank(), view.size(0));
    }

    /** The view itself made whole: the same elements, each of its kind, and nothing else. */
    TensorView natural(OnnxNode node, TensorView view) {
        return arranged(node, view, layout(view, (axis, atom) -> atom.kind()));
    }

    /** A view of a tensor that has exactly the given layout. */
    TensorView arranged(OnnxNode node, TensorView view, TensorView layout) {
        return layout.withBase(arrange(node, view, layout));
    }

    /**
     * A layout for a view.
     *
     * @param kinds for each atom, by its axis, whether it becomes channels or positions; images stay what they are
     * @return channels in the order of the axes; positions as they are where they stay whole, else in the order of the axes
     */
    TensorView layout(TensorView view, BiFunction<Integer, Atom, Kind> kinds) {
        boolean keep = view.covers(Kind.POSITION, view.shape().fibers());
        List<Atom> ordered = new ArrayList<>();
        int[] positionsOfAxis = new int[view.rank()];
        for (int axis = 0; axis < view.rank(); axis++) {
            positionsOfAxis[axis] = 1;
            for (Atom atom : view.axes().get(axis)) {
                Kind kind = atom.kind() == Kind.IMAGE ? Kind.IMAGE : kinds.apply(axis, atom);
                keep &= (kind == Kind.POSITION) == (atom.kind() == Kind.POSITION && !atom.repeats());
                positionsOfAxis[axis] *= kind == Kind.POSITION ? atom.size() : 1;
                ordered.add(new Atom(kind, atom.size(), atom.stride()));
            }
        }
        int channels = 1;
        int positions = 1;
        for (int i = ordered.size() - 1; i >= 0; i--) {
            Atom atom = ordered.get(i);
            if (atom.kind() == Kind.CHANNEL) {
                ordered.set(i, new Atom(atom.kind(), atom.size(), channels));
                channels *= atom.size();
            } else if (atom.kind() == Kind.POSITION) {
                ordered.set(i, keep ? atom : new Atom(atom.kind(), atom.size(), positions));
                positions *= atom.size();
            }
        }
        FeatureMapShape shape;
        if (keep) {
            shape = new FeatureMapShape(
                    channels, view.shape().height(), view.shape().width());
        } else {
            int width = 1;
            int axes = 0;
            for (int size : positionsOfAxis) {
                axes += size > 1 ? 1 : 0;
                width = size > 1 && axes > 1 ? width * size : width;
            }
            shape = new FeatureMapShape(channels, positions / width, width);
        }
        List<List<Atom>> axes = new ArrayList<>();
        int next = 0;
        for (List<Atom> own : view.axes()) {
            axes.add(TensorView.joined(ordered.subList(next, next + own.size())));
            next += own.size();
        }
        return new TensorView("", shape, 0, keep ? view.positionOffset() : 0, axes);
    }

    /** A step of the same size in both layouts. */
    private record Pair(Atom from, Atom to) {
        boolean moves(Kind source, Kind target) {
            return !from.repeats() && from.kind() == source && to.kind() == target;
        }
    }

    /**
     * A tensor that holds a view in another layout, zero where the layout says nothing; axes of size 1 are repeated.
     *
     * @param to axes with their kinds, strides and offsets, and the shape of the tensor asked for
     */
    String arrange(OnnxNode node, TensorView view, TensorView to) {
        List<TensorView> key = List.of(view, to);
        String known = state.arranged.get(key);
        if (known != null) {
            return known;
        }
        String result = arrange(node, view, to, pairs(node, view, to));
        state.arranged.put(key, result);
        return result;
    }

    private String arrange(OnnxNode node, TensorView view, TensorView to, List<Pair> pairs) {
        boolean inward = pairs.stream().anyMatch(p -> p.moves(Kind.POSITION, Kind.CHANNEL));
        boolean outward = pairs.stream().anyMatch(p -> p.moves(Kind.CHANNEL, Kind.POSITION));
        if (!inward && !outward) {
            return selected(node, view, to, pairs);
        }
        boolean stays = pairs.stream()
                .anyMatch(p -> p.moves(Kind.POSITION, Kind.POSITION) || p.moves(Kind.CHANNEL, Kind.CHANNEL));
        FeatureMapShape shape = view.shape();
        if (inward && !outward && to.shape().fibers() == 1) {
            FeatureMapShape flat = new FeatureMapShape(shape.elements(), 1, 1);
            String tensor = layer(node, node.output() + "#flat", new FloatOp.Flatten(), flat, List.of(view.base()));
            int plane = shape.fibers();
            List<List<Atom>> axes = mapped(
                    view,
                    a -> a.kind() == Kind.IMAGE
                            ? a
                            : new Atom(Kind.CHANNEL, a.size(), a.stride() * (a.kind() == Kind.CHANNEL ? plane : 1)));
            int offset = view.channelOffset() * plane + view.positionOffset();
            return arrange(node, new TensorView(tensor, flat, offset, 0, axes), to);
        }
        if (!stays) {
            return arrange(node, swapped(node, view), to);
        }
        return inward ? gathered(node, view, to, pairs) : spread(node, view, to, pairs);
    }

    /** Channels and positions change places. */
    private TensorView swapped(OnnxNode node, TensorView view) {
        FeatureMapShape shape =
                new FeatureMapShape(view.shape().fibers(), view.shape().channels(), 1);
        String tensor = layer(node, node.output() + "#swap", new FloatOp.Transposition(), shape, List.of(view.base()));
        List<List<Atom>> axes = mapped(
                view,
                a -> a.kind() == Kind.IMAGE
                        ? a
                        : new Atom(a.kind() == Kind.CHANNEL ? Kind.POSITION : Kind.CHANNEL, a.size(), a.stride()));
        return new TensorView(tensor, shape, view.positionOffset(), view.channelOffset(), axes);
    }

    private static List<List<Atom>> mapped(TensorView view, java.util.function.UnaryOperator<Atom> change) {
        return view.axes().stream()
                .map(axis -> axis.stream().map(change).toList())
                .toList();
    }

    /** Steps that both layouts share. */
    private static List<Pair> pairs(OnnxNode node, TensorView view, TensorView to) {
        List<Pair> pairs = new ArrayList<>();
        int added = to.rank() - view.rank();
        for (int axis = 0; axis < to.rank(); axis++) {
            List<Atom> target = to.axes().get(axis);
            List<Atom> source = axis < added ? List.of() : view.axes().get(axis - added);
            if (source.isEmpty()) {
                target.forEach(t -> pairs.add(new Pair(new Atom(t.kind(), t.size(), 0), t)));
            } else if (!pair(new ArrayList<>(source), new ArrayList<>(target), pairs)) {
                throw node.unsupported("needs a tensor of dimensions " + Arrays.toString(view.dims())
                        + " in a layout that cuts across its channels and positions; reshape by factors of them");
            }
        }
        for (Pair pair : pairs) {
            boolean image = pair.from().kind() == Kind.IMAGE && !pair.from().repeats();
            if (image && pair.to().kind() != Kind.IMAGE) {
                throw node.unsupported("mixes the images of a batch; export the model with batch size 1");
            }
        }
        pairs.removeIf(p -> p.to().kind() == Kind.IMAGE);
        return pairs;
    }

    private static boolean pair(List<Atom> source, List<Atom> target, List<Pair> pairs) {
        while (!source.isEmpty() && !target.isEmpty()) {
            Atom from = source.remove(0);
            Atom to = target.remove(0);
            int size = Math.min(from.size(), to.size());
            if (from.size() % size != 0 || to.size() % size != 0) {
                return false;
            }
            int fromInner = from.size() / size;
            int toInner = to.size() / size;
            pairs.add(new Pair(
                    new Atom(from.kind(), size, from.stride() * fromInner),
                    new Atom(to.kind(), size, to.stride() * toInner)));
            if (fromInner > 1) {
                source.add(0, new Atom(from.kind(), fromInner, from.stride()));
            }
            if (toInner > 1) {
                target.add(0, new Atom(to.kind(), toInner, to.stride()));
            }
        }
        return source.isEmpty() && target.isEmpty();
    }

    /** For each place of a kind in the target its place in the source; -1 where it has none. */
    private static int[] places(Kind kind, int count, int from, int to, List<Pair> pairs) {
        int[] places = new int[count];
        Arrays.fill(places, -1);
        List<Pair> own = pairs.stream().filter(p -> p.to().kind() == kind).toList();
        fill(places, own, 0, from, to);
        return places;
    }

    private static void fill(int[] places, List<Pair> pairs, int depth, int from, int to) {
        if (depth == pairs.size()) {
            places[to] = from;
            return;
        }
        Pair pair = pairs.get(depth);
        for (int i = 0; i < pair.to().size(); i++) {
            fill(
                    places,
                    pairs,
                    depth + 1,
                    from + i * pair.from().stride(),
                    to + i * pair.to().stride());
        }
    }

    private String selected(OnnxNode node, TensorView view, TensorView to, List<Pair> pairs) {
        FeatureMapShape from = view.shape();
        FeatureMapShape target = to.shape();
        int[] channels = places(Kind.CHANNEL, target.channels(), view.channelOffset(), to.channelOffset(), pairs);
        int[] positions = places(Kind.POSITION, target.fibers(), view.positionOffset(), to.positionOffset(), pairs);
        String tensor = view.base();
        FeatureMapShape shape = from;
        // The smaller one first, so that the other has less to do.
        boolean channelsFirst = target.channels() <= from.channels();
        for (int step = 0; step < 2; step++) {
            if (channelsFirst == (step == 0)) {
                if (!identity(channels, from.channels())) {
                    shape = new FeatureMapShape(target.channels(), shape.height(), shape.width());
                    tensor = layer(
                            node,
                            node.output() + "#order",
                            new FloatOp.ChannelSelection(channels),
                            shape,
                            List.of(tensor));
                }
            } else {
                boolean sameMap = from.height() == target.height() && from.width() == target.width();
                if (!sameMap || !identity(positions, from.fibers())) {
                    shape = new FeatureMapShape(shape.channels(), target.height(), target.width());
                    FloatOp op = new FloatOp.PositionSelection(target.height(), target.width(), positions);
                    tensor = layer(node, node.output() + "#place", op, shape, List.of(tensor));
                }
            }
        }
        return tensor;
    }

    private static boolean identity(int[] places, int count) {
        boolean same = places.length == count;
        for (int i = 0; same && i < count; i++) {
            same = places[i] == i;
        }
        return same;
    }

    private static int parts(OnnxNode node, List<Pair> moving) {
        long parts = 1;
        for (Pair pair : moving) {
            parts = Math.min(parts * pair.to().size(), Integer.MAX_VALUE);
        }
        if (parts > MAX_PARTS) {
            throw node.unsupported("needs " + parts + " positions as channels or channels as positions one by one, at"
                    + " most " + MAX_PARTS + " are supported; keep maps and channels apart in reshapes");
        }
        return (int) parts;
    }

    /** Offset of the n-th combination of steps, in the source. */
    private static int offset(List<Pair> moving, int part, boolean target) {
        int offset = 0;
        int rest = part;
        for (int i = moving.size() - 1; i >= 0; i--) {
            Pair pair = moving.get(i);
            offset += rest
                    % pair.to().size()
                    * (target ? pair.to().stride() : pair.from().stride());
            rest /= pair.to().size();
        }
        return offset;
    }

    /** Some positions become channels: one selection of positions per combination, side by side. */
    private String gathered(OnnxNode node, TensorView view, TensorView to, List<Pair> pairs) {
        List<Pair> moving =
                pairs.stream().filter(p -> p.moves(Kind.POSITION, Kind.CHANNEL)).toList();
        int parts = parts(node, moving);
        // Positions that stay, in the order of the target; where channels move out too, in an order of their own.
        List<Pair> staying = new ArrayList<>();
        int positions = 1;
        for (int i = pairs.size() - 1; i >= 0; i--) {
            Pair pair = pairs.get(i);
            if (pair.moves(Kind.POSITION, Kind.POSITION)) {
                staying.add(
                        0,
                        new Pair(pair.from(), new Atom(Kind.POSITION, pair.to().size(), positions)));
                positions *= pair.to().size();
            }
        }
        boolean same = positions == to.shape().fibers();
        FeatureMapShape shape = new FeatureMapShape(
                view.shape().channels(),
                same ? to.shape().height() : positions,
                same ? to.shape().width() : 1);
        List<String> selections = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            int[] places =
                    places(Kind.POSITION, positions, view.positionOffset() + offset(moving, part, false), 0, staying);
            FloatOp op = new FloatOp.PositionSelection(shape.height(), shape.width(), places);
            selections.add(layer(node, node.output() + "#place", op, shape, List.of(view.base())));
        }
        FeatureMapShape joined =
                OperatorFamily.checkedShape(node, (long) shape.channels() * parts, shape.height(), shape.width());
        String tensor = layer(node, node.output() + "#joined", new FloatOp.Concatenation(), joined, selections);
        int inner = shape.channels();
        List<Pair> renamed = new ArrayList<>();
        int channelStride = inner;
        int positionStride = 1;
        for (int i = pairs.size() - 1; i >= 0; i--) {
            Pair pair = pairs.get(i);
            Atom from = pair.from();
            if (moving.contains(pair)) {
                from = new Atom(Kind.CHANNEL, from.size(), channelStride);
                channelStride *= from.size();
            } else if (pair.moves(Kind.POSITION, Kind.POSITION)) {
                from = new Atom(Kind.POSITION, from.size(), positionStride);
                positionStride *= from.size();
            }
            renamed.add(0, new Pair(from, pair.to()));
        }
        TensorView next = new TensorView(tensor, joined, view.channelOffset(), 0, view.axes());
        return arrange(node, next, to, renamed);
    }

    /** Some channels become positions: one selection of channels per combination, put in its place, and all added. */
    private String spread(OnnxNode node, TensorView view, TensorView to, List<Pair> pairs) {
        List<Pair> moving =
                pairs.stream().filter(p -> p.moves(Kind.CHANNEL, Kind.POSITION)).toList();
        List<Pair> staying = pairs.stream()
                .filter(p -> !p.moves(Kind.CHANNEL, Kind.POSITION))
                .toList();
        int parts = parts(node, moving);
        String sum = null;
        for (int part = 0; part < parts; part++) {
            TensorView source = new TensorView(
                    view.base(),
                    view.shape(),
                    view.channelOffset() + offset(moving, part, false),
                    view.positionOffset(),
                    view.axes());
            TensorView target = new TensorView(
                    "", to.shape(), to.channelOffset(), to.positionOffset() + offset(moving, part, true), to.axes());
            String placed = selected(node, source, target, staying);
            sum = sum == null
                    ? placed
                    : layer(node, node.output() + "#sum", new FloatOp.Add(), to.shape(), List.of(sum, placed));
        }
        return sum;
    }
}
