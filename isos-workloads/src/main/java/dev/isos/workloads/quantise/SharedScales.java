package dev.isos.workloads.quantise;

import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.Signedness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which tensors have one scale: concatenation, max pooling and channel selection hand 8-bit values on unchanged. */
final class SharedScales {
    private final Map<String, String> parent = new HashMap<>();
    private final Map<String, List<String>> members = new LinkedHashMap<>();

    SharedScales(FloatGraph graph) {
        List<String> tensors = new ArrayList<>(List.of(graph.input()));
        tensors.addAll(graph.constants().keySet());
        graph.nodes().forEach(node -> tensors.add(node.output()));
        tensors.forEach(tensor -> parent.put(tensor, tensor));
        for (FloatNode node : graph.nodes()) {
            if (Signedness.passesThrough(node.op())) {
                node.inputs().forEach(input -> parent.put(group(input), group(node.output())));
            }
        }
        tensors.forEach(tensor ->
                members.computeIfAbsent(group(tensor), g -> new ArrayList<>()).add(tensor));
    }

    /** Name of the group that a tensor belongs to. */
    String group(String tensor) {
        String at = tensor;
        while (!parent.get(at).equals(at)) {
            parent.put(at, parent.get(parent.get(at)));
            at = parent.get(at);
        }
        return at;
    }

    /** Tensors of a group in the order of the graph. */
    List<String> members(String group) {
        return members.get(group);
    }

    /** Names of all groups, in the order of their first tensors. */
    List<String> groups() {
        return List.copyOf(members.keySet());
    }
}
