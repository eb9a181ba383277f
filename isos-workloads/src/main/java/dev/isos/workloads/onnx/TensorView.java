package dev.isos.workloads.onnx;

import dev.isos.api.tensor.FeatureMapShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Where the elements of a tensor of the model file lie in a tensor between layers. Each axis of the former is a list of
 * atoms, outermost first; each atom steps through the images of the batch, the channels or the positions of the latter.
 * So reshapes, transpositions, splits and slices move nothing: they only change how axes are made of atoms.
 *
 * @param base name of the tensor between layers
 * @param shape its shape
 * @param channelOffset channel of the first element
 * @param positionOffset position (row times width plus column) of the first element
 * @param axes atoms of each axis; an axis of size 1 has none
 */
record TensorView(String base, FeatureMapShape shape, int channelOffset, int positionOffset, List<List<Atom>> axes) {

    /** What an atom steps through. */
    enum Kind {
        IMAGE,
        CHANNEL,
        POSITION
    }

    /**
     * @param size number of steps, at least 2
     * @param stride images, channels or positions per step; 0 repeats the same element, whatever the kind
     */
    record Atom(Kind kind, int size, int stride) {
        boolean repeats() {
            return stride == 0;
        }
    }

    TensorView {
        axes = axes.stream().map(List::copyOf).toList();
    }

    /** A tensor that the model file holds as [N, C, H, W], [N, C, W] or [N, C]. */
    static TensorView standard(String base, FeatureMapShape shape, int rank, int images) {
        List<List<Atom>> axes = new ArrayList<>();
        axes.add(atoms(Kind.IMAGE, images, 1));
        axes.add(atoms(Kind.CHANNEL, shape.channels(), 1));
        if (rank == 4) {
            axes.add(atoms(Kind.POSITION, shape.height(), shape.width()));
            axes.add(atoms(Kind.POSITION, shape.width(), 1));
        } else if (rank == 3) {
            axes.add(atoms(Kind.POSITION, shape.fibers(), 1));
        }
        return new TensorView(base, shape, 0, 0, axes);
    }

    static List<Atom> atoms(Kind kind, int size, int stride) {
        return size == 1 ? List.of() : List.of(new Atom(kind, size, stride));
    }

    int rank() {
        return axes.size();
    }

    int size(int axis) {
        return size(axes.get(axis));
    }

    static int size(List<Atom> atoms) {
        int size = 1;
        for (Atom atom : atoms) {
            size *= atom.size();
        }
        return size;
    }

    /** Dimensions in the model file. */
    int[] dims() {
        return axes.stream().mapToInt(TensorView::size).toArray();
    }

    /** Whether an axis steps through nothing but one kind, repetitions included. */
    boolean isOnly(int axis, Kind kind) {
        return axes.get(axis).stream().allMatch(a -> a.repeats() || a.kind() == kind);
    }

    private List<Atom> allAtoms() {
        return axes.stream().flatMap(List::stream).toList();
    }

    /** Whether every element of the base occurs exactly once. */
    boolean whole() {
        return covers(Kind.CHANNEL, shape.channels()) && covers(Kind.POSITION, shape.fibers());
    }

    /** Whether the atoms of a kind step through each of {@code count} places exactly once. */
    boolean covers(Kind kind, int count) {
        int offset = kind == Kind.CHANNEL ? channelOffset : positionOffset;
        List<Atom> atoms = new ArrayList<>(
                allAtoms().stream().filter(a -> a.repeats() || a.kind() == kind).toList());
        if (atoms.stream().anyMatch(Atom::repeats)) {
            return false;
        }
        atoms.sort((a, b) -> Integer.compare(Math.abs(a.stride()), Math.abs(b.stride())));
        int expected = 1;
        int first = offset;
        for (Atom atom : atoms) {
            if (Math.abs(atom.stride()) != expected) {
                return false;
            }
            first += atom.stride() < 0 ? (atom.size() - 1) * atom.stride() : 0;
            expected *= atom.size();
        }
        return expected == count && first == 0;
    }

    /** For each step along an axis its place in the base, in rank order [C, H, W]. */
    int[] flatOrder(int axis) {
        int[] order = {channelOffset * shape.fibers() + positionOffset};
        for (Atom atom : axes.get(axis)) {
            int step = atom.kind() == Kind.CHANNEL ? atom.stride() * shape.fibers() : atom.stride();
            int[] longer = new int[order.length * atom.size()];
            for (int i = 0; i < longer.length; i++) {
                longer[i] = order[i / atom.size()] + i % atom.size() * step;
            }
            order = longer;
        }
        return order;
    }

    TensorView withBase(String newBase) {
        return new TensorView(newBase, shape, channelOffset, positionOffset, axes);
    }

    private TensorView withAxes(List<List<Atom>> newAxes) {
        return new TensorView(base, shape, channelOffset, positionOffset, newAxes);
    }

    /** Axes in another order. */
    TensorView transposed(int[] permutation) {
        return withAxes(Arrays.stream(permutation).mapToObj(axes::get).toList());
    }

    /** The same elements in the same order under other dimensions of the same product; null where atoms don't divide. */
    TensorView reshaped(int[] dims) {
        List<Atom> left = new ArrayList<>(joined(allAtoms()));
        Collections.reverse(left);
        List<List<Atom>> result = new ArrayList<>();
        for (int size : dims) {
            List<Atom> axis = take(left, size);
            if (axis == null) {
                return null;
            }
            result.add(axis);
        }
        return left.isEmpty() ? withAxes(result) : null;
    }

    /** Takes atoms of a product off the end of a list; null where they don't divide. */
    private static List<Atom> take(List<Atom> left, int size) {
        List<Atom> axis = new ArrayList<>();
        int open = size;
        while (open > 1) {
            if (left.isEmpty()) {
                return null;
            }
            Atom atom = left.remove(left.size() - 1);
            if (open % atom.size() == 0) {
                axis.add(atom);
                open /= atom.size();
            } else if (atom.size() % open == 0) {
                int inner = atom.size() / open;
                axis.add(new Atom(atom.kind(), open, atom.stride() * inner));
                left.add(new Atom(atom.kind(), inner, atom.stride()));
                open = 1;
            } else {
                return null;
            }
        }
        return joined(axis);
    }

    /** Neighbouring atoms that make one longer step are one. */
    static List<Atom> joined(List<Atom> atoms) {
        List<Atom> result = new ArrayList<>();
        for (Atom atom : atoms) {
            Atom last = result.isEmpty() ? null : result.get(result.size() - 1);
            if (last != null && last.kind() == atom.kind() && last.stride() == atom.stride() * atom.size()) {
                result.set(result.size() - 1, new Atom(atom.kind(), last.size() * atom.size(), atom.stride()));
            } else {
                result.add(atom);
            }
        }
        return result;
    }

    /** Every {@code step}-th index of an axis; null where that is no walk of atoms. */
    TensorView sliced(int axis, int start, int step, int count) {
        List<Atom> atoms = axes.get(axis);
        if (start == 0 && step == 1 && count == size(axis)) {
            return this;
        }
        List<List<Atom>> result = new ArrayList<>(axes);
        int channels = channelOffset;
        int positions = positionOffset;
        int rest = start;
        List<Atom> kept = new ArrayList<>();
        if (count == 1) {
            for (int i = atoms.size() - 1; i >= 0; i--) {
                Atom atom = atoms.get(i);
                if (atom.kind() == Kind.IMAGE) {
                    return null;
                }
                int index = rest % atom.size();
                rest /= atom.size();
                channels += atom.kind() == Kind.CHANNEL ? index * atom.stride() : 0;
                positions += atom.kind() == Kind.POSITION ? index * atom.stride() : 0;
            }
        } else if (atoms.size() == 1 && atoms.get(0).kind() != Kind.IMAGE) {
            Atom atom = atoms.get(0);
            channels += atom.kind() == Kind.CHANNEL ? start * atom.stride() : 0;
            positions += atom.kind() == Kind.POSITION ? start * atom.stride() : 0;
            kept.add(new Atom(atom.kind(), count, atom.stride() * step));
        } else {
            int inner = 1;
            for (Atom atom : atoms.subList(Math.min(1, atoms.size()), atoms.size())) {
                inner *= atom.size();
            }
            Atom outer = atoms.get(0);
            if (step != 1 || start % inner != 0 || count % inner != 0 || outer.kind() == Kind.IMAGE) {
                return null;
            }
            int index = start / inner;
            channels += outer.kind() == Kind.CHANNEL ? index * outer.stride() : 0;
            positions += outer.kind() == Kind.POSITION ? index * outer.stride() : 0;
            if (count / inner > 1) {
                kept.add(new Atom(outer.kind(), count / inner, outer.stride()));
            }
            kept.addAll(atoms.subList(1, atoms.size()));
        }
        result.set(axis, kept);
        return new TensorView(base, shape, channels, positions, result);
    }

    /** The same with axes of size 1 where one only repeats: what broadcasting makes of both is the same. */
    TensorView withoutRepetition() {
        return withAxes(axes.stream()
                .map(axis -> axis.stream().allMatch(Atom::repeats) ? List.<Atom>of() : axis)
                .toList());
    }

    /** The same elements repeated along axes of size 1; null where the dimensions don't broadcast. */
    TensorView expanded(int[] dims) {
        List<List<Atom>> result = new ArrayList<>();
        int added = dims.length - rank();
        for (int i = 0; i < dims.length; i++) {
            List<Atom> own = i < added ? List.of() : axes.get(i - added);
            if (size(own) == dims[i]) {
                result.add(own);
            } else if (own.isEmpty()) {
                result.add(List.of(new Atom(Kind.POSITION, dims[i], 0)));
            } else {
                return null;
            }
        }
        return withAxes(result);
    }
}
