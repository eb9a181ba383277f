package dev.isos.core.loopnest;

import dev.isos.api.network.Window;
import dev.isos.core.loopnest.LoopNestDataflow.Drive;
import dev.isos.core.loopnest.LoopNestDataflow.Fusion;
import dev.isos.core.loopnest.LoopNestDataflow.Halo;
import dev.isos.core.loopnest.SegmentGraph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Along one axis of a segment: which outputs each layer makes in each step, which inputs it walks, and from which step to
 * which each coordinate of a tensor is on chip.
 */
final class StepSchedule {
    private final SegmentGraph graph;
    private final Axis axis;
    private final boolean walksInputs;
    private final Halo halo;
    private final int steps;
    private final Map<Integer, Span[]> made = new TreeMap<>();
    private final Map<Integer, Span[]> walked = new TreeMap<>();

    /**
     * Steps in which a coordinate of a tensor is on chip.
     *
     * @param first by coordinate; -1 when nobody in the segment uses it
     * @param last by coordinate
     */
    record Lifetime(int[] first, int[] last) {
        long used() {
            return Arrays.stream(first).filter(step -> step >= 0).count();
        }
    }

    StepSchedule(SegmentGraph graph, Axis axis, Fusion fusion, LoopNest nest) {
        this.graph = graph;
        this.axis = axis;
        this.walksInputs = nest.walksInputs(axis);
        this.halo = fusion.halo();
        int size = axis == Axis.ROWS ? fusion.rows() : fusion.columns();
        int driver = fusion.drive() == Drive.INPUTS ? longestInput() : longestOutput();
        steps = size == 0 ? 1 : (driver + size - 1) / size;
        if (fusion.drive() == Drive.INPUTS) {
            push(driver, size == 0 ? driver : size);
        } else {
            pull(driver, size == 0 ? driver : size);
        }
    }

    private int longestInput() {
        return graph.nodes().stream()
                .flatMap(n -> n.inputs().stream())
                .filter(graph::isExternal)
                .mapToInt(tensor -> graph.extent(tensor, axis))
                .max()
                .orElseThrow();
    }

    private int longestOutput() {
        return graph.nodes().stream()
                .filter(n -> !graph.isRead(n.index()))
                .mapToInt(n -> graph.extent(n.index(), axis))
                .max()
                .orElseThrow();
    }

    /** Of {@code extent} coordinates, how many lie before the end of a step when {@code driver} of them advance by size. */
    private static int reached(int extent, int driver, int size, int step) {
        return (int) Math.min(extent, ((long) (step + 1) * size * extent + driver - 1) / driver);
    }

    private void push(int driver, int size) {
        for (Node node : graph.nodes()) {
            int inputs = graph.extent(node.inputs().get(0), axis);
            int outputs = graph.extent(node.index(), axis);
            Span[] in = new Span[steps];
            Span[] out = new Span[steps];
            for (int t = 0, inDone = 0, outDone = 0; t < steps; t++) {
                int there = inputs;
                for (int tensor : node.inputs()) {
                    there = Math.min(
                            there,
                            graph.isExternal(tensor) ? reached(inputs, driver, size, t) : made.get(tensor)[t].to());
                }
                int complete = outDone;
                while (complete < outputs && lastInput(node, complete, inputs) < there) {
                    complete++;
                }
                for (int tensor : node.residuals()) {
                    complete = graph.isExternal(tensor) ? complete : Math.min(complete, made.get(tensor)[t].to());
                }
                complete = Math.max(complete, outDone);
                in[t] = new Span(inDone, there);
                out[t] = new Span(outDone, complete);
                inDone = there;
                outDone = complete;
            }
            made.put(node.index(), out);
            walked.put(node.index(), walksInputs ? in : out);
        }
    }

    private void pull(int driver, int size) {
        List<Node> reversed = new ArrayList<>(graph.nodes());
        java.util.Collections.reverse(reversed);
        for (Node node : reversed) {
            int outputs = graph.extent(node.index(), axis);
            Span[] out = new Span[steps];
            int done = 0;
            for (int t = 0; t < steps; t++) {
                Span wanted = graph.isRead(node.index())
                        ? demand(node.index(), t)
                        : new Span(
                                t == 0 ? 0 : reached(outputs, driver, size, t - 1), reached(outputs, driver, size, t));
                int to = t == steps - 1 ? outputs : Math.max(done, wanted.to());
                int from = halo == Halo.REUSE || wanted.isEmpty() ? done : Math.min(done, wanted.from());
                out[t] = new Span(from, to);
                done = to;
            }
            made.put(node.index(), out);
            walked.put(node.index(), walksInputs ? newInputs(node, out) : out);
        }
    }

    /** Inputs that the outputs of a step need and none before did; the last step takes the rest. */
    private Span[] newInputs(Node node, Span[] out) {
        int inputs = graph.extent(node.inputs().get(0), axis);
        Span[] in = new Span[steps];
        for (int t = 0, done = 0; t < steps; t++) {
            int to = t == steps - 1
                    ? inputs
                    : Math.max(done, window(node, out[t]).to());
            in[t] = new Span(done, to);
            done = to;
        }
        return in;
    }

    private int lastInput(Node node, int output, int inputs) {
        Window w = node.shape().window();
        int last = axis == Axis.ROWS ? w.inputRow(output, w.rows() - 1) : w.inputColumn(output, w.columns() - 1);
        return Math.max(0, Math.min(last, inputs - 1));
    }

    private Span window(Node node, Span outputs) {
        if (outputs.isEmpty()) {
            return new Span(0, 0);
        }
        Window w = node.shape().window();
        int inputs = graph.extent(node.inputs().get(0), axis);
        int from = Math.max(0, axis == Axis.ROWS ? w.inputRow(outputs.from(), 0) : w.inputColumn(outputs.from(), 0));
        int to = lastInput(node, outputs.to() - 1, inputs) + 1;
        return from >= to ? new Span(0, 0) : new Span(from, to);
    }

    /** What a layer reads of its inputs in a step. */
    private Span reads(Node node, int step) {
        return walksInputs ? walked.get(node.index())[step] : window(node, made.get(node.index())[step]);
    }

    private Span demand(int tensor, int step) {
        Span all = new Span(0, 0);
        for (Node node : graph.nodes()) {
            if (made.containsKey(node.index())) {
                all = node.inputs().contains(tensor) ? all.hull(reads(node, step)) : all;
                all = node.residuals().contains(tensor) ? all.hull(made.get(node.index())[step]) : all;
            }
        }
        return all;
    }

    int steps() {
        return steps;
    }

    /** The loop of a layer's nest that the steps stand for. */
    StepLoop loop(Node node) {
        Rank input = axis == Axis.ROWS ? Rank.H : Rank.W;
        Rank output = axis == Axis.ROWS ? Rank.P : Rank.Q;
        return new StepLoop(walksInputs ? input : output, List.of(walked.get(node.index())));
    }

    /** Coordinates of a tensor that are handled in a step when nothing is kept from the one before. */
    long wantedIn(int tensor, int step) {
        Span span = graph.isExternal(tensor) ? demand(tensor, step) : made.get(tensor)[step];
        boolean[] used = used(tensor);
        long count = 0;
        for (int x = span.from(); x < span.to(); x++) {
            count += used[x] ? 1 : 0;
        }
        return count;
    }

    Lifetime lifetime(int tensor) {
        int[] first = new int[graph.extent(tensor, axis)];
        int[] last = new int[first.length];
        Arrays.fill(first, -1);
        Arrays.fill(last, -1);
        for (Node node : graph.nodes()) {
            boolean[] used = used(node);
            for (int t = 0; t < steps; t++) {
                if (node.inputs().contains(tensor)) {
                    mark(reads(node, t), t, used, first, last);
                }
                if (node.residuals().contains(tensor)) {
                    mark(made.get(node.index())[t], t, null, first, last);
                }
            }
        }
        if (!graph.isExternal(tensor)) {
            for (int t = 0; t < steps; t++) {
                Span span = made.get(tensor)[t];
                for (int x = span.from(); x < span.to(); x++) {
                    first[x] = first[x] < 0 ? -1 : t;
                }
            }
        }
        return new Lifetime(first, last);
    }

    private static void mark(Span span, int step, boolean[] used, int[] first, int[] last) {
        for (int x = span.from(); x < span.to(); x++) {
            if (used == null || used[x]) {
                first[x] = first[x] < 0 ? step : Math.min(first[x], step);
                last[x] = Math.max(last[x], step);
            }
        }
    }

    private boolean[] used(int tensor) {
        boolean[] used = new boolean[graph.extent(tensor, axis)];
        for (Node node : graph.nodes()) {
            if (node.residuals().contains(tensor)) {
                Arrays.fill(used, true);
            } else if (node.inputs().contains(tensor)) {
                boolean[] own = used(node);
                for (int x = 0; x < used.length; x++) {
                    used[x] |= own[x];
                }
            }
        }
        return used;
    }

    /** Input coordinates that some window of a layer covers; strides may step over the others. */
    private boolean[] used(Node node) {
        Window w = node.shape().window();
        boolean[] used = new boolean[graph.extent(node.inputs().get(0), axis)];
        int outputs = graph.extent(node.index(), axis);
        int kernel = axis == Axis.ROWS ? w.rows() : w.columns();
        for (int out = 0; out < outputs; out++) {
            for (int k = 0; k < kernel; k++) {
                int x = axis == Axis.ROWS ? w.inputRow(out, k) : w.inputColumn(out, k);
                if (x >= 0 && x < used.length) {
                    used[x] = true;
                }
            }
        }
        return used;
    }
}
