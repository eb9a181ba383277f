package dev.isos.workloads.graph.rewrite;

import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.TensorFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A {@link FloatGraph} under change. Nodes have fixed positions; a position may become empty. A node never moves before
 * what it reads, so the order stays topological.
 */
final class GraphEditor {
    private final String source;
    private final String input;
    private final FeatureMapShape inputShape;
    private final FloatNode[] nodes;
    private final Map<String, Integer> writer = new HashMap<>();
    private final Map<String, TreeSet<Integer>> readers = new HashMap<>();
    private final Map<String, TensorFormat> formats;
    private final List<String> notes;
    private final List<String> outputs;
    private final Map<String, FloatGraph.Constant> constants;

    GraphEditor(FloatGraph graph) {
        // Not the graph itself: weights that a rule replaces are to be forgotten at once.
        this.source = graph.source();
        this.input = graph.input();
        this.inputShape = graph.inputShape();
        this.nodes = graph.nodes().toArray(FloatNode[]::new);
        this.formats = new HashMap<>(graph.formats());
        this.notes = new ArrayList<>(graph.notes());
        this.outputs = new ArrayList<>(graph.outputs());
        this.constants = graph.constants();
        for (int i = 0; i < nodes.length; i++) {
            link(i);
        }
    }

    String source() {
        return source;
    }

    /** Number of positions, empty ones included. */
    int size() {
        return nodes.length;
    }

    /** The node at a position; null where there is none any more. */
    FloatNode node(int position) {
        return nodes[position];
    }

    boolean isOutput(String tensor) {
        return outputs.contains(tensor);
    }

    /** Names of the network's output and of the results beside it. */
    List<String> outputs() {
        return List.copyOf(outputs);
    }

    /** Position of the node that writes a tensor, or -1 for what enters the network. */
    int writer(String tensor) {
        return writer.getOrDefault(tensor, -1);
    }

    /** The node that writes a tensor, or null for what enters the network. */
    FloatNode writerNode(String tensor) {
        int position = writer(tensor);
        return position < 0 ? null : nodes[position];
    }

    /** Shape of a tensor. */
    FeatureMapShape shape(String tensor) {
        FloatNode node = writerNode(tensor);
        if (node != null) {
            return node.shape();
        }
        return constants.containsKey(tensor) ? constants.get(tensor).shape() : inputShape;
    }

    /** Whether exactly one node reads the tensor and it is not the network's output. */
    boolean hasOneReader(String tensor) {
        return !isOutput(tensor)
                && readers.getOrDefault(tensor, new TreeSet<>()).size() == 1;
    }

    /** Positions of the nodes that read a tensor, ascending. */
    List<Integer> readers(String tensor) {
        return List.copyOf(readers.getOrDefault(tensor, new TreeSet<>()));
    }

    /** Puts a node in the place of another one or in an empty position. */
    void replace(int position, FloatNode node) {
        unlink(position);
        nodes[position] = node;
        link(position);
    }

    void remove(int position) {
        unlink(position);
        nodes[position] = null;
    }

    /** Removes a node with one input and lets its readers read that input instead. */
    void bypass(int position) {
        FloatNode gone = nodes[position];
        String from = gone.output();
        String to = gone.inputs().get(0);
        remove(position);
        for (int reader : readers(from)) {
            FloatNode node = nodes[reader];
            FloatNode changed = node.withInputs(
                    node.inputs().stream().map(t -> t.equals(from) ? to : t).toList());
            if (node.residual().filter(from::equals).isPresent()) {
                changed = changed.withResidual(to);
            }
            replace(reader, changed);
        }
        outputs.replaceAll(tensor -> tensor.equals(from) ? to : tensor);
    }

    /** The 8-bit format that the model file prescribes for a tensor; null where it prescribes none. */
    TensorFormat format(String tensor) {
        return formats.get(tensor);
    }

    void format(String tensor, TensorFormat format) {
        formats.put(tensor, format);
    }

    /** Hands the formats of a node's intermediate results on to the node's new output name. */
    void renameIntermediates(String from, String to) {
        rename(FloatGraph.beforeResidual(from), FloatGraph.beforeResidual(to));
        rename(FloatGraph.beforeActivation(from), FloatGraph.beforeActivation(to));
    }

    private void rename(String from, String to) {
        TensorFormat format = formats.remove(from);
        if (format != null) {
            formats.put(to, format);
        }
    }

    void note(String note) {
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }

    /** The changed graph without nodes whose output nobody needs. */
    FloatGraph finish() {
        Set<String> needed = new HashSet<>(outputs);
        for (int i = nodes.length - 1; i >= 0; i--) {
            if (nodes[i] != null && needed.contains(nodes[i].output())) {
                needed.addAll(nodes[i].operands());
            }
        }
        List<FloatNode> kept = new ArrayList<>();
        for (FloatNode node : nodes) {
            if (node != null && needed.contains(node.output())) {
                kept.add(node);
            }
        }
        List<String> distinct = outputs.stream().distinct().toList();
        Map<String, FloatGraph.Constant> read = new LinkedHashMap<>(constants);
        read.keySet().retainAll(needed);
        return new FloatGraph(
                source,
                input,
                inputShape,
                kept,
                distinct.get(0),
                distinct.subList(1, distinct.size()),
                read,
                formats,
                notes);
    }

    private void link(int position) {
        FloatNode node = nodes[position];
        writer.put(node.output(), position);
        for (String operand : node.operands()) {
            readers.computeIfAbsent(operand, t -> new TreeSet<>()).add(position);
        }
    }

    private void unlink(int position) {
        FloatNode node = nodes[position];
        if (node == null) {
            return;
        }
        writer.remove(node.output(), position);
        for (String operand : node.operands()) {
            readers.get(operand).remove(position);
        }
    }
}
